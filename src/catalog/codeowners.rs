//! `CODEOWNERS` to the owner of a path, by GitHub's rules.

use globset::{GlobBuilder, GlobMatcher};

/// Where the file may be in a repository; the first that is there counts (GitHub, and GitLab's own last).
pub const PATHS: &[&str] = &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// The largest file that GitHub takes, in bytes.
const BYTES_MAX: usize = 3 * 1024 * 1024;

/// The most lines that are looked at, so that no file costs much time.
const LINES_MAX: usize = 10_000;

/// Returns the owner of a path, from the root of the repository, as the reference of an entity: `@org/team` is
/// `group:default/team`, and `@user` is `user:default/user`.
///
/// The last line whose pattern matches decides, and of its owners the first that is no e-mail address. `None` when that
/// line names nobody, when no line matches, and when the file is larger than GitHub takes or has more than 10,000 lines.
pub fn owner_of(text: &str, path: &str) -> Option<String> {
    if text.len() > BYTES_MAX || text.lines().nth(LINES_MAX).is_some() {
        return None;
    }
    let path = path.trim_start_matches('/');
    let owners = text.lines().rev().find_map(|line| {
        let (pattern, owners) = split(line)?;
        matches(&pattern, path).then_some(owners)
    })?;
    owners.split_whitespace().take_while(|it| !it.starts_with('#')).find_map(reference)
}

/// Parts a line into its pattern and its owners. `None` when it has no pattern, or one that GitHub does not take.
fn split(line: &str) -> Option<(String, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let mut pattern = String::new();
    let mut letters = line.char_indices();
    let mut end = line.len();
    while let Some((at, letter)) = letters.next() {
        match letter {
            // A backslash keeps a space, or a `#` at the beginning, in the pattern.
            '\\' => pattern.extend(letters.next().map(|(_, it)| it)),
            it if it.is_whitespace() => {
                end = at;
                break;
            }
            it => pattern.push(it),
        }
    }
    // GitHub skips negations and ranges of characters.
    let known = !pattern.starts_with('!') && !pattern.contains(['[', ']']);
    known.then(|| (pattern, line.get(end..).unwrap_or_default()))
}

fn matches(pattern: &str, path: &str) -> bool {
    let within = pattern.trim_end_matches('/');
    let is_folder = within.len() < pattern.len();
    // A slash in front or in the middle ties the pattern to the root.
    let tied = within.contains('/') || (is_folder && within.is_empty());
    let body = within.trim_start_matches('/');
    let glob = match (tied, body) {
        (_, "") => return true,
        (true, body) => escaped(body),
        (false, body) => format!("**/{}", escaped(body)),
    };
    let is = |glob: &str| compiled(glob).is_some_and(|it| it.is_match(path));
    // A pattern that ends in `/*` is for the files of that folder, and not for those below.
    let deep = is_folder || !body.ends_with("/*");
    (!is_folder && is(&glob)) || (deep && is(&format!("{glob}/**")))
}

/// Alternatives are no part of the format.
fn escaped(pattern: &str) -> String {
    pattern.chars().flat_map(|it| matches!(it, '{' | '}').then_some('\\').into_iter().chain([it])).collect()
}

fn compiled(glob: &str) -> Option<GlobMatcher> {
    let built = GlobBuilder::new(glob).literal_separator(true).backslash_escape(true).build();
    built.ok().map(|it| it.compile_matcher())
}

fn reference(owner: &str) -> Option<String> {
    let name = owner.strip_prefix('@')?;
    let sound =
        |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it));
    match name.split_once('/') {
        Some((org, team)) => {
            (sound(org) && sound(team)).then(|| format!("group:default/{}", team.to_lowercase()))
        }
        None => sound(name).then(|| format!("user:default/{}", name.to_lowercase())),
    }
}

#[cfg(test)]
mod tests {
    use super::owner_of;

    #[test]
    fn github_s_rules() {
        let team = Some("group:default/shop");
        let jo = Some("user:default/jo");
        for (text, path, expected) in [
            ("* @acme/shop", "a/b/c.rs", team),
            ("* @jo", "catalog-info.yaml", jo),
            ("* @acme/Shop @jo", "x", team),
            ("* @acme/shop\n*.js @jo", "src/x.js", jo),
            ("*.js @jo\n* @acme/shop", "src/x.js", team),
            // Nobody, on purpose.
            ("* @jo\n/docs/", "docs/a.md", None),
            ("* jo@acme.example", "x", None),
            ("* jo@acme.example @jo", "x", jo),
            ("# * @jo\n\n", "x", None),
            ("* @jo # and no one else @acme/shop", "x", jo),
            ("* # @jo", "x", None),
            ("/docs/ @jo", "docs/a/b.md", jo),
            ("/docs/ @jo", "src/docs/b.md", None),
            ("docs/ @jo", "src/docs/b.md", jo),
            ("docs/ @jo", "docs", None),
            ("docs @jo", "docs/a/b.md", jo),
            ("docs/* @jo", "docs/a.md", jo),
            ("docs/* @jo", "docs/a/b.md", None),
            ("docs/* @jo", "src/docs/a.md", None),
            ("**/logs @jo", "build/logs/a", jo),
            ("**/logs @jo", "logs/a", jo),
            ("/apps/**/x.yaml @jo", "apps/a/b/x.yaml", jo),
            ("/apps/*/x.yaml @jo", "apps/a/b/x.yaml", None),
            ("/build/logs/ @jo", "build/logs/a/b", jo),
            ("my\\ docs/ @jo", "my docs/a", jo),
            ("\\#x @jo", "#x", jo),
            ("! @jo", "!", None),
            ("[ab].md @jo", "a.md", None),
            ("{a,b}.md @jo", "a.md", None),
            ("{a,b}.md @jo", "{a,b}.md", jo),
            ("a?.md @jo", "ab.md", jo),
            ("/ @jo", "x/y", jo),
            ("* @acme/", "x", None),
            ("* @acme/a/b", "x", None),
            ("* @", "x", None),
        ] {
            assert_eq!(owner_of(text, path).as_deref(), expected, "{text:?} for {path}");
        }
        assert_eq!(owner_of(&"* @jo\n".repeat(600_000), "x"), None);
    }
}
