//! Entities that come from no descriptor: the people of a directory, and owners from `CODEOWNERS`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::CatalogSettings;
use super::codeowners::{PATHS, owner_of};
use super::descriptor::{Judge, identity};
use super::overlay::Overlay;
use crate::diagnostics::Diagnostic;
use crate::model::Entity;
use crate::sources::{Reader, join, parent, split_remote, yaml};

/// What stands for the file of provided entities.
pub(super) const FILE: &str = "catalog.providers";

/// Returns the text that stands for the file of provided entities: a document each. JSON is YAML.
pub(super) fn text(settings: &CatalogSettings) -> String {
    settings.provided.iter().map(|it| format!("{it}\n")).collect::<Vec<_>>().join("---\n")
}

/// Judges the provided entities, which keep their own location annotations.
pub(super) fn entities(
    settings: &CatalogSettings,
    judge: Judge<'_>,
) -> Vec<(Option<Entity>, Vec<Diagnostic>)> {
    let text = text(settings);
    let file: Arc<str> = Arc::from(FILE);
    let documents = yaml::parse(&file, &text);
    let documents = documents.into_iter().enumerate().filter_map(|(index, it)| Some((index, it.ok()??)));
    documents.map(|(index, document)| judge.judge(&document, &[]).into_entity(&file, index)).collect()
}

/// Returns an overlay with the owner that `CODEOWNERS` names for a file, if the entity has none.
pub(super) fn owner(entity: &Value, file: &str, reader: &dyn Reader) -> Option<Overlay> {
    let (root, below) = split_remote(file)?;
    let reference = identity(entity)?;
    if entity.pointer("/spec/owner").is_some() || matches!(reference.kind(), "group" | "user" | "location") {
        return None;
    }
    let top = parent(&format!("{root}!/x")).to_owned();
    let text = PATHS.iter().find_map(|it| {
        let path = join(&top, it);
        reader.read_text(&path).ok().map(|text| (path, text))
    });
    let (path, text) = text?;
    let owner = owner_of(&text, below)?;
    let overlay = json!({
        "apiVersion": entity.get("apiVersion"),
        "kind": entity.get("kind"),
        "metadata": {"name": entity.pointer("/metadata/name")},
        "spec": {"owner": owner},
    });
    let document = yaml::parse_one(&Arc::from(path), &overlay.to_string()).ok()?;
    let place = document.span("/spec/owner");
    Some(Overlay { reference, place, document: Arc::new(document), index: 0 })
}
