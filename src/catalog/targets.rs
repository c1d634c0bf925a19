//! Targets of locations and placeholders, resolved against the file that names them.

use crate::sources::{OriginMap, git_address};

/// The file that targets are relative to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Base<'a> {
    /// The path of the file.
    pub(super) file: &'a str,
    /// What the folder is a copy of, if it is one.
    pub(super) origin: Option<&'a OriginMap>,
}

/// What a target means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A file, folder or glob that the reader can read.
    Path(String),
    /// An address outside the copy.
    Elsewhere(String),
    /// Nothing; the text says why.
    Malformed(String),
}

impl Base<'_> {
    /// Resolves a target: an absolute URL, `/x` from the root of the repository, or a relative path.
    ///
    /// A placeholder into another repository is refused by Backstage, and a location is not; both are
    /// [`Target::Elsewhere`] here.
    pub(super) fn resolve(&self, target: &str, placeholder: bool) -> Target {
        if target.trim().is_empty() {
            return Target::Malformed("the target is empty".to_owned());
        }
        let scheme = target.split_once("://").map(|(scheme, _)| scheme);
        if let Some(scheme) = scheme.filter(|it| it.chars().all(|it| it.is_ascii_alphanumeric() || it == '+'))
        {
            let is_git = git_address::is_git(target);
            return match self.origin.and_then(|origin| origin.path_of(target)) {
                Some(path) if matches!(scheme, "http" | "https") || is_git => Target::Path(path),
                None if matches!(scheme, "http" | "https") || is_git => Target::Elsewhere(target.to_owned()),
                _ => Target::Malformed(format!("`{scheme}:` addresses cannot be read")),
            };
        }
        if target.to_ascii_lowercase().starts_with("javascript:") {
            return Target::Malformed("a script is not a location".to_owned());
        }
        let target = if placeholder { target } else { target.trim() };
        let resolved = match self.origin {
            Some(origin) => origin.resolve(self.file, target),
            None => OriginMap::default().resolve(self.file, target),
        };
        // Only an address has no path, and this is none.
        resolved.map_or_else(|| Target::Elsewhere(target.to_owned()), Target::Path)
    }
}

#[cfg(test)]
mod tests {
    use super::{Base, Target};
    use crate::sources::OriginMap;

    #[test]
    fn resolves_against_the_file() {
        let origin = OriginMap::new("https://git.example/a/b/blob/main/", "").unwrap();
        let base = Base { file: "sub/catalog-info.yaml", origin: Some(&origin) };
        let path = |target| match base.resolve(target, false) {
            Target::Path(path) => path,
            other => format!("{other:?}"),
        };
        assert_eq!(path("./x.yaml"), "sub/x.yaml");
        assert_eq!(path("x.yaml"), "sub/x.yaml");
        assert_eq!(path("/x.yaml"), "x.yaml");
        assert_eq!(path("../*.yaml"), "*.yaml");
        assert_eq!(path("https://git.example/a/b/tree/dev/c/d.yaml"), "c/d.yaml");
        assert!(matches!(base.resolve("https://else.example/x", false), Target::Elsewhere(_)));
        assert!(matches!(base.resolve("javascript:alert(1)", false), Target::Malformed(_)));
    }
}
