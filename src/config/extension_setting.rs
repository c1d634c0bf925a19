//! `ExtensionSetting`: one entry of `app.extensions`.

use serde_json::{Map, Value};

use crate::diagnostics::{Diagnostic, Places, Report, Span, Spanned};

/// What the operator says of one extension. Several settings of one extension are applied in order.
#[derive(Clone, Debug)]
pub struct ExtensionSetting {
    /// The id, `kind:plugin[/name]`.
    pub id: String,
    /// Enabled, disabled, or not said.
    pub enabled: Option<bool>,
    /// The id and the input of another extension, which it is moved to, each with its place.
    pub attach_to: Option<(Spanned<String>, Spanned<String>)>,
    /// Values over the extension's own: `title`, `filter`, `group`, `type`, `path` and the like.
    pub config: Map<String, Value>,
    /// Where `config` and what is in it stand.
    pub places: Places,
    /// Where the id stands.
    pub span: Span,
}

/// Reads the three forms of an entry: `- id`, `- id: false` and `- id: {disabled, config}`.
pub(super) fn read(
    item: &Value,
    pointer: &str,
    place: &dyn Fn(&str, bool) -> Span,
    report: &mut Report,
) -> Option<ExtensionSetting> {
    let setting = |id: &str, enabled, config, span: Span| {
        let below = format!("{pointer}/{}/config", id.replace('~', "~0").replace('/', "~1"));
        let config = Value::Object(config);
        let places = Places::new(&config, span.clone(), &|at, key| place(&format!("{below}{at}"), key));
        let config = if let Value::Object(config) = config { config } else { Map::new() };
        ExtensionSetting { id: id.to_owned(), enabled, attach_to: None, config, places, span }
    };
    let wrong = |span| {
        Diagnostic::error("config/bad-extension", span, "this is not an entry of `app.extensions`")
            .hint("write `- kind:plugin/name`, `- kind:plugin/name: false`, or `- kind:plugin/name: {config: {...}}`")
    };
    let (id, body) = match item {
        Value::String(id) => return Some(setting(id, Some(true), Map::new(), place(pointer, false))),
        Value::Object(object) if object.len() == 1 => object.iter().next()?,
        _ => {
            report.push(wrong(place(pointer, false)));
            return None;
        }
    };
    let id_pointer = format!("{pointer}/{}", id.replace('~', "~0").replace('/', "~1"));
    let span = place(&id_pointer, true);
    match body {
        Value::Bool(enabled) => Some(setting(id, Some(*enabled), Map::new(), span)),
        Value::Object(body) => {
            for key in body.keys().filter(|key| !matches!(key.as_str(), "disabled" | "config" | "attachTo")) {
                let message = format!("`{key}` is not a key of an extension's entry");
                let near = crate::diagnostics::nearest(key, ["disabled", "config", "attachTo"]);
                let place = place(&format!("{id_pointer}/{key}"), true);
                report.push(Diagnostic::warning("config/unknown-key", place, message).nearest(near));
            }
            let attach_to = body.get("attachTo").and_then(|to| {
                let at = format!("{id_pointer}/attachTo");
                let read = attach_to(to, &at, place);
                if read.is_none() {
                    let diagnostic = wrong(place(&at, false));
                    report.push(diagnostic.hint("write `attachTo: {id: kind:plugin/name, input: name}`"));
                }
                read
            });
            let config = match body.get("config") {
                Some(Value::Object(config)) => config.clone(),
                None => Map::new(),
                Some(_) => {
                    report.push(wrong(place(&format!("{id_pointer}/config"), false)));
                    Map::new()
                }
            };
            let disabled = body.get("disabled");
            if disabled.is_some_and(|it| !it.is_boolean()) {
                let diagnostic = wrong(place(&format!("{id_pointer}/disabled"), false));
                report.push(diagnostic.hint("`disabled` takes `true` or `false`"));
            }
            let enabled = disabled.and_then(Value::as_bool).map(|it| !it);
            Some(ExtensionSetting { attach_to, ..setting(id, enabled, config, span) })
        }
        _ => {
            report.push(wrong(span));
            None
        }
    }
}

/// Reads `{id, input}`.
fn attach_to(
    value: &Value,
    pointer: &str,
    place: &dyn Fn(&str, bool) -> Span,
) -> Option<(Spanned<String>, Spanned<String>)> {
    let object = value.as_object().filter(|it| it.len() == 2)?;
    let text = |key: &str| {
        let value = object.get(key)?.as_str()?.to_owned();
        Some(Spanned { value, span: place(&format!("{pointer}/{key}"), false) })
    };
    Some((text("id")?, text("input")?))
}
