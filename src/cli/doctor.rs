//! `callboard doctor`: one check a line of what a build needs around it.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use super::arguments::{DoctorArguments, DoctorFormat, FailOn, Format, NetworkArguments, SiteArguments};
use super::{Exit, Failure, build, output, site_folder};
use crate::diagnostics::{Diagnostic, Report, Severity};
use crate::generate::{SiteInput, Survey, survey};
use crate::publish::{self, FolderState};
use crate::sources::{Checkout, yaml};

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    /// It works, and something is missing.
    Warn,
    /// A build does not work, or not as it should.
    Fail,
}

/// One line.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    state: State,
    text: String,
}

impl Check {
    fn new(name: &'static str, state: State, text: impl Into<String>) -> Self {
        Self { name, state, text: text.into() }
    }
}

/// Prints the checks. The exit code is 1 when one failed.
pub(super) fn run(arguments: &DoctorArguments) -> Result<Exit, Failure> {
    let checks = examine(arguments)?;
    let worst = checks.iter().map(|it| it.state).max().unwrap_or(State::Ok);
    match arguments.format {
        DoctorFormat::Json => output::line(&json!({"state": worst, "checks": checks}).to_string()),
        DoctorFormat::Human => {
            for check in &checks {
                let mark = match check.state {
                    State::Ok => "ok",
                    State::Warn => "warn",
                    State::Fail => "fail",
                };
                output::line(&format!("{mark:4}  {:13}  {}", check.name, check.text.replace('\n', " ")));
            }
        }
    }
    Ok(if worst == State::Fail { Exit::Findings } else { Exit::Clean })
}

fn examine(arguments: &DoctorArguments) -> Result<Vec<Check>, Failure> {
    let site = SiteArguments {
        site: arguments.site.clone(),
        config: arguments.config.clone(),
        origin: arguments.origin.clone(),
        fail_on: FailOn::Error,
        format: Format::Human,
        now: None,
        network: NetworkArguments { offline: true, ..NetworkArguments::default() },
    };
    let input = site_folder::input(&site)?;
    let folder = site_folder::existing_folder(&arguments.site)?;
    let mut checks = vec![Check::new("version", State::Ok, env!("CARGO_PKG_VERSION"))];
    let configured = match input.configs.as_slice() {
        [] => "no site.yaml, so the folder is taken as a catalog".to_owned(),
        configs => configs.join(", "),
    };
    checks.push(Check::new("site", State::Ok, format!("{}: {configured}", folder.display())));
    checks.push(git(Checkout::discover(&folder).as_ref()));
    checks.push(origin(&input));
    let mut report = Report::new();
    let survey = survey(&input, &mut report);
    checks.push(environment(&report));
    checks.push(configuration(&report, survey.is_some()));
    if let Some(survey) = &survey {
        checks.push(catalog(&report, survey));
        checks.push(plugins(&report, survey));
        checks.push(address(&input, survey));
    }
    checks.push(output_folder(arguments));
    Ok(checks)
}

fn git(checkout: Option<&Checkout>) -> Check {
    let Some(checkout) = checkout else {
        return Check::new("git", State::Warn, "no repository: only files below the site folder are read");
    };
    let remote = checkout.remote.as_deref().map_or("no remote `origin`".to_owned(), |it| it.to_owned());
    let branch = checkout
        .branch
        .as_deref()
        .map_or("no branch is checked out".to_owned(), |it| format!("branch `{it}`"));
    Check::new("git", State::Ok, format!("{}, {remote}, {branch}", checkout.root.display()))
}

fn origin(input: &SiteInput) -> Check {
    match input.origin.as_ref().and_then(|it| it.url_of("")) {
        Some(address) => Check::new("origin", State::Ok, address),
        None => Check::new(
            "origin",
            State::Warn,
            "not known: pages have no link to their source; name the repository with --origin",
        ),
    }
}

/// Returns the problems whose code begins so.
fn of_stage<'a>(report: &'a Report, stages: &[&str]) -> Vec<&'a Diagnostic> {
    let of = |it: &&Diagnostic| it.code.split('/').next().is_some_and(|stage| stages.contains(&stage));
    report.diagnostics().iter().filter(of).collect()
}

