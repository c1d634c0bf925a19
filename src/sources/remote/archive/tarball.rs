//! A tar archive, plain or through gzip, read once from its beginning to its end.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, PaxExtensions};

use super::listing::{ArchiveListing, ArchiveReason, Collector};
use super::name::PATH_BYTES_MAX;
use super::{ArchiveError, RATIO_FREE_BYTES};

/// The most bytes of an entry that describes the next one: a few long names.
const DESCRIPTION_BYTES_MAX: u64 = 64 * 1024;

/// Reads a plain one of `length` bytes.
pub(super) fn read_plain(
    file: impl Read,
    length: u64,
    collector: Collector<'_>,
) -> Result<ArchiveListing, ArchiveError> {
    // A plain one becomes what it is; its length bounds it.
    let compressed = Rc::new(Cell::new(length));
    read(BufReader::with_capacity(64 * 1024, file), &compressed, collector)
}

/// Reads one that is compressed with gzip.
pub(super) fn read_compressed(
    file: impl Read,
    collector: Collector<'_>,
) -> Result<ArchiveListing, ArchiveError> {
    let compressed = Rc::new(Cell::new(0));
    let counted = Counted { inner: BufReader::with_capacity(64 * 1024, file), count: Rc::clone(&compressed) };
    read(MultiGzDecoder::new(counted), &compressed, collector)
}

/// Counts the bytes that go through.
struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.count.set(self.count.get().saturating_add(read as u64));
        Ok(read)
    }
}

/// Stops when too much comes out of too little. It stands behind the decompressor, since one entry may be all of it.
struct Guarded<R> {
    inner: R,
    became: u64,
    compressed: Rc<Cell<u64>>,
    ratio: u64,
    bytes_max: u64,
    tripped: Rc<Cell<Option<Tripped>>>,
}

#[derive(Clone, Copy)]
enum Tripped {
    Ratio,
    Bytes,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.became = self.became.saturating_add(read as u64);
        let too_dense =
            self.became > RATIO_FREE_BYTES && self.became / self.ratio.max(1) > self.compressed.get();
        if too_dense {
            self.tripped.set(Some(Tripped::Ratio));
        } else if self.became > self.bytes_max {
            self.tripped.set(Some(Tripped::Bytes));
        } else {
            return Ok(read);
        }
        Err(io::Error::other("too much"))
    }
}

fn read(
    from: impl Read,
    compressed: &Rc<Cell<u64>>,
    mut collector: Collector<'_>,
) -> Result<ArchiveListing, ArchiveError> {
    let tripped = Rc::new(Cell::new(None));
    let limits = collector.limits;
    let guarded = Guarded {
        inner: from,
        became: 0,
        compressed: Rc::clone(compressed),
        ratio: limits.ratio,
        // Headers and padding are at most three blocks an entry.
        bytes_max: limits.bytes.saturating_add(limits.entries as u64 * 2_048),
        tripped: Rc::clone(&tripped),
    };
    let done = read_entries(guarded, &mut collector);
    match (done, tripped.get()) {
        (_, Some(Tripped::Ratio)) => Err(ArchiveError::Bomb(limits.ratio)),
        (_, Some(Tripped::Bytes)) => Err(ArchiveError::TooLarge(limits.bytes)),
        (Err(error), None) => Err(error),
        (Ok(()), None) => Ok(collector.finish()),
    }
}

/// What entries of the extensions say of the next one.
#[derive(Default)]
struct Described {
    name: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    size: Option<u64>,
    /// The description is too long to be read.
    too_long: bool,
    sparse: bool,
}

