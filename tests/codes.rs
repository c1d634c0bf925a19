//! Diagnostic codes: each has a page in `content/codes`, and its example is reported as the page says.
//!
//! `BLESS=1 cargo test --test codes` writes the reports anew; the difference is what is reviewed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use callboard::diagnostics::{Drawing, Report, Severity, draw};
use callboard::generate::{Base, Progress, SiteInput, compare, generate, lint, package_in};

use callboard::render::Publish;
use callboard::sources::remote::{
    Cache, FetchError, Fetcher, GitPolicy, Lock, Mode, Recorded, RecordedTransport, RemoteReader, Request,
    Response, Transport,
};
use callboard::sources::{Hosts, LocalReader, MemoryReader, OriginMap, Reader, SiteReader};

/// Literals that look like a code and are none, beside media types.
const NOT_CODES: &[&str] = &["n/a", "plugin/v1", "blob/main", "src/branch", "app/nav", "app/routes"];
const MEDIA_TYPES: &[&str] = &["application", "image", "text"];

/// The prefix of annotations, which look like codes too.
const ANNOTATIONS: &str = "callboard";

/// Problems that concern a file as a whole: that it cannot be read, what it is named, or that it is too large.
const WHOLE_FILE: &[&str] = &[
    "config/unreadable",
    "content/reserved-path",
    "content/same-address",
    "content/same-path",
    "content/too-large",
    "content/too-many-assets",
    "content/too-much-html",
    "content/unreadable",
    "diff/no-twins",
    "location/left-out",
    "location/too-many-documents",
    "plugin/bad-template",
    "plugin/lint-template",
    "plugin/unreadable",
    "publish/secret",
    "yaml/empty",
];

/// The repository that every example is a copy of.
const ORIGIN: &str = "https://github.com/acme/harbour/blob/main/";

type Files = Vec<(String, Vec<u8>)>;

/// How a page says that an address had something else on the day before.
const THE_DAY_BEFORE: &str = "`, the day before:";

/// Marks such an address among the files.
const YESTERDAY: &str = "yesterday ";

/// Input that cannot be written on a page, which describes it in words.
fn input_in_words(code: &str) -> Files {
    let latin = |text: &str| text.chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect::<Vec<u8>>();
    let one = |path: &str, bytes: Vec<u8>| vec![(path.to_owned(), bytes)];
    match code {
        "config/unreadable" => one("site.yaml", latin("app:\n  title: Lübeck portal\n")),
        "content/unreadable" => one("content/handbook.md", latin("# Lübeck handbook\n")),
        "content/too-large" => one("content/log.md", vec![b'x'; 5 * 1024 * 1024]),
        "content/too-much-html" => one("content/report.md", "<div>".repeat(60_000).into_bytes()),
        "content/too-many-assets" => {
            (0..2_001).map(|it| (format!("content/scans/{it:04}.png"), Vec::new())).collect()
        }
        "location/too-many-documents" => {
            let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a}\nspec: {type: team}\n---\n";
            one("catalog-info.yaml", group.repeat(10_001).into_bytes())
        }
        "location/left-out" => one(
            "https://codeload.github.com/acme/berths/tar.gz/main",
            archive(&["catalog-info.yaml", "../x.yaml"]),
        ),
        "location/too-deep" => (0..52)
            .map(|it| match it {
                0 => ("catalog-info.yaml".to_owned(), location(1)),
                _ => (format!("chain-{it:02}.yaml"), location(it + 1)),
            })
            .collect(),
        "plugin/bad-template" => {
            one("plugins/tide-table/templates/tides.html", latin("<p>Lübeck: high water at noon</p>\n"))
        }
        "plugin/digest-changed" => {
            let text = "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: tide-table, version: 1.0.0}\n";
            one("tide-table.tar.gz", packed("plugin.yaml", text))
        }
        "plugin/unreadable" => one(
            "plugins/tide-table/plugin.yaml",
            latin(
                "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: tide-table, title: Lübeck tide table}\n",
            ),
        ),
        _ => Vec::new(),
    }
}

