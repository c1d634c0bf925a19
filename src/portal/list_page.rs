//! Pages that list entities: one list, or one list a kind, each in pages by ranges of names.

use super::buckets::{self, Bucket, ROWS_MAX};
use super::list_filters::{self, is_for_list};
use super::page::{Crumb, ListFrame, ListLink, Output};
use super::widgets::{draw_empty, draw_table, grouped, safe};
use super::world::World;
use super::{Portal, Unit, entity_object, folder};
use crate::content;
use crate::diagnostics::Diagnostic;
use crate::plugins::view::{Column, List};
use crate::plugins::{Body, Extension, ExtensionKind, KindDeclaration, PluginSet};

/// The entities of one list, sorted by name, and its pages.
#[derive(Debug)]
pub(super) struct EntityList {
    pub(super) extension: usize,
    /// The kind, lower-cased, where there is one list a kind.
    pub(super) kind: Option<String>,
    /// The title of the kind.
    title: String,
    /// The indexes of the entities in the catalog.
    rows: Vec<u32>,
    pub(super) buckets: Vec<Bucket>,
}

/// Returns the lists of all pages that are one.
pub(super) fn lists(plugins: &PluginSet, world: &World) -> Vec<EntityList> {
    let mut lists = Vec::new();
    for (index, extension) in plugins.extensions.iter().enumerate() {
        let Some((_, list)) = list_of(extension) else { continue };
        let kinds = world.catalog.kinds();
        if list.by_kind {
            for (kind, written) in kinds {
                let list = entity_list(index, Some(kind), world.plural(written), list, world);
                lists.extend((!list.rows.is_empty()).then_some(list));
            }
        } else {
            lists.push(entity_list(index, None, extension.title.clone(), list, world));
        }
    }
    lists
}

fn entity_list(
    extension: usize,
    kind: Option<&str>,
    title: String,
    list: &List,
    world: &World,
) -> EntityList {
    let mut rows: Vec<(String, u32)> = Vec::new();
    for (index, entity) in world.catalog.entities().iter().enumerate() {
        let wanted = kind.is_none_or(|kind| entity.reference.kind() == kind)
            && list.filter.as_ref().is_none_or(|filter| world.satisfies(entity, filter));
        if wanted {
            rows.push((entity.reference.name().to_owned(), index as u32));
        }
    }
    rows.sort();
    let names: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
    let buckets = buckets::split(&names);
    EntityList {
        extension,
        kind: kind.map(str::to_owned),
        title,
        buckets,
        rows: rows.into_iter().map(|(_, index)| index).collect(),
    }
}

fn list_of(extension: &Extension) -> Option<(&str, &List)> {
    match &extension.kind {
        ExtensionKind::Page { path, body: Body::List(list), .. } => Some((path, list)),
        _ => None,
    }
}

/// Returns the pages of the lists of one extension.
pub(super) fn units(portal: &Portal<'_>, extension: usize) -> Vec<Unit> {
    let lists: Vec<&EntityList> = portal.lists.iter().filter(|it| it.extension == extension).collect();
    if lists.is_empty() {
        return vec![Unit::List { extension, kind: None, bucket: 0, first: true }];
    }
    let mut units = Vec::new();
    let front = front(portal, extension, &lists);
    for list in lists {
        let kind = list.kind.clone();
        let leaves: Vec<usize> =
            list.buckets.iter().enumerate().filter(|(_, it)| it.leaf).map(|(index, _)| index).collect();
        if leaves.is_empty() {
            units.push(Unit::List { extension, kind: kind.clone(), bucket: 0, first: false });
        }
        for bucket in leaves {
            units.push(Unit::List { extension, kind: kind.clone(), bucket, first: false });
        }
        if list.kind.is_some() && list.kind == front {
            units.push(Unit::List { extension, kind, bucket: first_leaf(&list.buckets), first: true });
        }
    }
    units
}

