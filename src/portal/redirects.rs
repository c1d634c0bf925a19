//! Old addresses, of `portal.redirects` and of former names, to where each of them leads in the end.

use std::collections::{BTreeMap, BTreeSet};

use super::Portal;
use super::addresses::Addresses;
use super::old_path::{self, Place};
use super::world::World;
use crate::catalog::{self, FormerName};
use crate::diagnostics::{Diagnostic, Report, Span};

/// How many targets that lead nowhere get a suggestion; each one is compared with many pages.
const SUGGESTED_MAX: usize = 50;

/// The most old addresses that one leads through; more are as good as a circle.
const STEPS_MAX: usize = 100;

/// The folders below which no address can be old.
const OWN_FOLDERS: &[&str] = &["api", "assets", "search"];

/// Where an old address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page or file of the portal.
    Inside {
        /// The path below the root.
        path: String,
        /// What follows the path, from `?` or `#` on, encoded.
        suffix: String,
    },
    /// A whole address.
    Outside(String),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Inside { path, suffix } => write!(f, "/{path}{suffix}"),
            Self::Outside(address) => f.write_str(address),
        }
    }
}

/// An old address, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The old path below the root: with a slash at its end, or an `.html` file.
    pub from: String,
    /// Where it leads; never to another old address.
    pub to: Target,
}

/// An old address before it is known whether what it leads to exists.
struct Wish {
    to: Target,
    from_span: Span,
    to_span: Span,
}

type Wishes = BTreeMap<String, Wish>;

/// What following an old address comes to.
enum Followed {
    /// There, after so many other old addresses.
    There(Target, usize),
    Nowhere,
    Loop,
}

/// Returns the old addresses of a portal, sorted. Those that cannot be are reported and left out.
pub(super) fn plan(portal: &Portal<'_>, report: &mut Report) -> Vec<Redirect> {
    let former = catalog::former_names(&portal.world.catalog, &*portal.world.reader, report);
    if portal.settings.redirects.is_empty() && former.is_empty() {
        return Vec::new();
    }
    let mut addresses = Addresses::of(portal);
    let mut wishes = Wishes::new();
    add_settings(portal, &mut addresses, &mut wishes, report);
    for name in &former {
        add_former(portal, name, &mut addresses, &mut wishes, report);
    }
    let mut suggested = 0;
    let mut redirects = Vec::new();
    for (from, wish) in &wishes {
        match follow(from, wish, &wishes, &mut addresses) {
            Followed::There(to, steps) => {
                if steps > 0 {
                    report.push(chain(from, wish, &to));
                }
                redirects.push(Redirect { from: from.clone(), to });
            }
            Followed::Loop => report.push(endless(from, wish)),
            Followed::Nowhere => {
                suggested += 1;
                let pages = (suggested <= SUGGESTED_MAX).then_some(&addresses);
                report.push(leads_nowhere(wish, pages));
            }
        }
    }
    redirects
}

/// Adds what `portal.redirects` says.
fn add_settings(
    portal: &Portal<'_>,
    addresses: &mut Addresses<'_, '_>,
    wishes: &mut Wishes,
    report: &mut Report,
) {
    for setting in &portal.settings.redirects {
        let from = old_path::read_old(&setting.from).map_err(|it| bad_path(&setting.from_span, "from", &it));
        let to = old_path::read_target(&setting.to).map_err(|it| bad_path(&setting.to_span, "to", &it));
        let (from, to) = match (from, to) {
            (Ok(from), Ok(to)) => (from, to),
            (from, to) => {
                report.extend(from.err());
                report.extend(to.err());
                continue;
            }
        };
        let to = match to {
            Place::Inside { path, suffix } => Target::Inside { path, suffix },
            Place::Outside(address) => Target::Outside(address),
        };
        let wish = Wish { to, from_span: setting.from_span.clone(), to_span: setting.to_span.clone() };
        add(from, wish, addresses, wishes, report);
    }
}

/// Adds the pages that an entity had under a former name.
fn add_former(
    portal: &Portal<'_>,
    name: &FormerName,
    addresses: &mut Addresses<'_, '_>,
    wishes: &mut Wishes,
    report: &mut Report,
) {
    let below = |path: String| path.trim_start_matches('/').to_owned();
    let mut paths = vec![(below(World::href_of(&name.old)), below(World::href_of(&name.current)))];
    let entity = portal.world.catalog.get(&name.current);
    if let Some(docs) = entity.and_then(|it| portal.world.docs_of(it)) {
        paths.push((below(World::docs_href(&name.old)), below(World::docs_href(&docs.entity))));
    }
    for (from, path) in paths {
        let to = Target::Inside { path, suffix: String::new() };
        let wish = Wish { to, from_span: name.span.clone(), to_span: name.span.clone() };
        add(from, wish, addresses, wishes, report);
    }
}

