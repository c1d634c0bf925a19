//! A real HTTP server on loopback, with control over every byte, delay and break.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// As it should.
    #[default]
    Whole,
    /// The connection closes after so many bytes of the body.
    Cut(usize),
    /// Nothing more comes after so many bytes of the body, for as long as the server lives.
    Stall(usize),
}

/// What is answered.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub delay: Duration,
    pub end: End,
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub fn body(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, body: body.into(), ..Self::default() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A body with an etag; a request that knows it is answered with 304.
    pub fn tagged(request: &Received, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let etag = format!("\"{}\"", &blake3::hash(&body).to_hex()[..16]);
        let known = request.headers.get("if-none-match") == Some(&etag);
        let reply = if known { Self::status(304) } else { Self::body(body) };
        reply.header("etag", &etag)
    }
}

type Handler = dyn Fn(&Received) -> Reply + Send + Sync;

/// The server; it stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    handler: Box<Handler>,
    received: Mutex<Vec<Received>>,
    sent: AtomicUsize,
    running: AtomicUsize,
    at_once: AtomicUsize,
    over: AtomicBool,
}

impl Server {
    pub fn start(handler: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            received: Mutex::default(),
            sent: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            at_once: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if accepting.over.load(Ordering::Relaxed) {
                    break;
                }
                let (Ok(stream), shared) = (stream, Arc::clone(&accepting)) else { continue };
                // A client that goes away is none of the test's business.
                std::thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Self { address, shared }
    }

    /// The host with its port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// An address at this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was asked so far, in the order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// How many requests came, and how many bytes of bodies went.
    pub fn traffic(&self) -> (usize, usize) {
        (self.shared.received.lock().unwrap().len(), self.shared.sent.load(Ordering::Relaxed))
    }

    /// The most requests that were answered at one time.
    pub fn at_once(&self) -> usize {
        self.shared.at_once.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    while let Some(request) = receive(&mut reader, &mut writer)? {
        let running = shared.running.fetch_add(1, Ordering::SeqCst) + 1;
        shared.at_once.fetch_max(running, Ordering::SeqCst);
        shared.received.lock().unwrap().push(request.clone());
        let reply = (shared.handler)(&request);
        std::thread::sleep(reply.delay);
        shared.running.fetch_sub(1, Ordering::SeqCst);
        let whole = send(&reply, &mut writer, shared)?;
        if !whole {
            break;
        }
    }
    Ok(())
}

fn receive(reader: &mut BufReader<TcpStream>, writer: &mut TcpStream) -> std::io::Result<Option<Received>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(None) };
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    if headers.get("expect").is_some_and(|it| it == "100-continue") {
        writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let mut body = Vec::new();
    if headers.get("transfer-encoding").is_some_and(|it| it == "chunked") {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            let size = u64::from_str_radix(size.trim(), 16).unwrap_or(0);
            reader.by_ref().take(size).read_to_end(&mut body)?;
            reader.read_line(&mut String::new())?;
            if size == 0 {
                break;
            }
        }
    } else {
        let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
        reader.by_ref().take(length).read_to_end(&mut body)?;
    }
    Ok(Some(Received { method, path, headers, body }))
}

/// Returns whether the connection goes on.
fn send(reply: &Reply, writer: &mut TcpStream, shared: &Shared) -> std::io::Result<bool> {
    let mut head = format!("HTTP/1.1 {} x\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if reply.status != 304 {
        head.push_str(&format!("content-length: {}\r\n", reply.body.len()));
    }
    writer.write_all(format!("{head}\r\n").as_bytes())?;
    let count = match reply.end {
        End::Whole => reply.body.len(),
        End::Cut(count) | End::Stall(count) => count.min(reply.body.len()),
    };
    writer.write_all(&reply.body[..count])?;
    writer.flush()?;
    shared.sent.fetch_add(count, Ordering::Relaxed);
    if let End::Stall(_) = reply.end {
        while !shared.over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(reply.end == End::Whole)
}
