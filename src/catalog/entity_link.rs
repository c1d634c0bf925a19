//! Links of an entity into its own repository that lead nowhere.

use serde_json::Value;

use super::descriptor::{Judge, Judged};
use super::places::Places;
use crate::diagnostics::Diagnostic;
use crate::sources::{ReadError, split_remote};

/// The most links of one entity that are followed.
const LINKS_MAX: usize = 200;

/// Returns the links under `metadata.links` that name a file or folder of the repository which is not there. Links to
/// elsewhere are not followed.
pub(super) fn check(judged: &Judged<'_>, judge: &Judge<'_>, places: &Places<'_, '_>) -> Vec<Diagnostic> {
    let Some(origin) = judge.origin else { return Vec::new() };
    let links = judged.value.pointer("/metadata/links").and_then(Value::as_array);
    let mut dead = Vec::new();
    for (index, link) in links.into_iter().flatten().enumerate().take(LINKS_MAX) {
        let Some(url) = link.get("url").and_then(Value::as_str) else { continue };
        let Some(path) = origin.path_of(url).filter(|it| !it.is_empty()) else { continue };
        // Whether something is there is not worth a request; `reader.read` of the copy costs none.
        if split_remote(&path).is_some() {
            continue;
        }
        if is_missing(&path, judge) {
            let place = places.span(&format!("/metadata/links/{index}/url"));
            let message = format!("the link leads to `{path}` of this repository, which is not there");
            dead.push(
                Diagnostic::warning("catalog/dead-link", place, message).hint("correct or remove the link"),
            );
        }
    }
    dead
}

fn is_missing(path: &str, judge: &Judge<'_>) -> bool {
    // What lies outside of what may be read is not known to be missing.
    matches!(judge.reader.read(path), Err(ReadError::NotFound))
        && judge.reader.tree(path).err() == Some(ReadError::NotFound)
}
