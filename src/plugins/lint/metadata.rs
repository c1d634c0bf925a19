//! What a plugin says of itself.

use serde_json::Value;

use super::Linting;
use crate::plugins::package::is_member;

const CODE: &str = "plugin/lint-metadata";

/// The longest description, in characters: what lists of plugins have room for.
const DESCRIPTION_CHARS_MAX: usize = 170;

const WANTED: &[(&str, &str)] = &[
    ("title", "give it a name for people"),
    ("description", "say in a sentence what it is for"),
    ("license", "name the licence as an SPDX expression, such as `Apache-2.0`"),
    ("version", "give it a version, such as `0.1.0`, so that `callboard plugin diff` can tell what to raise"),
    ("icon", "name an icon of the portal, or a file such as `icons/name.svg`"),
];

pub(super) fn lint(it: &mut Linting<'_>) {
    for (key, hint) in WANTED {
        // A module is shown as a part of its plugin.
        let not_needed = it.is_module() && matches!(*key, "icon" | "title");
        if it.package.text(&format!("/metadata/{key}")).is_none_or(str::is_empty) && !not_needed {
            it.warn(CODE, it.key_at("/metadata"), format!("the plugin has no `{key}`"), hint);
        }
    }
    let description = it.package.text("/metadata/description").unwrap_or_default();
    let length = description.chars().count();
    if length > DESCRIPTION_CHARS_MAX {
        let message = format!(
            "the description has {length} characters, and lists of plugins show {DESCRIPTION_CHARS_MAX}"
        );
        it.warn(
            CODE,
            it.value_at("/metadata/description"),
            message,
            "keep to one sentence; the rest belongs in README.md",
        );
    }
    if let Some(version) =
        it.package.text("/metadata/version").filter(|it| semver::Version::parse(it).is_err())
    {
        let message = format!("`{version}` is no version");
        it.warn(
            CODE,
            it.value_at("/metadata/version"),
            message,
            "write three numbers, as in `1.2.0` (semver.org)",
        );
    }
    if it.package.text("/requires/portal").is_none() {
        let message = "the plugin does not say which versions of Callboard it works with".to_owned();
        it.warn(CODE, it.key_at("/metadata"), message, "add `requires: {portal: \">=0.1, <2\"}`");
    }
    if it.is_module() && it.package.text("/extends/version").is_none() {
        let message = "the module does not say which versions of its plugin it extends".to_owned();
        it.warn(CODE, it.key_at("/extends"), message, "add a range such as `version: \">=2, <3\"`");
    }
    for (asset, pointer) in it.items("/assets") {
        let Some(glob) = asset.as_str().filter(|it| !is_member(it)) else { continue };
        let message = format!("`{glob}` is left out when the plugin is packed");
        it.warn(
            CODE,
            it.value_at(&pointer),
            message,
            "keep files in `icons/`, `templates/`, `schemas/`, `i18n/` or `fixtures/`",
        );
    }
    let has_owner =
        it.manifest().pointer("/metadata/owners").and_then(Value::as_array).is_some_and(|it| !it.is_empty());
    if !has_owner && !it.package.files.contains_key("README.md") {
        let message = "nobody is named who keeps the plugin, and there is no README.md".to_owned();
        it.note(
            CODE,
            it.key_at("/metadata"),
            message,
            "name `owners`, or write a README.md with where to ask",
        );
    }
}
