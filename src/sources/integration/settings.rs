//! The block `integrations` of the configuration to `Integrations`.

use serde_json::Value;
use url::Url;

use super::bucket::Storage;
use super::credentials::Credentials;

/// The kinds of hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// GitHub and GitHub Enterprise.
    Github,
    /// GitLab.
    Gitlab,
    /// Bitbucket Cloud.
    BitbucketCloud,
    /// Bitbucket Server and Data Center.
    BitbucketServer,
    /// Azure DevOps.
    Azure,
    /// Gitea and Forgejo.
    Gitea,
    /// Gerrit with Gitiles.
    Gerrit,
    /// Harness Code.
    Harness,
    /// AWS S3.
    AwsS3,
    /// AWS CodeCommit.
    AwsCodeCommit,
    /// Google Cloud Storage.
    GoogleGcs,
    /// Azure Blob Storage.
    AzureBlobStorage,
}

impl Provider {
    /// Returns the key of the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::BitbucketCloud => "bitbucketCloud",
            Self::BitbucketServer => "bitbucketServer",
            Self::Azure => "azure",
            Self::Gitea => "gitea",
            Self::Gerrit => "gerrit",
            Self::Harness => "harness",
            Self::AwsS3 => "awsS3",
            Self::AwsCodeCommit => "awsCodeCommit",
            Self::GoogleGcs => "googleGcs",
            Self::AzureBlobStorage => "azureBlobStorage",
        }
    }
}

impl Provider {
    /// Returns whether its addresses name buckets, which are no repositories.
    pub fn has_buckets(self) -> bool {
        matches!(self, Self::AwsS3 | Self::GoogleGcs | Self::AzureBlobStorage)
    }
}

const PROVIDERS: &[Provider] = &[
    Provider::Github,
    Provider::Gitlab,
    Provider::BitbucketCloud,
    Provider::BitbucketServer,
    Provider::Azure,
    Provider::Gitea,
    Provider::Gerrit,
    Provider::Harness,
    Provider::AwsS3,
    Provider::AwsCodeCommit,
    Provider::GoogleGcs,
    Provider::AzureBlobStorage,
];

/// The hosts that answer without configuration.
const DEFAULTS: &[(Provider, &str)] = &[
    (Provider::Github, "github.com"),
    (Provider::Gitlab, "gitlab.com"),
    (Provider::BitbucketCloud, "bitbucket.org"),
    (Provider::Azure, "dev.azure.com"),
    (Provider::AwsS3, "amazonaws.com"),
    (Provider::GoogleGcs, "storage.cloud.google.com"),
    (Provider::AzureBlobStorage, "blob.core.windows.net"),
];

/// One host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    /// What it is.
    pub provider: Provider,
    /// Its host, with the port where there is one.
    pub host: String,
    /// The address of its pages, without a slash at the end.
    pub base_url: String,
    /// The address of its API, without a slash at the end; empty where there is none.
    pub api_base_url: String,
    /// The address of raw files, without a slash at the end; empty where there is none.
    pub raw_base_url: String,
    /// The address of Gitiles, without a slash at the end; Gerrit alone has one.
    pub gitiles_base_url: String,
    /// Whether requests carry a token or a password.
    pub authenticated: bool,
    /// Who asks; it has no printable form.
    pub(super) credentials: Credentials,
    /// What an object store has besides.
    pub(crate) storage: Storage,
    /// Whether edit links are off; Gerrit alone has this.
    pub edit_disabled: bool,
    /// Whether the operator wrote it; `false` for the hosts that answer without configuration.
    pub configured: bool,
}

/// Why an entry of `integrations` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationError {
    /// The JSON pointer below `integrations`.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for IntegrationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// All hosts that answer: the configured ones, and those that need no configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integrations {
    list: Vec<Integration>,
}

impl Integrations {
    /// Reads the block `integrations`. Entries that cannot be used are left out, and come back as errors.
    pub fn read(block: &Value) -> (Self, Vec<IntegrationError>) {
        let (mut list, mut errors) = (Vec::new(), Vec::new());
        for provider in PROVIDERS {
            let key = provider.as_str();
            // Google's block is a mapping, the others are lists.
            let entries: Vec<(String, &Value)> = match block.get(key) {
                Some(Value::Array(items)) => {
                    items.iter().enumerate().map(|(index, it)| (format!("/{key}/{index}"), it)).collect()
                }
                Some(it @ Value::Object(_)) => vec![(format!("/{key}"), it)],
                _ => Vec::new(),
            };
            for (pointer, entry) in entries {
                match integration(*provider, entry) {
                    Ok(it) => list.push(it),
                    Err(message) => errors.push(IntegrationError { pointer, message }),
                }
            }
        }
        for (provider, host) in DEFAULTS {
            if !list.iter().any(|it| it.provider == *provider && it.host == *host) {
                let default = integration(*provider, &serde_json::json!({"host": host})).ok();
                list.extend(default.map(|it| Integration { configured: false, ..it }));
            }
        }
        (Self { list }, errors)
    }

