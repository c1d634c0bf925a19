//! `SqlError`: why a query gives no rows, without anything secret.

/// Why a query gives no rows. It names neither the address of a database nor its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlError {
    /// What is wrong, as the end of a sentence.
    pub message: String,
}

impl SqlError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// Returns the same error with stars where a secret would be.
    pub(super) fn without(self, secret: &str) -> Self {
        match secret.is_empty() {
            true => self,
            false => Self { message: self.message.replace(secret, "***") },
        }
    }
}

impl std::fmt::Display for SqlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SqlError {}
