//! `ExtensionOverride`: what the operator says of one extension, applied to the extensions of all plugins.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::attachment::{self, AttachTo};
use super::entity_page::EntityPage;
use super::extension::{Extension, clean_path};
use super::extension_kind::{CardSlot, DocsPlace, ExtensionKind, Width};
use super::plugin_set::PluginSet;
use super::theme;
use crate::diagnostics::{Diagnostic, Places, Report, Span, nearest};
use crate::model::{Filter, FilterError};

/// What the operator says of one extension.
#[derive(Clone, Debug)]
pub struct ExtensionOverride {
    /// The id, `kind:plugin[/name]`.
    pub id: String,
    /// On, off, or not said.
    pub enabled: Option<bool>,
    /// Where else it goes.
    pub attach_to: Option<AttachTo>,
    /// Values over the extension's own.
    pub config: Map<String, Value>,
    /// Where the values stand.
    pub places: Places,
    /// Where it is said.
    pub span: Span,
}

/// What has been said of an extension, by key, and where: several entries for one merge, and contradictions are told.
type Said = BTreeMap<(String, String), (Value, Span)>;

/// Applies `app.extensions`, in order. An extension that was off and is turned on goes last, as in Backstage.
pub(super) fn apply(set: &mut PluginSet, overrides: &[ExtensionOverride], report: &mut Report) {
    let mut said = Said::new();
    for it in overrides {
        report_contradictions(it, &mut said, report);
        if attachment::built_in_ids().any(|id| id == it.id) {
            apply_to_page(&mut set.entity_page, it, report);
            continue;
        }
        let Some(index) = set.extensions.iter().position(|extension| extension.id == it.id) else {
            let known = set.extensions.iter().map(|it| it.id.as_str()).chain(attachment::built_in_ids());
            let near = nearest(&it.id, known);
            let message = format!("there is no extension `{}`", it.id);
            let diagnostic = Diagnostic::warning("config/unknown-extension", it.span.clone(), message);
            report.push(diagnostic.nearest(near));
            continue;
        };
        if let Some(to) = &it.attach_to {
            let kind = set.extensions.get(index).map_or("", |it| it.kind.name());
            match attachment::mistake(kind, to, &set.extensions) {
                Some(problem) => report.push(problem),
                None => {
                    set.extensions.iter_mut().skip(index).take(1).for_each(|it| it.attach_to = to.clone())
                }
            }
        }
        let mut extension = set.extensions.remove(index);
        let turned_on = it.enabled == Some(true) && !extension.enabled;
        extension.enabled = it.enabled.unwrap_or(extension.enabled);
        configure_all(&mut extension, it, report);
        let place = if turned_on { set.extensions.len() } else { index };
        set.extensions.insert(place, extension);
    }
}

/// Gives an extension the values of an operator or of a module.
pub(super) fn configure_all(extension: &mut Extension, it: &ExtensionOverride, report: &mut Report) {
    for (key, value) in &it.config {
        let pointer = pointer_of(key);
        if let ("filter", Value::Object(_)) = (key.as_str(), value) {
            for never in Filter::without_effect(value) {
                let place = it.places.of(&format!("{pointer}{}", never.pointer), true);
                report.push(Diagnostic::warning("plugin/unknown-operator", place, never.message));
            }
        }
        match configure(extension, key, value, it) {
            Ok(()) if key == "path" => extension.path_span = it.places.of(&pointer, false),
            Ok(()) => {}
            Err(refused) => report.push(refused.at(it, &pointer)),
        }
    }
}

/// What the portal itself brings can be configured in part, and is never off.
fn apply_to_page(page: &mut EntityPage, it: &ExtensionOverride, report: &mut Report) {
    if it.enabled == Some(false) || it.attach_to.is_some() {
        let refused = Refused::from(format!("`{}` belongs to the portal: it stays, and where it is", it.id));
        report.push(refused.at(it, ""));
    }
    for (key, value) in &it.config {
        let (taken, known) = match it.id.as_str() {
            "page:catalog/entity" => (page.configure(key, value), EntityPage::KEYS),
            "entity-content:catalog/overview" => {
                (page.configure_overview(key, value), EntityPage::OVERVIEW_KEYS)
            }
            _ => (Ok(false), &[] as &[&str]),
        };
        let refused = match taken {
            Ok(true) => continue,
            Ok(false) => Refused::key(key, known),
            Err((pointer, message)) => Refused { at_key: false, pointer, message },
        };
        report.push(refused.at(it, &pointer_of(key)));
    }
}

