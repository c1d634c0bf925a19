//! `callboard plugin explain`.

use super::arguments::ExplainArguments;
use super::{site_arguments, unknown_id, unusable};
use crate::cli::arguments::DoctorFormat;
use crate::cli::{Exit, Failure, output, site_folder};
use crate::diagnostics::{Report, Severity};
use crate::generate::explain_plugin;

/// Prints what a plugin may do.
pub(super) fn run(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let input = site_folder::input(&site_arguments(&arguments.of))?;
    let mut report = Report::new();
    let found = explain_plugin(&input, &arguments.id, &mut report);
    let Some(explanation) = found.map_err(|near| unknown_id(&arguments.id, near))? else {
        return Ok(unusable(&report, &input));
    };
    output::line(&match arguments.format {
        DoctorFormat::Json => serde_json::to_string(&explanation).unwrap_or_default(),
        DoctorFormat::Human => explanation.to_text().trim_end().to_owned(),
    });
    let errors = report.count(Severity::Error);
    if errors > 0 {
        output::say(&format!(
            "the plugins of the site have {errors} errors; `callboard validate` tells them"
        ));
    }
    Ok(Exit::Clean)
}
