//! A folder on disk, and the arguments, to the input of a run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::SiteArguments;
use super::elsewhere::Surroundings;
use super::timings::Timings;
use super::{Failure, elsewhere, embedded};
use crate::generate::SiteInput;
use crate::sources::{Checkout, LocalReader, OriginMap, tree_of_branch};

/// The configuration file of a site.
pub(super) const CONFIG: &str = "site.yaml";

/// Returns the input that a folder and the arguments make.
pub(super) fn input(arguments: &SiteArguments) -> Result<SiteInput, Failure> {
    timed_input(arguments, None)
}

/// Returns the same, whose requests are timed.
pub(super) fn timed_input(
    arguments: &SiteArguments,
    timings: Option<&Timings>,
) -> Result<SiteInput, Failure> {
    let folder = existing_folder(&arguments.site)?;
    let checkout = Checkout::discover(&folder);
    let reader = local(&folder)?;
    let environment = environment();
    let now = date(arguments.now.as_deref())?;
    let watch = timings.map(Timings::watch);
    let own = Arc::new(reader);
    let around = Surroundings {
        site: &folder,
        arguments: &arguments.network,
        environment: &environment,
        now: &now,
        watch,
    };
    let reader = elsewhere::reader(own, around)?;
    let name = folder.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(SiteInput {
        reader: Arc::new(reader),
        builtin: Arc::new(embedded::reader()),
        configs: configs(arguments, &folder)?,
        name,
        environment,
        origin: origin(arguments.origin.as_deref(), &folder, checkout.as_ref())?,
        now_s: now.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_second),
        now: now.get(..10).unwrap_or_default().to_owned(),
    })
}

/// Returns the reader of a site folder, bounded by the root of its repository.
pub(super) fn local(folder: &Path) -> Result<LocalReader, Failure> {
    let checkout = Checkout::discover(folder);
    let limit = checkout.as_ref().map_or(folder, |it| it.root.as_path());
    LocalReader::new(folder, limit).map_err(|error| Failure::io("the site folder", &error))
}

/// Returns the environment. A variable that is not UTF-8 cannot stand in YAML.
fn environment() -> BTreeMap<String, String> {
    let variables = std::env::vars_os();
    variables.filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?))).collect()
}

/// Returns a folder in its real form.
pub(super) fn existing_folder(folder: &Path) -> Result<PathBuf, Failure> {
    let found = folder.canonicalize().ok().filter(|it| it.is_dir());
    found.ok_or_else(|| Failure::usage(format!("`{}` is not a folder", folder.display())))
}

/// Returns the map for a copy: of the origin given, else of the git remote.
pub(super) fn origin(
    given: Option<&str>,
    folder: &Path,
    checkout: Option<&Checkout>,
) -> Result<Option<OriginMap>, Failure> {
    if let Some(given) = given {
        let map = OriginMap::below(given);
        let wrong = || {
            Failure::usage(format!(
                "`{given}` is not the address of a repository tree, such as https://github.com/acme/shop/blob/main/"
            ))
        };
        return map.map(Some).ok_or_else(wrong);
    }
    let Some(checkout) = checkout else { return Ok(None) };
    let Some(remote) = &checkout.remote else { return Ok(None) };
    let inside = below(folder, checkout);
    let branch = checkout.branch.as_deref().unwrap_or("main");
    Ok(OriginMap::new(&tree_of_branch(remote, branch), &inside))
}

/// Returns the site folder as seen from the root of its repository; empty where there is none.
pub(super) fn below_root(site: &Path) -> Result<String, Failure> {
    let folder = existing_folder(site)?;
    Ok(Checkout::discover(&folder).map(|it| below(&folder, &it)).unwrap_or_default())
}

fn below(folder: &Path, checkout: &Checkout) -> String {
    let root = checkout.root.canonicalize().unwrap_or_else(|_| checkout.root.clone());
    let inside = folder.strip_prefix(&root).ok().and_then(Path::to_str).unwrap_or_default();
    inside.replace(std::path::MAIN_SEPARATOR, "/")
}

fn configs(arguments: &SiteArguments, folder: &Path) -> Result<Vec<String>, Failure> {
    if arguments.config.is_empty() {
        return Ok(if folder.join(CONFIG).is_file() { vec![CONFIG.to_owned()] } else { Vec::new() });
    }
    arguments.config.iter().map(|file| relative(file, folder)).collect()
}

/// Returns a file that was named from the current folder as seen from the site folder.
fn relative(file: &Path, folder: &Path) -> Result<String, Failure> {
    let missing = || Failure::usage(format!("there is no configuration file `{}`", file.display()));
    let file = file.canonicalize().map_err(|_| missing())?;
    let common =
        file.ancestors().find(|it| folder.starts_with(it)).map(Path::to_path_buf).unwrap_or_default();
    let up = folder.strip_prefix(&common).map_or(0, |it| it.components().count());
    let down = file.strip_prefix(&common).ok().and_then(Path::to_str).ok_or_else(missing)?;
    Ok("../".repeat(up) + down)
}

/// Returns the time of the input, as `2026-01-31T12:00:00Z`: as given, else from `SOURCE_DATE_EPOCH`, else now.
fn date(given: Option<&str>) -> Result<String, Failure> {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok().filter(|it| !it.is_empty());
    let Some(text) = given.map(str::to_owned).or(epoch) else {
        let now = jiff::Timestamp::now();
        return Ok(jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string());
    };
    let seconds = text.parse::<i64>().ok().and_then(|it| jiff::Timestamp::from_second(it).ok());
    let date = match seconds {
        Some(timestamp) => Some(timestamp.to_string()),
        None => text
            .parse::<jiff::Timestamp>()
            .ok()
            .map(|it| it.to_string())
            .or_else(|| text.parse::<jiff::civil::Date>().ok().map(|it| format!("{it}T00:00:00Z"))),
    };
    let wrong = || {
        Failure::usage(format!(
            "`{text}` is not a time; write 2026-01-31, 2026-01-31T12:00:00Z or seconds since 1970"
        ))
    };
    date.ok_or_else(wrong)
}
