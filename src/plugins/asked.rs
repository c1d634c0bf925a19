//! `Asked`: what a manifest asks for, as texts, so that two versions can be compared and the lock can hold it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::sources::remote::{EndpointPin, PluginPin};

/// One thing that a plugin asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AskedItem {
    /// To send requests.
    Endpoint {
        /// The server: an address, `integrations.NAME`, `proxy.endpoints.NAME`, or an expression in `{{ }}`.
        target: String,
        /// The method.
        method: String,
        /// A glob of paths.
        path: String,
    },
    /// To use a secret, by its name, or by an expression in `{{ }}`.
    Secret(String),
    /// To read a file.
    Read(String),
    /// To show a frame of an origin.
    Frame(String),
}

impl std::fmt::Display for AskedItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Endpoint { target, method, path } => write!(f, "`{method} {path}` at `{target}`"),
            Self::Secret(name) => write!(f, "the secret `{name}`"),
            Self::Read(file) => write!(f, "the file `{file}`"),
            Self::Frame(origin) => write!(f, "frames of `{origin}`"),
        }
    }
}

/// What a plugin asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    items: BTreeSet<AskedItem>,
}

impl Asked {
    /// Reads `permissions` of a manifest. What has another form than the schema wants is reported elsewhere.
    pub fn of(manifest: &Value) -> Self {
        let permissions = manifest.get("permissions").unwrap_or(&Value::Null);
        let mut items = BTreeSet::new();
        for endpoint in permissions.get("endpoints").and_then(Value::as_array).into_iter().flatten() {
            let Some(target) = target(endpoint) else { continue };
            let or_default = |key: &str, default: &str| match texts(endpoint.get(key)) {
                none if none.is_empty() => vec![default.to_owned()],
                some => some,
            };
            let (methods, paths) = (or_default("methods", "GET"), or_default("paths", "/**"));
            for method in &methods {
                items.extend(paths.iter().map(|path| AskedItem::Endpoint {
                    target: target.clone(),
                    method: method.to_ascii_uppercase(),
                    path: path.clone(),
                }));
            }
        }
        items.extend(match permissions.get("secrets") {
            Some(Value::String(code)) => vec![AskedItem::Secret(format!("{{{{ {code} }}}}"))],
            names => texts(names).into_iter().map(AskedItem::Secret).collect(),
        });
        items.extend(texts(permissions.get("read")).into_iter().map(AskedItem::Read));
        items.extend(texts(permissions.get("frames")).into_iter().map(AskedItem::Frame));
        Self { items }
    }

    /// Reads what the lock holds.
    pub fn pinned(pin: &PluginPin) -> Self {
        let endpoint = |it: &EndpointPin| {
            let of_method = |method: &String| {
                let item = |path: &String| AskedItem::Endpoint {
                    target: it.target.clone(),
                    method: method.clone(),
                    path: path.clone(),
                };
                it.paths.iter().map(item).collect::<Vec<_>>()
            };
            it.methods.iter().flat_map(of_method).collect::<Vec<_>>()
        };
        let mut items: BTreeSet<AskedItem> = pin.endpoints.iter().flat_map(endpoint).collect();
        items.extend(pin.secrets.iter().cloned().map(AskedItem::Secret));
        items.extend(pin.read.iter().cloned().map(AskedItem::Read));
        items.extend(pin.frames.iter().cloned().map(AskedItem::Frame));
        Self { items }
    }

    /// Writes it into what the lock holds.
    pub fn write(&self, pin: &mut PluginPin) {
        let mut by_paths: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for item in &self.items {
            match item {
                AskedItem::Endpoint { target, method, path } => {
                    let paths = by_paths.entry((target.clone(), method.clone())).or_default();
                    paths.insert(path.clone());
                }
                AskedItem::Secret(name) => pin.secrets.push(name.clone()),
                AskedItem::Read(file) => pin.read.push(file.clone()),
                AskedItem::Frame(origin) => pin.frames.push(origin.clone()),
            }
        }
        // Methods with the same paths stand in one entry, as in the manifest.
        let mut endpoints: BTreeMap<(String, Vec<String>), Vec<String>> = BTreeMap::new();
        for ((target, method), paths) in by_paths {
            endpoints.entry((target, paths.into_iter().collect())).or_default().push(method);
        }
        let pinned = |((target, paths), methods)| EndpointPin { target, methods, paths };
        pin.endpoints = endpoints.into_iter().map(pinned).collect();
    }

