//! A query to PostgreSQL.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Column, Config, Connection, Error, NoTls, Transaction};

use super::parameter::Parameter;
use super::postgres_stream::{BoundedSocket, Encrypting};
use super::{BYTES_MAX, Certificates, PostgresAddress, Query, Rows, SqlError, check_columns, too_large};
use crate::sources::Secret;

/// How many rows are asked for at once.
const BATCH: i32 = 500;

/// How many digits a number has at most that is exact in JSON.
const DIGITS_MAX: usize = 15;

/// Says whether a host may be asked, and at which address: whoever calls resolves names and guards addresses.
pub type Allow<'a> = dyn Fn(&str, u16) -> Result<SocketAddr, String> + 'a;

/// Runs a query in a transaction that reads alone, and gives its rows.
///
/// # Errors
/// When the host is not allowed or does not answer, when the statement does not parse or does anything but read, or
/// beyond a bound. No error holds the password.
pub fn postgres(
    address: &Secret,
    query: &Query,
    certificates: &Certificates,
    allow: &Allow<'_>,
) -> Result<Vec<Value>, SqlError> {
    let statement = query.statement()?;
    let address = PostgresAddress::parse(address)?;
    let socket = allow(&address.host, address.port).map_err(SqlError::new)?;
    let asking = Asking { address: &address, socket, query, statement, certificates };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| SqlError::new(error.to_string()))?;
    let longest = Duration::from_millis(query.timeout_ms_max);
    let answer = runtime.block_on(async { timeout(longest, asking.rows()).await });
    let rows = answer.unwrap_or_else(|_| Err(query.too_slow()));
    // What is still open is closed with the runtime, without waiting for it.
    runtime.shutdown_background();
    rows.map(|it| it.rows).map_err(|error| error.without(address.password.expose()))
}

/// All that a query needs.
struct Asking<'a> {
    address: &'a PostgresAddress,
    socket: SocketAddr,
    query: &'a Query,
    statement: &'a str,
    certificates: &'a Certificates,
}

