//! The merged value, already checked against the schema, to the `Site` that the program uses.

use serde_json::{Map, Value};

use super::extension_setting::{self, ExtensionSetting};
use super::layers::Layers;
use super::{level_setting, rule_setting};
use crate::diagnostics::{Diagnostic, Levels, Places, Report, Severity, Span};
use crate::model::{OnError, Rule, Rules};
use crate::sources::integration::Integrations;
use crate::sources::remote::Access;
use crate::sources::{Secret, join};

/// The site as its owner configured it.
#[derive(Clone, Debug)]
pub struct Site {
    /// The name of the portal (`app.title`).
    pub title: String,
    /// The organisation (`organization.name`), empty if none is named.
    pub organization: String,
    /// What the portal is for (`portal.description`).
    pub description: String,
    /// The language of the pages (`portal.language`).
    pub language: String,
    /// The path under which the portal is published, with a slash at both ends (from `app.baseUrl`).
    pub base_path: String,
    /// Where the catalog begins.
    pub locations: Vec<LocationSetting>,
    /// What `catalog.rules` let in.
    pub rules: Rules,
    /// Where documents are that complete entities of other files (`catalog.overlays`).
    pub overlays: Vec<LocationSetting>,
    /// What is discovered from hosts and files (`catalog.providers`), as written; paths of files are relative to the
    /// site folder.
    pub providers: Value,
    /// Where `providers` and what is in it stand.
    pub provider_places: Places,
    /// How loudly an unknown kind is reported.
    pub unknown_kinds: Severity,
    /// The hosts that answer for addresses (`integrations`).
    pub integrations: Integrations,
    /// Which other hosts may be read (`backend.reading`), as written.
    pub reading: Value,
    /// The plugins to add, in order.
    pub plugins: Vec<PluginUse>,
    /// Servers that plugins may ask (`proxy.endpoints`), in order.
    pub proxy: Vec<ProxyEndpoint>,
    /// What is said of single extensions, in order.
    pub extensions: Vec<ExtensionSetting>,
    /// The folder of the site's own pages.
    pub content: String,
    /// The folder of the site's own layouts, or the address of one.
    pub layouts: String,
    /// Where `layouts` stands.
    pub layouts_span: Span,
    /// Whether the merge keys of YAML are applied in descriptors (`catalog.enableYamlMerge`).
    pub merge_keys: bool,
    /// How bad each code is (`portal.diagnostics`).
    pub levels: Levels,
    /// Whether JSON twins of entities are written.
    pub api: bool,
    /// Old addresses and where they lead now, in order.
    pub redirects: Vec<RedirectSetting>,
}

/// One entry of `catalog.locations`.
#[derive(Clone, Debug)]
pub struct LocationSetting {
    /// A path, glob or URL, relative to the site folder.
    pub target: String,
    /// Whether something must be there.
    pub required: bool,
    /// What is done when its host fails (`onError`).
    pub on_error: OnError,
    /// What is let in from there besides what `catalog.rules` let in.
    pub rules: Vec<Rule>,
    /// Where the target stands.
    pub span: Span,
}

/// One entry of `plugins`.
#[derive(Clone, Debug)]
pub struct PluginUse {
    /// The folder of the plugin relative to the site folder, or `builtin:ID`.
    pub source: String,
    /// The operator's values.
    pub config: Map<String, Value>,
    /// Where `use` stands.
    pub span: Span,
    /// Where `config` and what is in it stand.
    pub config_places: Places,
    /// The origins that it may ask (`grant.network`).
    pub network: Vec<String>,
    /// The variables of the environment that it may pass on (`grant.secrets`).
    pub secrets: Vec<String>,
    /// Globs of files of the site that it may read (`grant.read`).
    pub read: Vec<String>,
    /// Where `grant` stands.
    pub grant_span: Option<Span>,
    /// Whether points of its data are kept.
    pub history: bool,
    /// The most requests of one build (`limits.requests`).
    pub requests_max: Option<usize>,
}

/// One entry of `proxy.endpoints`: a server, and the headers that it is asked with.
#[derive(Clone, Debug)]
pub struct ProxyEndpoint {
    /// The path under which Backstage's proxy has it, as written.
    pub path: String,
    /// The address of the server.
    pub target: String,
    /// Headers, whose values are secrets.
    pub headers: Vec<(String, Secret)>,
}

/// One entry of `portal.redirects`, as written.
#[derive(Clone, Debug)]
pub struct RedirectSetting {
    /// The old path.
    pub from: String,
    /// A path of the portal, or an address elsewhere.
    pub to: String,
    /// Where `from` stands.
    pub from_span: Span,
    /// Where `to` stands.
    pub to_span: Span,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            title: "Callboard".to_owned(),
            organization: String::new(),
            description: String::new(),
            language: "en".to_owned(),
            base_path: "/".to_owned(),
            locations: Vec::new(),
            rules: Rules::default(),
            overlays: Vec::new(),
            providers: Value::Null,
            provider_places: Places::new(&Value::Null, Span::file("site.yaml"), &|_, _| {
                Span::file("site.yaml")
            }),
            merge_keys: false,
            levels: Levels::default(),
            unknown_kinds: Severity::Notice,
            integrations: Integrations::read(&Value::Null).0,
            reading: Value::Null,
            plugins: Vec::new(),
            proxy: Vec::new(),
            extensions: Vec::new(),
            content: "content".to_owned(),
            layouts: "layouts".to_owned(),
            layouts_span: Span::file("site.yaml"),
            api: true,
            redirects: Vec::new(),
        }
    }
}

