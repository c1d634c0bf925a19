//! `callboard.lock`: which content each address had, so that a build can be repeated.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The name of the file, beside `site.yaml`.
pub const LOCK_FILE: &str = "callboard.lock";

/// The form of the file that this version reads and writes.
const VERSION: u32 = 1;

/// The first lines of the file.
const HEAD: &str = "# What was read from elsewhere. Callboard writes this file; keep it in the repository.\n";

/// All that was read from elsewhere, by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    reads: BTreeMap<String, Pin>,
}

/// What an address had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The commit, where git was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The digest of the content (BLAKE3, in hexadecimal), where a file or an archive was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What the host said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    reads: BTreeMap<String, Pin>,
}

impl Lock {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// When it is not of the form that [`Lock::to_text`] writes; the text says where.
    pub fn read(text: &str) -> Result<Self, String> {
        let written: Written = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        match written.version {
            VERSION => Ok(Self { reads: written.reads }),
            other => Err(format!("it has the form {other}, and this version reads the form {VERSION}")),
        }
    }

    /// Returns the text of the file: sorted, a few lines an address, so that a difference can be read.
    pub fn to_text(&self) -> String {
        let written = Written { version: VERSION, reads: self.reads.clone() };
        // Texts and maps of texts can always be written.
        format!("{HEAD}{}", serde_yaml::to_string(&written).unwrap_or_default())
    }

    /// Returns what an address had.
    pub fn pin(&self, address: &str) -> Option<&Pin> {
        self.reads.get(address)
    }

    /// Says what an address has.
    pub fn set(&mut self, address: &str, pin: Pin) {
        self.reads.insert(address.to_owned(), pin);
    }

    /// Returns whether nothing was read from elsewhere.
    pub fn is_empty(&self) -> bool {
        self.reads.is_empty()
    }

    /// Returns the addresses, sorted.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.reads.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lock, Pin};

    #[test]
    fn what_is_written_is_read_again() {
        let mut lock = Lock::default();
        let digest = Some("ab".repeat(32));
        lock.set("https://b.example/x", Pin { digest, etag: Some("\"e: #1\"".to_owned()), ..Pin::default() });
        lock.set("git+https://a.example/x#main", Pin { commit: Some("0".repeat(40)), ..Pin::default() });
        let text = lock.to_text();
        assert!(text.find("a.example") < text.find("b.example"), "{text}");
        assert_eq!(Lock::read(&text), Ok(lock));
        assert!(Lock::read("version: 2\nreads: {}\n").is_err());
        assert!(Lock::read("reads: 1").is_err());
        assert_eq!(Lock::read("version: 1\nreads: {}\n"), Ok(Lock::default()));
    }
}
