//! A site of strangers' plugins, built by the program itself within bounds of time and memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::site::Site;

/// The longest that a build of hostile plugins may take, also in a debug build on a busy machine.
const TIME_MAX: Duration = Duration::from_secs(180);

/// The most memory, in KiB of addresses, so that threads and their stacks are counted too.
const MEMORY_KIB_MAX: u64 = 6 * 1024 * 1024;

/// A component with annotations.
pub fn component(name: &str, annotations: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  annotations: {{{annotations}}}\nspec: {{type: service, lifecycle: production, owner: team}}\n---\n"
    )
}

/// A team with one member.
pub const TEAM: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ada}\nspec: {memberOf: [team]}\n---\n";

/// Writes a plugin; `body` is the manifest less its head.
pub fn plugin(site: &Site, id: &str, body: &str) {
    let head =
        format!("apiVersion: plugin/v1\nkind: Plugin\nmetadata: {{id: {id}, version: 1.0.0, title: {id}}}\n");
    site.write(&format!("plugins/{id}/plugin.yaml"), &format!("{head}{body}"));
}

/// What a build of a hostile site gave.
pub struct Outcome {
    pub exit: Option<i32>,
    /// All that was printed.
    pub told: String,
    /// The codes of problems, by the folder of the plugin.
    pub codes: BTreeMap<String, BTreeSet<String>>,
    /// The files of the portal.
    pub files: BTreeMap<String, Vec<u8>>,
    pub took: Duration,
}

impl Outcome {
    /// Returns the codes of problems in a plugin.
    pub fn of(&self, id: &str) -> BTreeSet<&str> {
        self.codes.get(id).into_iter().flatten().map(String::as_str).collect()
    }

    /// Returns a page as text.
    pub fn page(&self, path: &str) -> String {
        let bytes = self.files.get(path).unwrap_or_else(|| panic!("no {path}: {}", self.told));
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// Returns the files that hold a text, or have it in their names.
    pub fn holding(&self, text: &str) -> Vec<&str> {
        let holds = |(path, bytes): &(&String, &Vec<u8>)| {
            path.contains(text) || bytes.windows(text.len()).any(|it| it == text.as_bytes())
        };
        self.files.iter().filter(holds).map(|(path, _)| path.as_str()).collect()
    }
}

/// Builds within the bounds. A build that takes too long or dies fails the test.
pub fn build(site: &Site, arguments: &[&str]) -> Outcome {
    let limited = format!("ulimit -v {MEMORY_KIB_MAX} 2>/dev/null; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limited, env!("CARGO_BIN_EXE_callboard"), "build", "--format", "json"]);
    command.args(arguments).current_dir(site.folder.path()).env("SOURCE_DATE_EPOCH", "1767312000");
    command.env("RAYON_NUM_THREADS", "2");
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name);
    }
    command.envs(site.environment.iter().map(|(name, value)| (name, value)));
    let began = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let out = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).unwrap();
        text
    });
    let err = std::thread::spawn(move || {
        let mut text = String::new();
        err.read_to_string(&mut text).unwrap();
        text
    });
    let exit = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None if began.elapsed() > TIME_MAX => {
                child.kill().unwrap();
                panic!("the build of hostile plugins hangs");
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let took = began.elapsed();
    let (out, err) = (out.join().unwrap(), err.join().unwrap());
    let told = format!("{out}{err}");
    assert!(exit.is_some(), "the build died: {told}");
    assert!(!told.contains("panicked at"), "{told}");
    let report: Value = serde_json::from_str(out.trim()).unwrap_or_else(|_| panic!("no report: {told}"));
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for it in report["diagnostics"].as_array().into_iter().flatten() {
        let file = it["span"]["file"].as_str().unwrap_or_default();
        let folder = file.strip_prefix("plugins/").and_then(|it| it.split('/').next()).unwrap_or(file);
        codes
            .entry(folder.to_owned())
            .or_default()
            .insert(it["code"].as_str().unwrap_or_default().to_owned());
    }
    let mut files = BTreeMap::new();
    let dist = site.folder.path().join("dist");
    for entry in walkdir::WalkDir::new(&dist).into_iter().flatten() {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&dist).unwrap().display().to_string();
            files.insert(path, std::fs::read(entry.path()).unwrap());
        }
    }
    Outcome { exit, told, codes, files, took }
}