/// Names every field, so that a new one does not compile until it is read.
pub(super) fn site(layers: &Layers, codes: &[String], report: &mut Report) -> Site {
    let value = layers.value();
    let default = Site::default();
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let path = |pointer: &str, default: String| match text(pointer) {
        Some(address) if address.contains("://") => address,
        Some(path) => join(layers.folder(pointer), &path),
        None => default,
    };
    let organization = text("/organization/name").unwrap_or_default();
    let (providers, provider_places) = providers(layers);
    Site {
        providers,
        provider_places,
        title: text("/app/title").unwrap_or_else(|| match organization.as_str() {
            "" => default.title,
            name => format!("{name} portal"),
        }),
        organization,
        description: text("/portal/description").unwrap_or_default(),
        language: text("/portal/language").unwrap_or(default.language),
        base_path: base_path(layers, report),
        locations: locations(layers, report),
        rules: rule_setting::read(layers, report),
        overlays: overlays(layers),
        merge_keys: value.pointer("/catalog/enableYamlMerge").and_then(Value::as_bool).unwrap_or(false),
        levels: level_setting::read(layers, codes, report),
        unknown_kinds: match text("/catalog/unknownKinds").as_deref() {
            Some("error") => Severity::Error,
            Some("warn") => Severity::Warning,
            _ => Severity::Notice,
        },
        integrations: integrations(layers, report),
        reading: value.pointer("/backend/reading").cloned().unwrap_or(Value::Null),
        plugins: plugins(layers),
        proxy: proxy(layers),
        extensions: extensions(layers, report),
        content: path("/portal/content", default.content),
        layouts: path("/portal/layouts", default.layouts),
        layouts_span: layers.place("/portal/layouts", false),
        api: value.pointer("/portal/api").and_then(Value::as_bool).unwrap_or(default.api),
        redirects: redirects(layers),
    }
}

fn items<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten().enumerate()
}

fn locations(layers: &Layers, report: &mut Report) -> Vec<LocationSetting> {
    let folder = layers.folder("/catalog/locations");
    let read = |(index, item): (usize, &Value)| {
        let target = item.get("target").and_then(Value::as_str)?;
        let pointer = format!("/catalog/locations/{index}/rules");
        let rules = rule_setting::read_rules(item.get("rules"), &pointer, layers, report);
        Some(LocationSetting {
            rules,
            target: if target.contains("://") { target.to_owned() } else { join(folder, target) },
            required: item.get("presence").and_then(Value::as_str) != Some("optional"),
            on_error: item
                .get("onError")
                .and_then(Value::as_str)
                .and_then(OnError::parse)
                .unwrap_or_default(),
            span: layers.place(&format!("/catalog/locations/{index}/target"), false),
        })
    };
    items(layers.value(), "/catalog/locations").filter_map(read).collect()
}

fn overlays(layers: &Layers) -> Vec<LocationSetting> {
    let folder = layers.folder("/catalog/overlays");
    let read = |(index, item): (usize, &Value)| {
        Some(LocationSetting {
            target: join(folder, item.as_str()?),
            required: true,
            on_error: OnError::default(),
            rules: Vec::new(),
            span: layers.place(&format!("/catalog/overlays/{index}"), false),
        })
    };
    items(layers.value(), "/catalog/overlays").filter_map(read).collect()
}

fn providers(layers: &Layers) -> (Value, Places) {
    const POINTER: &str = "/catalog/providers";
    let mut value = layers.value().pointer(POINTER).cloned().unwrap_or_default();
    let place = |below: &str, key: bool| layers.place(&format!("{POINTER}{below}"), key);
    let places = Places::new(&value, place("", true), &place);
    for kind in ["ldifOrg", "scimOrg"] {
        let Some(block) = value.get_mut(kind) else { continue };
        let folder = layers.folder(&format!("{POINTER}/{kind}"));
        // Either one provider, or a mapping from ids to providers.
        match block.as_object_mut() {
            Some(one) if one.contains_key("file") => {
                one.get_mut("file").into_iter().for_each(|it| join_paths(folder, it));
            }
            Some(several) => {
                let files = several.values_mut().filter_map(|it| it.get_mut("file"));
                files.for_each(|it| join_paths(folder, it));
            }
            None => {}
        }
    }
    (value, places)
}

/// Makes paths relative to the site folder.
fn join_paths(folder: &str, paths: &mut Value) {
    match paths {
        Value::String(path) if !path.is_empty() => *path = join(folder, path),
        Value::Array(items) => items.iter_mut().for_each(|it| join_paths(folder, it)),
        _ => {}
    }
}

