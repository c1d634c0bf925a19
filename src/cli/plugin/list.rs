//! `callboard plugin list`.

use super::arguments::ListArguments;
use super::{site_arguments, tell, unusable};
use crate::cli::arguments::DoctorFormat;
use crate::cli::{Exit, Failure, output, site_folder};
use crate::diagnostics::{Report, Severity};
use crate::generate::{InstalledPlugin, installed_plugins};

/// Prints the plugins of a site.
pub(super) fn run(arguments: &ListArguments) -> Result<Exit, Failure> {
    let input = site_folder::input(&site_arguments(&arguments.of))?;
    let mut report = Report::new();
    let Some(plugins) = installed_plugins(&input, arguments.plan, &mut report) else {
        return Ok(unusable(&report, &input));
    };
    match arguments.format {
        DoctorFormat::Json => output::line(&serde_json::to_string(&plugins).unwrap_or_default()),
        DoctorFormat::Human => plugins.iter().for_each(|it| output::line(&shown(it))),
    }
    // Mistakes of a manifest explain why an extension is missing.
    report.retain(|it| it.severity == Severity::Error);
    Ok(if !report.is_empty() && tell(&report, &input) { Exit::Findings } else { Exit::Clean })
}

fn shown(it: &InstalledPlugin) -> String {
    let kind = if it.module { "module" } else { "plugin" };
    let mut text = format!("{}  {kind} {}  {}  from {}", it.id, it.version, it.title, it.from);
    for extension in &it.extensions {
        let state = if extension.on { "on " } else { "off" };
        text.push_str(&format!("\n  {state}  {}  {}", extension.id, extension.title));
    }
    for source in it.requests.iter().flatten() {
        text.push_str(&format!(
            "\n  asks {} to {} requests for {} keys of {} entities: {} ({})",
            source.requests_min,
            source.requests_max,
            source.keys,
            source.entities,
            source.source,
            source.kind
        ));
    }
    text
}
