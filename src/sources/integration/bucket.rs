//! An address to the bucket it names, and an entry of `integrations` to what reading that bucket needs.
//!
//! The forms of addresses are those of Backstage's readers of S3, Google Cloud Storage and Azure Blob Storage.

use serde_json::Value;
use url::Url;

use super::{Integration, Provider};
use crate::sources::Secret;

/// The hosts of Amazon, whose addresses name a region.
const AMAZON: &[&str] = &["amazonaws.com", "amazonaws.com.cn"];

/// The region of an address that names none.
const REGION: &str = "us-east-1";

/// What an entry says of an object store, besides its host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// Whether the bucket always stands in the path and never in the host (`s3ForcePathStyle`).
    pub path_style: bool,
    /// The account that the entry is for (`accountName`, Azure); `None` answers for every account.
    pub account: Option<String>,
    /// Who asks.
    pub key: StorageKey,
    /// The host and port of `endpoint`.
    pub(super) endpoint_host: Option<String>,
}

/// Who asks an object store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StorageKey {
    /// Whoever the environment names, else nobody.
    #[default]
    Environment,
    /// An access key of S3: its name and the key.
    Aws(String, Secret),
    /// A service account of Google: its mail address and its private key, as PEM.
    Google(String, Secret),
    /// The key of an account of Azure.
    AzureAccount(Secret),
    /// A shared access signature of Azure, as the query of an address.
    AzureSas(Secret),
    /// An application of Entra: the tenant, the application and its secret.
    AzureApplication(String, String, Secret),
}

impl Storage {
    /// Reads what an entry says of an object store.
    pub(super) fn read(provider: Provider, entry: &Value) -> Result<Self, String> {
        if !provider.has_buckets() {
            return Ok(Self::default());
        }
        let name = provider.as_str();
        let text =
            |key: &str| entry.get(key).and_then(Value::as_str).map(str::trim).filter(|it| !it.is_empty());
        if text("roleArn").is_some() {
            return Err(format!(
                "`{name}` takes no role: `roleArn` is not supported; let the environment hold the keys of the role"
            ));
        }
        if text("connectionString").is_some() {
            return Err(format!(
                "`{name}` takes no `connectionString`; write `accountName` with `accountKey` or `sasToken`"
            ));
        }
        let key = match provider {
            Provider::AwsS3 => match (text("accessKeyId"), text("secretAccessKey")) {
                (Some(id), Some(secret)) => StorageKey::Aws(id.to_owned(), Secret::new(secret)),
                (None, None) => StorageKey::Environment,
                _ => return Err(format!("`{name}` needs `accessKeyId` and `secretAccessKey` together")),
            },
            Provider::GoogleGcs => match (text("clientEmail"), text("privateKey")) {
                (Some(email), Some(key)) => StorageKey::Google(email.to_owned(), Secret::new(key)),
                _ => StorageKey::Environment,
            },
            _ => azure_key(entry)?,
        };
        let endpoint = text("endpoint").filter(|_| provider != Provider::GoogleGcs);
        Ok(Self {
            path_style: entry.get("s3ForcePathStyle").and_then(Value::as_bool).unwrap_or(false),
            account: text("accountName").map(str::to_owned),
            key,
            endpoint_host: endpoint.map(|it| endpoint_host(name, it)).transpose()?,
        })
    }

    /// Returns the texts that must be seen nowhere.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        match &self.key {
            StorageKey::Environment => Vec::new(),
            StorageKey::Aws(_, secret)
            | StorageKey::AzureAccount(secret)
            | StorageKey::AzureApplication(_, _, secret) => vec![secret.clone()],
            // A line of the key gives it away too.
            StorageKey::Google(_, secret) => {
                let body = |it: &&str| it.len() > 16 && !it.starts_with("-----");
                let lines = secret.expose().lines().map(str::trim).filter(body).map(Secret::new);
                std::iter::once(secret.clone()).chain(lines).collect()
            }
            StorageKey::AzureSas(secret) => {
                let pairs = url::form_urlencoded::parse(secret.expose().as_bytes());
                let signature = pairs.filter(|(name, _)| name == "sig").map(|(_, it)| Secret::new(it));
                std::iter::once(secret.clone()).chain(signature).collect()
            }
        }
    }
}

