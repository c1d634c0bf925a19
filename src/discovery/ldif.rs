//! LDIF (RFC 2849) to records: folded lines, comments and base64, and nothing that is read from elsewhere.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The most records of a file.
const RECORDS_MAX: usize = 500_000;

/// One record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// The line of its name, from 1.
    pub(super) line: u32,
    /// The distinguished name, as written.
    pub(super) dn: String,
    /// The values by attribute, in lower case and without options such as `;lang-de`.
    pub(super) attributes: BTreeMap<String, Vec<String>>,
}

impl Record {
    /// Returns the values of an attribute, by its name in any case.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.attributes.get(&name.to_lowercase()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the first value of an attribute.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).iter().map(|it| it.trim()).find(|it| !it.is_empty())
    }
}

/// A line that is not as it should be, and what is wrong.
pub(super) type Problem = (u32, String);

/// One line with its continuations.
struct Line {
    number: u32,
    text: String,
}

/// Parses a file. Whatever is wrong, the other records come back.
pub(super) fn parse(text: &str) -> (Vec<Record>, Vec<Problem>) {
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    let mut block = Vec::new();
    for (index, raw) in text.lines().chain([""]).enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if raw.is_empty() {
            records.extend(record(&std::mem::take(&mut block), &mut problems));
            if records.len() >= RECORDS_MAX {
                problems.push((number, format!("the file holds more than {RECORDS_MAX} records")));
                break;
            }
            continue;
        }
        match (raw.strip_prefix(' '), block.last_mut()) {
            (Some(more), Some(Line { text, .. })) => text.push_str(more),
            (Some(_), None) => problems.push((number, "the line continues none".to_owned())),
            (None, _) => block.push(Line { number, text: raw.to_owned() }),
        }
    }
    (records, problems)
}

fn record(lines: &[Line], problems: &mut Vec<Problem>) -> Option<Record> {
    let mut record = Record::default();
    for line in lines.iter().filter(|it| !it.text.starts_with('#')) {
        let (name, value) = match attribute(&line.text) {
            Ok(Some(attribute)) => attribute,
            Ok(None) => continue,
            Err(message) => {
                problems.push((line.number, message));
                continue;
            }
        };
        match (name.as_str(), record.line) {
            ("version", 0) => {}
            ("dn", 0) => (record.line, record.dn) = (line.number, value),
            (_, 0) => {
                problems.push((line.number, "the record does not begin with `dn`".to_owned()));
                return None;
            }
            ("changetype", _) if !value.eq_ignore_ascii_case("add") => {
                problems.push((line.number, format!("the record is a change (`{value}`) and no entry")));
                return None;
            }
            _ => record.attributes.entry(name).or_default().push(value),
        }
    }
    (record.line > 0).then_some(record)
}

/// Parts a line. `None` where the value is no text, such as a photograph.
fn attribute(line: &str) -> Result<Option<(String, String)>, String> {
    let (name, value) = line.split_once(':').ok_or("the line has no colon")?;
    let name = name.split(';').next().unwrap_or_default();
    if name.is_empty() || !name.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '.')) {
        return Err("the line does not begin with the name of an attribute".to_owned());
    }
    let name = name.to_lowercase();
    let value = match (value.strip_prefix(':'), value.strip_prefix('<')) {
        (Some(encoded), _) => {
            let bytes = STANDARD.decode(encoded.trim()).map_err(|_| format!("`{name}` is not base64"))?;
            match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(_) => return Ok(None),
            }
        }
        (_, Some(_)) => return Err(format!("`{name}` is in another file, which is not read")),
        _ => value.trim_start_matches(' ').to_owned(),
    };
    Ok(Some((name, value)))
}

