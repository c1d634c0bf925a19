//! A question to an API: its requests, page by page, and what they give.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::Value;
use serde_json::Value as Json;
use url::{Origin, Url};

use super::address::{self, Server};
use super::allowance;
use super::failures::{Failed, meaning};
use super::grant::{self, Wanted};
use super::plan::text_of;
use super::question::{Question, Reply};
use crate::plugins::engine::{Scope, secret_of};
use crate::plugins::source::{Auth, Body, Call, Endpoint, Pagination, PaginationStyle, QueryValue};
use crate::sources::Secret;
use crate::sources::format::{Format, parse};
use crate::sources::remote::{Fresh, HeaderValue, Request, next_link};

/// The largest answer, in bytes.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The largest answer with all its pages, in bytes.
const REPLY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Headers that a manifest may not set: they say where a request goes, or how it is sent.
const RESERVED: &[&str] = &[
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "cookie",
    "expect",
    "te",
    "trailer",
    "upgrade",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "if-none-match",
    "if-modified-since",
    "range",
    "accept-encoding",
];

/// Asks, and returns the pages of the answer.
pub(super) fn ask(question: &mut Question<'_>, call: &Call) -> Result<Reply, Failed> {
    let scope = question.scope();
    let named = endpoint_text(question, call, &scope);
    let server = address::server(&call.endpoint, &named, question.outside)?;
    let path = question.text(call.path, &scope);
    let (url, path) = address::below(&server.base, &path)?;
    let wanted =
        Wanted { base: &server.base, path: &path, post: call.post, endpoint: &call.endpoint, named: &named };
    grant::check_request(question.plugin, question.source, &wanted, question.program, &scope)?;
    let pairs = pairs(question, call, &scope);
    let variables = variables(question, call, &scope);
    let mut reply = Reply::default();
    let mut turn = Turn::first(call.pagination.as_ref());
    let (mut bytes, mut asked) = (0, BTreeSet::new());
    loop {
        let (request, name) = request(question, call, (&url, &server), &pairs, &variables, &turn, &scope)?;
        if !asked.insert(name.clone()) {
            return Err(Failed::Because("its next page is one that was read already".to_owned()));
        }
        let asker = question.outside.asker.ok_or_else(|| "nothing is asked in this run".to_owned())?;
        let answer = asker.ask(&name, request, question.source.policy.ttl_s);
        let answer = answer.map_err(|it| meaning(&it, &question.source.policy))?;
        bytes += answer.body.len();
        if bytes > REPLY_BYTES_MAX {
            let most = REPLY_BYTES_MAX / 1024 / 1024;
            return Err(Failed::Because(format!("its pages have more than {most} MiB together")));
        }
        allowance::wait_for_room(bytes, &mut question.room);
        let body = body(call, &answer)?;
        reply.add(&answer, body.clone());
        let Some(following) = next(question, call, &turn, &answer, &body, &url, &scope) else {
            return Ok(reply);
        };
        // A server may part its list as it likes; an address that the plugin computes is a request of its own.
        let is_computed =
            matches!(&call.pagination, Some(Pagination { style: PaginationStyle::Cursor { .. }, .. }));
        if let Some(address) = following.address.as_ref().filter(|_| is_computed) {
            let path = address::path_below(&server.base, address)?;
            let wanted = Wanted { path: &path, ..wanted };
            grant::check_request(question.plugin, question.source, &wanted, question.program, &scope)?;
        }
        turn = following;
    }
}

/// Returns the parameters of the query. An empty one is left out.
fn pairs(question: &mut Question<'_>, call: &Call, scope: &Scope<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (name, value) in &call.query {
        let values = match value {
            QueryValue::One(code) => vec![question.text(*code, scope)],
            QueryValue::Each(code) => {
                grant::each(&question.evaluate(*code, scope)).iter().map(text_of).collect()
            }
        };
        pairs.extend(values.into_iter().filter(|it| !it.is_empty()).map(|it| (name.clone(), it)));
    }
    pairs
}

fn endpoint_text(question: &mut Question<'_>, call: &Call, scope: &Scope<'_>) -> String {
    match &call.endpoint {
        Endpoint::Integration { host: None, .. } => String::new(),
        Endpoint::Integration { host: Some(code), .. } | Endpoint::Address(code) | Endpoint::Proxy(code) => {
            question.text(*code, scope)
        }
    }
}

/// Returns the variables of a query of GraphQL, or the whole body of another request.
fn variables(question: &mut Question<'_>, call: &Call, scope: &Scope<'_>) -> Json {
    let json = |it: &Value| serde_json::to_value(it).unwrap_or_default();
    match &call.body {
        Body::Empty => Json::Null,
        Body::Json(code) => json(&question.evaluate(*code, scope)),
        Body::Graphql(_, variables) => {
            let each =
                variables.iter().map(|(name, code)| (name.clone(), json(&question.evaluate(*code, scope))));
            Json::Object(each.collect())
        }
    }
}

