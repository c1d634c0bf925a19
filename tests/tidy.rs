//! House rules that a compiler does not know: who imports whom, what stands where, and which files exist.
//!
//! Everything is read as text, line by line. A finding is `file:line: the rule`, so that an editor can jump to it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What each module may import with `crate::`, besides itself and what `EVERYONE` lists.
const IMPORTS: &[(&str, &[&str])] = &[
    ("diagnostics", &[]),
    ("model", &[]),
    ("sources", &[]),
    ("config", &["sources"]),
    ("plugins", &["sources"]),
    ("catalog", &["sources"]),
    ("discovery", &["sources"]),
    ("content", &["catalog", "sources"]),
    ("facts", &["plugins", "catalog", "sources"]),
    ("portal", &["config", "plugins", "content", "catalog", "facts", "sources"]),
    ("render", &["portal", "sources"]),
    ("publish", &["render"]),
    ("difference", &["catalog", "sources"]),
    (
        "generate",
        &[
            "config",
            "plugins",
            "sources",
            "catalog",
            "discovery",
            "content",
            "facts",
            "portal",
            "render",
            "difference",
        ],
    ),
    ("cli", &["generate", "publish", "sources", "config"]),
    ("main", &["cli"]),
];

/// Modules that all others may import. They are leaves: `diagnostics` imports nothing, `model` only `diagnostics`.
const EVERYONE: &[&str] = &["diagnostics", "model"];

/// Text that is allowed in some places only: what, where, and why.
const PLACES: &[(&str, &[&str], &str)] = &[
    (
        "SafeHtml::trusted",
        &["src/content/", "src/portal/widgets/mod.rs", "src/model/"],
        "only the sanitiser and the widgets vouch for HTML",
    ),
    ("println!", &["src/cli"], "only cli prints"),
    ("eprintln!", &["src/cli"], "only cli prints"),
    ("print!", &["src/cli"], "only cli prints"),
    ("eprint!", &["src/cli"], "only cli prints"),
    ("SystemTime::now", &["src/cli"], "the time is an input, read once by cli"),
    ("Timestamp::now", &["src/cli"], "the time is an input, read once by cli"),
    ("Zoned::now", &["src/cli"], "the time is an input, read once by cli"),
    ("set_current_dir", &["src/cli"], "the current directory is not an input"),
];

/// File names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "types", "manager", "imp"];

/// Longest Rust file, in lines.
const LINES_MAX: usize = 500;

const PAPERS: &[&str] =
    &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"];

/// Folders that are made, not written. `.gitignore` names them all.
const MADE: &[&str] = &[".git", "target", "dist", ".dist.callboard", ".callboard", "node_modules", "results"];

/// Homes of people and machines, in two halves so that this file does not hold them itself.
const MACHINE_PATHS: &[&str] =
    &[concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];

#[test]
fn modules_import_only_what_the_table_allows() -> io::Result<()> {
    report(&each_line(&rust_files(&["src"])?, |file, line| {
        imports(file, line).into_iter().find_map(|target| forbidden(module_of(file), &target))
    }))
}

#[test]
fn every_rust_file_says_what_it_is() -> io::Result<()> {
    let files = rust_files(&["src", "tests", "benches"])?;
    report(&each_file(&files, |file| {
        let sentence = file.text.lines().next().unwrap_or_default();
        let said = sentence.strip_prefix("//! ").is_some_and(|text| text.contains(' '));
        (!said).then(|| "the first line is a `//!` sentence: what the file turns into what".to_owned())
    }))
}

#[test]
fn rust_files_are_short_enough_to_read() -> io::Result<()> {
    let files = rust_files(&["src", "tests", "benches"])?;
    report(&each_file(&files, |file| {
        let lines = file.text.lines().count();
        (lines > LINES_MAX)
            .then(|| format!("a file has at most {LINES_MAX} lines, this one has {lines}: split it"))
    }))
}

