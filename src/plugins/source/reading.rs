//! One entry of `sources` to a `Source`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Batch, Distribute, Failure, Fetch, FileFetch, FileFormat, GitAsk, GitFetch, Index, KeyScope, OnStatus,
    Origin, Policy, Select, Shape, Sort, Source, SqlFetch, TreeFetch, call_reading,
};
use crate::plugins::expression::{CodeId, mentioned};
use crate::plugins::node::{Node, Reading, expression_of, text_of};

/// The most rows that one page of an offset may have, and the most keys in one request.
pub(super) const SIZE_MAX: u64 = 1_000;

/// The most files of a folder unless a manifest says less.
const FILES_MAX: usize = 500;

/// The most rows of a query or history unless a manifest says less.
const ROWS_MAX: usize = 10_000;

/// The longest that a query may take unless a manifest says less, in milliseconds.
const QUERY_MS_MAX: u64 = 30_000;

/// The longest that a query may take, whatever a manifest says, in milliseconds.
const QUERY_MS_LONGEST: u64 = 300_000;

const KINDS: &[(&str, &str)] = &[
    ("rest", "rest"),
    ("graphql", "graphql"),
    ("file", "file"),
    ("tree", "tree"),
    ("git", "git"),
    ("catalog", "catalog"),
    ("sql", "sql"),
    ("embed", "embed"),
];

/// Reads a source. `base` is the one that it is `like`; `schema` finds a schema of the plugin by its name or file.
pub(in crate::plugins) fn read(
    name: &str,
    value: &Value,
    pointer: &str,
    base: Option<&Source>,
    schema: &dyn Fn(&str) -> Option<usize>,
    reading: &mut Reading<'_>,
) -> Option<Source> {
    let first_code = reading.codes.len();
    let mut node = Node::new(value, pointer, reading)?;
    node.value("like");
    if value.get("kind").and_then(Value::as_str) == Some("k8s") {
        let message = "sources of the kind `k8s` are not supported yet".to_owned();
        reading.error("plugin/not-supported", &node.at("kind"), message);
        return None;
    }
    let kind = match node.choice("kind", KINDS, reading) {
        Some(kind) => kind,
        None if node.has("kind") => return None,
        None => match base {
            Some(base) => base.fetch.kind(),
            None => {
                node.missing("kind", reading);
                return None;
            }
        },
    };
    let scope = read_scope(&mut node, kind, base, reading);
    let key = match node.list("key", reading) {
        parts if parts.is_empty() => base.map(|it| it.key.clone()).unwrap_or_default(),
        parts => parts.into_iter().filter_map(|(it, at)| text_of(it, &at, reading)).collect(),
    };
    let batch = inherited(&mut node, "batch", base.and_then(|it| it.batch.clone()), read_batch, reading);
    let select = inherited(&mut node, "select", base.and_then(|it| it.select.clone()), read_select, reading);
    let distribute = read_part(&mut node, "distribute", read_distribute, reading);
    // What is asked once and parted among entities needs to know what is whose.
    let has_keys = scope == KeyScope::PerKey || (scope == KeyScope::Once && distribute.is_some());
    if has_keys && key.is_empty() {
        node.missing("key", reading);
    }
    let fetch = read_fetch(&mut node, kind, scope, base, reading);
    let shape = read_shape(&mut node, reading);
    let schema = read_schema(&mut node, schema, reading);
    let policy = read_policy(&mut node, base, reading);
    let history = read_part(&mut node, "history", read_history, reading);
    let facts = expressions(&mut node, "facts", reading);
    let index = read_part(&mut node, "index", read_index, reading);
    let filter = node.filter("filter", reading).or_else(|| base.and_then(|it| it.filter.clone()));
    node.finish(reading);
    let written = reading.codes.get(first_code..).unwrap_or_default();
    let mut params: BTreeSet<String> =
        written.iter().flat_map(|it| mentioned(&it.source, "params")).collect();
    params.extend(base.into_iter().flat_map(|it| it.params.iter().cloned()));
    Some(Source {
        name: name.to_owned(),
        filter,
        scope,
        key,
        batch,
        distribute,
        select,
        fetch: fetch?,
        shape,
        schema,
        policy,
        history,
        facts,
        index,
        params,
        span: reading.document.key_span(pointer),
    })
}

