//! `permissions.frames` of a manifest to the origins that frames of the plugin may show.

use minijinja::Environment;
use serde_json::Value;

use super::engine::stack;
use super::manifest::Plugin;
use super::node::{Node, Reading};
use crate::diagnostics::Diagnostic;

/// How much an origin may compute.
const FUEL: u64 = 10_000;

/// Reads `frames`: origins, and texts whose `{{ }}` give one. What is no origin with `https` is reported and left out.
pub(super) fn read(node: &mut Node<'_>, reading: &mut Reading<'_>) -> Vec<String> {
    let mut frames = Vec::new();
    for (item, pointer) in node.list("frames", reading) {
        let Some(text) = item.as_str() else { continue };
        if text.contains("{{") {
            frames.push(text.to_owned());
            continue;
        }
        match origin(text) {
            Some(origin) => frames.push(origin),
            None => {
                let message = format!("`{text}` is not an origin that a frame may show");
                let place = reading.document.span(&pointer);
                reading.problems.push(
                    Diagnostic::error("plugin/bad-value", place, message)
                        .hint("write scheme, host and port alone, such as `https://charts.example.com`"),
                );
            }
        }
    }
    frames
}

impl Plugin {
    /// Returns whether a frame of the plugin may show pages of an origin.
    pub fn may_frame(&self, wanted: &str) -> bool {
        let given = |text: &String| match text.contains("{{") {
            true => computed(text, &self.config).is_some_and(|it| it == wanted),
            false => text == wanted,
        };
        self.permissions.frames.iter().any(given)
    }
}

/// Returns the origin that a text gives with the values of the operator.
fn computed(text: &str, config: &Value) -> Option<String> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    let config = minijinja::Value::from(minijinja::value::Serde(config));
    let rendered = stack::run(text.len(), || environment.render_str(text, minijinja::context! { config }));
    origin(rendered?.ok()?.trim())
}

/// Returns the origin of an address that has nothing but one.
fn origin(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let plain = bare && url.username().is_empty() && url.password().is_none();
    // A policy is a list with separators and patterns of its own, some of which an address may hold.
    let host = url.host_str().unwrap_or_default();
    let harmless =
        !host.is_empty() && host.chars().all(|it| it.is_ascii_alphanumeric() || ".-[]:".contains(it));
    (url.scheme() == "https" && plain && harmless).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn an_origin_has_nothing_behind_the_port() {
        assert_eq!(origin("https://A.example:8443").as_deref(), Some("https://a.example:8443"));
        assert_eq!(origin("https://a.example:443/").as_deref(), Some("https://a.example"));
        for wrong in
            ["http://a.example", "https://a.example/x", "https://u@a.example", "*", "https://", "a.example"]
        {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
        for pattern in
            ["https://*.example.com", "https://a.example;script-src", "https://a.example,b", "https://'none'"]
        {
            assert_eq!(origin(pattern), None, "{pattern}");
        }
    }
}