/// Two entries for one extension may say different things, and not the opposite of each other.
fn report_contradictions(it: &ExtensionOverride, said: &mut Said, report: &mut Report) {
    let mut say = |key: &str, value: Value, span: Span| {
        let earlier = said.insert((it.id.clone(), key.to_owned()), (value.clone(), span.clone()));
        let Some((_, place)) = earlier.filter(|(earlier, _)| *earlier != value) else { return };
        let message = format!("`{}` says two things of `{key}`; the later one counts", it.id);
        let diagnostic = Diagnostic::warning("config/contradicting-extension", span, message);
        report.push(diagnostic.related(place, "the earlier one").hint("keep one of them"));
    };
    if let Some(enabled) = it.enabled {
        say("disabled", Value::Bool(!enabled), it.span.clone());
    }
    if let Some(to) = &it.attach_to {
        say("attachTo", Value::from(format!("{} {}", to.id, to.input)), to.span.clone());
    }
    for (key, value) in &it.config {
        match value {
            // The values of a theme are parts of one thing that entries may share.
            Value::Object(tokens) if key == "tokens" => {
                for (name, value) in tokens {
                    let place = it.places.of(&format!("/tokens{}", pointer_of(name)), true);
                    say(&format!("tokens.{name}"), value.clone(), place);
                }
            }
            _ => say(key, value.clone(), it.places.of(&pointer_of(key), true)),
        }
    }
}

fn pointer_of(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Why a value of the operator is not taken.
struct Refused {
    /// Whether the key, and not the value, is wrong.
    at_key: bool,
    /// The JSON pointer from the value to what is wrong.
    pointer: String,
    message: String,
}

impl Refused {
    fn key(key: &str, known: &[&str]) -> Self {
        let rest = match nearest(key, known.iter().copied()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None if known.is_empty() => String::new(),
            None => format!("; there are {}", known.join(", ")),
        };
        let message = format!("`{key}` cannot be configured here{rest}");
        Self { at_key: true, pointer: String::new(), message }
    }

    fn at(self, it: &ExtensionOverride, pointer: &str) -> Diagnostic {
        let place = match pointer {
            "" => it.span.clone(),
            _ => it.places.of(&format!("{pointer}{}", self.pointer), self.at_key),
        };
        Diagnostic::error("config/bad-extension", place, format!("`{}`: {}", it.id, self.message))
    }
}

impl From<String> for Refused {
    fn from(message: String) -> Self {
        Self { at_key: false, pointer: String::new(), message }
    }
}

fn configure(
    extension: &mut Extension,
    key: &str,
    value: &Value,
    it: &ExtensionOverride,
) -> Result<(), Refused> {
    let known = extension.kind.config_keys();
    if !known.contains(&key) {
        return Err(Refused::key(key, known));
    }
    let text = || value.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` takes a text"));
    match key {
        "title" | "label" => extension.title = text()?,
        "icon" => extension.icon = Some(text()?),
        "order" => {
            extension.order = value.as_i64().ok_or_else(|| "`order` takes a whole number".to_owned())?;
        }
        "filter" => {
            let refused =
                |it: FilterError| Refused { at_key: false, pointer: it.pointer, message: it.message };
            extension.filter = Some(Filter::from_json(value).map_err(refused)?);
        }
        _ => configure_kind(&mut extension.kind, key, value, it)?,
    }
    Ok(())
}

/// Takes a key that not all kinds have.
fn configure_kind(
    kind: &mut ExtensionKind,
    key: &str,
    value: &Value,
    it: &ExtensionOverride,
) -> Result<(), Refused> {
    let text = || value.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` takes a text"));
    match (key, kind) {
        ("path", ExtensionKind::Page { path, .. }) => *path = clean_path(&text()?, true)?,
        ("href", ExtensionKind::NavItem { href }) => *href = clean_path(&text()?, true)?,
        ("path", ExtensionKind::EntityContent { path, .. } | ExtensionKind::SubPage { path, .. }) => {
            *path = clean_path(&text()?, false)?;
        }
        ("nav", ExtensionKind::Page { nav, .. }) => {
            *nav = value.as_bool().ok_or_else(|| "`nav` takes `true` or `false`".to_owned())?;
        }
        ("description", ExtensionKind::Page { description, .. }) => *description = text()?,
        ("group", ExtensionKind::EntityContent { group, .. }) => {
            *group = if value == &Value::Bool(false) { None } else { Some(text()?) };
        }
        ("type", ExtensionKind::EntityCard { slot, .. }) => {
            let wrong = || "`type` takes `summary`, `info` or `content`".to_owned();
            *slot = value.as_str().and_then(CardSlot::of).ok_or_else(wrong)?;
        }
        ("width", ExtensionKind::HomeWidget { width, .. }) => {
            *width = Width::of(value).ok_or_else(|| "`width` takes 1, 2 or `full`".to_owned())?;
        }
        ("location", ExtensionKind::Addon { place, .. }) => {
            let wrong = || format!("`location` takes one of {}", DocsPlace::NAMES.join(", "));
            *place = value.as_str().and_then(DocsPlace::of).ok_or_else(wrong)?;
        }
        ("tokens", ExtensionKind::Theme { tokens }) => {
            let place = |at: &str, key: bool| it.places.of(&format!("/tokens{at}"), key);
            if let Some((pointer, message)) = theme::add(value, tokens, &place).into_iter().next() {
                return Err(Refused { at_key: false, pointer, message });
            }
        }
        _ => return Err(Refused::key(key, &[])),
    }
    Ok(())
}
