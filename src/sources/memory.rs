//! `MemoryReader`: files held in memory, for tests and for what is embedded in the program.

use std::collections::BTreeMap;

use globset::GlobBuilder;

use super::{ReadError, Reader, normalize};

/// Reads from a map of path to bytes.
#[derive(Clone, Debug, Default)]
pub struct MemoryReader {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryReader {
    /// Returns a reader of these files; paths are as for [`Reader`].
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect() }
    }
}

impl Reader for MemoryReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.files.get(&normalize(path)).cloned().ok_or(ReadError::NotFound)
    }

    fn search(&self, glob: &str) -> Result<Vec<String>, ReadError> {
        let matcher = GlobBuilder::new(&normalize(glob))
            .literal_separator(true)
            .build()
            .map_err(|error| ReadError::BadGlob(error.kind().to_string()))?
            .compile_matcher();
        Ok(self.files.keys().filter(|path| matcher.is_match(path)).cloned().collect())
    }

    fn tree(&self, folder: &str) -> Result<Vec<String>, ReadError> {
        let prefix = match normalize(folder) {
            // The root of a tree elsewhere ends in its mark.
            folder if folder.is_empty() || folder.ends_with('/') => folder,
            folder => folder + "/",
        };
        let found: Vec<String> =
            self.files.keys().filter(|path| path.starts_with(&prefix)).cloned().collect();
        if found.is_empty() { Err(ReadError::NotFound) } else { Ok(found) }
    }
}
