//! What a source says of an API to a `Call`: the server, who asks, the request, and its pages.

use serde_json::Value;

use super::reading::{SIZE_MAX, expressions, inherited, read_part, texts};
use super::{Auth, Body, Call, Endpoint, Pagination, PaginationStyle, QueryValue};
use crate::plugins::expression::{CodeForm, CodeId};
use crate::plugins::node::{Node, Reading, text_of};

/// The most pages of one answer, whatever a manifest says.
const PAGES_MAX: u64 = 100;

/// Reads the keys of a source of an API. `base` is the one that it is like.
pub(super) fn read(
    node: &mut Node<'_>,
    graphql: bool,
    base: Option<&Call>,
    reading: &mut Reading<'_>,
) -> Option<Call> {
    let endpoint = read_endpoint(node, reading).or_else(|| base.map(|it| it.endpoint.clone()));
    if endpoint.is_none() {
        let place = reading.document.span(&node.pointer);
        let message = "one of `integration`, `baseUrl` and `endpoint` says where requests go";
        reading.problems.push(crate::diagnostics::Diagnostic::error("plugin/missing-key", place, message));
    }
    let auth = read_part(node, "auth", read_auth, reading).or_else(|| base.and_then(|it| it.auth.clone()));
    let format = node.format("format", "json", reading);
    let pagination =
        inherited(node, "pagination", base.and_then(|it| it.pagination.clone()), read_pagination, reading);
    let pointer = node.at("request");
    let value = node.value("request");
    let (post, path, query, headers, body) = match (value, base) {
        (None, Some(base)) => {
            (base.post, base.path, base.query.clone(), base.headers.clone(), base.body.clone())
        }
        (None, None) => {
            node.missing("request", reading);
            return None;
        }
        (Some(value), _) => {
            let mut request = Node::new(value, pointer, reading)?;
            let parts = read_request(&mut request, graphql, reading);
            request.finish(reading);
            parts?
        }
    };
    Some(Call { endpoint: endpoint?, auth, post, path, query, headers, body, format, pagination })
}

type RequestParts = (bool, CodeId, Vec<(String, QueryValue)>, Vec<(String, CodeId)>, Body);

fn read_request(node: &mut Node<'_>, graphql: bool, reading: &mut Reading<'_>) -> Option<RequestParts> {
    let post = node.choice("method", &[("GET", false), ("POST", true)], reading).unwrap_or(graphql);
    let path = match node.computed("path", reading) {
        Some(path) => Some(path),
        None if graphql => Some(reading.code("/graphql", CodeForm::Literal, &node.at("path"))),
        None => {
            node.missing("path", reading);
            None
        }
    };
    let headers = texts(node, "headers", reading);
    let (query, body) = if graphql {
        let query = node.literal("query", reading);
        if query.is_none() {
            node.missing("query", reading);
        }
        (Vec::new(), Body::Graphql(query?.to_owned(), expressions(node, "variables", reading)))
    } else {
        let body = node.expression("body", reading).map_or(Body::Empty, Body::Json);
        (read_query(node, reading), body)
    };
    Some((post || !matches!(body, Body::Empty), path?, query, headers, body))
}

/// Reads the parameters: a text, or `{each: expression}` for one that is repeated.
fn read_query(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Vec<(String, QueryValue)> {
    let mut query = Vec::new();
    for (name, value, pointer) in node.entries("query", reading) {
        let value = match value {
            Value::Object(_) => Node::new(value, pointer, reading).and_then(|mut inner| {
                let each = inner.required_expression("each", reading).map(QueryValue::Each);
                inner.finish(reading);
                each
            }),
            _ => text_of(value, &pointer, reading).map(QueryValue::One),
        };
        query.extend(value.map(|it| (name.to_owned(), it)));
    }
    query
}

fn read_endpoint(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Endpoint> {
    let provider = node.literal("integration", reading).map(str::to_owned);
    let host = node.computed("host", reading);
    if let Some(provider) = provider {
        return Some(Endpoint::Integration { provider, host });
    }
    let address = node.computed("baseUrl", reading).map(Endpoint::Address);
    address.or_else(|| node.computed("endpoint", reading).map(Endpoint::Proxy))
}

fn read_auth(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Auth> {
    let mut found = Vec::new();
    found.extend(node.expression("bearer", reading).map(Auth::Bearer));
    if node.has("integration") {
        found.extend(node.flag("integration", reading).filter(|it| *it).map(|_| Auth::Integration));
    }
    if node.has("none") {
        found.extend(node.flag("none", reading).filter(|it| *it).map(|_| Auth::None));
    }
    if let Some(basic) = read_part(node, "basic", read_basic, reading) {
        found.push(basic);
    }
    if let Some(query) = read_part(node, "query", read_query_auth, reading) {
        found.push(query);
    }
    if let Some(header) = read_part(node, "header", read_header_auth, reading) {
        found.push(Auth::Headers(vec![header]));
    }
    let pointer = node.at("headers");
    let mut headers = Vec::new();
    for (value, at) in node.list("headers", reading) {
        let Some(mut inner) = Node::new(value, at, reading) else { continue };
        headers.extend(read_header_auth(&mut inner, reading));
        inner.finish(reading);
    }
    if !headers.is_empty() {
        found.push(Auth::Headers(headers));
    }
    if found.len() > 1 {
        reading.error("plugin/bad-value", &pointer, "`auth` takes one way to say who asks".to_owned());
    }
    found.into_iter().next()
}

fn read_basic(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Auth> {
    let user = node.required_expression("user", reading);
    let password = node.required_expression("password", reading);
    Some(Auth::Basic(user?, password?))
}

fn read_query_auth(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Auth> {
    let name = node.literal("name", reading).unwrap_or("token").to_owned();
    Some(Auth::Query(name, node.required_expression("value", reading)?))
}

fn read_header_auth(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<(String, String, CodeId)> {
    let name = node.literal("name", reading).unwrap_or("authorization").to_ascii_lowercase();
    let prefix = node.literal("prefix", reading).unwrap_or_default().to_owned();
    Some((name, prefix, node.required_expression("value", reading)?))
}

fn read_pagination(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Pagination> {
    let pages_max = node.bounded("maxPages", PAGES_MAX, reading).unwrap_or(10) as usize;
    let size = node.bounded("size", SIZE_MAX, reading);
    let styles = &[("link-header", 0), ("page", 1), ("offset", 2), ("cursor", 3)];
    let style = node.choice("style", styles, reading);
    let mut param = |default: &str, reading: &mut Reading<'_>| {
        node.literal("param", reading).unwrap_or(default).to_owned()
    };
    let style = match style {
        Some(0) => PaginationStyle::LinkHeader,
        Some(1) => {
            let param = param("page", reading);
            let first = node.value("first").and_then(Value::as_u64).unwrap_or(1);
            PaginationStyle::Page { param, first }
        }
        Some(2) => PaginationStyle::Offset { param: param("offset", reading), size: size.unwrap_or(100) },
        Some(_) => {
            let param = param("cursor", reading);
            PaginationStyle::Cursor { param, next: node.required_expression("next", reading)? }
        }
        None => {
            if !node.has("style") {
                node.missing("style", reading);
            }
            return None;
        }
    };
    Some(Pagination { style, size, pages_max })
}
