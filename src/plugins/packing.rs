//! A package to an archive whose bytes depend on its files alone.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use super::Package;

/// The rights of a file: the owner writes, all read.
const MODE: u32 = 0o644;

/// What a header of gzip says where no system is meant (RFC 1952).
const NO_SYSTEM: u8 = 255;

impl Package {
    /// Returns the files as a `.tar.gz`: sorted, without times, owners and folders.
    ///
    /// # Errors
    /// When a path is longer than an archive takes.
    pub fn pack(&self) -> std::io::Result<Vec<u8>> {
        let packer = GzBuilder::new().mtime(0).operating_system(NO_SYSTEM);
        let mut tar = Builder::new(packer.write(Vec::new(), Compression::best()));
        for (path, bytes) in &self.files {
            let mut header = Header::new_ustar();
            header.set_path(path)?;
            header.set_entry_type(EntryType::Regular);
            header.set_mode(MODE);
            header.set_size(bytes.len() as u64);
            header.set_mtime(0);
            header.set_uid(0);
            header.set_gid(0);
            header.set_cksum();
            tar.append(&header, bytes.as_slice())?;
        }
        let mut packer = tar.into_inner()?;
        packer.flush()?;
        packer.finish()
    }

    /// Returns the name of the archive.
    pub fn archive_name(&self) -> String {
        format!("{}-{}.tar.gz", self.id(), self.version())
    }
}

#[cfg(test)]
mod tests {
    use crate::plugins::Package;
    use crate::sources::{MemoryReader, unpack};

    #[test]
    fn what_is_packed_is_what_is_unpacked() {
        let manifest =
            b"apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: tides, version: 1.2.0}\n".to_vec();
        let icon = "icons/".to_owned() + &"tide".repeat(20) + ".svg";
        let files =
            [("plugin.yaml", manifest), ("notes.txt", b"mine".to_vec()), (icon.as_str(), b"<svg/>".to_vec())];
        let package = Package::read("", &MemoryReader::new(files)).unwrap();
        let packed = package.pack().unwrap();
        assert_eq!(packed, package.pack().unwrap());
        let again = Package::read("", &unpack(&packed).unwrap()).unwrap();
        assert_eq!(again.digest(), package.digest());
        assert_eq!(again.files, package.files);
        assert_eq!(package.archive_name(), "tides-1.2.0.tar.gz");
    }
}
