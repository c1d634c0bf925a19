//! What a user names as a plugin to its files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::OfSite;
use super::{site_arguments, unknown_id};
use crate::cli::{Failure, embedded, site_folder};
use crate::diagnostics::{Diagnostic, Report};
use crate::generate::{Package, SiteInput, package_at, package_in, package_of};
use crate::sources::{Checkout, GitTreeReader, LocalReader, MemoryReader, Reader, is_archive, unpack};

/// A plugin that was read, or why it could not be.
pub(super) struct Opened {
    /// Its files.
    pub(super) package: Result<Package, Box<Diagnostic>>,
    /// What it was read with, for the excerpts of its problems.
    pub(super) input: SiteInput,
}

impl Opened {
    /// Returns the package, or says why there is none.
    pub(super) fn package(self, what: &str) -> Result<Package, Failure> {
        self.package.map_err(|it| Failure::usage(format!("{what}: {}: {}", it.span, it.message)))
    }
}

/// Opens a folder, an archive, an address or `builtin:ID`; or the plugin of a site, if `ids` says so.
pub(super) fn open(named: &str, of: &OfSite, ids: bool) -> Result<Opened, Failure> {
    let path = Path::new(named);
    if let Some(id) = named.strip_prefix("builtin:") {
        let reader = Arc::new(embedded::reader());
        let package = package_in(&format!("plugins/{id}"), &*reader);
        return Ok(Opened { package, input: alone(reader) });
    }
    if named.contains("://") {
        return elsewhere(named, of);
    }
    if path.is_dir() {
        return folder(path);
    }
    if is_archive(named) && path.is_file() {
        return archive(path);
    }
    if !ids || named.contains(['/', std::path::MAIN_SEPARATOR]) {
        return Err(Failure::usage(format!("there is no folder and no archive `{named}`")));
    }
    let input = site_folder::input(&site_arguments(of))?;
    let mut report = Report::new();
    let package = match package_of(&input, named, &mut report).map_err(|near| unknown_id(named, near))? {
        Some(package) => Ok(package),
        None => Err(Box::new(first(report)?)),
    };
    Ok(Opened { package, input })
}

/// Opens a folder at a git revision.
pub(super) fn at_revision(revision: &str, folder: &Path) -> Result<Opened, Failure> {
    let reader = GitTreeReader::open(folder, revision).map_err(|error| {
        Failure::usage(format!("`{revision}` is no folder, no archive, and no git revision: {error}"))
    })?;
    let reader = Arc::new(reader);
    let package = package_in("", &*reader);
    Ok(Opened { package, input: alone(reader) })
}

/// Returns the symbolic links in a folder, which a package cannot hold.
pub(super) fn links(folder: &Path) -> Result<Vec<String>, Failure> {
    let reader = LocalReader::new(folder, folder).map_err(|error| Failure::io("the plugin", &error))?;
    reader.links("").map_err(|error| Failure::failed(format!("the plugin: {error}")))
}

fn folder(path: &Path) -> Result<Opened, Failure> {
    let folder = site_folder::existing_folder(path)?;
    // A link may lead to a file of the same repository.
    let limit = Checkout::discover(&folder).map_or_else(|| folder.clone(), |it| it.root);
    let reader = LocalReader::new(&folder, &limit).map_err(|error| Failure::io("the plugin", &error))?;
    let reader = Arc::new(reader);
    let package = package_in("", &*reader);
    Ok(Opened { package, input: alone(reader) })
}

fn archive(path: &Path) -> Result<Opened, Failure> {
    let path = path.canonicalize().map_err(|error| Failure::io("the archive", &error))?;
    let parts = path.parent().zip(path.file_name().and_then(|it| it.to_str()));
    let (folder, name) = parts.ok_or_else(|| Failure::usage("the archive has no name that can be read"))?;
    let own = LocalReader::new(folder, folder).map_err(|error| Failure::io("the archive", &error))?;
    let bytes = own.read(name).map_err(|error| Failure::failed(format!("the archive `{name}`: {error}")))?;
    let files = unpack(&bytes).map_err(|reason| Failure::usage(format!("the archive `{name}`: {reason}")))?;
    let reader: Arc<MemoryReader> = Arc::new(files);
    let package = package_in("", &*reader);
    Ok(Opened { package, input: alone(reader) })
}

fn elsewhere(address: &str, of: &OfSite) -> Result<Opened, Failure> {
    let input = site_folder::input(&site_arguments(of))?;
    let mut report = Report::new();
    let package = match package_at(&input, address, &mut report) {
        Ok(Some(package)) => Ok(package),
        Ok(None) => Err(Box::new(first(report)?)),
        Err(diagnostic) => Err(diagnostic),
    };
    Ok(Opened { package, input })
}

fn first(report: Report) -> Result<Diagnostic, Failure> {
    let first = report.into_diagnostics().into_iter().next();
    first.ok_or_else(|| Failure::usage("the configuration of the site cannot be used"))
}

/// Returns what the excerpts of the problems of a package are taken from.
pub(super) fn input_of(package: &Package) -> SiteInput {
    alone(Arc::new(MemoryReader::new(package.files.clone())))
}

/// Returns the input of a run that knows a plugin and no site.
fn alone(reader: Arc<dyn Reader>) -> SiteInput {
    SiteInput {
        reader,
        builtin: Arc::new(embedded::reader()),
        configs: Vec::new(),
        name: String::new(),
        environment: std::collections::BTreeMap::new(),
        origin: None,
        now: String::new(),
        now_s: 0,
    }
}

/// Returns a source as `site.yaml` of a folder names it: a path as seen from there.
pub(super) fn as_seen_from(site: &Path, source: &str) -> Result<String, Failure> {
    if source.contains("://") || source.starts_with("builtin:") {
        return Ok(source.to_owned());
    }
    let missing = || Failure::usage(format!("there is no folder and no archive `{source}`"));
    let target = Path::new(source).canonicalize().map_err(|_| missing())?;
    let common = target.ancestors().find(|it| site.starts_with(it)).map(PathBuf::from).ok_or_else(missing)?;
    let up = site.strip_prefix(&common).map_or(0, |it| it.components().count());
    let down = target.strip_prefix(&common).ok().and_then(Path::to_str).ok_or_else(missing)?;
    let down = down.replace(std::path::MAIN_SEPARATOR, "/");
    Ok(if up == 0 { format!("./{down}") } else { "../".repeat(up) + &down })
}
