//! The filter that takes the tags out of HTML. Its result is text, and is escaped like any other.

use minijinja::Error;
use minijinja::value::Value;

use super::FilterDescription;
use super::argument::text;

pub(super) const FILTERS: &[FilterDescription] = &[FilterDescription {
    name: "strip_html",
    signature: "strip_html",
    what: "The text of HTML without its tags, scripts and styles, on one line",
    example: r#""<p>Red &amp; <b>green</b></p><p>x</p>" | strip_html"#,
    result: r#""Red & green x""#,
    add: |it| it.add_filter("strip_html", strip_html),
}];

/// Elements whose content is no text.
const HIDDEN: [&str; 4] = ["script", "style", "template", "head"];

/// Elements that stand within a line, so that no space parts what is in them from what is not.
const INLINE: [&str; 16] = [
    "a", "abbr", "b", "bdi", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "small", "span",
    "strong", "u",
];

fn strip_html(value: &Value) -> Result<Value, Error> {
    let Some(html) = text(value)? else { return Ok(Value::UNDEFINED) };
    let mut plain = String::with_capacity(html.len());
    let mut rest: &str = &html;
    while let Some((before, tag)) = rest.split_once('<') {
        plain.push_str(before);
        if !tag.starts_with(|it: char| it.is_ascii_alphabetic() || "/!?".contains(it)) {
            // A sign, as in `a < b`.
            plain.push('<');
            rest = tag;
            continue;
        }
        let (inside, after) = ends(tag);
        let name: String =
            inside.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        rest = match HIDDEN.contains(&name.as_str()) && !inside.starts_with('/') {
            true => after_end_tag(after, &name),
            false => after,
        };
        if !INLINE.contains(&name.as_str()) {
            plain.push(' ');
        }
    }
    plain.push_str(rest);
    let words: Vec<&str> = plain.split_whitespace().collect();
    Ok(Value::from(unescaped(&words.join(" "))))
}

/// Parts what is inside of a tag, or of a comment, from what is after it.
fn ends(tag: &str) -> (&str, &str) {
    let end = if tag.starts_with("!--") { "-->" } else { ">" };
    tag.split_once(end).unwrap_or((tag, ""))
}

fn after_end_tag<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once("</") {
        let (inside, after) = ends(tag);
        if inside.trim().eq_ignore_ascii_case(name) {
            return after;
        }
        rest = tag;
    }
    ""
}

/// Replaces the references that texts of services have; others stay as they are.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once('&') {
        plain.push_str(before);
        let found = reference
            .get(..reference.len().min(12).min(reference.find(';').unwrap_or(0)))
            .and_then(character);
        match found {
            Some(character) => {
                plain.push(character);
                rest = reference.split_once(';').map_or("", |(_, rest)| rest);
            }
            None => {
                plain.push('&');
                rest = reference;
            }
        }
    }
    plain + rest
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "hellip" => Some('…'),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|it| !it.is_control())
        }
    }
}
