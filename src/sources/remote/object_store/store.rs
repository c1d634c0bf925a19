//! A bucket and who asks for it to the store of the crate `object_store`.

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::client::StaticCredentialProvider;
use object_store::gcp::{GcpCredential, GoogleCloudStorageBuilder};
use object_store::{ObjectStore, RetryConfig};

use super::request_door::RequestDoor;
use super::store_failure::fetch_error;
use crate::sources::integration::{Bucket, Integration, Provider, StorageKey};
use crate::sources::remote::FetchError;

/// What the environment may say of who asks S3.
const AWS: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ENDPOINT_URL_STS",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_METADATA_ENDPOINT",
];

/// Those that lead to keys. Without any, nobody asks: the metadata of a machine are asked where they are named alone.
const AWS_SOURCES: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
];

/// What the environment may say of who asks Azure.
const AZURE: &[&str] = &[
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_ACCESS_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_STORAGE_SAS_KEY",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_TENANT_ID",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_AUTHORITY_HOST",
];

/// Those that lead to keys.
const AZURE_SOURCES: &[&str] = &[
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_ACCESS_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_STORAGE_SAS_KEY",
    "AZURE_CLIENT_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
];

/// What the environment may say of who asks Google.
const GOOGLE: &[&str] = &[
    "GOOGLE_SERVICE_ACCOUNT",
    "GOOGLE_SERVICE_ACCOUNT_PATH",
    "GOOGLE_SERVICE_ACCOUNT_KEY",
    "GOOGLE_APPLICATION_CREDENTIALS",
];

type Environment = BTreeMap<String, String>;

/// Returns the store of a bucket.
///
/// # Errors
/// When the keys are no keys.
pub(super) fn store_of(
    host: &Integration,
    bucket: &Bucket,
    environment: &Environment,
    door: RequestDoor,
) -> Result<Arc<dyn ObjectStore>, FetchError> {
    let made = match host.provider {
        Provider::GoogleGcs => google(host, bucket, environment, door),
        Provider::AzureBlobStorage => azure(host, bucket, environment, door),
        _ => aws(host, bucket, environment, door),
    };
    made.map_err(|error| match fetch_error(&error) {
        // The words of the crate may hold a piece of the key.
        FetchError::WrongAnswer(_) => {
            FetchError::BadAddress("the keys of its integration are not keys".to_owned())
        }
        other => other,
    })
}

/// Our transport tries again by itself.
fn no_retries() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

/// Returns the variables that are set, with the names that the crate gives them.
fn variables<'a>(environment: &'a Environment, names: &'a [&str]) -> impl Iterator<Item = (String, &'a str)> {
    let set = |name: &&str| {
        environment.get(*name).filter(|it| !it.is_empty()).map(|it| (name.to_ascii_lowercase(), it.as_str()))
    };
    names.iter().filter_map(set)
}

fn has_any(environment: &Environment, names: &[&str]) -> bool {
    variables(environment, names).next().is_some()
}

fn aws(
    host: &Integration,
    bucket: &Bucket,
    environment: &Environment,
    door: RequestDoor,
) -> object_store::Result<Arc<dyn ObjectStore>> {
    let in_environment = variables(environment, &["AWS_REGION", "AWS_DEFAULT_REGION"]).next();
    let region = match in_environment {
        // The addresses of Amazon name their region, those of others do not.
        Some((_, region)) if !host.host.contains("amazonaws.com") => region,
        _ => bucket.region.as_str(),
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(region)
        .with_endpoint(&bucket.endpoint)
        .with_virtual_hosted_style_request(bucket.root == bucket.endpoint)
        .with_retry(no_retries())
        .with_http_connector(door);
    match &host.storage.key {
        StorageKey::Aws(id, secret) => {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret.expose());
        }
        _ if has_any(environment, AWS_SOURCES) => {
            for (name, value) in variables(environment, AWS) {
                builder = builder.with_config(name.parse::<AmazonS3ConfigKey>()?, value);
            }
        }
        _ => builder = builder.with_skip_signature(true),
    }
    Ok(Arc::new(builder.build()?))
}

fn google(
    host: &Integration,
    bucket: &Bucket,
    environment: &Environment,
    door: RequestDoor,
) -> object_store::Result<Arc<dyn ObjectStore>> {
    let mut builder = GoogleCloudStorageBuilder::new()
        .with_bucket_name(&bucket.name)
        .with_retry(no_retries())
        .with_http_connector(door);
    match &host.storage.key {
        StorageKey::Google(email, secret) => {
            let key = serde_json::json!({
                "client_email": email,
                "private_key": secret.expose(),
                "private_key_id": "",
            });
            builder = builder.with_service_account_key(key.to_string());
        }
        _ if has_any(environment, GOOGLE) => {
            for (name, value) in variables(environment, GOOGLE) {
                builder = builder.with_config(name.parse()?, value);
            }
        }
        _ => {
            // Else the crate looks into the home folder and asks the metadata of the machine.
            let nobody = StaticCredentialProvider::new(GcpCredential { bearer: String::new() });
            builder = builder.with_credentials(Arc::new(nobody)).with_skip_signature(true);
        }
    }
    Ok(Arc::new(builder.build()?))
}

fn azure(
    host: &Integration,
    bucket: &Bucket,
    environment: &Environment,
    door: RequestDoor,
) -> object_store::Result<Arc<dyn ObjectStore>> {
    let mut builder = MicrosoftAzureBuilder::new()
        .with_account(&bucket.account)
        .with_container_name(&bucket.name)
        .with_endpoint(bucket.endpoint.clone())
        .with_retry(no_retries())
        .with_http_connector(door);
    // A key of the environment is for one account, and a shared access signature would be shown to whoever runs another.
    let account = environment.get("AZURE_STORAGE_ACCOUNT_NAME");
    let is_own = host.storage.account.is_some() || account == Some(&bucket.account);
    match &host.storage.key {
        StorageKey::AzureAccount(secret) => builder = builder.with_access_key(secret.expose()),
        StorageKey::AzureSas(secret) => {
            builder = builder.with_config(AzureConfigKey::SasKey, secret.expose());
        }
        StorageKey::AzureApplication(tenant, client, secret) => {
            builder = builder.with_client_secret_authorization(client, secret.expose(), tenant);
        }
        _ if is_own && has_any(environment, AZURE_SOURCES) => {
            for (name, value) in variables(environment, AZURE) {
                builder = builder.with_config(name.parse::<AzureConfigKey>()?, value);
            }
        }
        _ => builder = builder.with_skip_signature(true),
    }
    Ok(Arc::new(builder.build()?))
}