/// Which page is asked for, and how.
#[derive(Clone, Debug)]
struct Turn {
    number: usize,
    /// A parameter of the query, or a variable.
    param: Option<(String, String)>,
    /// A whole address.
    address: Option<String>,
}

impl Turn {
    fn first(pagination: Option<&Pagination>) -> Self {
        let param = match pagination.map(|it| &it.style) {
            Some(PaginationStyle::Page { param, first }) => Some((param.clone(), first.to_string())),
            _ => None,
        };
        Self { number: 1, param, address: None }
    }
}

fn request(
    question: &mut Question<'_>,
    call: &Call,
    (url, server): (&Url, &Server),
    pairs: &[(String, String)],
    variables: &Json,
    turn: &Turn,
    scope: &Scope<'_>,
) -> Result<(Request, String), Failed> {
    let mut url = match &turn.address {
        Some(address) => Url::parse(address).map_err(|_| "its next page has no address".to_owned())?,
        None => url.clone(),
    };
    if turn.address.is_none() {
        let paged = turn.param.iter().filter(|_| !matches!(call.body, Body::Graphql(..)));
        let replaced = paged.clone().map(|(name, _)| name).collect::<Vec<_>>();
        let own = pairs.iter().filter(|(name, _)| !replaced.contains(&name));
        let all: Vec<&(String, String)> = own.chain(paged).collect();
        if !all.is_empty() {
            url.query_pairs_mut().extend_pairs(all.iter().map(|(name, value)| (name, value)));
        }
    }
    let headers = headers(question, call, server, scope);
    // The name has no secret in it: it is written down beside the cache, and a secret of the address is added below.
    let mut name = format!("{url} for plugin {}", question.plugin.id);
    if let Some((parameter, secret)) = secret_in_query(question, call) {
        url.query_pairs_mut().append_pair(&parameter, secret.expose());
    }
    let body = match &call.body {
        Body::Empty => None,
        Body::Json(_) => Some(variables.clone()),
        Body::Graphql(query, _) => {
            let mut variables = variables.clone();
            if let (Some((name, value)), Json::Object(map)) = (&turn.param, &mut variables) {
                map.insert(name.clone(), Json::String(value.clone()));
            }
            Some(serde_json::json!({"query": query, "variables": variables}))
        }
    };
    let mut request = match body {
        Some(body) => {
            let bytes = body.to_string().into_bytes();
            name = format!("{name} POST {}", blake3::hash(&bytes).to_hex());
            Request::post(url, "application/json", bytes)
        }
        None if call.post => Request::post(url, "application/json", Vec::new()),
        None => Request::get(url),
    };
    if !call.headers.is_empty() {
        // Another `accept` gets another answer.
        let plain: String = headers.iter().filter_map(plain_header).collect();
        name = format!("{name} with {}", blake3::hash(plain.as_bytes()).to_hex());
    }
    request.headers.extend(headers);
    request.for_plugin = Some(granted_to(question));
    Ok((request.up_to(ANSWER_BYTES_MAX), name))
}

fn plain_header((name, value): &(String, HeaderValue)) -> Option<String> {
    match value {
        HeaderValue::Plain(value) => Some(format!("{name}: {value}\n")),
        _ => None,
    }
}

/// Returns the origins that the operator granted a plugin.
fn granted_to(question: &Question<'_>) -> Arc<[Origin]> {
    let all = question.plugin.granted.network.iter().chain(&question.plugin.written);
    all.filter_map(|it| Url::parse(it).ok()).map(|it| it.origin()).filter(Origin::is_tuple).collect()
}

/// Returns the headers of a request: what the manifest writes, and who asks.
fn headers(
    question: &mut Question<'_>,
    call: &Call,
    server: &Server,
    scope: &Scope<'_>,
) -> Vec<(String, HeaderValue)> {
    let mut headers = Vec::new();
    for (name, code) in &call.headers {
        let (name, value) = (name.to_ascii_lowercase(), question.text(*code, scope));
        if !value.is_empty() && !RESERVED.contains(&name.as_str()) {
            headers.push((name, HeaderValue::Plain(value)));
        }
    }
    if !headers.iter().any(|(name, _)| name == "accept") {
        headers.push(("accept".to_owned(), HeaderValue::Plain("application/json, */*;q=0.5".to_owned())));
    }
    headers.extend(who_asks(question, call, server));
    headers
}

