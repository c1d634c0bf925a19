//! `RemoteReader`: files, trees and patterns at other hosts, by their path.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::bucket_tree::{self, Found};
use super::git::History;
use super::git_fetch::{GitFetch, GitPolicy};
use super::read_tree::ReadTree;
use super::remote_tree::RemoteTree;
use super::{Ask, Decode, FetchError, Fetcher, HeaderValue, Request, Stale};
use crate::sources::integration::{Integration, Provider};
use crate::sources::local::FILE_BYTES_MAX;
use crate::sources::{
    GitTreeReader, LeftOut, OriginMap, ReadError, Reader, Secret, git_address, remote_path, split_remote,
};

/// Reads what lies elsewhere. A path is as [`crate::sources::remote_path`] makes it.
pub struct RemoteReader {
    git: GitFetch,
    fetcher: Fetcher,
    addresses: OriginMap,
    /// What could not be read today, and was read from the cache instead, by path.
    stale: Mutex<BTreeMap<String, Stale>>,
    trees: Mutex<BTreeMap<String, Slot>>,
}

type Slot = Arc<OnceLock<Result<Arc<ReadTree>, ReadError>>>;

/// The largest archive that is read, in bytes.
const ARCHIVE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

impl RemoteReader {
    /// Returns a reader that asks through a fetcher; `addresses` knows the hosts.
    pub fn new(fetcher: Fetcher, addresses: OriginMap, policy: GitPolicy) -> Self {
        Self {
            git: GitFetch::new(&fetcher, policy),
            fetcher,
            addresses: addresses.reading_elsewhere(),
            stale: Mutex::default(),
            trees: Mutex::default(),
        }
    }

    /// Returns the path of what has an address.
    pub fn path_of(&self, address: &str) -> Option<String> {
        self.addresses.path_of(address)
    }

    /// Returns what asks.
    pub fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    /// Returns the texts that must be seen nowhere: what the configuration holds, and the tokens issued so far.
    pub fn secrets(&self) -> Vec<Secret> {
        let mut secrets = self.addresses.integrations().secrets();
        secrets.extend(self.fetcher.transport().secrets());
        secrets
    }

    /// Returns the tree at a root if it was read before; a failure is remembered too. Trees of git are always read
    /// whole.
    fn known_tree(&self, root: &str) -> Option<Result<Arc<ReadTree>, ReadError>> {
        if git_address::is_git(root) {
            return Some(self.tree_of(root));
        }
        let slot = self.trees.lock().unwrap_or_else(PoisonError::into_inner).get(root).cloned();
        // A tree that failed says nothing about the single file.
        slot?.get().filter(|it| it.is_ok()).cloned()
    }

    fn stale_tree(&self, root: &str) -> Option<Stale> {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner).get(&remote_path(root, "")).cloned()
    }

    /// Returns the tree at a root; whoever asks second waits for the first.
    fn tree_of(&self, root: &str) -> Result<Arc<ReadTree>, ReadError> {
        let slot = {
            let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(trees.entry(root.to_owned()).or_default())
        };
        slot.get_or_init(|| self.read_tree(root).map(Arc::new)).clone()
    }

    fn read_tree(&self, root: &str) -> Result<ReadTree, ReadError> {
        let hosts = self.addresses.integrations();
        if git_address::is_git(root) {
            let (commit, stale) = self.git.commit(root, &self.fetcher, hosts).map_err(read_error)?;
            self.note_stale_tree(root, stale);
            let tree = GitTreeReader::of_commit(&commit.repository, &commit.id);
            return tree.map(ReadTree::Git).map_err(|error| ReadError::Refused(error.to_string()));
        }
        let archive = hosts.that_reads(root).and_then(|it| it.tree_fetch(root));
        let none = || ReadError::Refused("its host gives single files alone, and no trees".to_owned());
        let archive = archive.ok_or_else(none)?;
        let mut request = Request::get(&archive.address).up_to(ARCHIVE_BYTES_MAX);
        request.headers = hosts.headers(&archive.address);
        let ask = Ask { name: root.to_owned(), request, decode: None, html_is_wrong: true };
        let fetched = self.fetcher.fetch(&ask).map_err(read_error)?;
        self.note_stale_tree(root, fetched.stale);
        let tree = RemoteTree::open(self.fetcher.cache(), &fetched.digest, archive.wrapped);
        tree.map(ReadTree::Archive).map_err(ReadError::Fetch)
    }

    fn note_stale_tree(&self, root: &str, stale: Option<Stale>) {
        if let Some(stale) = stale {
            let mut known = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(remote_path(root, ""), stale);
        }
    }

    fn is_bucket(&self, root: &str) -> bool {
        self.addresses.integrations().that_reads(root).is_some_and(|it| it.provider.has_buckets())
    }

    /// Returns the paths of what was found in a bucket. A file of an old list that can be read today is not old.
    fn found(&self, root: &str, found: Found) -> Result<Vec<String>, ReadError> {
        if let Some(stale) = found.stale {
            let mut known = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(remote_path(root, ""), stale);
        }
        Ok(named(root, found.paths))
    }

    /// Returns the content of one file.
    fn file(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let address = self.addresses.url_of(path).ok_or(ReadError::Outside)?;
        let host = self.addresses.integrations().that_reads(&address);
        let url = match host.and_then(|it| it.file_fetch(&address)) {
            Some(Ok(url)) => url,
            Some(Err(error)) => return Err(ReadError::Fetch(FetchError::BadAddress(error.0))),
            None => address.clone(),
        };
        let mut request = Request::get(&url).up_to(FILE_BYTES_MAX);
        request.headers = self.addresses.integrations().headers(&url);
        if host.is_some_and(|it| it.provider == Provider::Github && !it.api_base_url.is_empty()) {
            request =
                request.header("accept", HeaderValue::Plain("application/vnd.github.raw+json".to_owned()));
        }
        let ask = Ask {
            html_is_wrong: !path.ends_with(".html"),
            decode: host.and_then(decode),
            name: address,
            request,
        };
        let fetched = self.fetcher.fetch(&ask).map_err(read_error)?;
        if let Some(stale) = fetched.stale {
            self.stale.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), stale);
        }
        let lost = || ReadError::Refused("the cache lost it".to_owned());
        self.fetcher.cache().content(&fetched.digest).ok_or_else(lost)
    }
}

