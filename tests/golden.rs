//! Golden sites: the data of every page and every problem, as drawn, of the small sites in `tests/golden`.
//!
//! `BLESS=1 cargo test --test golden` writes the expectations anew; the difference is what is reviewed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use callboard::diagnostics::{Drawing, Report, draw};
use callboard::generate::{Progress, SiteInput, generate, page_data};
use callboard::render::Publish;
use callboard::sources::LocalReader;

struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _: &str, _: Option<usize>) {}
}

/// Keeps what is published, to compare bytes.
#[derive(Default)]
struct Kept(Mutex<BTreeMap<String, Vec<u8>>>);

impl Publish for Kept {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let earlier = self.0.lock().unwrap().insert(path.to_owned(), bytes.to_vec());
        assert!(earlier.is_none(), "`{path}` is published twice");
        Ok(())
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sites() -> Vec<(String, PathBuf)> {
    let mut sites: Vec<_> = std::fs::read_dir(root().join("tests/golden"))
        .unwrap()
        .map(|it| it.unwrap())
        .map(|it| (it.file_name().into_string().unwrap(), it.path()))
        .collect();
    sites.sort();
    assert!(!sites.is_empty());
    sites
}

fn input(site: &Path) -> SiteInput {
    let folder = site.join("site");
    let has_config = folder.join("site.yaml").is_file();
    SiteInput {
        reader: Arc::new(LocalReader::new(&folder, &folder).unwrap()),
        builtin: Arc::new(LocalReader::new(root(), root()).unwrap()),
        configs: if has_config { vec!["site.yaml".to_owned()] } else { Vec::new() },
        name: "A folder".to_owned(),
        environment: BTreeMap::from([("ORGANIZATION".to_owned(), "The yard".to_owned())]),
        origin: None,
        now: "2026-01-02".to_owned(),
        now_s: 1_767_312_000,
    }
}

fn drawn(report: &Report, input: &SiteInput) -> String {
    let text_of = |path: &str| input.excerpt(path);
    report.diagnostics().iter().map(|it| draw(it, Drawing { colour: false }, &text_of) + "\n\n").collect()
}

/// Compares with a file of expectations, or writes it.
fn compare(file: &Path, actual: &str, wrong: &mut Vec<String>) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        return std::fs::write(file, actual).unwrap();
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    if expected != actual {
        let line = expected.lines().zip(actual.lines()).position(|(a, b)| a != b);
        let line = line.unwrap_or_else(|| expected.lines().count().min(actual.lines().count()));
        let show =
            |text: &str| text.lines().nth(line).unwrap_or("(nothing)").chars().take(400).collect::<String>();
        wrong.push(format!(
            "{}:{}\n  expected {}\n  actual   {}",
            file.display(),
            line + 1,
            show(&expected),
            show(actual)
        ));
    }
}

/// Returns HTML with the hashes in the names of assets left out, so that a change of style is no change of a page.
fn without_hashes(html: &str) -> String {
    let mut parts = html.split("assets/");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let hashed = part.split_once('-').filter(|(_, rest)| rest.get(8..9) == Some("."));
        match hashed {
            Some((name, rest)) => out.push_str(&format!("assets/{name}-HASH{}", &rest[8..])),
            None => out.push_str(&format!("assets/{part}")),
        }
    }
    out
}

#[test]
fn pages_and_problems_are_as_expected() {
    let mut wrong = Vec::new();
    for (_, site) in sites() {
        let input = input(&site);
        let mut report = Report::new();
        let pages = page_data(&input, &Quiet, &mut report);
        compare(&site.join("expected/pages.jsonl"), &(pages.join("\n") + "\n"), &mut wrong);
        let mut report = Report::new();
        generate(&input, &Kept::default(), &Quiet, &mut report).unwrap();
        compare(&site.join("stderr.txt"), &drawn(&report, &input), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}\n(BLESS=1 writes the expectations anew)", wrong.join("\n"));
}

#[test]
fn html_of_the_small_site_is_as_expected() {
    let site = root().join("tests/golden/small");
    let kept = Kept::default();
    generate(&input(&site), &kept, &Quiet, &mut Report::new()).unwrap();
    let kept = kept.0.into_inner().unwrap();
    let mut wrong = Vec::new();
    for path in [
        "catalog/default/component/winch/index.html",
        "docs/default/component/winch/grease/index.html",
        "404.html",
    ] {
        let html = String::from_utf8(kept[path].clone()).unwrap();
        compare(&site.join("expected/html").join(path), &without_hashes(&html), &mut wrong);
        assert!(!html.contains("<script>"), "{path} has an inline script");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the value of an attribute behind a piece of text.
fn after<'a>(html: &'a str, text: &str) -> &'a str {
    html.split_once(text)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(value, _)| value)
        .unwrap_or_default()
}

