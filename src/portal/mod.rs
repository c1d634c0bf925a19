//! Everything loaded to pages: which pages there are, and the plain data of each, composed on demand.

mod world;
mod entity_object;
mod functions;
mod path_function;
mod data_functions;
mod evaluate;
mod canvas;
mod widgets;
mod page;
mod navigation;
mod buckets;
mod subject;
mod entity_header;
mod entity_cards;
mod entity_tabs;
mod entity_page;
mod docs_addons;
mod docs_page;
mod list_filters;
mod list_page;
mod plugin_page;
mod plain_page;
mod addresses;
mod old_path;
mod redirects;
mod redirect_page;
mod twin;
mod search_rows;
mod search_index;
mod preview;
mod extension_view;

use std::sync::Arc;

use minijinja::Value;

use crate::config::RedirectSetting;
use crate::diagnostics::{Diagnostic, Report};
use crate::plugins::{Body, ExtensionKind, PluginSet};

pub use evaluate::{Engines, Program};
pub use functions::engines;
pub use page::{
    Card, Cards, Crumb, DocsAddons, DocsFrame, DocsLink, DocsTurn, EntityHeader, FoldedCard, ListFilter,
    ListFrame, ListLink, MenuLink, NavLink, Notice, Output, Page, PageMeta, RedirectFrame, TabLink,
};
pub use preview::Preview;
pub use redirects::{Redirect, Target};
pub use world::World;

use buckets::Bucket;
use canvas::Canvas;
use evaluate::Scope;
use widgets::Pen;

/// What pages need to know of the site.
#[derive(Clone, Debug, Default)]
pub struct PortalSettings {
    /// The name of the portal.
    pub title: String,
    /// The organisation.
    pub organization: String,
    /// What the portal is for.
    pub description: String,
    /// The path under which the portal is published, with slashes at both ends; the 404 page alone needs it.
    pub base_path: String,
    /// Whether JSON twins of entities are written.
    pub api: bool,
    /// The path of the icon sprite below the root.
    pub icons: String,
    /// The date of the input, for the footer; empty if it is not wanted.
    pub generated: String,
    /// The old addresses that the site names.
    pub redirects: Vec<RedirectSetting>,
}

/// One piece of work: what is composed together because it shares its data.
#[derive(Clone, Debug)]
enum Unit {
    /// An entity: its overview, tabs, documentation and twin.
    Entity(usize),
    /// A page of a plugin, or a tab of one.
    Plugin(usize),
    /// One page of a list.
    List { extension: usize, kind: Option<String>, bucket: usize, first: bool },
    /// A page of the content folder.
    Content(usize),
    /// An asset of the content folder.
    Asset(usize),
    /// The pictures of plugins.
    PluginAssets,
    /// The page for addresses that do not exist.
    NotFound,
    /// The index of the palette.
    SearchIndex,
    /// The pages at old addresses, and the lists of them.
    Redirects,
}

/// The portal: all that pages are made of.
pub struct Portal<'a> {
    settings: PortalSettings,
    plugins: &'a PluginSet,
    program: &'a Program<'a>,
    world: &'a Arc<World>,
    navigation: Vec<NavLink>,
    site: Value,
    units: Vec<Unit>,
    lists: Vec<list_page::EntityList>,
    redirects: Vec<Redirect>,
}

impl<'a> Portal<'a> {
    /// Decides which pages there are.
    pub fn new(
        settings: PortalSettings,
        plugins: &'a PluginSet,
        program: &'a Program<'a>,
        world: &'a Arc<World>,
        report: &mut Report,
    ) -> Self {
        let site = Value::from_pairs([
            ("title", settings.title.as_str()),
            ("organization", settings.organization.as_str()),
            ("description", settings.description.as_str()),
        ]);
        let navigation = navigation::build(plugins, world);
        let lists = list_page::lists(plugins, world);
        let (units, redirects) = (Vec::new(), Vec::new());
        let mut portal =
            Self { settings, plugins, program, world, navigation, site, units, lists, redirects };
        portal.units = portal.plan(report);
        portal.redirects = redirects::plan(&portal, report);
        if !portal.redirects.is_empty() {
            portal.units.push(Unit::Redirects);
        }
        portal
    }

