//! `HttpTransport`: requests over HTTP, within the rules of the operator and the budgets of the hosts.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use ureq::http;
use url::Url;

use super::access::host_and_port;
use super::agents::Agents;
use super::body::Body;
use super::failure::{failure, is_bad_moment, is_worth_another_try};
use super::host_limit::{HostLimits, HostState, Permit};
use super::http_settings::HttpTimeouts;
use super::rate_limit::Budget;
use super::redirect::{Hop, REDIRECTS_MAX};
use super::watch::Stopwatch;
use super::{Access, FetchError, HeaderValue, HttpSettings, Method, Request, Response, Transport, Watch};

/// Reads over HTTP. One for the whole program: it holds the connections and knows what each host said.
pub struct HttpTransport {
    access: Arc<Access>,
    agents: Agents,
    limits: Arc<HostLimits>,
    timeouts: HttpTimeouts,
    attempts_max: usize,
    backoff: ExponentialBuilder,
    waiting_max: Duration,
    watch: Option<Arc<dyn Watch>>,
}

/// The longest wait between two attempts that the host did not ask for.
const BACKOFF_MAX: Duration = Duration::from_secs(30);

/// The largest body, in bytes, that is read only to use its connection again.
const DRAINED_MAX: u64 = 16 * 1024;

/// An answer before anybody looked at it.
struct Answer {
    response: http::Response<ureq::Body>,
    headers: BTreeMap<String, String>,
    permit: Permit,
}

/// What one request may still spend.
struct Allowance {
    began: Instant,
    waiting_left: Duration,
    stopwatch: Stopwatch,
}

impl HttpTransport {
    /// Returns a transport. Nothing is asked yet.
    pub fn new(settings: HttpSettings) -> Self {
        let access = Arc::new(settings.access.clone());
        Self {
            agents: Agents::new(&settings, &access),
            limits: HostLimits::new(settings.concurrency_per_host),
            timeouts: settings.timeouts,
            attempts_max: settings.attempts_max.max(1),
            backoff: ExponentialBuilder::default()
                .with_min_delay(settings.backoff)
                .with_max_delay(BACKOFF_MAX)
                .with_max_times(settings.attempts_max)
                .with_jitter(),
            waiting_max: settings.waiting_max,
            watch: settings.watch,
            access,
        }
    }

    /// Returns what is wrong with the variables of the environment, as sentences without their values.
    pub fn problems(&self) -> &[String] {
        self.agents.problems()
    }

    /// Sends to one address, again where it is worth it.
    fn exchange(
        &self,
        request: &Request,
        hop: &Hop,
        allowance: &mut Allowance,
    ) -> Result<Answer, FetchError> {
        let host = host_and_port(&hop.url);
        let budget = budget_of(&hop.url);
        let mut delays = self.backoff.build();
        let mut attempt = 1;
        loop {
            let (waiting_left, before) = (&mut allowance.waiting_left, Instant::now());
            let permit = self.limits.enter(&host, budget, waiting_left, self.timeouts.whole);
            allowance.stopwatch.waited_since(before);
            let permit = permit?;
            let outcome = self.attempt(request, hop)?;
            let is_last = attempt >= self.attempts_max || allowance.began.elapsed() >= self.timeouts.whole;
            attempt += 1;
            let response = match outcome {
                Ok(response) => response,
                Err(error) if is_last || !is_worth_another_try(&error) => return Err(failure(error)),
                Err(_) => {
                    drop(permit);
                    self.wait_a_little(&host, &mut delays, allowance);
                    continue;
                }
            };
            let (status, headers) = (response.status().as_u16(), plain_headers(response.headers()));
            let said = self.within_reason(status, Budget::read(status, &headers), allowance);
            self.limits.note(&host, budget, status, &said);
            if let (true, Some(pause)) = (said.refused, &said.pause)
                && pause.length > allowance.waiting_left
            {
                return Err(FetchError::BudgetSpent(pause.until.clone()));
            }
            if is_last || !(said.refused || is_bad_moment(status)) {
                return Ok(Answer { response, headers, permit });
            }
            drop(response);
            drop(permit);
            match said.pause {
                // The wait comes with the next place at the host, since it holds for all requests.
                Some(_) => self.limits.count_retry(&host, Duration::ZERO),
                None => self.wait_a_little(&host, &mut delays, allowance),
            }
        }
    }

    /// Returns what a host says, without a pause that stands in no relation: a host that works but wants to be asked
    /// less often is believed up to the longest wait, and the answer of one that is down for long is the answer.
    fn within_reason(&self, status: u16, mut said: Budget, allowance: &Allowance) -> Budget {
        match &mut said.pause {
            Some(pause) if status < 400 && said.remaining != Some(0) => {
                pause.length = pause.length.min(self.waiting_max);
            }
            Some(pause) if status == 503 && pause.length > allowance.waiting_left => {
                return Budget { remaining: said.remaining, ..Budget::default() };
            }
            _ => {}
        }
        said
    }