#[test]
fn old_addresses_lead_to_pages_at_every_depth() {
    let site = root().join("tests/golden/renames");
    let kept = Kept::default();
    generate(&input(&site), &kept, &Quiet, &mut Report::new()).unwrap();
    let kept = kept.0.into_inner().unwrap();
    let text = |path: &str| String::from_utf8(kept[path].clone()).unwrap();
    let mut wrong = Vec::new();
    let list = text("_redirects");
    compare(&site.join("expected/_redirects"), &list, &mut wrong);
    compare(&site.join("expected/redirects.json"), &(text("search/redirects.json") + "\n"), &mut wrong);
    compare(&site.join("expected/wiki.html"), &without_hashes(&text("wiki/index.html")), &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let file_of = |url: &url::Url| {
        let path: String = url::form_urlencoded::parse(url.path().replace('+', "%2B").as_bytes())
            .map(|(name, _)| name.into_owned())
            .collect();
        let below = path.strip_prefix("/base/").unwrap_or_else(|| panic!("{url} leaves the base")).to_owned();
        if below.is_empty() || below.ends_with('/') { below + "index.html" } else { below }
    };
    let origin = url::Url::parse("https://portal.example/").unwrap();
    for line in list.lines() {
        let [from, to, code] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!(code, "301");
        let page = origin.join(from).unwrap();
        let html = text(&file_of(&page));
        let href = after(&html, "http-equiv=\"refresh\" content=\"0; url=").replace("&amp;", "&");
        assert_eq!(after(&html, "rel=\"canonical\" href=\"").replace("&amp;", "&"), href);
        assert!(html.contains("noindex") && html.contains("Content-Security-Policy"));
        assert!(!html.contains("<script"), "{line}");
        let target = page.join(&href).unwrap();
        assert_eq!(target, origin.join(to).unwrap(), "the page and the list agree: {line}");
        if target.origin() == origin.origin() {
            assert!(!href.starts_with('/') && !href.contains("://"), "{href}");
            assert!(kept.contains_key(&file_of(&target)), "{line}: nothing is at {target}");
        }
    }
    assert!(text("404.html").contains("data-redirects=\"/base/search/redirects.json\""));
}

#[test]
fn the_guide_shows_what_the_site_of_extensions_is_made_of() {
    let site = root().join("tests/golden/extensions/site");
    let read = |path: &str| std::fs::read_to_string(site.join(path)).unwrap();
    let made_of =
        ["plugins/harbour/plugin.yaml", "plugins/words/plugin.yaml"].map(read).concat() + &read("site.yaml");
    let guide = std::fs::read_to_string(root().join("content/guide/extensions.md")).unwrap();
    let (_, section) = guide.split_once("## One of each kind").unwrap();
    let (section, _) = section.split_once("## Texts in several languages").unwrap();
    let blocks: Vec<&str> =
        section.split("```yaml\n").skip(1).map(|it| it.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 12, "there is an example of each kind");
    for block in blocks {
        assert!(made_of.contains(block), "the site does not have this:\n{block}");
    }
}

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let build = |site: &Path, threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (kept, mut report) = (Kept::default(), Report::new());
            generate(&input(site), &kept, &Quiet, &mut report).unwrap();
            (kept.0.into_inner().unwrap(), report)
        })
    };
    for (name, site) in sites() {
        let (one, many) = (build(&site, 1), build(&site, 8));
        assert_eq!(one.0.keys().collect::<Vec<_>>(), many.0.keys().collect::<Vec<_>>(), "{name}");
        for (path, bytes) in &one.0 {
            assert!(Some(bytes) == many.0.get(path), "`{path}` of {name} depends on the number of threads");
        }
        assert_eq!(one.1, many.1, "{name}");
    }
}
