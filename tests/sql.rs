//! Queries of plugins to a file of SQLite and to a PostgreSQL server that the test starts.

#![cfg(feature = "sql")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

#[path = "sql/postgres_server.rs"]
mod postgres_server;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use callboard::sources::Secret;
use callboard::sources::sql::{Certificates, Query, postgres, sqlite};
use postgres_server::{PASSWORD, PostgresServer};
use serde_json::{Value, json};

fn query(sql: &str, parameters: &[Value]) -> Query {
    Query { sql: sql.to_owned(), parameters: parameters.to_vec(), rows_max: 100, timeout_ms_max: 20_000 }
}

/// A file of SQLite with a table of ferries.
fn ferries() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a %?#.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE ferry (name TEXT, length REAL, built INTEGER, photo BLOB);
             INSERT INTO ferry VALUES ('Anna', 80.5, 1990, NULL), ('Berta', NULL, 2004, x'00ff'), ('Cæsar', 1e400, NULL, NULL);
             CREATE VIEW old AS SELECT * FROM ferry WHERE built < 2000;",
        )
        .unwrap();
    (folder, path)
}

#[test]
fn sqlite_gives_rows() {
    let (folder, path) = ferries();
    let ask = |sql: &str, parameters: &[Value]| sqlite(&path, &query(sql, parameters));
    assert_eq!(
        ask("SELECT name, length, built FROM ferry ORDER BY name; -- all", &[]),
        Ok(vec![
            json!({"name": "Anna", "length": 80.5, "built": 1990}),
            json!({"name": "Berta", "length": null, "built": 2004}),
            json!({"name": "Cæsar", "length": null, "built": null}),
        ])
    );
    let by_number =
        ask("SELECT name FROM ferry WHERE built = ?1 OR name = ?2", &[json!(2004), json!("Anna' --")]);
    assert_eq!(by_number, Ok(vec![json!({"name": "Berta"})]));
    let listed = ask("SELECT value AS v FROM json_each(?1)", &[json!([1, "x", true])]);
    assert_eq!(listed, Ok(vec![json!({"v": 1}), json!({"v": "x"}), json!({"v": 1})]));
    assert_eq!(
        ask("SELECT count(*) AS n, upper('é') AS u FROM old", &[]),
        Ok(vec![json!({"n": 1, "u": "é"})])
    );
    let counting = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) AS s FROM n";
    assert_eq!(ask(counting, &[]), Ok(vec![json!({"s": 6})]));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing is written beside the file");
}