fn read_scope(node: &mut Node<'_>, kind: &str, base: Option<&Source>, reading: &mut Reading<'_>) -> KeyScope {
    const SCOPES: &[(&str, KeyScope)] =
        &[("once", KeyScope::Once), ("per-key", KeyScope::PerKey), ("per-entity", KeyScope::PerEntity)];
    let default =
        base.map_or(if kind == "catalog" { KeyScope::Once } else { KeyScope::PerEntity }, |it| it.scope);
    node.choice("scope", SCOPES, reading).unwrap_or(default)
}

/// Reads a part that a source takes from the one it is like; `null` takes it away.
pub(super) fn inherited<T>(
    node: &mut Node<'_>,
    key: &'static str,
    base: Option<T>,
    read: fn(&mut Node<'_>, &mut Reading<'_>) -> Option<T>,
    reading: &mut Reading<'_>,
) -> Option<T> {
    if node.has(key) { read_part(node, key, read, reading) } else { base }
}

pub(super) fn read_part<T>(
    node: &mut Node<'_>,
    key: &'static str,
    read: fn(&mut Node<'_>, &mut Reading<'_>) -> Option<T>,
    reading: &mut Reading<'_>,
) -> Option<T> {
    let pointer = node.at(key);
    let value = node.value(key).filter(|it| !it.is_null())?;
    let mut inner = Node::new(value, pointer, reading)?;
    let part = read(&mut inner, reading);
    inner.finish(reading);
    part
}

