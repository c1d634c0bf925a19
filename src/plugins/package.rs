//! `Package`: the files of one plugin, wherever it lies, with their digest.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Span};
use crate::sources::{ReadError, Reader, join, yaml};

/// The manifest.
pub const MANIFEST: &str = "plugin.yaml";

/// The folders that belong to a plugin.
pub const FOLDERS: &[&str] = &["fixtures", "i18n", "icons", "schemas", "templates"];

/// The files that belong to a plugin besides its folders.
pub const FILES: &[&str] = &["LICENSE", "README.md", MANIFEST];

/// The largest file of a plugin, in bytes.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most bytes of all files of a plugin.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;

/// The most files of a plugin.
pub const FILES_MAX: usize = 2_000;

/// The files of a plugin.
#[derive(Clone, Debug)]
pub struct Package {
    /// The manifest, as diagnostics name it.
    pub file: Arc<str>,
    /// The files that belong to it, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Other files of its folder, sorted; they are not part of it.
    pub left_out: Vec<String>,
    /// The manifest, with places.
    pub document: yaml::Document<'static>,
    /// The manifest as a value.
    pub manifest: Value,
}

impl Package {
    /// Reads the plugin in a folder.
    ///
    /// # Errors
    /// When there is none, its manifest is not YAML, or it is too large.
    pub fn read(folder: &str, reader: &dyn Reader) -> Result<Self, Box<Diagnostic>> {
        let path = below(folder, MANIFEST);
        let file: Arc<str> = Arc::from(path.as_str());
        let (members, left_out) = members(folder, reader)
            .map_err(|error| Box::new(unreadable(Span::file(Arc::clone(&file)), &error)))?;
        if !members.iter().any(|it| it == MANIFEST) {
            return Err(Box::new(unreadable(Span::file(file), &ReadError::NotFound)));
        }
        let mut files = BTreeMap::new();
        let mut left = BYTES_MAX;
        for name in members {
            let path = below(folder, &name);
            let bytes = reader
                .read(&path)
                .map_err(|error| Box::new(unreadable(Span::file(path.as_str()), &error)))?;
            left = bounded(&path, bytes.len(), left)?;
            files.insert(name, bytes);
        }
        let text = files.get(MANIFEST).and_then(|it| std::str::from_utf8(it).ok());
        let text =
            text.ok_or_else(|| Box::new(unreadable(Span::file(Arc::clone(&file)), &ReadError::NotText)))?;
        let document = yaml::parse_one(&file, text.trim_start_matches('\u{feff}'))?;
        let manifest = document.json();
        Ok(Self { file, files, left_out, document, manifest })
    }

    /// Returns the digest of the files.
    pub fn digest(&self) -> String {
        let mut digest = blake3::Hasher::new();
        self.files.iter().for_each(|(path, bytes)| add(&mut digest, path, bytes));
        digest.finalize().to_hex().to_string()
    }

    /// Returns a text of the manifest.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.manifest.pointer(pointer).and_then(Value::as_str)
    }

    /// Returns its id; empty if it has none.
    pub fn id(&self) -> &str {
        self.text("/metadata/id").unwrap_or_default()
    }

    /// Returns its version; `0.0.0` if it has none.
    pub fn version(&self) -> &str {
        self.text("/metadata/version").unwrap_or("0.0.0")
    }
}

/// Returns the digest of the plugin in a folder, one file in memory at a time.
///
/// # Errors
/// When a file cannot be read, or there is too much.
pub(super) fn digest(folder: &str, reader: &dyn Reader) -> Result<String, Box<Diagnostic>> {
    let at = |path: &str, error: &ReadError| Box::new(unreadable(Span::file(path), error));
    let (members, _) = members(folder, reader).map_err(|error| at(folder, &error))?;
    let mut digest = blake3::Hasher::new();
    let mut left = BYTES_MAX;
    for name in members {
        let path = below(folder, &name);
        let bytes = reader.read(&path).map_err(|error| at(&path, &error))?;
        left = bounded(&path, bytes.len(), left)?;
        add(&mut digest, &name, &bytes);
    }
    Ok(digest.finalize().to_hex().to_string())
}

/// The lengths keep two trees apart whose texts are the same in a row.
fn add(digest: &mut blake3::Hasher, path: &str, bytes: &[u8]) {
    digest.update(&(path.len() as u64).to_le_bytes()).update(path.as_bytes());
    digest.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
}