fn environment(report: &Report) -> Check {
    let missing: Vec<&str> = report
        .diagnostics()
        .iter()
        .filter(|it| it.code == "config/missing-variable")
        .map(|it| it.message.as_str())
        .collect();
    if missing.is_empty() {
        return Check::new("environment", State::Ok, "every variable that the configuration names is set");
    }
    Check::new("environment", State::Fail, missing.join("; "))
}

fn configuration(report: &Report, usable: bool) -> Check {
    let problems = of_stage(report, &["config"]);
    let worst = problems.iter().max_by_key(|it| it.severity);
    let first = |it: &Diagnostic| format!("{}: {}", it.span, it.message);
    match (usable, worst) {
        (true, Some(it)) if it.severity >= Severity::Warning => {
            let state = if it.severity == Severity::Error { State::Fail } else { State::Warn };
            Check::new("configuration", state, first(it))
        }
        (true, _) => Check::new("configuration", State::Ok, "can be used"),
        (false, _) => {
            let worst = worst.copied().or(report.diagnostics().iter().max_by_key(|it| it.severity));
            let why = worst.map(first).unwrap_or_default();
            Check::new("configuration", State::Fail, format!("cannot be used: {why}"))
        }
    }
}

fn catalog(report: &Report, survey: &Survey) -> Check {
    let problems = of_stage(report, &["location"]);
    let found = format!(
        "{}, {} with {}",
        counted(survey.locations, "location", "locations"),
        counted(survey.files, "file", "files"),
        counted(survey.entities, "entity", "entities")
    );
    let Some(worst) = problems.iter().max_by_key(|it| it.severity) else {
        let state = if survey.entities == 0 { State::Warn } else { State::Ok };
        return Check::new("catalog", state, found);
    };
    let state = if worst.severity == Severity::Error { State::Fail } else { State::Warn };
    Check::new("catalog", state, format!("{found}; {}: {}", worst.span, worst.message))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn plugins(report: &Report, survey: &Survey) -> Check {
    let own = match survey.plugins_own.as_slice() {
        [] => "none of the site".to_owned(),
        own => format!("{} of the site: {}", own.len(), own.join(", ")),
    };
    let found = format!("{} built in, {own}", survey.plugins_builtin.len());
    match of_stage(report, &["plugin"]).iter().find(|it| it.severity == Severity::Error) {
        Some(it) => Check::new("plugins", State::Fail, format!("{found}; {}: {}", it.span, it.message)),
        None => Check::new("plugins", State::Ok, found),
    }
}

fn address(input: &SiteInput, survey: &Survey) -> Check {
    let written = |path: &String| {
        let text = input.reader.read_text(path).unwrap_or_default();
        let file = Arc::from(path.as_str());
        yaml::parse_one(&file, &text).is_ok_and(|it| it.json().pointer("/app/baseUrl").is_some())
    };
    if survey.base_path != "/" || input.configs.iter().any(written) {
        let text = format!("`app.baseUrl` is set: 404.html expects the portal at {}", survey.base_path);
        return Check::new("address", State::Ok, text);
    }
    let text = "`app.baseUrl` is not set: 404.html expects the portal at /, and looks bare anywhere else";
    Check::new("address", State::Warn, text)
}

fn output_folder(arguments: &DoctorArguments) -> Check {
    let out = match build::out_folder(&arguments.site, arguments.out.as_deref()) {
        Ok(out) => out,
        Err(failure) => return Check::new("output", State::Fail, failure.message),
    };
    let (state, text) = match publish::state(&out) {
        Ok(FolderState::Free) => (State::Ok, "free".to_owned()),
        Ok(FolderState::Ours) => (State::Ok, "made by Callboard".to_owned()),
        Ok(FolderState::Foreign) => {
            (State::Fail, "holds files that Callboard did not make; name another with --out".to_owned())
        }
        Ok(FolderState::NotWritable) => (State::Fail, "may not be written to".to_owned()),
        Err(error) => (State::Fail, error.to_string()),
    };
    Check::new("output", state, format!("{}: {text}", out.display()))
}
