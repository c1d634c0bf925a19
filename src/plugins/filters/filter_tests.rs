//! What filters give: each example of the guide, the edges, and any value at any place.

use minijinja::{Environment, UndefinedBehavior, context};
use serde_json::{Value, json};

use super::{FILTERS, add};

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(100_000));
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    add(&mut environment);
    environment
}

/// Returns what an expression gives as JSON; `None` for nothing.
fn evaluated(expression: &str, data: minijinja::Value) -> Result<Option<Value>, String> {
    let environment = environment();
    let compiled = environment.compile_expression(expression).map_err(|it| it.to_string())?;
    let value =
        compiled.eval(data).map_err(|it| it.detail().map_or_else(|| it.to_string(), str::to_owned))?;
    Ok((!value.is_undefined()).then(|| serde_json::to_value(&value).unwrap()))
}

fn gives(expression: &str) -> Option<Value> {
    evaluated(expression, context! {}).unwrap_or_else(|error| panic!("{expression}: {error}"))
}

fn fails(expression: &str) -> String {
    evaluated(expression, context! {}).unwrap_err()
}

#[test]
fn every_example_gives_what_it_says() {
    for filter in FILTERS.iter().flat_map(|(_, filters)| *filters) {
        let wanted =
            (!filter.result.is_empty()).then(|| serde_json::from_str::<Value>(filter.result).unwrap());
        assert_eq!(gives(filter.example), wanted, "{}", filter.example);
        assert!(filter.example.contains(filter.name) && filter.signature.starts_with(filter.name));
    }
}

#[test]
fn no_filter_hides_one_of_minijinja() {
    let own = Environment::new();
    for filter in FILTERS.iter().flat_map(|(_, filters)| *filters) {
        let hidden =
            own.compile_expression(&format!("x | {}", filter.name)).and_then(|it| it.eval(context! {}));
        assert_eq!(hidden.unwrap_err().kind(), minijinja::ErrorKind::UnknownFilter, "{}", filter.name);
    }
}

/// The page lists the filters with their examples, in tables that `BLESS=1` rewrites.
#[test]
fn the_guide_lists_every_filter() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content/guide/expressions.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let mut blessed = page.clone();
    for (group, filters) in FILTERS {
        let code = |text: &str| match text.contains('`') {
            true => format!("`` {} ``", text.replace('|', "\\|")),
            false => format!("`{}`", text.replace('|', "\\|")),
        };
        let mut table = "| Filter | Gives | Example | Result |\n| --- | --- | --- | --- |\n".to_owned();
        for it in *filters {
            let result = if it.result.is_empty() { "nothing".to_owned() } else { code(it.result) };
            table += &format!("| {} | {} | {} | {result} |\n", code(it.signature), it.what, code(it.example));
        }
        let head = format!("### {group}\n\n");
        let start = blessed.find(&head).unwrap_or_else(|| panic!("no heading `{group}`")) + head.len();
        let rest = &blessed[start..];
        let length = if rest.starts_with('#') { 0 } else { rest.find("\n#").unwrap_or(rest.len()) };
        table += if length == 0 { "\n" } else { "" };
        blessed.replace_range(start..start + length, &table);
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &blessed).unwrap();
    } else {
        assert!(page == blessed, "content/guide/expressions.md differs: run with BLESS=1");
    }
}

#[test]
fn nothing_makes_nothing() {
    for filter in [
        "epoch",
        "iso",
        "duration",
        "number",
        "bytes",
        "semver",
        "host_of",
        "strip_html",
        "from_json",
        "urlencode_path",
        "link_entity",
        "parse_duration",
        "mean",
        "median",
        "semver_max",
        "trim_prefix('x')",
        "date_add(days=1)",
        "days_between('2024-01-01')",
        "percent_of(3)",
        "regex_find('x')",
        "pick('a', 1)",
    ] {
        assert_eq!(gives(&format!("missing.x | {filter}")), None, "{filter}");
        assert_eq!(gives(&format!("none | {filter}")), None, "{filter}");
    }
    for filter in [
        "take(1)",
        "skip(1)",
        "flatten",
        "compact",
        "keys",
        "values",
        "sort_by('a')",
        "group_rows('a')",
        "count_by('a')",
        "bucket('day', of='a')",
    ] {
        assert_eq!(gives(&format!("missing | {filter}")), Some(json!([])), "{filter}");
    }
    assert_eq!(gives("none | sum_of"), Some(json!(0)));
    assert_eq!(gives("none | status_of"), Some(json!("unknown")));
    assert_eq!(gives("none | regex_match('x')"), Some(json!(false)));
}

