//! The addresses of hosts and of the files in their repositories, made from names that hosts answer with.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::keys::Keys;
use crate::sources::integration::{Integrations, Provider};

/// What a path may not hold as it is.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'|');

/// What one part of a path, or one value of a query, may not hold as it is.
const PART: &AsciiSet = &PATH
    .add(b'/')
    .add(b'{')
    .add(b'}')
    .add(b'&')
    .add(b'=')
    .add(b'+')
    .add(b':')
    .add(b';')
    .add(b'@')
    .add(b',')
    .add(b'[')
    .add(b']')
    .add(b'$');

/// Encodes a path; slashes and the signs of globs stay.
pub(super) fn path(text: &str) -> String {
    utf8_percent_encode(text.trim_start_matches('/'), PATH).to_string()
}

/// Encodes one part of a path, or one value of a query. The slash of a branch is encoded too, for the part after the
/// verb of an address is the branch.
pub(super) fn part(text: &str) -> String {
    match text {
        // These two would climb.
        "." | ".." => text.replace('.', "%2E"),
        _ => utf8_percent_encode(text, PART).to_string(),
    }
}

/// Returns whether a text that a host answered with can be the name of a repository or a group.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 1_024
        && !text.contains(char::is_control)
        && text.split('/').all(|it| !matches!(it, "" | "." | ".."))
}

/// One host that is asked.
#[derive(Clone, Debug)]
pub(super) struct Host {
    /// The host, with the port where there is one.
    pub(super) name: String,
    /// The address of its pages, without a slash at the end.
    pub(super) base: String,
    /// The address of its API, without a slash at the end.
    pub(super) api: String,
}

impl Host {
    /// Returns the host that an integration of this kind describes; tells where there is none.
    pub(super) fn find(
        name: &str,
        provider: Provider,
        integrations: &Integrations,
        keys: &Keys<'_>,
    ) -> Option<Self> {
        let found = integrations.by_url(&format!("https://{name}/")).or_else(|| {
            // A port that belongs to `http` is none to `https`.
            integrations.by_url(&format!("http://{name}/"))
        });
        let Some(found) = found.filter(|it| it.provider == provider) else {
            let kind = provider.as_str();
            let message = format!("no integration describes the host `{name}`");
            keys.refuse("host", message, Some(format!("add it under `integrations.{kind}`")));
            return None;
        };
        let api = match (found.api_base_url.as_str(), provider) {
            ("", Provider::Github) => format!("{}/api/v3", found.base_url),
            ("", Provider::Gitea) => format!("{}/api/v1", found.base_url),
            (api, _) => api.to_owned(),
        };
        Some(Self { name: name.to_owned(), base: found.base_url.clone(), api })
    }

    /// Returns where GraphQL is asked: beside the versions of the other API.
    pub(super) fn graphql(&self) -> String {
        let api = self.api.strip_suffix("/v3").or(self.api.strip_suffix("/v4")).unwrap_or(&self.api);
        format!("{api}/graphql")
    }
}

#[cfg(test)]
mod tests {
    use super::{is_name, part, path};

    #[test]
    fn names_of_hosts_stay_names() {
        assert_eq!(path("/packages/*/catalog info.yaml"), "packages/*/catalog%20info.yaml");
        assert_eq!(path("a?b#c%2e"), "a%3Fb%23c%252e");
        assert_eq!(part("feature/a&b"), "feature%2Fa%26b");
        assert_eq!(part(".."), "%2E%2E");
        assert!(is_name("acme/shop") && !is_name("acme/../x") && !is_name("") && !is_name("a\n"));
    }
}
