//! `callboard url`: which integration answers for an address, and the addresses that belong to it.

use serde_json::{Map, Value, json};

use super::arguments::{DoctorFormat, FailOn, Format, NetworkArguments, SiteArguments, UrlArguments};
use super::{Exit, Failure, output, site_folder};
use crate::diagnostics::Report;
use crate::generate::integrations;
use crate::sources::integration::{AddressError, Integrations, resolve_plain};

/// Prints what an address means. Nothing is read from it.
pub(super) fn run(arguments: &UrlArguments) -> Result<Exit, Failure> {
    let site = SiteArguments {
        site: arguments.site.clone(),
        config: arguments.config.clone(),
        origin: None,
        fail_on: FailOn::Never,
        format: Format::Human,
        now: None,
        network: NetworkArguments { offline: true, ..NetworkArguments::default() },
    };
    let mut report = Report::new();
    let hosts = integrations(&site_folder::input(&site)?, &mut report);
    let wrong = report.diagnostics().iter().find(|it| it.code == "config/bad-integration");
    let row = match (wrong, hosts) {
        (Some(wrong), _) => {
            described(arguments, Map::from_iter([("configError".to_owned(), json!(wrong.message))]))
        }
        (None, Some(hosts)) => described(arguments, addresses(arguments, &hosts)?),
        (None, None) => {
            return Err(Failure::usage("the configuration cannot be used; `callboard validate` tells why"));
        }
    };
    match arguments.format {
        DoctorFormat::Json => output::line(&Value::Object(row).to_string()),
        DoctorFormat::Human => {
            for (key, value) in &row {
                output::line(&format!("{key:11}  {}", shown(value)));
            }
        }
    }
    Ok(Exit::Clean)
}

fn described(arguments: &UrlArguments, more: Map<String, Value>) -> Map<String, Value> {
    let mut row = Map::from_iter([("url".to_owned(), json!(arguments.url))]);
    row.extend(arguments.base.as_ref().map(|it| ("base".to_owned(), json!(it))));
    row.extend(arguments.line.map(|it| ("line".to_owned(), json!(it))));
    row.extend(more);
    row
}

fn addresses(arguments: &UrlArguments, hosts: &Integrations) -> Result<Map<String, Value>, Failure> {
    let base = arguments.base.as_deref();
    // The base tells whose rules hold; what it leads to may lie elsewhere.
    let host = hosts.by_url(base.unwrap_or(&arguments.url));
    let resolved = match base {
        None => None,
        Some(base) => Some(
            match host {
                Some(host) => host.resolve(&arguments.url, base, arguments.line),
                None => resolve_plain(&arguments.url, base, arguments.line),
            }
            .ok_or_else(|| Failure::usage(format!("`{}` means nothing at `{base}`", arguments.url)))?,
        ),
    };
    let meant = resolved.clone().unwrap_or_else(|| arguments.url.clone());
    let there = hosts.by_url(&meant);
    let fetched = |it: Option<Result<String, AddressError>>| match it {
        None => Value::Null,
        Some(Ok(address)) => json!(address),
        Some(Err(error)) => json!({"error": error.to_string()}),
    };
    let mut row = Map::new();
    row.insert(
        "integration".to_owned(),
        host.map_or(Value::Null, |it| json!({"type": it.provider.as_str(), "host": it.host})),
    );
    row.extend(resolved.map(|it| ("resolved".to_owned(), json!(it))));
    row.insert("edit".to_owned(), json!(there.map_or_else(|| meant.clone(), |it| it.edit(&meant))));
    row.insert("source".to_owned(), json!(there.and_then(|it| it.source(&meant))));
    row.insert("fileFetch".to_owned(), fetched(there.and_then(|it| it.file_fetch(&meant))));
    row.insert("archive".to_owned(), fetched(there.and_then(|it| it.archive(&meant))));
    Ok(row)
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(object) => {
            let texts = object.values().map(|it| it.as_str().unwrap_or_default());
            texts.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}
