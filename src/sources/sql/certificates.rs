//! `Certificates`: the roots that the certificate of a database is judged by.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

use super::SqlError;
use crate::sources::remote::trusted_certificates;

/// What an encrypted connection to a database trusts. Loading it takes a while: one is enough for a run.
#[derive(Clone, Debug)]
pub struct Certificates {
    roots: Arc<RootCertStore>,
}

impl Certificates {
    /// Returns what the machine trusts, and what the usual variables of the environment add.
    pub fn load(environment: &BTreeMap<String, String>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(trusted_certificates(environment));
        Self { roots: Arc::new(roots) }
    }

    /// Returns the settings of a connection.
    pub(super) fn client(&self) -> Result<Arc<ClientConfig>, SqlError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| SqlError::new(error.to_string()))?;
        Ok(Arc::new(versions.with_root_certificates(Arc::clone(&self.roots)).with_no_client_auth()))
    }
}
