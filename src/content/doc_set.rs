//! `DocSet`: the pages of the site itself and the documentation of entities, without their bodies.

use std::collections::BTreeMap;

use super::file_tree::FileTree;
use crate::model::{Entity, EntityRef};

/// All the prose of a portal. Bodies are not held; they are rendered one at a time.
#[derive(Clone, Debug, Default)]
pub struct DocSet {
    /// The page that stands on the home page, from `content/index.md`.
    pub home: Option<SitePage>,
    /// The other pages of the content folder, sorted by path.
    pub pages: Vec<SitePage>,
    /// The other files of the content folder, as source paths; [`DocSet::asset_path`] gives where they are published.
    pub assets: Vec<String>,
    /// The documentation of entities.
    pub sites: BTreeMap<EntityRef, DocSite>,
    pub(super) tree: FileTree,
}

impl DocSet {
    /// Returns the documentation that an entity shows: that of the entity named by
    /// `backstage.io/techdocs-entity`, else its own.
    pub fn site_of(&self, entity: &Entity) -> Option<&DocSite> {
        match entity.annotation(super::docs_reference::ENTITY_ANNOTATION) {
            Some(other) => self.sites.get(&EntityRef::parse_full(other.trim()).ok()?),
            None => self.sites.get(&entity.reference),
        }
    }

    /// Returns where an asset of the content folder is published, as a path below the root of the portal.
    pub fn asset_path<'a>(&self, source: &'a str) -> &'a str {
        self.tree.below(source)
    }
}

/// One page of the content folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitePage {
    /// The path of the Markdown file.
    pub source: String,
    /// The path below the root of the portal, such as `guide/plugins`; empty for the home page alone.
    pub path: String,
    /// The title: of the front matter, else of the first heading, else made of the file name.
    pub title: String,
    /// One sentence, or nothing.
    pub description: String,
    /// Where the page stands in the navigation, if it does.
    pub nav: Option<NavPlacement>,
}

/// The place of a page in the navigation of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavPlacement {
    /// The title in the navigation.
    pub title: String,
    /// The name of an icon.
    pub icon: Option<String>,
    /// Smaller comes first; 0 where nothing is written.
    pub order: i64,
    /// The group that the page is listed under.
    pub group: Option<String>,
}

/// The documentation of one entity: an MkDocs folder.
#[derive(Clone, Debug)]
pub struct DocSite {
    /// The entity that it documents.
    pub entity: EntityRef,
    /// `site_name`, else the title of the entity.
    pub title: String,
    /// The folder of the pages, `docs_dir`.
    pub folder: String,
    /// All pages: those of the navigation in its order, then the others by path.
    pub pages: Vec<DocPage>,
    /// The navigation.
    pub nav: Vec<NavItem>,
    /// The other files of the folder, as source paths; [`DocSite::asset_path`] gives where they are published.
    pub assets: Vec<String>,
    pub(super) tree: FileTree,
}

impl DocSite {
    /// Returns where an asset is published, as a path below the address of the site.
    pub fn asset_path<'a>(&self, source: &'a str) -> &'a str {
        self.tree.below(source)
    }

    /// Returns the index of the page at a path.
    pub fn page_at(&self, path: &str) -> Option<usize> {
        self.pages.iter().position(|it| it.path == path)
    }
}

/// One page of the documentation of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocPage {
    /// The path of the Markdown file.
    pub source: String,
    /// The path below the address of the site, such as `guide/setup`; empty for the index page.
    pub path: String,
    /// The title: of the navigation, else of the front matter, the first heading or the file name.
    pub title: String,
}

/// One line of a navigation: a page, a link or a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// The text to show.
    pub title: String,
    /// The index of the page in [`DocSite::pages`].
    pub page: Option<usize>,
    /// The address, where the line leads elsewhere.
    pub href: Option<String>,
    /// The lines of a section.
    pub items: Vec<NavItem>,
}
