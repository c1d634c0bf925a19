//! `GithubAppTransport`: requests in the name of a GitHub App's installations, with tokens that are asked for first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use serde_json::Value;

use super::app_token::sign;
use super::rate_limit::moment;
use super::{FetchError, Grant, HeaderValue, HostState, Request, Response, Transport};
use crate::sources::Secret;
use crate::sources::integration::{GithubApp, Integration, Integrations};

/// How long before its end a token is renewed, in seconds; longer than any single answer takes.
const MARGIN: i64 = 15 * 60;

/// The largest answer about installations, in bytes.
const ANSWER_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The most pages of installations, of a hundred each.
const PAGES_MAX: usize = 100;

/// Sends requests, and puts tokens of installations into those that ask for one ([`HeaderValue::Issued`]).
///
/// What it asks for tokens goes to the transport within, past every cache. A token serves all requests for its owner,
/// and is asked for anew before it ends, by the clock of the host.
pub struct GithubAppTransport {
    inner: Arc<dyn Transport>,
    hosts: BTreeMap<String, Host>,
    issued: Mutex<BTreeSet<Secret>>,
    asked: AtomicU64,
}

struct Host {
    api: String,
    apps: Vec<App>,
    /// The header of `token`, for owners without installation.
    otherwise: Option<Secret>,
    /// The host's time, and when that was read.
    clock: Mutex<Option<(i64, Instant)>>,
}

struct App {
    settings: GithubApp,
    installations: Mutex<Option<Result<Arc<Vec<Installation>>, FetchError>>>,
    tokens: Mutex<BTreeMap<u64, Slot>>,
}

/// The header of an installation, and its end in seconds since 1970. Whoever asks second waits for the first.
type Slot = Arc<Mutex<Option<Result<(Secret, i64), FetchError>>>>;

#[derive(Debug)]
struct Installation {
    id: u64,
    owner: String,
    suspended: bool,
}

impl GithubAppTransport {
    /// Returns a transport that sends through another, for the Apps of integrations.
    pub fn new(inner: Arc<dyn Transport>, integrations: &Integrations) -> Self {
        let with_apps = integrations.iter().filter(|it| !it.github_apps().is_empty());
        let hosts = with_apps.map(|it| (it.host.clone(), Host::new(it))).collect();
        Self { inner, hosts, issued: Mutex::default(), asked: AtomicU64::new(0) }
    }

    /// Returns the header for an owner: that of the first App with a token, or else that of `token`.
    fn authorization(&self, grant: &Grant) -> Result<Option<Secret>, FetchError> {
        let Some(host) = self.hosts.get(&grant.host) else { return Ok(None) };
        let mut failure = None;
        for public in [false, true] {
            for app in &host.apps {
                match self.of_app(host, app, &grant.owner, public) {
                    Ok(Some(header)) => return Ok(Some(header)),
                    Ok(None) => {}
                    Err(error) => failure = failure.or(Some(error)),
                }
            }
            // Nobody's requests would fail too, and nobody would know why.
            if let Some(failure) = failure.take() {
                return Err(failure);
            }
        }
        Ok(host.otherwise.clone())
    }

    fn of_app(
        &self,
        host: &Host,
        app: &App,
        owner: &str,
        public: bool,
    ) -> Result<Option<Secret>, FetchError> {
        if public && !app.settings.public_access {
            return Ok(None);
        }
        let installations = self.installations(host, app)?;
        let found = match public {
            true => installations.iter().find(|it| !it.suspended && app.settings.allows(&it.owner)),
            false => app.installation(&installations, owner)?,
        };
        found.map(|it| self.token(host, app, it)).transpose()
    }

    /// Returns the installations of an App; they are asked for once.
    fn installations(&self, host: &Host, app: &App) -> Result<Arc<Vec<Installation>>, FetchError> {
        let mut known = app.installations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*known {
            return known.clone();
        }
        let found = self.list(host, app).map(Arc::new);
        if found.as_ref().err().is_none_or(lasts) {
            *known = Some(found.clone());
        }
        found
    }