fn read_error(error: FetchError) -> ReadError {
    if error.is_missing() { ReadError::NotFound } else { ReadError::Fetch(error) }
}

/// Returns how a host's answer becomes the file: some give it encoded.
fn decode(host: &Integration) -> Option<Decode> {
    match host.provider {
        Provider::Gitea => Some(from_json),
        Provider::Gerrit => Some(from_base64),
        _ => None,
    }
}

/// Gitea's API answers with `{"content": "…", "encoding": "base64"}`.
fn from_json(answer: Vec<u8>) -> Result<Vec<u8>, FetchError> {
    let wrong = || FetchError::WrongAnswer("there is no file in it".to_owned());
    let value: serde_json::Value = serde_json::from_slice(&answer).map_err(|_| wrong())?;
    let content = value.get("content").and_then(serde_json::Value::as_str).ok_or_else(wrong)?;
    from_base64(content.as_bytes().to_vec())
}

fn from_base64(answer: Vec<u8>) -> Result<Vec<u8>, FetchError> {
    let text: Vec<u8> = answer.into_iter().filter(|it| !it.is_ascii_whitespace()).collect();
    STANDARD.decode(text).map_err(|_| FetchError::WrongAnswer("it is not Base64".to_owned()))
}

impl Reader for RemoteReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let (root, below) = inside(path)?;
        if let Some(tree) = self.known_tree(root) {
            let content = tree?.read(below);
            if let Some(stale) = self.stale_tree(root) {
                self.stale.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), stale);
            }
            return content;
        }
        self.file(path)
    }

    fn search(&self, glob: &str) -> Result<Vec<String>, ReadError> {
        let (root, below) = inside(glob)?;
        if self.is_bucket(root) {
            return self.found(root, bucket_tree::search(&self.fetcher, root, below)?);
        }
        Ok(named(root, self.tree_of(root)?.search(below)?))
    }

    fn tree(&self, folder: &str) -> Result<Vec<String>, ReadError> {
        let (root, below) = inside(folder)?;
        if self.is_bucket(root) {
            return self.found(root, bucket_tree::tree(&self.fetcher, root, below)?);
        }
        Ok(named(root, self.tree_of(root)?.tree(below)?))
    }

    fn stale(&self, path: &str) -> Option<Stale> {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    fn history(&self, path: &str) -> Result<Option<(History, String)>, ReadError> {
        let (root, below) = inside(path)?;
        let hosts = self.addresses.integrations();
        let Some(root) = git_address::git_root(root, hosts) else { return Ok(None) };
        let commit = self.git.whole(&root, &self.fetcher, hosts).map_err(read_error)?;
        let history = History::open(&commit.repository, Some(&commit.id));
        let history = history.map_err(|error| ReadError::Refused(error.to_string()))?;
        Ok(Some((history, below.to_owned())))
    }

    fn left_out(&self) -> Vec<LeftOut> {
        let trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let read = trees.iter().filter_map(|(root, slot)| Some((root, slot.get()?.as_ref().ok()?)));
        read.flat_map(|(root, tree)| tree.left_out(root)).collect()
    }
}

/// Parts a path, which may not climb out of its tree.
fn inside(path: &str) -> Result<(&str, &str), ReadError> {
    let (root, below) = split_remote(path).ok_or(ReadError::NotFound)?;
    if below == ".." || below.starts_with("../") { Err(ReadError::Outside) } else { Ok((root, below)) }
}

fn named(root: &str, paths: Vec<String>) -> Vec<String> {
    paths.into_iter().map(|it| remote_path(root, &it)).collect()
}