#[test]
fn times_are_read_in_all_common_forms() {
    for text in [
        "'2024-04-01T10:00:30Z'",
        "'2024-04-01T12:00:30+02:00'",
        "'2024-04-01T10:00:30'",
        "'2024-04-01 10:00:30'",
        "'Mon, 1 Apr 2024 10:00:30 GMT'",
        "1711965630",
        "1711965630000",
        "'1711965630'",
    ] {
        assert_eq!(gives(&format!("{text} | epoch")), Some(json!(1_711_965_630)), "{text}");
    }
    assert_eq!(gives("'2024-04-01' | iso"), Some(json!("2024-04-01T00:00:00Z")));
    assert_eq!(gives("1711965630.25 | iso"), Some(json!("2024-04-01T10:00:30.25Z")));
    assert_eq!(gives("('2024-02-29' | date_add(years=1, hours=-1))"), Some(json!("2025-02-27T23:00:00Z")));
    assert_eq!(gives("'2024-04-02' | days_between('2024-04-01T13:00:00Z')"), Some(json!(0)));
    assert_eq!(gives("'2024-04-03' | days_between('2024-04-01')"), Some(json!(-2)));
    assert_eq!(fails("'soon' | epoch"), "`soon` is no time");
    assert!(fails("1e300 | iso").contains("too far away"));
    assert!(fails("'2024-04-01' | date_add(years=99999999)").contains("too far away"));
    assert!(fails("'2024-04-01' | date_add(dayz=1)").contains("dayz"));
}

#[test]
fn durations_are_read_and_shown() {
    for (text, seconds) in [
        ("1h 30m", 5400.0),
        ("PT5M", 300.0),
        ("P1DT2H", 93600.0),
        ("2 days", 172_800.0),
        ("1w", 604_800.0),
        ("-90s", -90.0),
        ("250ms", 0.25),
        ("01:02:03", 3723.0),
        ("42", 42.0),
    ] {
        assert_eq!(gives(&format!("'{text}' | parse_duration | float")), Some(json!(seconds)), "{text}");
    }
    assert!(fails("'1 month' | parse_duration").contains("no fixed length"));
    assert_eq!(fails("'long' | parse_duration"), "`long` is no duration");
    for (seconds, text) in [
        ("0", "0 s"),
        ("0.25", "250 ms"),
        ("59.7", "59 s"),
        ("60", "1 min"),
        ("3600", "1 h"),
        ("90061", "1 d 1 h"),
        ("86460", "1 d"),
        ("-300", "-5 min"),
        ("'PT65M'", "1 h 5 min"),
        ("1e15", "11574074074 d 1 h"),
    ] {
        assert_eq!(gives(&format!("{seconds} | duration")), Some(json!(text)), "{seconds}");
    }
}

#[test]
fn rows_are_grouped_and_sorted() {
    let rows = "[{'n': 'b', 't': 2}, {'n': 'A', 't': 1}, {'n': 'c'}, {'n': 'a', 't': 10}]";
    let names = "map(attribute='n') | list";
    assert_eq!(gives(&format!("{rows} | sort_by('n', '-t') | {names}")), Some(json!(["a", "A", "b", "c"])));
    assert_eq!(gives(&format!("{rows} | sort_by('t') | {names}")), Some(json!(["A", "b", "a", "c"])));
    assert_eq!(gives(&format!("{rows} | sort_by('-t') | {names}")), Some(json!(["a", "b", "A", "c"])));
    assert_eq!(gives("[{'a': {'b.c': 1}}] | pick('a.b.c', 1)"), None);
    assert_eq!(gives("[{'a': [{'b': 'x'}]}] | pick('a.0.b', 'x', 'a.0.b')"), Some(json!("x")));
    assert_eq!(gives("[{'k': 1, 'v': 2}, {'v': 3}] | to_map('k', 'v')"), Some(json!({"1": 2})));
    assert_eq!(
        gives("[1, 1.0, '1', true, none] | count_by | map(attribute='count') | list"),
        Some(json!([2, 1, 1, 1]))
    );
    assert_eq!(
        gives("[9007199254740993, 9007199254740992] | count_by | map(attribute='count') | list"),
        Some(json!([1, 1]))
    );
    assert!(fails("[1] | sort_by").contains("needs an attribute"));
}

