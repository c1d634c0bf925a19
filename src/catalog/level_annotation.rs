//! The annotation `callboard/rules`: how bad some codes are for one entity, as in `catalog/unknown-owner=off`.

use std::collections::BTreeMap;

use super::descriptor::Judged;
use super::places::Places;
use crate::diagnostics::{Diagnostic, Level, LevelRule, nearest};
use crate::model::Entity;

const ANNOTATION: &str = "callboard/rules";

/// Returns what is wrong with the annotation of an entity.
pub(super) fn check(judged: &Judged<'_>, places: &Places<'_, '_>, codes: &[String]) -> Vec<Diagnostic> {
    let pointer = "/metadata/annotations/callboard~1rules";
    let Some(text) = judged.value.pointer(pointer).and_then(serde_json::Value::as_str) else {
        return Vec::new();
    };
    let unknown = rules(text).filter_map(Result::ok).filter(|it| !it.names_one_of(codes)).map(|it| {
        let message = format!("`{}` in `{ANNOTATION}` is no code", it.code);
        let near = nearest(&it.code, codes.iter().map(String::as_str));
        Diagnostic::warning("catalog/bad-annotation", places.span(pointer), message)
            .hint("`callboard explain` lists all codes")
            .nearest(near)
    });
    let wrong = rules(text).filter_map(Result::err).map(|part| {
        let message = format!("`{part}` in `{ANNOTATION}` does not say what a code is to be");
        Diagnostic::warning("catalog/bad-annotation", places.span(pointer), message).hint(
            "write `CODE=LEVEL`, parted by commas, with `off`, `notice`, `warning` or `error` as the level",
        )
    });
    wrong.chain(unknown).collect()
}

/// Returns the rules of all entities that have some, by reference.
pub(super) fn collect<'a>(entities: impl Iterator<Item = &'a Entity>) -> BTreeMap<String, Vec<LevelRule>> {
    let annotated = entities.filter_map(|entity| Some((entity, entity.annotation(ANNOTATION)?)));
    annotated
        .map(|(entity, text)| {
            (entity.reference.as_str().to_owned(), rules(text).filter_map(Result::ok).collect())
        })
        .collect()
}

/// Returns the rules in an annotation, or the parts that are none.
fn rules(text: &str) -> impl Iterator<Item = Result<LevelRule, &str>> {
    text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(|part| {
        let parsed = part.split_once('=').and_then(|(code, level)| {
            Some(LevelRule { code: code.trim().to_owned(), level: Level::parse(level.trim())? })
        });
        parsed.ok_or(part)
    })
}
