//! The blocks of a site of the guide to a folder with a server behind it, built by the program itself.

use std::collections::BTreeMap;
use std::path::Path;

use crate::guide_page::{Block, Unit};
use crate::server::{Reply, Server};
use crate::site::Site;

/// A site of the guide. Its servers are loopback ones; what it writes is told with the addresses of the guide.
pub struct GuideSite {
    pub name: String,
    pub site: Site,
    pub servers: Vec<Server>,
    /// What the guide writes, and what is written in its place.
    places: Vec<(String, String)>,
    /// The values of the variables that the configuration names.
    pub secrets: Vec<String>,
    pub files: BTreeMap<String, String>,
    /// What to type, and what is printed then.
    pub commands: Vec<(String, Option<Block>)>,
}

impl GuideSite {
    pub fn new(unit: &Unit) -> Self {
        let files = files(unit);
        let (servers, places) = servers(&files);
        let config = files.get("site.yaml").map(String::as_str).unwrap_or_default();
        let mut site = Site::new("");
        let secrets: Vec<String> = variables(config).iter().map(|it| format!("value-of-{it}-17")).collect();
        site.environment =
            variables(config).into_iter().zip(&secrets).map(|(name, it)| (name, it.clone())).collect();
        let own: BTreeMap<String, String> =
            files.into_iter().filter(|(name, _)| !name.contains("://")).collect();
        for (name, text) in &own {
            let text = places.iter().fold(text.clone(), |text, (from, to)| text.replace(from, to));
            match name.ends_with(".db") {
                true => database(&site.folder.path().join(name), &text),
                false => site.write(name, &text),
            }
        }
        if own.values().any(|it| it.contains("kind: git")) {
            commit(site.folder.path());
        }
        Self { name: unit.name.clone(), site, servers, places, secrets, files: own, commands: commands(unit) }
    }

    /// Builds, and returns every page. Nothing of it may be wrong.
    pub fn build(&self) -> BTreeMap<String, String> {
        let output = self.site.run(&["build"]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{}: {told}", self.name);
        for stage in ["plugin/", "config/", "publish/", "yaml/"] {
            assert!(!told.contains(&format!("[{stage}")), "{}: {told}", self.name);
        }
        let mut pages = BTreeMap::new();
        for file in walkdir::WalkDir::new(self.site.folder.path().join("dist")).into_iter().flatten() {
            let is_text =
                ["html", "json", "xml"].iter().any(|it| file.path().extension().is_some_and(|e| e == *it));
            if is_text && file.file_type().is_file() {
                let name = file.path().strip_prefix(self.site.folder.path().join("dist")).unwrap();
                let text = self.as_written(&std::fs::read_to_string(file.path()).unwrap());
                for secret in &self.secrets {
                    assert!(
                        !text.contains(secret.as_str()),
                        "{}: {} holds a secret",
                        self.name,
                        name.display()
                    );
                }
                pages.insert(name.display().to_string(), text);
            }
        }
        pages
    }

    /// The folders of plugins whose manifests have tests.
    pub fn tested_plugins(&self) -> Vec<&str> {
        let manifests = self.files.iter().filter(|(_, text)| text.contains("\ntests:"));
        manifests.filter_map(|(name, _)| name.strip_suffix("/plugin.yaml")).collect()
    }

    /// Runs a line that the guide tells people to type, and returns what is printed.
    pub fn type_in(&self, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().skip(1).map(|it| it.trim_matches('\'')).collect();
        let output = self.site.run(&words);
        let told = String::from_utf8(output.stderr).unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{}: `{line}`: {printed}{told}", self.name);
        self.as_written(&printed)
    }

    /// Returns a text with the addresses of the guide.
    fn as_written(&self, text: &str) -> String {
        self.places.iter().fold(text.to_owned(), |text, (from, to)| text.replace(to, from))
    }
}

fn files(unit: &Unit) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for block in &unit.blocks {
        let Some(name) = &block.name else { continue };
        match files.get_mut(name) {
            Some(text) if block.continued => text.push_str(&block.text),
            Some(_) => panic!("{}: `{name}` is written twice", unit.name),
            None => drop(files.insert(name.clone(), block.text.clone())),
        }
    }
    files
}

/// Starts a server for each origin that an address of the site begins with.
fn servers(files: &BTreeMap<String, String>) -> (Vec<Server>, Vec<(String, String)>) {
    let mut by_origin: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (address, body) in files.iter().filter(|(name, _)| name.contains("://")) {
        let url = url::Url::parse(address).unwrap();
        let path = address.split_at(url.origin().ascii_serialization().len()).1.to_owned();
        by_origin.entry(url.origin().ascii_serialization()).or_default().insert(path, body.clone());
    }
    let (mut servers, mut places) = (Vec::new(), Vec::new());
    for (origin, answers) in by_origin {
        let answers: Vec<(Asked, String)> =
            answers.iter().map(|(it, body)| (asked(it), body.clone())).collect();
        let server = Server::start(move |request| {
            let wanted = asked(&request.path);
            let found = answers.iter().find(|(it, _)| *it == wanted);
            found.map_or_else(|| Reply::status(404), |(_, body)| Reply::tagged(request, body.as_str()))
        });
        places.push((origin.clone(), server.url("")));
        // A host alone, as an integration names it.
        places.push((origin.trim_start_matches("https://").to_owned(), server.host()));
        servers.push(server);
    }
    (servers, places)
}

/// The path of a request, and its parameters.
type Asked = (String, Vec<(String, String)>);

fn asked(path: &str) -> Asked {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.sort();
    (path.to_owned(), pairs)
}

/// Returns the variables of the environment that a configuration names.
fn variables(config: &str) -> Vec<String> {
    let named = config.split("${").skip(1).filter_map(|it| it.split(['}', ':']).next());
    let granted = config.split("secrets: [").skip(1).filter_map(|it| it.split(']').next());
    let granted = granted.flat_map(|it| it.split(", "));
    named.chain(granted).map(str::to_owned).collect()
}

fn commands(unit: &Unit) -> Vec<(String, Option<Block>)> {
    let mut commands = Vec::new();
    for (index, block) in unit.blocks.iter().enumerate().filter(|(_, it)| it.language == "sh") {
        let printed = unit.blocks.get(index + 1).filter(|it| it.language == "text" && it.name.is_none());
        // A server goes on until somebody stops it.
        let ends = |it: &&str| it.starts_with("callboard ") && !it.starts_with("callboard serve");
        let lines: Vec<&str> = block.text.lines().filter(ends).collect();
        for (number, line) in lines.iter().enumerate() {
            let is_last = number + 1 == lines.len();
            commands.push(((*line).to_owned(), printed.filter(|_| is_last).cloned()));
        }
    }
    commands
}

#[cfg(feature = "sql")]
fn database(path: &Path, statements: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    rusqlite::Connection::open(path).unwrap().execute_batch(statements).unwrap();
}

#[cfg(not(feature = "sql"))]
fn database(_: &Path, _: &str) {}

/// Makes the folder a repository with one commit.
fn commit(folder: &Path) {
    let repository = git2::Repository::init(folder).unwrap();
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let time = git2::Time::new(1_767_000_000, 0);
    let author = git2::Signature::new("Ada Quay", "ada@larkspur.example", &time).unwrap();
    repository.commit(Some("HEAD"), &author, &author, "Berths of the harbour", &tree, &[]).unwrap();
}
