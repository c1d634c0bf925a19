//! `callboard.lock`: which content each address had, and what plugins were let do, so that a build can be repeated.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The name of the file, beside `site.yaml`.
pub const LOCK_FILE: &str = "callboard.lock";

/// The form of the file that this version reads and writes.
const VERSION: u32 = 1;

/// The first lines of the file.
const HEAD: &str = "# What was read from elsewhere. Callboard writes this file; keep it in the repository.\n";

/// All that was read from elsewhere, by address; and the plugins, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    reads: BTreeMap<String, Pin>,
    plugins: BTreeMap<String, PluginPin>,
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

/// What a plugin was when its permissions were last accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PluginPin {
    /// Where it comes from, as the configuration names it.
    pub source: String,
    /// Its version.
    pub version: String,
    /// The digest of its files (BLAKE3, in hexadecimal), whatever they were packed in.
    pub digest: String,
    /// The servers that it may ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<EndpointPin>,
    /// The secrets that it may use, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// The files that it may read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<String>,
    /// The origins of frames that it may show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<String>,
}

/// What a plugin may ask of one server.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointPin {
    /// The server, as the manifest names it.
    pub target: String,
    /// The methods, sorted.
    pub methods: Vec<String>,
    /// The paths, sorted.
    pub paths: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    reads: BTreeMap<String, Pin>,
    // A lock from before there were plugins has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    plugins: BTreeMap<String, PluginPin>,
}

impl Lock {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// When it is not of the form that [`Lock::to_text`] writes; the text says where.
    pub fn read(text: &str) -> Result<Self, String> {
        let written: Written = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        match written.version {
            VERSION => Ok(Self { reads: written.reads, plugins: written.plugins }),
            other => Err(format!("it has the form {other}, and this version reads the form {VERSION}")),
        }
    }

    /// Returns the text of the file: sorted, a few lines an address, so that a difference can be read.
    pub fn to_text(&self) -> String {
        let written = Written { version: VERSION, reads: self.reads.clone(), plugins: self.plugins.clone() };
        // Texts, and lists and maps of them, can always be written.
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

    /// Returns what plugins were, by id.
    pub fn plugins(&self) -> &BTreeMap<String, PluginPin> {
        &self.plugins
    }

    /// Says what a plugin is.
    pub fn set_plugin(&mut self, id: &str, pin: PluginPin) {
        self.plugins.insert(id.to_owned(), pin);
    }

    /// Forgets a plugin.
    pub fn remove_plugin(&mut self, id: &str) {
        self.plugins.remove(id);
    }

    /// Takes over what another lock says of the addresses that it names.
    pub fn take_reads(&mut self, other: &Self) {
        self.reads.extend(other.reads.iter().map(|(address, pin)| (address.clone(), pin.clone())));
    }

    /// Returns whether nothing was read from elsewhere.
    pub fn has_no_reads(&self) -> bool {
        self.reads.is_empty()
    }

    /// Returns whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.reads.is_empty() && self.plugins.is_empty()
    }

    /// Returns the addresses, sorted.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.reads.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::{EndpointPin, Lock, Pin, PluginPin};

    #[test]
    fn what_is_written_is_read_again() {
        let mut lock = Lock::default();
        let digest = Some("ab".repeat(32));
        lock.set("https://b.example/x", Pin { digest, etag: Some("\"e: #1\"".to_owned()), ..Pin::default() });
        lock.set("git+https://a.example/x#main", Pin { commit: Some("0".repeat(40)), ..Pin::default() });
        let text = lock.to_text();
        assert!(text.find("a.example") < text.find("b.example"), "{text}");
        assert_eq!(Lock::read(&text), Ok(lock));
        assert!(!text.contains("plugins"), "a lock without plugins is as it always was: {text}");
        assert!(Lock::read("version: 2\nreads: {}\n").is_err());
        assert!(Lock::read("reads: 1").is_err());
        assert_eq!(Lock::read("version: 1\nreads: {}\n"), Ok(Lock::default()));
    }

    #[test]
    fn plugins_are_written_with_what_they_may_do() {
        let mut lock = Lock::default();
        let endpoint = EndpointPin {
            target: "integrations.github".to_owned(),
            methods: vec!["GET".to_owned()],
            paths: vec!["/repos/**".to_owned()],
        };
        let pin = PluginPin {
            source: "./plugins/builds".to_owned(),
            version: "1.2.0".to_owned(),
            digest: "ab".repeat(32),
            endpoints: vec![endpoint],
            secrets: vec!["BUILDS_TOKEN".to_owned()],
            ..PluginPin::default()
        };
        lock.set_plugin("builds", pin);
        let text = lock.to_text();
        assert!(text.contains("plugins:\n  builds:\n    source: ./plugins/builds\n"), "{text}");
        assert!(!text.contains("frames"), "{text}");
        assert_eq!(Lock::read(&text), Ok(lock.clone()));
        assert!(!lock.is_empty() && lock.has_no_reads());
        lock.remove_plugin("builds");
        assert!(lock.is_empty());
    }
}