/// Adds a wish, unless its address is taken.
fn add(
    from: String,
    wish: Wish,
    addresses: &mut Addresses<'_, '_>,
    wishes: &mut Wishes,
    report: &mut Report,
) {
    let first = from.split('/').next().unwrap_or_default();
    if let Some(folder) = OWN_FOLDERS.iter().find(|it| it.eq_ignore_ascii_case(first)) {
        let message = format!("files below `/{folder}/` belong to the portal itself");
        let diagnostic = Diagnostic::error("redirect/reserved-path", wish.from_span, message);
        report.push(diagnostic.hint("remove the entry; addresses there are never old pages"));
    } else if addresses.take(&from) {
        wishes.insert(from, wish);
    } else if let Some((_, earlier)) = wishes.iter().find(|(it, _)| it.eq_ignore_ascii_case(&from)) {
        let message = format!("`/{from}` is sent on twice; the first entry stays");
        let diagnostic = Diagnostic::error("redirect/given-twice", wish.from_span, message);
        report.push(
            diagnostic
                .related(earlier.from_span.clone(), "the first entry")
                .hint("remove one of the two; capital letters make no difference"),
        );
    } else {
        let message = format!("`/{from}` is a page or a file of the portal, or lies where one is");
        let diagnostic = Diagnostic::warning("redirect/page-wins", wish.from_span, message);
        report.push(
            diagnostic
                .reason("what exists wins over what sends on")
                .hint("remove the entry, or move the page first"),
        );
    }
}

/// Follows an old address until it leads to what is there. An address below an old one moves with it.
fn follow(from: &str, wish: &Wish, wishes: &Wishes, addresses: &mut Addresses<'_, '_>) -> Followed {
    let mut seen = BTreeSet::from([from]);
    let mut to = wish.to.clone();
    loop {
        let Target::Inside { path, suffix } = &to else { return Followed::There(to, seen.len() - 1) };
        if let Some(found) = addresses.find(path) {
            let to = Target::Inside { path: found.to_owned(), suffix: suffix.clone() };
            return Followed::There(to, seen.len() - 1);
        }
        let Some((next, wish)) = nearest_above(path, wishes) else { return Followed::Nowhere };
        if seen.len() > STEPS_MAX || !seen.insert(next) {
            return Followed::Loop;
        }
        let rest = path.get(next.len()..).unwrap_or_default();
        to = match &wish.to {
            Target::Inside { path, suffix: own } => Target::Inside {
                path: format!("{path}{rest}"),
                suffix: if suffix.is_empty() && rest.is_empty() { own.clone() } else { suffix.clone() },
            },
            Target::Outside(address) => Target::Outside(address.clone()),
        };
    }
}

/// Returns the old address that is a path, or the nearest one above it.
fn nearest_above<'a>(path: &str, wishes: &'a Wishes) -> Option<(&'a str, &'a Wish)> {
    let whole = super::folder(path);
    let ends = whole.rmatch_indices('/').map(|(at, _)| at + 1);
    let above = ends.filter_map(|end| wishes.get_key_value(whole.get(..end)?)).next();
    wishes.get_key_value(path).or(above).map(|(from, wish)| (from.as_str(), wish))
}

fn bad_path(span: &Span, key: &str, why: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("redirect/bad-path", span.clone(), format!("`{key}` {why}"));
    diagnostic.hint(match key {
        "from" => "write the old path from the root of the portal, as in `/old/page`",
        _ => "write a path from the root of the portal, as in `/new/page`, or an address that begins with `https://`",
    })
}

fn chain(from: &str, wish: &Wish, to: &Target) -> Diagnostic {
    let message = format!("`{}` is an old address too", wish.to);
    Diagnostic::notice("redirect/chain", wish.to_span.clone(), message)
        .reason(format!("`/{from}` leads to `{}` at once", to))
        .hint(format!("write `{}`", to))
}

fn endless(from: &str, wish: &Wish) -> Diagnostic {
    let message = format!("`/{from}` leads in a circle and never to a page");
    Diagnostic::error("redirect/loop", wish.to_span.clone(), message)
        .hint("let one of the entries lead to a page that exists, or remove them")
}

fn leads_nowhere(wish: &Wish, addresses: Option<&Addresses<'_, '_>>) -> Diagnostic {
    let message = format!("`{}` is no page of this portal", wish.to);
    let diagnostic = Diagnostic::error("redirect/leads-nowhere", wish.to_span.clone(), message);
    let near = match (&wish.to, addresses) {
        (Target::Inside { path, .. }, Some(addresses)) => addresses.nearest(path),
        _ => None,
    };
    match near {
        Some(near) => diagnostic.nearest(Some(&near)),
        None => diagnostic.hint(
            "correct it, or write the whole address, with `https://`, if it lies outside of the portal",
        ),
    }
}
