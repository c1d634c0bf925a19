//! `ExtensionKind`: what an extension is, and what only its kind has.

use std::collections::BTreeMap;

use serde_json::Value;

use super::expression::CodeId;
use super::theme::Token;
use super::view::{Column, List, View};
use crate::diagnostics::Span;

/// The part of the overview that a card stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardSlot {
    /// Across the top.
    Summary,
    /// The narrow column on the right.
    Info,
    /// The wide column on the left.
    Content,
}

impl CardSlot {
    /// Returns the slot of a name, as in Backstage.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "summary" => Some(Self::Summary),
            "info" => Some(Self::Info),
            "content" => Some(Self::Content),
            _ => None,
        }
    }
}

/// How much of the width a widget of the home page takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// A column.
    One,
    /// Two columns.
    Two,
    /// All of it.
    Full,
}

impl Width {
    /// Returns the width that a value means.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match (value.as_u64(), value.as_str()) {
            (Some(1), _) => Some(Self::One),
            (Some(2), _) => Some(Self::Two),
            (_, Some("full")) => Some(Self::Full),
            _ => None,
        }
    }
}

/// Where on a page of documentation an addon stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocsPlace {
    /// Above the heading.
    Header,
    /// Below the heading.
    Subheader,
    /// Before the text.
    ContentStart,
    /// After the text.
    ContentEnd,
    /// At the corner, for what changes the page.
    Settings,
}

impl DocsPlace {
    /// The names of the places.
    pub(super) const NAMES: &'static [&'static str] =
        &["header", "subheader", "content-start", "content-end", "settings"];

    /// Returns the place of a name.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "header" => Some(Self::Header),
            "subheader" => Some(Self::Subheader),
            "content-start" => Some(Self::ContentStart),
            "content-end" => Some(Self::ContentEnd),
            "settings" => Some(Self::Settings),
            _ => None,
        }
    }
}

/// What fills a page or a tab.
#[derive(Clone, Debug)]
pub enum Body {
    /// Widgets.
    View(Box<View>),
    /// A list of entities.
    List(Box<List>),
    /// Another page stands for it: an expression that gives its path, or nothing to leave the tab out.
    Link(CodeId),
    /// What other extensions attach: widgets and sub-pages.
    Attached,
}

/// A file of an icon bundle.
#[derive(Clone, Debug)]
pub struct IconFile {
    /// The name of the icon.
    pub name: String,
    /// The path of the file in the folder of the plugin.
    pub path: String,
    /// Where it is named.
    pub span: Span,
}

/// What kind of extension it is.
#[derive(Clone, Debug)]
pub enum ExtensionKind {
    /// A page of the portal.
    Page {
        /// The path below the root, without slashes at the ends; empty for the home page.
        path: String,
        /// Whether it stands in the navigation.
        nav: bool,
        /// What it is for.
        description: String,
        /// What fills it.
        body: Body,
    },
    /// A tab of a page.
    SubPage {
        /// The path below the page.
        path: String,
        /// What fills it.
        view: Box<View>,
    },
    /// An item of the navigation.
    NavItem {
        /// The path below the root.
        href: String,
    },
    /// A card on the overview of an entity, or on one of its tabs.
    EntityCard {
        /// Where it stands.
        slot: CardSlot,
        /// What it shows.
        view: Box<View>,
    },
    /// A tab of an entity.
    EntityContent {
        /// The path below the entity's page.
        path: String,
        /// The group of tabs it belongs to.
        group: Option<String>,
        /// What fills it.
        body: Body,
    },
    /// A line in the header of an entity.
    EntityHeader {
        /// What it shows.
        view: Box<View>,
    },
    /// A link at the top of a card, by default of the one that tells about the entity.
    EntityIconLink {
        /// An expression: the address; nothing leaves the link out.
        href: CodeId,
    },
    /// An item of the menu of an entity.
    EntityContextMenuItem {
        /// An expression: the address; nothing leaves the item out.
        href: CodeId,
    },
    /// A column of a list of entities. Its filter sees the kind of the list.
    CatalogColumn {
        /// The column; its title is that of the extension.
        column: Column,
    },
    /// A choice above a list of entities. Its filter sees the kind of the list.
    CatalogFilter {
        /// An expression: the values of an entity, of which `row` is it.
        value: CodeId,
    },
    /// How rows of the search are grouped and labelled. Its filter sees the row.
    SearchResult,
    /// A part of the home page.
    HomeWidget {
        /// How wide it is.
        width: Width,
        /// What it shows.
        view: Box<View>,
    },
    /// A part of pages of documentation, of the entities of its filter.
    Addon {
        /// Where it stands.
        place: DocsPlace,
        /// What it shows; `row` is the document.
        view: Box<View>,
    },
    /// Colours and measures of the portal.
    Theme {
        /// By the name of the property, without its hyphens.
        tokens: BTreeMap<String, Token>,
    },
    /// Icons of the plugin.
    IconBundle {
        /// Its files.
        icons: Vec<IconFile>,
    },
    /// Texts of a plugin in other words or another language.
    Translation {
        /// The id of that plugin.
        of: String,
    },
}

