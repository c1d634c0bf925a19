//! Foreign HTML to HTML that can do no harm.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use super::link::SCHEMES;
use super::rewrite::{Rewrite, rewrite};
use crate::model::SafeHtml;

/// The longest fragment, in bytes.
const HTML_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The most tags that can nest. The time of parsing grows with the square of the depth, and nobody but an attacker
/// writes so many.
const TAGS_MAX: usize = 5_000;

/// Tags that are empty, or that end where the next of them begins, so that they cannot nest by themselves.
const FLAT_TAGS: [&str; 16] = [
    "a", "area", "br", "col", "dd", "dt", "hr", "img", "input", "li", "p", "td", "th", "tr", "wbr", "option",
];

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
        .add_tag_attributes("td", ["data-label", "data-sort", "data-align"])
        .add_tag_attributes("th", ["scope", "data-label", "data-align"])
        .add_tag_attributes("input", ["checked", "aria-label"])
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
/// An address that begins with `/` is below the root of the portal, which `root` leads to from the page; other relative
/// addresses stay as they are, and only those of our four schemes may lead elsewhere.
///
/// A fragment too large or with too many tags is shown as text.
pub fn sanitize(html: &str, root: &str) -> SafeHtml {
    if html.len() > HTML_BYTES_MAX || nests_too_much(nesting_tags(html)) {
        let mut out = String::with_capacity(html.len());
        super::html_text::push_text(&mut out, html);
        return SafeHtml::trusted(out);
    }
    let keep = |written: &str| match super::link::resolve(written, None) {
        super::link::Resolved::External(href) => Rewrite::External(href),
        _ if written.contains('\\') => Rewrite::Remove,
        _ if written.starts_with('/') && !written.starts_with("//") => {
            Rewrite::Internal(format!("{root}{}", written.trim_start_matches('/')))
        }
        // The scheme has been judged by the sanitiser, so what is left is relative.
        _ => Rewrite::Internal(written.to_owned()),
    };
    SafeHtml::trusted(rewrite(&clean(html), &keep))
}

/// Returns the cleaned HTML; its addresses still have to be rewritten. Whoever calls it has counted the tags.
pub(super) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

/// Returns whether HTML of an author nests too many tags to be parsed in reasonable time.
pub(super) fn nests_too_much(tags: usize) -> bool {
    tags > TAGS_MAX
}

/// Returns how many tags begin in the text that could stand in each other.
pub(super) fn nesting_tags(html: &str) -> usize {
    let name = |from: &str| {
        let end = from.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(from.len());
        from.get(..end.min(12)).unwrap_or_default().to_ascii_lowercase()
    };
    let begins = html.split('<').skip(1).filter(|it| it.starts_with(|it: char| it.is_ascii_alphabetic()));
    begins.filter(|it| !FLAT_TAGS.contains(&name(it).as_str())).count()
}
