//! A plugin of a site to what it may do: whom it asks and with which secrets, and which data reaches the output.

mod data;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::source::{Auth, Endpoint, Fetch, KeyScope};
use super::{CodeId, EndpointPermission, Plugin, PluginSet, Source, Target};

pub use data::{ExplainedField, ExplainedSource};

/// What a plugin may do.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Where it comes from, as the configuration names it.
    pub from: String,
    /// The modules that add to it.
    pub modules: Vec<String>,
    /// The servers that it asks for.
    pub endpoints: Vec<ExplainedEndpoint>,
    /// The secrets that it passes on; never their values.
    pub secrets: Vec<ExplainedSecret>,
    /// The files that it asks for.
    pub files: Vec<ExplainedFile>,
    /// The origins of its frames.
    pub frames: Vec<String>,
    /// What it reads of entities.
    pub annotations: Vec<ExplainedParam>,
    /// Its data.
    pub sources: Vec<ExplainedSource>,
    /// Its extensions, with whether each is on.
    pub extensions: Vec<ExplainedExtension>,
    /// Values of its configuration that are marked with `x-visibility`.
    pub visibility: Vec<ExplainedValue>,
    /// The most requests of one build.
    pub requests_max: usize,
}

/// A server that a plugin asks for.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedEndpoint {
    /// The server as the manifest names it.
    pub target: String,
    /// Its addresses, where the configuration tells them.
    pub addresses: Vec<ExplainedAddress>,
    /// The methods.
    pub methods: Vec<String>,
    /// The paths.
    pub paths: Vec<String>,
}

/// An address of a server, or the name of an integration or a proxy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedAddress {
    /// The address.
    pub address: String,
    /// What grants it; nothing if it is not granted.
    pub granted: Option<String>,
}

/// A secret that a plugin passes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedSecret {
    /// The variable of the environment, or the JSON pointer into the configuration.
    pub name: String,
    /// What grants it; nothing if it is not granted.
    pub granted: Option<String>,
    /// Whether it has a value in this run.
    pub set: bool,
    /// Where it goes: the source, the way and the server.
    pub goes_to: Vec<String>,
}

/// A file that a plugin asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedFile {
    /// As the manifest names it.
    pub pattern: String,
    /// What that is with the configuration of the site.
    pub resolved: String,
    /// What grants it; nothing if it is not granted.
    pub granted: Option<String>,
}

/// What is read of entities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedParam {
    /// The name.
    pub name: String,
    /// Annotations and fields; the first one that is there counts.
    pub from: Vec<String>,
}

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedExtension {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether it is on.
    pub on: bool,
}

/// A value of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedValue {
    /// The JSON pointer into the schema of the configuration.
    pub pointer: String,
    /// What `x-visibility` says.
    pub visibility: String,
}

/// What the site says that a plugin may do with it.
pub struct Granting<'a> {
    /// The paths of `proxy.endpoints`.
    pub proxies: BTreeSet<String>,
    /// What a piece of code that knows only the configuration gives, as texts.
    pub texts: &'a dyn Fn(CodeId) -> Vec<String>,
}

/// Explains the plugin at an index of the set.
pub fn explain(set: &PluginSet, index: usize, granting: &Granting<'_>) -> Option<Explanation> {
    let plugin = set.plugins.get(index)?;
    let manifests = data::manifests(set, plugin);
    let own = manifests.first();
    Some(Explanation {
        id: plugin.id.clone(),
        version: plugin.version.clone(),
        title: plugin.title.clone(),
        from: own.map(|it| it.from.clone()).unwrap_or_default(),
        modules: manifests.iter().skip(1).map(|it| it.id.clone()).collect(),
        endpoints: plugin
            .permissions
            .endpoints
            .iter()
            .map(|it| endpoint(set, plugin, it, granting))
            .collect(),
        secrets: secrets(set, plugin),
        files: plugin.permissions.read.iter().map(|(code, it)| file(plugin, *code, it, granting)).collect(),
        frames: plugin.permissions.frames.clone(),
        annotations: plugin
            .params
            .iter()
            .map(|it| ExplainedParam { name: it.name.clone(), from: it.from.clone() })
            .collect(),
        sources: data::sources(set, plugin, &manifests),
        extensions: manifests.iter().flat_map(|it| extensions(set, &it.value, &plugin.id)).collect(),
        visibility: own.map(|it| visibility(&it.value)).unwrap_or_default(),
        requests_max: plugin.requests_max,
    })
}

