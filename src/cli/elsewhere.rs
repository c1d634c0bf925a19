//! Arguments about the network to what reads elsewhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;

use super::arguments::NetworkArguments;
use super::{Failure, output};
use crate::sources::remote::{
    Access, Cache, Fetcher, GitPolicy, GithubAppTransport, HttpSettings, HttpTransport, LOCK_FILE, Lock,
    Mode, Refresh, RemoteReader, SharedCache, Watch, with_buckets,
};
use crate::sources::{Hosts, Reader, SiteReader};

/// The folder of the cache below the site folder.
const CACHE: &str = ".callboard/cache";

/// The most bytes that the cache keeps: 5 GiB.
const CACHE_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;

/// How long the cache keeps what nobody uses: thirty days.
const CACHE_AGE_MAX: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 60 * 60);

/// What a reader is made from.
#[derive(Clone)]
pub(super) struct Surroundings<'a> {
    /// The site folder, where the lock is and, unless another is named, the cache.
    pub(super) site: &'a Path,
    pub(super) arguments: &'a NetworkArguments,
    pub(super) environment: &'a BTreeMap<String, String>,
    /// The day of the run.
    pub(super) now: &'a str,
    /// Sees every request, where they are timed.
    pub(super) watch: Option<Arc<dyn Watch>>,
}

/// Returns a reader of the site through `own`, and of what lies elsewhere as the arguments allow.
pub(super) fn reader(own: Arc<dyn Reader>, around: Surroundings<'_>) -> Result<SiteReader, Failure> {
    let lock = lock(around.site)?;
    if around.arguments.locked && lock.is_none() {
        return Err(Failure::usage(format!(
            "--locked needs the file `{LOCK_FILE}` beside the configuration; `callboard fetch` writes it"
        )));
    }
    reader_at(own, lock.unwrap_or_default(), around)
}

/// Returns the same with another lock than that of the site.
pub(super) fn reader_at(
    own: Arc<dyn Reader>,
    lock: Lock,
    around: Surroundings<'_>,
) -> Result<SiteReader, Failure> {
    let Surroundings { site, arguments, environment, now, watch } = around;
    let mode = mode(arguments)?;
    let cache = cache(site, arguments, environment)?;
    let (environment, now, local) = (environment.clone(), now.to_owned(), arguments.allow_local_git);
    let connect = move |hosts: &Hosts<'_>| {
        // What is wrong with the list was reported when the configuration was read.
        let access = Access::read(hosts.reading, hosts.addresses.integrations()).0.granting(hosts.granted);
        let settings =
            HttpSettings { watch: watch.clone(), ..HttpSettings::new(access.clone(), environment.clone()) };
        let transport = with_buckets(
            Arc::new(HttpTransport::new(settings)),
            hosts.addresses.integrations(),
            &environment,
        );
        let transport = GithubAppTransport::new(transport, hosts.addresses.integrations());
        let fetcher = Fetcher::new(Arc::new(transport), cache.clone(), mode.clone(), lock.clone(), &now);
        let policy = GitPolicy { access: Some(access), local };
        Some(RemoteReader::new(fetcher, hosts.addresses.clone(), policy))
    };
    Ok(SiteReader::new(own, Box::new(connect)))
}

/// Returns the cache, and where it is shared.
fn cache(
    site: &Path,
    arguments: &NetworkArguments,
    environment: &BTreeMap<String, String>,
) -> Result<Cache, Failure> {
    let cache = Cache::new(arguments.cache.clone().unwrap_or_else(|| site.join(CACHE)));
    let (from, to) = (arguments.cache_from.as_deref(), arguments.cache_to.as_deref());
    if from.is_none() && to.is_none() {
        return Ok(cache);
    }
    // A folder is no socket.
    let is_remote = |it: &str| it.contains("://") && !it.starts_with("file://");
    if arguments.offline && from.into_iter().chain(to).any(is_remote) {
        return Err(Failure::usage("--offline opens no socket, and a shared cache in a bucket needs one"));
    }
    let shared = SharedCache::open(from, to, environment);
    Ok(cache.sharing(shared.map_err(|error| Failure::usage(format!("the shared cache: {error}")))?))
}