    /// Waits before another attempt that the host gave no moment for.
    fn wait_a_little(&self, host: &str, delays: &mut ExponentialBackoff, allowance: &mut Allowance) {
        let delay = delays.next().unwrap_or(BACKOFF_MAX).min(allowance.waiting_left);
        allowance.waiting_left = allowance.waiting_left.saturating_sub(delay);
        let before = Instant::now();
        thread::sleep(delay);
        allowance.stopwatch.waited_since(before);
        self.limits.count_retry(host, delay);
    }

    fn attempt(
        &self,
        request: &Request,
        hop: &Hop,
    ) -> Result<Result<http::Response<ureq::Body>, ureq::Error>, FetchError> {
        let agent = self.agents.for_url(&hop.url)?;
        let method = match hop.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Head => http::Method::HEAD,
            Method::Put => http::Method::PUT,
        };
        let mut builder = http::Request::builder().method(method).uri(hop.url.as_str());
        for (name, value) in &request.headers {
            let describes_body = name.starts_with("content-") && !hop.method.has_body();
            let value = match value {
                HeaderValue::Secret(_) if !hop.with_secrets => continue,
                HeaderValue::Issued(_) => continue,
                _ if describes_body => continue,
                HeaderValue::Plain(text) => http::HeaderValue::from_str(text),
                HeaderValue::Secret(secret) => {
                    http::HeaderValue::from_str(secret.expose()).map(|mut value| {
                        value.set_sensitive(true);
                        value
                    })
                }
            };
            // The value is not repeated: it may be a secret with a line break at its end.
            let value =
                value.map_err(|_| FetchError::BadAddress(format!("the header `{name}` cannot be sent")))?;
            builder = builder.header(name.as_str(), value);
        }
        let cannot = |_| FetchError::BadAddress("it cannot be sent".to_owned());
        Ok(match hop.method.has_body() {
            false => agent.run(builder.body(()).map_err(cannot)?),
            true => agent.run(builder.body(request.body.as_slice()).map_err(cannot)?),
        })
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        let mut hop = Hop::first(request, &self.access)?;
        let stopwatch = Stopwatch::new(self.watch.clone(), &hop.url, host_and_port(&hop.url));
        let mut allowance = Allowance { began: Instant::now(), waiting_left: self.waiting_max, stopwatch };
        for _ in 0..=REDIRECTS_MAX {
            let answer = self.exchange(request, &hop, &mut allowance)?;
            let status = answer.response.status().as_u16();
            let location = answer.headers.get("location").map(String::as_str);
            match hop.next(status, location, &self.access)? {
                None => {
                    let mut stopwatch = allowance.stopwatch;
                    stopwatch.answered(status);
                    return Ok(answer.into_response(hop.url, request.bytes_max, stopwatch));
                }
                Some(next) => {
                    answer.drain();
                    hop = next;
                }
            }
        }
        Err(FetchError::TooManyRedirects)
    }

    fn hosts(&self) -> Vec<HostState> {
        self.limits.states()
    }
}

impl Answer {
    fn into_response(self, url: Url, bytes_max: u64, stopwatch: Stopwatch) -> Response {
        let Self { response, headers, permit } = self;
        let status = response.status().as_u16();
        let body = Body::new(response.into_body(), bytes_max, permit, stopwatch);
        Response { status, headers, url: url.into(), body: Box::new(body) }
    }

    /// Reads a small body to its end, so that the connection can be used again.
    fn drain(self) {
        let body = self.response.into_body();
        if body.content_length().is_some_and(|it| it <= DRAINED_MAX) {
            // A failure closes the connection, which is fine.
            let _ = std::io::copy(&mut body.into_reader().take(DRAINED_MAX), &mut std::io::sink());
        }
    }
}

/// Returns which budget a request spends: hosts count searches and GraphQL apart from the rest.
fn budget_of(url: &Url) -> &'static str {
    let mut first = url.path_segments().into_iter().flatten().take(3);
    first.find_map(|it| ["graphql", "search"].into_iter().find(|name| *name == it)).unwrap_or_default()
}

fn plain_headers(headers: &http::HeaderMap) -> BTreeMap<String, String> {
    let mut plain: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        plain
            .entry(name.as_str().to_owned())
            .and_modify(|it| {
                it.push_str(", ");
                it.push_str(&value);
            })
            .or_insert_with(|| value.clone().into_owned());
    }
    plain
}
