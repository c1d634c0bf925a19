//! What is declared and used by nothing: a permission that is not needed is one that nobody should have to grant.

use std::collections::BTreeSet;

use globset::GlobBuilder;
use serde_json::Value;

use super::Linting;
use crate::plugins::mention::arguments;
use crate::plugins::param;
use crate::sources::yaml;

const CODE: &str = "plugin/lint-unused";

pub(super) fn lint(it: &mut Linting<'_>) {
    endpoints(it);
    other_permissions(it);
    // What a module has may be meant for its plugin, and the reverse; of one alone nothing can be told.
    if !it.is_module() {
        params(it);
        config(it);
    }
    schemas(it);
    sources(it);
    translations(it);
}

/// One request as the manifest says it.
struct Wanted<'a> {
    server: (&'static str, &'a str),
    /// The path, its computed parts marked.
    path: String,
    post: bool,
}

fn wanted<'a>(it: &Linting<'a>) -> Vec<Wanted<'a>> {
    let all = it.entries("sources");
    let read = |source: &'a Value| {
        let base = source
            .get("like")
            .and_then(Value::as_str)
            .and_then(|like| all.iter().find(|(name, ..)| *name == like));
        let of = |key: &str| source.get(key).or_else(|| base?.1.get(key));
        let server = ["integration", "baseUrl", "endpoint"]
            .into_iter()
            .find_map(|key| Some((key, of(key)?.as_str()?)))?;
        let request = of("request")?;
        let graphql = of("kind").and_then(Value::as_str) == Some("graphql");
        let path = request.get("path").and_then(Value::as_str).unwrap_or("/graphql");
        let post = request.get("method").and_then(Value::as_str) == Some("POST")
            || request.get("body").is_some()
            || graphql;
        Some(Wanted { server, path: filled(path), post })
    };
    all.iter().filter_map(|(_, source, _)| read(source)).collect()
}

/// Stands for a computed part of a path; no path has it.
const COMPUTED: char = '\u{1}';

/// Returns a path whose computed parts are marked.
fn filled(path: &str) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        filled.push(COMPUTED);
        rest = after.split_once("}}").map_or("", |(_, rest)| rest);
    }
    filled + rest
}

fn endpoints(it: &mut Linting<'_>) {
    // A module asks with the sources of its plugin too, which are not known here.
    if it.is_module() {
        return;
    }
    let wanted = wanted(it);
    for (endpoint, pointer) in it.items("/permissions/endpoints") {
        let text = |key: &str| endpoint.get(key).and_then(Value::as_str);
        let asks = |wanted: &&Wanted<'_>| match (
            wanted.server,
            text("integration"),
            text("baseUrl"),
            text("endpoint"),
        ) {
            (("integration", asked), Some(declared), ..) => asked == declared,
            (("endpoint", asked), _, _, Some(declared)) => {
                asked.contains("{{") || asked.trim_matches('/') == declared.trim_matches('/')
            }
            (("baseUrl", asked), _, Some(declared), _) => {
                asked.contains("{{") || asked.trim_end_matches('/') == declared.trim_end_matches('/')
            }
            (("baseUrl", _), None, None, None) => text("baseUrls").is_some(),
            _ => false,
        };
        let asking: Vec<&Wanted<'_>> = wanted.iter().filter(asks).collect();
        if asking.is_empty() {
            let message = "no source asks this server".to_owned();
            it.warn(CODE, it.value_at(&pointer), message, "take the permission away");
            continue;
        }
        let posts = asking.iter().any(|it| it.post);
        for (method, at) in it.items(&format!("{pointer}/methods")) {
            if method.as_str() == Some("POST") && !posts {
                it.warn(
                    CODE,
                    it.value_at(&at),
                    "no source sends `POST` there".to_owned(),
                    "take `POST` away",
                );
            }
        }
        for (path, at) in it.items(&format!("{pointer}/paths")) {
            let Some(path) = path.as_str() else { continue };
            let Ok(glob) = GlobBuilder::new(path).literal_separator(true).build() else { continue };
            let glob = glob.compile_matcher();
            // A computed part may be one segment or several.
            let may_be = |asked: &str| {
                let computed = ["A", "A/B", "A/B/C"].iter().map(|it| asked.replace(COMPUTED, it));
                computed.into_iter().any(|it| glob.is_match(it))
            };
            if !asking.iter().any(|it| may_be(&it.path)) {
                it.warn(
                    CODE,
                    it.value_at(&at),
                    format!("no source asks for `{path}` there"),
                    "take the path away",
                );
            }
        }
    }
}

fn other_permissions(it: &mut Linting<'_>) {
    for (name, pointer) in it.items("/permissions/secrets") {
        let Some(name) = name.as_str().filter(|name| !it.mentions("secrets", name)) else { continue };
        let message = format!("nothing uses the secret `{name}`");
        it.warn(CODE, it.value_at(&pointer), message, "take it away, or use it as `secrets.NAME` in `auth`");
    }
    let kinds: BTreeSet<&str> =
        it.entries("sources").iter().filter_map(|(_, it, _)| it.get("kind")?.as_str()).collect();
    let reads = ["file", "tree", "git", "sql"].iter().any(|kind| kinds.contains(kind));
    if !reads && !it.is_module() && !it.items("/permissions/read").is_empty() {
        let at = it.key_at("/permissions/read");
        it.warn(CODE, at, "no source reads files".to_owned(), "take `read` away");
    }
    let mut has_frame = false;
    for (view, pointer) in it.items("/extensions") {
        super::each_mapping(view, &pointer, &mut |map, _| {
            has_frame |= map.get("widget") == Some(&Value::from("iframe"))
        });
    }
    if !has_frame && !it.is_module() && !it.items("/permissions/frames").is_empty() {
        let at = it.key_at("/permissions/frames");
        it.warn(CODE, at, "no view shows a frame".to_owned(), "take `frames` away");
    }
}