impl ExtensionKind {
    /// Returns the name of the kind in ids.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Page { .. } => "page",
            Self::SubPage { .. } => "sub-page",
            Self::NavItem { .. } => "nav-item",
            Self::EntityCard { .. } => "entity-card",
            Self::EntityContent { .. } => "entity-content",
            Self::EntityHeader { .. } => "entity-header",
            Self::EntityIconLink { .. } => "entity-icon-link",
            Self::EntityContextMenuItem { .. } => "entity-context-menu-item",
            Self::CatalogColumn { .. } => "catalog-column",
            Self::CatalogFilter { .. } => "catalog-filter",
            Self::SearchResult => "search-result",
            Self::HomeWidget { .. } => "home-widget",
            Self::Addon { .. } => "addon",
            Self::Theme { .. } => "theme",
            Self::IconBundle { .. } => "icon-bundle",
            Self::Translation { .. } => "translation",
        }
    }

    /// Returns the view that it shows, if it shows one.
    pub fn view(&self) -> Option<&View> {
        match self {
            Self::Page { body: Body::View(view), .. }
            | Self::EntityContent { body: Body::View(view), .. } => Some(view),
            Self::SubPage { view, .. }
            | Self::EntityCard { view, .. }
            | Self::EntityHeader { view }
            | Self::HomeWidget { view, .. }
            | Self::Addon { view, .. } => Some(view),
            _ => None,
        }
    }

    /// Returns the keys of `config` that an operator may set.
    pub(super) fn config_keys(&self) -> &'static [&'static str] {
        match self {
            Self::Page { .. } => &["title", "icon", "order", "path", "nav", "description"],
            Self::SubPage { .. } => &["title", "icon", "order", "path"],
            Self::NavItem { .. } => &["title", "icon", "order", "href"],
            Self::EntityCard { .. } => &["title", "icon", "order", "filter", "type"],
            Self::EntityContent { .. } => &["title", "icon", "order", "filter", "path", "group"],
            Self::EntityHeader { .. } => &["order", "filter"],
            Self::EntityIconLink { .. } => &["title", "label", "icon", "order", "filter"],
            Self::EntityContextMenuItem { .. } => &["title", "icon", "order", "filter"],
            Self::CatalogColumn { .. } | Self::CatalogFilter { .. } => &["title", "order", "filter"],
            Self::SearchResult => &["title", "icon", "order", "filter"],
            Self::HomeWidget { .. } => &["title", "order", "width"],
            Self::Addon { .. } => &["order", "filter", "location"],
            Self::Theme { .. } => &["order", "tokens"],
            Self::IconBundle { .. } | Self::Translation { .. } => &["order"],
        }
    }
}