fn who_asks(question: &mut Question<'_>, call: &Call, server: &Server) -> Vec<(String, HeaderValue)> {
    use base64::Engine as _;
    let scope = question.secret_scope();
    let authorization =
        |value: String| vec![("authorization".to_owned(), HeaderValue::Secret(Secret::new(value)))];
    match &call.auth {
        Some(Auth::None | Auth::Query(..)) => Vec::new(),
        None | Some(Auth::Integration) => server.headers.clone(),
        Some(Auth::Bearer(code)) => match question.secret(*code, &scope) {
            Some(secret) => authorization(format!("Bearer {}", secret.expose())),
            None => Vec::new(),
        },
        Some(Auth::Basic(user, password)) => {
            let mut text =
                |code| question.secret(code, &scope).map_or_else(String::new, |it| it.expose().to_owned());
            let (user, password) = (text(*user), text(*password));
            if user.is_empty() && password.is_empty() {
                return Vec::new();
            }
            let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
            authorization(format!("Basic {pair}"))
        }
        Some(Auth::Headers(headers)) => headers
            .iter()
            .filter(|(name, ..)| !RESERVED.contains(&name.as_str()))
            .filter_map(|(name, prefix, code)| {
                let secret = question.secret(*code, &scope)?;
                let value = Secret::new(format!("{prefix}{}", secret.expose()));
                Some((name.clone(), HeaderValue::Secret(value)))
            })
            .collect(),
    }
}

fn secret_in_query(question: &mut Question<'_>, call: &Call) -> Option<(String, Secret)> {
    let Some(Auth::Query(name, code)) = &call.auth else { return None };
    let scope = question.secret_scope();
    Some((name.clone(), question.secret(*code, &scope)?))
}

impl Question<'_> {
    /// Returns a secret, or a text in its place. Nothing and the empty text are none.
    fn secret(&mut self, code: crate::plugins::CodeId, scope: &Scope<'_>) -> Option<Secret> {
        let value = self.evaluate(code, scope);
        let secret = secret_of(&value).unwrap_or_else(|| Secret::new(text_of(&value)));
        (!secret.is_empty()).then_some(secret)
    }
}

/// Reads the body of an answer in the format that the source names.
fn body(call: &Call, answer: &Fresh) -> Result<Json, Failed> {
    let format = Format::parse_name(&call.format).unwrap_or_default();
    let body = parse(format, "answer", &answer.body)
        .map_err(|error| format!("its answer cannot be read: {}", error.message))?;
    if matches!(call.body, Body::Graphql(..)) {
        return data_of(body).map_err(Failed::Because);
    }
    Ok(body)
}

/// Returns the data of an answer of GraphQL. Errors beside data are not the end of it.
fn data_of(mut body: Json) -> Result<Json, String> {
    let message = body
        .pointer("/errors/0/message")
        .and_then(Json::as_str)
        .map(|it| it.chars().take(200).collect::<String>());
    let data = body.get_mut("data").map(Json::take).unwrap_or_default();
    let is_empty = data.as_object().is_none_or(|it| it.values().all(Json::is_null));
    match message {
        Some(message) if is_empty => Err(format!("the server says: {message}")),
        _ => Ok(data),
    }
}

/// Returns the next page, if there is one and it is wanted.
fn next(
    question: &mut Question<'_>,
    call: &Call,
    turn: &Turn,
    answer: &Fresh,
    body: &Json,
    asked: &Url,
    scope: &Scope<'_>,
) -> Option<Turn> {
    let pagination = call.pagination.as_ref()?;
    if turn.number >= pagination.pages_max {
        return None;
    }
    let number = turn.number + 1;
    let at_base = |address: &str| {
        let url = asked.join(address).ok()?;
        // Who asks is for this server alone.
        (url.origin() == asked.origin()).then(|| url.to_string())
    };
    let turn_of = |param, address| Some(Turn { number, param, address });
    let rows = |question: &mut Question<'_>| question.rows_in(body, scope);
    match &pagination.style {
        PaginationStyle::LinkHeader => {
            let link = answer.headers.get("link")?;
            turn_of(None, Some(at_base(next_link(link)?)?))
        }
        PaginationStyle::Page { param, .. } => {
            let count = rows(question);
            let is_last = pagination.size.map_or(count == 0, |size| (count as u64) < size);
            let current: u64 = turn.param.as_ref()?.1.parse().ok()?;
            (!is_last).then(|| turn_of(Some((param.clone(), (current + 1).to_string())), None))?
        }
        PaginationStyle::Offset { param, size } => {
            let count = rows(question) as u64;
            let offset = size.saturating_mul(turn.number as u64);
            (count >= *size).then(|| turn_of(Some((param.clone(), offset.to_string())), None))?
        }
        PaginationStyle::Cursor { param, next } => {
            let value = Value::from(minijinja::value::Serde(body));
            let cursor = text_of(&question.evaluate(*next, &scope.with(vec![("body".into(), value)])));
            if cursor.is_empty() || turn.param.as_ref().is_some_and(|(_, it)| *it == cursor) {
                return None;
            }
            if cursor.contains("://") {
                return turn_of(None, Some(at_base(&cursor)?));
            }
            turn_of(Some((param.clone(), cursor)), None)
        }
    }
}
