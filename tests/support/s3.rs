//! A server on loopback that speaks as much of S3 as reading and keeping objects takes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The key that the server lets in.
pub const KEY_ID: &str = "winch-key";

/// The most keys of a page, as at Amazon.
const PAGE: usize = 1_000;

/// Objects by `/bucket/key`, and what was asked.
#[derive(Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    asked: Vec<String>,
}

/// A server with one bucket after another; a request that nobody has signed is refused.
#[derive(Clone)]
pub struct S3 {
    address: String,
    state: Arc<Mutex<State>>,
}

struct Asked {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl S3 {
    /// Starts a server, which ends with the test.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { address, state: Arc::default() };
        let state = Arc::clone(&server.state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&state);
                thread::spawn(move || while serve(&stream, &state).is_some() {});
            }
        });
        server
    }

    /// Returns the address of the server.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Puts an object at `/bucket/key`.
    pub fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.state.lock().unwrap().objects.insert(path.to_owned(), bytes.into());
    }

    /// Returns the paths of all objects, sorted.
    pub fn paths(&self) -> Vec<String> {
        self.state.lock().unwrap().objects.keys().cloned().collect()
    }

    /// Returns what was asked since the last time, as `GET /bucket/key 200`.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) -> Option<()> {
    let asked = read(&mut BufReader::new(stream))?;
    let (status, headers, body) = answer(&asked, &mut state.lock().unwrap());
    let list = if asked.query.contains_key("list-type") { "?list" } else { "" };
    state.lock().unwrap().asked.push(format!("{} {}{list} {status}", asked.method, asked.path));
    let mut text = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut out = stream;
    out.write_all(format!("{text}\r\n").as_bytes()).ok()?;
    if asked.method != "HEAD" {
        out.write_all(&body).ok()?;
    }
    Some(())
}

fn read(stream: &mut BufReader<&TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|it| *it > 0)?;
    let mut parts = line.split_whitespace();
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let url = url::Url::parse(&format!("http://s3.example{target}")).ok()?;
    let path = percent_encoding::percent_decode_str(url.path()).decode_utf8().ok()?.into_owned();
    let query = url.query_pairs().into_owned().collect();
    Some(Asked { method, path, query, headers, body })
}

type Answer = (u16, Vec<(&'static str, String)>, Vec<u8>);

fn answer(asked: &Asked, state: &mut State) -> Answer {
    let signed = asked.headers.get("authorization").is_some_and(|it| {
        it.starts_with(&format!("AWS4-HMAC-SHA256 Credential={KEY_ID}/")) && it.contains("Signature=")
    });
    if !signed || !asked.headers.contains_key("x-amz-date") {
        return (403, Vec::new(), b"<Error><Code>AccessDenied</Code></Error>".to_vec());
    }
    let tag = |it: &[u8]| format!("\"{}\"", blake3::hash(it).to_hex());
    match asked.method.as_str() {
        "PUT" => {
            state.objects.insert(asked.path.clone(), asked.body.clone());
            (200, vec![("etag", tag(&asked.body))], Vec::new())
        }
        _ if asked.query.contains_key("list-type") => (200, Vec::new(), list(asked, state).into_bytes()),
        _ => match state.objects.get(&asked.path) {
            None => (404, Vec::new(), b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
            Some(object) => {
                let modified = ("last-modified", "Fri, 02 Jan 2026 03:04:05 GMT".to_owned());
                let headers = vec![("etag", tag(object)), modified];
                match asked.headers.get("if-none-match").is_some_and(|it| *it == tag(object)) {
                    true => (304, headers, Vec::new()),
                    false => (200, headers, object.clone()),
                }
            }
        },
    }
}

/// Returns a page of a list: the keys after the token, at most a thousand.
fn list(asked: &Asked, state: &State) -> String {
    let bucket = format!("/{}/", asked.path.trim_matches('/'));
    let prefix = format!("{bucket}{}", asked.query.get("prefix").map_or("", String::as_str));
    let after = asked.query.get("continuation-token").cloned().unwrap_or_default();
    let mut keys = state.objects.iter().filter(|(path, _)| path.starts_with(&prefix) && **path > after);
    let page: Vec<_> = keys.by_ref().take(PAGE).collect();
    let more = keys.next().is_some();
    let mut text = format!("<ListBucketResult><IsTruncated>{more}</IsTruncated>");
    if let Some((last, _)) = page.last().filter(|_| more) {
        text.push_str(&format!("<NextContinuationToken>{last}</NextContinuationToken>"));
    }
    for (path, object) in page {
        text.push_str(&format!(
            "<Contents><Key>{}</Key><Size>{}</Size><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>\"{}\"</ETag></Contents>",
            path.strip_prefix(&bucket).unwrap_or_default(),
            object.len(),
            blake3::hash(object).to_hex()
        ));
    }
    text + "</ListBucketResult>"
}