#[test]
fn sqlite_only_reads() {
    let (folder, path) = ferries();
    let before = std::fs::read(&path).unwrap();
    let other = folder.path().join("other.db");
    for sql in [
        "DELETE FROM ferry",
        "INSERT INTO ferry (name) VALUES ('x') RETURNING name",
        "CREATE TEMP TABLE t AS SELECT 1",
        "DROP VIEW old",
        &format!("ATTACH '{}' AS o", other.display()),
        &format!("VACUUM INTO '{}'", other.display()),
        "PRAGMA journal_mode = DELETE",
        "PRAGMA query_only = OFF",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('x')",
        "SELECT fts3_tokenizer('simple') AS t",
        "SELECT length(zeroblob(900000000)) AS n",
        "BEGIN",
        "EXPLAIN DELETE FROM ferry",
        "REINDEX",
        "ANALYZE",
    ] {
        let error = sqlite(&path, &query(sql, &[])).unwrap_err();
        assert!(!error.message.contains(folder.path().to_str().unwrap()), "{sql}: {error}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(!other.exists());
}

#[test]
fn sqlite_says_what_is_wrong() {
    let (folder, path) = ferries();
    for (sql, parameters, wanted) in [
        ("", vec![], "there is no statement"),
        ("SELECT 1 AS a; SELECT 2 AS b", vec![], "there is more than one statement"),
        ("SELECT nme FROM ferry", vec![], "SQLite says: no such column: nme"),
        (
            "SELECT \"nme\" FROM ferry",
            vec![],
            "SQLite says: no such column: \"nme\" - should this be a string literal in single-quotes?",
        ),
        ("SELECT 1, 1 AS \"1\"", vec![], "two columns are named `1`: name one with AS"),
        ("SELECT ?1 AS a", vec![], "the statement has 1 parameters, and 0 values are given"),
        (
            "SELECT photo FROM ferry",
            vec![],
            "the column `photo` holds bytes: make them a text, as with hex(photo)",
        ),
        (
            "DROP TABLE ferry",
            vec![],
            "the statement does more than read, or calls a function that is not allowed",
        ),
        (
            "SELECT value FROM json_each(?1)",
            vec![json!(vec![0; 101])],
            "it gives more than 100 rows: narrow it, or add a LIMIT",
        ),
    ] {
        assert_eq!(sqlite(&path, &query(sql, &parameters)).unwrap_err().message, wanted, "{sql}");
    }
    let text = folder.path().join("text.db");
    std::fs::write(&text, "x".repeat(5_000)).unwrap();
    assert_eq!(
        sqlite(&text, &query("SELECT 1 AS a FROM sqlite_schema", &[])).unwrap_err().message,
        "the file is no database of SQLite"
    );
    let missing = folder.path().join("missing.db");
    assert_eq!(
        sqlite(&missing, &query("SELECT 1 AS a", &[])).unwrap_err().message,
        "the database cannot be opened"
    );
}

#[test]
fn sqlite_is_bounded() {
    let (_folder, path) = ferries();
    let endless =
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS m FROM n";
    let began = Instant::now();
    let slow = Query { timeout_ms_max: 200, ..query(endless, &[]) };
    assert_eq!(sqlite(&path, &slow).unwrap_err().message, "it takes longer than 200 ms");
    assert!(began.elapsed() < Duration::from_secs(10));
    let large = "SELECT replace(hex('aaaaaaaaaaaaaaaa'), '61', ?1) AS a";
    let error = sqlite(&path, &query(large, &[json!("x".repeat(2 << 20))])).unwrap_err();
    assert_eq!(error.message, "SQLite says: string or blob too big");
    let many = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20) SELECT ?1 || i AS a FROM n";
    let error = sqlite(&path, &query(many, &[json!("x".repeat(2 << 20))])).unwrap_err();
    assert_eq!(error.message, "it gives more than 32 MiB");
}

/// Files that are broken in any place give rows or an error.
#[test]
fn a_broken_file_does_no_harm() {
    let (folder, path) = ferries();
    let good = std::fs::read(&path).unwrap();
    let broken = folder.path().join("broken.db");
    for at in (0..good.len()).step_by(113) {
        for byte in [0x00, 0x01, 0x7f, 0xff] {
            let mut bytes = good.clone();
            bytes[at] = byte;
            std::fs::write(&broken, &bytes).unwrap();
            let _ = sqlite(&broken, &query("SELECT name, length, built FROM ferry ORDER BY name", &[]));
            let _ = sqlite(&broken, &query("SELECT * FROM old", &[]));
        }
    }
}

/// Everything about PostgreSQL in one test, so that one server is enough.
#[test]
fn postgres_gives_rows_and_only_reads() {
    let server = PostgresServer::start();
    let trusted = BTreeMap::from([("SSL_CERT_FILE".to_owned(), server.authority().display().to_string())]);
    let database = Database { certificates: Certificates::load(&trusted), server };
    database.execute(
        "CREATE TYPE deck AS ENUM ('upper', 'lower');
         CREATE TABLE ferry (id int PRIMARY KEY, name text, at deck);
         INSERT INTO ferry VALUES (1, 'Anna', 'upper'), (2, 'Berta', NULL);
         CREATE FUNCTION sink() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM ferry; RETURN 1; END $$;",
    );
    gives_rows_of_all_types(&database);
    takes_parameters(&database);
    only_reads(&database);
    says_what_is_wrong(&database);
    is_bounded(&database);
    asks_whom_it_may(&database);
}

struct Database {
    server: PostgresServer,
    certificates: Certificates,
}

impl Database {
    fn ask(&self, query: &Query) -> Result<Vec<Value>, String> {
        self.ask_at(&self.server.address("localhost", "sslmode=require"), query)
    }

    fn ask_at(&self, address: &str, query: &Query) -> Result<Vec<Value>, String> {
        let allow = |_: &str, port: u16| Ok(SocketAddr::from(([127, 0, 0, 1], port)));
        postgres(&Secret::new(address), query, &self.certificates, &allow).map_err(|it| it.message)
    }

    /// Runs statements as the owner of the server.
    fn execute(&self, sql: &str) {
        self.server.execute(sql);
    }
}

fn gives_rows_of_all_types(database: &Database) {
    let sql = "SELECT NULL::int AS nothing, true AS flag, 7::smallint AS small, 9007199254740993 AS big, 1.5::float4 AS real,
        'NaN'::float8 AS nan, 12.50::numeric(10,2) AS price, 12345678901234567890.5 AS exact, 'é\"'::varchar AS word, 'c'::char(3) AS c,
        date '2024-04-01' AS day, timestamp '2024-04-01 10:00' AS local, timestamptz '2024-04-01 10:00+02' AS instant,
        time '10:30' AS clock, interval '1 hour 5 min' AS length, '{\"a\": [1]}'::jsonb AS doc, '[]'::json AS list,
        '00000000-0000-0000-0000-00000000000a'::uuid AS id, ARRAY[1,2] AS numbers, ARRAY['a', NULL] AS words,
        'upper'::deck AS deck, '10.0.0.1'::inet AS host, row(1, 'x') AS pair, 1 AS \"odd \"\"name\" -- and a comment";
    let wanted = json!({"nothing": null, "flag": true, "small": 7, "big": 9_007_199_254_740_993_i64, "real": 1.5, "nan": "NaN",
        "price": 12.5, "exact": "12345678901234567890.5", "word": "é\"", "c": "c  ", "day": "2024-04-01",
        "local": "2024-04-01T10:00:00", "instant": "2024-04-01T08:00:00+00:00", "clock": "10:30:00", "length": "PT1H5M",
        "doc": {"a": [1]}, "list": [], "id": "00000000-0000-0000-0000-00000000000a", "numbers": [1, 2], "words": ["a", null],
        "deck": "upper", "host": "10.0.0.1", "pair": {"f1": 1, "f2": "x"}, "odd \"name": 1});
    assert_eq!(database.ask(&query(sql, &[])), Ok(vec![wanted]));
    let ordered = Query {
        rows_max: 2_000,
        ..query("SELECT i FROM generate_series(1, 1500) AS i ORDER BY i DESC;", &[])
    };
    let rows = database.ask(&ordered).unwrap();
    assert_eq!((rows.len(), &rows[0], &rows[1_499]), (1_500, &json!({"i": 1_500}), &json!({"i": 1})));
    assert_eq!(database.ask(&query("SELECT * FROM ferry WHERE false", &[])), Ok(vec![]));
    assert_eq!(database.ask(&query("TABLE ferry", &[])).unwrap().len(), 2);
    assert_eq!(database.ask(&query("VALUES (1, 'x')", &[])), Ok(vec![json!({"column1": 1, "column2": "x"})]));
}

fn takes_parameters(database: &Database) {
    let by_id = query("SELECT name FROM ferry WHERE id = $1 AND name = $2", &[json!(1), json!("Anna")]);
    assert_eq!(database.ask(&by_id), Ok(vec![json!({"name": "Anna"})]));
    let hostile = query("SELECT name FROM ferry WHERE name = $1", &[json!("'; DROP TABLE ferry; --")]);
    assert_eq!(database.ask(&hostile), Ok(vec![]));
    let listed = query(
        "SELECT id FROM ferry WHERE name = ANY($1) ORDER BY id",
        &[json!(["Anna", "Ber\"ta\\", "Berta"])],
    );
    assert_eq!(database.ask(&listed), Ok(vec![json!({"id": 1}), json!({"id": 2})]));
    let sql = "SELECT $1::timestamptz AS t, $2::jsonb -> 'a' AS a, $3::boolean AS b, $4::numeric AS n, $5::int AS none, $6::deck AS deck";
    let values = [json!("2024-04-01"), json!({"a": 1}), json!(true), json!(0.1), Value::Null, json!("lower")];
    let wanted =
        json!({"t": "2024-04-01T00:00:00+00:00", "a": 1, "b": true, "n": 0.1, "none": null, "deck": "lower"});
    assert_eq!(database.ask(&query(sql, &values)), Ok(vec![wanted]));
    let wrong = database.ask(&query("SELECT 1 AS a WHERE 1 = $1", &[json!("x")])).unwrap_err();
    assert_eq!(wrong, "PostgreSQL says: invalid input syntax for type integer: \"x\" (22P02)");
}

fn only_reads(database: &Database) {
    for sql in [
        "DELETE FROM ferry",
        "DELETE FROM ferry RETURNING id",
        "WITH gone AS (DELETE FROM ferry RETURNING id) SELECT * FROM gone",
        "CREATE TABLE other (id int)",
        "SELECT 1 AS a; DELETE FROM ferry",
        "COMMIT",
        "COMMIT; DELETE FROM ferry",
        "SET TRANSACTION READ WRITE",
        "SELECT sink() AS s",
        "SELECT set_config('transaction_read_only', 'off', true) AS s, sink() AS t",
        "SELECT 1) AS q) AS r; DELETE FROM ferry; --",
        "SELECT id INTO other FROM ferry",
        "SELECT id FROM ferry FOR UPDATE",
        "COPY ferry TO STDOUT",
        "LISTEN x",
        "DO $$ BEGIN DELETE FROM ferry; END $$",
        "EXPLAIN ANALYZE DELETE FROM ferry",
        "SHOW server_version",
    ] {
        assert!(database.ask(&query(sql, &[])).is_err(), "{sql}");
    }
    let left = database.ask(&query("SELECT count(*) AS n FROM ferry", &[]));
    assert_eq!(left, Ok(vec![json!({"n": 2})]));
}

fn says_what_is_wrong(database: &Database) {
    for (sql, wanted) in [
        (
            "SELECT nme FROM ferry",
            "PostgreSQL says: column \"nme\" does not exist; Perhaps you meant to reference the column \"ferry.name\". (42703)",
        ),
        ("SELECT 1 AS a, 2 AS a", "two columns are named `a`: name one with AS"),
        ("SELECT 'x'::bytea AS b", "the column `b` holds bytes: make them a text, as with encode(b, 'hex')"),
        ("SELECT $1::int AS a", "the statement has 1 parameters, and 0 values are given"),
        (
            "SELECT i FROM generate_series(1, 101) AS i",
            "it gives more than 100 rows: narrow it, or add a LIMIT",
        ),
        ("DELETE FROM ferry", "the statement gives no rows: only what reads is run"),
    ] {
        assert_eq!(database.ask(&query(sql, &[])).unwrap_err(), wanted);
    }
}

fn is_bounded(database: &Database) {
    let began = Instant::now();
    let slow = Query { timeout_ms_max: 500, ..query("SELECT pg_sleep(60)::text AS a", &[]) };
    assert_eq!(database.ask(&slow).unwrap_err(), "it takes longer than 500 ms");
    assert!(began.elapsed() < Duration::from_secs(10));
    let large = "SELECT repeat('x', 200000000) AS a";
    assert_eq!(database.ask(&query(large, &[])).unwrap_err(), "it gives more than 32 MiB");
    let many = "SELECT repeat('x', 1000000) AS a FROM generate_series(1, 40)";
    assert_eq!(database.ask(&query(many, &[])).unwrap_err(), "it gives more than 32 MiB");
}

fn asks_whom_it_may(database: &Database) {
    let one = query("SELECT 1 AS a", &[]);
    let server = &database.server;
    let refused = Cell::new(None);
    let refuse = |host: &str, port: u16| {
        refused.set(Some((host.to_owned(), port)));
        Err("the host is not granted".to_owned())
    };
    let address = Secret::new(server.address("db.example", ""));
    let error = postgres(&address, &one, &database.certificates, &refuse).unwrap_err();
    assert_eq!(error.message, "the host is not granted");
    assert_eq!(refused.take(), Some(("db.example".to_owned(), server.port())));
    // The certificate is for `localhost` alone, and for nobody who does not know the authority.
    let error = database.ask_at(&server.address("db.example", ""), &one).unwrap_err();
    assert!(error.contains("certificate"), "{error}");
    let stranger = Database { certificates: Certificates::load(&BTreeMap::new()), server: server.again() };
    assert!(stranger.ask(&one).unwrap_err().contains("certificate"));
    assert_eq!(database.ask_at(&server.address("localhost", "sslmode=disable"), &one).unwrap().len(), 1);
    let wrong = server.address("localhost", "").replace(PASSWORD, "wrong-password");
    let error = database.ask_at(&wrong, &one).unwrap_err();
    assert_eq!(error, "PostgreSQL says: password authentication failed for user \"reader\" (28P01)");
    let echoed = query(&format!("SELECT '{PASSWORD}'::int AS a"), &[]);
    let error = database.ask(&echoed).unwrap_err();
    assert!(error.contains("\"***\"") && !error.contains(PASSWORD), "{error}");
    let nobody = database.ask_at("postgres://reader:hunter2hunter2@127.0.0.1:1/x", &one).unwrap_err();
    assert!(nobody.starts_with("the database does not answer") && !nobody.contains("hunter2"), "{nobody}");
}
