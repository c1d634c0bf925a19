//! The title of a page without rendering it: front matter, first heading, or file name.

use super::front_matter;

/// Returns the title that the text of a page gives itself.
pub(super) fn of_text(text: &str) -> Option<String> {
    let (front, body) = front_matter::split(text);
    let written = front.and_then(front_matter::title);
    written.or_else(|| first_heading(text.get(body..).unwrap_or_default()))
}

/// Returns the text of the first heading of level 1, outside of code.
fn first_heading(body: &str) -> Option<String> {
    let mut fence: Option<&str> = None;
    let mut previous = "";
    for line in body.lines() {
        let trimmed = line.trim();
        if let Some(open) = fence {
            fence = (!trimmed.starts_with(open)).then_some(open);
            continue;
        }
        fence = ["```", "~~~"].into_iter().find(|it| trimmed.starts_with(it));
        if let Some(heading) = line.strip_prefix("# ") {
            return plain(heading);
        }
        let underlined =
            trimmed.len() >= 3 && trimmed.bytes().all(|it| it == b'=') && !line.starts_with("    ");
        if underlined && !previous.is_empty() {
            return plain(previous);
        }
        previous = trimmed;
    }
    None
}

/// Returns the text of a heading without its Markdown.
fn plain(heading: &str) -> Option<String> {
    let heading = format!("# {}", heading.trim());
    let mut text = String::with_capacity(heading.len());
    let parser = pulldown_cmark::Parser::new_ext(&heading, super::markdown::options());
    for event in parser {
        match event {
            pulldown_cmark::Event::Text(it) | pulldown_cmark::Event::Code(it) => text.push_str(&it),
            pulldown_cmark::Event::SoftBreak | pulldown_cmark::Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Returns a title made of the name of a file or folder, as MkDocs does: `my-page` is "My page".
pub(super) fn of_name(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    let stem = match name.rsplit_once('.') {
        Some((stem, "md" | "markdown" | "MD")) => stem,
        _ => name,
    };
    if stem.eq_ignore_ascii_case("index") || stem.eq_ignore_ascii_case("readme") {
        return "Home".to_owned();
    }
    let title = stem.replace(['-', '_'], " ");
    if title.to_lowercase() != title {
        return title;
    }
    let mut characters = title.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => title,
    }
}

#[cfg(test)]
mod tests {
    use super::{of_name, of_text};

    #[test]
    fn finds_the_title() {
        for (text, wanted) in [
            ("---\ntitle: Front\n---\n# Head", Some("Front")),
            ("```\n# no\n```\n\n# A `b` *c* # {#id}\n", Some("A b c")),
            ("Under\n=====\n", Some("Under")),
            ("## Two", None),
            ("# \n# B", None),
        ] {
            assert_eq!(of_text(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn makes_a_title_of_a_name() {
        assert_eq!(of_name("a/getting-started.md"), "Getting started");
        assert_eq!(of_name("HOW_to.md"), "HOW to");
        assert_eq!(of_name("x/README.md"), "Home");
    }
}
