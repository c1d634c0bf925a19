//! A query of a plugin to rows: SQLite and PostgreSQL, where it can read and do nothing else.

mod certificates;
mod parameter;
mod postgres;
mod postgres_address;
mod postgres_stream;
mod sql_error;
mod sqlite;

use serde_json::Value;

pub use certificates::Certificates;
pub use postgres::{Allow, postgres};
pub use postgres_address::PostgresAddress;
pub use sql_error::SqlError;
pub use sqlite::{sqlite, sqlite_content};

/// How many cells an answer may have.
const CELLS_MAX: usize = 1_000_000;

/// How many bytes the texts of an answer may have.
const BYTES_MAX: usize = 32 << 20;

/// How long a statement may be, in bytes.
const STATEMENT_MAX: usize = 100_000;

/// One statement that reads, and its bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The statement; `?1` are its parameters in SQLite, and `$1` in PostgreSQL.
    pub sql: String,
    /// The values of the parameters, in their order. Lists and objects are JSON, or arrays where PostgreSQL wants one.
    pub parameters: Vec<Value>,
    /// How many rows there may be; more are an error.
    pub rows_max: usize,
    /// How long it may take from connecting to the last row, in milliseconds.
    pub timeout_ms_max: u64,
}

impl Query {
    /// Returns the statement without the semicolon at its end.
    fn statement(&self) -> Result<&str, SqlError> {
        if self.sql.len() > STATEMENT_MAX {
            return Err(SqlError::new(format!("a statement has at most {STATEMENT_MAX} bytes")));
        }
        let statement = self.sql.trim().trim_end_matches(';').trim_end();
        match statement.is_empty() {
            true => Err(SqlError::new("there is no statement")),
            false => Ok(statement),
        }
    }

    /// Checks that there is a value for each parameter.
    fn check_parameters(&self, wanted: usize) -> Result<(), SqlError> {
        let given = self.parameters.len();
        match given == wanted {
            true => Ok(()),
            false => Err(SqlError::new(format!(
                "the statement has {wanted} parameters, and {given} values are given"
            ))),
        }
    }

    fn too_slow(&self) -> SqlError {
        SqlError::new(format!("it takes longer than {} ms", self.timeout_ms_max))
    }
}

/// The rows of an answer, within their bounds.
struct Rows {
    rows: Vec<Value>,
    cells: usize,
    bytes: usize,
    rows_max: usize,
}

impl Rows {
    fn new(query: &Query) -> Self {
        Self { rows: Vec::new(), cells: 0, bytes: 0, rows_max: query.rows_max }
    }

    /// Adds a row whose texts have so many bytes.
    fn push(&mut self, row: serde_json::Map<String, Value>, bytes: usize) -> Result<(), SqlError> {
        if self.rows.len() == self.rows_max {
            return Err(SqlError::new(format!(
                "it gives more than {} rows: narrow it, or add a LIMIT",
                self.rows_max
            )));
        }
        self.cells = self.cells.saturating_add(row.len() + 1);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.cells > CELLS_MAX {
            return Err(SqlError::new(format!("it gives more than {CELLS_MAX} cells")));
        }
        if self.bytes > BYTES_MAX {
            return Err(too_large());
        }
        self.rows.push(Value::Object(row));
        Ok(())
    }
}

fn too_large() -> SqlError {
    SqlError::new(format!("it gives more than {} MiB", BYTES_MAX >> 20))
}

/// Checks the names of the columns, which become keys.
fn check_columns<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), SqlError> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(SqlError::new(format!("two columns are named `{name}`: name one with AS")));
        }
    }
    match seen.is_empty() {
        true => Err(SqlError::new("the statement gives no rows: only what reads is run")),
        false => Ok(()),
    }
}