/// Returns a distinguished name in one form: lower case, and without spaces around its signs.
pub(super) fn normalized(dn: &str) -> String {
    let (mut parts, mut part, mut escaped) = (Vec::new(), String::new(), false);
    for letter in dn.chars() {
        match letter {
            ',' if !escaped => parts.push(std::mem::take(&mut part)),
            letter => part.push(letter),
        }
        escaped = letter == '\\' && !escaped;
    }
    parts.push(part);
    let tidy = |part: &String| match part.split_once('=') {
        Some((name, value)) => format!("{}={}", name.trim(), value.trim()).to_lowercase(),
        None => part.trim().to_lowercase(),
    };
    parts.iter().map(tidy).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use proptest::prelude::*;

    use super::{STANDARD, normalized, parse};

    #[test]
    fn the_forms_of_rfc_2849() {
        let text = "version: 1\n# people\n# and\n  more\ndn: uid=jo,ou=people,\n dc=acme\nuid: jo\ncn;lang-de:  Jo \
                    Doe\ndescription:: SsO4cmdlbg==\njpegPhoto:: /9j/\nmail:jo@acme.example\nmail: j@acme.example\n\n\n\
                    dn:: dWlkPWFtaQ==\r\nuid: ami\r\n";
        let (records, problems) = parse(text);
        assert_eq!(problems, []);
        let [jo, ami] = records.as_slice() else { panic!("{records:?}") };
        assert_eq!((jo.dn.as_str(), jo.line), ("uid=jo,ou=people,dc=acme", 5));
        assert_eq!(jo.all("MAIL"), ["jo@acme.example", "j@acme.example"]);
        assert_eq!((jo.first("cn"), jo.first("description")), (Some("Jo Doe"), Some("Jørgen")));
        assert_eq!(jo.first("jpegPhoto"), None);
        assert_eq!((ami.dn.as_str(), ami.first("uid")), ("uid=ami", Some("ami")));
    }

    #[test]
    fn what_is_wrong_costs_a_line_or_a_record() {
        for (text, line, records) in [
            (" x: 1\n\ndn: a=b\n", 1, 1),
            ("dn: a=b\nno colon\n", 2, 1),
            ("dn: a=b\nx:: ***\n", 2, 1),
            ("dn: a=b\nx:< file:///etc/passwd\n", 2, 1),
            ("uid: jo\n\ndn: a=b\n", 1, 1),
            ("dn: a=b\nchangetype: delete\n", 2, 0),
        ] {
            let (found, problems) = parse(text);
            assert_eq!((problems.len(), found.len()), (1, records), "{text:?}: {problems:?}");
            assert_eq!(problems[0].0, line, "{text:?}");
        }
    }

    #[test]
    fn names_have_one_form() {
        assert_eq!(normalized("UID = Jo , OU=People"), "uid=jo,ou=people");
        assert_eq!(normalized("cn=Doe\\, Jo,dc=x"), "cn=doe\\, jo,dc=x");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_panics(text in "(dn|a|:| |\n|#|;|<|=|é|\\PC){0,60}") {
            let (records, _) = parse(&text);
            prop_assert!(records.iter().all(|it| it.line > 0));
        }

        #[test]
        fn what_is_written_is_read(values in proptest::collection::vec(("x[a-z]{0,7}", "\\PC{0,200}"), 0..8), width in 3usize..80) {
            let mut text = "dn: uid=jo\n".to_owned();
            for (name, value) in &values {
                let line = format!("{name}:: {}", STANDARD.encode(value));
                let (first, rest) = line.split_at(width.min(line.len()));
                text.push_str(first);
                for at in (0..rest.len()).step_by(width) {
                    text.push_str("\n ");
                    text.push_str(&rest[at..(at + width).min(rest.len())]);
                }
                text.push('\n');
            }
            let (records, problems) = parse(&text);
            prop_assert_eq!(problems, []);
            let mut expected = std::collections::BTreeMap::<String, Vec<String>>::new();
            for (name, value) in values {
                expected.entry(name).or_default().push(value);
            }
            prop_assert_eq!(&records[0].attributes, &expected);
        }
    }
}