    /// Returns how many pieces of work there are.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Returns whether there is nothing to do, which is never so: there is always a 404 page.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Returns the plugins.
    pub fn plugins(&self) -> &PluginSet {
        self.plugins
    }

    /// Returns what all pages share.
    pub fn world(&self) -> &World {
        self.world
    }

    /// Returns the old addresses and where each leads, sorted.
    pub fn redirects(&self) -> &[Redirect] {
        &self.redirects
    }

    /// Composes one piece of work and hands over its pages and files, one at a time.
    pub fn compose(&self, index: usize, emit: &mut dyn FnMut(Output)) -> Vec<Diagnostic> {
        let framed = self.plugins.plugins.iter().any(|it| !it.permissions.frames.is_empty());
        let emit = &mut |mut output: Output| {
            if let (true, Output::Page(page)) = (framed, &mut output) {
                page.find_frames();
            }
            emit(output);
        };
        match self.units.get(index) {
            Some(Unit::Entity(index)) => entity_page::compose(self, *index, emit),
            Some(Unit::Plugin(index)) => plugin_page::compose(self, *index, emit),
            Some(Unit::List { extension, kind, bucket, first }) => {
                list_page::compose(self, *extension, kind.as_deref(), *bucket, *first, emit)
            }
            Some(Unit::Content(index)) => plain_page::compose_content(self, *index, emit),
            Some(Unit::PluginAssets) => self.compose_assets(emit),
            Some(Unit::Asset(index)) => plain_page::compose_asset(self, *index, emit),
            Some(Unit::NotFound) => plain_page::compose_not_found(self, emit),
            Some(Unit::SearchIndex) => search_index::compose(self, emit),
            Some(Unit::Redirects) => redirect_page::compose(self, emit),
            None => Vec::new(),
        }
    }