/// Returns an archive of files that hold a group each; a name may lead out of it, which `tar` itself does not write.
fn archive(names: &[&str]) -> Vec<u8> {
    let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(packer);
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: berths-team}\nspec: {type: team, children: []}\n";
    for name in names {
        let mut header = tar::Header::new_gnu();
        let name = format!("acme-berths-0123456/{name}");
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(text.len() as u64);
        header.set_cksum();
        tar.append(&header, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

/// Returns an archive of one file.
fn packed(name: &str, text: &str) -> Vec<u8> {
    let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(packer);
    let mut header = tar::Header::new_ustar();
    header.set_size(text.len() as u64);
    tar.append_data(&mut header, name, text.as_bytes()).unwrap();
    tar.into_inner().unwrap().finish().unwrap()
}

fn location(next: usize) -> Vec<u8> {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: chain-{next:02}\nspec:\n  target: ./chain-{next:02}.yaml\n"
    )
    .into_bytes()
}

struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _: &str, _: Option<usize>) {}
}

/// The page of one code.
struct Page {
    code: String,
    file: PathBuf,
    text: String,
    description: String,
    wrong: Files,
    reported: String,
    right: Files,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the files below a folder with this ending, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    let below = entries.into_iter().flat_map(|path| match path.is_dir() {
        true => files(&path, ending),
        false => vec![path],
    });
    below.filter(|it| it.to_str().unwrap().ends_with(ending)).collect()
}

/// Returns every code in the source, with the file that first names it. Tests do not count.
fn codes() -> BTreeMap<String, String> {
    let mut codes = BTreeMap::new();
    for file in
        files(&root().join("src"), ".rs").iter().filter(|it| !it.to_str().unwrap().ends_with("tests.rs"))
    {
        let text = fs::read_to_string(file).unwrap();
        let program = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let literals = program.lines().filter(|it| !it.trim_start().starts_with("//"));
        for literal in literals.flat_map(|it| it.split('"').skip(1)).filter(|it| is_code(it)) {
            codes.entry(literal.to_owned()).or_insert_with(|| file.display().to_string());
        }
    }
    codes
}

fn is_code(text: &str) -> bool {
    let Some((stage, name)) = text.split_once('/') else { return false };
    let letters = |it: &str, more: &str| {
        !it.is_empty() && it.chars().all(|it| it.is_ascii_lowercase() || more.contains(it))
    };
    letters(stage, "")
        && letters(name, "-0123456789")
        && !MEDIA_TYPES.contains(&stage)
        && stage != ANNOTATIONS
        && !NOT_CODES.contains(&text)
}

fn pages() -> Vec<Page> {
    let folder = root().join("content/codes");
    let all = files(&folder, ".md").into_iter().filter(|it| it.parent() != Some(&folder));
    all.map(|file| page(&folder, file)).collect()
}

fn page(folder: &Path, file: PathBuf) -> Page {
    let text = fs::read_to_string(&file).unwrap();
    let code = file.strip_prefix(folder).unwrap().with_extension("").to_str().unwrap().to_owned();
    let mut lines = text.lines().skip_while(|it| !it.starts_with("description: "));
    let description = lines.next().unwrap().trim_start_matches("description: ").trim_matches('\'').to_owned();
    let mut page = Page {
        code,
        file,
        text: text.clone(),
        description,
        wrong: Vec::new(),
        reported: String::new(),
        right: Vec::new(),
    };
    let (mut section, mut name) = ("", None);
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            section = line;
        } else if let Some(path) = line.strip_prefix('`').and_then(|it| it.strip_suffix("`:")) {
            name = Some(path.to_owned());
        } else if let Some(path) = line.strip_prefix('`').and_then(|it| it.strip_suffix(THE_DAY_BEFORE)) {
            name = Some(format!("{YESTERDAY}{path}"));
        } else if line.starts_with("```") {
            let body: String =
                lines.by_ref().take_while(|it| *it != "```").map(|it| format!("{it}\n")).collect();
            match (section, name.take()) {
                ("## Wrong", Some(name)) => page.wrong.push((name, body.into_bytes())),
                ("## Right", Some(name)) => page.right.push((name, body.into_bytes())),
                ("## Reported", None) => page.reported = body,
                _ => panic!("{}: a block after `{section}` names no file", page.code),
            }
        }
    }
    page
}

