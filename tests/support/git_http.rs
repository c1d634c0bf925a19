//! Git repositories behind git's own server, `git http-backend`, with a token.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::server::{Received, Reply, Server};

/// Serves the repositories below a folder to whoever has the token.
pub fn serve(folder: &Path, token: Option<&str>) -> Server {
    let folder = folder.to_owned();
    let wanted = token.map(|it| format!("Basic {it}"));
    let output = Command::new("git").arg("--exec-path").output().unwrap();
    let program = format!("{}/git-http-backend", String::from_utf8(output.stdout).unwrap().trim());
    Server::start(move |request| {
        if wanted.is_some() && request.headers.get("authorization") != wanted.as_ref() {
            return Reply::status(401).header("www-authenticate", "Basic realm=\"git\"");
        }
        cgi(&program, &folder, request)
    })
}

/// Runs the program by the rules of RFC 3875.
fn cgi(program: &str, folder: &Path, request: &Received) -> Reply {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let mut child = Command::new(program)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_PROJECT_ROOT", folder)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", request.headers.get("content-type").map_or("", String::as_str))
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .env("REMOTE_ADDR", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let body = request.body.clone();
    let writer = std::thread::spawn(move || stdin.write_all(&body));
    let mut output = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut output).unwrap();
    let _ = writer.join();
    child.wait().unwrap();
    let split = output.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    let mut reply = Reply::body(&output[split + 4..]);
    for line in String::from_utf8_lossy(&output[..split]).lines() {
        let (name, value) = line.split_once(": ").unwrap();
        match name {
            "Status" => reply.status = value[..3].parse().unwrap(),
            _ => reply = reply.header(name, value),
        }
    }
    reply
}

/// Runs git in a folder.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@acme.example", "-c", "init.defaultBranch=main"])
        .args(["-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z")
        .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Makes a repository with these files in one commit.
pub fn repository(folder: &Path, files: &[(String, String)]) {
    std::fs::create_dir_all(folder).unwrap();
    git(folder, &["init", "-q"]);
    commit(folder, files);
}

/// Adds files in one more commit.
pub fn commit(folder: &Path, files: &[(String, String)]) {
    for (path, text) in files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "a change"]);
}
