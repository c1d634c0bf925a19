//! Paths of the site: `/`-separated text, relative to the site folder, whatever the system's own form.

/// Returns the path with `.` and `..` worked out; a path that climbs keeps its leading `../`.
pub fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// Returns `path` as seen from `folder`; a leading `/` is not special.
pub fn join(folder: &str, path: &str) -> String {
    normalize(&format!("{folder}/{path}"))
}

/// Returns the folder that holds `path`; the empty text is the base folder.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns whether the text has characters that mean something in a glob.
pub fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

#[cfg(test)]
mod tests {
    use super::{join, normalize, parent};

    #[test]
    fn works_out_dots() {
        assert_eq!(normalize("./a//b/../c/."), "a/c");
        assert_eq!(normalize("../../a"), "../../a");
        assert_eq!(normalize("a/../../b"), "../b");
        assert_eq!(join("a/b", "../x.yaml"), "a/x.yaml");
        assert_eq!(join("", "./x"), "x");
        assert_eq!(parent("a/b/c"), "a/b");
        assert_eq!(parent("c"), "");
    }
}
