//! What an entry of `integrations` says of who asks, to the headers of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::Url;

use super::github_app::{GithubApp, owner};
use super::{Integration, Integrations, Provider};
use crate::sources::Secret;
use crate::sources::remote::{Grant, HeaderValue};

/// Who asks at one host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The header that carries the secret, and its whole value.
    header: Option<(&'static str, Secret)>,
    /// The value of `authorization` for git over HTTP, where it is another.
    git: Option<Secret>,
    /// The GitHub Apps whose tokens come before the header.
    apps: Vec<GithubApp>,
    /// The texts that must be seen nowhere.
    secrets: Vec<Secret>,
}

impl Credentials {
    /// Reads the credentials of an entry. An empty text is none, as an unset variable gives.
    pub(super) fn read(provider: Provider, entry: &Value) -> Self {
        let apps = if provider == Provider::Github { GithubApp::read_all(entry) } else { Vec::new() };
        let mut it = Self::read_header(provider, entry);
        it.secrets.extend(apps.iter().flat_map(|it| it.secrets.iter().cloned()));
        Self { apps, ..it }
    }

    fn read_header(provider: Provider, entry: &Value) -> Self {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).filter(|it| !it.is_empty());
        let basic = |user: &str, password: &str| {
            let pair = STANDARD.encode(format!("{user}:{password}"));
            ("authorization", format!("Basic {pair}"), vec![password.to_owned(), pair])
        };
        let bearer = |token: &str| ("authorization", format!("Bearer {token}"), vec![token.to_owned()]);
        let user = text("username");
        let found = match provider {
            Provider::Github | Provider::Gitlab => text("token").map(bearer),
            Provider::BitbucketCloud => match (user, text("token").or_else(|| text("appPassword"))) {
                (Some(user), Some(password)) => Some(basic(user, password)),
                (None, Some(token)) => Some(bearer(token)),
                _ => None,
            },
            Provider::BitbucketServer => {
                text("token").map(bearer).or_else(|| Some(basic(user?, text("password")?)))
            }
            Provider::Azure => {
                let listed = entry.pointer("/credentials/0/personalAccessToken").and_then(Value::as_str);
                listed.or_else(|| text("token")).filter(|it| !it.is_empty()).map(|it| basic("", it))
            }
            Provider::Gitea => text("password").map(|password| match user {
                Some(user) => basic(user, password),
                None => ("authorization", format!("token {password}"), vec![password.to_owned()]),
            }),
            Provider::Gerrit => user.zip(text("password")).map(|(user, password)| basic(user, password)),
            Provider::Harness => text("apiKey")
                .or_else(|| text("token"))
                .map(|it| ("x-api-key", it.to_owned(), vec![it.to_owned()])),
            _ => None,
        };
        let Some((name, value, mut secrets)) = found else { return Self::default() };
        // Git speaks of users and passwords alone, and each host has a user that stands for a token.
        let token_user = match provider {
            Provider::Github => Some("x-access-token"),
            Provider::Gitlab => Some("oauth2"),
            Provider::BitbucketCloud if user.is_none() => Some("x-token-auth"),
            _ => None,
        };
        let git = token_user.zip(text("token")).map(|(user, token)| basic(user, token));
        let git = git.map(|(_, value, more)| {
            secrets.extend(more);
            Secret::new(value)
        });
        Self {
            header: Some((name, Secret::new(value))),
            git,
            apps: Vec::new(),
            secrets: secrets.into_iter().map(Secret::new).collect(),
        }
    }
}

impl Integrations {
    /// Returns the headers that tell who asks, for a request to an address: those of the integration whose host, API or
    /// raw files it addresses. Nothing for any other host, nor for plain `http` unless the integration itself says so.
    pub fn headers(&self, address: &str) -> Vec<(String, HeaderValue)> {
        let Ok(url) = Url::parse(address) else { return Vec::new() };
        let asks = |it: &Credentials| it.header.is_some() || !it.apps.is_empty();
        let integration = self.iter().find(|it| asks(&it.credentials) && it.owns(&url));
        if let Some(it) = integration.filter(|it| !it.credentials.apps.is_empty()) {
            let grant = Grant { host: it.host.clone(), owner: owner(it, &url) };
            return vec![("authorization".to_owned(), HeaderValue::Issued(grant))];
        }
        let header = integration.and_then(|it| it.credentials.header.clone());
        header.map(|(name, value)| (name.to_owned(), HeaderValue::Secret(value))).into_iter().collect()
    }

