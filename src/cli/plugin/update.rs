//! `callboard plugin update` and `callboard plugin accept`.

use std::path::Path;

use super::arguments::{AcceptArguments, OfSite, UpdateArguments};
use super::site_file::{SiteFile, confirm};
use super::{add, lock_file, site_arguments, source, unknown_id, unusable};
use crate::cli::{Exit, Failure, output, site_folder};
use crate::config::{NewPlugin, move_plugin};
use crate::diagnostics::{Report, nearest};
use crate::generate::{LockChange, SiteInput, lock_change_of, lock_changes};

/// Tells what is new in plugins, and writes it to the lock.
pub(super) fn run(arguments: &UpdateArguments) -> Result<Exit, Failure> {
    if let (Some(id), Some(to)) = (&arguments.id, &arguments.to) {
        return take_from(id, to, arguments);
    }
    refresh(arguments.id.as_deref(), &arguments.of, arguments.accept)
}

/// Writes what one plugin asks for to the lock.
pub(super) fn accept(arguments: &AcceptArguments) -> Result<Exit, Failure> {
    refresh(Some(&arguments.id), &arguments.of, true)
}

fn refresh(id: Option<&str>, of: &OfSite, accepted: bool) -> Result<Exit, Failure> {
    let site = site_folder::existing_folder(&of.site)?;
    let input = site_folder::input(&site_arguments(of))?;
    let mut report = Report::new();
    let Some(changes) = lock_changes(&input, &mut report) else { return Ok(unusable(&report, &input)) };
    let wanted: Vec<&LockChange> = changes.iter().filter(|it| id.is_none_or(|id| it.id == id)).collect();
    if let (Some(id), true) = (id, wanted.is_empty()) {
        if let Some(problem) = report.diagnostics().iter().find(|it| it.code == "plugin/not-found") {
            return Err(Failure::failed(problem.message.clone()));
        }
        let near = nearest(id, changes.iter().map(|it| it.id.as_str())).map(str::to_owned);
        return Err(unknown_id(id, near));
    }
    let taken: Vec<&LockChange> = wanted.iter().copied().filter(|it| tell(it, accepted)).collect();
    report.retain(|it| ["plugin/not-found", "plugin/unreadable"].contains(&it.code.as_ref()));
    let unread = !report.is_empty() && super::tell(&report, &input);
    lock_file::change(&site, &*input.reader, |lock| {
        taken.iter().for_each(|it| lock.set_plugin(&it.id, it.after.clone()));
    })?;
    Ok(if taken.len() == wanted.len() && !unread { Exit::Clean } else { Exit::Findings })
}

/// Says what is new in a plugin. Returns whether it may be written to the lock.
fn tell(it: &LockChange, accepted: bool) -> bool {
    let Some(before) = &it.before else {
        output::line(&format!("{} {} is new in the lock", it.id, it.after.version));
        return true;
    };
    let what = match (before.version == it.after.version, before.digest == it.after.digest) {
        (_, true) if before.source == it.after.source => "has not changed".to_owned(),
        (true, _) => "has other files, and the same version".to_owned(),
        (false, _) => format!("was {}", before.version),
    };
    output::line(&format!("{} {} {what}", it.id, it.after.version));
    it.wider.iter().for_each(|it| output::line(&format!("  asks for {it}")));
    it.narrower.iter().for_each(|it| output::line(&format!("  no longer asks for {it}")));
    if !it.wider.is_empty() && !accepted {
        output::line(&format!("  it is not taken: `callboard plugin accept {}` lets it have that", it.id));
    }
    it.wider.is_empty() || accepted
}

/// Takes a plugin from another source.
fn take_from(id: &str, to: &str, arguments: &UpdateArguments) -> Result<Exit, Failure> {
    let of = &arguments.of;
    let site = site_folder::existing_folder(&of.site)?;
    let input = site_folder::input(&site_arguments(of))?;
    let file = SiteFile::open(&site, &input.configs)?;
    let written = source::as_seen_from(&site, to)?;
    let from = file.source(&written);
    let Some(index) = index_of(id, &file, &input)? else {
        return Err(Failure::usage(format!(
            "`{}` does not name the plugin `{id}`; `callboard plugin add` does that",
            file.name()
        )));
    };
    let Some(package) = add::checked(&input, &from)? else { return Ok(Exit::Findings) };
    if package.id() != id {
        return Err(Failure::usage(format!("the plugin at `{to}` is `{}`, and not `{id}`", package.id())));
    }
    let change = lock_change_of(&pins(&site)?, &package, &from);
    if !tell(&change, arguments.accept) {
        return Ok(Exit::Findings);
    }
    confirm(&format!("Take `{id}` {} from {written}?", package.version()), arguments.yes)?;
    let by_hand = NewPlugin { source: written.clone(), ..NewPlugin::default() }.to_yaml();
    file.write(move_plugin(&file.text, index, &written), &by_hand)?;
    lock_file::change(&site, &*input.reader, |lock| lock.set_plugin(id, change.after))?;
    Ok(Exit::Clean)
}

/// Returns which entry of the list is that of a plugin.
pub(super) fn index_of(id: &str, file: &SiteFile, input: &SiteInput) -> Result<Option<usize>, Failure> {
    let installed = crate::generate::installed_plugins(input, false, &mut Report::new()).unwrap_or_default();
    let from = installed.iter().find(|it| it.id == id).map(|it| it.from.clone());
    if let Some(index) = from.and_then(|it| file.index_of(&it)) {
        return Ok(Some(index));
    }
    // One that the lock keeps out, or that cannot be read today, is known by the lock.
    let locked = input.reader.elsewhere().and_then(|it| it.fetcher().locked_plugins().get(id).cloned());
    Ok(locked.and_then(|it| file.index_of(&it.source)))
}

fn pins(
    site: &Path,
) -> Result<std::collections::BTreeMap<String, crate::sources::remote::PluginPin>, Failure> {
    Ok(crate::cli::elsewhere::lock(site)?.map(|it| it.plugins().clone()).unwrap_or_default())
}