    fn list(&self, host: &Host, app: &App) -> Result<Vec<Installation>, FetchError> {
        let mut installations = Vec::new();
        for page in 1..=PAGES_MAX {
            let url = format!("{}/app/installations?per_page=100&page={page}", host.api);
            let answer = self.ask(host, app, Request::get(url))?;
            let items = answer.as_array().ok_or_else(|| app.failure("its installations are no list"))?;
            installations.extend(items.iter().filter_map(Installation::read));
            if items.len() < 100 {
                break;
            }
        }
        Ok(installations)
    }

    /// Returns the header of an installation, with a token that holds for a while.
    fn token(&self, host: &Host, app: &App, installation: &Installation) -> Result<Secret, FetchError> {
        let slot = app.slot(installation.id);
        let mut known = slot.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some(Ok((header, end))) if self.now(host)? + MARGIN < *end => return Ok(header.clone()),
            Some(Err(error)) => return Err(error.clone()),
            _ => {}
        }
        let issued = self.issue(host, app, installation);
        if issued.as_ref().err().is_none_or(lasts) {
            *known = Some(issued.clone());
        }
        issued.map(|(header, _)| header)
    }

    fn issue(&self, host: &Host, app: &App, it: &Installation) -> Result<(Secret, i64), FetchError> {
        let url = format!("{}/app/installations/{}/access_tokens", host.api, it.id);
        let answer = self.ask(host, app, Request::post(url, "application/json", b"{}".to_vec()))?;
        let text = |key: &str| answer.get(key).and_then(Value::as_str);
        let none = || app.failure(&format!("the answer for `{}` holds no token", it.owner));
        let token = text("token").filter(|it| !it.is_empty()).ok_or_else(none)?;
        let end = text("expires_at").and_then(|it| it.parse::<Timestamp>().ok()).ok_or_else(none)?;
        self.issued.lock().unwrap_or_else(PoisonError::into_inner).insert(Secret::new(token));
        Ok((Secret::new(format!("Bearer {token}")), end.as_second()))
    }

    /// Asks as the App itself.
    fn ask(&self, host: &Host, app: &App, request: Request) -> Result<Value, FetchError> {
        let GithubApp { issuer, private_key, .. } = &app.settings;
        let token = sign(issuer, private_key, self.now(host)?).map_err(|it| app.failure(&it))?;
        let request = request
            .header("accept", HeaderValue::Plain("application/vnd.github+json".to_owned()))
            .header("authorization", HeaderValue::Secret(Secret::new(format!("Bearer {}", token.expose()))))
            .up_to(ANSWER_BYTES_MAX);
        let response = self.count(&request)?;
        match response.status {
            200..=299 => {}
            401 | 403 => {
                let why = format!("the host does not accept its number and key ({})", response.status);
                return Err(app.failure(&why));
            }
            404 => return Err(app.failure("the host knows no such App or installation (404)")),
            status => return Err(FetchError::Status(status)),
        }
        serde_json::from_slice(&response.bytes()?).map_err(|_| app.failure("the answer is no JSON"))
    }

    /// Returns the time of the host in seconds since 1970: that of its first answer, and what passed since.
    fn now(&self, host: &Host) -> Result<i64, FetchError> {
        let mut clock = host.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, read) = match *clock {
            Some(known) => known,
            None => {
                // It asks for no rights and costs nothing of the budget; any answer has a date (RFC 9110, 6.6.1).
                let response = self.count(&Request::get(format!("{}/rate_limit", host.api)))?;
                let date = response.header("date").and_then(moment).map(|it| it.as_second());
                let none = || FetchError::NoToken("the host does not tell the time".to_owned());
                *clock.insert((date.ok_or_else(none)?, Instant::now()))
            }
        };
        Ok(start.saturating_add(i64::try_from(read.elapsed().as_secs()).unwrap_or(i64::MAX)))
    }

    fn count(&self, request: &Request) -> Result<Response, FetchError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.inner.send(request)
    }

    /// Returns a request with its token in place of the grant.
    fn signed(&self, request: &Request, grant: &Grant) -> Result<Request, FetchError> {
        let header = self.authorization(grant)?;
        let mut request = request.clone();
        request.headers.retain(|(_, value)| !matches!(value, HeaderValue::Issued(_)));
        Ok(match header {
            Some(header) => request.header("authorization", HeaderValue::Secret(header)),
            None => request,
        })
    }

    /// Forgets the token that a request was sent with.
    fn forget(&self, grant: &Grant, sent: &Request) {
        let apps = self.hosts.get(&grant.host).into_iter().flat_map(|it| &it.apps);
        for slot in apps.flat_map(App::slots) {
            let mut known = slot.lock().unwrap_or_else(PoisonError::into_inner);
            let was_sent = |header: &Secret| {
                sent.headers.iter().any(|(_, it)| matches!(it, HeaderValue::Secret(it) if it == header))
            };
            if matches!(&*known, Some(Ok((header, _))) if was_sent(header)) {
                *known = None;
            }
        }
    }
}

