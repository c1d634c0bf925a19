//! The address of a repository, as people and hosts write it, to the way it is reached.

use crate::sources::remote::FetchError;

/// The longest address, in bytes.
const ADDRESS_BYTES_MAX: usize = 2_048;

/// How a repository is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// Over HTTP; the address has no slash at the end.
    Http(String),
    /// Over the user's `ssh`.
    Ssh(SshAddress),
    /// A folder of this machine, as a `file://` address.
    Local(String),
}

/// What `ssh` is told. No part begins with a hyphen or has a character that a shell knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SshAddress {
    pub(super) user: Option<String>,
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) path: String,
}

fn bad<T>(reason: &str) -> Result<T, FetchError> {
    Err(FetchError::BadAddress(reason.to_owned()))
}

impl Address {
    /// Reads `https://host/path`, `ssh://user@host:port/path`, `user@host:path` or `file:///path`.
    pub(super) fn read(text: &str) -> Result<Self, FetchError> {
        if text.len() > ADDRESS_BYTES_MAX || text.contains(|it: char| it.is_control() || it == ' ') {
            return bad("it is too long, or has spaces or control characters");
        }
        let Some((scheme, rest)) = text.split_once("://") else { return Self::read_scp(text) };
        match scheme {
            "http" | "https" => {
                let url = url::Url::parse(text).map_err(|it| FetchError::BadAddress(it.to_string()))?;
                if !url.username().is_empty() || url.password().is_some() {
                    return bad("it holds a name or a password, which belongs into the integrations");
                }
                if url.query().is_some() || url.fragment().is_some() {
                    return bad("a repository has no query and no fragment");
                }
                Ok(Self::Http(url.as_str().trim_end_matches('/').to_owned()))
            }
            "ssh" | "git+ssh" | "ssh+git" => {
                let Some((authority, path)) = rest.split_once('/') else { return bad("it has no path") };
                let (user, host) = match authority.rsplit_once('@') {
                    Some((user, host)) => (Some(user), host),
                    None => (None, authority),
                };
                let (host, port) = split_port(host)?;
                // `/~name/` is the home of a user, which the shell on the other side finds.
                let path = if path.starts_with('~') { path.to_owned() } else { format!("/{path}") };
                SshAddress::new(user, host, port, path).map(Self::Ssh)
            }
            "file" if rest.starts_with('/') => Ok(Self::Local(text.to_owned())),
            "file" => bad("a local repository is `file:///` and an absolute path"),
            "git" => bad("`git://` is neither encrypted nor authenticated and is not read"),
            _ => bad("git is read over https, http, ssh and file alone"),
        }
    }

    fn read_scp(text: &str) -> Result<Self, FetchError> {
        let Some((host, path)) = text.split_once(':').filter(|(host, _)| !host.contains('/')) else {
            return bad("it has no scheme");
        };
        let (user, host) = match host.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, host),
        };
        SshAddress::new(user, host, None, path.to_owned()).map(Self::Ssh)
    }
}

fn split_port(host: &str) -> Result<(&str, Option<u16>), FetchError> {
    let (name, port) = match host.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((name, rest)) => (name, rest.strip_prefix(':').filter(|it| !it.is_empty())),
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port).filter(|it| !it.is_empty())),
            None => (host, None),
        },
    };
    match port.map(str::parse) {
        Some(Err(_)) => bad("its port is no number"),
        Some(Ok(port)) => Ok((name, Some(port))),
        None => Ok((name, None)),
    }
}

impl SshAddress {
    fn new(user: Option<&str>, host: &str, port: Option<u16>, path: String) -> Result<Self, FetchError> {
        let is_word = |text: &str, more: &[char]| {
            let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
            !text.is_empty()
                && !text.starts_with('-')
                && text.chars().all(|it| plain(it) || more.contains(&it))
        };
        if !is_word(host, &[':']) {
            return bad("its host has characters that no host has");
        }
        if user.is_some_and(|it| !is_word(it, &['+'])) {
            return bad("its user has characters that are not passed on");
        }
        let odd = ['\'', '"', '\\', '`', '$', '!', ';', '|', '&', '<', '>', '*', '?', '(', ')'];
        if path.trim_matches('/').is_empty() || path.starts_with('-') || path.contains(odd) {
            return bad("its path is empty or has characters that are not passed on");
        }
        Ok(Self { user: user.map(str::to_owned), host: host.to_owned(), port, path })
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, SshAddress};

    #[test]
    fn reads_what_can_be_reached_safely() {
        let ssh = |user: Option<&str>, host: &str, port, path: &str| {
            let user = user.map(str::to_owned);
            Address::Ssh(SshAddress { user, host: host.to_owned(), port, path: path.to_owned() })
        };
        for (text, address) in [
            ("https://h.example/o/r.git", Address::Http("https://h.example/o/r.git".to_owned())),
            ("http://h.example:81/o/r/", Address::Http("http://h.example:81/o/r".to_owned())),
            ("git@h.example:o/r.git", ssh(Some("git"), "h.example", None, "o/r.git")),
            ("ssh://git@h.example:22/o/r", ssh(Some("git"), "h.example", Some(22), "/o/r")),
            ("ssh://h.example/~me/r", ssh(None, "h.example", None, "~me/r")),
            ("ssh://[::1]:7999/o/r", ssh(None, "::1", Some(7999), "/o/r")),
            ("file:///srv/r", Address::Local("file:///srv/r".to_owned())),
        ] {
            assert_eq!(Address::read(text), Ok(address), "{text}");
        }
        for text in [
            "",
            "/srv/r",
            "git://h.example/r",
            "ext::sh -c x",
            "https://user:word@h.example/r",
            "https://h.example/r?x=1",
            "https:///",
            "file://host/r",
            "ssh://-oProxyCommand=x/r",
            "-oProxyCommand=x:r",
            "a@-x:r",
            "-a@x:r",
            "h.example:-r",
            "h.example:r'; id'",
            "h.example:$(id)",
            "ssh://h.example/",
            "ssh://h.example:x/r",
            "h.example:a\nb",
            "ssh://h.example",
        ] {
            assert!(Address::read(text).is_err(), "{text}: {:?}", Address::read(text));
        }
    }
}
