//! What a site says of plugins to the plugins themselves, compared with what the lock says of them.

use super::{SiteInput, path_of};
use crate::config::{self, Site};
use crate::diagnostics::Report;
use crate::plugins::{
    self, AttachTo, ExtensionOverride, Granted, Operator, PluginFolder, PluginLock, PluginSet, PluginSettings,
};
use crate::sources::{OriginMap, Secret, is_archive, packed_path};

/// Reads all plugins. One that asks for more than the lock says is left out; what the lock says next is noted.
pub(super) fn load_plugins(
    site: &Site,
    addresses: &OriginMap,
    input: &SiteInput,
    report: &mut Report,
) -> PluginSet {
    let mut settings = plugin_settings(site, addresses, input);
    let remote = input.reader.elsewhere();
    settings.lock = remote.as_ref().map(|it| PluginLock {
        pins: it.fetcher().locked_plugins().clone(),
        strict: it.fetcher().mode().locked,
    });
    let set = plugins::load(&settings, &*input.reader, &*input.builtin, report);
    if let Some(remote) = remote {
        remote.fetcher().pin_plugins(&set.pins);
    }
    set
}

/// Reads all plugins, whatever the lock says.
pub(super) fn unlocked_plugins(
    site: &Site,
    addresses: &OriginMap,
    input: &SiteInput,
    report: &mut Report,
) -> PluginSet {
    plugins::load(&plugin_settings(site, addresses, input), &*input.reader, &*input.builtin, report)
}

/// Reads all plugins, and notes what the lock would say of them if it said nothing yet.
pub(super) fn pinned_plugins(
    site: &Site,
    addresses: &OriginMap,
    input: &SiteInput,
    report: &mut Report,
) -> PluginSet {
    let mut settings = plugin_settings(site, addresses, input);
    settings.lock = Some(PluginLock::default());
    plugins::load(&settings, &*input.reader, &*input.builtin, report)
}

/// Returns the path of the folder of a plugin, which may be packed in an archive.
pub(super) fn plugin_path(written: &str, addresses: &OriginMap) -> String {
    if is_archive(written) { packed_path(written) } else { path_of(written, addresses) }
}

fn plugin_settings(site: &Site, addresses: &OriginMap, input: &SiteInput) -> PluginSettings {
    let folder = |it: &config::PluginUse| PluginFolder {
        source: plugin_path(&it.source, addresses),
        written: it.source.clone(),
        config: it.config.clone(),
        span: it.span.clone(),
        config_places: it.config_places.clone(),
        operator: operator(it, input),
    };
    let setting = |it: &config::ExtensionSetting| ExtensionOverride {
        id: it.id.clone(),
        enabled: it.enabled,
        attach_to: it.attach_to.clone().map(|(id, input)| AttachTo {
            id: id.value,
            input: input.value,
            span: id.span,
            input_span: input.span,
            written: true,
        }),
        config: it.config.clone(),
        places: it.places.clone(),
        span: it.span.clone(),
    };
    PluginSettings {
        named: site.plugins.iter().map(folder).collect(),
        extensions: site.extensions.iter().map(setting).collect(),
        language: site.language.clone(),
        site: site_words(site),
        lock: None,
    }
}

/// Returns what the operator gives a plugin; values of the environment are secrets.
fn operator(it: &config::PluginUse, input: &SiteInput) -> Operator {
    let secret = |name: &String| {
        let value = input.environment.get(name).filter(|it| !it.is_empty());
        (name.clone(), value.map(|it| Secret::new(it.as_str())))
    };
    let granted = Granted {
        network: it.network.clone(),
        secrets: it.secrets.iter().map(secret).collect(),
        read: it.read.clone(),
        // A grant that is missing is missing where the plugin is named.
        span: it.grant_span.clone().or_else(|| Some(it.span.clone())),
    };
    let default = Operator::default();
    Operator { granted, history: it.history, requests_max: it.requests_max.unwrap_or(default.requests_max) }
}

/// Returns what `site` is in conditions, as it is in expressions.
fn site_words(site: &Site) -> serde_json::Map<String, serde_json::Value> {
    let words = [
        ("title", &site.title),
        ("organization", &site.organization),
        ("description", &site.description),
        ("language", &site.language),
    ];
    words.into_iter().map(|(key, text)| (key.to_owned(), text.as_str().into())).collect()
}
