//! Filters of semantic versions.

use std::cmp::Ordering;

use minijinja::value::Value;
use minijinja::{Error, State};

use super::FilterDescription;
use super::argument::{field_or_row, items, text};

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "semver",
        signature: "semver",
        what: "The parts of a version, which may begin with `v` and leave out its last numbers; nothing if it is none",
        example: r#""v1.2.3-rc.1" | semver"#,
        result: r#"{"major": 1, "minor": 2, "patch": 3, "pre": "rc.1"}"#,
        add: |it| it.add_filter("semver", semver),
    },
    FilterDescription {
        name: "semver_max",
        signature: "semver_max(attribute)",
        what: "The text, or the row, with the highest version; what is no version is left out",
        example: r#"["1.9.0", "1.10.0", "1.10.0-rc.1", "latest"] | semver_max"#,
        result: r#""1.10.0""#,
        add: |it| it.add_filter("semver_max", semver_max),
    },
    FilterDescription {
        name: "semver_compare",
        signature: "semver_compare(version)",
        what: "-1, 0 or 1 where a version is below, like or above another; nothing if one of them is no version",
        example: r#""1.9" | semver_compare("1.10.0")"#,
        result: "-1",
        add: |it| it.add_filter("semver_compare", semver_compare),
    },
];

/// A version, ordered as Semantic Versioning 2.0.0 says; what is behind a plus does not count.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    numbers: [u64; 3],
    /// A release is above all that came before it.
    release: bool,
    pre: Vec<Identifier>,
}

/// A part of what is behind the hyphen.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(u64),
    Word(String),
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
        let mut numbers = [0; 3];
        let mut places = numbers.iter_mut();
        for part in core.split('.') {
            *places.next()? = digits(part)?;
        }
        let identifier = |it: &str| {
            let valid = !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
            valid.then(|| digits(it).map_or_else(|| Identifier::Word(it.to_owned()), Identifier::Number))
        };
        let release = pre.is_none();
        let pre = pre.into_iter().flat_map(|it| it.split('.')).map(identifier).collect::<Option<_>>()?;
        Some(Self { numbers, release, pre })
    }

    fn pre_text(&self) -> String {
        let word = |it: &Identifier| match it {
            Identifier::Number(number) => number.to_string(),
            Identifier::Word(word) => word.clone(),
        };
        self.pre.iter().map(word).collect::<Vec<_>>().join(".")
    }
}

fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn version(value: &Value) -> Result<Option<Version>, Error> {
    Ok(text(value)?.as_deref().and_then(Version::parse))
}

fn semver(value: &Value) -> Result<Value, Error> {
    let Some(version) = version(value)? else { return Ok(Value::UNDEFINED) };
    let [major, minor, patch] = version.numbers;
    let pre = if version.release { Value::from(()) } else { Value::from(version.pre_text()) };
    Ok(Value::from_pairs([
        ("major", Value::from(major)),
        ("minor", Value::from(minor)),
        ("patch", Value::from(patch)),
        ("pre", pre),
    ]))
}

fn semver_max(state: &State<'_, '_>, list: &Value, attribute: Option<&str>) -> Result<Value, Error> {
    let mut best: Option<(Version, Value)> = None;
    for item in items(state, list)? {
        let Some(version) = version(&field_or_row(item.clone(), attribute))? else { continue };
        if best.as_ref().is_none_or(|(it, _)| version > *it) {
            best = Some((version, item));
        }
    }
    Ok(best.map(|(_, item)| item).unwrap_or_default())
}

fn semver_compare(value: &Value, other: &Value) -> Result<Value, Error> {
    let (Some(this), Some(other)) = (version(value)?, version(other)?) else { return Ok(Value::UNDEFINED) };
    Ok(Value::from(match this.cmp(&other) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}
