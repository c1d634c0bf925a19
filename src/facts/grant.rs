//! Whether a plugin may ask for something: it must say so in its permissions, and the operator must let it.

use globset::GlobBuilder;
use minijinja::Value;
use url::Url;

use super::outside::Outside;
use super::plan::text_of;
use super::problems;
use crate::diagnostics::Diagnostic;
use crate::plugins::engine::{Program, Scope};
use crate::plugins::source::Endpoint;
use crate::plugins::{EndpointPermission, Plugin, Source, Target};
use crate::sources::split_remote;

/// A request, as permissions see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// The server.
    pub(super) base: &'a Url,
    /// The path below it.
    pub(super) path: &'a str,
    /// Whether it is a `POST`.
    pub(super) post: bool,
    /// How the source names the server.
    pub(super) endpoint: &'a Endpoint,
    /// What the endpoint computes.
    pub(super) named: &'a str,
}

/// Checks a request against what the plugin asks for and what it is granted.
pub(super) fn check_request(
    plugin: &Plugin,
    source: &Source,
    wanted: &Wanted<'_>,
    program: &Program<'_>,
    scope: &Scope<'_>,
) -> Result<(), Box<Diagnostic>> {
    let method = if wanted.post { "POST" } else { "GET" };
    let covers = |it: &&EndpointPermission| {
        is_at(it, wanted, program, scope) && (!wanted.post || it.post) && it.globs.is_match(wanted.path)
    };
    let Some(permission) = plugin.permissions.endpoints.iter().find(covers) else {
        let what = format!("{method} {}{}", wanted.base.as_str().trim_end_matches('/'), wanted.path);
        return Err(Box::new(problems::not_declared(plugin, source, &what)));
    };
    let granted = match &permission.target {
        // What the operator configured is granted by that.
        Target::Integration(_) | Target::Proxy(_) => true,
        Target::Address(_) | Target::Addresses(_) => {
            let same = |it: &String| Url::parse(it).is_ok_and(|it| it.origin() == wanted.base.origin());
            plugin.written.iter().any(same) || plugin.granted.network.iter().any(same)
        }
    };
    match granted {
        true => Ok(()),
        false => {
            let origin = wanted.base.origin().ascii_serialization();
            Err(Box::new(problems::not_granted(plugin, source, &origin)))
        }
    }
}

/// Returns whether a permission is about the server of a request.
fn is_at(
    permission: &EndpointPermission,
    wanted: &Wanted<'_>,
    program: &Program<'_>,
    scope: &Scope<'_>,
) -> bool {
    let same = |address: &str| {
        Url::parse(address).is_ok_and(|it| {
            it.origin() == wanted.base.origin()
                && it.path().trim_end_matches('/') == wanted.base.path().trim_end_matches('/')
        })
    };
    match (&permission.target, wanted.endpoint) {
        (Target::Integration(provider), Endpoint::Integration { provider: asked, .. }) => provider == asked,
        (Target::Proxy(path), Endpoint::Proxy(_)) => path.trim_matches('/') == wanted.named.trim_matches('/'),
        (Target::Address(address), Endpoint::Address(_)) => same(address),
        (Target::Addresses(code), Endpoint::Address(_)) => {
            // A mistake in it is told where the plugin is looked at as a whole.
            let addresses = program.evaluate(*code, scope, &mut Vec::new());
            each(&addresses).iter().any(|it| same(&text_of(it)))
        }
        _ => false,
    }
}

/// Returns the items of a list; a text is the only one of its own.
pub(super) fn each(value: &Value) -> Vec<Value> {
    match value.as_str() {
        Some(_) => vec![value.clone()],
        None => value.try_iter().map(Iterator::collect).unwrap_or_default(),
    }
}

/// Checks that a plugin may read a file. `written` is the path or address as the source computes it, `path` where it
/// lies, and `beside` whether it was meant relative to an entity's descriptor.
pub(super) fn check_file(
    plugin: &Plugin,
    source: &Source,
    (written, path, beside): (&str, &str, bool),
    program: &Program<'_>,
    scope: &Scope<'_>,
    outside: Outside<'_>,
) -> Result<(), Box<Diagnostic>> {
    let asked =
        plugin.permissions.read.iter().find(|(code, pattern)| match pattern.strip_prefix("entity:") {
            Some(glob) => beside && glob_matches(glob, inside(path)),
            None => {
                let pattern = text_of(&program.evaluate(*code, scope, &mut Vec::new()));
                let pattern = pattern.strip_prefix("site:").unwrap_or(&pattern);
                !pattern.is_empty()
                    && (pattern == written || glob_matches(pattern.trim_start_matches("./"), path))
            }
        });
    let Some((_, pattern)) = asked else {
        return Err(Box::new(problems::not_declared(plugin, source, written)));
    };
    let by_configuration = plugin.written.iter().any(|it| it == written);
    let by_grant = plugin.granted.read.iter().any(|it| glob_matches(it.trim_start_matches("./"), path));
    // An entity's own repository is read for its catalog file and documents anyway, as is an address at an integration.
    let known = pattern.starts_with("entity:")
        || (written.contains("://") && outside.addresses.integrations().that_reads(written).is_some());
    match by_configuration || by_grant || known {
        true => Ok(()),
        false => Err(Box::new(problems::not_granted(plugin, source, written))),
    }
}

/// Returns the path in a tree elsewhere, or the path itself.
fn inside(path: &str) -> &str {
    split_remote(path).map_or(path, |(_, below)| below)
}

/// Returns whether a pattern means a path. What is hidden must be meant by name: `.env` is not what `**` is written for.
fn glob_matches(glob: &str, path: &str) -> bool {
    let hides = |it: &str| it.split('/').any(|it| it.starts_with('.') && !matches!(it, "." | ".."));
    if hides(path) && !hides(glob) {
        return false;
    }
    if path.is_empty() {
        return matches!(glob, "**" | ".");
    }
    let glob = GlobBuilder::new(glob).literal_separator(true).build();
    glob.is_ok_and(|it| it.compile_matcher().is_match(path))
}
