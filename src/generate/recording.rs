//! `Recording`: what real servers answer a plugin for one entity, as fixtures without secrets.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::data::with_recorder;
use super::plugin_loading::load_plugins;
use super::{Progress, SiteInput, catalog_settings, connect, discover, guarded, load_site};
use crate::catalog;
use crate::diagnostics::Report;
use crate::facts;
use crate::model::{EntityRef, RefDefaults};
use crate::sources::{SecretFilter, parent};

/// What stands in the place of what is left out.
const LEFT_OUT: &str = "left-out";

/// What stands in the place of an address of a person.
const SOMEONE: &str = "someone@example.com";

/// Words in the names of fields that hold secrets.
const SECRET_FIELDS: &[&str] = &[
    "token",
    "password",
    "passwd",
    "secret",
    "authorization",
    "apikey",
    "api_key",
    "api-key",
    "private_key",
    "privatekey",
    "credential",
    "cookie",
    "session",
    "signature",
];

/// Texts that are secrets by their form: tokens of well-known services, keys, and what signs addresses.
static TOKENS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"gh[opusr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}",
        r"|AKIA[0-9A-Z]{16}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*|sq[pua]_[a-f0-9]{40}",
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----",
        r"|(?i:X-Amz-Signature|sig|signature|access_token|token)=[A-Za-z0-9%._~+/-]{16,}",
    ))
    .ok()
});

static EMAILS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+").ok());

/// What was recorded.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// The folder of the plugin below that of the site; `None` for one that is not in it.
    pub folder: Option<String>,
    /// The exchanges, as YAML.
    pub exchanges: String,
    /// The entity, as YAML.
    pub entity: String,
    /// Each exchange in words.
    pub requests: Vec<String>,
    /// How many texts were left out of them.
    pub left_out: usize,
}

/// Why nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRecorded {
    /// The configuration cannot be used; the report says why.
    Unusable,
    /// There is no such plugin.
    NoPlugin,
    /// There is no such entity.
    NoEntity,
    /// The site reads nothing from elsewhere.
    Offline,
}

/// Asks what the plugin `id` asks for one entity, and returns what came. Addresses of people are replaced, unless they
/// are wanted.
///
/// # Errors
/// When there is nobody to ask, or nothing to ask for.
pub fn record(
    input: &SiteInput,
    id: &str,
    entity: &str,
    with_emails: bool,
    progress: &dyn Progress,
    report: &mut Report,
) -> Result<Recording, NotRecorded> {
    let site = load_site(input, report).ok_or(NotRecorded::Unusable)?;
    let addresses = connect(&site, input);
    let mut plugins = load_plugins(&site, &addresses, input, report);
    let index = plugins.index_of(id).ok_or(NotRecorded::NoPlugin)?;
    for (_, other) in plugins.plugins.iter_mut().enumerate().filter(|(it, _)| *it != index) {
        other.sources.clear();
    }
    progress.stage("catalog", None);
    let mut settings = catalog_settings(&site, &plugins, Some(&addresses), input);
    let mut unrelated = Report::new();
    discover(&site, input, &mut settings, progress, &mut unrelated);
    let catalog = catalog::load(&settings, &*input.reader, &mut unrelated);
    let defaults = RefDefaults { kind: Some("component"), namespace: "default" };
    let wanted = EntityRef::parse(entity, defaults).map_err(|_| NotRecorded::NoEntity)?;
    let found = catalog.entities().iter().find(|it| it.reference == wanted).cloned();
    let entities = [found.ok_or(NotRecorded::NoEntity)?];
    progress.stage("plugins", None);
    let exchanges = with_recorder(&site, &plugins, Some(&addresses), input, |program, outside| {
        facts::gather(&plugins, program, &entities, outside, report);
    });
    let exchanges = exchanges.ok_or(NotRecorded::Offline)?;
    let secrets =
        [input.reader.secrets(), plugins.secrets(), guarded::of_variables(&input.environment, &plugins)]
            .concat();
    let mut cleaner = Cleaner { secrets: SecretFilter::new(&secrets), with_emails, left_out: 0 };
    guarded::mask(report, &cleaner.secrets);
    let mut exchanges = Value::Array(exchanges);
    let mut entity = entities.first().map(|it| it.value.clone()).unwrap_or_default();
    cleaner.clean(&mut exchanges);
    cleaner.clean(&mut entity);
    let requests = exchanges.as_array().into_iter().flatten().map(in_words).collect();
    let file = plugins.plugins.get(index).map(|it| parent(&it.file).to_owned());
    Ok(Recording {
        folder: file.filter(|it| !it.starts_with("builtin:") && !it.contains("://")),
        exchanges: serde_yaml::to_string(&exchanges).unwrap_or_default(),
        entity: serde_yaml::to_string(&entity).unwrap_or_default(),
        requests,
        left_out: cleaner.left_out,
    })
}

fn in_words(exchange: &Value) -> String {
    let text = |pointer: &str| exchange.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let status = exchange.pointer("/response/status").and_then(Value::as_u64).unwrap_or(200);
    let bytes = exchange.pointer("/response/body").map_or(0, |it| it.to_string().len());
    format!("{} {}: {status}, {bytes} bytes", text("/request/method"), text("/request/url"))
}

/// Leaves out what nobody should see.
struct Cleaner {
    secrets: SecretFilter,
    with_emails: bool,
    left_out: usize,
}

impl Cleaner {
    fn clean(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => self.clean_text(text),
            Value::Array(items) => items.iter_mut().for_each(|it| self.clean(it)),
            Value::Object(object) => {
                for (key, inner) in object.iter_mut() {
                    let key = key.to_ascii_lowercase();
                    let is_secret = SECRET_FIELDS.iter().any(|it| key.contains(it));
                    match inner {
                        Value::String(text) if is_secret && !text.is_empty() => {
                            LEFT_OUT.clone_into(text);
                            self.left_out += 1;
                        }
                        inner => self.clean(inner),
                    }
                }
            }
            _ => {}
        }
    }

    fn clean_text(&mut self, text: &mut String) {
        let mut cleaned = self.secrets.mask(text).into_owned();
        if let Some(tokens) = TOKENS.as_ref() {
            cleaned = tokens.replace_all(&cleaned, LEFT_OUT).into_owned();
        }
        if let (Some(emails), false) = (EMAILS.as_ref(), self.with_emails) {
            cleaned = emails.replace_all(&cleaned, SOMEONE).into_owned();
        }
        if cleaned != *text {
            self.left_out += 1;
            *text = cleaned;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Cleaner;
    use crate::sources::{Secret, SecretFilter};

    #[test]
    fn leaves_out_what_nobody_should_see() {
        let secrets = SecretFilter::new(&[Secret::new("tern-on-the-mast")]);
        let mut cleaner = Cleaner { secrets, with_emails: false, left_out: 0 };
        let mut value = json!({"a": "the tern-on-the-mast", "b": {"accessToken": "x", "token_count": 3, "name": "Ada"},
            "c": ["ghp_0123456789abcdefghij0123", "ada@harbour.example", "https://a.example/x?X-Amz-Signature=0123456789abcdef01&y=1"]});
        cleaner.clean(&mut value);
        let wanted = json!({"a": "the ****************", "b": {"accessToken": "left-out", "token_count": 3, "name": "Ada"},
            "c": ["left-out", "someone@example.com", "https://a.example/x?left-out&y=1"]});
        assert_eq!((value, cleaner.left_out), (wanted, 5));
    }
}
