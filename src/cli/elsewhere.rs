//! Arguments about the network to what reads elsewhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;

use super::arguments::NetworkArguments;
use super::{Failure, output};
use crate::sources::remote::{
    Access, Cache, Fetcher, GithubAppTransport, HttpSettings, HttpTransport, LOCK_FILE, Lock, Mode, Refresh,
    RemoteReader, Watch,
};
use crate::sources::{Hosts, Reader, SiteReader};

/// The folder of the cache below the site folder.
const CACHE: &str = ".callboard/cache";

/// The most bytes that the cache keeps: 5 GiB.
const CACHE_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;

/// How long the cache keeps what nobody uses: thirty days.
const CACHE_AGE_MAX: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 60 * 60);

/// Returns a reader of the site through `own`, and of what lies elsewhere as the arguments allow.
pub(super) fn reader(
    own: Arc<dyn Reader>,
    site: &Path,
    arguments: &NetworkArguments,
    environment: &BTreeMap<String, String>,
    now: &str,
    watch: Option<Arc<dyn Watch>>,
) -> Result<SiteReader, Failure> {
    let mode = mode(arguments)?;
    let lock = lock(site)?;
    if mode.locked && lock.is_none() {
        return Err(Failure::usage(format!(
            "--locked needs the file `{LOCK_FILE}` beside the configuration; `callboard fetch` writes it"
        )));
    }
    let lock = lock.unwrap_or_default();
    let cache = Cache::new(arguments.cache.clone().unwrap_or_else(|| site.join(CACHE)));
    let (environment, now) = (environment.clone(), now.to_owned());
    let connect = move |hosts: &Hosts<'_>| {
        // What is wrong with the list was reported when the configuration was read.
        let access = Access::read(hosts.reading, hosts.addresses.integrations()).0;
        let settings =
            HttpSettings { watch: watch.clone(), ..HttpSettings::new(access, environment.clone()) };
        let transport = Arc::new(HttpTransport::new(settings));
        let transport = GithubAppTransport::new(transport, hosts.addresses.integrations());
        let fetcher = Fetcher::new(Arc::new(transport), cache.clone(), mode.clone(), lock.clone(), &now);
        Some(RemoteReader::new(fetcher, hosts.addresses.clone()))
    };
    Ok(SiteReader::new(own, Box::new(connect)))
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
        requests_max: arguments.requests_max,
    })
}

fn lock_file(site: &Path) -> PathBuf {
    site.join(LOCK_FILE)
}

/// Returns the lock of a site, if it has one.
pub(super) fn lock(site: &Path) -> Result<Option<Lock>, Failure> {
    match std::fs::read_to_string(lock_file(site)) {
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
    if count.bytes > 0 {
        fetcher.cache().prune(CACHE_BYTES_MAX, CACHE_AGE_MAX);
    }
    Ok(())
}
