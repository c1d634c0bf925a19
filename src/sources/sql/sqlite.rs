//! A query to a file of SQLite.

use std::path::Path;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, params_from_iter};
use serde_json::{Map, Number, Value};

use super::{Query, Rows, STATEMENT_MAX, SqlError, check_columns};

/// How many steps of its machine SQLite takes before the clock is looked at.
const STEPS_BETWEEN: i32 = 10_000;

/// How much memory SQLite may take in the whole program, in bytes.
const HEAP_MAX: u64 = 512 << 20;

/// What a file may hold and a statement may do.
const LIMITS: [(Limit, i32); 9] = [
    (Limit::SQLITE_LIMIT_LENGTH, 16 << 20),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, STATEMENT_MAX as i32 + 1_000),
    (Limit::SQLITE_LIMIT_COLUMN, 500),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// What an address has as it is in the path of a file.
const IN_PATH: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#').add(b' ');

/// Runs a query on a file, which nobody writes at the same time. Nothing is written beside it either: what lies in a
/// write-ahead log that was never brought in is not seen.
///
/// # Errors
/// When the file is none of SQLite, when the statement does anything but read, or beyond a bound.
pub fn sqlite(path: &Path, query: &Query) -> Result<Vec<Value>, SqlError> {
    let sql = query.statement()?;
    let connection = open(path, query)?;
    let mut statement = connection.prepare(sql).map_err(|error| failed(&error, query))?;
    check_columns(statement.column_names().into_iter())?;
    query.check_parameters(statement.parameter_count())?;
    let rows = rows(&mut statement, query)?;
    Ok(rows.rows)
}

fn open(path: &Path, query: &Query) -> Result<Connection, SqlError> {
    let path = path.to_str().ok_or_else(|| SqlError::new("the path of the database is no text"))?;
    let address = format!("file:{}?immutable=1", utf8_percent_encode(path, IN_PATH));
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(address, flags).map_err(|error| failed(&error, query))?;
    bound(&mut connection, query).map_err(|error| failed(&error, query))?;
    Ok(connection)
}

/// Takes everything from a connection but reading, for a while.
fn bound(connection: &mut Connection, query: &Query) -> rusqlite::Result<()> {
    for (limit, value) in LIMITS {
        connection.set_limit(limit, value)?;
    }
    for (config, value) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        // Misspelt columns in double quotes would be texts.
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        connection.set_db_config(config, value)?;
    }
    // What is sorted stays in memory, so that nothing is written anywhere.
    connection.execute_batch(&format!(
        "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA query_only = ON; PRAGMA cell_size_check = ON; \
         PRAGMA hard_heap_limit = {HEAP_MAX};"
    ))?;
    let (began, longest) = (Instant::now(), Duration::from_millis(query.timeout_ms_max));
    connection.progress_handler(STEPS_BETWEEN, Some(move || began.elapsed() > longest))?;
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name } if is_harmless(function_name) => Authorization::Allow,
        _ => Authorization::Deny,
    }))
}

/// Functions that reach beyond the file, or into the memory of the program.
fn is_harmless(function: &str) -> bool {
    !["load_extension", "fts3_tokenizer", "zeroblob", "randomblob"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(function))
}

fn rows(statement: &mut Statement<'_>, query: &Query) -> Result<Rows, SqlError> {
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let parameters: Vec<Cell> = query.parameters.iter().map(cell).collect();
    let mut answer = statement.query(params_from_iter(parameters)).map_err(|error| failed(&error, query))?;
    let mut rows = Rows::new(query);
    while let Some(row) = answer.next().map_err(|error| failed(&error, query))? {
        let (mut object, mut bytes) = (Map::with_capacity(names.len()), 0);
        for (at, name) in names.iter().enumerate() {
            let value = match row.get_ref(at).map_err(|error| failed(&error, query))? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::from(number),
                ValueRef::Real(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
                ValueRef::Text(text) => {
                    bytes += text.len();
                    Value::from(String::from_utf8_lossy(text))
                }
                ValueRef::Blob(_) => {
                    let message =
                        format!("the column `{name}` holds bytes: make them a text, as with hex({name})");
                    return Err(SqlError::new(message));
                }
            };
            object.insert(name.clone(), value);
        }
        rows.push(object, bytes)?;
    }
    Ok(rows)
}

/// Returns a value as SQLite has it. It knows no flags: they are 1 and 0.
fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(flag) => Cell::Integer(i64::from(*flag)),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Cell::Integer(number),
            (None, Some(number)) => Cell::Real(number),
            (None, None) => Cell::Null,
        },
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => Cell::Text(value.to_string()),
    }
}

fn failed(error: &rusqlite::Error, query: &Query) -> SqlError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => query.too_slow(),
        Some(ErrorCode::AuthorizationForStatementDenied) => {
            SqlError::new("the statement does more than read, or calls a function that is not allowed")
        }
        Some(ErrorCode::NotADatabase) => SqlError::new("the file is no database of SQLite"),
        Some(ErrorCode::CannotOpen) => SqlError::new("the database cannot be opened"),
        Some(ErrorCode::OutOfMemory) => {
            SqlError::new(format!("it needs more than {} MiB of memory", HEAP_MAX >> 20))
        }
        _ => match error {
            rusqlite::Error::MultipleStatement => SqlError::new("there is more than one statement"),
            // That of the crate adds the whole statement.
            rusqlite::Error::SqlInputError { msg, .. } => SqlError::new(format!("SQLite says: {msg}")),
            rusqlite::Error::SqliteFailure(_, Some(message)) => {
                SqlError::new(format!("SQLite says: {message}"))
            }
            other => SqlError::new(format!("SQLite says: {other}")),
        },
    }
}

/// Runs a query on the content of a database file, wherever that was read.
///
/// # Errors
/// As [`sqlite`], and when the disk refuses a file for the time of the query.
pub fn sqlite_content(content: &[u8], query: &Query) -> Result<Vec<Value>, SqlError> {
    let refused = |error: std::io::Error| SqlError::new(format!("the disk refuses a file: {}", error.kind()));
    let mut file = tempfile::NamedTempFile::new().map_err(refused)?;
    std::io::Write::write_all(&mut file, content).map_err(refused)?;
    sqlite(file.path(), query)
}
