//! Results of static analysis, SARIF 2.1, to runs and counts.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{FormatError, json as json_format};

/// Returns `{runs: [{tool, version, results: [{rule, level, message, path, line, column, url}]}], counts}`.
/// Suppressed results are left out.
pub(super) fn parse(text: &str) -> Result<Value, FormatError> {
    let log = json_format::parse(text)?;
    let Some(runs) = log.get("runs").and_then(Value::as_array) else {
        return Err(FormatError::new("this is no SARIF: it has no list `runs`"));
    };
    let mut counts = [("error", 0_u64), ("warning", 0), ("note", 0)];
    let runs: Vec<Value> = runs
        .iter()
        .map(|run| {
            let rules = Rules::of(run);
            let shown = list(run, "/results").iter().filter(|it| !is_suppressed(it));
            let results: Vec<Value> = shown.map(|it| result(run, &rules, it)).collect();
            for result in &results {
                let level =
                    counts.iter_mut().find(|(level, _)| result.get("level") == Some(&Value::from(*level)));
                level.into_iter().for_each(|(_, count)| *count += 1);
            }
            let driver = run.pointer("/tool/driver").unwrap_or(&Value::Null);
            let version = driver.get("semanticVersion").or_else(|| driver.get("version"));
            json!({"tool": text_at(driver, "/name"), "version": version, "results": results})
        })
        .collect();
    let counts: serde_json::Map<String, Value> =
        counts.into_iter().map(|(level, count)| (level.to_owned(), Value::from(count))).collect();
    Ok(json!({"runs": runs, "counts": counts}))
}

/// A suppression that is under review or was rejected suppresses nothing (SARIF 2.1.0, section 3.27.23).
fn is_suppressed(result: &Value) -> bool {
    let all = list(result, "/suppressions");
    let accepted =
        |it: &Value| !matches!(it.get("status").and_then(Value::as_str), Some("underReview" | "rejected"));
    !all.is_empty() && all.iter().all(accepted)
}

fn result(run: &Value, rules: &Rules<'_>, result: &Value) -> Value {
    let id = text_at(result, "/ruleId").or_else(|| text_at(result, "/rule/id"));
    let rule = rules.find(result, id).unwrap_or(&Value::Null);
    let id = id.or_else(|| text_at(rule, "/id"));
    let kind = text_at(result, "/kind").unwrap_or("fail");
    // Only what fails has a level (section 3.27.10).
    let level = match text_at(result, "/level").or_else(|| text_at(rule, "/defaultConfiguration/level")) {
        _ if kind != "fail" => "none",
        level => level.unwrap_or("warning"),
    };
    let place = result.pointer("/locations/0/physicalLocation").unwrap_or(&Value::Null);
    json!({
        "rule": id,
        "level": level,
        "message": message(rule, result),
        "path": path(run, place),
        "line": place.pointer("/region/startLine"),
        "column": place.pointer("/region/startColumn"),
        "url": text_at(rule, "/helpUri"),
    })
}

/// What the tool of a run says of its rules.
struct Rules<'a> {
    all: &'a [Value],
    by_id: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Rules<'a> {
    fn of(run: &'a Value) -> Self {
        let all = list(run, "/tool/driver/rules");
        let by_id = all.iter().filter_map(|it| Some((text_at(it, "/id")?, it))).collect();
        Self { all, by_id }
    }

    fn find(&self, result: &Value, id: Option<&str>) -> Option<&'a Value> {
        let index = result.get("ruleIndex").or_else(|| result.pointer("/rule/index")).and_then(Value::as_u64);
        let of_index = index.and_then(|it| self.all.get(usize::try_from(it).ok()?));
        // A rule of an extension has an index of its own, so the id decides; that of a result may be longer.
        let fits =
            |it: &&Value| id.is_none_or(|id| text_at(it, "/id").is_some_and(|own| id.starts_with(own)));
        of_index.filter(fits).or_else(|| self.by_id.get(id?).copied())
    }
}

/// Returns the text of a result; a message of the rule has places for arguments, `{0}`.
fn message(rule: &Value, result: &Value) -> Option<String> {
    if let Some(text) = text_at(result, "/message/text") {
        return Some(text.to_owned());
    }
    let id = text_at(result, "/message/id")?;
    let of_rule = rule.get("messageStrings")?.get(id)?;
    let mut text = text_at(of_rule, "/text")?.to_owned();
    for (at, argument) in list(result, "/message/arguments").iter().take(20).enumerate() {
        text = text.replace(&format!("{{{at}}}"), argument.as_str().unwrap_or_default());
        text.truncate(text.floor_char_boundary(10_000));
    }
    Some(text)
}

fn path(run: &Value, place: &Value) -> Option<String> {
    let artifact = place.get("artifactLocation")?;
    let of_index = || {
        let index = usize::try_from(artifact.get("index")?.as_u64()?).ok()?;
        text_at(list(run, "/artifacts").get(index)?, "/location/uri")
    };
    let uri = text_at(artifact, "/uri").or_else(of_index)?;
    Some(percent_decode_str(uri).decode_utf8_lossy().into_owned())
}

fn text_at<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
