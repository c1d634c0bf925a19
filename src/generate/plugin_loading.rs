//! The plugins of a site, compared with what the lock says of them.

use super::{SiteInput, path_of, plugin_settings};
use crate::config::Site;
use crate::diagnostics::Report;
use crate::plugins::{self, PluginLock, PluginSet};
use crate::sources::{OriginMap, is_archive, packed_path};

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

/// Returns the path of the folder of a plugin, which may be packed in an archive.
pub(super) fn plugin_path(written: &str, addresses: &OriginMap) -> String {
    if is_archive(written) { packed_path(written) } else { path_of(written, addresses) }
}