fn endpoint(
    set: &PluginSet,
    plugin: &Plugin,
    it: &EndpointPermission,
    granting: &Granting<'_>,
) -> ExplainedEndpoint {
    let named = |address: String, granted: Option<String>| vec![ExplainedAddress { address, granted }];
    let (target, addresses) = match &it.target {
        Target::Integration(provider) => {
            let key = format!("integrations.{provider}");
            (key.clone(), named(key, Some("`integrations`".to_owned())))
        }
        Target::Proxy(path) => {
            let key = format!("proxy.endpoints.{}", path.trim_matches('/'));
            let is_there = granting.proxies.iter().any(|it| it.trim_matches('/') == path.trim_matches('/'));
            (key.clone(), named(key.clone(), is_there.then(|| format!("`{key}`"))))
        }
        Target::Address(address) => (address.clone(), named(address.clone(), granted_by(plugin, address))),
        Target::Addresses(code) => {
            let known = (granting.texts)(*code).into_iter();
            let known = known.map(|it| ExplainedAddress { granted: granted_by(plugin, &it), address: it });
            (code_of(set, *code), known.collect())
        }
    };
    let mut methods = vec!["GET".to_owned()];
    methods.extend(it.post.then(|| "POST".to_owned()));
    ExplainedEndpoint { target, addresses, methods, paths: it.paths.clone() }
}

/// Returns what grants an address: the operator's own configuration of the plugin, or `grant`.
fn granted_by(plugin: &Plugin, address: &str) -> Option<String> {
    let origin = url::Url::parse(address).ok()?.origin();
    let same = |it: &&String| url::Url::parse(it).is_ok_and(|it| it.origin() == origin);
    if plugin.written.iter().any(|it| same(&it)) {
        return Some("its `config`".to_owned());
    }
    plugin.granted.network.iter().any(|it| same(&it)).then(|| "`grant.network`".to_owned())
}

fn file(plugin: &Plugin, code: CodeId, pattern: &str, granting: &Granting<'_>) -> ExplainedFile {
    let resolved = (granting.texts)(code).join(", ");
    let granted = if pattern.starts_with("entity:") {
        Some("the catalog: files beside descriptors are read anyway".to_owned())
    } else if plugin.written.contains(&resolved) {
        Some("its `config`".to_owned())
    } else {
        let by_grant = plugin.granted.read.iter().any(|it| it == &resolved || it == pattern);
        by_grant.then(|| "`grant.read`".to_owned())
    };
    ExplainedFile { pattern: pattern.to_owned(), resolved, granted }
}

fn secrets(set: &PluginSet, plugin: &Plugin) -> Vec<ExplainedSecret> {
    let uses: Vec<(&Source, Vec<(String, String)>)> =
        plugin.sources.iter().map(|it| (it, secret_uses(set, it))).collect();
    let goes_to = |mentioned: &dyn Fn(&str) -> bool| {
        let of = |(source, uses): &(&Source, Vec<(String, String)>)| {
            let found = uses.iter().filter(|(code, _)| mentioned(code));
            found
                .map(|(_, way)| format!("source `{}`: {way} to {}", source.name, server(set, source)))
                .collect::<Vec<_>>()
        };
        uses.iter().flat_map(of).collect::<Vec<_>>()
    };
    let of_environment = plugin.permissions.secrets.iter().map(|name| {
        let granted = plugin.granted.secrets.get(name);
        ExplainedSecret {
            name: name.clone(),
            granted: granted.map(|_| "`grant.secrets`".to_owned()),
            set: granted.is_some_and(Option::is_some),
            goes_to: goes_to(&|code| code.contains("secrets") && code.contains(name.as_str())),
        }
    });
    let of_config = plugin.secrets.keys().map(|pointer| {
        let key = pointer.rsplit('/').next().unwrap_or_default();
        ExplainedSecret {
            name: format!("config{pointer}"),
            granted: Some("its `config`".to_owned()),
            set: true,
            goes_to: goes_to(&|code| {
                code.split(|it: char| !it.is_alphanumeric() && it != '_').any(|it| it == key)
            }),
        }
    });
    of_environment.chain(of_config).collect()
}