/// Returns the kind that the page's own path shows.
fn front(portal: &Portal<'_>, extension: usize, lists: &[&EntityList]) -> Option<String> {
    let wanted =
        portal.plugins.extensions.get(extension).and_then(list_of).and_then(|(_, list)| list.first.clone());
    let found = lists.iter().find(|it| it.kind == wanted).or(lists.first());
    found.and_then(|it| it.kind.clone())
}

fn first_leaf(buckets: &[Bucket]) -> usize {
    buckets.iter().position(|it| it.leaf).unwrap_or(0)
}

/// Returns the path of the first page of a list.
fn list_path(base: &str, kind: Option<&str>) -> String {
    folder(&kind.map_or_else(|| base.to_owned(), |kind| format!("{base}/{kind}")))
}

/// Returns the path of one page of a list, whose extension has the path `base`.
pub(super) fn path_of(
    portal: &Portal<'_>,
    extension: usize,
    base: &str,
    kind: Option<&str>,
    bucket: usize,
    at_front: bool,
) -> String {
    let buckets = portal.buckets(extension, kind);
    match buckets.get(bucket) {
        _ if at_front => folder(base),
        Some(it) if bucket != first_leaf(buckets) => format!("{}{}/", list_path(base, kind), it.path()),
        _ => list_path(base, kind),
    }
}

/// Composes one page of a list. With `at_front` it stands at the page's own path.
pub(super) fn compose(
    portal: &Portal<'_>,
    index: usize,
    kind: Option<&str>,
    bucket: usize,
    at_front: bool,
    emit: &mut dyn FnMut(Output),
) -> Vec<Diagnostic> {
    let Some(extension) = portal.plugins.extensions.get(index) else { return Vec::new() };
    let (Some((base, list)), ExtensionKind::Page { description, .. }) = (list_of(extension), &extension.kind)
    else {
        return Vec::new();
    };
    let entity_list = portal.lists.iter().find(|it| it.extension == index && it.kind.as_deref() == kind);
    let list_path = list_path(base, kind);
    let path = path_of(portal, index, base, kind, bucket, at_front);
    let title = entity_list.filter(|it| it.kind.is_some()).map_or(&extension.title, |it| &it.title);
    let mut page = portal.page("list", &path, title, description);
    if kind.is_some() && !at_front {
        page.page.breadcrumbs.push(Crumb { title: extension.title.clone(), href: Some(folder(base)) });
        page.page.breadcrumbs.push(Crumb { title: title.clone(), href: None });
    }
    let buckets = portal.buckets(index, kind);
    let rows = buckets.get(bucket).map(|it| it.rows.clone()).unwrap_or_default();
    let indexes = entity_list.and_then(|it| it.rows.get(rows)).unwrap_or_default();
    page.list = Some(frame(portal, index, kind, bucket, base, &list_path, indexes.len()));
    let root = page.root.clone();
    let declared = kind.and_then(|kind| declared_columns(portal.plugins, kind));
    let plugin = declared.map_or(extension.plugin, |it| it.plugin);
    let mut pen = portal.pen(&root, plugin, minijinja::Value::UNDEFINED, "");
    let entities = indexes.iter().filter_map(|it| portal.world.catalog.entities().get(*it as usize));
    let values: Vec<minijinja::Value> = entities.map(|it| entity_object::value(it, portal.world)).collect();
    let body = if values.is_empty() {
        let text = list.empty.map(|it| pen.canvas.program.evaluate(it, &pen.scope, &mut pen.problems));
        let text = text.map(|it| content::render_text(&super::widgets::shown(&it)));
        draw_empty(&format!("No {} yet", title.to_lowercase()), text.as_ref())
    } else {
        let filters = list_filters::filters(portal, extension, kind, &values, &mut pen.problems);
        page.list.iter_mut().for_each(|it| it.filters.clone_from(&filters));
        let columns = declared.map_or(&list.columns, |it| &it.columns);
        let mut columns: Vec<&Column> = columns.iter().filter(|it| column_is_for(it, kind)).collect();
        columns.extend(attached_columns(portal.plugins, extension, kind));
        draw_table(&mut pen, &columns, values.into_iter(), title)
    };
    page.body = Some(safe(body));
    emit(Output::Page(Box::new(page)));
    pen.problems
}