/// Returns the reader of a folder, and of the addresses among the files, in a cache beside the folder. A body that
/// begins with `status` is a status; `nobody answers` is a host that is gone.
fn reader(folder: &Path, files: &Files, day: &str, mark: &str) -> Arc<dyn Reader> {
    let own = Arc::new(LocalReader::new(folder, folder).unwrap());
    let recorded = |(path, bytes): &(String, Vec<u8>)| {
        let address = path.strip_prefix(mark).filter(|it| it.starts_with("http"))?.to_owned();
        let text = String::from_utf8_lossy(bytes);
        let answer = match text.trim().strip_prefix("status ") {
            Some(status) => Recorded::Status(status.parse().unwrap()),
            None if text.trim() == "nobody answers" => {
                Recorded::Error(FetchError::Unreachable("connection refused".to_owned()))
            }
            None if text.trim() == "not allowed" => {
                let host = url::Url::parse(&address).unwrap().host_str().unwrap().to_owned();
                Recorded::Error(FetchError::NotAllowed(host))
            }
            None => Recorded::Body(bytes.clone()),
        };
        Some((address, answer))
    };
    let answers: Vec<_> = files.iter().filter_map(recorded).collect();
    let is_discovery = folder.to_string_lossy().contains("codes/discovery-");
    let lock = files.iter().find(|(path, _)| path == "callboard.lock");
    if answers.is_empty() && !is_discovery && lock.is_none() {
        return own;
    }
    let lock = lock.map(|(_, bytes)| Lock::read(std::str::from_utf8(bytes).unwrap()).unwrap());
    let locked = folder.to_string_lossy().contains("codes/plugin-digest-changed");
    let transport: Arc<dyn Transport> = match is_discovery {
        true => Arc::new(Harbour),
        false => Arc::new(RecordedTransport::new(answers)),
    };
    let (cache, day) = (Cache::new(folder.with_extension("cache")), day.to_owned());
    let connect = move |hosts: &Hosts<'_>| {
        let sender = Arc::clone(&transport);
        let mode = Mode { locked, ..Mode::default() };
        let fetcher = Fetcher::new(sender, cache.clone(), mode, lock.clone().unwrap_or_default(), &day);
        Some(RemoteReader::new(fetcher, hosts.addresses.clone(), GitPolicy::default()))
    };
    Arc::new(SiteReader::new(own, Box::new(connect)))
}

/// Builds the files as a site, in a folder of its own.
fn build(name: &str, files: &Files) -> (SiteInput, Report) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("codes").join(name);
    let _ = fs::remove_dir_all(&folder);
    let _ = fs::remove_dir_all(folder.with_extension("cache"));
    fs::create_dir_all(&folder).unwrap();
    for (path, bytes) in files.iter().filter(|(path, _)| !path.contains("://")) {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    let has_config = files.iter().any(|(path, _)| path == "site.yaml");
    let mut input = SiteInput {
        reader: reader(&folder, files, "2026-01-01", YESTERDAY),
        builtin: Arc::new(LocalReader::new(root(), root()).unwrap()),
        configs: if has_config { vec!["site.yaml".to_owned()] } else { Vec::new() },
        name: "A folder".to_owned(),
        environment: BTreeMap::new(),
        origin: OriginMap::new(ORIGIN, ""),
        now: "2026-01-02".to_owned(),
        now_s: 1_767_312_000,
    };
    if files.iter().any(|(path, _)| path.starts_with(YESTERDAY)) {
        generate(&input, &Kept::default(), &Quiet, &mut Report::new()).unwrap();
    }
    input.reader = reader(&folder, files, "2026-01-02", "");
    let mut report = Report::new();
    let kept = Kept::default();
    generate(&input, &kept, &Quiet, &mut report).unwrap();
    if name.starts_with("diff-") {
        // These are problems of the portal that was built, when it is compared with its site.
        let portal = MemoryReader::new(kept.0.into_inner().unwrap());
        report = compare("dist", &Base::Portal(&portal), &input, &Quiet).base;
    }
    if name.starts_with("plugin-lint-") {
        // These are told of a plugin, whatever the site.
        report = lint(&package_in("plugins/tide-table", &*input.reader).unwrap(), &*input.builtin);
    }
    (input, report)
}

/// A GitHub of one organisation, `harbour`, which has two pages of repositories.
struct Harbour;

impl Transport for Harbour {
    fn send(&self, request: &Request) -> Result<Response, FetchError> {
        let answer = |body: String| Response {
            status: 200,
            headers: BTreeMap::new(),
            url: request.url.clone(),
            body: Box::new(std::io::Cursor::new(body)),
        };
        if request.body.is_empty() {
            let name = request.url.split('/').nth(4).unwrap();
            return Ok(answer(format!(
                "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: {name}}}\nspec: {{type: team, children: []}}\n"
            )));
        }
        let asked: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let first = asked["variables"]["after"].is_null();
        let owner = asked["variables"]["owner"].as_str().unwrap();
        let repository = serde_json::json!({
            "name": if first { "ferry" } else { "pier" },
            "owner": {"login": owner},
            "defaultBranchRef": {"name": "main"},
        });
        let page = serde_json::json!({"hasNextPage": first, "endCursor": "2"});
        let found = match owner {
            "harbour" => serde_json::json!({"data": {"repositoryOwner": {
                "repositories": {"nodes": [repository], "pageInfo": page},
            }}}),
            _ => serde_json::json!({"data": {"repositoryOwner": null}}),
        };
        Ok(answer(found.to_string()))
    }
}