/// Returns the code that gives a secret, and in which way it is sent.
fn secret_uses(set: &PluginSet, source: &Source) -> Vec<(String, String)> {
    match &source.fetch {
        Fetch::Call(call) => match &call.auth {
            Some(Auth::Bearer(code)) => vec![(code_of(set, *code), "as a bearer token".to_owned())],
            Some(Auth::Basic(user, password)) => {
                let code = format!("{} {}", code_of(set, *user), code_of(set, *password));
                vec![(code, "as user and password".to_owned())]
            }
            Some(Auth::Headers(headers)) => headers
                .iter()
                .map(|(name, _, code)| (code_of(set, *code), format!("in the header `{name}`")))
                .collect(),
            Some(Auth::Query(name, code)) => {
                vec![(code_of(set, *code), format!("in the parameter `{name}` of the address"))]
            }
            Some(Auth::Integration | Auth::None) | None => Vec::new(),
        },
        Fetch::Sql(sql) => sql
            .postgres
            .map(|code| (code_of(set, code), "as the address of a database".to_owned()))
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns the server that a source asks, as the manifest names it.
fn server(set: &PluginSet, source: &Source) -> String {
    match &source.fetch {
        Fetch::Call(call) => match &call.endpoint {
            Endpoint::Integration { provider, .. } => format!("`integrations.{provider}`"),
            Endpoint::Address(code) => format!("`{}`", code_of(set, *code)),
            Endpoint::Proxy(code) => format!("`proxy.endpoints.{}`", code_of(set, *code).trim_matches('/')),
        },
        Fetch::Sql(_) => "the database".to_owned(),
        other => format!("a source of the kind `{}`", other.kind()),
    }
}

fn code_of(set: &PluginSet, code: CodeId) -> String {
    set.codes.get(code.index()).map(|it| it.source.clone()).unwrap_or_default()
}

/// Returns the extensions that a manifest declares for a plugin, with whether each is on.
pub fn extensions(set: &PluginSet, manifest: &Value, plugin: &str) -> Vec<ExplainedExtension> {
    let explained = |(id, item): (String, &Value)| {
        let known = set.extensions.iter().find(|it| it.id == id);
        let title = item.get("title").and_then(Value::as_str).unwrap_or_default();
        let title = known.map_or_else(|| title.to_owned(), |it| it.title.clone());
        ExplainedExtension { on: known.is_some(), title, id }
    };
    data::extensions(manifest, plugin).into_iter().map(explained).collect()
}

/// Returns the values of a schema that say who sees them.
fn visibility(manifest: &Value) -> Vec<ExplainedValue> {
    fn walk(schema: &Value, pointer: &str, found: &mut BTreeMap<String, String>) {
        if let Some(visibility) = schema.get("x-visibility").and_then(Value::as_str) {
            found.insert(pointer.to_owned(), visibility.to_owned());
        }
        for (key, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            walk(inner, &format!("{pointer}/{key}"), found);
        }
        if let Some(items) = schema.get("items") {
            walk(items, &format!("{pointer}/*"), found);
        }
    }
    let mut found = BTreeMap::new();
    walk(manifest.get("config").unwrap_or(&Value::Null), "", &mut found);
    found.into_iter().map(|(pointer, visibility)| ExplainedValue { pointer, visibility }).collect()
}

/// Returns how often a source is asked, in words.
fn asked(source: &Source) -> String {
    let Fetch::Call(call) = &source.fetch else {
        return match &source.fetch {
            Fetch::Embed | Fetch::Catalog(_) => "nothing is asked: the catalog knows it".to_owned(),
            Fetch::Sql(_) => format!("one query {}", each(source)),
            other => format!("no request of its own: {} are read, once {}", files(other), each(source)),
        };
    };
    let pages = call.pagination.as_ref().map(|it| it.pages_max).filter(|it| *it > 1);
    let pages = pages.map(|it| format!(", and up to {it} pages")).unwrap_or_default();
    match &source.batch {
        Some(batch) => format!("one request for each {} keys{pages}", batch.size),
        None => format!("one request {}{pages}", each(source)),
    }
}

fn files(fetch: &Fetch) -> &'static str {
    match fetch {
        Fetch::Git(_) => "commits",
        _ => "files",
    }
}

fn each(source: &Source) -> &'static str {
    match source.scope {
        KeyScope::Once => "a build",
        KeyScope::PerKey => "a key",
        KeyScope::PerEntity => "an entity",
    }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