fn azure_key(entry: &Value) -> Result<StorageKey, String> {
    let text = |pointer: &str| {
        entry.pointer(pointer).and_then(Value::as_str).map(str::trim).filter(|it| !it.is_empty())
    };
    let application = match entry.get("aadCredential").or_else(|| entry.get("credentials")) {
        Some(Value::Object(it)) => {
            let part = |key: &str| it.get(key).and_then(Value::as_str).map(str::trim).unwrap_or_default();
            let (tenant, client, secret) = (part("tenantId"), part("clientId"), part("clientSecret"));
            if tenant.is_empty() || client.is_empty() || secret.is_empty() {
                return Err("`aadCredential` needs `tenantId`, `clientId` and `clientSecret`".to_owned());
            }
            Some((tenant.to_owned(), client.to_owned(), Secret::new(secret)))
        }
        _ => None,
    };
    let key = match (text("/accountKey"), text("/sasToken"), application) {
        (None, None, None) => return Ok(StorageKey::Environment),
        (Some(key), None, None) => StorageKey::AzureAccount(Secret::new(key)),
        (None, Some(token), None) => StorageKey::AzureSas(Secret::new(token.trim_start_matches('?'))),
        (None, None, Some((tenant, client, secret))) => StorageKey::AzureApplication(tenant, client, secret),
        _ => {
            return Err(
                "`azureBlobStorage` takes one of `accountKey`, `sasToken` and `aadCredential`".to_owned()
            );
        }
    };
    match text("/accountName") {
        Some(_) => Ok(key),
        None => Err("`azureBlobStorage` needs the `accountName` that the key is for".to_owned()),
    }
}

fn endpoint_host(name: &str, endpoint: &str) -> Result<String, String> {
    let url = Url::parse(endpoint).ok().filter(|it| matches!(it.scheme(), "https" | "http") && it.has_host());
    let url = url.ok_or_else(|| format!("the `endpoint` of `{name}` is not an address"))?;
    if url.path() != "/" || url.query().is_some() {
        return Err(format!("the `endpoint` of `{name}` is an address without a path"));
    }
    Ok(authority(&url))
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// A bucket, or a container of Azure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The address of the bucket, without a slash at the end.
    pub root: String,
    /// The address that is asked; the same where the host has the bucket in its name.
    pub endpoint: String,
    /// Its name.
    pub name: String,
    /// The region (S3).
    pub region: String,
    /// The account (Azure).
    pub account: String,
    /// What the address names in the bucket, percent-encoded as it is written; empty for the bucket itself.
    pub key: String,
}

impl Integration {
    /// Returns the bucket that an address names. `None` for an address of another host, and for other providers.
    pub fn bucket(&self, address: &Url) -> Option<Bucket> {
        let authority = authority(address);
        if !self.provider.has_buckets() {
            return None;
        }
        let above = self.host.to_ascii_lowercase();
        let below = authority.strip_suffix(&above).filter(|it| it.is_empty() || it.ends_with('.'))?;
        let below = below.trim_end_matches('.');
        // The integration says whether it is encrypted.
        let scheme = self.base_url.split_once("://").map_or("https", |(it, _)| it);
        let endpoint = format!("{scheme}://{authority}");
        let (first, rest) = first_of(address.path());
        let in_path = |region: &str, account: &str| {
            Some(Bucket {
                root: format!("{endpoint}/{first}"),
                endpoint: endpoint.clone(),
                name: first.to_owned(),
                region: region.to_owned(),
                account: account.to_owned(),
                key: rest.to_owned(),
            })
            .filter(|_| !first.is_empty())
        };
        match self.provider {
            Provider::GoogleGcs => below.is_empty().then(|| in_path("", ""))?,
            Provider::AzureBlobStorage => {
                let account = if below.is_empty() { self.storage.account.as_deref()? } else { below };
                let is_own = self.storage.account.as_deref().is_none_or(|it| it == account);
                (is_own && !account.contains('.')).then(|| in_path("", account))?
            }
            _ => {
                let (bucket, region) =
                    if AMAZON.contains(&above.as_str()) { amazon(below)? } else { (below, REGION) };
                match bucket {
                    "" => in_path(region, ""),
                    _ if self.storage.path_style => in_path(region, ""),
                    bucket => Some(Bucket {
                        root: endpoint.clone(),
                        endpoint: endpoint.clone(),
                        name: bucket.to_owned(),
                        region: region.to_owned(),
                        account: String::new(),
                        key: address.path().trim_start_matches('/').to_owned(),
                    }),
                }
            }
        }
    }
}

/// Splits `/first/rest`.
fn first_of(path: &str) -> (&str, &str) {
    let path = path.trim_start_matches('/');
    path.split_once('/').unwrap_or((path, ""))
}

