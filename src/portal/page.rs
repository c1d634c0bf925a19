//! `Page`: the plain data of one page, as layouts see it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::widgets::frame_origins;
use crate::content::Heading;
use crate::model::SafeHtml;

/// One file of the portal, before it is rendered.
#[derive(Clone, Debug)]
pub enum Output {
    /// A page, drawn by a layout.
    Page(Box<Page>),
    /// A file that is ready.
    File {
        /// Its path below the root of the portal.
        path: String,
        /// Its content.
        bytes: Vec<u8>,
    },
}

/// The data of one page. The names of the fields are what layouts use.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Page {
    /// The way to the root of the portal, ending in `/`.
    pub root: String,
    /// What every page has.
    pub page: PageMeta,
    /// The navigation of the portal.
    pub nav: Vec<NavLink>,
    /// The body of pages that are one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<SafeHtml>,
    /// The headings of the body.
    pub outline: Vec<Heading>,
    /// Where a page of the content folder can be edited; empty if that is not known.
    pub edit_url: String,
    /// The header of an entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<EntityHeader>,
    /// The tabs of an entity, or of a page that has sub-pages.
    pub tabs: Vec<TabLink>,
    /// What must be known before the cards are read.
    pub notices: Vec<Notice>,
    /// The cards of an overview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cards: Option<Cards>,
    /// The documentation that a page belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<DocsFrame>,
    /// The list that a page is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<ListFrame>,
    /// The origins of the frames on the page, sorted; its policy allows no others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<String>,
    /// Where the page of an old address leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<RedirectFrame>,
    /// The list of old addresses, below the root; the 404 page alone has it, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirects: Option<String>,
}

impl Page {
    /// Fills in the origins of the frames that widgets have drawn.
    pub(super) fn find_frames(&mut self) {
        let cards = self.cards.iter().flat_map(|it| it.summary.iter().chain(&it.content).chain(&it.info));
        let mut parts: Vec<&SafeHtml> = cards.map(|it| &it.body).chain(&self.body).collect();
        parts.extend(self.entity.iter().flat_map(|it| &it.items));
        if let Some(addons) = self.docs.as_ref().and_then(|it| it.addons.as_ref()) {
            let places = [
                &addons.header,
                &addons.subheader,
                &addons.content_start,
                &addons.content_end,
                &addons.settings,
            ];
            parts.extend(places.into_iter().flatten());
        }
        let mut found = BTreeSet::new();
        parts.into_iter().for_each(|html| frame_origins(html.as_str(), &mut found));
        self.frames = found.into_iter().collect();
    }
}

/// What every page has.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PageMeta {
    /// The kind, which names the layout: `home`, `list`, `entity`, `tab`, `docs`, `content`, `plugin`, `not-found`,
    /// `redirect`.
    pub kind: &'static str,
    /// The title, without the site's.
    pub title: String,
    /// The heading.
    pub heading: String,
    /// One sentence, or nothing.
    pub description: String,
    /// The path below the root; empty for the home page, else with a slash at the end.
    pub path: String,
    /// The way here.
    pub breadcrumbs: Vec<Crumb>,
    /// The date of the input.
    pub generated: String,
}

/// One step of the way to a page.
#[derive(Clone, Debug, Serialize)]
pub struct Crumb {
    /// Its title.
    pub title: String,
    /// Where it leads, below the root.
    pub href: Option<String>,
}

/// A link of the navigation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NavLink {
    /// Its title.
    pub title: String,
    /// Where it leads, below the root.
    pub href: String,
    /// The name of its icon.
    pub icon: String,
    /// Whether the page is there, or below it.
    pub current: bool,
    /// What is grouped below it.
    pub items: Vec<NavLink>,
}

/// A tab, or a group of tabs.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TabLink {
    /// Its title.
    pub title: String,
    /// Where it leads, below the root; empty for a group.
    pub href: String,
    /// The name of its icon; left out where icons are not shown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// Whether the page is there.
    pub current: bool,
    /// The tabs of a group.
    pub items: Vec<TabLink>,
}

/// The header of an entity.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EntityHeader {
    /// The kind as written.
    pub kind: String,
    /// The name of its icon.
    pub kind_icon: String,
    /// `spec.type`.
    #[serde(rename = "type")]
    pub entity_type: String,
    /// The name as written.
    pub name: String,
    /// The reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The title to show.
    pub title: String,
    /// The namespace.
    pub namespace: String,
    /// `spec.lifecycle`.
    pub lifecycle: String,
    /// Links to the owners.
    pub owners: SafeHtml,
    /// The first sentence of the description, as text.
    pub description_text: String,
    /// Where the source is; empty if that is not known.
    pub source_url: String,
    /// Where the descriptor can be edited; empty if that is not known.
    pub edit_url: String,
    /// The JSON twin, below the root; empty if there is none.
    pub json: String,
    /// What plugins add to it; left out if there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<SafeHtml>,
    /// What plugins add to its menu; left out if there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub menu: Vec<MenuLink>,
}

