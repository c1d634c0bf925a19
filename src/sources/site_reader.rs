//! `SiteReader`: the files of a site, those elsewhere, and those packed in archives behind one [`Reader`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::packed::{self, ArchivePlace};
use super::remote::git::History;
use super::remote::{RemoteReader, Stale};
use super::{LeftOut, MemoryReader, OriginMap, ReadError, Reader, remote_path, split_remote};

/// Makes the reader of what lies elsewhere, once the configuration says which hosts answer.
pub type Connect = dyn Fn(&Hosts<'_>) -> Option<RemoteReader> + Send + Sync;

/// What the configuration says of hosts.
pub struct Hosts<'a> {
    /// The hosts and the addresses of files.
    pub addresses: &'a OriginMap,
    /// The value of `backend.reading`.
    pub reading: &'a serde_json::Value,
    /// The origins that plugins may ask besides.
    pub granted: &'a [String],
}

/// An archive, the root of its files and a path there.
type InArchive<'a> = (Arc<MemoryReader>, &'a str, &'a str);

/// Reads from the site's own reader, and from elsewhere once it is connected.
pub struct SiteReader {
    own: Arc<dyn Reader>,
    connect: Box<Connect>,
    elsewhere: RwLock<Option<Arc<RemoteReader>>>,
    /// The archives that were read, by the root of their files.
    packed: Mutex<BTreeMap<String, Result<Arc<MemoryReader>, ReadError>>>,
}

impl SiteReader {
    /// Returns a reader that reads the site through `own`, and makes what reads elsewhere with `connect`.
    pub fn new(own: Arc<dyn Reader>, connect: Box<Connect>) -> Self {
        Self { own, connect, elsewhere: RwLock::default(), packed: Mutex::default() }
    }

    fn of<T>(
        &self,
        path: &str,
        read: impl FnOnce(&dyn Reader) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        if split_remote(path).is_none() {
            return read(&*self.own);
        }
        match self.elsewhere() {
            Some(remote) => read(&*remote),
            None => Err(ReadError::Refused("reading elsewhere is off".to_owned())),
        }
    }

    /// Returns the archive that a path leads into, its root and the path there. Nothing for another path.
    fn packed<'a>(&self, path: &'a str) -> Option<Result<InArchive<'a>, ReadError>> {
        let (root, below) = split_remote(path)?;
        let place = packed::place(root)?;
        let mut known = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        let archive = known.entry(root.to_owned()).or_insert_with(|| {
            let bytes = match place {
                ArchivePlace::Own(path) => self.own.read(path)?,
                ArchivePlace::Elsewhere(address) => {
                    let path = self.elsewhere().and_then(|it| it.path_of(address));
                    let off = || ReadError::Refused("reading elsewhere is off".to_owned());
                    let path = path.ok_or_else(off)?;
                    self.of(&path, |it| it.read(&path))?
                }
            };
            packed::unpack(&bytes).map(Arc::new).map_err(ReadError::Refused)
        });
        Some(archive.clone().map(|it| (it, root, below)))
    }
}

fn named(root: &str, paths: Vec<String>) -> Vec<String> {
    paths.into_iter().map(|it| remote_path(root, &it)).collect()
}

impl Reader for SiteReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self.packed(path) {
            Some(packed) => packed.and_then(|(archive, _, below)| archive.read(below)),
            None => self.of(path, |it| it.read(path)),
        }
    }

    fn search(&self, glob: &str) -> Result<Vec<String>, ReadError> {
        match self.packed(glob) {
            Some(packed) => packed.and_then(|(archive, root, below)| Ok(named(root, archive.search(below)?))),
            None => self.of(glob, |it| it.search(glob)),
        }
    }

    fn tree(&self, folder: &str) -> Result<Vec<String>, ReadError> {
        match self.packed(folder) {
            Some(packed) => packed.and_then(|(archive, root, below)| Ok(named(root, archive.tree(below)?))),
            None => self.of(folder, |it| it.tree(folder)),
        }
    }

    fn followed(&self, path: &str) -> Result<String, ReadError> {
        self.of(path, |it| it.followed(path))
    }

    fn history(&self, path: &str) -> Result<Option<(History, String)>, ReadError> {
        match self.packed(path) {
            Some(packed) => packed.map(|_| None),
            None => self.of(path, |it| it.history(path)),
        }
    }

    fn stale(&self, path: &str) -> Option<Stale> {
        split_remote(path)?;
        self.elsewhere()?.stale(path)
    }

    fn elsewhere(&self) -> Option<Arc<RemoteReader>> {
        self.elsewhere.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn left_out(&self) -> Vec<LeftOut> {
        self.elsewhere().map(|it| it.left_out()).unwrap_or_default()
    }

    fn connect(&self, hosts: &Hosts<'_>) -> bool {
        let made = (self.connect)(hosts).map(Arc::new);
        let connected = made.is_some();
        *self.elsewhere.write().unwrap_or_else(PoisonError::into_inner) = made;
        // What was read before may be another today: `serve` connects anew for each build.
        self.packed.lock().unwrap_or_else(PoisonError::into_inner).clear();
        connected
    }
}
