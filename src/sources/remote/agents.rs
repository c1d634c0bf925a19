//! `Agents`: the connections, one pool for each way out.

use std::collections::BTreeMap;
use std::sync::Arc;

use ureq::config::Config;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Proxy};
use url::Url;

use super::certificates::roots;
use super::proxy::{ProxyChoice, Route};
use super::resolver::GuardedResolver;
use super::{Access, FetchError, HttpSettings};

/// The connections: those without a proxy, and those through each.
pub(super) struct Agents {
    choice: ProxyChoice,
    by_route: BTreeMap<Route, Result<Agent, FetchError>>,
    problems: Vec<String>,
}

/// The most connections that stay open without use.
const IDLE_MAX: usize = 64;

const USER_AGENT: &str = concat!("callboard/", env!("CARGO_PKG_VERSION"));

impl Agents {
    pub(super) fn new(settings: &HttpSettings, access: &Arc<Access>) -> Self {
        let choice = ProxyChoice::read(&settings.environment);
        let (roots, mut problems) = roots(&settings.environment);
        let mut by_route = BTreeMap::new();
        by_route.insert(Route::Direct, Ok(agent(settings, access, &roots, None)));
        for (route, proxy) in [(Route::HttpProxy, &choice.http), (Route::HttpsProxy, &choice.https)] {
            let Some(proxy) = proxy else { continue };
            let agent = match proxy {
                Ok(proxy) => Ok(agent(settings, access, &roots, Some(proxy.clone()))),
                Err(problem) => {
                    problems.push(problem.clone());
                    // Going around the proxy that somebody wanted would be a surprise.
                    Err(FetchError::Unreachable(problem.clone()))
                }
            };
            by_route.insert(route, agent);
        }
        problems.sort();
        problems.dedup();
        Self { choice, by_route, problems }
    }

    /// Returns the connections for an address.
    pub(super) fn for_url(&self, url: &Url) -> Result<&Agent, FetchError> {
        match self.by_route.get(&self.choice.route(url)) {
            Some(Ok(agent)) => Ok(agent),
            Some(Err(problem)) => Err(problem.clone()),
            None => Err(FetchError::Unreachable("there is no way to it".to_owned())),
        }
    }

    pub(super) fn problems(&self) -> &[String] {
        &self.problems
    }
}

fn agent(settings: &HttpSettings, access: &Arc<Access>, roots: &RootCerts, proxy: Option<Proxy>) -> Agent {
    let timeouts = settings.timeouts;
    let resolver = GuardedResolver {
        access: Arc::clone(access),
        known: settings.known_addresses.clone(),
        proxy: proxy.as_ref().map(|it| it.uri().clone()),
    };
    let config = Config::builder()
        .http_status_as_error(false)
        .user_agent(USER_AGENT)
        // Each redirect is checked first, which is done here and not there.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy)
        .tls_config(TlsConfig::builder().root_certs(roots.clone()).build())
        .timeout_resolve(Some(timeouts.connect))
        .timeout_connect(Some(timeouts.connect))
        .timeout_recv_response(Some(timeouts.first_byte))
        .timeout_per_read(Some(timeouts.read))
        .timeout_per_write(Some(timeouts.read))
        .timeout_global(Some(timeouts.whole))
        .max_idle_connections(IDLE_MAX)
        .max_idle_connections_per_host(settings.concurrency_per_host)
        .build();
    Agent::with_parts(config, DefaultConnector::default(), resolver)
}
