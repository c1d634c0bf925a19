//! `callboard diff`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{DiffArguments, DiffFormat, FailOn, Format, NetworkArguments, SiteArguments};
use super::elsewhere::Surroundings;
use super::format::{self, Findings};
use super::progress::Meter;
use super::{Exit, Failure, elsewhere, output, site_folder};
use crate::diagnostics::{Report, Severity};
use crate::generate::{Base, Compared, Difference, SiteInput, compare};
use crate::sources::remote::{LOCK_FILE, Lock};
use crate::sources::{GitTreeReader, LocalReader, Reader as _, RevisionError};

/// The file that says that Callboard built a folder.
const MARKER: &str = ".callboard";

/// What the user named.
enum Named {
    Revision(GitTreeReader),
    Lock(Lock),
    Site(PathBuf),
    Portal(PathBuf),
}

/// Prints what changed from the base to the site.
pub(super) fn run(arguments: &DiffArguments) -> Result<Exit, Failure> {
    let site = site_arguments(arguments, &arguments.site);
    let input = site_folder::input(&site)?;
    let compared = match named(&arguments.base, &site_folder::existing_folder(&arguments.site)?)? {
        Named::Revision(reader) => {
            let folder = site_folder::existing_folder(&arguments.site)?;
            let base = at_revision(&input, reader, &folder, arguments)?;
            let compared = made(&arguments.base, &Base::Site(&base), &input);
            elsewhere::share(&*base.reader)?;
            compared
        }
        Named::Lock(lock) => {
            let folder = site_folder::existing_folder(&arguments.site)?;
            let network = NetworkArguments { locked: true, refresh: None, ..arguments.network.clone() };
            let own = Arc::new(site_folder::local(&folder)?);
            let reader = elsewhere::reader_at(own, lock, around(&input, &folder, &network))?;
            let base = SiteInput { reader: Arc::new(reader), ..input.clone() };
            made(&arguments.base, &Base::Site(&base), &input)
        }
        Named::Site(folder) => {
            let base =
                SiteArguments { config: Vec::new(), origin: None, ..site_arguments(arguments, &folder) };
            let base = site_folder::input(&base)?;
            let compared = made(&arguments.base, &Base::Site(&base), &input);
            elsewhere::share(&*base.reader)?;
            compared
        }
        Named::Portal(folder) => {
            let reader = LocalReader::new(&folder, &folder);
            let reader = reader.map_err(|error| Failure::io("the built portal", &error))?;
            made(&arguments.base, &Base::Portal(&reader), &input)
        }
    };
    elsewhere::share(&*input.reader)?;
    let Some(difference) = compared.difference else {
        // The site is read after the base, and only if that could be.
        let report = if compared.site.is_empty() { &compared.base } else { &compared.site };
        let findings = Findings { report, input: &input, folder: "", fail_on: None, summary: None };
        return Ok(output::report(&findings, Format::Human));
    };
    tell_errors("the base", &compared.base);
    tell_errors("the site", &compared.site);
    print(&difference, arguments.format);
    Ok(if arguments.exit_code && !difference.is_empty() { Exit::Findings } else { Exit::Clean })
}

fn made(name: &str, base: &Base<'_>, input: &SiteInput) -> Compared {
    let meter = Meter::new(&input.reader, None);
    let compared = compare(name, base, input, &meter);
    meter.finish();
    compared
}

fn print(difference: &Difference, format: DiffFormat) {
    let text = match format {
        DiffFormat::Text => difference.to_text(),
        DiffFormat::Markdown => difference.to_markdown(),
        DiffFormat::Json => difference.to_json(),
    };
    output::line(text.trim_end());
}

fn tell_errors(which: &str, report: &Report) {
    if report.has_at_least(Severity::Error) {
        output::say(&format!("{which} has {}; what cannot be used is not compared", format::counts(report)));
    }
}

fn site_arguments(arguments: &DiffArguments, site: &Path) -> SiteArguments {
    SiteArguments {
        site: site.to_path_buf(),
        config: arguments.config.clone(),
        origin: arguments.origin.clone(),
        fail_on: FailOn::Never,
        format: Format::Human,
        now: None,
        network: arguments.network.clone(),
    }
}

/// Returns the site as it was at a revision. Without `--config` it had the configuration that it had then.
fn at_revision(
    input: &SiteInput,
    reader: GitTreeReader,
    folder: &Path,
    arguments: &DiffArguments,
) -> Result<SiteInput, Failure> {
    let known = |path: &String| reader.read(path).is_ok();
    let configs = match arguments.config.is_empty() {
        true => vec![site_folder::CONFIG.to_owned()],
        false => input.configs.clone(),
    };
    let configs = configs.into_iter().filter(known).collect();
    let reader = elsewhere::reader(Arc::new(reader), around(input, folder, &arguments.network))?;
    Ok(SiteInput { configs, reader: Arc::new(reader), ..input.clone() })
}

fn around<'a>(input: &'a SiteInput, site: &'a Path, arguments: &'a NetworkArguments) -> Surroundings<'a> {
    Surroundings { site, arguments, environment: &input.environment, now: &input.now, watch: None }
}

/// Returns what BASE means. A path that exists wins if it is written with `/` or `.`, else a revision does.
fn named(base: &str, site: &Path) -> Result<Named, Failure> {
    let path = Path::new(base);
    if path.file_name().is_some_and(|it| it == LOCK_FILE) {
        return elsewhere::read_lock(path)?
            .map(Named::Lock)
            .ok_or_else(|| Failure::usage(format!("there is no `{base}`; `callboard fetch` writes one")));
    }
    let folder = path.canonicalize().ok().filter(|it| it.is_dir());
    let written_as_path = base.contains(['/', '.', std::path::MAIN_SEPARATOR]);
    if let (true, Some(folder)) = (written_as_path, &folder) {
        return Ok(in_folder(folder.clone()));
    }
    match (GitTreeReader::open(site, base), folder) {
        (Ok(reader), _) => Ok(Named::Revision(reader)),
        (Err(_), Some(folder)) => Ok(in_folder(folder)),
        (Err(error), None) => Err(unknown(base, path, &error)),
    }
}

fn in_folder(folder: PathBuf) -> Named {
    if folder.join(MARKER).is_file() { Named::Portal(folder) } else { Named::Site(folder) }
}

fn unknown(base: &str, path: &Path, error: &RevisionError) -> Failure {
    let what = if path.exists() { "is a file and not a folder" } else { "is no folder" };
    Failure::usage(format!(
        "`{base}` {what}, and no git revision: {error}; name a branch, tag or commit, a folder with a site, or a folder that Callboard built"
    ))
}
