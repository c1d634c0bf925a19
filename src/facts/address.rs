//! Where a request goes: the base of a server and a path below it, from which nothing climbs out.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use super::outside::{Outside, Proxy};
use crate::plugins::source::Endpoint;
use crate::sources::integration::{Integration, Provider};
use crate::sources::remote::HeaderValue;
use crate::sources::{Secret, percent_decoded};

/// What a computed path may not hold as it is: it would end the path.
const IN_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'`').add(b'\\');

/// A server that a source asks.
#[derive(Clone, Debug)]
pub(super) struct Server {
    /// The address below which it is asked.
    pub(super) base: Url,
    /// Who asks, where the server is one of the operator's own.
    pub(super) headers: Vec<(String, HeaderValue)>,
}

/// Finds the server of an endpoint. `text` is the value of what the endpoint computes.
pub(super) fn server(endpoint: &Endpoint, text: &str, outside: Outside<'_>) -> Result<Server, String> {
    match endpoint {
        Endpoint::Integration { provider, .. } => of_integration(provider, text, outside),
        Endpoint::Address(_) => Ok(Server { base: base(text)?, headers: Vec::new() }),
        Endpoint::Proxy(_) => {
            let same = |it: &&Proxy| it.path.trim_matches('/') == text.trim_matches('/');
            let proxy = outside.proxies.iter().find(same);
            let proxy = proxy.ok_or_else(|| format!("`proxy.endpoints` has no `{text}`"))?;
            let header =
                |(name, value): &(String, Secret)| (name.clone(), HeaderValue::Secret(value.clone()));
            let headers = proxy.headers.iter().map(header).collect();
            Ok(Server { base: base(&proxy.target)?, headers })
        }
    }
}

fn of_integration(provider: &str, host: &str, outside: Outside<'_>) -> Result<Server, String> {
    let mut all = outside.addresses.integrations().iter().filter(|it| it.provider.as_str() == provider);
    let found = all.find(|it| host.is_empty() || it.host.eq_ignore_ascii_case(host));
    let found = found.ok_or_else(|| match host {
        "" => format!("`integrations` has no `{provider}`"),
        host => format!("`integrations.{provider}` has no host `{host}`"),
    })?;
    let base = base(&api_of(found))?;
    let headers = outside.addresses.integrations().headers(base.as_str());
    Ok(Server { base, headers })
}

/// Returns the address of the API of a host.
fn api_of(it: &Integration) -> String {
    match it.provider {
        _ if !it.api_base_url.is_empty() => it.api_base_url.clone(),
        Provider::Github => format!("{}/api/v3", it.base_url),
        Provider::Gitea => format!("{}/api/v1", it.base_url),
        _ => it.base_url.clone(),
    }
}

fn base(address: &str) -> Result<Url, String> {
    let url = Url::parse(address).map_err(|_| format!("`{address}` is not an address"))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(format!("`{address}` is not an address of the web"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address holds no user and no password: say who asks in `auth`".to_owned());
    }
    Ok(url)
}

/// Returns the address of a path below a base, and the path as permissions know it.
pub(super) fn below(base: &Url, path: &str) -> Result<(Url, String), String> {
    let path = utf8_percent_encode(path, IN_PATH).to_string();
    let path = format!("/{}", path.trim_start_matches('/'));
    let climbs = |it: &str| {
        let decoded = it.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
        decoded.split('/').any(|it| it == ".." || it == ".")
    };
    if climbs(&path) {
        return Err(format!("the path `{path}` climbs out of where it stands"));
    }
    let whole = format!("{}{path}", base.as_str().trim_end_matches('/'));
    let url = Url::parse(&whole).map_err(|_| format!("`{whole}` is not an address"))?;
    if url.origin() != base.origin() {
        return Err(format!("`{whole}` leads to another host"));
    }
    Ok((url, path))
}

/// Returns the path of an address below a base, as permissions know it.
pub(super) fn path_below(base: &Url, address: &str) -> Result<String, String> {
    let outside = || format!("`{address}` is not below `{base}`");
    let url = Url::parse(address).map_err(|_| format!("`{address}` is not an address"))?;
    let path = url.path().strip_prefix(base.path().trim_end_matches('/')).ok_or_else(outside)?;
    below(base, &percent_decoded(path).ok_or_else(outside)?).map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::{base, below};

    #[test]
    fn nothing_climbs_out_of_a_base() {
        let server = base("https://a.example/api/v3/").unwrap();
        let good = below(&server, "/repos/a b/c?d#e").unwrap();
        assert_eq!(good.0.as_str(), "https://a.example/api/v3/repos/a%20b/c%3Fd%23e");
        assert_eq!(good.1, "/repos/a%20b/c%3Fd%23e");
        for path in ["/../x", "/a/../../x", "/%2e%2E/x", "/a/..%2fx", "/a/..%5Cx", "/./x"] {
            assert!(below(&server, path).is_err(), "{path}");
        }
        assert_eq!(below(&server, "//evil.example/x").unwrap().0.host_str(), Some("a.example"));
        for address in ["ftp://a.example", "https://u:p@a.example", "file:///x", "a.example"] {
            assert!(base(address).is_err(), "{address}");
        }
    }
}
