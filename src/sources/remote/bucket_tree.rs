//! A folder or a pattern in a bucket to the paths of its files, by a list of the bucket.

use super::object_store::{Listing, listing_address};
use super::{Ask, FetchError, Fetcher, Request, Stale};
use crate::sources::local::is_skipped;
use crate::sources::remote::remote_tree::matcher;
use crate::sources::{ReadError, is_glob, normalize};

/// The longest list of a bucket that is read from the cache, in bytes.
const LISTING_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// What was found in a bucket: the paths, sorted, and why they may be old.
pub(super) struct Found {
    pub(super) paths: Vec<String>,
    pub(super) stale: Option<Stale>,
}

/// Returns the files of a bucket that match a glob. What stands before its first star is listed, folder by folder.
pub(super) fn search(fetcher: &Fetcher, root: &str, glob: &str) -> Result<Found, ReadError> {
    let matcher = matcher(glob)?;
    let glob = normalize(glob);
    let literal: Vec<&str> = glob.split('/').take_while(|it| !is_glob(it)).collect();
    let folder = match literal.len() == glob.split('/').count() {
        // Without a star, it is one file of a folder.
        true => literal.split_last().map(|(_, folders)| folders.join("/")).unwrap_or_default(),
        false => literal.join("/"),
    };
    let (listing, stale) = list(fetcher, root, &folder)?;
    let paths = listing.files().filter(|it| matcher.is_match(it)).map(str::to_owned).collect();
    Ok(Found { paths, stale })
}

/// Returns the files of a bucket below a folder; hidden folders are left out.
pub(super) fn tree(fetcher: &Fetcher, root: &str, folder: &str) -> Result<Found, ReadError> {
    let folder = normalize(folder);
    let (listing, stale) = list(fetcher, root, &folder)?;
    if listing.0.is_empty() && !folder.is_empty() {
        return Err(ReadError::NotFound);
    }
    let visible = |path: &&str| {
        let below = path.strip_prefix(folder.as_str()).unwrap_or(path);
        let folders = below.rsplit_once('/').map_or("", |(folders, _)| folders);
        !folders.split('/').any(|it| it.starts_with('.') || is_skipped(it))
    };
    Ok(Found { paths: listing.files().filter(visible).map(str::to_owned).collect(), stale })
}

fn list(fetcher: &Fetcher, root: &str, folder: &str) -> Result<(Listing, Option<Stale>), ReadError> {
    let name = listing_address(root, folder);
    let request = Request::get(&name).up_to(LISTING_BYTES_MAX);
    let ask = Ask { name, request, decode: None, html_is_wrong: true };
    let fetched = fetcher.fetch(&ask).map_err(|error| match error.is_missing() {
        true => ReadError::NotFound,
        false => ReadError::Fetch(error),
    })?;
    let wrong = || ReadError::Fetch(FetchError::WrongAnswer("it is no list of a bucket".to_owned()));
    let bytes = fetcher.cache().content(&fetched.digest).ok_or_else(wrong)?;
    Ok((serde_json::from_slice(&bytes).map_err(|_| wrong())?, fetched.stale))
}