fn params(it: &mut Linting<'_>) {
    for (name, value, pointer) in it.entries("params") {
        let pattern = value.get("pattern").and_then(Value::as_str).unwrap_or_default();
        let groups = param::group_names(pattern);
        let is_used = std::iter::once(name)
            .chain(groups.iter().map(String::as_str))
            .any(|name| it.mentions("params", name));
        if !is_used {
            let message = format!("nothing uses the param `{name}`");
            it.warn(CODE, it.key_at(&pointer), message, "take it away, or use it as `params.NAME`");
        }
    }
}

fn config(it: &mut Linting<'_>) {
    let properties = it.manifest().pointer("/config/properties").and_then(Value::as_object);
    for name in properties.into_iter().flatten().map(|(name, _)| name) {
        if !it.mentions("config", name) {
            let at = it.key_at(&format!("/config/properties/{}", super::escaped(name)));
            it.warn(
                CODE,
                at,
                format!("nothing uses the value `{name}`"),
                "take it away, or use it as `config.NAME`",
            );
        }
    }
}

fn schemas(it: &mut Linting<'_>) {
    let named = |key: &str| {
        let sources = it.entries("sources");
        sources.iter().filter_map(|(_, it, _)| it.get(key)?.as_str()).collect::<BTreeSet<_>>()
    };
    let (by_name, by_file) = (named("schema"), named("schemaFile"));
    let of_points: BTreeSet<&str> =
        it.entries("extensionPoints").iter().filter_map(|(_, it, _)| it.get("row")?.as_str()).collect();
    for (name, _, pointer) in it.entries("schemas") {
        if !by_name.contains(name) && !of_points.contains(name) {
            it.warn(
                CODE,
                it.key_at(&pointer),
                format!("no source uses the schema `{name}`"),
                "take it away, or name it with `schema`",
            );
        }
    }
    let files: Vec<&String> = it.package.files.keys().filter(|it| it.starts_with("schemas/")).collect();
    for path in files {
        if !by_file.contains(path.as_str()) {
            it.warn(
                CODE,
                it.file(path),
                "no source uses this schema".to_owned(),
                "delete it, or name it with `schemaFile`",
            );
        }
    }
}

fn sources(it: &mut Linting<'_>) {
    let all = it.entries("sources");
    let liked: BTreeSet<&str> = all.iter().filter_map(|(_, it, _)| it.get("like")?.as_str()).collect();
    for (name, value, pointer) in &all {
        let tells = ["facts", "index", "history"].iter().any(|key| value.get(key).is_some());
        let by_argument = it.code.iter().any(|code| arguments(code, "source").iter().any(|it| it == name));
        if !tells && !by_argument && !liked.contains(name) && !it.mentions("data", name) {
            let message = format!("no view, fact or search uses the source `{name}`");
            it.warn(CODE, it.key_at(pointer), message, "take it away: it is asked in every build");
        }
    }
}

fn translations(it: &mut Linting<'_>) {
    let mut used = BTreeSet::new();
    super::each_mapping(it.manifest(), "", &mut |map, _| {
        used.extend(map.get("t").and_then(Value::as_str).map(str::to_owned));
    });
    let default = it.package.text("/i18n/default").unwrap_or("en");
    let Some(bytes) = it.package.files.get(&format!("i18n/{default}.yaml")) else { return };
    let Some(text) = std::str::from_utf8(bytes).ok() else { return };
    let span = it.file(&format!("i18n/{default}.yaml"));
    let Ok(document) = yaml::parse_one(&span.file, text) else { return };
    let mut unused = Vec::new();
    keys(&document.json(), "", "", &mut |key, pointer| {
        // The last part of a key may be computed, as in `t("state." ~ row.state)`.
        let group = key.rsplit_once('.').map(|(group, _)| group).unwrap_or(key);
        let computed = ['"', '\''].map(|quote| format!("{quote}{group}."));
        let is_named = |code: &String| code.contains(key) || computed.iter().any(|it| code.contains(it));
        if !used.contains(key) && !it.code.iter().any(is_named) {
            unused.push((key.to_owned(), document.key_span(pointer)));
        }
    });
    for (key, span) in unused {
        it.warn(CODE, span, format!("nothing uses the text `{key}`"), "take it away in every language");
    }
}

/// Calls `look` with the keys of texts, joined with dots, and their JSON pointers.
fn keys(value: &Value, key: &str, pointer: &str, look: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, it)| {
            let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            keys(it, &key, &format!("{pointer}/{}", super::escaped(name)), look);
        }),
        _ => look(key, pointer),
    }
}
