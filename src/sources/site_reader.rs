//! `SiteReader`: the files of a site and those elsewhere behind one [`Reader`].

use std::sync::{Arc, PoisonError, RwLock};

use super::remote::git::History;
use super::remote::{RemoteReader, Stale};
use super::{LeftOut, OriginMap, ReadError, Reader, split_remote};

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

/// Reads from the site's own reader, and from elsewhere once it is connected.
pub struct SiteReader {
    own: Arc<dyn Reader>,
    connect: Box<Connect>,
    elsewhere: RwLock<Option<Arc<RemoteReader>>>,
}

impl SiteReader {
    /// Returns a reader that reads the site through `own`, and makes what reads elsewhere with `connect`.
    pub fn new(own: Arc<dyn Reader>, connect: Box<Connect>) -> Self {
        Self { own, connect, elsewhere: RwLock::default() }
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
}

impl Reader for SiteReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.of(path, |it| it.read(path))
    }

    fn search(&self, glob: &str) -> Result<Vec<String>, ReadError> {
        self.of(glob, |it| it.search(glob))
    }

    fn tree(&self, folder: &str) -> Result<Vec<String>, ReadError> {
        self.of(folder, |it| it.tree(folder))
    }

    fn history(&self, path: &str) -> Result<Option<(History, String)>, ReadError> {
        self.of(path, |it| it.history(path))
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
        connected
    }
}