    fn plan(&self, report: &mut Report) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut paths: std::collections::BTreeMap<String, &crate::diagnostics::Span> =
            std::collections::BTreeMap::new();
        for (index, extension) in self.plugins.extensions.iter().enumerate() {
            let Some(path) = self.plugins.path_of(extension) else { continue };
            if let Some(first) = paths.get(&path) {
                let message = format!("two pages have the path `/{path}`");
                let diagnostic = Diagnostic::error("plugin/same-path", extension.path_span.clone(), message);
                report.push(
                    diagnostic
                        .related((*first).clone(), "the first one")
                        .hint("change one with `app.extensions`"),
                );
                continue;
            }
            let is_below = path.contains('/') || matches!(path.as_str(), "assets" | "search" | "api");
            if let Some(reserved) = self.reserved(&path).filter(|_| is_below) {
                let message = format!("pages below `/{reserved}/` belong to the portal itself");
                let diagnostic = Diagnostic::error("plugin/same-path", extension.path_span.clone(), message);
                report.push(diagnostic.hint("choose another path"));
                continue;
            }
            paths.insert(path, &extension.path_span);
            match &extension.kind {
                ExtensionKind::Page { body: Body::List(_), .. } => {
                    units.extend(list_page::units(self, index))
                }
                _ => units.push(Unit::Plugin(index)),
            }
        }
        for (index, page) in self.world.docs.pages.iter().enumerate() {
            if let Some(first) = paths.get(page.path.as_str()) {
                let span = crate::diagnostics::Span::file(page.source.as_str());
                let diagnostic = Diagnostic::error(
                    "content/same-path",
                    span,
                    format!("a plugin has a page at `/{}`", page.path),
                );
                report
                    .push(diagnostic.related((*first).clone(), "the plugin's page").hint("rename the file"));
                continue;
            }
            if let Some(reserved) = self.reserved(&page.path) {
                let span = crate::diagnostics::Span::file(page.source.as_str());
                let message = format!("pages below `/{reserved}/` belong to the portal itself");
                report.push(
                    Diagnostic::error("content/reserved-path", span, message)
                        .hint("move the file to another folder"),
                );
                continue;
            }
            units.push(Unit::Content(index));
        }
        if !paths.contains_key("") && self.world.docs.home.is_some() {
            units.push(Unit::Content(usize::MAX));
        }
        units.extend((0..self.world.docs.assets.len()).map(Unit::Asset));
        if self.plugins.plugins.iter().any(|it| !it.assets.is_empty()) {
            units.push(Unit::PluginAssets);
        }
        units.extend([Unit::NotFound, Unit::SearchIndex]);
        units.extend((0..self.world.catalog.entities().len()).map(Unit::Entity));
        units
    }

    fn compose_assets(&self, emit: &mut dyn FnMut(Output)) -> Vec<Diagnostic> {
        let mut paths = std::collections::BTreeSet::new();
        for asset in self.plugins.plugins.iter().flat_map(|it| &it.assets) {
            // Two files of one name and content are one.
            if paths.insert(&asset.published) {
                emit(Output::File { path: asset.published.clone(), bytes: asset.bytes.clone() });
            }
        }
        Vec::new()
    }

    /// Returns the folder of the portal's own that a path lies in, if it does.
    fn reserved(&self, path: &str) -> Option<&str> {
        const OWN: &[&str] = &["catalog", "docs", "api", "assets", "search", "404.html"];
        let lists =
            self.lists.iter().filter_map(|it| self.plugins.extensions.get(it.extension)).filter_map(|it| {
                match &it.kind {
                    ExtensionKind::Page { path, .. } => Some(path.as_str()),
                    _ => None,
                }
            });
        let first = path.split('/').next().unwrap_or_default();
        OWN.iter()
            .copied()
            .find(|it| *it == first)
            .or_else(|| lists.into_iter().find(|it| path.starts_with(&format!("{it}/"))))
    }

    /// Returns a pen for a page at `root`, for the code of a plugin.
    fn pen<'b>(&'b self, root: &'b str, plugin: usize, entity: Value, subject: &'b str) -> Pen<'b> {
        let (icons, plugins) = (self.settings.icons.as_str(), self.plugins);
        let canvas = Canvas { root, icons, world: self.world, program: self.program, plugins };
        let about = entity_object::entity_of(&entity);
        let (data, history) = self.world.facts.variables(plugin, about.as_ref().map(|it| &it.reference));
        let params = match (about, self.plugins.plugins.get(plugin)) {
            (Some(entity), Some(plugin)) => crate::facts::of_entity(plugin, &entity),
            _ => Value::UNDEFINED,
        };
        let variables = vec![
            ("entity".into(), entity),
            ("config".into(), self.program.config(plugin)),
            ("data".into(), data),
            ("params".into(), params),
            ("history".into(), history),
            ("site".into(), self.site.clone()),
        ];
        let scope = Scope::new(variables, subject);
        Pen { canvas, scope, plugin, problems: Vec::new() }
    }

    /// Returns a page with what all pages have.
    fn page(&self, kind: &'static str, path: &str, title: &str, description: &str) -> Page {
        Page {
            root: root_of(path),
            page: PageMeta {
                kind,
                title: title.to_owned(),
                heading: title.to_owned(),
                description: description.to_owned(),
                path: path.to_owned(),
                breadcrumbs: Vec::new(),
                generated: self.settings.generated.clone(),
            },
            nav: navigation::at(&self.navigation, path),
            ..Page::default()
        }
    }

    fn buckets(&self, extension: usize, kind: Option<&str>) -> &[Bucket] {
        let list = self.lists.iter().find(|it| it.extension == extension && it.kind.as_deref() == kind);
        list.map(|it| it.buckets.as_slice()).unwrap_or_default()
    }
}

/// Returns the way from a page to the root: `./` or `../` for each folder.
fn root_of(path: &str) -> String {
    match path.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// Returns the address of a page below the root: the path with a slash at its end, or nothing for the home page.
fn folder(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{}/", path.trim_matches('/')) }
}
