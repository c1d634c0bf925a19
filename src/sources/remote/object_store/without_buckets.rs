//! `WithoutBuckets`: a request for a bucket to the reason why this program reads none.

use std::sync::Arc;

use crate::sources::integration::Integrations;
use crate::sources::remote::{FetchError, Request, Response, Transport};

/// Refuses buckets, and sends all else on.
pub(super) struct WithoutBuckets {
    inner: Arc<dyn Transport>,
    integrations: Integrations,
}

impl WithoutBuckets {
    pub(super) fn new(inner: Arc<dyn Transport>, integrations: Integrations) -> Self {
        Self { inner, integrations }
    }
}

impl Transport for WithoutBuckets {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        match self.integrations.that_reads(&request.url).is_some_and(|it| it.provider.has_buckets()) {
            true => Err(FetchError::BadAddress(super::WITHOUT.to_owned())),
            false => self.inner.send(request),
        }
    }
}