fn read_batch(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Batch> {
    let size = node.bounded("size", SIZE_MAX, reading).unwrap_or(100) as usize;
    Some(Batch { size, group: node.expression("group", reading) })
}

fn read_select(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Select> {
    let from = node.required_expression("from", reading);
    let fields = texts(node, "where", reading);
    let name = node.literal("as", reading).unwrap_or("instance").to_owned();
    Some(Select { from: from?, fields, name })
}

fn read_distribute(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Distribute> {
    let rows = node.required_expression("rows", reading);
    let by = node.required_expression("by", reading);
    Some(Distribute { rows: rows?, by: by? })
}

fn read_history(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<(Vec<String>, usize)> {
    let fields = node.list("fields", reading);
    let fields: Vec<String> =
        fields.into_iter().filter_map(|(it, _)| it.as_str().map(str::to_owned)).collect();
    if fields.is_empty() {
        node.missing("fields", reading);
    }
    Some((fields, node.bounded("keep", 2_000, reading).unwrap_or(180) as usize))
}

fn read_index(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Index> {
    let rows = node.required_expression("rows", reading);
    let title = node.required_expression("title", reading);
    let text = node.expression("text", reading);
    let href = node.computed("href", reading);
    if href.is_none() {
        node.missing("href", reading);
    }
    let kind = node.literal("type", reading).unwrap_or_default().to_owned();
    Some(Index { rows: rows?, title: title?, text, href: href?, kind })
}

fn read_schema(
    node: &mut Node<'_>,
    schema: &dyn Fn(&str) -> Option<usize>,
    reading: &mut Reading<'_>,
) -> Option<usize> {
    let key = if node.has("schemaFile") { "schemaFile" } else { "schema" };
    let pointer = node.at(key);
    let name = node.literal(key, reading)?;
    let found = schema(name);
    if found.is_none() {
        let message = match key {
            "schema" => format!("`schemas` has no `{name}`"),
            _ => format!("there is no schema file `{name}` in the plugin"),
        };
        reading.error("plugin/bad-value", &pointer, message);
    }
    found
}

fn read_policy(node: &mut Node<'_>, base: Option<&Source>, reading: &mut Reading<'_>) -> Policy {
    const ERRORS: &[(&str, Failure)] =
        &[("last-good", Failure::LastGood), ("omit", Failure::Omit), ("fail", Failure::Fail)];
    let mut policy = base.map(|it| it.policy.clone()).unwrap_or_default();
    if let Some(ttl_s) = read_part(node, "cache", read_ttl, reading) {
        policy.ttl_s = ttl_s;
    }
    if let Some((warn, error)) = read_part(node, "stale", read_stale, reading) {
        (policy.stale_warn_s, policy.stale_error_s) = (warn, error);
    }
    // Hosts say when they may be asked again, and the transport listens; a manifest only says that it knows.
    read_part(node, "retry", read_retry, reading);
    if node.has("onStatus") {
        policy.on_status = read_statuses(node, reading);
    }
    if let Some(on_error) = node.choice("onError", ERRORS, reading) {
        policy.on_error = on_error;
    }
    policy
}

fn read_ttl(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<u64> {
    node.choice("conditional", &[("etag", ()), ("last-modified", ()), ("none", ())], reading);
    Some(node.seconds("ttl", reading).unwrap_or(0))
}

fn read_stale(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<(Option<u64>, Option<u64>)> {
    Some((node.seconds("warn", reading), node.seconds("error", reading)))
}

fn read_retry(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<()> {
    node.bounded("attempts", 4, reading);
    node.list("on", reading);
    node.list("respect", reading);
    Some(())
}

fn read_statuses(node: &mut Node<'_>, reading: &mut Reading<'_>) -> BTreeMap<u16, OnStatus> {
    let mut statuses = BTreeMap::new();
    for (key, value, pointer) in node.entries("onStatus", reading) {
        let status = key.parse::<u16>().ok().filter(|it| (400..600).contains(it));
        let meaning = match value.as_str() {
            Some("empty") => Some(OnStatus::Empty),
            Some("missing") => Some(OnStatus::Missing),
            Some("error") => Some(OnStatus::Error),
            _ => None,
        };
        match (status, meaning) {
            (Some(status), Some(meaning)) => drop(statuses.insert(status, meaning)),
            _ => {
                let message = "a status from 400 to 599 means `empty`, `missing` or `error`".to_owned();
                reading.error("plugin/bad-value", &pointer, message);
            }
        }
    }
    statuses
}

fn read_fetch(
    node: &mut Node<'_>,
    kind: &str,
    scope: KeyScope,
    base: Option<&Source>,
    reading: &mut Reading<'_>,
) -> Option<Fetch> {
    match kind {
        "rest" | "graphql" => {
            let base =
                base.and_then(|it| if let Fetch::Call(call) = &it.fetch { Some(&**call) } else { None });
            call_reading::read(node, kind == "graphql", base, reading).map(|it| Fetch::Call(Box::new(it)))
        }
        "file" => read_file(node, scope, reading).map(Fetch::File),
        "tree" => read_tree(node, scope, reading).map(Fetch::Tree),
        "git" => read_git(node, scope, reading).map(Fetch::Git),
        "sql" => read_sql(node, reading).map(Fetch::Sql),
        "catalog" => Some(Fetch::Catalog(node.filter("entities", reading))),
        _ => Some(Fetch::Embed),
    }
}

fn read_place(node: &mut Node<'_>, scope: KeyScope, reading: &mut Reading<'_>) -> (Option<CodeId>, Origin) {
    const ORIGINS: &[(&str, Origin)] =
        &[("site", Origin::Site), ("entity", Origin::Entity), ("plugin", Origin::Plugin)];
    let url = node.computed("url", reading);
    if !node.has("url") {
        node.missing("url", reading);
    }
    let default = if scope == KeyScope::Once { Origin::Site } else { Origin::Entity };
    (url, node.choice("relativeTo", ORIGINS, reading).unwrap_or(default))
}

fn read_file(node: &mut Node<'_>, scope: KeyScope, reading: &mut Reading<'_>) -> Option<FileFetch> {
    let (url, origin) = read_place(node, scope, reading);
    let is_computed = node.value("format").and_then(Value::as_str).is_some_and(|it| it.contains("{{"));
    let format = match is_computed {
        true => FileFormat::Computed(node.computed("format", reading)?),
        false => FileFormat::Named(node.format("format", "auto", reading)),
    };
    let optional = node.flag("optional", reading).unwrap_or(false);
    Some(FileFetch { url: url?, origin, format, optional })
}

fn read_tree(node: &mut Node<'_>, scope: KeyScope, reading: &mut Reading<'_>) -> Option<TreeFetch> {
    let (url, origin) = read_place(node, scope, reading);
    let glob = node.literal("glob", reading).unwrap_or("*").to_owned();
    let format = node.format("format", "auto", reading);
    let files_max = node.bounded("maxFiles", 5_000, reading).map_or(FILES_MAX, |it| it as usize);
    Some(TreeFetch { url: url?, origin, glob, format, files_max })
}

fn read_git(node: &mut Node<'_>, scope: KeyScope, reading: &mut Reading<'_>) -> Option<GitFetch> {
    const ASKS: &[(&str, GitAsk)] = &[
        ("lastChange", GitAsk::LastChange),
        ("contributors", GitAsk::Contributors),
        ("tags", GitAsk::Tags),
        ("commits", GitAsk::Commits),
    ];
    let (url, origin) = read_place(node, scope, reading);
    let mut asks = Vec::new();
    for (value, pointer) in node.list("ask", reading) {
        match ASKS.iter().find(|(name, _)| value.as_str() == Some(name)) {
            Some((_, ask)) => asks.push(*ask),
            None => {
                let message = "`ask` takes lastChange, contributors, tags and commits".to_owned();
                reading.error("plugin/bad-value", &pointer, message);
            }
        }
    }
    if !node.has("ask") {
        asks = vec![GitAsk::LastChange];
    }
    let rows_max = node.bounded("limit", ROWS_MAX as u64, reading).map_or(100, |it| it as usize);
    Some(GitFetch { url: url?, origin, asks, rows_max })
}

fn read_sql(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<SqlFetch> {
    let sqlite = node.computed("sqlite", reading);
    let postgres = node.expression("postgres", reading);
    if sqlite.is_none() && postgres.is_none() {
        let message = "`sqlite` or `postgres` says which database answers".to_owned();
        reading.error("plugin/bad-value", &node.pointer.clone(), message);
    }
    let query = node.literal("query", reading).map(str::to_owned);
    if query.is_none() {
        node.missing("query", reading);
    }
    let pointer = node.at("parameters");
    let parameters = match node.value("parameters") {
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .filter_map(|(index, it)| expression_of(it, &format!("{pointer}/{index}"), reading))
            .collect(),
        _ => Vec::new(),
    };
    let rows_max = node.bounded("maxRows", ROWS_MAX as u64, reading).map_or(ROWS_MAX, |it| it as usize);
    let timeout_ms_max = node
        .seconds("timeout", reading)
        .map_or(QUERY_MS_MAX, |it| it.saturating_mul(1_000).min(QUERY_MS_LONGEST));
    Some(SqlFetch { sqlite, postgres, query: query?, parameters, rows_max, timeout_ms_max })
}

fn read_shape(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Shape {
    let rows = node.expression("rows", reading);
    let keep = node.expression("where", reading);
    let map = expressions(node, "map", reading);
    let sort = read_part(node, "sort", read_sort, reading);
    let limit = node.count("limit", reading);
    let reduce = expressions(node, "reduce", reading);
    let mut derive = Vec::new();
    for (name, value, pointer) in node.entries("derive", reading) {
        let Some(mut inner) = Node::new(value, pointer, reading) else { continue };
        derive.push((name.to_owned(), read_shape(&mut inner, reading)));
        inner.finish(reading);
    }
    Shape { rows, keep, map, sort, limit, reduce, derive }
}

fn read_sort(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Option<Sort> {
    let by = node.literal("by", reading);
    if by.is_none() {
        node.missing("by", reading);
    }
    let descending = node.choice("order", &[("asc", false), ("desc", true)], reading).unwrap_or(false);
    Some(Sort { by: by?.to_owned(), descending })
}

/// Returns the entries of a mapping of expressions.
pub(super) fn expressions(
    node: &mut Node<'_>,
    key: &'static str,
    reading: &mut Reading<'_>,
) -> Vec<(String, CodeId)> {
    read_entries(node, key, expression_of, reading)
}

/// Returns the entries of a mapping of texts.
pub(super) fn texts(
    node: &mut Node<'_>,
    key: &'static str,
    reading: &mut Reading<'_>,
) -> Vec<(String, CodeId)> {
    read_entries(node, key, text_of, reading)
}

/// Returns the entries of a mapping, each read by `read`; what it refuses is left out.
fn read_entries(
    node: &mut Node<'_>,
    key: &'static str,
    read: fn(&Value, &str, &mut Reading<'_>) -> Option<CodeId>,
    reading: &mut Reading<'_>,
) -> Vec<(String, CodeId)> {
    let entries = node.entries(key, reading);
    entries
        .into_iter()
        .filter_map(|(name, value, pointer)| Some((name.to_owned(), read(value, &pointer, reading)?)))
        .collect()
}