/// Gives what a run has read to other machines, and says what was taken from them.
pub(super) fn share(reader: &dyn Reader) -> Result<(), Failure> {
    let Some(remote) = reader.elsewhere() else { return Ok(()) };
    let cache = remote.fetcher().cache();
    let Some(shared) = cache.shared() else { return Ok(()) };
    if let Some(problem) = shared.problem() {
        output::say(&format!("--cache-from: not all could be taken: {problem}"));
    }
    let given = cache.give().map_err(|error| Failure::failed(format!("--cache-to: {error}")))?;
    if shared.taken() > 0 || given.entries > 0 {
        output::say(&format!(
            "shared cache: {} contents taken, {} contents and {} entries given",
            shared.taken(),
            given.contents,
            given.entries
        ));
    }
    Ok(())
}

fn mode(arguments: &NetworkArguments) -> Result<Mode, Failure> {
    let refresh = match arguments.refresh.as_deref() {
        None => None,
        Some("") => Some(Refresh::All),
        Some(glob) => {
            let wrong = |error: globset::Error| Failure::usage(format!("--refresh={glob}: {}", error.kind()));
            let matcher = GlobBuilder::new(glob).literal_separator(false).build().map_err(wrong)?;
            Some(Refresh::Matching(matcher.compile_matcher()))
        }
    };
    Ok(Mode {
        offline: arguments.offline,
        locked: arguments.locked,
        refresh,
        settled: arguments.cached,
        requests_max: arguments.requests_max,
    })
}

fn lock_file(site: &Path) -> PathBuf {
    site.join(LOCK_FILE)
}

/// Returns the lock of a site, if it has one.
pub(super) fn lock(site: &Path) -> Result<Option<Lock>, Failure> {
    read_lock(&lock_file(site))
}

/// Returns the lock in a file, if that is there.
pub(super) fn read_lock(file: &Path) -> Result<Option<Lock>, Failure> {
    match std::fs::read_to_string(file) {
        Ok(text) => Lock::read(&text)
            .map(Some)
            .map_err(|reason| Failure::usage(format!("`{LOCK_FILE}` cannot be used: {reason}"))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::io(LOCK_FILE, &error)),
    }
}

/// Writes the lock of a run that read the `whole`, says what was read, and forgets what the cache has kept for too long.
pub(super) fn finish(
    reader: &dyn Reader,
    site: &Path,
    arguments: &NetworkArguments,
    whole: bool,
) -> Result<(), Failure> {
    let Some(remote) = reader.elsewhere() else { return Ok(()) };
    let fetcher = remote.fetcher();
    let (count, lock) = (fetcher.count(), fetcher.lock());
    if count.wanted > 0 {
        output::say(&format!(
            "{} read from elsewhere: {} requests, {} unchanged, {:.1} MiB new",
            count.wanted,
            count.asked,
            count.unchanged,
            count.bytes as f64 / 1024.0 / 1024.0
        ));
    }
    let file = lock_file(site);
    let before = std::fs::read_to_string(&file).ok();
    let after = lock.to_text();
    let is_new = if lock.is_empty() { before.is_some() } else { before.as_deref() != Some(&*after) };
    if is_new && whole && !arguments.locked && !arguments.offline {
        fetcher.cache().write(&file, after.as_bytes()).map_err(|error| Failure::io(LOCK_FILE, &error))?;
    }
    share(reader)?;
    if count.bytes > 0 || fetcher.cache().shared().is_some_and(|it| it.taken() > 0) {
        fetcher.cache().prune(CACHE_BYTES_MAX, CACHE_AGE_MAX);
    }
    Ok(())
}