#[test]
fn buckets_can_be_filled() {
    let keys = "map(attribute='key') | list";
    let rows = "[{'t': '2024-01-31T23:30:00Z'}, {'t': '2024-04-01'}, {'t': none}]";
    assert_eq!(
        gives(&format!("{rows} | bucket('month', of='t', fill=true) | {keys}")),
        Some(json!(["2024-01", "2024-02", "2024-03", "2024-04"]))
    );
    assert_eq!(
        gives(&format!("{rows} | bucket('year', of='t') | map(attribute='count') | list")),
        Some(json!([2]))
    );
    assert_eq!(
        gives(&format!("{rows} | bucket('hour', of='t') | {keys}")),
        Some(json!(["2024-01-31T23:00:00Z", "2024-04-01T00:00:00Z"]))
    );
    assert_eq!(
        gives(
            "[{'n': 3}, {'n': -1}, {'n': 27}] | bucket(10, of='n', fill=true) | map(attribute='key') | list"
        ),
        Some(json!([-10, 0, 10, 20]))
    );
    assert!(
        fails("[{'t': '1970-01-01'}, {'t': '2024-01-01'}] | bucket('hour', of='t', fill=true)")
            .contains("2000")
    );
    assert!(fails("[] | bucket('decade', of='t')").contains("`hour`"));
    assert!(fails("[{'n': 1e-300}, {'n': 1e300}] | bucket(1, of='n', fill=true)").contains("2000"));
}

#[test]
fn numbers_are_shown() {
    for (expression, text) in [
        ("1234.5 | number(decimals=2)", "1,234.50"),
        ("-1234567 | number", "-1,234,567"),
        ("0.001 | number", "0"),
        ("-0.001 | number", "0"),
        ("999950 | number(compact=true)", "1M"),
        ("12345 | number(compact=true)", "12.3k"),
        ("999 | bytes", "999 B"),
        ("1536 | bytes(binary=true)", "1.5 KiB"),
        ("'2e9' | bytes", "2 GB"),
        ("1e300 | bytes | length | string", "289"),
    ] {
        assert_eq!(gives(expression), Some(json!(text)), "{expression}");
    }
    assert_eq!(fails("'x' | number"), "a string is no number");
}

#[test]
fn statistics_leave_out_what_is_no_number() {
    assert_eq!(gives("[0.1, 0.2, 'x', none] | sum_of"), Some(json!(0.3)));
    assert_eq!(gives("[1, 2] | mean"), Some(json!(1.5)));
    assert_eq!(gives("[] | percentile(50)"), None);
    assert_eq!(gives("[7] | percentile(99)"), Some(json!(7)));
    assert_eq!(gives("[{'n': 1}, {'n': 3}] | median('n')"), Some(json!(2)));
    assert_eq!(gives("1 | percent_of(3)"), Some(json!(33.33)));
    assert_eq!(gives("1 | percent_of(0)"), None);
    assert!(fails("[1] | percentile(101)").contains("between 0 and 100"));
}

#[test]
fn versions_have_their_order() {
    let ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
    ];
    for pair in ordered.windows(2) {
        assert_eq!(
            gives(&format!("'{}' | semver_compare('{}')", pair[0], pair[1])),
            Some(json!(-1)),
            "{pair:?}"
        );
    }
    assert_eq!(gives("'1.2' | semver_compare('v1.2.0+build')"), Some(json!(0)));
    for text in ["", "v", "1..2", "1.2.3.4", "x1", "1.2.3-", "99999999999999999999.0.0"] {
        assert_eq!(gives(&format!("'{text}' | semver")), None, "{text}");
    }
    assert_eq!(gives("([{'v': '2'}, {'v': '10'}] | semver_max('v')).v"), Some(json!("10")));
}