fn integrations(layers: &Layers, report: &mut Report) -> Integrations {
    let (integrations, errors) =
        Integrations::read(layers.value().get("integrations").unwrap_or(&Value::Null));
    for error in errors {
        let place = layers.place(&format!("/integrations{}", error.pointer), false);
        report.push(
            Diagnostic::error("config/bad-integration", place, error.message)
                .reason("Backstage does not start with such an entry; here it is left out"),
        );
    }
    let reading = layers.value().pointer("/backend/reading").unwrap_or(&Value::Null);
    for error in Access::read(reading, &integrations).1 {
        let place = layers.place(&format!("/backend/reading{}", error.pointer), false);
        report.push(
            Diagnostic::error("config/bad-reading", place, error.message)
                .reason("Backstage does not start with such an entry; here it allows nothing"),
        );
    }
    integrations
}

/// Returns where a plugin is, as seen from the site folder, that a file in `folder` names.
pub fn plugin_source(folder: &str, written: &str) -> String {
    let remote = written.starts_with("builtin:") || written.contains("://");
    if remote { written.to_owned() } else { join(folder, written) }
}

fn plugins(layers: &Layers) -> Vec<PluginUse> {
    let folder = layers.folder("/plugins");
    let read = |(index, item): (usize, &Value)| {
        let source = item.get("use").and_then(Value::as_str)?;
        let config = item.get("config").unwrap_or(&Value::Null);
        let place = |below: &str, key: bool| layers.place(&format!("/plugins/{index}/config{below}"), key);
        Some(PluginUse {
            source: plugin_source(folder, source),
            config: config.as_object().cloned().unwrap_or_default(),
            span: layers.place(&format!("/plugins/{index}/use"), false),
            config_places: Places::new(config, place("", true), &place),
            network: texts(item, "/grant/network"),
            secrets: texts(item, "/grant/secrets"),
            read: texts(item, "/grant/read"),
            grant_span: item.get("grant").map(|_| layers.place(&format!("/plugins/{index}/grant"), true)),
            history: item.get("history").and_then(Value::as_bool).unwrap_or(false),
            requests_max: item
                .pointer("/limits/requests")
                .and_then(Value::as_u64)
                .and_then(|it| usize::try_from(it).ok()),
        })
    };
    items(layers.value(), "/plugins").filter_map(read).collect()
}

fn texts(value: &Value, pointer: &str) -> Vec<String> {
    let items = value.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Reads `proxy.endpoints`, or the older form without `endpoints`: a target, or a mapping with `target` and `headers`.
fn proxy(layers: &Layers) -> Vec<ProxyEndpoint> {
    let block = layers.value().pointer("/proxy/endpoints").or_else(|| layers.value().get("proxy"));
    let read = |(path, value): (&String, &Value)| {
        let target = value.as_str().or_else(|| value.get("target").and_then(Value::as_str))?;
        let headers = value.get("headers").and_then(Value::as_object).into_iter().flatten();
        let headers =
            headers.filter_map(|(name, it)| Some((name.to_ascii_lowercase(), Secret::new(it.as_str()?))));
        let headers = headers.filter(|(_, it)| !it.is_empty()).collect();
        Some(ProxyEndpoint { path: path.clone(), target: target.to_owned(), headers })
    };
    block.and_then(Value::as_object).into_iter().flatten().filter_map(read).collect()
}

fn extensions(layers: &Layers, report: &mut Report) -> Vec<ExtensionSetting> {
    let place = |pointer: &str, key: bool| layers.place(pointer, key);
    items(layers.value(), "/app/extensions")
        .filter_map(|(index, item)| {
            extension_setting::read(item, &format!("/app/extensions/{index}"), &place, report)
        })
        .collect()
}

fn redirects(layers: &Layers) -> Vec<RedirectSetting> {
    let places = layers.places("/portal/redirects");
    let read = |(index, item): (usize, &Value)| {
        let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
        let place = |key: &str| places(&format!("/{index}/{key}"));
        Some(RedirectSetting {
            from: text("from")?,
            to: text("to")?,
            from_span: place("from"),
            to_span: place("to"),
        })
    };
    items(layers.value(), "/portal/redirects").filter_map(read).collect()
}

/// Returns the path of `app.baseUrl`, which may also be a bare path.
fn base_path(layers: &Layers, report: &mut Report) -> String {
    let Some(written) = layers.value().pointer("/app/baseUrl").and_then(Value::as_str) else {
        return "/".to_owned();
    };
    let path = match url::Url::parse(written) {
        Ok(url) if url.has_host() => url.path().to_owned(),
        _ if written.starts_with('/') => written.to_owned(),
        _ => {
            let place = layers.place("/app/baseUrl", false);
            let diagnostic = Diagnostic::warning("config/bad-value", place, "`app.baseUrl` is not a URL");
            report.push(diagnostic.hint("write it with its scheme, as in `https://portal.example.com/`"));
            return "/".to_owned();
        }
    };
    match path.trim_matches('/') {
        "" => "/".to_owned(),
        path => format!("/{path}/"),
    }
}
