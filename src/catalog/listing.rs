//! `Listing`: one row a YAML document, with Backstage's verdict, for `callboard entities`.

use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::descriptor::{Judge, Judged};
use super::finding::Stage;
use super::kind_set::{KindSet, KnownKind};
use crate::sources::{OriginMap, Reader, yaml};

/// One row of the listing; the names of the fields are fixed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// The file, relative to the folder listed.
    pub file: String,
    /// The index of the document in its file, from 0.
    pub doc: usize,
    /// As written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<Value>,
    /// As written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Value>,
    /// The reference, lower-cased.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Backstage's verdict.
    pub valid: bool,
    /// The step of Backstage's pipeline that refuses it.
    pub stage: Option<&'static str>,
    /// What is wrong, all of it.
    pub error: Option<String>,
    /// Whether Callboard keeps what Backstage refuses.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
    /// The edges that leave it by its own fields; empty when it is not valid.
    pub relations: Vec<RelationRow>,
    /// The edges that its fields give to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverse: Option<Vec<ReverseRow>>,
    /// The type of a `Location`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_type: Option<Value>,
    /// The targets of a `Location`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_targets: Option<Vec<String>>,
    /// The presence of a `Location`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_presence: Option<String>,
    /// The length of an API's definition, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition_bytes: Option<usize>,
}

/// An edge.
#[derive(Debug, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationRow {
    /// Its name.
    #[serde(rename = "type")]
    pub name: String,
    /// Where it leads.
    pub target: String,
}

/// An edge from another entity to this one.
#[derive(Debug, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReverseRow {
    /// Where it begins.
    pub source: String,
    /// Its name.
    #[serde(rename = "type")]
    pub name: String,
    /// Where it leads: here.
    pub target: String,
}

/// Judges every document of the files, in the order given, strictly and as Backstage does.
///
/// With `sniff`, a file is taken only when some document has a Backstage `apiVersion` and a `kind`.
pub fn list(
    files: &[String],
    origin: Option<&OriginMap>,
    newer_model: bool,
    sniff: bool,
    reader: &dyn Reader,
) -> Vec<Listing> {
    let kinds = KindSet::default();
    let judge = Judge { reader, origin, kinds: &kinds, merge_keys: false, newer_model };
    files.par_iter().flat_map_iter(|file| list_file(file, judge, sniff)).collect()
}

fn list_file(path: &str, judge: Judge<'_>, sniff: bool) -> Vec<Listing> {
    let text = match judge.reader.read_text(path) {
        Ok(text) => text,
        // In a folder, what is no text is no entity.
        Err(_) if sniff => return Vec::new(),
        Err(error) => return vec![broken(path, 0, format!("the file cannot be read: {error}"))],
    };
    if sniff && !looks_like_entities(&text) {
        return Vec::new();
    }
    let file: Arc<str> = Arc::from(path);
    let mut rows = Vec::new();
    let mut doc = 0;
    for document in yaml::parse(&file, &text) {
        let row = match document {
            Ok(None) => continue,
            Ok(Some(document)) => row(path, doc, &judge.judge(&document, &[]), judge.kinds),
            Err(diagnostic) => broken(path, doc, diagnostic.message),
        };
        doc += 1;
        rows.push(row);
    }
    rows
}

/// Returns whether a line of the text begins an `apiVersion` of Backstage's and another a `kind`.
fn looks_like_entities(text: &str) -> bool {
    let key = |line: &str, key: &str| {
        let line = line.trim_start_matches(['-', ' ', '{', '"', '\'']);
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
    };
    text.lines().any(|line| key(line, "apiVersion") && line.contains("backstage.io/"))
        && text.lines().any(|line| key(line, "kind"))
}

fn broken(file: &str, doc: usize, error: String) -> Listing {
    Listing {
        file: file.to_owned(),
        doc,
        api_version: None,
        kind: None,
        reference: None,
        valid: false,
        stage: Some(Stage::Parse.as_str()),
        error: Some(error),
        kept: false,
        relations: Vec::new(),
        reverse: None,
        location_type: None,
        location_targets: None,
        location_presence: None,
        definition_bytes: None,
    }
}

fn row(file: &str, doc: usize, judged: &Judged<'_>, kinds: &KindSet) -> Listing {
    let valid = judged.refused.is_none();
    let errors: Vec<&str> = judged.diagnostics.iter().map(|it| it.message.as_str()).collect();
    let mut row = broken(file, doc, errors.join("; "));
    row.api_version = judged.value.get("apiVersion").cloned();
    row.kind = judged.value.get("kind").cloned();
    row.reference = written_reference(&judged.value);
    row.valid = valid;
    row.stage = judged.refused.map(Stage::as_str);
    row.kept = !valid && judged.reference.is_some();
    if valid {
        row.error = None;
        add_details(&mut row, judged, kinds);
    }
    row
}

/// Returns the reference as far as it can be told, whether it is usable or not.
fn written_reference(value: &Value) -> Option<String> {
    let text = |path: &str| value.pointer(path).and_then(Value::as_str);
    let (kind, name) = (text("/kind")?, text("/metadata/name")?);
    let namespace = text("/metadata/namespace").unwrap_or("default");
    if kind.is_empty() || name.is_empty() || namespace.is_empty() {
        return None;
    }
    Some(format!("{kind}:{namespace}/{name}").to_lowercase())
}

fn add_details(row: &mut Listing, judged: &Judged<'_>, kinds: &KindSet) {
    let own = row.reference.clone().unwrap_or_default();
    let mut reverse = Vec::new();
    for reference in &judged.references {
        let target = reference.target.to_string();
        if let Some(back) = kinds.opposite(&reference.relation) {
            // At an entity that refers to itself, the edge back is its own too.
            match target == own {
                true => row.relations.push(RelationRow { name: back.to_string(), target: own.clone() }),
                false => reverse.push(ReverseRow {
                    source: target.clone(),
                    name: back.to_string(),
                    target: own.clone(),
                }),
            }
        }
        row.relations.push(RelationRow { name: reference.relation.to_string(), target });
    }
    row.relations.sort();
    row.relations.dedup();
    reverse.sort();
    reverse.dedup();
    row.reverse = Some(reverse);
    let spec = judged.value.get("spec");
    let field = |key: &str| spec.and_then(|it| it.get(key));
    match judged.kind {
        Some(KnownKind::Builtin(spec)) if spec.kind == "Location" => {
            let text = |it: &Value| it.as_str().map(str::to_owned);
            let targets = field("targets").and_then(Value::as_array).into_iter().flatten().filter_map(text);
            row.location_type = Some(field("type").cloned().unwrap_or(Value::Null));
            row.location_targets = Some(field("target").and_then(text).into_iter().chain(targets).collect());
            row.location_presence =
                Some(field("presence").and_then(text).unwrap_or_else(|| "required".to_owned()));
        }
        Some(KnownKind::Builtin(spec)) if spec.kind == "API" => {
            row.definition_bytes = field("definition").and_then(Value::as_str).map(str::len)
        }
        _ => {}
    }
}
