//! `Hop`: one address on the way of a request, and the next one.

use std::sync::Arc;

use url::{Origin, Url};

use super::access::{Access, host_and_port};
use super::resolver::check_literal;
use super::{FetchError, Method, Request};

/// The most redirects that are followed.
pub(super) const REDIRECTS_MAX: usize = 10;

/// One address on the way of a request, and what is sent there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) url: Url,
    pub(super) method: Method,
    /// Whether this is still the host of the first address. Once secrets are left behind they never come back.
    pub(super) with_secrets: bool,
    /// Where a plugin asks: the origins that it was granted.
    pub(super) for_plugin: Option<Arc<[Origin]>>,
}

impl Hop {
    /// Returns the first hop.
    ///
    /// # Errors
    /// When the address is none, or may not be read.
    pub(super) fn first(request: &Request, access: &Access) -> Result<Self, FetchError> {
        let mut url = Url::parse(&request.url).map_err(|error| FetchError::BadAddress(error.to_string()))?;
        url.set_fragment(None);
        let for_plugin = request.for_plugin.clone();
        if for_plugin.is_some() {
            access.check_granted(&url)?
        } else {
            access.check(&url)?
        }
        check_literal(&url, access)?;
        Ok(Self { url, method: request.method, with_secrets: true, for_plugin })
    }

    /// Returns the hop that an answer sends the reader on to; `None` when it is the answer itself.
    ///
    /// # Errors
    /// When the target may not be read.
    pub(super) fn next(
        &self,
        status: u16,
        location: Option<&str>,
        access: &Access,
    ) -> Result<Option<Self>, FetchError> {
        let Some(location) = location.filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308)) else {
            return Ok(None);
        };
        let mut url = self
            .url
            .join(location)
            .map_err(|_| FetchError::WrongAnswer("it sends on to what is no address".to_owned()))?;
        url.set_fragment(None);
        if self.url.scheme() == "https" && url.scheme() == "http" {
            return Err(FetchError::WrongAnswer("it sends on from https to http".to_owned()));
        }
        match &self.for_plugin {
            // What one plugin was granted is nothing to another, and neither is what the site may read.
            Some(granted) if !access.is_of_integration(&self.url) => {
                let origin = url.origin();
                if origin != self.url.origin() && !granted.contains(&origin) {
                    return Err(FetchError::NotAllowed(host_and_port(&url)));
                }
                access.check_granted(&url)?;
            }
            _ => access.check_redirect(&self.url, &url)?,
        }
        check_literal(&url, access)?;
        // A browser turns a post into a get for 301 and 302 too. Posts of ours only ask, so the body must go along.
        let method = if status == 303 { Method::Get } else { self.method };
        let with_secrets = self.with_secrets && url.origin() == self.url.origin();
        Ok(Some(Self { url, method, with_secrets, for_plugin: self.for_plugin.clone() }))
    }
}
