//! `callboard serve`: the portal on this machine, made anew as files change, with its problems in the page.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response, Sse, sse};
use axum::routing::get;
use notify_debouncer_full::{DebounceEventResult, new_debouncer, notify::RecursiveMode};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::arguments::{Format, ServeArguments};
use super::format::{self, Findings};
use super::{Exit, Failure, build, elsewhere, output, reload, site_folder};
use crate::diagnostics::{Drawing, Report, draw};
use crate::generate::SiteInput;
use crate::sources::percent_decoded;

/// How long files must be quiet before the portal is made anew.
const QUIET: Duration = Duration::from_millis(80);

/// How many problems the page shows.
const PROBLEMS_SHOWN: usize = 50;

/// The script that reloads the page and shows problems; only this server adds it.
const LIVE_SCRIPT: &str = include_str!("live.js");
const LIVE_STYLE: &str = include_str!("live.css");

/// What the server and the builder share.
struct Site {
    out: PathBuf,
    base: String,
    /// The problems of the last build, as JSON for the page.
    problems: RwLock<String>,
    generation: watch::Sender<u64>,
}

/// Serves the portal until the program is stopped.
pub(super) fn run(arguments: &ServeArguments) -> Result<Exit, Failure> {
    let folder = site_folder::existing_folder(&arguments.site.site)?;
    // Before the first build, which would be in vain if the port is taken.
    let listener = bind(arguments.port)?;
    let out = folder.join(".callboard").join("preview");
    std::fs::create_dir_all(folder.join(".callboard"))
        .map_err(|error| Failure::io("the folder .callboard", &error))?;
    let (generation, _) = watch::channel(0);
    let site = Arc::new(Site { out, base: "/".to_owned(), problems: RwLock::default(), generation });
    rebuild(arguments, &site, &BTreeSet::new())?;
    let watched = Arc::clone(&site);
    let mut again = arguments.clone();
    again.site.network.cached = !again.site.network.locked;
    let roots = (folder.clone(), folder.join(".callboard"), folder.join("dist"));
    let mut watcher = new_debouncer(QUIET, None, move |events: DebounceEventResult| {
        let ours =
            |path: &Path| path.starts_with(&roots.1) || path.starts_with(&roots.2) || hidden(path, &roots.0);
        let events = events.unwrap_or_default();
        let changed = events.iter().filter(|it| is_change(it)).flat_map(|it| &it.paths);
        let changed: BTreeSet<PathBuf> = changed.filter(|it| !ours(it)).cloned().collect();
        let plugins = reload::changed_plugins(&changed, &roots.0);
        if !changed.is_empty()
            && let Err(failure) = rebuild(&again, &watched, &plugins)
        {
            output::failure(&failure);
        }
    })
    .map_err(|error| Failure::usage(format!("files cannot be watched: {error}")))?;
    watcher
        .watch(&folder, RecursiveMode::Recursive)
        .map_err(|error| Failure::usage(format!("files cannot be watched: {error}")))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::io("the server", &error))?;
    runtime.block_on(listen(listener, site)).map_err(|error| Failure::io("the server", &error))?;
    Ok(Exit::Clean)
}

/// Reading a file is an event too, and not a change.
fn is_change(event: &notify_debouncer_full::DebouncedEvent) -> bool {
    !event.kind.is_access()
}

fn hidden(path: &Path, folder: &Path) -> bool {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.components().any(|it| {
        it.as_os_str()
            .to_str()
            .is_some_and(|it| it.starts_with('.') || it == "node_modules" || it == "target")
    })
}

/// Makes the portal and tells the open pages. Where nothing but plugins changed, their tests and lints are told too; what
/// they fetched is taken as it was saved, as in every build but the first.
fn rebuild(arguments: &ServeArguments, site: &Site, plugins: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    let start = Instant::now();
    let input = site_folder::input(&arguments.site)?;
    let mut report = Report::new();
    let made = build::make(&input, &site.out, None, &mut report)?;
    elsewhere::share(&*input.reader)?;
    if arguments.site.format == Format::Human {
        let findings = Findings {
            report: &report,
            input: &input,
            folder: "",
            fail_on: arguments.site.fail_on.severity(),
            summary: made.as_ref().map(|(it, _)| it),
        };
        output::report(&findings, Format::Human);
    }
    let what = match &made {
        Some((summary, published)) => {
            format!("{} pages, {} files changed", summary.pages, published.written + published.removed)
        }
        None => "the configuration cannot be used; the last portal stays".to_owned(),
    };
    let reloaded: Vec<String> = plugins.iter().map(|it| reload::name_of(it)).collect();
    let reloaded = match reloaded.is_empty() {
        true => String::new(),
        false => format!("reloaded the plugin {}: ", reloaded.join(", ")),
    };
    let took = start.elapsed().as_secs_f64();
    output::say(&format!("{reloaded}{what}, {} ({took:.2} s)", format::counts(&report)));
    let found: Vec<Value> = plugins.iter().flat_map(|it| reload::findings(it)).collect();
    for finding in found.iter().filter_map(|it| it.get("drawing")?.as_str()) {
        output::say(finding);
    }
    if let Ok(mut problems) = site.problems.write() {
        *problems = problems_json(&report, &input, found);
    }
    site.generation.send_modify(|it| *it += 1);
    Ok(())
}

