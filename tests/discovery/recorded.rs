//! A transport that answers from files, and runs of discovery over it.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::Mutex;

use callboard::catalog::{self, CatalogSettings, StartLocation};
use callboard::diagnostics::{Places, Report, Severity, Span};
use callboard::discovery::{self, Discovered, DiscoverySettings, plan};
use callboard::sources::integration::Integrations;
use callboard::sources::remote::{FetchError, HeaderValue, Method, Request, Response, Transport};
use callboard::sources::{MemoryReader, Secret};
use serde_json::{Value, json};

/// Answers from the files of one folder; whatever else is asked for is remembered, and is not there.
pub(super) struct Recorded {
    pub(super) exchanges: Vec<Value>,
    pub(super) asked: Mutex<Vec<Request>>,
    pub(super) unexpected: Mutex<Vec<String>>,
}

impl Recorded {
    pub(super) fn of(provider: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/discovery").join(provider);
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        let read = |it: &std::path::PathBuf| serde_json::from_slice(&fs::read(it).unwrap()).unwrap();
        let exchanges = files.iter().map(read).collect();
        Self { exchanges, asked: Mutex::default(), unexpected: Mutex::default() }
    }
}

/// Returns whether a body has what was recorded; of a query the recording has a part.
pub(super) fn holds(recorded: &Value, sent: &Value, key: &str) -> bool {
    match (recorded, sent) {
        (Value::Object(recorded), sent) => recorded.iter().all(|(key, it)| holds(it, &sent[key], key)),
        (Value::String(part), Value::String(sent)) if key == "query" => sent.contains(part.as_str()),
        (recorded, sent) => recorded == sent,
    }
}

impl Transport for Recorded {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        self.asked.lock().unwrap().push(request.clone());
        let method = if request.method == Method::Post { "POST" } else { "GET" };
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let found = self.exchanges.iter().find(|it| {
            it["request"]["method"] == method
                && it["request"]["url"] == *request.url
                && it["request"].get("body").is_none_or(|it| holds(it, &body, ""))
        });
        let missing = json!({"status": 404, "answer": {"message": "Not Found"}});
        let answer = found.unwrap_or_else(|| {
            self.unexpected.lock().unwrap().push(format!("{method} {} {body}", request.url));
            &missing
        });
        let headers = answer["headers"].as_object().into_iter().flatten();
        let text = answer["answer"].as_str().map_or(answer["answer"].to_string(), str::to_owned);
        Ok(Response {
            status: u16::try_from(answer["status"].as_u64().unwrap()).unwrap(),
            headers: headers.map(|(name, it)| (name.clone(), it.as_str().unwrap().to_owned())).collect(),
            url: request.url.clone(),
            body: Box::new(Cursor::new(text)),
        })
    }
}

pub(super) fn settings(providers: &Value) -> (DiscoverySettings, Report) {
    let (integrations, errors) = Integrations::read(&json!({
        "github": [{"host": "ghe.acme.example"}],
        "gitlab": [{"host": "git.acme.example", "apiBaseUrl": "https://git.acme.example/api/v4"}],
        "bitbucketServer": [{"host": "bitbucket.acme.example"}],
        "gitea": [{"host": "gitea.acme.example"}],
    }));
    assert_eq!(errors, []);
    let place = |_: &str, _: bool| Span::point("site.yaml", 1, 1);
    let places = Places::new(providers, place("", true), &place);
    let (settings, problems) = DiscoverySettings::read(providers, &integrations, &places);
    let mut report = Report::new();
    report.extend(problems);
    (settings, report)
}

/// What came of a run.
pub(super) struct Run {
    pub(super) discovered: Discovered,
    pub(super) problems: Vec<String>,
    pub(super) asked: Vec<Request>,
}

impl Run {
    /// The targets; those that may be missing end in `?`.
    pub(super) fn targets(&self) -> Vec<String> {
        let mark = |optional| if optional { "?" } else { "" };
        self.discovered.locations.iter().map(|it| format!("{}{}", it.target, mark(it.optional))).collect()
    }

    pub(super) fn entity(&self, kind: &str, name: &str) -> &Value {
        let all = &self.discovered.entities;
        let is = |it: &&Value| it["kind"] == kind && it["metadata"]["name"] == name;
        all.iter().find(is).unwrap_or_else(|| panic!("no {kind} {name} in {all:#?}"))
    }
}

pub(super) fn run(folder: &str, providers: Value) -> Run {
    let (mut settings, mut report) = settings(&providers);
    let transport = Recorded::of(folder);
    let credentials =
        |_: &str| vec![("authorization".to_owned(), HeaderValue::Secret(Secret::new("token abc")))];
    let planned = plan(&settings);
    let discovered = discovery::discover(&settings, &transport, &credentials, &|_, _| {}, &mut report);
    let asked = transport.asked.into_inner().unwrap();
    assert_eq!(discovered.requests, asked.len());
    let (least, most) = planned.requests();
    assert!(discovered.requests <= most, "{} requests of at most {most}", discovered.requests);
    if report.is_empty() {
        assert!(discovered.requests >= least, "{} requests of at least {least}", discovered.requests);
        let none: [String; 0] = [];
        assert_eq!(transport.unexpected.into_inner().unwrap(), none);
    }
    for request in &asked {
        assert!(request.headers.iter().any(|(name, _)| name == "authorization"), "{request:?}");
    }
    // The number of threads changes nothing.
    settings.threads_max = 1;
    let (again, mut other) = (Recorded::of(folder), Report::new());
    assert_eq!(discovery::discover(&settings, &again, &credentials, &|_, _| {}, &mut other), discovered);
    let problems = report.diagnostics().iter().map(|it| {
        let reason = it.reason.as_deref().unwrap_or_default();
        format!("{}: {} ({reason})", it.code, it.message)
    });
    Run { discovered, problems: problems.collect(), asked }
}

#[track_caller]
pub(super) fn check(folder: &str, providers: Value, targets: &[&str], requests: usize) -> Run {
    let run = run(folder, providers);
    assert_eq!(run.problems, [] as [&str; 0]);
    assert_eq!(run.targets(), targets);
    assert_eq!(run.discovered.requests, requests);
    run
}

/// Asserts that a catalog has nothing to say against entities: their form is right, and their references lead to one
/// another.
#[track_caller]
pub(super) fn accept<'a>(entities: impl IntoIterator<Item = &'a Value>) {
    let documents: Vec<String> = entities.into_iter().map(|it| format!("---\n{it}\n")).collect();
    let reader = MemoryReader::new([("people.yaml", documents.concat())]);
    let start = StartLocation {
        on_error: callboard::model::OnError::default(),
        codeowners: false,
        target: "people.yaml".to_owned(),
        span: Span::file("site.yaml"),
        required: true,
        rules: Vec::new(),
    };
    let mut report = Report::new();
    let settings = CatalogSettings { locations: vec![start], ..CatalogSettings::default() };
    let catalog = catalog::load(&settings, &reader, &mut report);
    assert!(!report.has_at_least(Severity::Warning), "{:#?}", report.diagnostics());
    assert_eq!(catalog.entities().len(), documents.len());
}
