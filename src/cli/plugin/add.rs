//! `callboard plugin add`.

use super::arguments::AddArguments;
use super::site_file::{SiteFile, confirm};
use super::{lock_file, site_arguments, source, tell, unusable};
use crate::cli::{Exit, Failure, output, site_folder};
use crate::config::{NewPlugin, add_plugin};
use crate::diagnostics::{Report, Severity};
use crate::generate::{
    InstalledPlugin, Needs, Package, SiteInput, installed_plugins, is_in_range, lock_change_of, needs,
    package_at, problems_of,
};

/// Adds a plugin to `site.yaml` and to the lock.
pub(super) fn run(arguments: &AddArguments) -> Result<Exit, Failure> {
    let site = site_folder::existing_folder(&arguments.of.site)?;
    let input = site_folder::input(&site_arguments(&arguments.of))?;
    let file = SiteFile::open(&site, &input.configs)?;
    let written = source::as_seen_from(&site, &arguments.source)?;
    let from = file.source(&written);
    if file.index_of(&from).is_some() {
        return Err(Failure::usage(format!("`{}` names `{written}` already", file.name())));
    }
    let mut report = Report::new();
    let Some(installed) = installed_plugins(&input, false, &mut report) else {
        return Ok(unusable(&report, &input));
    };
    let Some(package) = checked(&input, &from)? else { return Ok(Exit::Findings) };
    let needs = needs(&package, &written);
    fits(&package, &needs, &from, &installed)?;
    let is_shipped = |it: &InstalledPlugin| it.id == package.id() && it.builtin;
    if installed.iter().any(is_shipped) && !from.starts_with("builtin:") {
        output::say(&format!("it takes the place of the built-in plugin `{}`", package.id()));
    }
    let entry = match arguments.grant {
        true => needs.grant.clone(),
        false => NewPlugin { source: written.clone(), ..NewPlugin::default() },
    };
    tell_needs(&package, &needs, arguments.grant);
    confirm(&format!("Add `{}` {} to {}?", package.id(), package.version(), file.name()), arguments.yes)?;
    file.write(add_plugin(&file.text, &entry), &entry.to_yaml())?;
    if !from.starts_with("builtin:") {
        let change = lock_change_of(&std::collections::BTreeMap::new(), &package, &from);
        lock_file::change(&site, &*input.reader, |lock| lock.set_plugin(&change.id, change.after))?;
    }
    output::say(&format!("{} {} is in {}", package.id(), package.version(), file.name()));
    Ok(Exit::Clean)
}

/// Returns the plugin at a source, if it is without errors.
pub(super) fn checked(input: &SiteInput, from: &str) -> Result<Option<Package>, Failure> {
    let mut report = Report::new();
    let package = package_at(input, from, &mut report)
        .map_err(|it| Failure::usage(format!("`{from}` cannot be added: {}: {}", it.span, it.message)))?;
    let Some(package) = package else {
        return Err(Failure::usage(
            "the configuration of the site cannot be used; `callboard validate` tells why",
        ));
    };
    if package.id().is_empty() {
        return Err(Failure::usage(format!("the plugin at `{from}` has no `metadata.id`")));
    }
    let mut problems = problems_of(&package, &*input.builtin);
    problems.retain(|it| it.severity == Severity::Error);
    if !problems.is_empty() && tell(&problems, &source::input_of(&package)) {
        return Ok(None);
    }
    Ok(Some(package))
}

/// Checks a plugin against those that are there.
fn fits(package: &Package, needs: &Needs, from: &str, installed: &[InstalledPlugin]) -> Result<(), Failure> {
    let own = installed.iter().find(|it| it.id == package.id() && !it.builtin && it.from != from);
    if let Some(other) = own {
        return Err(Failure::usage(format!(
            "there is a plugin `{}` already, from `{}`",
            other.id, other.from
        )));
    }
    let Some((id, range)) = &needs.extends else { return Ok(()) };
    match installed.iter().find(|it| it.id == *id && !it.module) {
        None => Err(Failure::usage(format!(
            "the module extends the plugin `{id}`, which this site does not have; add that first"
        ))),
        Some(it) if !is_in_range(&it.version, range) => Err(Failure::usage(format!(
            "the module extends `{id}` {range}, and the site has version {}",
            it.version
        ))),
        Some(_) => Ok(()),
    }
}

fn tell_needs(package: &Package, needs: &Needs, granted: bool) {
    output::say(&format!("{} {}, digest {}", package.id(), package.version(), package.digest()));
    match needs.asks.is_empty() {
        true => output::say("it asks for nothing"),
        false => output::say("it asks for"),
    }
    needs.asks.iter().for_each(|it| output::say(&format!("  {it}")));
    let grant = &needs.grant;
    let lists = [("network", &grant.network), ("secrets", &grant.secrets), ("read", &grant.read)];
    let lists: Vec<String> = lists
        .iter()
        .filter(|(_, it)| !it.is_empty())
        .map(|(key, it)| format!("{key}: [{}]", it.join(", ")))
        .collect();
    if !lists.is_empty() {
        let state =
            if granted { "which is granted to it" } else { "which it has to be granted (--grant writes it)" };
        output::say(&format!("it needs {}, {state}", lists.join(", ")));
    }
    if !needs.config.is_empty() {
        output::say(&format!("it wants `config` with {}", needs.config.join(", ")));
    }
}