fn problems_json(report: &Report, input: &SiteInput, of_plugins: Vec<Value>) -> String {
    let text_of = |path: &str| input.excerpt(path);
    let row = |it: &crate::diagnostics::Diagnostic| {
        json!({"severity": it.severity, "code": it.code, "message": it.message, "place": it.span.to_string(),
            "drawing": draw(it, Drawing { colour: false }, &text_of)})
    };
    let mut sorted: Vec<_> = report.diagnostics().iter().collect();
    sorted.sort_by_key(|it| std::cmp::Reverse(it.severity));
    let summary = match of_plugins.len() {
        0 => format::counts(report),
        count => format!("{}, {count} of plugins", format::counts(report)),
    };
    let rows: Vec<_> =
        of_plugins.into_iter().chain(sorted.into_iter().map(row)).take(PROBLEMS_SHOWN).collect();
    json!({"summary": summary, "problems": rows}).to_string()
}

fn bind(port: u16) -> Result<TcpListener, Failure> {
    // Loopback alone: the portal of a developer's machine is nobody else's.
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let bound = TcpListener::bind(address).and_then(|it| it.set_nonblocking(true).map(|()| it));
    bound.map_err(|error| Failure::io(&format!("the port {port}"), &error))
}

async fn listen(listener: TcpListener, site: Arc<Site>) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    output::say(&format!("serving http://{}{}", listener.local_addr()?, site.base));
    let app = axum::Router::new()
        .route("/__callboard/events", get(events))
        .route("/__callboard/problems", get(problems))
        .route(
            "/__callboard/live.js",
            get(|| async { ([(header::CONTENT_TYPE, "text/javascript")], LIVE_SCRIPT) }),
        )
        .route("/__callboard/live.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], LIVE_STYLE) }))
        .fallback(file)
        .with_state(site);
    axum::serve(listener, app).await
}

async fn events(State(site): State<Arc<Site>>) -> impl IntoResponse {
    let mut generation = site.generation.subscribe();
    generation.mark_unchanged();
    let stream = futures_of(generation);
    Sse::new(stream).keep_alive(sse::KeepAlive::default())
}

/// Returns a stream with one event a build.
fn futures_of(
    generation: watch::Receiver<u64>,
) -> impl futures_core::Stream<Item = Result<sse::Event, std::convert::Infallible>> {
    tokio_stream::StreamExt::map(tokio_stream::wrappers::WatchStream::from_changes(generation), |it| {
        Ok(sse::Event::default().event("built").data(it.to_string()))
    })
}

async fn problems(State(site): State<Arc<Site>>) -> impl IntoResponse {
    let text = site.problems.read().map(|it| it.clone()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], text)
}

/// Serves a file of the preview as a plain static server would, with the live script in its pages.
async fn file(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/').to_owned();
    tokio::task::spawn_blocking(move || respond(&site.out, &path))
        .await
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn respond(out: &Path, path: &str) -> Response {
    // A path that is not UTF-8 is no file of ours.
    let decoded = percent_decoded(path).unwrap_or_else(|| "404.html".to_owned());
    let plain = decoded.split('/').all(|it| it != ".." && !it.contains(['\\', '\0']));
    let file = out.join(if plain { decoded.as_str() } else { "404.html" });
    if file.is_dir() && !path.is_empty() && !path.ends_with('/') {
        let target =
            HeaderValue::from_str(&format!("/{path}/")).unwrap_or_else(|_| HeaderValue::from_static("/"));
        return (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, target)]).into_response();
    }
    let file = if file.is_dir() { file.join("index.html") } else { file };
    let (status, file, bytes) = match std::fs::read(&file) {
        Ok(bytes) => (StatusCode::OK, file, bytes),
        Err(_) => {
            let missing = out.join("404.html");
            let bytes = std::fs::read(&missing).unwrap_or_default();
            (StatusCode::NOT_FOUND, missing, bytes)
        }
    };
    let kind = content_type(&file);
    let body = if kind.starts_with("text/html") { Body::from(with_script(bytes)) } else { Body::from(bytes) };
    (status, [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}

fn with_script(bytes: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&bytes);
    let tags = "<link rel=\"stylesheet\" href=\"/__callboard/live.css\"><script src=\"/__callboard/live.js\" defer></script></head>";
    text.replacen("</head>", tags, 1).into_bytes()
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|it| it.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "pdf" => "application/pdf",
        "txt" | "md" | "csv" | "yaml" | "yml" => "text/plain; charset=utf-8",
        // Twins of entities have no ending.
        "json" | "" => "application/json",
        _ => "application/octet-stream",
    }
}
