//! The formats of names, labels, tags and the like (Backstage, `KubernetesValidatorFunctions` and `CommonValidatorFunctions`).

/// The longest name, label value and tag, in characters.
const NAME_CHARS_MAX: usize = 63;

/// The longest DNS subdomain.
const SUBDOMAIN_CHARS_MAX: usize = 253;

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`, 1 to 63.
pub(super) fn is_name(text: &str) -> bool {
    let edge = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    (1..=NAME_CHARS_MAX).contains(&text.chars().count())
        && edge(text.chars().next())
        && edge(text.chars().next_back())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.'))
}

/// A DNS label: `[a-z0-9]+(-+[a-z0-9]+)*`, 1 to 63.
pub(super) fn is_namespace(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.chars().count())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
}

/// `[A-Za-z][A-Za-z0-9]*`, 1 to 63.
pub(super) fn is_kind(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.chars().count())
        && text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.chars().all(|it| it.is_ascii_alphanumeric())
}

/// `[prefix/]version`.
pub(super) fn is_api_version(text: &str) -> bool {
    let version = |it: &str| {
        (1..=NAME_CHARS_MAX).contains(&it.chars().count()) && it.chars().all(|it| it.is_ascii_alphanumeric())
    };
    match text.split_once('/') {
        Some((prefix, rest)) => is_subdomain(prefix) && version(rest),
        None => version(text),
    }
}

/// `[prefix/]name`, the form of the keys of labels and annotations.
pub(super) fn is_label_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_name(name),
        None => is_name(text),
    }
}

/// Empty, or as a name.
pub(super) fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_name(text)
}

/// `[a-z0-9:+#]+(-[a-z0-9:+#]+)*`, 1 to 63.
pub(super) fn is_tag(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.chars().count())
        && text.split('-').all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, ':' | '+' | '#'))
        })
}

fn is_subdomain(text: &str) -> bool {
    (1..=SUBDOMAIN_CHARS_MAX).contains(&text.chars().count()) && text.split('.').all(is_namespace)
}

/// Returns what was probably meant by a malformed tag, if that can be guessed.
pub(super) fn tag_for(text: &str) -> Option<String> {
    let mut tag = String::new();
    for character in text.trim().to_lowercase().chars() {
        if is_tag(&character.to_string()) {
            tag.push(character);
        } else if !tag.ends_with('-') {
            tag.push('-');
        }
    }
    Some(tag.trim_matches('-').to_owned()).filter(|it| is_tag(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_backstages() {
        for (text, good) in [
            ("a", true),
            ("L-Upper.case_x", true),
            ("a--b", true),
            ("-a", false),
            ("a.", false),
            ("", false),
            ("ä", false),
        ] {
            assert_eq!(is_name(text), good, "{text}");
        }
        for (text, good) in [
            ("c++", true),
            ("c#", true),
            ("a:b", true),
            ("1.0", false),
            ("x--y", false),
            ("Java", false),
            ("-", false),
        ] {
            assert_eq!(is_tag(text), good, "{text}");
        }
        for (text, good) in [
            ("a.b/c", true),
            ("Foo.com/x", false),
            ("a/b/c", false),
            ("/x", false),
            ("x/", false),
            ("X_y", true),
        ] {
            assert_eq!(is_label_key(text), good, "{text}");
        }
        for (text, good) in
            [("backstage.io/v1alpha1", true), ("v1", true), ("backstage.io/", false), ("a/b/c", false)]
        {
            assert_eq!(is_api_version(text), good, "{text}");
        }
        assert_eq!(tag_for("Spring Boot"), Some("spring-boot".to_owned()));
    }
}
