//! `backend.reading` and the integrations to `Access`: which addresses may be read.

use serde_json::Value;
use url::{Host, Url};

use crate::sources::integration::{Integration, IntegrationError, Integrations, Provider};

use super::FetchError;
use super::host_rule::HostRule;

/// Which addresses may be read: the hosts of integrations, and what `backend.reading.allow` names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    hosts: Vec<KnownHost>,
    rules: Vec<HostRule>,
    /// Origins that plugins alone may ask, each by its exact scheme, host and port.
    granted: Vec<url::Origin>,
}

/// A host of an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
struct KnownHost {
    host: Host,
    /// The port where the address writes one.
    port: Option<u16>,
    /// Whether the names below it are its own, as for buckets.
    with_names_below: bool,
    /// Whether the operator wrote it, and it is not there by default.
    configured: bool,
}

impl Access {
    /// Reads `backend.reading`. Entries that cannot be used are left out, and come back as errors whose pointers stand
    /// below `backend.reading`.
    pub fn read(reading: &Value, integrations: &Integrations) -> (Self, Vec<IntegrationError>) {
        let (mut rules, mut errors) = (Vec::new(), Vec::new());
        match reading.get("allow") {
            None | Some(Value::Null) => {}
            Some(Value::Array(entries)) => {
                for (index, entry) in entries.iter().enumerate() {
                    match HostRule::read(entry, &format!("/allow/{index}")) {
                        Ok(rule) => rules.push(rule),
                        Err(error) => errors.push(error),
                    }
                }
            }
            Some(_) => errors.push(IntegrationError {
                pointer: "/allow".to_owned(),
                message: "`allow` is a list of hosts".to_owned(),
            }),
        }
        let hosts = integrations.iter().flat_map(hosts_of).collect();
        (Self { hosts, rules, granted: Vec::new() }, errors)
    }

    /// Says whether an address may be read.
    ///
    /// # Errors
    /// When its scheme is not `https` or `http`, it holds a user or a password, or neither a rule nor an integration
    /// names its host, port and path.
    pub fn check(&self, url: &Url) -> Result<(), FetchError> {
        check_shape(url)?;
        match self.knows(url) {
            true => Ok(()),
            false => Err(FetchError::NotAllowed(host_and_port(url))),
        }
    }

    /// Returns the same with origins that plugins may ask besides. What is no address of the web grants nothing.
    #[must_use]
    pub fn granting(mut self, origins: &[String]) -> Self {
        let urls = origins.iter().filter_map(|it| Url::parse(it).ok());
        self.granted = urls.filter(|it| check_shape(it).is_ok()).map(|it| it.origin()).collect();
        self
    }

    /// Says whether an address may be asked on behalf of a plugin: as any other, or because the operator granted it.
    /// Which plugin may ask what is judged before a request is made.
    ///
    /// # Errors
    /// Those of [`Self::check`].
    pub fn check_granted(&self, url: &Url) -> Result<(), FetchError> {
        check_shape(url)?;
        if self.granted.contains(&url.origin()) { Ok(()) } else { self.check(url) }
    }

    /// Says whether one address may send the reader on to another: the other may be read, or its host is a name below
    /// that of an integration's host, which is the first.
    ///
    /// # Errors
    /// Those of [`Self::check`].
    pub fn check_redirect(&self, from: &Url, to: &Url) -> Result<(), FetchError> {
        check_shape(to)?;
        let below = match (from.host_str(), to.host()) {
            (Some(above), Some(Host::Domain(name))) => {
                let known = self.hosts.iter().any(|it| it.is_host_of(from));
                known && is_name_below(name, above) && from.port() == to.port()
            }
            _ => false,
        };
        if below { Ok(()) } else { self.check(to) }
    }

    /// Returns whether an address is at the host of an integration.
    pub(super) fn is_of_integration(&self, url: &Url) -> bool {
        self.hosts.iter().any(|it| it.covers(url))
    }

    /// Returns whether the operator named this very host and port, so that it may be at a private address. A pattern
    /// grants nothing, since others may give names below it, nor does a host that is known by default.
    pub fn grants_private(&self, host_with_port: &Url) -> bool {
        self.rules.iter().any(|rule| rule.names_exactly(host_with_port))
            || self.hosts.iter().any(|it| it.configured && it.is_host_of(host_with_port))
            || self.granted.contains(&host_with_port.origin())
    }

    fn knows(&self, url: &Url) -> bool {
        self.hosts.iter().any(|it| it.covers(url)) || self.rules.iter().any(|it| it.allows(url))
    }
}