    /// Returns everything, sorted.
    pub fn items(&self) -> impl Iterator<Item = &AskedItem> {
        self.items.iter()
    }

    /// Returns whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns what is asked for here and not covered by the other.
    pub fn beyond(&self, other: &Self) -> Vec<&AskedItem> {
        self.items.iter().filter(|it| !other.covers(it)).collect()
    }

    fn covers(&self, item: &AskedItem) -> bool {
        self.items.contains(item)
            || self.items.iter().any(|it| match (it, item) {
                (
                    AskedItem::Endpoint { target, method, path },
                    AskedItem::Endpoint { target: of, method: with, path: below },
                ) => target == of && method == with && lies_in(below, path),
                _ => false,
            })
    }
}

/// Returns whether every path of one glob is one of another, as far as that can be told from `/**` at its end.
fn lies_in(path: &str, glob: &str) -> bool {
    let Some(folder) = glob.strip_suffix("**") else { return false };
    let is_plain = !folder.contains(['*', '?', '[', '{']);
    is_plain && path.starts_with(folder) && !path.split('/').any(|it| it == "..")
}

fn target(endpoint: &Value) -> Option<String> {
    let text = |key: &str| endpoint.get(key).and_then(Value::as_str);
    text("integration")
        .map(|it| format!("integrations.{it}"))
        .or_else(|| text("baseUrl").map(|it| it.trim_end_matches('/').to_owned()))
        .or_else(|| text("baseUrls").map(|it| format!("{{{{ {it} }}}}")))
        .or_else(|| text("endpoint").map(|it| format!("proxy.endpoints.{}", it.trim_matches('/'))))
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Asked;
    use crate::sources::remote::PluginPin;

    fn beyond(before: serde_json::Value, after: serde_json::Value) -> Vec<String> {
        let of = |it| Asked::of(&json!({ "permissions": it }));
        of(after).beyond(&of(before)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn tells_what_is_new() {
        let github = json!({"endpoints": [{"integration": "github", "paths": ["/repos/**"]}]});
        assert!(beyond(github.clone(), github.clone()).is_empty());
        assert!(beyond(github.clone(), json!({})).is_empty());
        let narrower =
            json!({"endpoints": [{"integration": "github", "paths": ["/repos/*/*/actions/runs"]}]});
        assert!(beyond(github.clone(), narrower.clone()).is_empty());
        assert_eq!(beyond(narrower, github.clone()), ["`GET /repos/**` at `integrations.github`"]);
        let post = json!({"endpoints": [{"integration": "github", "methods": ["GET", "POST"], "paths": ["/repos/**"]}]});
        assert_eq!(beyond(github.clone(), post), ["`POST /repos/**` at `integrations.github`"]);
        let other = json!({"endpoints": [{"baseUrl": "https://x.example/"}]});
        assert_eq!(beyond(github, other), ["`GET /**` at `https://x.example`"]);
        assert_eq!(
            beyond(
                json!({"secrets": ["A"]}),
                json!({"secrets": ["A", "B"], "read": ["x"], "frames": ["https://f.example"]})
            ),
            ["the secret `B`", "the file `x`", "frames of `https://f.example`"]
        );
        assert_eq!(
            beyond(json!({"secrets": []}), json!({"secrets": "config.instances | map(attribute='token')"})),
            ["the secret `{{ config.instances | map(attribute='token') }}`"]
        );
    }

    #[test]
    fn a_path_that_climbs_is_new() {
        let before = json!({"endpoints": [{"baseUrl": "https://x.example", "paths": ["/a/**"]}]});
        let after = json!({"endpoints": [{"baseUrl": "https://x.example", "paths": ["/a/../b"]}]});
        assert_eq!(beyond(before, after).len(), 1);
    }

    #[test]
    fn the_lock_holds_the_same() {
        let asked = Asked::of(&json!({"permissions": {
            "endpoints": [
                {"integration": "github", "methods": ["POST", "GET"], "paths": ["/repos/**", "/graphql"]},
                {"baseUrls": "config.servers"},
                {"endpoint": "/jenkins", "methods": ["GET"]}
            ],
            "secrets": ["TOKEN"], "read": ["{{ config.file }}"], "frames": ["https://f.example"]
        }}));
        let mut pin = PluginPin::default();
        asked.write(&mut pin);
        assert_eq!(pin.endpoints.len(), 3);
        assert_eq!(pin.endpoints[0].methods, ["GET", "POST"]);
        assert_eq!(Asked::pinned(&pin), asked);
    }
}
