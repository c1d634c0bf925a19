//! `ObjectShare`: the address of a bucket or a folder to a store that machines share.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path as Folder;
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use object_store::{Error, GetOptions, ObjectStore, ObjectStoreExt as _, PutPayload};
use serde_json::{Value, json};
use url::Url;

use super::bucket_transport::path_of;
use super::object_body::ReadBody;
use super::request_door::RequestDoor;
use super::runtime::Runtime;
use super::store::store_of;
use super::store_failure::fetch_error;
use crate::sources::integration::Integrations;
use crate::sources::remote::share::Share;
use crate::sources::remote::{Access, FetchError, HttpSettings, HttpTransport};

/// The largest content that is taken from a store, in bytes.
const CONTENT_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// The largest content that is put in one request, and the size of the parts of a larger one, in bytes.
const PART_BYTES: usize = 16 * 1024 * 1024;

/// The region where the environment names none.
const REGION: &str = "us-east-1";

/// A store that machines share.
pub(in crate::sources::remote) struct ObjectShare {
    runtime: Runtime,
    store: Arc<dyn ObjectStore>,
    /// What stands before each name, without slashes at its ends.
    prefix: String,
}

impl ObjectShare {
    /// Opens `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX`, `az://CONTAINER/PREFIX` or a folder, which is made. The
    /// environment says who asks, and where.
    pub(in crate::sources::remote) fn open(
        address: &str,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, FetchError> {
        let runtime = Runtime::new()?;
        let Some((scheme, rest)) = address.split_once("://") else {
            return Ok(Self { runtime, store: folder(Folder::new(address))?, prefix: String::new() });
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = path_of(prefix)?.to_string();
        let (block, root) = place(scheme, bucket, environment)?;
        let (integrations, errors) = Integrations::read(&block);
        if let Some(error) = errors.first() {
            return Err(FetchError::BadAddress(error.message.clone()));
        }
        let access = Access::read(&Value::Null, &integrations).0;
        let transport = HttpTransport::new(HttpSettings::new(access, environment.clone()));
        let named = || {
            let host = integrations.that_reads(&root)?;
            Some((host, host.bucket(&Url::parse(&root).ok()?)?))
        };
        let none = || FetchError::BadAddress(format!("`{address}` names no bucket"));
        let (host, bucket) = named().ok_or_else(none)?;
        let door = RequestDoor::new(Arc::new(transport), CONTENT_BYTES_MAX);
        Ok(Self { runtime, store: store_of(host, &bucket, environment, door)?, prefix })
    }

    #[cfg(test)]
    pub(in crate::sources::remote) fn in_memory() -> Self {
        let store = Arc::new(object_store::memory::InMemory::new());
        Self { runtime: Runtime::new().unwrap(), store, prefix: "portal".to_owned() }
    }

    fn path(&self, name: &str) -> Result<object_store::path::Path, FetchError> {
        path_of(&format!("{}/{name}", self.prefix))
    }
}

fn folder(folder: &Folder) -> Result<Arc<dyn ObjectStore>, FetchError> {
    let cannot = |kind: String| FetchError::Unreachable(format!("`{}`: {kind}", folder.display()));
    std::fs::create_dir_all(folder).map_err(|error| cannot(error.kind().to_string()))?;
    let store = LocalFileSystem::new_with_prefix(folder);
    Ok(Arc::new(store.map_err(|_| cannot("it is no folder that can be read".to_owned()))?))
}

/// Returns the block `integrations` that a bucket of the environment's own needs, and the address of the bucket.
fn place(
    scheme: &str,
    bucket: &str,
    environment: &BTreeMap<String, String>,
) -> Result<(Value, String), FetchError> {
    let variable = |names: &[&str]| {
        names.iter().find_map(|it| environment.get(*it).filter(|it| !it.is_empty())).map(String::as_str)
    };
    match scheme {
        "s3" => match variable(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"]) {
            Some(endpoint) => {
                let endpoint = endpoint.trim_end_matches('/');
                let block = json!({"awsS3": [{"endpoint": endpoint, "s3ForcePathStyle": true}]});
                Ok((block, format!("{endpoint}/{bucket}")))
            }
            None => {
                let region = variable(&["AWS_REGION", "AWS_DEFAULT_REGION"]).unwrap_or(REGION);
                let root = format!("https://s3.{region}.amazonaws.com/{bucket}");
                Ok((json!({"awsS3": [{"s3ForcePathStyle": true}]}), root))
            }
        },
        "gs" => Ok((json!({"googleGcs": {}}), format!("https://storage.cloud.google.com/{bucket}"))),
        "az" => {
            let account = variable(&["AZURE_STORAGE_ACCOUNT_NAME"]).ok_or_else(|| {
                FetchError::BadAddress("`az://` needs the variable AZURE_STORAGE_ACCOUNT_NAME".to_owned())
            })?;
            let root = format!("https://{account}.blob.core.windows.net/{bucket}");
            Ok((json!({"azureBlobStorage": [{"accountName": account}]}), root))
        }
        _ => Err(FetchError::BadAddress(format!(
            "`{scheme}://` is not known; write s3://, gs://, az:// or a folder"
        ))),
    }
}

impl Share for ObjectShare {
    fn get(&self, name: &str) -> Result<Option<Box<dyn Read + Send>>, FetchError> {
        match self.runtime.wait(self.store.get(&self.path(name)?)) {
            Ok(found) => {
                let parts = found.into_stream();
                Ok(Some(Box::new(ReadBody::new(self.runtime.clone(), parts, CONTENT_BYTES_MAX))))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fetch_error(&error)),
        }
    }

    fn has(&self, name: &str) -> Result<bool, FetchError> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        match self.runtime.wait(self.store.get_opts(&self.path(name)?, options)) {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(fetch_error(&error)),
        }
    }

    fn put(&self, name: &str, content: &mut dyn Read) -> Result<(), FetchError> {
        let path = self.path(name)?;
        let first = part(content)?;
        if first.len() < PART_BYTES {
            let put = self.runtime.wait(self.store.put(&path, PutPayload::from(first)));
            return put.map(drop).map_err(|error| fetch_error(&error));
        }
        let put = async {
            let mut upload = self.store.put_multipart(&path).await.map_err(|error| fetch_error(&error))?;
            let mut next = first;
            while !next.is_empty() {
                let sent = upload.put_part(PutPayload::from(next)).await;
                sent.map_err(|error| fetch_error(&error))?;
                next = part(content)?;
            }
            upload.complete().await.map_err(|error| fetch_error(&error))
        };
        self.runtime.wait(put).map(drop)
    }
}

/// Returns the next bytes of a content; fewer than a part at its end.
fn part(content: &mut dyn Read) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    content.take(PART_BYTES as u64).read_to_end(&mut bytes).map_err(FetchError::from_io)?;
    Ok(bytes)
}
