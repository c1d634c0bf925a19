//! `BucketTransport`: a request for an object, or for the list of a folder of a bucket, to its answer.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectStore};
use tokio_stream::StreamExt as _;
use url::Url;

use super::listing::{Listed, Listing, listed_folder};
use super::object_body::ReadBody;
use super::request_door::RequestDoor;
use super::runtime::Runtime;
use super::store::store_of;
use super::store_failure::fetch_error;
use crate::sources::integration::{Bucket, Integration, Integrations};
use crate::sources::local::FILES_MAX;
use crate::sources::percent_decoded;
use crate::sources::remote::{FetchError, HeaderValue, Method, Request, Response, Transport};

/// The largest page of a list, in bytes; a page has at most 1,000 keys at Amazon and 5,000 at Azure.
const PAGE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// The longest list, in bytes of its keys.
const KEYS_BYTES_MAX: usize = 128 * 1024 * 1024;

type Environment = BTreeMap<String, String>;

/// Reads buckets, and sends all else on.
pub(super) struct BucketTransport {
    inner: Arc<dyn Transport>,
    integrations: Integrations,
    environment: Environment,
    runtime: OnceLock<Result<Runtime, FetchError>>,
    /// The stores so far, by the address of the bucket and the largest answer.
    stores: Mutex<BTreeMap<(String, u64), Arc<dyn ObjectStore>>>,
}

impl BucketTransport {
    pub(super) fn new(
        inner: Arc<dyn Transport>,
        integrations: Integrations,
        environment: Environment,
    ) -> Self {
        Self { inner, integrations, environment, runtime: OnceLock::new(), stores: Mutex::default() }
    }

    fn store(
        &self,
        host: &Integration,
        bucket: &Bucket,
        bytes_max: u64,
    ) -> Result<Arc<dyn ObjectStore>, FetchError> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (bucket.root.clone(), bytes_max);
        if let Some(store) = stores.get(&key) {
            return Ok(Arc::clone(store));
        }
        let door = RequestDoor::new(Arc::clone(&self.inner), bytes_max);
        let store = store_of(host, bucket, &self.environment, door)?;
        stores.insert(key, Arc::clone(&store));
        Ok(store)
    }

    fn read(&self, host: &Integration, bucket: &Bucket, request: &Request) -> Result<Response, FetchError> {
        let runtime = self.runtime.get_or_init(Runtime::new).clone()?;
        let url = Url::parse(&request.url).map_err(|error| FetchError::BadAddress(error.to_string()))?;
        let known = header(request, "if-none-match");
        if let Some(folder) = listed_folder(&url).filter(|_| bucket.key.is_empty()) {
            let store = self.store(host, bucket, PAGE_BYTES_MAX)?;
            return Ok(list(&runtime, &*store, &folder)?.into_answer(request, known));
        }
        let store = self.store(host, bucket, request.bytes_max)?;
        object(&runtime, &*store, bucket, request, known)
    }
}

impl Transport for BucketTransport {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        let host = self.integrations.that_reads(&request.url).filter(|it| it.provider.has_buckets());
        let bucket = host.and_then(|host| Some((host, host.bucket(&Url::parse(&request.url).ok()?)?)));
        match bucket.filter(|_| request.method == Method::Get) {
            Some((host, bucket)) => self.read(host, &bucket, request),
            None => self.inner.send(request),
        }
    }
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.iter().find_map(|(it, value)| match value {
        HeaderValue::Plain(text) if it == name => Some(text.as_str()),
        _ => None,
    })
}

/// Returns the path of a key in the words of the crate.
pub(super) fn path_of(key: &str) -> Result<Path, FetchError> {
    Path::parse(key)
        .map_err(|_| FetchError::BadAddress("the key has a part that is empty or dots".to_owned()))
}

fn object(
    runtime: &Runtime,
    store: &dyn ObjectStore,
    bucket: &Bucket,
    request: &Request,
    known: Option<&str>,
) -> Result<Response, FetchError> {
    let key = percent_decoded(&bucket.key).ok_or(FetchError::Status(404))?;
    if key.is_empty() {
        return Err(FetchError::BadAddress("it names a bucket and no file in it".to_owned()));
    }
    let options = GetOptions { if_none_match: known.map(str::to_owned), ..GetOptions::default() };
    let answer = |status: u16, etag: Option<String>, body: Box<dyn std::io::Read + Send>| Response {
        status,
        headers: etag.map(|it| ("etag".to_owned(), it)).into_iter().collect(),
        url: request.url.clone(),
        body,
    };
    match runtime.wait(store.get_opts(&path_of(&key)?, options)) {
        Ok(found) => {
            if found.meta.size > request.bytes_max {
                return Err(FetchError::TooLarge(request.bytes_max));
            }
            let etag = found.meta.e_tag.clone();
            let body = ReadBody::new(runtime.clone(), found.into_stream(), request.bytes_max);
            Ok(answer(200, etag, Box::new(body)))
        }
        Err(Error::NotModified { .. }) => {
            Ok(answer(304, known.map(str::to_owned), Box::new(std::io::empty())))
        }
        Err(error) => match fetch_error(&error) {
            FetchError::Status(status) => Ok(answer(status, None, Box::new(std::io::empty()))),
            other => Err(other),
        },
    }
}

fn list(runtime: &Runtime, store: &dyn ObjectStore, folder: &str) -> Result<Listing, FetchError> {
    let prefix = path_of(folder)?;
    let mut listing = Listing::default();
    let mut bytes = 0;
    runtime.wait(async {
        let mut objects = store.list((!folder.is_empty()).then_some(&prefix));
        while let Some(object) = objects.next().await {
            let object = object.map_err(|error| fetch_error(&error))?;
            let key = object.location.to_string();
            bytes += key.len();
            if listing.0.len() >= FILES_MAX || bytes > KEYS_BYTES_MAX {
                return Err(FetchError::WrongAnswer(format!("the folder holds more than {FILES_MAX} files")));
            }
            listing.0.insert(key, Listed { size: object.size, etag: object.e_tag });
        }
        Ok(())
    })?;
    Ok(listing)
}

impl Listing {
    fn into_answer(self, request: &Request, known: Option<&str>) -> Response {
        // A map of texts can always be written.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let etag = format!("\"{}\"", blake3::hash(&body).to_hex());
        let is_known = known == Some(etag.as_str());
        Response {
            status: if is_known { 304 } else { 200 },
            headers: BTreeMap::from([("etag".to_owned(), etag)]),
            url: request.url.clone(),
            body: Box::new(Cursor::new(if is_known { Vec::new() } else { body })),
        }
    }
}
