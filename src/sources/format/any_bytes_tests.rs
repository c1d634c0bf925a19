//! What holds for any bytes: no parser panics, and what is parsed is the same each time.

use proptest::prelude::*;

use super::report_tests::{COBERTURA, JACOCO, JUNIT, LCOV, OPENAPI, SARIF};
use super::{Format, parse};

/// A good file of each format.
const SAMPLES: &[(Format, &str)] = &[
    (Format::Json, "{\"a\": [1, -2.5e3, \"x\\u00e9\", null, true], \"b\": {}}"),
    (Format::Yaml, "a: &x [1, 'two']\nb: {c: *x}\n---\n- |\n  text\n- ? k\n  : v\n"),
    (Format::Toml, "a = 1\n[b.c]\nd = [1.5, 'x']\n[[e]]\nf = 1979-05-27T07:32:00Z\n"),
    (Format::Csv, "a,b\n1,\"2\n3\"\n4;5,6\n"),
    (Format::Xml, "<a x='1'><b>t&amp;<![CDATA[x]]></b><!-- c --><?p i?></a>"),
    (Format::Text, "a\nb\r\n"),
    (Format::Markdown, "---\ntitle: x\n---\n# H\n\n> q\n\n- [a](b)\n\n| a |\n|---|\n| b |\n\n[^1]: n\n"),
    (Format::Cobertura, COBERTURA),
    (Format::Jacoco, JACOCO),
    (Format::Lcov, LCOV),
    (Format::Junit, JUNIT),
    (Format::Sarif, SARIF),
    (Format::Openapi, OPENAPI),
];

/// Parses as the format and as whatever it looks like, twice.
fn holds(format: Format, bytes: &[u8]) {
    for format in [format, Format::Auto] {
        assert_eq!(parse(format, "data", bytes), parse(format, "data", bytes));
    }
}

/// A sample with some of its bytes left out, doubled, or replaced by others.
fn mutated() -> impl Strategy<Value = (Format, Vec<u8>)> {
    let change =
        (any::<prop::sample::Index>(), 0_usize..40, prop::collection::vec(any::<u8>(), 0..4), any::<bool>());
    let changes = prop::collection::vec(change, 1..6);
    (prop::sample::select(SAMPLES.to_vec()), changes).prop_map(|((format, sample), changes)| {
        let mut bytes = sample.as_bytes().to_vec();
        for (at, length, mut inserted, doubled) in changes {
            let start = at.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            if doubled {
                inserted.extend_from_slice(&bytes[start..end].repeat(2));
            }
            bytes.splice(start..end, inserted);
        }
        (format, bytes)
    })
}

/// Any text: bytes that are not UTF-8 come no farther than the first check.
fn any_text() -> impl Strategy<Value = (Format, String)> {
    let formats: Vec<Format> = SAMPLES.iter().map(|(format, _)| *format).collect();
    let pieces = prop::sample::select(vec![
        "<a>",
        "</a>",
        "<a b='",
        "<![CDATA[",
        "]]>",
        "&#x0;",
        "<!DOCTYPE a [",
        "<coverage>",
        "<class filename='x'>",
        "<line number='99999999999999999999' hits='1'/>",
        "<report>",
        "<testsuite>",
        "<testcase time='nan'>",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "1e999",
        "-",
        "SF:a\n",
        "DA:1,",
        "18446744073709551615\n",
        "BRDA:",
        "end_of_record\n",
        "\n",
        "\"\"",
        "- ",
        "? ",
        "---\n",
        "# ",
        "|",
        "\u{0}",
        "é",
        "\t",
        "= ",
        "[[a]]\n",
        "0x",
        "openapi: 3\n",
        "paths: {",
        "{\"runs\": [",
    ]);
    let text =
        prop::collection::vec(prop_oneof![3 => pieces.prop_map(str::to_owned), 1 => "\\PC{0,8}"], 0..30);
    (prop::sample::select(formats), text).prop_map(|(format, pieces)| (format, pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_file_does_not_panic((format, bytes) in mutated()) {
        holds(format, &bytes);
    }

    #[test]
    fn any_text_does_not_panic((format, text) in any_text()) {
        holds(format, text.as_bytes());
    }

    #[test]
    fn any_bytes_do_not_panic(format in prop::sample::select(SAMPLES.to_vec()), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        holds(format.0, &bytes);
    }
}

#[test]
fn every_format_has_a_sample() {
    for name in Format::NAMES.iter().filter(|it| **it != "auto") {
        let (format, sample) = SAMPLES.iter().find(|(it, _)| it.name() == *name).unwrap();
        assert!(parse(*format, "x", sample.as_bytes()).is_ok(), "{name}");
    }
}
