//! `PostgresAddress`: the address of a PostgreSQL database, taken apart.

use percent_encoding::percent_decode_str;
use url::Url;

use super::SqlError;
use crate::sources::Secret;

/// The port of PostgreSQL.
const PORT: u16 = 5_432;

/// Where a database is and who asks, as in `postgres://user:password@host:5432/database?sslmode=require`.
#[derive(Clone, Debug)]
pub struct PostgresAddress {
    /// The host.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether the connection is encrypted; if so, the certificate is always checked.
    pub encrypted: bool,
    pub(super) user: String,
    pub(super) password: Secret,
    pub(super) database: String,
}

impl PostgresAddress {
    /// Takes an address apart. Without `sslmode`, the connection is encrypted unless the host is this machine.
    ///
    /// # Errors
    /// When it is no such address. The error never holds a part of it.
    pub fn parse(address: &Secret) -> Result<Self, SqlError> {
        let wrong = || {
            SqlError::new(
                "the address of the database is none: write it as `postgres://user:password@host:5432/database`",
            )
        };
        let url = Url::parse(address.expose()).map_err(|_| wrong())?;
        let host = url.host_str().filter(|it| !it.is_empty()).ok_or_else(wrong)?;
        if !matches!(url.scheme(), "postgres" | "postgresql") || host.contains(['%', ',']) {
            return Err(wrong());
        }
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let decoded =
            |text: &str| percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| wrong());
        let user = decoded(url.username())?;
        if user.is_empty() {
            return Err(wrong());
        }
        let database = decoded(url.path().trim_start_matches('/'))?;
        let mut encrypted = !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
        for (key, value) in url.query_pairs() {
            match (key.as_ref(), value.as_ref()) {
                ("sslmode", "disable") => encrypted = false,
                // Whoever asks for encryption gets a connection that nobody else can answer.
                ("sslmode", "require" | "verify-ca" | "verify-full") => encrypted = true,
                ("sslmode", "allow" | "prefer") => {}
                ("application_name" | "connect_timeout" | "target_session_attrs", _) => {}
                _ => {
                    return Err(SqlError::new(
                        "the address of the database has a parameter that is not known: `sslmode` is",
                    ));
                }
            }
        }
        Ok(Self {
            port: url.port().unwrap_or(PORT),
            encrypted,
            password: Secret::new(decoded(url.password().unwrap_or_default())?),
            database: if database.is_empty() { user.clone() } else { database },
            user,
            host,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::PostgresAddress;
    use crate::sources::Secret;

    #[test]
    fn takes_addresses_apart() {
        let read = |it: &str| PostgresAddress::parse(&Secret::new(it));
        let address = read("postgres://me:p%40ss%2F@db.example:6000/a%20b?sslmode=require").unwrap();
        assert_eq!((address.host.as_str(), address.port, address.encrypted), ("db.example", 6_000, true));
        assert_eq!((address.user.as_str(), address.database.as_str()), ("me", "a b"));
        assert_eq!(address.password.expose(), "p@ss/");
        let local = read("postgresql://me@[::1]").unwrap();
        assert_eq!((local.host.as_str(), local.port, local.encrypted), ("::1", 5_432, false));
        assert_eq!(local.database, "me");
        for (address, encrypted) in [
            ("postgres://me@db", true),
            ("postgres://me@db?sslmode=prefer", true),
            ("postgres://me@db?sslmode=disable", false),
            ("postgres://me@localhost?sslmode=verify-full", true),
        ] {
            assert_eq!(read(address).unwrap().encrypted, encrypted, "{address}");
        }
    }

    #[test]
    fn an_error_holds_nothing_of_an_address() {
        for address in [
            "postgres://me:hunter2@",
            "mysql://me:hunter2@db",
            "postgres://me:hunter2@db?options=hunter2",
            "host=db password=hunter2",
            "postgres://:hunter2@db/x",
            "postgres://me:hunter2@db:99999/x",
            "postgres://me:hunter2@a,b/x",
            "postgres://me:hunter2%ff@db/x",
        ] {
            let error = PostgresAddress::parse(&Secret::new(address)).unwrap_err();
            assert!(!error.message.contains("hunter2"), "{address}: {error}");
        }
        let address = PostgresAddress::parse(&Secret::new("postgres://me:hunter2@db/x")).unwrap();
        assert!(!format!("{address:?}").contains("hunter2"));
    }
}
