//! Where the data of a source is shown, which is where its rows in the search lead.

use crate::model::EntityRef;
use crate::plugins::{ExtensionKind, PluginSet, Source};

/// Returns the path of the tab that shows a source to an entity, or of the page that shows it: with a slash at both
/// ends. Where there is neither, it is the page of the entity, or the home page.
pub(super) fn path(
    plugins: &PluginSet,
    plugin: usize,
    source: &Source,
    entity: Option<&EntityRef>,
) -> String {
    let shows = plugins.extensions.iter().filter(|it| {
        it.plugin == plugin && (it.data.own.contains(&source.name) || it.data.all.contains(&source.name))
    });
    let Some(entity) = entity else {
        let page = shows.filter_map(|it| plugins.path_of(it)).find(|it| !it.is_empty());
        return page.map_or_else(|| "/".to_owned(), |it| format!("/{it}/"));
    };
    let own = format!("/catalog/{}/{}/{}/", entity.namespace(), entity.kind(), entity.name());
    let tab = shows.filter(|it| it.enabled).find_map(|it| match &it.kind {
        ExtensionKind::EntityContent { path, .. } => Some(path.as_str()),
        _ => None,
    });
    tab.map_or_else(|| own.clone(), |it| format!("{own}{it}/"))
}
