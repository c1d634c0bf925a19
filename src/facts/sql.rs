//! A query to a database, which only reads.

#[cfg(feature = "sql")]
use serde_json::Value as Json;

use super::failures::Failed;
use super::question::{Question, Reply};
use crate::plugins::source::SqlFetch;

/// Asks the database.
#[cfg(not(feature = "sql"))]
pub(super) fn query(_: &mut Question<'_>, _: &SqlFetch) -> Result<Reply, Failed> {
    Err(Failed::Because("this build of Callboard reads no databases".to_owned()))
}

/// Asks the database.
#[cfg(feature = "sql")]
pub(super) fn query(question: &mut Question<'_>, fetch: &SqlFetch) -> Result<Reply, Failed> {
    let scope = question.scope();
    let parameters = fetch
        .parameters
        .iter()
        .map(|code| serde_json::to_value(question.evaluate(*code, &scope)).unwrap_or_default())
        .collect();
    let query = crate::sources::sql::Query {
        sql: fetch.query.clone(),
        parameters,
        rows_max: fetch.rows_max,
        timeout_ms_max: fetch.timeout_ms_max,
    };
    if let Some(file) = fetch.sqlite {
        let written = question.text(file, &scope);
        if !written.is_empty() || fetch.postgres.is_none() {
            return with_database::of_file(question, &written, &query);
        }
    }
    let address = fetch.postgres.ok_or(Failed::Missing)?;
    with_database::of_server(question, address, &query)
}

#[cfg(feature = "sql")]
mod with_database {
    //! The two kinds of databases.

    use std::net::{SocketAddr, ToSocketAddrs as _};

    use super::{Failed, Json, Question, Reply};
    use crate::facts::{failures, file};
    use crate::plugins::CodeId;
    use crate::plugins::engine::secret_of;
    use crate::plugins::source::Origin;
    use crate::sources::sql::{Certificates, Query, postgres, sqlite_content};

    pub(super) fn of_file(
        question: &mut Question<'_>,
        written: &str,
        query: &Query,
    ) -> Result<Reply, Failed> {
        if written.is_empty() {
            return Err(Failed::Missing);
        }
        let scope = question.scope();
        let place = file::place(question, written, Origin::Site)?;
        file::allowed(question, written, &place, Origin::Site, &scope)?;
        let content = question.outside.reader.read(&place.path)?;
        let rows = sqlite_content(&content, query).map_err(|error| error.to_string())?;
        Ok(Reply::of(Json::Array(rows)))
    }

    pub(super) fn of_server(
        question: &mut Question<'_>,
        address: CodeId,
        query: &Query,
    ) -> Result<Reply, Failed> {
        let scope = question.secret_scope();
        // Only the operator knows the address, which holds a password: it comes from a secret or not at all.
        let secret = secret_of(&question.evaluate(address, &scope));
        let secret = secret.filter(|it| !it.is_empty()).ok_or_else(|| {
            "the address of the database is no secret of the configuration, or is not set".to_owned()
        })?;
        let parameters = serde_json::to_string(&query.parameters).unwrap_or_default();
        let digest = blake3::hash(format!("{}\n{parameters}", query.sql).as_bytes()).to_hex();
        let name = format!("sql {}/{} {digest}", question.plugin.id, question.source.name);
        let environment = question.outside.environment;
        let ask = || {
            // An answer of the cache needs none.
            let certificates = Certificates::load(environment);
            let rows =
                postgres(&secret, query, &certificates, &resolve).map_err(|error| error.to_string())?;
            Ok(Json::Array(rows).to_string().into_bytes())
        };
        let asker = question.outside.asker.ok_or_else(|| "nothing is asked in this run".to_owned())?;
        let answer = asker.query(&name, question.source.policy.ttl_s, &ask);
        let answer = answer.map_err(|error| failures::meaning(&error, &question.source.policy))?;
        let body = serde_json::from_slice(&answer.body).map_err(|_| "the cache lost it".to_owned())?;
        let mut reply = Reply::default();
        reply.add(&answer, body);
        Ok(reply)
    }

    /// The operator wrote the host, by its exact name, so that it may be at a private address.
    fn resolve(host: &str, port: u16) -> Result<SocketAddr, String> {
        let mut found =
            (host, port).to_socket_addrs().map_err(|_| format!("the host `{host}` is not known"))?;
        found.next().ok_or_else(|| format!("the host `{host}` is not known"))
    }
}
