//! A zip archive, read by its directory; only what is wanted is decompressed.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use zip::read::{ArchiveOffset, Config};
use zip::{CompressionMethod, ZipArchive};

use super::listing::{ArchiveListing, ArchiveReason, Collector};
use super::name::PATH_BYTES_MAX;
use super::{ArchiveError, unreadable};

/// The most bytes that are read to learn what is there: names, extra fields and comments.
const DIRECTORY_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Where the end of the directory may lie, from the end of the file: its record, the longest comment, and the locator
/// of the larger record.
const END_BYTES_MAX: u64 = 22 + 65_535 + 4 + 20;

/// Reads a zip archive of `length` bytes.
pub(super) fn read(
    mut file: File,
    length: u64,
    mut collector: Collector<'_>,
) -> Result<ArchiveListing, ArchiveError> {
    check_count(&mut file, length, collector.limits.entries)?;
    let left = Rc::new(Cell::new(DIRECTORY_BYTES_MAX));
    let mut budget = BufReader::with_capacity(64 * 1024, Budget { file, left: Rc::clone(&left) });
    budget.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    // Nothing stands before the archive, so that no signature must be searched.
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, budget).map_err(malformed)?;
    if archive.has_duplicate_names() {
        // The directory is a map by now; which of them was the second is lost.
        collector.refuse(b"", ArchiveReason::Duplicate);
    }
    // Contents have bounds of their own.
    left.set(u64::MAX);
    let mut became = 0;
    for index in 0..archive.len() {
        read_entry(&mut archive, index, &mut collector, &mut became)?;
        collector.check_ratio(length, became)?;
    }
    Ok(collector.finish())
}

/// Stops a reading of the directory that goes on for too long.
struct Budget {
    file: File,
    left: Rc<Cell<u64>>,
}

impl Read for Budget {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left.set(left.ok_or_else(|| io::Error::other("the directory is too large"))?);
        Ok(read)
    }
}

impl Seek for Budget {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Refuses an archive that claims too many entries, before room is made for them. The plain record counts to 65,535;
/// only the larger one can claim more.
fn check_count(file: &mut File, length: u64, entries_max: usize) -> Result<(), ArchiveError> {
    let start = length.saturating_sub(END_BYTES_MAX);
    file.seek(SeekFrom::Start(start)).map_err(unreadable)?;
    let mut end = Vec::new();
    Read::by_ref(file).take(END_BYTES_MAX).read_to_end(&mut end).map_err(unreadable)?;
    for locator in end.windows(16).filter(|it| it.starts_with(b"PK\x06\x07")) {
        let offset = number(locator.get(8..16));
        file.seek(SeekFrom::Start(offset.min(length))).map_err(unreadable)?;
        let mut record = Vec::new();
        Read::by_ref(file).take(40).read_to_end(&mut record).map_err(unreadable)?;
        if record.starts_with(b"PK\x06\x06") && number(record.get(32..40)) > entries_max as u64 {
            return Err(ArchiveError::TooMany(entries_max));
        }
    }
    Ok(())
}

fn number(bytes: Option<&[u8]>) -> u64 {
    bytes.and_then(|it| it.try_into().ok()).map_or(u64::MAX, u64::from_le_bytes)
}

fn read_entry(
    archive: &mut ZipArchive<BufReader<Budget>>,
    index: usize,
    collector: &mut Collector<'_>,
    became: &mut u64,
) -> Result<(), ArchiveError> {
    let data = archive.by_index_data(index).map_err(malformed)?;
    let name = data.name_raw().to_vec();
    let (size, folder, mode) = (data.size(), data.is_dir(), data.unix_mode().unwrap_or(0) & 0o170_000);
    let readable = !data.encrypted()
        && matches!(data.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
    drop(data);
    collector.count(name.len(), size)?;
    if folder {
        collector.folder(&name);
        return Ok(());
    }
    if !matches!(mode, 0 | 0o100_000 | 0o120_000) {
        collector.refuse(&name, ArchiveReason::Special);
        return Ok(());
    }
    if !readable {
        collector.refuse(&name, ArchiveReason::Unreadable);
        return Ok(());
    }
    if mode == 0o120_000 {
        let mut target = Vec::new();
        let limit = PATH_BYTES_MAX as u64 + 1;
        let read = archive.by_index(index).map_err(io::Error::from);
        match read.and_then(|it| it.take(limit).read_to_end(&mut target)) {
            Ok(read) if read > PATH_BYTES_MAX => collector.refuse(&name, ArchiveReason::LongName),
            Ok(_) => collector.symbolic_link(&name, &target),
            Err(_) => collector.refuse(&name, ArchiveReason::Corrupt),
        }
        *became += target.len() as u64;
        return Ok(());
    }
    let Some(path) = collector.file(&name, size) else { return Ok(()) };
    let given = match archive.by_index(index) {
        // What comes out is counted, whatever the header says; one byte more than it says is enough to know.
        Ok(mut content) => collector.give(path.clone(), size, &mut content)?.ok(),
        Err(_) => None,
    };
    match given {
        Some(length) => *became = became.saturating_add(length),
        None => {
            *became = became.saturating_add(size);
            collector.lose(&path);
        }
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn malformed(error: zip::result::ZipError) -> ArchiveError {
    ArchiveError::Malformed(error.to_string())
}
