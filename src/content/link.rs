//! A link as written to the address it gets on the page, or the reason why it gets none.

use super::file_tree::FileTree;
use super::html_text::percent_decode;

/// The schemes that a link may have; all others, `javascript:` and `data:` among them, are dropped.
pub(super) const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Where a page stands, as far as links care.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinkBase<'a> {
    /// The files that relative links may lead to.
    pub(super) tree: &'a FileTree,
    /// The file that holds the link, as a path below the folder of the tree.
    pub(super) file: &'a str,
    /// The path of the page below the address of the tree, without a final slash.
    pub(super) page: &'a str,
    /// The path of the page below the root of the portal, with or without slashes at its ends.
    pub(super) address: &'a str,
}

/// What a link as written comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    /// An address elsewhere.
    External(String),
    /// An address within the portal: as it stands on the page, and below the root of the portal.
    Internal { href: String, target: String },
    /// The page that shows the source of a file outside of the folder.
    Source(String),
    /// A relative path that leads to no file.
    Broken { path: String },
    /// An address that no page may have.
    Refused,
}

/// Returns what `link` comes to on a page; without a base, only addresses elsewhere and places on the
/// page are links.
pub(super) fn resolve(link: &str, base: Option<LinkBase<'_>>) -> Resolved {
    // Browsers drop these wherever they stand, so that a scheme could hide behind them.
    let link: String = link.chars().filter(|it| !it.is_control()).collect();
    let link = link.trim();
    if let Some(scheme) = scheme(link) {
        let known = SCHEMES.iter().any(|it| scheme.eq_ignore_ascii_case(it));
        return if known { Resolved::External(link.to_owned()) } else { Resolved::Refused };
    }
    if link.starts_with("//") {
        return Resolved::External(format!("https:{link}"));
    }
    // Browsers take a backslash for a slash: `/\host` is another host.
    let split = link.find(['?', '#']).unwrap_or(link.len());
    let (path, suffix) = link.split_at(split);
    if path.contains('\\') {
        return Resolved::Refused;
    }
    let Some(base) = base else {
        // A place on the page that shows the text, such as an item of the same list.
        let is_place = path.is_empty() && suffix.len() > 1 && suffix.starts_with('#');
        return match is_place {
            true => Resolved::Internal { href: suffix.to_owned(), target: String::new() },
            false => Resolved::Refused,
        };
    };
    resolve_path(&percent_decode(path), suffix, base)
}

fn resolve_path(path: &str, suffix: &str, base: LinkBase<'_>) -> Resolved {
    if path.is_empty() {
        let target = format!("{}/{suffix}", base.address.trim_matches('/'));
        return Resolved::Internal { href: suffix.to_owned(), target };
    }
    let root = match path.strip_prefix('/') {
        Some(rooted) if !is_markdown(path) => return from_root(rooted, suffix, base),
        _ => base.address.trim_matches('/').strip_suffix(base.page).unwrap_or_default().trim_end_matches('/'),
    };
    match base.tree.find(base.file, base.page, path) {
        Some(found) => {
            let target = if root.is_empty() { String::new() } else { format!("{root}/") };
            Resolved::Internal {
                href: relative(base.page, found) + suffix,
                target: format!("{target}{found}{suffix}"),
            }
        }
        None => match base.tree.source_of(base.file, path) {
            Some(address) => Resolved::Source(address + suffix),
            None => Resolved::Broken { path: path.to_owned() },
        },
    }
}

/// Returns a path that begins at the root of the portal, as seen from the page.
fn from_root(rooted: &str, suffix: &str, base: LinkBase<'_>) -> Resolved {
    let folder = rooted.is_empty() || rooted.ends_with('/');
    let slash = if folder && !rooted.is_empty() { "/" } else { "" };
    let path = format!("{}{slash}", crate::sources::normalize(rooted));
    let path = path.trim_start_matches("../");
    let href = relative(base.address.trim_matches('/'), path);
    Resolved::Internal { href: href + suffix, target: format!("{path}{suffix}") }
}

fn is_markdown(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|it| it.eq_ignore_ascii_case("md"))
}

/// Returns the scheme of an address, if it has one.
fn scheme(link: &str) -> Option<&str> {
    let (scheme, _) = link.split_once(':')?;
    let mut bytes = scheme.bytes();
    // A name with anything else in it could be read as a scheme after some decoding, so the test is for what a
    // relative path cannot be: text up to a `:` that no `/`, `?` or `#` precedes.
    let is_scheme = bytes.next().is_some() && !scheme.contains(['/', '?', '#']);
    is_scheme.then_some(scheme)
}

/// Returns the address of `path` as seen from the page `from`, which is a folder; both are below the same root.
pub(super) fn relative(from: &str, path: &str) -> String {
    let encoded =
        |it: &str| it.replace('%', "%25").replace('?', "%3F").replace('#', "%23").replace(':', "%3A");
    match relative_path(from, path) {
        empty if empty.is_empty() => "./".to_owned(),
        other => encoded(&other),
    }
}

/// Returns `path` as seen from the folder `from`.
pub(super) fn relative_path(from: &str, path: &str) -> String {
    let from: Vec<&str> = from.split('/').filter(|it| !it.is_empty()).collect();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let to: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut out = "../".repeat(from.len() - common);
    for part in to.iter().skip(common) {
        out.push_str(part);
        out.push('/');
    }
    out.push_str(path.rsplit('/').next().unwrap_or_default());
    out
}