#[test]
fn texts_are_taken_apart() {
    for (html, text) in [
        ("a < b && c", "a < b && c"),
        ("<script>x<b></script>y<br>z", "y z"),
        ("<!-- <b> -->a<", "a<"),
        ("&lt;b&gt; &#x41;&#66;&bogus;&", "<b> AB&bogus;&"),
        ("<style>é</STYLE >é", "é"),
        ("<a href='x'>l</a>ink &é;", "link &é;"),
    ] {
        assert_eq!(evaluated("html | strip_html", context! { html }), Ok(Some(json!(text))), "{html}");
    }
    assert_eq!(gives("'a b' | truncate_words(5)"), Some(json!("a b")));
    assert_eq!(gives("'git@host.example:a/b.git' | host_of"), Some(json!("host.example")));
    assert_eq!(gives("'git@host.example:a/b.git' | path_of"), Some(json!("/a/b.git")));
    assert_eq!(gives("'not an address' | host_of"), None);
    assert_eq!(
        gives("'https://a.example/x' | url_join('//b.example', none, 1)"),
        Some(json!("https://a.example/x/b.example/1"))
    );
    assert_eq!(
        gives("'https://a.example' | url_join('javascript:x')"),
        Some(json!("https://a.example/javascript:x"))
    );
    assert_eq!(
        gives("'https://a.example' | url_join('https://b.example', 'c')"),
        Some(json!("https://b.example/c"))
    );
    assert_eq!(gives("'SGVs\\nbG8=\\n' | from_base64"), Some(json!("Hello")));
    assert_eq!(fails("'_-8' | from_base64"), "what is in Base64 here is no text");
    assert_eq!(fails("'%' | from_base64"), "this is not Base64");
}

#[test]
fn expressions_are_bounded() {
    assert_eq!(gives("'abc' | regex_find('b(x)?', 1)"), None);
    assert_eq!(gives("'abc' | regex_find('B')"), None);
    assert!(fails("'abc' | regex_find('b', 'x')").contains("no group `x`"));
    assert!(fails("'abc' | regex_match('(')").starts_with("`(` is no regular expression: unclosed group"));
    assert!(fails("'abc' | regex_match('\\\\w{1000}{1000}')").contains("no regular expression"));
    assert!(
        evaluated("x | regex_match(x)", context! { x => "a".repeat(1_001) })
            .unwrap_err()
            .contains("1000 bytes")
    );
    let long = "a".repeat(2_000);
    let error = evaluated("x | regex_replace('a', '$0$0$0$0' * 2000)", context! { x => long.as_str() });
    assert!(error.unwrap_err().contains("fuel"));
    let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
    assert!(evaluated("x | from_json", context! { x => nested }).is_err());
    for filter in [
        "sum_of",
        "count_by",
        "sort_by('a')",
        "flatten",
        "take(1)",
        "semver_max",
        "bucket(1, of='a')",
        "group_rows('a')",
    ] {
        let many: Vec<u32> = (0..200_000).collect();
        let error = evaluated(&format!("x | {filter}"), context! { x => many }).unwrap_err();
        assert!(error.contains("fuel"), "{filter}: {error}");
    }
}

#[test]
fn any_value_may_stand_anywhere() {
    let values = [
        "none",
        "missing",
        "true",
        "0",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "1e308",
        "-1e308",
        "1e-320",
        "340282366920938463463374607431768211455",
        "''",
        "'x'",
        "'é&#'",
        "'9999-12-31'",
        "'-009999-01-01'",
        "'{}'",
        "[]",
        "{}",
        "[none, 1, 'x', [2], {'a': none}]",
        "{'a': {'b': 1}}",
        "[1e308, 1e308, -1e308]",
        "range(3)",
        "'a' * 300",
    ];
    let environment = environment();
    for filter in FILTERS.iter().flat_map(|(_, filters)| *filters) {
        for value in values {
            let calls = values
                .iter()
                .flat_map(|argument| [format!("({argument})"), format!("({argument}, {value})")]);
            let named = [
                "",
                "(decimals=99)",
                "(months=-99999)",
                "('day', of='a', fill=true)",
                "(1, of='a', fill=true)",
                "('a', 'b', 'a')",
            ];
            for call in calls.chain(named.map(str::to_owned)) {
                let expression = format!("{value} | {}{call} | string", filter.name);
                // Whether it fails does not matter here.
                let _ = environment.compile_expression(&expression).unwrap().eval(context! {});
            }
        }
    }
}
