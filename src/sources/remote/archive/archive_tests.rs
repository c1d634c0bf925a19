//! Archives made in a temporary folder, honest and hostile, through `select`.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{ArchiveError, ArchiveLimits, ArchiveListing, ArchiveReason, TopFolder, select};

/// A file that is removed when it is dropped.
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn made(bytes: &[u8]) -> Made {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("callboard-archive-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, bytes).unwrap();
    Made(path)
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Writes an entry with its name as it is, which the crate itself would refuse.
fn raw_entry(tar: &mut Vec<u8>, kind: EntryType, name: &[u8], target: &[u8], content: &[u8]) {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.as_old_mut().linkname[..target.len()].copy_from_slice(target);
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    header.set_cksum();
    tar.extend(header.as_bytes());
    tar.extend(content);
    tar.resize(tar.len().next_multiple_of(512), 0);
}

fn file(tar: &mut Vec<u8>, name: &str, content: &str) {
    raw_entry(tar, EntryType::Regular, name.as_bytes(), b"", content.as_bytes());
}

fn ended(mut tar: Vec<u8>) -> Vec<u8> {
    tar.resize(tar.len() + 1_024, 0);
    tar
}

fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        if name.ends_with('/') {
            writer.add_directory(*name, SimpleFileOptions::default()).unwrap();
        } else {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

type Contents = Vec<(String, String)>;

fn read(
    bytes: &[u8],
    top: TopFolder,
    limits: &ArchiveLimits,
) -> Result<(ArchiveListing, Contents), ArchiveError> {
    let made = made(bytes);
    let mut contents = Vec::new();
    let listing = select(&made.0, top, limits, &|path, _| path.ends_with(".yaml"), &mut |path, bytes| {
        contents.push((path.to_owned(), String::from_utf8_lossy(&bytes).into_owned()));
        Ok(())
    })?;
    Ok((listing, contents))
}

fn listed(bytes: &[u8]) -> ArchiveListing {
    read(bytes, TopFolder::Keep, &ArchiveLimits::default()).unwrap().0
}

fn paths(listing: &ArchiveListing) -> Vec<&str> {
    listing.files.iter().map(|it| it.path.as_str()).collect()
}

fn problems(listing: &ArchiveListing) -> Vec<(&str, ArchiveReason)> {
    listing.problems.iter().map(|it| (it.path.as_str(), it.reason)).collect()
}

#[test]
fn the_three_formats_say_the_same() {
    let mut tar = Vec::new();
    // As `git archive` begins.
    raw_entry(&mut tar, EntryType::XGlobalHeader, b"pax_global_header", b"", b"16 comment=0123\n");
    raw_entry(&mut tar, EntryType::Directory, b"o-r-1/", b"", b"");
    file(&mut tar, "o-r-1/b/c.yaml", "c");
    file(&mut tar, "o-r-1/a.yaml", "a");
    file(&mut tar, "o-r-1/big.bin", "no");
    file(&mut tar, "other/x.yaml", "x");
    let tar = ended(tar);
    let zip = zipped(&[
        ("o-r-1/", ""),
        ("o-r-1/b/c.yaml", "c"),
        ("o-r-1/a.yaml", "a"),
        ("o-r-1/big.bin", "no"),
        ("other/x.yaml", "x"),
    ]);
    for bytes in [&tar, &gzipped(&tar), &zip] {
        let (listing, contents) = read(bytes, TopFolder::Strip, &ArchiveLimits::default()).unwrap();
        assert_eq!(paths(&listing), ["a.yaml", "b/c.yaml", "big.bin"]);
        assert_eq!(listing.files[2].size, 2);
        let expected = [("b/c.yaml", "c"), ("a.yaml", "a")];
        assert_eq!(contents, expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
        assert_eq!(problems(&listing), [("other/x.yaml", ArchiveReason::BesideTop)]);
        let (listing, _) = read(bytes, TopFolder::Keep, &ArchiveLimits::default()).unwrap();
        assert_eq!(paths(&listing), ["o-r-1/a.yaml", "o-r-1/b/c.yaml", "o-r-1/big.bin", "other/x.yaml"]);
    }
}

#[test]
fn a_hostile_entry_is_refused_and_the_others_are_read() {
    let mut tar = Vec::new();
    let mut expected = Vec::new();
    for (name, reason) in [
        ("../up.yaml", ArchiveReason::Outside),
        ("/etc/passwd", ArchiveReason::Outside),
        ("C:/a.yaml", ArchiveReason::BadName),
        ("a\\b.yaml", ArchiveReason::BadName),
        ("a//b.yaml", ArchiveReason::BadName),
        (".git/config", ArchiveReason::Git),
    ] {
        file(&mut tar, name, "x");
        expected.push((name, reason));
    }
    file(&mut tar, "Read.yaml", "first");
    for (name, reason) in [
        ("Read.yaml", ArchiveReason::Duplicate),
        ("read.YAML", ArchiveReason::CaseClash),
        ("Read.yaml/below", ArchiveReason::FileAndFolder),
    ] {
        file(&mut tar, name, "second");
        expected.push((name, reason));
    }
    file(&mut tar, "d/e.yaml", "e");
    file(&mut tar, "d", "no folder");
    expected.push(("d", ArchiveReason::FileAndFolder));
    raw_entry(&mut tar, EntryType::Regular, b"\xff.yaml", b"", b"x");
    expected.push(("\u{fffd}.yaml", ArchiveReason::NotText));
    for kind in [EntryType::Char, EntryType::Block, EntryType::Fifo, EntryType::new(b'Z')] {
        raw_entry(&mut tar, kind, b"device", b"", b"");
        expected.push(("device", ArchiveReason::Special));
    }
    raw_entry(&mut tar, EntryType::GNUSparse, b"holes", b"", b"");
    expected.push(("holes", ArchiveReason::Sparse));
    let (listing, contents) = read(&ended(tar), TopFolder::Keep, &ArchiveLimits::default()).unwrap();
    assert_eq!(problems(&listing), expected);
    assert_eq!(listing.refused, expected.len());
    assert_eq!(paths(&listing), ["Read.yaml", "d/e.yaml"]);
    assert_eq!(contents[0].1, "first");
}

#[test]
fn links_end_at_a_file_of_the_archive() {
    let mut tar = Vec::new();
    let link = |tar: &mut Vec<u8>, name: &str, target: &str| {
        raw_entry(tar, EntryType::Symlink, name.as_bytes(), target.as_bytes(), b"");
    };
    raw_entry(&mut tar, EntryType::Directory, b"top/", b"", b"");
    link(&mut tar, "top/x/near.yaml", "../a.yaml");
    link(&mut tar, "top/far.yaml", "x/near.yaml");
    raw_entry(&mut tar, EntryType::Link, b"top/hard.yaml", b"top/a.yaml", b"");
    file(&mut tar, "top/a.yaml", "a");
    link(&mut tar, "top/out", "../../etc/passwd");
    link(&mut tar, "top/out2", "../top/a.yaml");
    link(&mut tar, "top/root", "/etc/passwd");
    raw_entry(&mut tar, EntryType::Link, b"top/hard2", b"/etc/passwd", b"");
    link(&mut tar, "top/loop1", "loop2");
    link(&mut tar, "top/loop2", "loop1");
    link(&mut tar, "top/none", "nothing");
    link(&mut tar, "top/folder", "x");
    link(&mut tar, "top/empty", "");
    let (listing, _) = read(&ended(tar), TopFolder::Strip, &ArchiveLimits::default()).unwrap();
    let links: Vec<_> = listing.links.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    assert_eq!(links, [("far.yaml", "a.yaml"), ("hard.yaml", "a.yaml"), ("x/near.yaml", "a.yaml")]);
    assert_eq!(
        problems(&listing),
        [
            ("top/out", ArchiveReason::LinkOutside),
            ("top/out2", ArchiveReason::LinkOutside),
            ("top/root", ArchiveReason::LinkOutside),
            ("top/hard2", ArchiveReason::LinkOutside),
            ("empty", ArchiveReason::LinkToNoFile),
            ("folder", ArchiveReason::LinkToNoFile),
            ("loop1", ArchiveReason::LinkToNoFile),
            ("loop2", ArchiveReason::LinkToNoFile),
            ("none", ArchiveReason::LinkToNoFile),
        ]
    );
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.add_symlink("l.yaml", "a.yaml", SimpleFileOptions::default()).unwrap();
    writer.add_symlink("out", "../a.yaml", SimpleFileOptions::default()).unwrap();
    writer.start_file("a.yaml", SimpleFileOptions::default()).unwrap();
    let listing = listed(&writer.finish().unwrap().into_inner());
    assert_eq!(listing.links.get("l.yaml").map(String::as_str), Some("a.yaml"));
    assert_eq!(problems(&listing), [("out", ArchiveReason::LinkOutside)]);
}

#[test]
fn long_names_are_read_within_bounds() {
    let long = format!("{}/a.yaml", "long/".repeat(60).trim_end_matches('/'));
    let mut builder = Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(1);
    header.set_mode(0o644);
    builder.append_data(&mut header, &long, &b"a"[..]).unwrap();
    assert_eq!(paths(&listed(&builder.into_inner().unwrap())), [long.as_str()]);

    let record = format!("path={long}\n");
    let record = format!("{} {record}", record.len() + 4);
    let mut tar = Vec::new();
    raw_entry(&mut tar, EntryType::XHeader, b"pax", b"", record.as_bytes());
    file(&mut tar, "short", "a");
    assert_eq!(paths(&listed(&ended(tar))), [long.as_str()]);

    let huge = vec![b'x'; 1024 * 1024];
    for kind in [EntryType::GNULongName, EntryType::GNULongLink, EntryType::XHeader] {
        let mut tar = Vec::new();
        raw_entry(&mut tar, kind, b"huge", b"", &huge);
        file(&mut tar, "named", "a");
        file(&mut tar, "next", "a");
        let listing = listed(&ended(tar));
        assert_eq!(paths(&listing), ["next"]);
        assert_eq!(problems(&listing), [("named", ArchiveReason::LongName)]);
    }
    let mut tar = Vec::new();
    raw_entry(&mut tar, EntryType::XHeader, b"pax", b"", b"11 size=99\n");
    file(&mut tar, "a", "a");
    assert!(matches!(
        read(&ended(tar), TopFolder::Keep, &ArchiveLimits::default()),
        Err(ArchiveError::Malformed(_))
    ));
}

#[test]
fn bombs_are_refused_as_a_whole() {
    let limits = ArchiveLimits { bytes: 1_000, entries: 3, ratio: 200, file_bytes: 100 };
    let mut tar = Vec::new();
    for name in ["a", "b", "c", "d"] {
        file(&mut tar, name, "");
    }
    let error = |bytes: &[u8], limits| read(bytes, TopFolder::Keep, limits).map(|_| ()).unwrap_err();
    assert_eq!(error(&ended(tar), &limits), ArchiveError::TooMany(3));
    assert_eq!(
        error(&zipped(&[("a", ""), ("b", ""), ("c", ""), ("d", "")]), &limits),
        ArchiveError::TooMany(3)
    );
    let text = "x".repeat(600);
    let mut tar = Vec::new();
    file(&mut tar, "a", &text);
    file(&mut tar, "b", &text);
    assert_eq!(error(&ended(tar), &limits), ArchiveError::TooLarge(1_000));
    assert_eq!(error(&zipped(&[("a", &text), ("b", &text)]), &limits), ArchiveError::TooLarge(1_000));
    // One file that is too large is a problem of its own.
    let (listing, contents) = read(&zipped(&[("a.yaml", &text)]), TopFolder::Keep, &limits).unwrap();
    assert_eq!(problems(&listing), [("a.yaml", ArchiveReason::TooLarge)]);
    assert!(contents.is_empty());
    // Far below the bound of bytes, but of nearly nothing: one zip, one tar of one entry that is not even wanted.
    let zeros = "\0".repeat(30 * 1024 * 1024);
    let entries = [("1.yaml", zeros.as_str()), ("2.yaml", &zeros), ("3.yaml", &zeros)];
    let dense = ArchiveLimits::default();
    assert_eq!(error(&zipped(&entries), &dense), ArchiveError::Bomb(200));
    let mut tar = Vec::new();
    raw_entry(&mut tar, EntryType::Regular, b"a", b"", zeros.repeat(3).as_bytes());
    assert_eq!(error(&gzipped(&tar), &dense), ArchiveError::Bomb(200));
}

#[test]
fn the_headers_of_a_zip_are_not_trusted() {
    let honest = zipped(&[("a.yaml", "content"), ("b.yaml", "b")]);
    let central = honest.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
    let changed = |offset: usize, value: u8| {
        let mut bytes = honest.clone();
        bytes[central + offset] = value;
        read(&bytes, TopFolder::Keep, &ArchiveLimits::default())
    };
    // The flag of encryption, the method, the checksum, the size after decompression.
    for (offset, value, reason) in [
        (8, 1, ArchiveReason::Unreadable),
        (10, 99, ArchiveReason::Unreadable),
        (16, 0, ArchiveReason::Corrupt),
        (24, 3, ArchiveReason::Corrupt),
        (24, 200, ArchiveReason::Corrupt),
    ] {
        let (listing, contents) = changed(offset, value).unwrap();
        assert_eq!(problems(&listing), [("a.yaml", reason)], "{offset}");
        assert_eq!(contents, [("b.yaml".to_owned(), "b".to_owned())], "{offset}");
    }
    let mut twice = honest.clone();
    let second = twice.iter().rposition(|it| *it == b'b').unwrap();
    assert_eq!(&twice[second..second + 6], b"b.yaml");
    twice[second] = b'a';
    assert_eq!(listed(&twice).problems[0].reason, ArchiveReason::Duplicate);
    // A directory that claims four thousand million entries.
    let mut many = vec![0; 100];
    let record = many.len() as u64;
    many.extend(b"PK\x06\x06");
    many.extend(44_u64.to_le_bytes());
    many.extend([0; 12]);
    many.extend([u32::MAX.into(), u32::MAX.into(), 1_u64 << 40, 0].map(u64::to_le_bytes).concat());
    many.extend(b"PK\x06\x07\0\0\0\0");
    many.extend(record.to_le_bytes());
    many.extend(1_u32.to_le_bytes());
    many.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
    many[..4].copy_from_slice(b"PK\x03\x04");
    let limits = ArchiveLimits::default();
    assert_eq!(read(&many, TopFolder::Keep, &limits), Err(ArchiveError::TooMany(limits.entries)));
}

#[test]
fn what_is_no_archive_is_told() {
    let mut tar = Vec::new();
    file(&mut tar, "a.yaml", &"a line\n".repeat(500));
    let whole = gzipped(&ended(tar));
    let half = &whole[..whole.len() / 2];
    for bytes in [b"<!doctype html><title>Sign in</title>".as_slice(), b"PK", b"\x1f\x8b", half, &[1; 600]] {
        let error = read(bytes, TopFolder::Keep, &ArchiveLimits::default()).map(|_| ());
        assert!(matches!(error, Err(ArchiveError::Malformed(_))), "{error:?}");
    }
}

/// A small source of numbers that are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

#[test]
fn no_change_of_bytes_makes_it_panic() {
    let mut tar = Vec::new();
    raw_entry(&mut tar, EntryType::XGlobalHeader, b"pax_global_header", b"", b"16 comment=0123\n");
    raw_entry(&mut tar, EntryType::GNULongName, b"long", b"", b"o/long.yaml\0");
    file(&mut tar, "o/a.yaml", "a");
    raw_entry(&mut tar, EntryType::XHeader, b"pax", b"", b"11 path=o/x\n");
    raw_entry(&mut tar, EntryType::Symlink, b"o/l.yaml", b"a.yaml", b"");
    let tar = ended(tar);
    let zip = zipped(&[("o/", ""), ("o/a.yaml", "a"), ("o/b.yaml", &"b".repeat(300))]);
    let limits = ArchiveLimits { bytes: 1 << 20, entries: 50, ratio: 200, file_bytes: 1 << 16 };
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for original in [&tar, &gzipped(&tar), &zip] {
        for _ in 0..700 {
            let mut bytes = original.clone();
            for _ in 0..=dice.roll(4) {
                let at = dice.roll(bytes.len());
                bytes[at] = [0, 1, 0x7f, 0xff, b'/', b'.', dice.roll(256) as u8][dice.roll(7)];
            }
            if dice.roll(8) == 0 {
                bytes.truncate(dice.roll(bytes.len()));
            }
            if let Ok((listing, contents)) = read(&bytes, TopFolder::Strip, &limits) {
                assert!(listing.files.len() <= 50);
                assert!(contents.iter().all(|(path, _)| path.split('/').all(|it| !matches!(it, "" | ".."))));
            }
        }
    }
}