impl Asking<'_> {
    async fn rows(&self) -> Result<Rows, SqlError> {
        let socket = TcpStream::connect(self.socket)
            .await
            .map_err(|error| SqlError::new(format!("the database does not answer: {error}")))?;
        // Half as much again as the rows may have, for what is around them.
        let (socket, spent) = BoundedSocket::new(socket, BYTES_MAX + BYTES_MAX / 2);
        let mut config = Config::new();
        config
            .user(&self.address.user)
            .password(self.address.password.expose())
            .dbname(&self.address.database)
            .application_name("callboard");
        let mut client = if self.address.encrypted {
            let tls = Encrypting { config: self.certificates.client()?, host: self.address.host.clone() };
            let (client, connection) = config
                .ssl_mode(SslMode::Require)
                .connect_raw(socket, tls)
                .await
                .map_err(|it| self.failed(&it))?;
            drive(client, connection)
        } else {
            let (client, connection) = config
                .ssl_mode(SslMode::Disable)
                .connect_raw(socket, NoTls)
                .await
                .map_err(|it| self.failed(&it))?;
            drive(client, connection)
        };
        let rows = self.ask(&mut client).await;
        if spent.load(Ordering::Relaxed) { Err(too_large()) } else { rows }
    }

    async fn ask(&self, client: &mut Client) -> Result<Rows, SqlError> {
        let started = client.build_transaction().read_only(true).start().await;
        let transaction = started.map_err(|it| self.failed(&it))?;
        // Times are in UTC and durations as ISO 8601 has them, whatever the server is set to.
        let settings = format!(
            "SET LOCAL statement_timeout = {0}; SET LOCAL lock_timeout = {0}; SET LOCAL TimeZone = 'UTC'; \
             SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL standard_conforming_strings = on",
            self.query.timeout_ms_max.clamp(1, 3_600_000)
        );
        transaction.batch_execute(&settings).await.map_err(|it| self.failed(&it))?;
        let plain = transaction.prepare(self.statement).await.map_err(|it| self.failed(&it))?;
        check_columns(plain.columns().iter().map(Column::name))?;
        self.query.check_parameters(plain.params().len())?;
        let wrapped = wrapped(self.statement, plain.columns())?;
        let numerics: Vec<&str> =
            plain.columns().iter().filter(|it| *it.type_() == Type::NUMERIC).map(Column::name).collect();
        self.read(&transaction, &wrapped, &numerics).await
    }

    async fn read(
        &self,
        transaction: &Transaction<'_>,
        statement: &str,
        numerics: &[&str],
    ) -> Result<Rows, SqlError> {
        let statement = transaction.prepare(statement).await.map_err(|it| self.failed(&it))?;
        let parameters: Vec<Parameter<'_>> = self.query.parameters.iter().map(Parameter).collect();
        let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|it| it as _).collect();
        let portal = transaction.bind(&statement, &parameters).await.map_err(|it| self.failed(&it))?;
        let mut rows = Rows::new(self.query);
        loop {
            let batch = transaction.query_portal(&portal, BATCH).await.map_err(|it| self.failed(&it))?;
            for row in &batch {
                let text: &str = row.try_get(0).map_err(|it| self.failed(&it))?;
                rows.push(object(text, numerics)?, text.len())?;
            }
            if batch.len() < usize::try_from(BATCH).unwrap_or_default() {
                return Ok(rows);
            }
        }
    }

    fn failed(&self, error: &Error) -> SqlError {
        let Some(of_server) = error.as_db_error() else {
            let cause = std::error::Error::source(error).map(|it| format!(": {it}")).unwrap_or_default();
            return SqlError::new(format!("the connection to the database fails: {error}{cause}"));
        };
        let code = of_server.code().code();
        // Both are the statement timeout of this query.
        if matches!(code, "57014" | "55P03") {
            return self.query.too_slow();
        }
        let hint = of_server.hint().map(|it| format!("; {it}")).unwrap_or_default();
        SqlError::new(format!("PostgreSQL says: {}{hint} ({code})", of_server.message()))
    }
}

/// Lets a connection run beside the client that it belongs to.
fn drive<S, T>(client: Client, connection: Connection<S, T>) -> Client
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    tokio::spawn(connection);
    client
}

/// Puts a statement into one that gives each row as JSON. Only what gives rows can stand inside.
fn wrapped(statement: &str, columns: &[Column]) -> Result<String, SqlError> {
    let mut fields = Vec::new();
    for column in columns {
        let name = column.name();
        if matches!(*column.type_(), Type::BYTEA | Type::BYTEA_ARRAY) {
            let message =
                format!("the column `{name}` holds bytes: make them a text, as with encode({name}, 'hex')");
            return Err(SqlError::new(message));
        }
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        fields.push(match *column.type_() {
            Type::NUMERIC => format!("q.{quoted}::text AS {quoted}"),
            _ => format!("q.{quoted}"),
        });
    }
    // A line of its own, since the statement may end with a comment.
    Ok(format!(
        "SELECT row_to_json(r)::text FROM (SELECT {} FROM (\n{statement}\n) AS q) AS r",
        fields.join(", ")
    ))
}

fn object(text: &str, numerics: &[&str]) -> Result<Map<String, Value>, SqlError> {
    let mut object: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| SqlError::new(format!("a row cannot be read: {error}")))?;
    for name in numerics {
        if let Some(Value::String(text)) = object.get(*name)
            && let Some(number) = exact(text)
        {
            object.insert((*name).to_owned(), number);
        }
    }
    Ok(object)
}

/// Returns a decimal number, unless it has more digits than JSON's numbers keep.
fn exact(text: &str) -> Option<Value> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(Value::from(number));
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let number = text.parse::<f64>().ok().filter(|it| digits <= DIGITS_MAX && it.is_finite())?;
    Some(Value::from(number))
}
