//! `Share`: a name to bytes in a store that machines share.

use std::io::Read;

use super::FetchError;

/// A store that machines share. What is put there is there whole or not at all, and the last of two wins.
pub(super) trait Share: Send + Sync {
    /// Returns what has a name; `None` where nothing has.
    ///
    /// # Errors
    /// When the store cannot be asked. A body that breaks off is an error of reading.
    fn get(&self, name: &str) -> Result<Option<Box<dyn Read + Send>>, FetchError>;

    /// Returns whether anything has a name.
    ///
    /// # Errors
    /// When the store cannot be asked.
    fn has(&self, name: &str) -> Result<bool, FetchError>;

    /// Puts a content under a name.
    ///
    /// # Errors
    /// When the content cannot be read or the store does not take it.
    fn put(&self, name: &str, content: &mut dyn Read) -> Result<(), FetchError>;
}