#[test]
fn rust_files_are_named_for_what_they_hold() -> io::Result<()> {
    let files = rust_files(&["src", "tests", "benches"])?;
    report(&each_file(&files, |file| {
        let empty = module_path(&file.name).into_iter().find(|part| EMPTY_NAMES.contains(part))?;
        Some(format!("`{empty}` says nothing: name the file for the noun it holds"))
    }))
}

#[test]
fn some_calls_stand_in_one_place() -> io::Result<()> {
    report(&each_line(&rust_files(&["src"])?, |file, line| {
        let (what, _, why) = PLACES.iter().find(|(what, places, _)| {
            has_word(line, what) && !places.iter().any(|place| file.name.starts_with(place))
        })?;
        Some(format!("`{what}` does not belong here: {why}"))
    }))
}

#[test]
fn no_file_names_a_machine() -> io::Result<()> {
    let files = text_files(&root())?;
    report(&each_line(&files, |_, line| {
        let path = MACHINE_PATHS.iter().find(|path| has_absolute(line, path))?;
        Some(format!("`{path}…` is a path of one machine: use one relative to the repository"))
    }))
}

#[test]
fn the_papers_are_there() -> io::Result<()> {
    let findings = PAPERS
        .iter()
        .filter(|paper| !fs::read_to_string(root().join(paper)).is_ok_and(|text| !text.trim().is_empty()))
        .map(|paper| format!("{paper}:1: the file is missing or empty"))
        .collect::<Vec<_>>();
    report(&findings)
}

#[test]
fn every_dependency_is_explained() -> io::Result<()> {
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md"))?;
    let findings = dependencies(&manifest)
        .into_iter()
        .filter(|(_, name)| !has_word(&architecture, name))
        .map(|(line, name)| format!("Cargo.toml:{line}: ARCHITECTURE.md says what `{name}` is used for"))
        .collect::<Vec<_>>();
    report(&findings)
}

#[test]
fn the_import_reader_sees_what_it_should() {
    let file = |name: &str| TextFile { name: name.to_owned(), text: String::new() };
    for (name, line, expected) in [
        ("src/portal/page.rs", "use crate::render::Page;", &["render"][..]),
        ("src/portal/page.rs", "    let x = crate::cli::run(crate::model::Y);", &["cli", "model"]),
        ("src/portal/page.rs", "use crate::{cli, model};", &["{"]),
        ("src/portal/page.rs", "// crate::cli is not meant", &[]),
        ("src/portal/page.rs", "macro_rules! x { () => { $crate::cli::y } }", &["cli"]),
        ("src/portal/page.rs", "use super::world::World;", &[]),
        ("src/portal/page.rs", "use super::super::render::Page;", &["render"]),
        ("src/portal/mod.rs", "use super::render::Page;", &["render"]),
        ("src/main.rs", "fn main() { callboard::cli::main() }", &["cli"]),
    ] {
        assert_eq!(imports(&file(name), line), expected, "{name}: {line}");
    }
}

/// A text file of the repository, named by its path from the root with forward slashes.
struct TextFile {
    name: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Fails with all findings, one a line. Returns `Ok`, so that a test can end with it.
#[track_caller]
fn report(findings: &[String]) -> io::Result<()> {
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
    Ok(())
}

fn each_file(files: &[TextFile], rule: impl Fn(&TextFile) -> Option<String>) -> Vec<String> {
    files.iter().filter_map(|file| rule(file).map(|finding| format!("{}:1: {finding}", file.name))).collect()
}

fn each_line(files: &[TextFile], rule: impl Fn(&TextFile, &str) -> Option<String>) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        for (at, line) in file.text.lines().enumerate() {
            let finding = rule(file, line).map(|finding| format!("{}:{}: {finding}", file.name, at + 1));
            findings.extend(finding);
        }
    }
    findings
}

fn rust_files(folders: &[&str]) -> io::Result<Vec<TextFile>> {
    let mut files = Vec::new();
    for folder in folders {
        let path = root().join(folder);
        if path.is_dir() {
            files.extend(text_files(&path)?);
        }
    }
    files.retain(|file| file.name.ends_with(".rs"));
    Ok(files)
}

