//! The function `path_to`: where the page or the tab of an extension is, whatever the operator calls it.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, State};

use super::entity_object::entity_of;
use super::world::World;
use crate::model::Filter;
use crate::plugins::{ExtensionKind, PluginSet};

/// The pages and tabs of all plugins, by the id of the extension.
pub(super) type Places = Arc<BTreeMap<String, Place>>;

/// Where an extension is.
pub(super) enum Place {
    /// A page, with slashes at both ends.
    Page(String),
    /// A tab of the entities that it is for.
    Tab(String, Option<Filter>),
}

/// Returns the pages and tabs of all plugins.
pub(super) fn places(plugins: &PluginSet) -> Places {
    let place = |it: &crate::plugins::Extension| match &it.kind {
        ExtensionKind::EntityContent { path, .. } => Some(Place::Tab(path.clone(), it.filter.clone())),
        _ => plugins.path_of(it).map(|path| match path.as_str() {
            "" => Place::Page("/".to_owned()),
            path => Place::Page(format!("/{path}/")),
        }),
    };
    let shown = plugins.extensions.iter().filter(|it| it.enabled);
    Arc::new(shown.filter_map(|it| Some((it.id.clone(), place(it)?))).collect())
}

/// Adds the function to the environment of a plugin.
pub(super) fn add(environment: &mut Environment<'_>, places: &Places) {
    let places = Arc::clone(places);
    environment.add_function("path_to", move |state: &State<'_, '_>, id: &str, kwargs: Kwargs| {
        path_to(&places, state, id, &kwargs)
    });
}

/// `path_to("entity-content:adrs", entity=row)`: the path below the root; nothing where there is no such page or tab.
fn path_to(
    places: &BTreeMap<String, Place>,
    state: &State<'_, '_>,
    id: &str,
    kwargs: &Kwargs,
) -> Result<Value, Error> {
    let of: Option<Value> = kwargs.get("entity")?;
    kwargs.assert_all_used()?;
    Ok(match places.get(id) {
        Some(Place::Page(path)) => Value::from(path.as_str()),
        Some(Place::Tab(path, filter)) => {
            let entity = of.or_else(|| state.lookup("entity")).and_then(|it| entity_of(&it));
            let entity = entity.filter(|it| filter.as_ref().is_none_or(|filter| filter.matches(it)));
            entity.map(|it| Value::from(format!("{}{path}/", World::href(&it)))).unwrap_or_default()
        }
        None => Value::UNDEFINED,
    })
}
