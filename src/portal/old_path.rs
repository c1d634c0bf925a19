//! An address as its author wrote it, hostile or not, to a path below the root or an address elsewhere.

use crate::sources::percent_decoded;

/// The longest path below the root, in bytes.
const PATH_BYTES_MAX: usize = 1_000;

/// The longest name of a file or folder, in bytes; more than most disks take.
const NAME_BYTES_MAX: usize = 200;

/// The longest address elsewhere, in bytes.
const ADDRESS_BYTES_MAX: usize = 2_000;

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A path below the root, decoded, and what follows it from `?` or `#` on, encoded.
    Inside { path: String, suffix: String },
    /// A whole address.
    Outside(String),
}

/// Reads an old address: the path of a folder, with a slash at its end, or of an `.html` file.
///
/// # Errors
/// When no page could stand there; the text says why, and fits after the name of a field.
pub(super) fn read_old(written: &str) -> Result<String, String> {
    if written.contains(['?', '#']) {
        return Err("is a path alone: what follows `?` or `#` never reaches a server of files".to_owned());
    }
    let path = below_root(written)?;
    let path =
        path.strip_suffix("index.html").filter(|it| it.is_empty() || it.ends_with('/')).unwrap_or(&path);
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let file = ending.eq_ignore_ascii_case("html") || ending.eq_ignore_ascii_case("htm");
    Ok(if file { path.to_owned() } else { super::folder(path) })
}

/// Reads where an old address leads.
///
/// # Errors
/// When it is neither a path of the portal nor an address that a page may send on to.
pub(super) fn read_target(written: &str) -> Result<Place, String> {
    if !written.starts_with('/') {
        return elsewhere(written).map(Place::Outside);
    }
    let (path, suffix) = written.split_at(written.find(['?', '#']).unwrap_or(written.len()));
    let path = below_root(path)?;
    let path =
        path.strip_suffix("index.html").filter(|it| it.is_empty() || it.ends_with('/')).unwrap_or(&path);
    if suffix.chars().any(char::is_control) || suffix.len() > PATH_BYTES_MAX {
        return Err("has characters that no address has, or is too long".to_owned());
    }
    Ok(Place::Inside { path: path.to_owned(), suffix: encode(suffix, "/?:@!$()+,;=&%#") })
}

/// Returns an address elsewhere in its normal form, in which nothing ends a line or an attribute.
fn elsewhere(written: &str) -> Result<String, String> {
    if written.len() > ADDRESS_BYTES_MAX {
        return Err(format!("is longer than {ADDRESS_BYTES_MAX} bytes"));
    }
    // The parser of URLs drops what browsers drop; nobody writes that in good faith.
    if written.chars().any(|it| it.is_control() || it.is_whitespace()) {
        return Err("has spaces or line breaks".to_owned());
    }
    let Ok(url) = url::Url::parse(written) else {
        return Err("does not begin with a slash, and is no whole address".to_owned());
    };
    match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Err("holds a user name, which everyone could read".to_owned())
        }
        "http" | "https" => Ok(String::from(url).replace('\'', "%27")),
        scheme => Err(format!("has the scheme `{scheme}:`; a page sends on to `https:` and `http:` alone")),
    }
}

/// Returns a path without its first slash, decoded.
fn below_root(written: &str) -> Result<String, String> {
    let Some(rest) = written.strip_prefix('/') else {
        return Err("does not begin with a slash".to_owned());
    };
    if rest.starts_with(['/', '\\']) {
        return Err("begins with two slashes, which means another site".to_owned());
    }
    let decoded = percent_decoded(rest).ok_or("is not UTF-8 once its escapes are read")?;
    if decoded.len() > PATH_BYTES_MAX {
        return Err(format!("is longer than {PATH_BYTES_MAX} bytes"));
    }
    let names = decoded.strip_suffix('/').unwrap_or(&decoded);
    for name in names.split('/').filter(|_| !names.is_empty()) {
        match name {
            "" => return Err("has two slashes in a row".to_owned()),
            "." | ".." => return Err("has `.` or `..`, which could leave the site".to_owned()),
            it if it.len() > NAME_BYTES_MAX => {
                return Err(format!("has a name of more than {NAME_BYTES_MAX} bytes"));
            }
            it if it.starts_with(' ') || it.ends_with(' ') => {
                return Err("has a name that begins or ends with a space".to_owned());
            }
            it if it.chars().any(|it| it.is_control() || matches!(it, '\\' | ':')) => {
                return Err(
                    "has a line break, `\\`, `:` or another character that no file may have".to_owned()
                );
            }
            _ => {}
        }
    }
    Ok(decoded)
}

/// Returns a path as it stands in an address and in `_redirects`, where spaces, `#`, `*` and `:` mean something.
pub(super) fn encoded(path: &str) -> String {
    encode(path, "/")
}

/// Returns a text with every byte written `%XX` but letters, digits, `-`, `.`, `_`, `~` and those kept.
fn encode(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let letter = char::from(byte);
        if byte.is_ascii_alphanumeric() || "-._~".contains(letter) || byte.is_ascii() && kept.contains(letter)
        {
            out.push(letter);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Place, encoded, read_old, read_target};

    #[test]
    fn old_paths_are_folders_or_pages() {
        for (written, expected) in [
            ("/old", "old/"),
            ("/old/", "old/"),
            ("/", ""),
            ("/index.html", ""),
            ("/a/index.html", "a/"),
            ("/a/old.html", "a/old.html"),
            ("/a/old.HTM", "a/old.HTM"),
            ("/a/file.pdf", "a/file.pdf/"),
            ("/catalog/default/api/orders.v1", "catalog/default/api/orders.v1/"),
            ("/a%20b", "a b/"),
            ("/é", "é/"),
            ("/%C3%A9", "é/"),
        ] {
            assert_eq!(read_old(written).as_deref(), Ok(expected), "{written}");
        }
    }

    #[test]
    fn what_leaves_the_site_is_refused() {
        let long = format!("/{}", "x/".repeat(600));
        let name = format!("/{}", "x".repeat(201));
        for hostile in [
            "",
            "old",
            "//host/x",
            "/\\host",
            "/a//b",
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "/a%2F..%2Fb",
            "/.",
            "/a\nb",
            "/a%0Ab",
            "/a%0d%0a/x 301",
            "/c:/x",
            "/a\\b",
            "/%00",
            "/%FF",
            "/ a",
            "/a?x",
            "/a#x",
            &long,
            &name,
        ] {
            assert!(read_old(hostile).is_err(), "{hostile:?}");
        }
        for hostile in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            " javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://x/",
            "https://u:p@host/",
            "https://user@host/",
            "https://host/a b",
            "https://host/\n/evil 301",
            "https:",
            "//host",
            "relative",
            "mailto:a@b.example",
        ] {
            assert!(read_target(hostile).is_err(), "{hostile:?}");
        }
    }

    #[test]
    fn targets_are_encoded() {
        let inside =
            |path: &str, suffix: &str| Place::Inside { path: path.to_owned(), suffix: suffix.to_owned() };
        assert_eq!(read_target("/a/#b\"c d"), Ok(inside("a/", "#b%22c%20d")));
        assert_eq!(read_target("/a b?x=1&y"), Ok(inside("a b", "?x=1&y")));
        assert_eq!(
            read_target("https://Host.example/'\"<>"),
            Ok(Place::Outside("https://host.example/%27%22%3C%3E".to_owned()))
        );
        assert_eq!(encoded("a b/é#*:'"), "a%20b/%C3%A9%23%2A%3A%27");
    }
}