/// Keeps what is published.
#[derive(Default)]
struct Kept(Mutex<Vec<(String, Vec<u8>)>>);

impl Publish for Kept {
    fn put(&self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.0.lock().unwrap().push((path.to_owned(), bytes.to_vec()));
        Ok(())
    }
}

/// Returns what is wrong with the page of a code.
fn check(page: &Page, wrong: &mut Vec<String>) {
    let code = &*page.code;
    let mut fail = |what: String| wrong.push(format!("{code}: {what}"));
    let name = code.replace('/', "-");
    let mut files = page.wrong.clone();
    files.extend(input_in_words(code));
    let (input, report) = build(&format!("{name}/wrong"), &files);
    let text_of = |path: &str| input.excerpt(path);
    let found: Vec<_> = report.diagnostics().iter().filter(|it| it.code == code).collect();
    if found.is_empty() {
        fail(format!("the wrong files do not give it, but {:?}", codes_of(&report)));
    }
    for it in &found {
        let whole = it.span.start.line == 0;
        if whole != WHOLE_FILE.contains(&code) {
            fail(format!("`{}` is not where it should be", it.span));
        }
    }
    let drawn: Vec<String> =
        found.iter().map(|it| draw(it, Drawing { colour: false }, &text_of) + "\n").collect();
    let drawn = drawn.join("\n");
    if std::env::var_os("BLESS").is_some() {
        let (before, rest) = page.text.split_once("## Reported\n").unwrap();
        let (_, after) = rest.split_once("## Right\n").unwrap();
        let text = format!("{before}## Reported\n\n```text\n{drawn}```\n\n## Right\n{after}");
        fs::write(&page.file, text).unwrap();
    } else if page.reported != drawn {
        fail(format!("the page says\n{}\nand what is reported is\n{drawn}", page.reported));
    }
    let mut files = page.right.clone();
    files.extend(input_in_words(code).into_iter().filter(|_| code == "plugin/digest-changed"));
    let (_, report) = build(&format!("{name}/right"), &files);
    if report.diagnostics().iter().any(|it| it.code == code) || report.has_at_least(Severity::Error) {
        fail(format!("the right files give {:?}", codes_of(&report)));
    }
}

fn codes_of(report: &Report) -> Vec<String> {
    report.diagnostics().iter().map(|it| format!("{} {}: {}", it.code, it.span, it.message)).collect()
}

#[test]
fn each_code_has_a_page() {
    let codes = codes();
    let named: BTreeSet<String> = codes.keys().cloned().collect();
    let pages: BTreeSet<String> = pages().into_iter().map(|it| it.code).collect();
    let missing = named.difference(&pages);
    let missing = missing.map(|it| format!("content/codes/{it}.md is missing; {} names the code", codes[it]));
    let useless = pages.difference(&named).map(|it| format!("content/codes/{it}.md is the page of no code"));
    let wrong: Vec<String> = missing.chain(useless).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_index_lists_each_page_once() {
    let index = fs::read_to_string(root().join("content/codes/index.md")).unwrap();
    // A description is plain text, and a line of the index is Markdown.
    let lines = index.lines().filter(|it| it.starts_with("- ")).map(|it| it.replace('`', ""));
    let listed: Vec<String> = lines.collect();
    let line = |it: &Page| format!("- [{code}]({code}.md): {}", it.description, code = it.code);
    let wanted: BTreeSet<String> = pages().iter().map(line).collect();
    assert_eq!(listed.len(), wanted.len(), "content/codes/index.md has a line for each page");
    let listed: BTreeSet<String> = listed.into_iter().collect();
    let difference: Vec<_> = listed.symmetric_difference(&wanted).collect();
    assert!(difference.is_empty(), "content/codes/index.md differs from the pages in {difference:#?}");
}

#[test]
fn examples_are_reported_as_the_pages_say() {
    let check = |page: &Page| {
        assert!(page.text.contains(&format!("\ntitle: {code}\n", code = page.code)), "{}", page.code);
        let mut wrong = Vec::new();
        check(page, &mut wrong);
        wrong
    };
    let wrong: Vec<String> = pages().par_iter().flat_map_iter(check).collect();
    assert!(wrong.is_empty(), "{}\n(BLESS=1 writes the reports anew)", wrong.join("\n"));
}