/// Splits what stands before Amazon's name, `BUCKET.s3.REGION`, `BUCKET.s3-REGION` or without the bucket or the region,
/// into the bucket and the region.
fn amazon(below: &str) -> Option<(&str, &str)> {
    let is_region = |it: &str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
    };
    let (before, last) = below.rsplit_once('.').unwrap_or(("", below));
    if last == "s3" {
        return Some((before, REGION));
    }
    if let Some(region) = last.strip_prefix("s3-").filter(|it| is_region(it)) {
        return Some((before, region));
    }
    let (bucket, service) = before.rsplit_once('.').unwrap_or(("", before));
    (service == "s3" && is_region(last)).then_some((bucket, last))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use url::Url;

    use crate::sources::integration::{Integrations, Place};

    fn integrations() -> Integrations {
        let block = json!({
            "awsS3": [{"endpoint": "http://127.0.0.1:4566"}, {"endpoint": "https://s3.yard.example", "s3ForcePathStyle": false}],
            "azureBlobStorage": [{"accountName": "yard", "sasToken": "?sv=1&sig=a%2Bb"}, {"accountName": "gov", "endpoint": "https://gov.blob.gov.example"}],
        });
        let (integrations, errors) = Integrations::read(&block);
        assert_eq!(errors, []);
        integrations
    }

    #[test]
    fn addresses_name_buckets() {
        let integrations = integrations();
        for (address, root, path, region, account) in [
            (
                "https://winch.s3.eu-north-1.amazonaws.com/a/b%20c.yaml",
                "https://winch.s3.eu-north-1.amazonaws.com",
                "a/b c.yaml",
                "eu-north-1",
                "",
            ),
            ("https://a.b.s3.amazonaws.com/x", "https://a.b.s3.amazonaws.com", "x", "us-east-1", ""),
            (
                "https://winch.s3-eu-west-1.amazonaws.com/x",
                "https://winch.s3-eu-west-1.amazonaws.com",
                "x",
                "eu-west-1",
                "",
            ),
            (
                "https://s3.eu-north-1.amazonaws.com/winch/a/b.yaml",
                "https://s3.eu-north-1.amazonaws.com/winch",
                "a/b.yaml",
                "eu-north-1",
                "",
            ),
            (
                "http://127.0.0.1:4566/winch/a/b.yaml",
                "http://127.0.0.1:4566/winch",
                "a/b.yaml",
                "us-east-1",
                "",
            ),
            ("https://winch.s3.yard.example/a", "https://winch.s3.yard.example", "a", "us-east-1", ""),
            ("https://s3.yard.example/winch", "https://s3.yard.example/winch", "", "us-east-1", ""),
            (
                "https://storage.cloud.google.com/winch/a/b.yaml",
                "https://storage.cloud.google.com/winch",
                "a/b.yaml",
                "",
                "",
            ),
            (
                "https://yard.blob.core.windows.net/winch/a/b.yaml",
                "https://yard.blob.core.windows.net/winch",
                "a/b.yaml",
                "",
                "yard",
            ),
            ("https://gov.blob.gov.example/winch/a", "https://gov.blob.gov.example/winch", "a", "", "gov"),
        ] {
            let host = integrations.that_reads(address).unwrap_or_else(|| panic!("{address}"));
            let place = Place { root: root.to_owned(), path: path.to_owned() };
            assert_eq!(host.place(address), Some(place.clone()), "{address}");
            assert_eq!(host.place(root).map(|it| it.root), Some(root.to_owned()));
            assert_eq!(host.address(&place).trim_end_matches('/'), address);
            let bucket = host.bucket(&Url::parse(address).unwrap()).unwrap();
            assert_eq!((bucket.region.as_str(), bucket.account.as_str()), (region, account), "{address}");
        }
        for address in [
            "https://yard.elb.amazonaws.com/x",
            "https://s3.eu.amazonaws.com.evil.example/b/x",
            "https://s3.eu.amazonaws.com/",
            "https://other.blob.core.windows.net/c/x",
        ] {
            assert_eq!(integrations.that_reads(address).map(|it| it.host.clone()), None, "{address}");
        }
    }

    #[test]
    fn what_is_not_done_is_refused() {
        for (block, word) in [
            (json!({"awsS3": [{"roleArn": "arn:aws:iam::1:role/x"}]}), "roleArn"),
            (json!({"awsS3": [{"accessKeyId": "a"}]}), "secretAccessKey"),
            (json!({"awsS3": [{"endpoint": "https://a.example/b"}]}), "endpoint"),
            (json!({"azureBlobStorage": [{"accountKey": "a"}]}), "accountName"),
            (
                json!({"azureBlobStorage": [{"accountName": "a", "accountKey": "a", "sasToken": "b"}]}),
                "one of",
            ),
            (
                json!({"azureBlobStorage": [{"accountName": "a", "connectionString": "x"}]}),
                "connectionString",
            ),
        ] {
            let errors = Integrations::read(&block).1;
            assert!(errors.len() == 1 && errors[0].message.contains(word), "{errors:?} about {word}");
        }
    }

    #[test]
    fn secrets_are_known() {
        let secrets = integrations().secrets();
        let texts: Vec<&str> = secrets.iter().map(|it| it.expose()).collect();
        assert_eq!(texts, ["sv=1&sig=a%2Bb", "a+b"]);
    }
}
