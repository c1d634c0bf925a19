//! An entry of `backend.reading.allow` to `HostRule`: which host, ports and paths it names.

use serde_json::Value;
use url::{Host, Url};

use crate::sources::integration::IntegrationError;
use crate::sources::percent_decoded;

/// One entry of `backend.reading.allow`, by the rules of Backstage's reader of plain addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostRule {
    host: HostPattern,
    ports: Ports,
    /// What it is limited to; `None` for the whole host.
    paths: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum HostPattern {
    Exact(Host),
    /// The names that end so, with the dot: `.yard.example`.
    Below(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Ports {
    /// The address names no port.
    Unwritten,
    /// The port, written or that of the scheme, is one of these.
    Between(u16, u16),
}

impl HostRule {
    /// Reads an entry that stands at a JSON pointer.
    pub(super) fn read(entry: &Value, pointer: &str) -> Result<Self, IntegrationError> {
        let wrong =
            |key: &str, message: String| IntegrationError { pointer: format!("{pointer}{key}"), message };
        let Some(text) = entry.get("host").and_then(Value::as_str) else {
            return Err(wrong("", "an entry of `allow` needs a `host`".to_owned()));
        };
        let (name, ports) = split_port(text).map_err(|message| wrong("/host", message))?;
        let host = host_pattern(name).map_err(|message| wrong("/host", message))?;
        let paths = match entry.get("paths") {
            None | Some(Value::Null) => None,
            Some(Value::Array(items)) => {
                let mut paths = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    match item.as_str().filter(|it| it.starts_with('/')) {
                        Some(path) => paths.push(path.to_owned()),
                        None => {
                            let message = "a path begins with `/`".to_owned();
                            return Err(wrong(&format!("/paths/{index}"), message));
                        }
                    }
                }
                Some(paths)
            }
            Some(_) => return Err(wrong("/paths", "`paths` is a list of paths".to_owned())),
        };
        Ok(Self { host, ports, paths })
    }

    /// Returns whether the rule lets an address be read.
    pub(super) fn allows(&self, url: &Url) -> bool {
        self.names(url) && self.paths.as_ref().is_none_or(|paths| is_below(url.path(), paths))
    }

    /// Returns whether the rule names this very host and port, and not only the names below it.
    pub(super) fn names_exactly(&self, url: &Url) -> bool {
        matches!(self.host, HostPattern::Exact(_)) && self.names(url)
    }

    fn names(&self, url: &Url) -> bool {
        let host_fits = match (&self.host, url.host()) {
            (HostPattern::Exact(wanted), Some(host)) => *wanted == host.to_owned(),
            (HostPattern::Below(suffix), Some(Host::Domain(name))) => name.ends_with(suffix.as_str()),
            _ => false,
        };
        host_fits
            && match self.ports {
                Ports::Unwritten => url.port().is_none(),
                Ports::Between(from, to) => {
                    url.port_or_known_default().is_some_and(|port| (from..=to).contains(&port))
                }
            }
    }
}

/// Splits `host:port` or `host:from-to`. The colons of an IPv6 address stand in brackets.
fn split_port(text: &str) -> Result<(&str, Ports), String> {
    let inside = text.rfind(']').unwrap_or(0);
    let colon = text.rfind(':').filter(|at| *at >= inside);
    let Some((name, ports)) = colon.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))) else {
        return Ok((text, Ports::Unwritten));
    };
    let (from, to) = ports.split_once('-').unwrap_or((ports, ports));
    let number = |text: &str| text.parse::<u16>().ok().filter(|it| *it > 0);
    match (number(from), number(to)) {
        (Some(from), Some(to)) if from <= to => Ok((name, Ports::Between(from, to))),
        _ => Err(format!("`{ports}` is no port and no range of ports such as `8000-8100`")),
    }
}

fn host_pattern(name: &str) -> Result<HostPattern, String> {
    let parse = |name: &str| {
        Host::parse(name)
            .map_err(|error| format!("`{name}` is no host, which has neither scheme nor path: {error}"))
    };
    match name.strip_prefix("*.") {
        Some(rest) if rest.contains('*') => Err(STAR.to_owned()),
        Some(rest) => match parse(rest)? {
            Host::Domain(domain) => Ok(HostPattern::Below(format!(".{domain}"))),
            _ => Err("an IP address has no names below it".to_owned()),
        },
        None if name.contains('*') => Err(STAR.to_owned()),
        None => Ok(HostPattern::Exact(parse(name)?)),
    }
}

const STAR: &str = "a star stands only at the front, as in `*.yard.example`";

/// Returns whether a path is one of these or below one.
fn is_below(path: &str, allowed: &[String]) -> bool {
    // The URL Standard resolves `..` but not `..%2f`, which some servers take for the same.
    let plain = percent_decoded(path)
        .is_some_and(|it| !it.split(['/', '\\']).any(|segment| matches!(segment, "." | "..")));
    if !plain {
        return false;
    }
    allowed.iter().any(|prefix| {
        path.strip_prefix(prefix.as_str())
            .is_some_and(|rest| rest.is_empty() || prefix.ends_with('/') || rest.starts_with('/'))
    })
}