/// Returns every file below a folder that is UTF-8 text, in path order.
fn text_files(folder: &Path) -> io::Result<Vec<TextFile>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    let mut files = Vec::new();
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if MADE.iter().any(|made| entry.file_name() == *made) {
            continue;
        }
        if kind.is_dir() {
            files.extend(text_files(&path)?);
        } else if kind.is_file() {
            let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.extend(String::from_utf8(fs::read(&path)?).ok().map(|text| TextFile { name, text }));
        }
    }
    Ok(files)
}

/// Splits `src/portal/widgets/mod.rs` into `portal`, `widgets`.
fn module_path(name: &str) -> Vec<&str> {
    let inside = name.split_once('/').map_or(name, |(_, inside)| inside);
    inside.trim_end_matches(".rs").split('/').filter(|part| *part != "mod").collect()
}

fn module_of(file: &TextFile) -> &str {
    module_path(&file.name).first().copied().unwrap_or_default()
}

/// Returns the modules of the crate root that a line names, and `{` for a list right after `crate::`.
fn imports(file: &TextFile, line: &str) -> Vec<String> {
    let code = line.trim_start();
    if code.starts_with("//") {
        return Vec::new();
    }
    let mut found = after(code, "crate::");
    found.extend(climbing_out(file, code));
    if module_of(file) == "main" {
        found.extend(after(code, "callboard::"));
    }
    found
}

/// Returns the module that a chain of `super::` reaches when it leaves the file's own module.
fn climbing_out(file: &TextFile, code: &str) -> Option<String> {
    let start = code.find("super::")?;
    let climb = code.get(start..)?;
    let rest = climb.trim_start_matches("super::");
    let steps = (climb.len() - rest.len()) / "super::".len();
    let target = first_name(rest);
    let known = IMPORTS.iter().any(|(module, _)| *module == target);
    (known && steps == module_path(&file.name).len()).then_some(target)
}

/// Returns the name that follows each occurrence of a path prefix.
fn after(code: &str, prefix: &str) -> Vec<String> {
    code.split(prefix).skip(1).map(first_name).collect()
}

fn first_name(text: &str) -> String {
    if text.starts_with('{') {
        return "{".to_owned();
    }
    text.chars().take_while(|letter| is_name(*letter)).collect()
}

fn forbidden(module: &str, target: &str) -> Option<String> {
    if target == "{" {
        return Some(
            "write one `use crate::module::…` for each module, so that each can be judged".to_owned(),
        );
    }
    if module == target || module == "lib" {
        return None;
    }
    let Some((_, allowed)) = IMPORTS.iter().find(|(name, _)| *name == module) else {
        return Some(format!("`{module}` has no line in the import table of tests/tidy.rs"));
    };
    let leaf = EVERYONE.contains(&target) && !EVERYONE.contains(&module);
    let to_span = module == "model" && target == "diagnostics";
    if leaf || to_span || allowed.contains(&target) {
        return None;
    }
    Some(format!("`{module}` may not import `{target}`, only {}", in_words(allowed)))
}

fn in_words(allowed: &[&str]) -> String {
    let all = allowed.iter().chain(EVERYONE).map(|name| format!("`{name}`")).collect::<Vec<_>>();
    all.join(", ")
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// True when the text holds a word that is not part of a longer one, such as `print!` within `eprint!`.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let free = |letter: Option<char>| letter.is_none_or(|letter| !is_name(letter) && letter != '-');
        free(before.chars().next_back()) && free(rest.chars().nth(word.chars().count()))
    })
}

/// True when the text holds an absolute path that begins so; `content/home/` is a relative one.
fn has_absolute(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.split_at(at).0.chars().next_back();
        before.is_none_or(|letter| !is_name(letter) && !".-/}".contains(letter))
    })
}

/// Returns the line and the name of each entry under a `[…dependencies]` head.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (at, line) in manifest.lines().enumerate() {
        if let Some(head) = line.strip_prefix('[') {
            inside = head.trim_end().trim_end_matches(']').ends_with("dependencies");
        } else if let (true, Some((name, _))) = (inside, line.split_once('=')) {
            found.push((at + 1, name.trim()));
        }
    }
    found
}