fn read_entries(from: impl Read, collector: &mut Collector<'_>) -> Result<(), ArchiveError> {
    let mut archive = Archive::new(from);
    // Raw, because the crate would read descriptions of any length.
    let entries = archive.entries().map_err(malformed)?.raw(true);
    let mut described = Described::default();
    for entry in entries {
        let mut entry = entry.map_err(malformed)?;
        let size = entry.header().entry_size().map_err(malformed)?;
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() || kind.is_gnu_longlink() || kind.is_pax_local_extensions() {
            collector.count(0, size)?;
            describe(&mut described, &mut entry, size)?;
        } else if kind.is_pax_global_extensions() {
            collector.count(0, size)?;
        } else {
            take(collector, &mut entry, size, std::mem::take(&mut described))?;
        }
    }
    Ok(())
}

/// Reads what an entry says of the next one.
fn describe(
    described: &mut Described,
    entry: &mut Entry<'_, impl Read>,
    size: u64,
) -> Result<(), ArchiveError> {
    let kind = entry.header().entry_type();
    if size > DESCRIPTION_BYTES_MAX {
        described.too_long = true;
        return Ok(());
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(malformed)?;
    if kind.is_gnu_longname() || kind.is_gnu_longlink() {
        if bytes.last() == Some(&0) {
            bytes.pop();
        }
        let place = if kind.is_gnu_longname() { &mut described.name } else { &mut described.target };
        *place = Some(bytes);
        return Ok(());
    }
    for record in PaxExtensions::new(&bytes) {
        let record = record.map_err(malformed)?;
        match record.key_bytes() {
            b"path" => described.name = Some(record.value_bytes().to_vec()),
            b"linkpath" => described.target = Some(record.value_bytes().to_vec()),
            b"size" => {
                let size = record.value().ok().and_then(|it| it.parse().ok());
                let wrong = || ArchiveError::Malformed("a size is no number".to_owned());
                described.size = Some(size.ok_or_else(wrong)?);
            }
            key if key.starts_with(b"GNU.sparse.") => described.sparse = true,
            _ => {}
        }
    }
    Ok(())
}

fn take(
    collector: &mut Collector<'_>,
    entry: &mut Entry<'_, impl Read>,
    size: u64,
    described: Described,
) -> Result<(), ArchiveError> {
    // Two sizes are two ways to read what follows, which is how one archive looks different to two readers.
    if described.size.is_some_and(|it| it != size) {
        return Err(ArchiveError::Malformed("an entry has two sizes".to_owned()));
    }
    let kind = entry.header().entry_type();
    let name = described.name.unwrap_or_else(|| entry.header().path_bytes().into_owned());
    collector.count(name.len(), size)?;
    if described.too_long || name.len() > PATH_BYTES_MAX {
        collector.refuse(&name, ArchiveReason::LongName);
    } else if described.sparse || kind.is_gnu_sparse() {
        collector.refuse(&name, ArchiveReason::Sparse);
    } else if kind.is_dir() || (kind.is_file() && name.ends_with(b"/")) {
        collector.folder(&with_slash(name));
    } else if kind.is_file() || kind.is_contiguous() {
        if let Some(path) = collector.file(&name, size) {
            collector.give(path, size, entry)?.map_err(malformed)?;
        }
    } else if kind.is_symlink() || kind.is_hard_link() {
        let target = described
            .target
            .or_else(|| entry.header().link_name_bytes().map(std::borrow::Cow::into_owned))
            .unwrap_or_default();
        if target.len() > PATH_BYTES_MAX {
            collector.refuse(&name, ArchiveReason::LongName);
        } else if kind.is_symlink() {
            collector.symbolic_link(&name, &target);
        } else {
            collector.hard_link(&name, &target);
        }
    } else {
        collector.refuse(&name, ArchiveReason::Special);
    }
    Ok(())
}

/// Some writers leave the slash of a folder out.
fn with_slash(mut name: Vec<u8>) -> Vec<u8> {
    if !name.ends_with(b"/") {
        name.push(b'/');
    }
    name
}

#[expect(clippy::needless_pass_by_value, reason = "it is the argument of map_err")]
fn malformed(error: io::Error) -> ArchiveError {
    ArchiveError::Malformed(error.to_string())
}