impl KnownHost {
    fn is_host_of(&self, url: &Url) -> bool {
        url.host().is_some_and(|host| host.to_owned() == self.host) && url.port() == self.port
    }

    fn covers(&self, url: &Url) -> bool {
        let below = match (&self.host, url.host()) {
            (Host::Domain(above), Some(Host::Domain(name))) if self.with_names_below => {
                is_name_below(name, above) && url.port() == self.port
            }
            _ => false,
        };
        below || self.is_host_of(url)
    }
}

fn is_name_below(name: &str, above: &str) -> bool {
    name.strip_suffix(above).is_some_and(|rest| rest.ends_with('.'))
}

/// Returns the hosts that reading from an integration leads to.
fn hosts_of(integration: &Integration) -> Vec<KnownHost> {
    let Integration { provider, host, base_url, api_base_url, raw_base_url, gitiles_base_url, .. } =
        integration;
    let configured = integration.configured;
    let own = Url::parse(&format!("https://{host}")).ok();
    let others = [base_url, api_base_url, raw_base_url, gitiles_base_url];
    let urls = own.into_iter().chain(others.into_iter().filter_map(|it| Url::parse(it).ok()));
    let buckets = matches!(provider, Provider::AwsS3 | Provider::AzureBlobStorage) && configured;
    let mut hosts: Vec<KnownHost> = Vec::new();
    for url in urls {
        if let Some(host) = url.host() {
            let (host, port) = (host.to_owned(), url.port());
            let host = KnownHost { host, port, with_names_below: buckets, configured };
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
    }
    // Where these hosts send the reader on to for archives and raw files, and where the API of buckets is.
    let further: &[(&str, bool)] = match (provider, host.as_str()) {
        (Provider::Github, "github.com") => {
            &[("codeload.github.com", false), ("githubusercontent.com", true)]
        }
        // Its search for code, which discovery asks.
        (Provider::Azure, "dev.azure.com") => &[("almsearch.dev.azure.com", false)],
        (Provider::GoogleGcs, _) => &[("storage.googleapis.com", false)],
        // Where an application of Entra gets its token.
        (Provider::AzureBlobStorage, _) if configured => &[("login.microsoftonline.com", false)],
        _ => &[],
    };
    hosts.extend(further.iter().map(|(name, below)| KnownHost {
        host: Host::Domain((*name).to_owned()),
        port: None,
        with_names_below: *below,
        configured: false,
    }));
    hosts
}

fn check_shape(url: &Url) -> Result<(), FetchError> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err(FetchError::BadAddress(format!("`{}` is neither https nor http", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::BadAddress("it holds a user or a password".to_owned()));
    }
    Ok(())
}

/// Returns `host`, or `host:port` where the address writes a port.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use url::Url;

    use super::{Access, Integrations};

    fn access(allow: &Value) -> Access {
        let block = json!({"gitea": [{"host": "tea.yard.example:3000", "baseUrl": "http://tea.yard.example:3000/git"}],
            "awsS3": [{"host": "s3.yard.example"}]});
        let (access, errors) = Access::read(&json!({"allow": allow}), &Integrations::read(&block).0);
        assert_eq!(errors, []);
        access
    }

    /// Checks which of some addresses may be read.
    fn check(allow: &Value, wanted: &[(&str, bool)]) {
        let access = access(allow);
        for (address, allowed) in wanted {
            let url = Url::parse(address).unwrap();
            assert_eq!(access.check(&url).is_ok(), *allowed, "{address} with {allow}");
        }
    }

    #[test]
    fn hosts_of_integrations_may_be_read() {
        check(
            &json!([]),
            &[
                ("https://github.com/a/b", true),
                ("https://api.github.com/a", true),
                ("https://raw.githubusercontent.com/a", true),
                ("https://objects.githubusercontent.com/a", true),
                ("https://githubusercontent.com.evil.example/a", false),
                ("https://codeload.github.com/a", true),
                ("https://gist.github.com/a", false),
                ("https://github.com:8443/a", false),
                ("https://github.com@evil.example/a", false),
                ("https://user@github.com/a", false),
                ("ftp://github.com/a", false),
                ("http://tea.yard.example:3000/git/a", true),
                ("https://tea.yard.example/a", false),
                ("https://bucket.s3.yard.example/a", true),
                ("https://bucket.s3.amazonaws.com/a", false),
                ("https://yard.example/", false),
            ],
        );
    }

    #[test]
    fn rules_name_hosts_ports_and_paths() {
        let hosts = json!([{"host": "yard.example"}, {"host": "*.sea.example"}, {"host": "*.port.example:8000-8100"},
            {"host": "tls.example:443"}, {"host": "[::1]:90"}, {"host": "0x7f.1:70"}]);
        check(
            &hosts,
            &[
                ("https://yard.example/", true),
                ("https://YARD.example:443/", true),
                ("https://yard.example:8443/", false),
                ("https://a.yard.example/", false),
                ("https://sea.example/", false),
                ("https://a.b.sea.example/", true),
                ("https://asea.example/", false),
                ("https://a.port.example:8000/", true),
                ("https://a.port.example:8101/", false),
                ("https://a.port.example/", false),
                ("https://tls.example/", true),
                ("http://tls.example/", false),
                ("http://[::1]:90/", true),
                ("http://127.0.0.1:70/", true),
            ],
        );
        let paths = json!([{"host": "yard.example", "paths": ["/dir", "/lib/"]}, {"host": "none.example", "paths": []}]);
        check(
            &paths,
            &[
                ("https://yard.example/dir", true),
                ("https://yard.example/dir/a?b#c", true),
                ("https://yard.example/dir2", false),
                ("https://yard.example/dir/../other", false),
                ("https://yard.example/dir/%2e%2e/other", false),
                ("https://yard.example/dir/..%2fother", false),
                ("https://yard.example/dir/..%5cother", false),
                ("https://yard.example/lib/a", true),
                ("https://yard.example/lib", false),
                ("https://none.example/", false),
            ],
        );
    }

    #[test]
    fn says_which_rule_cannot_be_used() {
        for (entry, pointer) in [
            (json!("yard.example"), "/allow/0"),
            (json!({"host": 1}), "/allow/0"),
            (json!({"host": "https://yard.example"}), "/allow/0/host"),
            (json!({"host": "yard.example/a"}), "/allow/0/host"),
            (json!({"host": "a.*.example"}), "/allow/0/host"),
            (json!({"host": "*yard.example"}), "/allow/0/host"),
            (json!({"host": "*."}), "/allow/0/host"),
            (json!({"host": "*.127.0.0.1"}), "/allow/0/host"),
            (json!({"host": "a.example:0"}), "/allow/0/host"),
            (json!({"host": "a.example:90-80"}), "/allow/0/host"),
            (json!({"host": "a.example", "paths": "/a"}), "/allow/0/paths"),
            (json!({"host": "a.example", "paths": ["/a", "b"]}), "/allow/0/paths/1"),
        ] {
            let (access, errors) = Access::read(&json!({"allow": [entry]}), &Integrations::default());
            assert_eq!(errors.iter().map(|it| it.pointer.as_str()).collect::<Vec<_>>(), [pointer], "{entry}");
            assert_eq!(access, Access::default());
        }
        assert_eq!(Access::read(&json!({"allow": {}}), &Integrations::default()).1.len(), 1);
        assert_eq!(Access::read(&Value::Null, &Integrations::default()).1, []);
    }

    #[test]
    fn a_known_host_may_send_on_to_names_below_it() {
        let access = access(&json!([{"host": "yard.example"}]));
        for (from, to, allowed) in [
            ("https://github.com/a", "https://cdn.github.com/a", true),
            ("https://github.com/a", "https://cdn.github.com:99/a", false),
            ("https://github.com/a", "https://agithub.com/a", false),
            ("https://yard.example/a", "https://cdn.yard.example/a", false),
            ("https://yard.example/a", "https://gitlab.com/a", true),
            ("https://github.com/a", "https://u:p@cdn.github.com/a", false),
        ] {
            let (from, to) = (Url::parse(from).unwrap(), Url::parse(to).unwrap());
            assert_eq!(access.check_redirect(&from, &to).is_ok(), allowed, "{from} to {to}");
        }
    }

    #[test]
    fn only_what_is_written_grants_private_addresses() {
        let access =
            access(&json!([{"host": "127.0.0.1:70-80", "paths": ["/a"]}, {"host": "*.yard.example"}]));
        for (address, granted) in [
            ("http://127.0.0.1:75/", true),
            ("http://127.0.0.1:81/", false),
            ("https://a.yard.example/", false),
            ("https://github.com/", false),
            ("http://tea.yard.example:3000/", true),
            ("https://bucket.s3.yard.example/", false),
        ] {
            assert_eq!(access.grants_private(&Url::parse(address).unwrap()), granted, "{address}");
        }
    }
}
