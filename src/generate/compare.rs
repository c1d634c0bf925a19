//! Two states of a site to the difference between them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Data, Progress, SiteInput, with_portal};
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::difference::{self, Difference, Snapshot, SnapshotPage};
use crate::portal::World;
use crate::sources::Reader;

/// What a site is compared with.
pub enum Base<'a> {
    /// Another state of a site.
    Site(&'a SiteInput),
    /// A portal that Callboard built, read from its JSON twins.
    Portal(&'a dyn Reader),
}

/// What a comparison gives.
#[derive(Debug)]
pub struct Compared {
    /// The difference; `None` when one of the two cannot be read, and its report says why.
    pub difference: Option<Difference>,
    /// The problems of the base.
    pub base: Report,
    /// The problems of the site.
    pub site: Report,
}

/// Compares a site with an earlier state, which the user calls `name`. Problems in either do not stop it, as long as the
/// configuration can be used.
pub fn compare(name: &str, base: &Base<'_>, site: &SiteInput, progress: &dyn Progress) -> Compared {
    let mut compared = Compared { difference: None, base: Report::new(), site: Report::new() };
    let before = match base {
        Base::Site(input) => snapshot(input, progress, &mut compared.base),
        Base::Portal(reader) => twins(*reader, &mut compared.base),
    };
    let Some(mut before) = before else { return compared };
    let Some(mut now) = snapshot(site, progress, &mut compared.site) else { return compared };
    if let Base::Site(input) = base {
        let pages = now.pages.clone();
        digest_alone(&mut now, before.pages.as_ref(), &*site.reader);
        digest_alone(&mut before, pages.as_ref(), &*input.reader);
    }
    compared.difference = Some(difference::compare(name, &before, &now));
    compared.base.sort();
    compared.site.sort();
    compared
}

/// Returns a site as far as a comparison cares.
fn snapshot(input: &SiteInput, progress: &dyn Progress, report: &mut Report) -> Option<Snapshot> {
    let made = with_portal(input, Data::LeftOut, progress, report, |portal, _, _| {
        let world = portal.world();
        let mut snapshot = Snapshot::new(world.catalog.entities().iter().map(Arc::clone));
        snapshot.docs = world.docs.sites.keys().cloned().collect();
        let mut pages = BTreeMap::new();
        let mut add = |base: &str, path: &str, source: &str| {
            let slash = if path.is_empty() { "" } else { "/" };
            let page = SnapshotPage { source: source.to_owned(), digest: None };
            pages.insert(format!("{base}{path}{slash}"), page);
        };
        world.docs.pages.iter().for_each(|it| add("", &it.path, &it.source));
        for (reference, site) in &world.docs.sites {
            let base = World::docs_href(reference);
            site.pages.iter().for_each(|it| add(base.trim_start_matches('/'), &it.path, &it.source));
        }
        snapshot.pages = Some(pages);
        let redirects = portal.redirects().iter();
        snapshot.redirects = redirects.map(|it| (it.from.clone(), it.to.to_string())).collect();
        snapshot
    });
    let (snapshot, levels) = made?;
    levels.apply(report);
    Some(snapshot)
}

fn twins(reader: &dyn Reader, report: &mut Report) -> Option<Snapshot> {
    let problem = match difference::read_twins(reader) {
        Ok(Some(snapshot)) => return Some(snapshot),
        Ok(None) => "the portal has no JSON twins of its entities".to_owned(),
        Err(error) => format!("the JSON twins of the portal cannot be read: {error}"),
    };
    let place = Span::file("api/catalog/entities/by-name");
    report.push(
        Diagnostic::error("diff/no-twins", place, problem)
            .reason("a built portal is compared by the twins of its entities alone")
            .hint("build it with `portal.api: true`, or compare with a git revision"),
    );
    None
}

/// Reads the pages that one state alone has, to find those that only moved.
fn digest_alone(
    snapshot: &mut Snapshot,
    other: Option<&BTreeMap<String, SnapshotPage>>,
    reader: &dyn Reader,
) {
    let (Some(pages), Some(other)) = (&mut snapshot.pages, other) else { return };
    for (_, page) in pages.iter_mut().filter(|(path, _)| !other.contains_key(*path)) {
        page.digest = reader.read(&page.source).ok().map(|it| blake3::hash(&it).to_hex().to_string());
    }
}
