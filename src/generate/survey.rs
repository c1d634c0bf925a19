//! A site to what a run of it would find, for `callboard doctor`: nothing is composed or rendered.

use std::collections::BTreeSet;

use super::plugin_loading::load_plugins;
use super::{Progress, SiteInput, catalog_settings, connect, discover, load_site};
use crate::catalog;
use crate::diagnostics::Report;
use crate::plugins;

/// What a site is made of.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// The path below which `404.html` expects the portal.
    pub base_path: String,
    /// How many locations the configuration names.
    pub locations: usize,
    /// How many files hold entities.
    pub files: usize,
    /// How many entities there are.
    pub entities: usize,
    /// The ids of the plugins that come with the program.
    pub plugins_builtin: Vec<String>,
    /// The ids of the site's own plugins.
    pub plugins_own: Vec<String>,
}

struct Quiet;

impl Progress for Quiet {
    fn stage(&self, _: &str, _: Option<usize>) {}
}

/// Looks at configuration, plugins and catalog. `None` when the configuration cannot be used; the report says why.
pub fn survey(input: &SiteInput, report: &mut Report) -> Option<Survey> {
    let reader = &*input.reader;
    let site = load_site(input, report)?;
    let origin = connect(&site, input);
    let plugins = load_plugins(&site, &origin, input, report);
    let mut settings = catalog_settings(&site, &plugins, Some(&origin), input);
    discover(&site, input, &mut settings, &Quiet, report);
    let catalog = catalog::load(&settings, reader, report);
    let files: BTreeSet<&str> = catalog.entities().iter().map(|it| &*it.place.location).collect();
    let (builtin, own): (Vec<_>, Vec<_>) =
        plugins.plugins.iter().partition(|it| it.file.starts_with("builtin:"));
    let ids = |list: Vec<&plugins::Plugin>| list.into_iter().map(|it| it.id.clone()).collect();
    report.sort();
    Some(Survey {
        base_path: site.base_path.clone(),
        locations: site.locations.len(),
        files: files.len(),
        entities: catalog.entities().len(),
        plugins_builtin: ids(builtin),
        plugins_own: ids(own),
    })
}
