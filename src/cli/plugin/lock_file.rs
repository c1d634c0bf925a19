//! The lock of a site, as commands about plugins change it.

use std::path::Path;

use crate::cli::{Failure, elsewhere};
use crate::publish::write_file;
use crate::sources::Reader;
use crate::sources::remote::{LOCK_FILE, Lock};

/// Changes the lock of a site, with what was read from elsewhere meanwhile.
pub(super) fn change(
    site: &Path,
    reader: &dyn Reader,
    change: impl FnOnce(&mut Lock),
) -> Result<(), Failure> {
    let before = elsewhere::lock(site)?;
    let mut lock = before.clone().unwrap_or_default();
    if let Some(remote) = reader.elsewhere() {
        lock.take_reads(&remote.fetcher().lock());
    }
    change(&mut lock);
    if before.as_ref() == Some(&lock) || (before.is_none() && lock.is_empty()) {
        return Ok(());
    }
    write_file(&site.join(LOCK_FILE), lock.to_text().as_bytes())
        .map_err(|error| Failure::io(LOCK_FILE, &error))
}
