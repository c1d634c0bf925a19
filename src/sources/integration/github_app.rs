//! An entry of `integrations.github[].apps` to `GithubApp`, and the owner that an address belongs to.

use serde_json::Value;
use url::Url;

use super::Integration;
use crate::sources::Secret;

/// The shortest line of a key that is looked for in the output, in bytes.
const KEY_LINE_MIN: usize = 16;

/// A GitHub App that asks in the name of its installations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GithubApp {
    /// Its number or its client id, which signs its requests.
    pub issuer: String,
    /// Its RSA key in PEM.
    pub private_key: Secret,
    /// The owners whose installations may be used; none for all.
    pub allowed_owners: Option<Vec<String>>,
    /// Whether any installation serves for the public repositories of owners that have none.
    pub public_access: bool,
    /// The texts that must be seen nowhere.
    pub(super) secrets: Vec<Secret>,
}

impl GithubApp {
    /// Reads the Apps of an entry. One without number and client id, or without key, is none, as unset variables give.
    pub(super) fn read_all(entry: &Value) -> Vec<Self> {
        let apps = entry.get("apps").and_then(Value::as_array);
        apps.into_iter().flatten().filter_map(Self::read).collect()
    }

    fn read(entry: &Value) -> Option<Self> {
        let text = |key: &str| match entry.get(key)? {
            Value::String(text) => Some(text.clone()).filter(|it| !it.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        // In a variable of the environment the line breaks of a key are often written as `\n`.
        let key = text("privateKey")?.replace("\\n", "\n");
        let mut secrets: Vec<String> =
            ["clientSecret", "webhookSecret", "privateKey"].into_iter().filter_map(text).collect();
        // Each line tells a part of the key, and excerpts show lines.
        let lines = key.lines().map(str::trim).filter(|it| it.len() >= KEY_LINE_MIN && !it.starts_with("--"));
        secrets.extend(lines.map(str::to_owned));
        secrets.push(key.clone());
        let owners = entry.get("allowedInstallationOwners").and_then(Value::as_array);
        Some(Self {
            issuer: text("appId").or_else(|| text("clientId"))?,
            private_key: Secret::new(key),
            allowed_owners: owners.map(|it| it.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            public_access: entry.get("publicAccess").and_then(Value::as_bool).unwrap_or(false),
            secrets: secrets.into_iter().map(Secret::new).collect(),
        })
    }

    /// Returns whether the installation of an owner may be used. GitHub's names know no case.
    pub fn allows(&self, owner: &str) -> bool {
        let named = |it: &Vec<String>| it.iter().any(|name| name.eq_ignore_ascii_case(owner));
        self.allowed_owners.as_ref().is_none_or(named)
    }
}

/// Returns the owner that an address of GitHub's pages, raw files or API belongs to; the empty text where it names none.
pub(super) fn owner(integration: &Integration, url: &Url) -> String {
    let below = |base: &str| {
        let base = Url::parse(base).ok().filter(|it| it.origin() == url.origin())?;
        let rest = url.path().strip_prefix(base.path().trim_end_matches('/'))?;
        rest.is_empty().then_some("").or_else(|| rest.strip_prefix('/'))
    };
    if let Some(path) = below(&integration.api_base_url) {
        let mut parts = path.split('/');
        return match parts.next() {
            Some("repos" | "orgs" | "users") => parts.next().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
    }
    let path = below(&integration.raw_base_url).or_else(|| below(&integration.base_url)).unwrap_or_default();
    path.split('/').next().unwrap_or_default().to_owned()
}