    /// Returns the headers that tell who asks, for git over HTTP at the address of a repository.
    pub fn git_headers(&self, address: &str) -> Vec<(String, HeaderValue)> {
        let Ok(url) = Url::parse(address) else { return Vec::new() };
        let integration = self.iter().find(|it| it.credentials.header.is_some() && it.owns(&url));
        match integration.and_then(|it| it.credentials.git.clone()) {
            Some(value) => vec![("authorization".to_owned(), HeaderValue::Secret(value))],
            None => self.headers(address),
        }
    }

    /// Returns every text that must be seen nowhere.
    pub fn secrets(&self) -> Vec<Secret> {
        self.iter()
            .flat_map(|it| it.credentials.secrets.iter().cloned().chain(it.storage.secrets()))
            .collect()
    }
}

impl Integration {
    /// Returns the GitHub Apps that ask at this host.
    pub fn github_apps(&self) -> &[GithubApp] {
        &self.credentials.apps
    }

    /// Returns the whole value of the header `authorization` that serves where no App has a token.
    pub(in crate::sources) fn authorization(&self) -> Option<&Secret> {
        self.credentials.header.as_ref().filter(|(name, _)| *name == "authorization").map(|(_, it)| it)
    }

    /// Returns whether an address is at this host, its API or its raw files.
    fn owns(&self, url: &Url) -> bool {
        let authority = |url: &Url| {
            Some((url.scheme().to_owned(), url.host_str()?.to_owned(), url.port_or_known_default()))
        };
        let wanted = authority(url);
        let bases = [&self.base_url, &self.api_base_url, &self.raw_base_url, &self.gitiles_base_url];
        let host = format!("https://{}", self.host);
        bases.into_iter().chain([&host]).any(|base| {
            Url::parse(base).ok().and_then(|it| authority(&it)).is_some_and(|it| Some(it) == wanted)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::sources::integration::Integrations;
    use crate::sources::remote::HeaderValue;

    fn header(block: serde_json::Value, address: &str) -> String {
        match Integrations::read(&block).0.headers(address).as_slice() {
            [(name, HeaderValue::Secret(value))] => format!("{name}: {}", value.expose()),
            [] => "none".to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn secrets_go_to_their_own_host_alone() {
        let github = json!({"github": [{"host": "github.com", "token": "abc"}]});
        assert_eq!(header(github.clone(), "https://api.github.com/x"), "authorization: Bearer abc");
        assert_eq!(
            header(github.clone(), "https://raw.githubusercontent.com/x"),
            "authorization: Bearer abc"
        );
        assert_eq!(header(github.clone(), "https://github.com.evil.example/x"), "none");
        assert_eq!(header(github.clone(), "http://api.github.com/x"), "none");
        assert_eq!(header(github, "https://api.github.com:8443/x"), "none");
        let empty = json!({"github": [{"host": "github.com", "token": ""}]});
        assert_eq!(header(empty, "https://api.github.com/x"), "none");
    }

    #[test]
    fn each_provider_has_its_header() {
        for (provider, entry, address, expected) in [
            (
                "gitlab",
                json!({"host": "gitlab.com", "token": "t"}),
                "https://gitlab.com/api",
                "authorization: Bearer t",
            ),
            (
                "bitbucketCloud",
                json!({"username": "u", "appPassword": "p"}),
                "https://api.bitbucket.org/2.0/x",
                "authorization: Basic dTpw",
            ),
            (
                "bitbucketServer",
                json!({"host": "b.example", "token": "t"}),
                "https://b.example/rest",
                "authorization: Bearer t",
            ),
            (
                "azure",
                json!({"host": "dev.azure.com", "credentials": [{"personalAccessToken": "p"}]}),
                "https://dev.azure.com/o",
                "authorization: Basic OnA=",
            ),
            (
                "gitea",
                json!({"host": "g.example", "password": "p"}),
                "https://g.example/api",
                "authorization: token p",
            ),
            (
                "gitea",
                json!({"host": "g.example", "username": "u", "password": "p"}),
                "https://g.example/api",
                "authorization: Basic dTpw",
            ),
            (
                "gerrit",
                json!({"host": "g.example", "gitilesBaseUrl": "https://g.example/g", "username": "u", "password": "p"}),
                "https://g.example/a",
                "authorization: Basic dTpw",
            ),
            (
                "harness",
                json!({"host": "app.harness.io", "apiKey": "k"}),
                "https://app.harness.io/x",
                "x-api-key: k",
            ),
        ] {
            assert_eq!(header(json!({provider: [entry]}), address), expected, "{provider}");
        }
    }
}
