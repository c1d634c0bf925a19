//! Paths of the site: `/`-separated text, relative to the site folder, whatever the system's own form.
//!
//! A file elsewhere has a path too: the address of the tree it is in, `!/`, and its path there, as in
//! `https://github.com/acme/shop/blob/main!/docs/index.md`. No `..` leads out of the tree.

/// What parts the address of a tree from a path in it.
const MARK: &str = "!/";

/// Parts a path into the address of its tree, with the mark, and the path there. `None` for a path of the site folder.
pub fn split_remote(path: &str) -> Option<(&str, &str)> {
    let scheme = path.find("://")?;
    // A local folder may be called anything, but a scheme has letters, digits, `+`, `-` and `.` alone.
    let is_scheme = |it: &str| {
        it.starts_with(|first: char| first.is_ascii_alphabetic())
            && it.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'))
    };
    path.get(..scheme).filter(|it| is_scheme(it))?;
    let at = path.find(MARK)?;
    Some((path.get(..at)?, path.get(at + MARK.len()..)?))
}

/// Returns the path of a file in a tree elsewhere.
pub fn remote_path(root: &str, path: &str) -> String {
    format!("{root}{MARK}{}", normalize_parts(path))
}

/// Returns the path with `.` and `..` worked out; a path that climbs keeps its leading `../`.
pub fn normalize(path: &str) -> String {
    match split_remote(path) {
        Some((root, below)) => remote_path(root, below),
        None => normalize_parts(path),
    }
}

fn normalize_parts(path: &str) -> String {
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
    match split_remote(path) {
        // The root of a tree keeps its mark, so that a path can be joined to it.
        Some((root, below)) => match below.rsplit_once('/') {
            Some((folder, _)) => path.get(..root.len() + MARK.len() + folder.len()).unwrap_or(path),
            None => path.get(..root.len() + MARK.len()).unwrap_or(path),
        },
        None => path.rsplit_once('/').map_or("", |(folder, _)| folder),
    }
}

/// Returns whether the text has characters that mean something in a glob.
pub fn is_glob(path: &str) -> bool {
    split_remote(path).map_or(path, |(_, below)| below).contains(['*', '?', '[', '{'])
}

#[cfg(test)]
mod tests {
    use super::{is_glob, join, normalize, parent, split_remote};

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

    #[test]
    fn a_tree_elsewhere_is_a_folder_that_nothing_leads_out_of() {
        let root = "https://git.example/a/b?at=x";
        assert_eq!(parent(&format!("{root}!/c/d.yaml")), format!("{root}!/c"));
        assert_eq!(parent(&format!("{root}!/d.yaml")), format!("{root}!/"));
        assert_eq!(join(parent(&format!("{root}!/d.yaml")), "e/../f.yaml"), format!("{root}!/f.yaml"));
        assert_eq!(join(&format!("{root}!/c"), "../../../g"), format!("{root}!/../../g"));
        assert!(!is_glob(&format!("{root}!/a.yaml")) && is_glob(&format!("{root}!/*.yaml")));
        assert_eq!(split_remote("a b://x!/y"), None);
        assert_eq!(split_remote("a!/b"), None);
    }
}
