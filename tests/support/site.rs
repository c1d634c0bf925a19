//! A site in a folder of its own, built by the program itself.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

/// A site in a folder of its own, built by the program itself.
pub struct Site {
    pub folder: tempfile::TempDir,
    pub environment: Vec<(String, String)>,
}

impl Site {
    pub fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("site.yaml"), config).unwrap();
        Self { folder, environment: Vec::new() }
    }

    /// Writes a file of the site.
    pub fn write(&self, path: &str, text: &str) {
        let file = self.folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command.args(arguments).current_dir(self.folder.path()).env("SOURCE_DATE_EPOCH", "1767312000");
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.output().unwrap()
    }

    /// Builds, and returns what was printed and every file of the portal.
    pub fn build(&self, arguments: &[&str]) -> (String, BTreeMap<String, Vec<u8>>) {
        let output = self.run(&[&["build"], arguments].concat());
        let told = String::from_utf8(output.stderr).unwrap();
        let mut files = BTreeMap::new();
        for entry in walkdir::WalkDir::new(self.folder.path().join("dist")).into_iter().flatten() {
            let path = entry.path().strip_prefix(self.folder.path().join("dist")).unwrap().to_owned();
            // The list of the files is about the folder, and no part of the portal.
            if entry.file_type().is_file() && path != Path::new(".callboard") {
                files.insert(path.display().to_string(), std::fs::read(entry.path()).unwrap());
            }
        }
        (told, files)
    }
}
