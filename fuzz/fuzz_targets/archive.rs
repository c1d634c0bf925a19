//! Any bytes as an archive: no input may panic, and no path may lead anywhere.

#![no_main]

use callboard::sources::remote::archive::{ArchiveLimits, TopFolder, select};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("callboard-fuzz-archive-{}", std::process::id()));
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    let limits = ArchiveLimits { bytes: 16 << 20, entries: 1_000, ratio: 200, file_bytes: 1 << 20 };
    for top in [TopFolder::Keep, TopFolder::Strip] {
        let mut given = 0;
        let listing = select(&path, top, &limits, &|_, _| true, &mut |path, bytes| {
            assert!(path.split('/').all(|it| !matches!(it, "" | "." | "..")));
            given += bytes.len() as u64;
            Ok(())
        });
        assert!(given <= limits.bytes);
        if let Ok(listing) = listing {
            assert!(listing.files.len() <= limits.entries);
            for target in listing.links.values() {
                assert!(listing.files.iter().any(|it| it.path == *target));
            }
        }
    }
});
