//! `site.yaml`, or Backstage's `app-config.yaml`, to a `Site`.

mod layers;
mod raw;
mod substitution;
mod extension_setting;
mod level_setting;
mod rule_setting;
mod plugin_list;

pub use extension_setting::ExtensionSetting;
pub use plugin_list::{NewPlugin, Refusal, add_plugin, move_plugin, named_plugins, remove_plugin};
pub use raw::{LocationSetting, PluginUse, ProxyEndpoint, RedirectSetting, Site, plugin_source};

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Report, Severity};
use crate::sources::Reader;
use crate::sources::schema::{Schema, SchemaCodes};

/// The JSON Schema of `site.yaml`.
pub const SITE_SCHEMA: &str = include_str!("site.schema.json");

const CODES: SchemaCodes = SchemaCodes {
    unknown_key: "config/unknown-key",
    unknown_key_severity: Severity::Warning,
    not_yet: "config/unknown-key",
    missing_key: "config/missing-key",
    bad_value: "config/bad-value",
};

/// Backstage's keys that mean something to a server and nothing to a build, as JSON pointers.
const WITHOUT_EFFECT: &[&str] = &[
    "/app/listen",
    "/app/https",
    "/auth",
    "/backend",
    "/catalog/defaultLocationConflictStrategy",
    "/catalog/disableDefaultProcessors",
    "/catalog/import",
    "/catalog/orphanProviderStrategy",
    "/catalog/orphanStrategy",
    "/catalog/processingInterval",
    "/catalog/processorOptions",
    "/catalog/processors",
    "/catalog/providerOptions",
    "/catalog/readonly",
    "/catalog/scmEvents",
    "/catalog/stitchingStrategy",
    "/catalog/useUrlReadersSearch",
    "/events",
    "/kubernetes",
    "/notifications",
    "/permission",
    "/scaffolder",
    "/signals",
];

/// Reads the configuration: the files in order, a later one over an earlier one, by Backstage's rules.
///
/// `codes` are those that `portal.diagnostics` may name; any, when there are none.
/// `None` when a file cannot be used at all; the report says why.
pub fn load(
    files: &[String],
    environment: &BTreeMap<String, String>,
    codes: &[String],
    reader: &dyn Reader,
    report: &mut Report,
) -> Option<Site> {
    let schema: Value = serde_json::from_str(SITE_SCHEMA).ok()?;
    let schema = Schema::new(schema).ok()?;
    let layers = layers::read(files, environment, reader, report)?;
    let problems = schema.check(layers.value(), CODES, &|pointer, key| layers.place(pointer, key));
    let unusable = problems.iter().any(|it| it.code == CODES.bad_value || it.code == CODES.missing_key);
    report.extend(problems);
    note_without_effect(&layers, report);
    if unusable {
        return None;
    }
    Some(raw::site(&layers, codes, report))
}

fn note_without_effect(layers: &layers::Layers, report: &mut Report) {
    // Of `backend`, reading alone has an effect.
    let has_effect = |key: &str| {
        let keys = layers.value().pointer(key).and_then(Value::as_object);
        key == "/backend" && keys.is_some_and(|it| it.keys().all(|it| it == "reading"))
    };
    let is_present = |key: &&str| layers.value().pointer(key).is_some() && !has_effect(key);
    let present: Vec<&str> = WITHOUT_EFFECT.iter().copied().filter(is_present).collect();
    if let Some(first) = present.first() {
        let name = |it: &&str| format!("`{}`", it.trim_start_matches('/').replace('/', "."));
        let named = present.iter().map(name).collect::<Vec<_>>().join(", ");
        let verb = if present.len() == 1 { "has" } else { "have" };
        report.push(Diagnostic::notice(
            "config/no-effect",
            layers.place(first, true),
            format!("{named} {verb} no effect on a build"),
        ));
    }
}