/// Returns the declaration of a kind that brings columns of its own.
fn declared_columns<'a>(plugins: &'a PluginSet, kind: &str) -> Option<&'a KindDeclaration> {
    plugins.kinds.iter().find(|it| it.kind.eq_ignore_ascii_case(kind) && !it.columns.is_empty())
}

/// Returns the columns that plugins attach to a list.
fn attached_columns<'a>(plugins: &'a PluginSet, page: &Extension, kind: Option<&str>) -> Vec<&'a Column> {
    let attached = plugins.attached(&page.id, "columns").into_iter();
    let column = |(_, it): (usize, &'a Extension)| match &it.kind {
        ExtensionKind::CatalogColumn { column } if is_for_list(it, kind) => Some(column),
        _ => None,
    };
    attached.filter_map(column).collect()
}

/// A column's filter sees the kind of the list alone.
fn column_is_for(column: &Column, kind: Option<&str>) -> bool {
    let value = serde_json::json!({"kind": kind.unwrap_or_default()});
    column.filter.as_ref().is_none_or(|filter| filter.matches_value(&value))
}

fn frame(
    portal: &Portal<'_>,
    extension: usize,
    kind: Option<&str>,
    bucket: usize,
    base: &str,
    list_path: &str,
    count: usize,
) -> ListFrame {
    let own = |it: &&EntityList| it.extension == extension;
    let kinds = portal.lists.iter().filter(own).filter_map(|it| {
        let of = it.kind.as_deref()?;
        Some(ListLink {
            title: it.title.clone(),
            href: format!("{}{of}/", folder(base)),
            count: grouped(it.rows.len()),
            icon: portal.world.kind_icon(of).to_owned(),
            current: Some(of) == kind,
        })
    });
    let list = portal.lists.iter().filter(own).find(|it| it.kind.as_deref() == kind);
    ListFrame {
        kinds: kinds.collect(),
        levels: list.map(|it| levels(&it.buckets, bucket, list_path)).unwrap_or_default(),
        count: grouped(count),
        total: grouped(list.map_or(0, |it| it.rows.len())),
        title: list.map(|it| it.title.clone()).unwrap_or_default(),
        filters: Vec::new(),
    }
}

/// Returns the links to the other pages: the coarsest ranges, and below them the parts of the range the page is in.
/// So a page has at most some forty links a level, however long the list.
fn levels(buckets: &[Bucket], current: usize, list_path: &str) -> Vec<Vec<ListLink>> {
    let Some(here) = buckets.get(current).filter(|_| buckets.iter().filter(|it| it.leaf).count() > 1) else {
        return Vec::new();
    };
    let first = first_leaf(buckets);
    let contains = |outer: &Bucket| outer.rows.start <= here.rows.start && here.rows.end <= outer.rows.end;
    let link = |index: usize, it: &Bucket| {
        // A range that is parted leads to the first page in it.
        let leaf =
            (index..buckets.len()).find(|it| buckets.get(*it).is_some_and(|it| it.leaf)).unwrap_or(index);
        let target = buckets.get(leaf).map(Bucket::path).unwrap_or_default();
        ListLink {
            title: it.label(),
            href: if leaf == first { list_path.to_owned() } else { format!("{list_path}{target}/") },
            count: grouped(it.rows.len()),
            icon: String::new(),
            current: contains(it),
        }
    };
    let mut levels = Vec::new();
    let mut range = 0..buckets.iter().map(|it| it.rows.end).max().unwrap_or(0);
    for level in 0..=here.level {
        let inside =
            |it: &Bucket| it.level == level && range.start <= it.rows.start && it.rows.end <= range.end;
        let row: Vec<ListLink> = buckets
            .iter()
            .enumerate()
            .filter(|(_, it)| inside(it))
            .map(|(index, it)| link(index, it))
            .collect();
        levels.push(row);
        let next = buckets.iter().find(|it| it.level == level && contains(it)).map(|it| it.rows.clone());
        range = next.unwrap_or(range);
    }
    debug_assert!(here.rows.len() <= ROWS_MAX || here.first == here.last);
    levels
}