    /// Returns all of them, the configured ones of each kind first.
    pub fn iter(&self) -> impl Iterator<Item = &Integration> {
        self.list.iter()
    }

    /// Returns the integration that reads an address: the object store that the bucket in it belongs to, else that of
    /// its host and port.
    pub fn that_reads(&self, address: &str) -> Option<&Integration> {
        let url = Url::parse(address).ok()?;
        self.list.iter().find(|it| it.bucket(&url).is_some()).or_else(|| self.by_url(address))
    }

    /// Returns the integration that answers for an address: that of its host and port. A bucket is not the host of its
    /// object store, so that Backstage knows no integration for it.
    pub fn by_url(&self, address: &str) -> Option<&Integration> {
        let url = Url::parse(address).ok()?;
        let host = match (url.host_str()?, url.port()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        };
        self.list.iter().find(|it| it.host.eq_ignore_ascii_case(&host))
    }
}

fn integration(provider: Provider, entry: &Value) -> Result<Integration, String> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).filter(|it| !it.is_empty());
    let storage = Storage::read(provider, entry)?;
    let address = |key: &str| text(key).map(|it| it.trim_end_matches('/').to_owned());
    let host = match (text("host"), provider) {
        _ if storage.endpoint_host.is_some() => storage.endpoint_host.clone().unwrap_or_default(),
        (Some(host), _) => host.to_owned(),
        (None, Provider::AwsCodeCommit) => {
            let region = text("region").ok_or("`awsCodeCommit` needs a `region`")?;
            format!("{region}.console.aws.amazon.com")
        }
        (None, _) => {
            let default = DEFAULTS.iter().find(|(it, _)| *it == provider).map(|(_, host)| (*host).to_owned());
            let may_be_missing = !matches!(provider, Provider::Github | Provider::Gitlab | Provider::Azure);
            default
                .filter(|_| may_be_missing)
                .ok_or_else(|| format!("`{}` needs a `host`", provider.as_str()))?
        }
    };
    let api = match (address("apiBaseUrl"), provider, host.as_str()) {
        (Some(api), ..) => api,
        (None, Provider::Github, "github.com") => "https://api.github.com".to_owned(),
        (None, Provider::Gitlab, "gitlab.com") => "https://gitlab.com/api/v4".to_owned(),
        (None, Provider::Gitlab, _) => {
            return Err("Invalid GitLab integration config, 'undefined' is not a valid apiBaseUrl".to_owned());
        }
        (None, Provider::BitbucketCloud, _) => "https://api.bitbucket.org/2.0".to_owned(),
        (None, Provider::BitbucketServer, host) => format!("https://{host}/rest/api/1.0"),
        _ => String::new(),
    };
    let raw = match (address("rawBaseUrl"), provider, host.as_str()) {
        (Some(raw), ..) => raw,
        (None, Provider::Github, "github.com") => "https://raw.githubusercontent.com".to_owned(),
        _ => String::new(),
    };
    let gitiles = address("gitilesBaseUrl").unwrap_or_default();
    if provider == Provider::Gerrit && gitiles.is_empty() {
        return Err("`gerrit` needs a `gitilesBaseUrl`".to_owned());
    }
    Ok(Integration {
        provider,
        base_url: address("baseUrl")
            .or_else(|| address("endpoint").filter(|_| storage.endpoint_host.is_some()))
            .unwrap_or_else(|| format!("https://{host}")),
        api_base_url: api,
        raw_base_url: raw,
        gitiles_base_url: gitiles,
        authenticated: ["token", "password", "apiKey", "appPassword", "apps"]
            .iter()
            // An empty text is what an unset variable gives.
            .any(|key| entry.get(key).is_some_and(|it| it.as_str() != Some(""))),
        credentials: Credentials::read(provider, entry),
        storage,
        edit_disabled: entry.get("disableEditUrl").and_then(Value::as_bool).unwrap_or(false),
        configured: true,
        host,
    })
}