impl Transport for GithubAppTransport {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        let grant = request.headers.iter().find_map(|(_, value)| match value {
            HeaderValue::Issued(grant) => Some(grant),
            _ => None,
        });
        let Some(grant) = grant else { return self.inner.send(request) };
        let grant = &match grant.owner.as_str() {
            "" => Grant { owner: owner_in_query(request).unwrap_or_default(), ..grant.clone() },
            _ => grant.clone(),
        };
        let signed = self.signed(request, grant)?;
        let response = self.inner.send(&signed)?;
        if response.status != 401 {
            return Ok(response);
        }
        // A token can be taken back before its end.
        self.forget(grant, &signed);
        let again = self.signed(request, grant)?;
        if again == signed {
            return Ok(response);
        }
        drop(response);
        self.count(&again)
    }

    fn hosts(&self) -> Vec<HostState> {
        self.inner.hosts()
    }

    fn own_requests(&self) -> u64 {
        self.asked.load(Ordering::Relaxed) + self.inner.own_requests()
    }

    fn secrets(&self) -> Vec<Secret> {
        let mut secrets = self.inner.secrets();
        secrets.extend(self.issued.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        secrets
    }
}

impl Host {
    fn new(integration: &Integration) -> Self {
        let app = |it: &GithubApp| App {
            settings: it.clone(),
            installations: Mutex::default(),
            tokens: Mutex::default(),
        };
        Self {
            api: integration.api_base_url.clone(),
            apps: integration.github_apps().iter().map(app).collect(),
            otherwise: integration.authorization().cloned(),
            clock: Mutex::default(),
        }
    }
}

impl App {
    /// Returns the installation for an owner; where the address names none, the only one there is.
    fn installation<'a>(
        &self,
        installations: &'a [Installation],
        owner: &str,
    ) -> Result<Option<&'a Installation>, FetchError> {
        let mut allowed = installations.iter().filter(|it| self.settings.allows(&it.owner));
        if owner.is_empty() {
            let mut usable = allowed.filter(|it| !it.suspended);
            let first = usable.next();
            return match usable.next() {
                None => Ok(first),
                Some(_) => Err(self.failure("it has several installations, and no owner is named")),
            };
        }
        match allowed.find(|it| it.owner.eq_ignore_ascii_case(owner)) {
            Some(it) if it.suspended => {
                Err(self.failure(&format!("its installation for `{owner}` is suspended")))
            }
            found => Ok(found),
        }
    }

    fn slot(&self, id: u64) -> Slot {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tokens.entry(id).or_default())
    }

    fn slots(&self) -> Vec<Slot> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn failure(&self, why: &str) -> FetchError {
        FetchError::NoToken(format!("the GitHub App {}: {why}", self.settings.issuer))
    }
}

impl Installation {
    fn read(value: &Value) -> Option<Self> {
        let is_set = |key: &str| value.get(key).is_some_and(|it| !it.is_null());
        Some(Self {
            id: value.get("id")?.as_u64()?,
            owner: value.pointer("/account/login")?.as_str()?.to_owned(),
            suspended: is_set("suspended_by") || is_set("suspended_at"),
        })
    }
}

/// Returns the owner that a question in GraphQL is about, which stands among its variables.
fn owner_in_query(request: &Request) -> Option<String> {
    let query: Value = serde_json::from_slice(&request.body).ok()?;
    let variables = query.get("variables")?;
    let named = |name: &&str| variables.get(*name)?.as_str().map(str::to_owned);
    ["owner", "org", "login"].iter().find_map(named)
}

/// Returns whether asking again would fail again.
fn lasts(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::NoToken(_)
            | FetchError::NotAllowed(_)
            | FetchError::Private(_)
            | FetchError::BadAddress(_)
    )
}
