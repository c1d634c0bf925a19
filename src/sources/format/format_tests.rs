//! What each format of data becomes, and where a mistake is.

use serde_json::{Value, json};

use super::{Format, parse};

fn value(format: Format, text: &str) -> Value {
    parse(format, "x", text.as_bytes()).unwrap()
}

fn error(format: Format, text: &str) -> String {
    parse(format, "x", text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn names_are_those_of_plugins() {
    for name in Format::NAMES {
        assert_eq!(Format::parse_name(name).unwrap().name(), name);
    }
    assert_eq!(Format::parse_name("JSON"), None);
}

#[test]
fn data_becomes_json() {
    assert_eq!(value(Format::Json, "\u{feff}{\"b\": 1, \"a\": [null]}"), json!({"b": 1, "a": [null]}));
    assert_eq!(value(Format::Yaml, "a: yes\nb: 0o17"), json!({"a": "yes", "b": 15}));
    assert_eq!(value(Format::Yaml, "a: 1\n---\n# none\n---\nb: 2"), json!([{"a": 1}, {"b": 2}]));
    assert_eq!(value(Format::Yaml, ""), Value::Null);
    let toml = "b = 1979-05-27T07:32:00Z\na = [1, 2.5, inf]\n[t]\nx.y = true\n";
    assert_eq!(
        value(Format::Toml, toml),
        json!({"b": "1979-05-27T07:32:00Z", "a": [1, 2.5, null], "t": {"x": {"y": true}}})
    );
    assert_eq!(value(Format::Text, "a\r\nb\n"), json!({"text": "a\r\nb\n", "lines": ["a", "b"]}));
}

#[test]
fn tables_become_lists_of_objects() {
    let wanted = json!([{"name": "a, b", "n": "1"}, {"name": "c", "n": ""}]);
    assert_eq!(value(Format::Csv, "name, n\n\"a, b\",1\nc\n"), wanted);
    assert_eq!(value(Format::Csv, "name;n\r\na, b;1\r\n\r\nc;\r\n"), wanted);
    assert_eq!(value(Format::Csv, "name\tn\na, b\t1\nc\t"), wanted);
    assert_eq!(value(Format::Csv, "name,n"), json!([]));
    assert_eq!(
        error(Format::Csv, "a,b\n1,2\n1,2,3\n"),
        "the row has 3 cells, and the first row names 2 (line 3)"
    );
    assert_eq!(error(Format::Csv, "a,a\n"), "two columns are named `a` (line 1)");
}

#[test]
fn xml_becomes_objects() {
    let text = "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'x.dtd'><!-- c --><p:a x='1 &amp; 2'>\n <b>t&#x21;<![CDATA[<&]]></b> <b/> u\n</p:a>";
    let wanted = json!({"p:a": {"@x": "1 & 2", "b": [{"#text": "t!<&"}, {}], "#text": "u"}});
    assert_eq!(value(Format::Xml, text), wanted);
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>";
    assert_eq!(parse(Format::Xml, "x", latin).unwrap(), json!({"a": {"#text": "é"}}));
}

#[test]
fn xml_says_where_it_is_broken() {
    for (text, wanted) in [
        ("<a>\n <b>&x;</b></a>", "the entity `x` is unknown; a DTD is not read (line 2, column 5)"),
        (
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "the entity `x` is unknown; a DTD is not read (line 1, column 34)",
        ),
        ("<a/><b/>", "this is not XML: it has more than one root (line 1, column 5)"),
        ("<a>\n<b>", "this is not XML: an element has no end (line 2, column 4)"),
        ("<a x='1' x='1'/>", "this is not XML: an attribute with \"1\" is there twice (line 1, column 1)"),
        ("", "this is not XML: it has no element"),
        ("x", "this is not XML: text stands outside of the root (line 1, column 1)"),
    ] {
        assert_eq!(error(Format::Xml, text), wanted, "{text}");
    }
    assert!(error(Format::Xml, "<a>\n</b>").contains("line 2"));
    assert!(error(Format::Xml, &"<a>".repeat(100)).contains("64 levels"));
}

#[test]
fn markdown_is_read_in_parts() {
    let text = "---\ntitle: T\ntags: [a]\n---\n# One `x`\n\nSome *text*\nhere.\n\n- a\n- b\n\n## Two\n\n| a | b |\n|-|-|\n| c | d |\n";
    let read = value(Format::Markdown, text);
    assert_eq!(read["title"], "T");
    assert_eq!(read["frontMatter"]["tags"], json!(["a"]));
    assert_eq!(read["headings"], json!([{"level": 1, "text": "One x"}, {"level": 2, "text": "Two"}]));
    assert_eq!(read["text"], "One x\nSome text here.\na\nb\nTwo\na b \nc d");
    assert!(read["body"].as_str().unwrap().starts_with("# One"));
    let bare = value(Format::Markdown, "x\n\n# Y\n");
    assert_eq!((&bare["title"], &bare["frontMatter"]), (&json!("Y"), &Value::Null));
    assert_eq!(
        error(Format::Markdown, "---\na: 1\nb: [\n---\n").split(" (").next(),
        Some("this is not YAML: while parsing a node, did not find expected node content")
    );
}

#[test]
fn mistakes_have_a_place() {
    for (format, text, line, column) in [
        (Format::Json, "{\n \"a\": x}", 2, 7),
        (Format::Yaml, "a: 1\nb: [1\nc: 2\n", 3, 2),
        (Format::Toml, "a = 1\nb = é x\n", 2, 5),
    ] {
        let error = parse(format, "x", text.as_bytes()).unwrap_err();
        assert_eq!((error.line, error.column), (Some(line), Some(column)), "{error}");
    }
    let error = parse(Format::Text, "x", b"a\nb\xff").unwrap_err();
    assert_eq!(error.to_string(), "it is not text in UTF-8 (line 2)");
}

#[test]
fn what_is_too_deep_or_too_much_is_refused() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for format in [Format::Json, Format::Yaml] {
        assert!(parse(format, "x", nested(64).as_bytes()).is_ok());
        assert!(parse(format, "x", nested(65).as_bytes()).is_err());
        assert!(parse(format, "x", nested(100_000).as_bytes()).is_err());
    }
    assert!(error(Format::Json, &format!("[{}0]", "0,".repeat(1_000_000))).contains("1000000 values"));
    assert!(error(Format::Text, &"\n".repeat(1_000_001)).contains("1000000 values"));
    let laughs = "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n\
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n\
        e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, *e, *e, *e, *e, *e, *e, *e]\n";
    assert!(parse(Format::Yaml, "x", laughs.as_bytes()).is_err());
    let anchors = format!("- &a x\n{}", "- &b [y, &c z]\n".repeat(2_000));
    assert_eq!(error(Format::Yaml, &anchors), "it has too many anchors for its size");
    assert!(error(Format::Yaml, &" ".repeat(5 << 20)).contains("4 MiB"));
}

#[test]
fn the_ending_decides_and_then_the_content() {
    for (name, text, wanted) in [
        ("a.json", "[1]", json!([1])),
        ("https://x.example/a.YML?raw=1#l", "1", json!(1)),
        ("a.tsv", "a\tb\n1\t2", json!([{"a": "1", "b": "2"}])),
        ("a.b/data", " {\"a\": 1}", json!({"a": 1})),
        ("data", "a: 1\nb: 2", json!({"a": 1, "b": 2})),
        ("data", "---\n- 1", json!([1])),
        ("data", "<a/>", json!({"a": {}})),
        ("data", "Note: x\nno more", json!({"text": "Note: x\nno more", "lines": ["Note: x", "no more"]})),
    ] {
        assert_eq!(parse(Format::Auto, name, text.as_bytes()).unwrap(), wanted, "{name}");
    }
}