/// An item of a menu.
#[derive(Clone, Debug, Serialize)]
pub struct MenuLink {
    /// Its title.
    pub title: String,
    /// Where it leads, as seen from the page.
    pub href: String,
    /// The name of its icon.
    pub icon: String,
    /// Whether it leads out of the portal.
    pub external: bool,
}

/// What must be known before a page is read.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// `error`, `warn` or `info`.
    pub level: &'static str,
    /// In a few words.
    pub title: String,
    /// The rest.
    pub body: SafeHtml,
}

/// The cards of an overview.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Cards {
    /// Across the top; left out if there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub summary: Vec<Card>,
    /// The wide column.
    pub content: Vec<Card>,
    /// The narrow column.
    pub info: Vec<Card>,
    /// Those with nothing to show.
    pub folded: Vec<FoldedCard>,
}

impl Cards {
    /// Returns whether no card has something to show.
    pub fn is_empty(&self) -> bool {
        self.summary.is_empty() && self.content.is_empty() && self.info.is_empty()
    }
}

/// A card.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    /// For links to it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it shows.
    pub body: SafeHtml,
    /// A line below; may be empty.
    pub footer: SafeHtml,
}

/// A card with nothing to show.
#[derive(Clone, Debug, Serialize)]
pub struct FoldedCard {
    /// Its title.
    pub title: String,
    /// Why, and what to do.
    pub body: SafeHtml,
}

/// The documentation around a page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DocsFrame {
    /// Its title.
    pub title: String,
    /// Its pages.
    pub nav: Vec<DocsLink>,
    /// The page before.
    pub prev: Option<DocsTurn>,
    /// The page after.
    pub next: Option<DocsTurn>,
    /// Where the page can be edited; empty if that is not known.
    pub edit_url: String,
    /// The file of the page.
    pub source: String,
    /// What plugins add to it; left out if there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addons: Option<DocsAddons>,
}

/// What plugins add to a page of documentation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DocsAddons {
    /// Above the heading.
    pub header: Vec<SafeHtml>,
    /// Below the heading.
    pub subheader: Vec<SafeHtml>,
    /// Before the text.
    pub content_start: Vec<SafeHtml>,
    /// After the text.
    pub content_end: Vec<SafeHtml>,
    /// At the corner.
    pub settings: Vec<SafeHtml>,
}

/// A page of a documentation, or a section of pages.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DocsLink {
    /// Its title.
    pub title: String,
    /// Where it leads, below the root or, if it is external, as a whole address; empty for a section.
    pub href: String,
    /// Whether it leads out of the portal.
    pub external: bool,
    /// Whether the page is this one.
    pub current: bool,
    /// Whether the page is below it.
    pub open: bool,
    /// The pages of a section.
    pub items: Vec<DocsLink>,
}

/// The page before or after.
#[derive(Clone, Debug, Serialize)]
pub struct DocsTurn {
    /// Its title.
    pub title: String,
    /// Where it leads, below the root.
    pub href: String,
}

/// Where the page of an old address leads.
#[derive(Clone, Debug, Serialize)]
pub struct RedirectFrame {
    /// The address, as seen from the page.
    pub href: String,
    /// The address to show: the path in the portal, or the whole address.
    pub address: String,
    /// Whether it leads out of the portal.
    pub external: bool,
}

/// The list around a page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ListFrame {
    /// The kinds that have lists.
    pub kinds: Vec<ListLink>,
    /// The pages of this list, the coarsest ranges of names first; empty when one page is enough.
    pub levels: Vec<Vec<ListLink>>,
    /// How many rows this page has.
    pub count: String,
    /// How many entities the list has.
    pub total: String,
    /// What is listed.
    pub title: String,
    /// The choices that plugins offer for the rows of this page; left out if there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<ListFilter>,
}

/// A choice that leaves some rows of a list.
#[derive(Clone, Debug, Serialize)]
pub struct ListFilter {
    /// What is chosen.
    pub title: String,
    /// Its name in addresses.
    pub name: String,
    /// The values, sorted.
    pub options: Vec<String>,
    /// For each row the numbers of its values, joined with `.`; rows are parted by spaces, and `-` is none.
    pub rows: String,
}

/// A link to a list, or to a page of one.
#[derive(Clone, Debug, Serialize)]
pub struct ListLink {
    /// Its title.
    pub title: String,
    /// Where it leads, below the root.
    pub href: String,
    /// How many entities are there.
    pub count: String,
    /// The name of its icon; may be empty.
    pub icon: String,
    /// Whether the page is there.
    pub current: bool,
}
