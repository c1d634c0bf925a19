//! Foreign HTML to HTML that can do no harm.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use super::link::SCHEMES;
use super::rewrite::{Rewrite, rewrite};
use crate::model::SafeHtml;

/// The longest fragment, in bytes; a longer one is shown as nothing.
const HTML_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Words that classes of our own begin with; an author may use those looks and no others.
const CLASS_PREFIXES: [&str; 31] = [
    "admonition",
    "hl-",
    "language-",
    "footnote-",
    "tabbed",
    "table",
    "kv",
    "link",
    "badge",
    "people",
    "person",
    "avatar",
    "status",
    "prose",
    "code",
    "stack",
    "section",
    "grid",
    "entity-link",
    "unresolved",
    "empty",
    "state",
    "visually-hidden",
    "anchor",
    "more",
    "muted",
    "task-list",
    "contains-task-list",
    "icon",
    "figure",
    "lead",
];

/// Allows text, lists, tables, links and images. `svg`, `math`, `style`, `script`, forms and frames are not in the
/// list, and no attribute is that could run, style or load anything.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .add_tags(["input", "section", "figure", "figcaption", "main", "label"])
        .rm_tags(["main", "label", "map", "area", "nav", "header", "footer"])
        .add_clean_content_tags([
            "svg", "math", "iframe", "object", "template", "noscript", "textarea", "title",
        ])
        .url_schemes(SCHEMES.into_iter().collect())
        .link_rel(None)
        .generic_attributes(HashSet::from(["lang", "title", "id", "class", "dir"]))
        .add_tag_attributes("a", ["name", "rel", "aria-label", "data-own"])
        .add_tag_attributes("img", ["loading", "data-own"])
        .add_tag_attributes("details", ["open", "data-kind"])
        .add_tag_attributes("div", ["data-kind", "data-status", "data-tone", "data-state", "data-span"])
        .add_tag_attributes("span", ["data-tone", "data-status", "aria-hidden"])
        .add_tag_attributes("ul", ["data-look"])
        .add_tag_attributes("li", ["data-status"])
        .add_tag_attributes("td", ["data-label", "data-sort"])
        .add_tag_attributes("th", ["scope", "data-label"])
        .add_tag_attributes("input", ["checked"])
        .add_tag_attribute_values("pre", "tabindex", ["0"])
        // Whatever an author writes, an input is a box that cannot be ticked.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .attribute_filter(|_, attribute, value| match attribute {
            "class" => classes(value),
            _ => Some(Cow::Borrowed(value)),
        });
    cleaner
});

fn classes(value: &str) -> Option<Cow<'_, str>> {
    let allowed = |it: &&str| CLASS_PREFIXES.iter().any(|prefix| it.starts_with(prefix));
    let kept: Vec<&str> = value.split_ascii_whitespace().filter(allowed).collect();
    (!kept.is_empty()).then(|| Cow::Owned(kept.join(" ")))
}

/// Returns foreign HTML with everything taken out that could run or load anything, or disguise the page.
///
/// Relative addresses stay as they are; only those of our four schemes may lead elsewhere.
pub fn sanitize(html: &str) -> SafeHtml {
    let keep = |written: &str| match super::link::resolve(written, None) {
        super::link::Resolved::External(href) => Rewrite::External(href),
        _ if written.contains('\\') => Rewrite::Remove,
        // The scheme has been judged by the sanitiser, so what is left is relative.
        _ => Rewrite::Internal(written.to_owned()),
    };
    SafeHtml::trusted(rewrite(&clean(html), &keep))
}

/// Returns the cleaned HTML; its addresses still have to be rewritten.
pub(super) fn clean(html: &str) -> String {
    if html.len() > HTML_BYTES_MAX { String::new() } else { CLEANER.clean(html).to_string() }
}