/// Returns the files that belong to the plugin in a folder, and the others, as seen from the folder and sorted.
fn members(folder: &str, reader: &dyn Reader) -> Result<(Vec<String>, Vec<String>), ReadError> {
    let paths = reader.tree(folder)?;
    let prefix = below(folder, "");
    let names = paths.iter().filter_map(|it| it.strip_prefix(prefix.as_str()));
    let (mut members, left_out): (Vec<String>, Vec<String>) =
        names.map(|it| it.trim_start_matches('/').to_owned()).partition(|it| is_member(it));
    if members.len() > FILES_MAX {
        return Err(ReadError::TooMany(FILES_MAX));
    }
    members.sort_unstable();
    Ok((members, left_out))
}

/// Returns whether a file belongs to a plugin. Hidden files are those of editors and systems.
pub fn is_member(path: &str) -> bool {
    let hidden = path.split('/').any(|it| it.starts_with('.'));
    let folder = path.split_once('/').map(|(folder, _)| folder);
    !hidden && folder.map_or_else(|| FILES.contains(&path), |it| FOLDERS.contains(&it))
}

/// Returns the path of a file of a folder; with an empty name, what the paths of all its files begin with.
fn below(folder: &str, name: &str) -> String {
    let folder = if folder.ends_with("!/") { folder } else { folder.trim_end_matches('/') };
    match name {
        "" if folder.is_empty() || folder.ends_with("!/") => folder.to_owned(),
        "" => format!("{}/", join(folder, "")),
        name => join(folder, name),
    }
}

fn bounded(path: &str, bytes: usize, left: usize) -> Result<usize, Box<Diagnostic>> {
    if bytes > FILE_BYTES_MAX {
        return Err(Box::new(unreadable(Span::file(path), &ReadError::TooLarge(FILE_BYTES_MAX as u64))));
    }
    let total = "with it the plugin has more than 16 MiB";
    left.checked_sub(bytes)
        .ok_or_else(|| Box::new(unreadable(Span::file(path), &ReadError::Refused(total.to_owned()))))
}

fn unreadable(span: Span, error: &ReadError) -> Diagnostic {
    Diagnostic::error("plugin/unreadable", span, format!("the file of the plugin cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::Package;
    use crate::sources::MemoryReader;

    const MANIFEST: &str = "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: tides, version: 1.2.0}\n";

    fn reader(folder: &str, more: &[&str]) -> MemoryReader {
        let files = more.iter().map(|it| (format!("{folder}{it}"), b"x".to_vec()));
        MemoryReader::new(files.chain([(format!("{folder}plugin.yaml"), MANIFEST.as_bytes().to_vec())]))
    }

    #[test]
    fn the_digest_depends_on_the_files_alone() {
        let more = ["icons/a.svg", "README.md"];
        let packed = Package::read("", &reader("", &more)).unwrap();
        let folder = Package::read("plugins/tides", &reader("plugins/tides/", &more)).unwrap();
        let elsewhere = "git+https://git.example/p#v1!/tides";
        let elsewhere = Package::read(elsewhere, &reader(&format!("{elsewhere}/"), &more)).unwrap();
        assert_eq!(packed.files.keys().collect::<Vec<_>>(), ["README.md", "icons/a.svg", "plugin.yaml"]);
        assert_eq!(packed.digest(), folder.digest());
        assert_eq!(packed.digest(), elsewhere.digest());
        let root = "archive+file://tides.tar.gz!/";
        assert_eq!(Package::read(root, &reader(root, &more)).unwrap().digest(), packed.digest());
        assert_eq!(super::digest(root, &reader(root, &more)).unwrap(), packed.digest());
        let other = Package::read("", &reader("", &["icons/b.svg", "README.md"])).unwrap();
        assert_ne!(packed.digest(), other.digest());
    }

    #[test]
    fn what_is_not_part_of_it_is_left_out() {
        let package = Package::read("", &reader("", &["notes.txt", "src/a.rs", "icons/.DS_Store"])).unwrap();
        assert_eq!(package.files.len(), 1);
        assert_eq!(package.left_out, ["icons/.DS_Store", "notes.txt", "src/a.rs"]);
        assert_eq!((package.id(), package.version()), ("tides", "1.2.0"));
        assert!(Package::read("nothing", &reader("", &[])).is_err());
    }
}
