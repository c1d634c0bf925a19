//! `Permissions`: what a plugin asks for; and `Granted`: what the operator gives it.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde_json::Value;

use super::expression::CodeId;
use super::frames;
use super::node::{Node, Reading, text_of};
use crate::diagnostics::Span;
use crate::sources::Secret;

/// Which servers a permission is about.
#[derive(Clone, Debug)]
pub enum Target {
    /// The hosts that are configured below `integrations` for a provider, and those that need no configuration.
    Integration(String),
    /// One address, as it is written in the manifest.
    Address(String),
    /// An expression over `config`: addresses.
    Addresses(CodeId),
    /// An entry of the operator's `proxy.endpoints`.
    Proxy(String),
}

/// What may be asked at some servers.
#[derive(Clone, Debug)]
pub struct EndpointPermission {
    /// Which servers.
    pub target: Target,
    /// Whether `POST` may be sent, besides `GET`.
    pub post: bool,
    /// The paths below the server, as they are written.
    pub paths: Vec<String>,
    /// The same, to match with.
    pub globs: GlobSet,
    /// Where it is asked for.
    pub span: Span,
}

/// What a plugin asks for.
#[derive(Clone, Debug, Default)]
pub struct Permissions {
    /// What it asks of servers.
    pub endpoints: Vec<EndpointPermission>,
    /// The variables of the environment whose values it passes on as secrets.
    pub secrets: Vec<String>,
    /// Files, each a text: a path or an address; `entity:GLOB` for files beside descriptors.
    pub read: Vec<(CodeId, String)>,
    /// Origins of frames, or texts with `{{ }}` that give them.
    pub frames: Vec<String>,
}

/// What the operator gives a plugin, besides what its configuration says already.
#[derive(Clone, Debug, Default)]
pub struct Granted {
    /// Origins, such as `https://api.example.com`.
    pub network: Vec<String>,
    /// Values of variables of the environment, by name; `None` for one that is not set.
    pub secrets: BTreeMap<String, Option<Secret>>,
    /// Globs of files of the site.
    pub read: Vec<String>,
    /// Where it is written.
    pub span: Option<Span>,
}

/// Reads `permissions`.
pub(super) fn read(value: &Value, reading: &mut Reading<'_>) -> Permissions {
    let Some(mut node) = Node::new(value, "/permissions", reading) else { return Permissions::default() };
    let endpoints = node.list("endpoints", reading);
    let endpoints = endpoints.into_iter().filter_map(|(it, at)| read_endpoint(it, at, reading)).collect();
    let secrets = match node.value("secrets") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        // An expression over `config` only tells people which of its values are secrets: the schema marks them.
        _ => Vec::new(),
    };
    let read = node.list("read", reading).into_iter();
    let read = read
        .filter_map(|(it, at)| Some((text_of(it, &at, reading)?, it.as_str().unwrap_or_default().to_owned())))
        .collect();
    let frames = frames::read(&mut node, reading);
    node.finish(reading);
    Permissions { endpoints, secrets, read, frames }
}

fn texts(node: &mut Node<'_>, key: &'static str, reading: &mut Reading<'_>) -> Vec<String> {
    node.list(key, reading).into_iter().filter_map(|(it, _)| it.as_str().map(str::to_owned)).collect()
}

fn read_endpoint(value: &Value, pointer: String, reading: &mut Reading<'_>) -> Option<EndpointPermission> {
    let span = reading.document.span(&pointer);
    let mut node = Node::new(value, pointer, reading)?;
    let integration = node.literal("integration", reading).map(|it| Target::Integration(it.to_owned()));
    let address = node.literal("baseUrl", reading).map(|it| Target::Address(it.to_owned()));
    let addresses = node.expression("baseUrls", reading).map(Target::Addresses);
    let proxy = node.literal("endpoint", reading).map(|it| Target::Proxy(it.to_owned()));
    let target = integration.or(address).or(addresses).or(proxy);
    if target.is_none() {
        node.missing("baseUrl", reading);
    }
    let methods = texts(&mut node, "methods", reading);
    let mut paths = texts(&mut node, "paths", reading);
    if paths.is_empty() {
        paths.push("/**".to_owned());
    }
    let paths_pointer = node.at("paths");
    node.finish(reading);
    let mut globs = GlobSetBuilder::new();
    for path in &paths {
        match GlobBuilder::new(path).literal_separator(true).build() {
            Ok(glob) => drop(globs.add(glob)),
            Err(error) => {
                let message = format!("`{path}` is no pattern: {}", error.kind());
                reading.error("plugin/bad-value", &paths_pointer, message);
            }
        }
    }
    let post = methods.iter().any(|it| it.eq_ignore_ascii_case("POST"));
    Some(EndpointPermission { target: target?, post, paths, globs: globs.build().ok()?, span })
}
