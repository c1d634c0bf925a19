//! The usual variables to `ProxyChoice`: which proxy an address is read through.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ureq::{Proxy, ProxyProtocol};
use url::{Host, Url};

/// The way to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Route {
    /// Without a proxy.
    Direct,
    /// Through the proxy for `http`.
    HttpProxy,
    /// Through the proxy for `https`.
    HttpsProxy,
}

/// Which proxy an address is read through. It has no `Debug`, since addresses of proxies may hold passwords.
#[derive(Default)]
pub(super) struct ProxyChoice {
    /// The proxy for `http`, or the name of the variable that holds none.
    pub(super) http: Option<Result<Proxy, String>>,
    /// The same for `https`.
    pub(super) https: Option<Result<Proxy, String>>,
    direct: Vec<Exception>,
}

/// An entry of `NO_PROXY`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Exception {
    Everything,
    /// Addresses that share so many bits.
    Network(IpAddr, u32),
    Name {
        name: String,
        /// Whether the name itself is meant, and not only those below it.
        itself: bool,
        port: Option<u16>,
    },
}

impl ProxyChoice {
    /// Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`; lower case goes first, as in curl.
    pub(super) fn read(environment: &BTreeMap<String, String>) -> Self {
        let value = |name: &str| {
            let found = environment.get(&name.to_ascii_lowercase()).filter(|it| !it.is_empty());
            found.or_else(|| environment.get(name)).map(|it| it.trim()).filter(|it| !it.is_empty())
        };
        let proxy = |name: &str| {
            let all = || value("ALL_PROXY").map(|it| ("ALL_PROXY", it));
            let (name, text) = value(name).map(|it| (name, it)).or_else(all)?;
            let usable = |it: &Proxy| matches!(it.protocol(), ProxyProtocol::Http | ProxyProtocol::Https);
            // The text is not repeated: it may hold a password.
            let problem = || format!("`{name}` is not the address of an HTTP proxy");
            Some(Proxy::new(text).ok().filter(usable).ok_or_else(problem))
        };
        let direct = value("NO_PROXY").unwrap_or_default();
        Self {
            http: proxy("HTTP_PROXY"),
            https: proxy("HTTPS_PROXY"),
            direct: direct
                .split(|it: char| it == ',' || it.is_whitespace())
                .filter_map(Exception::read)
                .collect(),
        }
    }

    /// Returns the way to an address. This machine itself is never asked through a proxy.
    pub(super) fn route(&self, url: &Url) -> Route {
        if is_this_machine(url) || self.direct.iter().any(|it| it.holds(url)) {
            return Route::Direct;
        }
        match url.scheme() {
            "https" if self.https.is_some() => Route::HttpsProxy,
            "http" if self.http.is_some() => Route::HttpProxy,
            _ => Route::Direct,
        }
    }
}

impl Exception {
    /// Reads `*`, `name`, `.name`, `*.name`, each with a port or not, an IP address or a network such as `10.0.0.0/8`.
    fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        if text == "*" {
            return Some(Self::Everything);
        }
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Some(Self::Network(address, if address.is_ipv4() { 32 } else { 128 }));
        }
        if let Some((address, bits)) = text.split_once('/') {
            let (address, bits) = (address.parse::<IpAddr>().ok()?, bits.parse::<u32>().ok()?);
            let fits = bits <= if address.is_ipv4() { 32 } else { 128 };
            return fits.then_some(Self::Network(address, bits));
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().ok()?)),
            None => (text, None),
        };
        let below = name.strip_prefix("*.").or_else(|| name.strip_prefix('.'));
        let (name, itself) = (below.unwrap_or(name).to_ascii_lowercase(), below.is_none());
        Some(Self::Name { name, itself, port })
    }

    fn holds(&self, url: &Url) -> bool {
        match (self, url.host()) {
            (Self::Everything, _) => true,
            (Self::Network(network, bits), Some(Host::Ipv4(address))) => {
                shares_bits(*network, address.into(), *bits)
            }
            (Self::Network(network, bits), Some(Host::Ipv6(address))) => {
                shares_bits(*network, address.into(), *bits)
            }
            (Self::Name { name, itself, port }, Some(host)) => {
                let host = host.to_string();
                let below = host.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('.'));
                (below || *itself && host == *name)
                    && port.is_none_or(|port| url.port_or_known_default() == Some(port))
            }
            _ => false,
        }
    }
}

fn shares_bits(network: IpAddr, address: IpAddr, bits: u32) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            (network.to_bits() ^ address.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            (network.to_bits() ^ address.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use url::Url;

    use super::{ProxyChoice, Route};

    fn choice(variables: &[(&str, &str)]) -> ProxyChoice {
        let map: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ProxyChoice::read(&map)
    }

    #[test]
    fn the_scheme_chooses_the_proxy() {
        for (variables, http, https) in [
            (vec![], Route::Direct, Route::Direct),
            (vec![("HTTP_PROXY", "http://p.example")], Route::HttpProxy, Route::Direct),
            (vec![("https_proxy", "p.example:3128")], Route::Direct, Route::HttpsProxy),
            (vec![("ALL_PROXY", "https://u:p@p.example")], Route::HttpProxy, Route::HttpsProxy),
            (vec![("ALL_PROXY", "http://p.example"), ("NO_PROXY", "*")], Route::Direct, Route::Direct),
            (vec![("HTTPS_PROXY", "")], Route::Direct, Route::Direct),
        ] {
            let choice = choice(&variables);
            let route = |address: &str| choice.route(&Url::parse(address).unwrap());
            let routes = (route("http://yard.example/"), route("https://yard.example/"));
            assert_eq!(routes, (http, https), "{variables:?}");
            assert_eq!(route("https://127.0.0.1/"), Route::Direct);
        }
        for bad in ["socks5://u:secret@p.example", "://", "ftp://p.example"] {
            let problem = choice(&[("HTTPS_PROXY", bad)]).https.unwrap().unwrap_err();
            assert_eq!(problem, "`HTTPS_PROXY` is not the address of an HTTP proxy");
        }
    }

    #[test]
    fn no_proxy_names_hosts_and_networks() {
        for (exceptions, address, direct) in [
            ("yard.example", "https://yard.example/", true),
            ("yard.example", "https://a.Yard.example/", true),
            ("yard.example", "https://ayard.example/", false),
            (".yard.example", "https://yard.example/", false),
            ("*.yard.example", "https://a.yard.example/", true),
            ("a.example, yard.example:8443", "https://yard.example:8443/", true),
            ("yard.example:8443", "https://yard.example/", false),
            ("yard.example:443", "https://yard.example/", true),
            ("10.0.0.0/8", "https://10.2.3.4/", true),
            ("10.0.0.0/8", "https://11.2.3.4/", false),
            ("0.0.0.0/0", "https://11.2.3.4/", true),
            ("10.0.0.0/33", "https://10.2.3.4/", false),
            ("1.1.1.1", "https://1.1.1.1:8443/", true),
            ("[2606::1]", "https://[2606::1]/", true),
            ("2606::/16", "https://[2606::1]/", true),
            ("2606::/16", "https://1.1.1.1/", false),
            ("", "https://1.1.1.1/", false),
        ] {
            let choice = choice(&[("HTTPS_PROXY", "p.example"), ("no_proxy", exceptions)]);
            let route = choice.route(&Url::parse(address).unwrap());
            assert_eq!(route == Route::Direct, direct, "{address} with {exceptions}");
        }
    }
}
