//! An archive that holds one plugin to its files in memory; nothing is unpacked on disk.
//!
//! Its files have paths as those of a tree elsewhere: the root is `archive+` and the address of the archive, which for a
//! file of the site is `file://` and its path.

use std::collections::BTreeMap;

use super::remote::archive::{ArchiveError, ArchiveLimits, TopFolder, select_in};
use super::{MemoryReader, remote_path};

/// What stands before the address of an archive in the root of its files.
const SCHEME: &str = "archive+";

/// What stands before the path of an archive in the site folder.
const FILE: &str = "file://";

/// The endings of archives.
const ENDINGS: &[&str] = &[".tar.gz", ".tgz"];

/// What an archive of a plugin may hold: texts and icons.
const LIMITS: ArchiveLimits =
    ArchiveLimits { bytes: 16 * 1024 * 1024, entries: 2_000, ratio: 200, file_bytes: 4 * 1024 * 1024 };

/// Where an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArchivePlace<'a> {
    /// In the site folder, by its path.
    Own(&'a str),
    /// Elsewhere, by its address.
    Elsewhere(&'a str),
}

/// Returns whether a path or an address is that of an archive.
pub fn is_archive(written: &str) -> bool {
    let path = written.split(['?', '#']).next().unwrap_or(written);
    ENDINGS.iter().any(|it| path.ends_with(it))
}

/// Returns the path of the folder that is packed in an archive, which is named by a path or an address.
pub fn packed_path(archive: &str) -> String {
    let scheme = if archive.contains("://") { "" } else { FILE };
    remote_path(&format!("{SCHEME}{scheme}{archive}"), "")
}

/// Returns where the archive is whose files have this root; nothing for another root.
pub(super) fn place(root: &str) -> Option<ArchivePlace<'_>> {
    let archive = root.strip_prefix(SCHEME)?;
    Some(archive.strip_prefix(FILE).map_or(ArchivePlace::Elsewhere(archive), ArchivePlace::Own))
}

/// Returns the files of an archive. They may lie in one folder, as those of archives often do.
///
/// # Errors
/// When the archive is broken, becomes too large, or holds anything but plain files and folders; the text says why.
pub fn unpack(bytes: &[u8]) -> Result<MemoryReader, String> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut sink = |path: &str, bytes: Vec<u8>| {
        files.insert(path.to_owned(), bytes);
        Ok(())
    };
    let listing = select_in(bytes, TopFolder::Keep, &LIMITS, &|_, _| true, &mut sink);
    let listing = listing.map_err(|error: ArchiveError| error.to_string())?;
    if let Some(problem) = listing.problems.first() {
        return Err(format!("`{}` in the archive is refused: {}", problem.path, problem.reason));
    }
    if let Some(link) = listing.links.keys().next() {
        return Err(format!("`{link}` in the archive is a link, and a plugin has plain files alone"));
    }
    Ok(MemoryReader::new(without_top(files)))
}

/// Takes off the folder that everything lies in, if there is one.
fn without_top(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let first = files.keys().next().and_then(|it| it.split_once('/')).map(|(top, _)| format!("{top}/"));
    let top = first.filter(|top| files.keys().all(|it| it.starts_with(top.as_str())));
    let Some(top) = top else { return files };
    files
        .into_iter()
        .map(|(path, bytes)| (path.get(top.len()..).unwrap_or_default().to_owned(), bytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};
    use tar::{Builder, EntryType, Header};

    use super::{ArchivePlace, is_archive, packed_path, place, unpack};
    use crate::sources::{Reader as _, join, parent, split_remote};

    fn pack(entries: &[(&str, EntryType, Vec<u8>)]) -> Vec<u8> {
        let mut tar = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, kind, bytes) in entries {
            let mut header = Header::new_gnu();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(bytes.len() as u64);
            if kind.is_symlink() {
                header.set_link_name("plugin.yaml").unwrap();
            }
            header.set_cksum();
            tar.append(&header, bytes.as_slice()).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn a_packed_folder_is_a_tree_of_its_own() {
        let folder = packed_path("plugins/tides-1.0.0.tar.gz");
        let manifest = join(&folder, "plugin.yaml");
        let (root, below) = split_remote(&manifest).unwrap();
        assert_eq!(below, "plugin.yaml");
        assert_eq!(place(root), Some(ArchivePlace::Own("plugins/tides-1.0.0.tar.gz")));
        assert_eq!(join(parent(&manifest), "icons/tide.svg"), format!("{folder}icons/tide.svg"));
        let remote = packed_path("https://plugins.example/tides.tar.gz");
        let (root, _) = split_remote(&remote).unwrap();
        assert_eq!(place(root), Some(ArchivePlace::Elsewhere("https://plugins.example/tides.tar.gz")));
        assert_eq!(place("https://plugins.example"), None);
        assert!(is_archive("a.tgz") && is_archive("https://x.example/a.tar.gz?v=1") && !is_archive("a.yaml"));
    }

    #[test]
    fn files_are_read_with_and_without_a_top_folder() {
        let file = |name| (name, EntryType::Regular, b"x".to_vec());
        let flat = unpack(&pack(&[file("plugin.yaml"), file("icons/a.svg")])).unwrap();
        assert_eq!(flat.tree("").unwrap(), ["icons/a.svg", "plugin.yaml"]);
        let topped = unpack(&pack(&[file("tides-1/plugin.yaml"), file("tides-1/icons/a.svg")])).unwrap();
        assert_eq!(topped.tree("").unwrap(), ["icons/a.svg", "plugin.yaml"]);
    }

    #[test]
    fn what_is_no_plain_file_is_refused() {
        let file = |name| (name, EntryType::Regular, b"x".to_vec());
        for (entries, expected) in [
            (vec![file("plugin.yaml"), file("../out")], "leads out"),
            (vec![file("plugin.yaml"), ("link", EntryType::Symlink, Vec::new())], "a link"),
            (vec![file("plugin.yaml"), file("plugin.yaml")], "twice"),
            (vec![("plugin.yaml", EntryType::Regular, vec![0; 5 * 1024 * 1024])], "too large"),
            (
                (b'a'..b'f')
                    .map(|it| {
                        (
                            ["a", "b", "c", "d", "e"][usize::from(it - b'a')],
                            EntryType::Regular,
                            vec![0; 4_000_000],
                        )
                    })
                    .collect(),
                "more than 16 MiB",
            ),
        ] {
            let error = unpack(&pack(&entries)).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        assert!(unpack(b"PK\x03\x04").unwrap_err().contains("zip"));
        assert!(unpack(b"\x1f\x8bnot gzip").unwrap_err().contains("broken"));
    }
}
