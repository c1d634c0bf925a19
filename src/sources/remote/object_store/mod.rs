//! Buckets: a request for an address in S3, Google Cloud Storage or Azure Blob Storage to what the store holds there.
//!
//! The crate `object_store` signs and parses, and has no way to the network of its own: each of its requests goes out
//! through the same [`Transport`] as all others, within the same rules.

mod listing;
#[cfg(feature = "object-store")]
mod bucket_transport;
#[cfg(feature = "object-store")]
mod object_body;
#[cfg(feature = "object-store")]
mod request_door;
#[cfg(feature = "object-store")]
mod runtime;
#[cfg(feature = "object-store")]
mod share;
#[cfg(feature = "object-store")]
mod store;
#[cfg(feature = "object-store")]
mod store_failure;
#[cfg(not(feature = "object-store"))]
mod without_buckets;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Transport;
use crate::sources::integration::Integrations;

pub(super) use listing::{Listing, listing_address};
#[cfg(feature = "object-store")]
pub(super) use share::ObjectShare;

/// Returns a transport that reads buckets of these integrations, and sends all else through `inner`. Where an
/// integration holds no key, the environment says who asks.
#[cfg(feature = "object-store")]
pub fn with_buckets(
    inner: Arc<dyn Transport>,
    integrations: &Integrations,
    environment: &BTreeMap<String, String>,
) -> Arc<dyn Transport> {
    Arc::new(bucket_transport::BucketTransport::new(inner, integrations.clone(), environment.clone()))
}

/// Returns a transport that says of buckets that they are not read, and sends all else through `inner`.
#[cfg(not(feature = "object-store"))]
pub fn with_buckets(
    inner: Arc<dyn Transport>,
    integrations: &Integrations,
    _environment: &BTreeMap<String, String>,
) -> Arc<dyn Transport> {
    Arc::new(without_buckets::WithoutBuckets::new(inner, integrations.clone()))
}

/// What is said where the feature is missing.
#[cfg(not(feature = "object-store"))]
pub(super) const WITHOUT: &str =
    "buckets are read where Callboard is built with the feature `object-store`, and this one is not";
