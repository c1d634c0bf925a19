//! Whether a file belongs to a plugin: it lies in its folder, and no symbolic link leads it out.

use crate::sources::Reader;

/// Returns whether a file lies in a folder, wherever symbolic links lead.
pub fn is_own_file(folder: &str, path: &str, reader: &dyn Reader) -> bool {
    // What is not there is told of by whoever reads it.
    let followed = |it: &str| reader.followed(it).unwrap_or_else(|_| it.to_owned());
    // The folder as a whole may be a link: the operator made it.
    let (folder, path) = (followed(folder), followed(path));
    let below = path.strip_prefix(&folder);
    folder.is_empty() || below.is_some_and(|it| it.starts_with('/') || folder.ends_with('/'))
}

/// Reads a text file of a plugin, of at most so many bytes.
///
/// # Errors
/// When it is none of the plugin's, is too large or cannot be read; the text says which.
pub(super) fn read_text(
    folder: &str,
    path: &str,
    bytes_max: usize,
    reader: &dyn Reader,
) -> Result<String, String> {
    if !is_own_file(folder, path, reader) {
        return Err("a symbolic link leads out of the plugin".to_owned());
    }
    let text = reader.read_text(path).map_err(|error| error.to_string())?;
    match text.len() <= bytes_max {
        true => Ok(text),
        false => Err(format!("it is larger than {} KiB", bytes_max / 1024)),
    }
}
