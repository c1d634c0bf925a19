//! Texts that are YAML and that the parser refuses, rewritten so that it takes them.
//!
//! A mended text has the same lines, and the same columns up to the first mended place.

/// What the parser says of half of an escaped surrogate pair.
const BAD_ESCAPE: &str = "invalid Unicode character escape code";

/// What the parser says of a value that tabs part from its colon.
const TAB_AFTER_COLON: &str = "':' must be followed by a valid YAML whitespace";

/// Returns the text without what the parser says of it, if that can be helped.
pub(super) fn mended(text: &str, error: &str) -> Option<String> {
    let once = match error {
        it if it.contains(BAD_ESCAPE) => join_surrogates(text),
        it if it.contains(TAB_AFTER_COLON) => tabs_to_spaces(text),
        _ => return None,
    };
    // A text can have both.
    let both = match error.contains(BAD_ESCAPE) {
        true => tabs_to_spaces(&once),
        false => join_surrogates(&once),
    };
    (both != text).then_some(both)
}

/// JSON writes what lies beyond the first plane as two escapes, as in `\ud83d\ude00`.
fn join_surrogates(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        joined.push_str(before);
        rest = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
                joined.push_str(&format!("\\U{:08x}", 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)));
                escape.get(12..)
            }
            // One half alone is no character; JavaScript keeps it, and shows this.
            (Some(0xd800..0xe000), _) => {
                joined.push_str("\\ufffd");
                escape.get(6..)
            }
            _ => {
                let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                joined.push_str(escape.get(..length).unwrap_or_default());
                escape.get(length..)
            }
        }
        .unwrap_or_default();
    }
    joined + rest
}

/// Returns the code of an escape `\uXXXX` that the text begins with.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
}

fn tabs_to_spaces(text: &str) -> String {
    let mut after_colon = false;
    let spaced = text.chars().map(|it| {
        after_colon = it == ':' || after_colon && it == '\t';
        if after_colon && it == '\t' { ' ' } else { it }
    });
    spaced.collect()
}
