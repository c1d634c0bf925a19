//! `GuardedResolver`: a name to its addresses, without those that may not be reached.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::{Host, Url};

use super::FetchError;
use super::access::Access;
use super::address_guard::is_private;

/// Resolves names and leaves private addresses out, unless the host is granted.
///
/// The connection is made to the addresses that this returns, so no second look-up can give others.
#[derive(Debug)]
pub(super) struct GuardedResolver {
    pub(super) access: Arc<Access>,
    /// Known answers, by host.
    pub(super) known: BTreeMap<String, SocketAddr>,
    /// The proxy that all connections go to. It is the operator's own, wherever it is, and looks up the names itself.
    pub(super) proxy: Option<Uri>,
}

impl Resolver for GuardedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = match uri.host().and_then(|host| self.known.get(host)) {
            Some(address) => {
                let mut found = self.empty();
                found.push(*address);
                found
            }
            None => DefaultResolver::default().resolve(uri, config, timeout)?,
        };
        let is_proxy = self.proxy.as_ref().is_some_and(|it| it.authority() == uri.authority());
        let url = Url::parse(&uri.to_string()).map_err(|_| ureq::Error::HostNotFound)?;
        if is_proxy || self.access.grants_private(&url) {
            return Ok(found);
        }
        let mut public = self.empty();
        for address in found.iter().filter(|it| !is_private(it.ip())) {
            public.push(*address);
        }
        if public.is_empty() {
            let host = url.host_str().unwrap_or_default().to_owned();
            return Err(ureq::Error::Other(Box::new(FetchError::Private(host))));
        }
        Ok(public)
    }
}

/// Says whether an address names no private IP address itself; the only look at the target that a proxy leaves.
///
/// # Errors
/// When it does, and is not granted.
pub(super) fn check_literal(url: &Url, access: &Access) -> Result<(), FetchError> {
    let private = match url.host() {
        Some(Host::Ipv4(address)) => is_private(address.into()),
        Some(Host::Ipv6(address)) => is_private(address.into()),
        _ => false,
    };
    match private && !access.grants_private(url) {
        true => Err(FetchError::Private(url.host_str().unwrap_or_default().to_owned())),
        false => Ok(()),
    }
}
