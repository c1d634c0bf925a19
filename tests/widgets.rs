//! Widgets as they stand in pages: the HTML of one view, and what is said of a manifest with a mistake.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]

#[path = "support/plugin_page.rs"]
mod plugin_page;

use callboard::sources::{LocalReader, Reader};

use plugin_page::{build, draw, has, main, page, problems, root};

#[test]
fn a_chart_is_a_picture_with_words_and_a_table() {
    let html = draw(
        r#"
widget: chart
type: line
label: Coverage
series: [{label: "Lines < all", unit: "%", points: "[{'at': '2026-01-01', 'value': 70}, {'at': '2026-03-01', 'value': 84.5}]"}]
"#,
    );
    has(
        &html,
        &[
            "role=\"img\" aria-label=\"Line chart: Coverage, from 1 Jan 2026 to 1 Mar 2026. Lines &lt; all: lowest 70%, highest 84.5%, last 84.5%.\"",
            "<path class=\"chart-line s0\"",
            ">2 Feb</text>",
            "<summary>As a table</summary>",
            "<th scope=\"row\">1 Mar 2026</th>",
            "84.5%</td>",
        ],
    );
}

#[test]
fn charts_have_six_forms() {
    let points = "\"[{'x': 'A', 'y': 3}, {'x': 'B', 'y': 1}]\"";
    let draw =
        |form: &str| draw(&format!("widget: chart\ntype: {form}\nseries: [{{label: N, points: {points}}}]"));
    has(&draw("bar"), &["class=\"lying\"", "<span class=\"lying-name\">A</span>", "width=\"33.33%\""]);
    has(&draw("donut"), &["donut-part s1", "<td>75%</td>", "stroke-dasharray=\"74.40 100\""]);
    has(&draw("sparkline"), &["From 3 to 1 over 2 points, lowest 1, highest 3"]);
    has(&draw("area"), &["chart-fill s0", "chart-line s0"]);
    let stacked = "widget: chart\ntype: stacked-bar\nseries: [{label: A, points: \"[1, 2]\"}, {label: B, points: \"[3, 4]\"}]";
    has(&self::draw(stacked), &["chart-bar s1", "<title>2, B: 4</title>", "Bar chart, from 1 to 2."]);
    let rows = "widget: chart\ntype: stacked-bar\nrows: '[{\"n\": \"Rust\", \"p\": 70}, {\"n\": \"Go\", \"p\": 30}]'\nitem: {label: row.n, points: '[row.p]'}";
    has(&self::draw(rows), &["class=\"lying\"", "Rust <strong>70</strong>"]);
}

#[test]
fn a_chart_without_points_is_empty_and_a_long_one_is_bounded() {
    let html = draw("widget: chart\nseries: [{points: '[]'}]\nempty: {title: Nothing yet}");
    has(&html, &["class=\"empty\"", "Nothing yet"]);
    let html = draw("widget: chart\nseries: [{points: 'range(0, 90000)'}]");
    assert!(html.len() < 40_000, "{}", html.len());
    has(&html, &["The last 100 of 2,000"]);
}

#[test]
fn a_stat_says_which_way_it_went() {
    let html =
        draw("widget: stat\nlabel: Bugs\nvalue: '12345'\ntrend: '[9, 4]'\ngood: low\nhref: '\"/catalog/\"'");
    has(
        &html,
        &[
            "12,345",
            "data-tone=\"ok\"",
            "-5 over 2 points, better",
            "href=\"../catalog/\"",
            "class=\"spark\"",
        ],
    );
    has(
        &draw("widget: stat\nlabel: L\nvalue: '1'\ndelta: '2'\nunit: ms\ngood: low"),
        &["+2 ms, worse", "data-tone=\"error\""],
    );
    has(&draw("widget: stat\nlabel: L\nvalue: none\nempty: {title: No number}"), &["No number"]);
}

#[test]
fn a_gauge_has_bands_with_words() {
    let html = draw("widget: gauge\nlabel: Coverage\nvalue: '72'\nunit: '%'\nbands: [80, 50]");
    has(
        &html,
        &[
            "72%",
            "<span class=\"status-text\">Fair</span>",
            "Poor 0–50%",
            "Good 80–100%",
            "aria-hidden=\"true\"",
        ],
    );
    let html = draw("widget: gauge\nlabel: Time\nvalue: '72'\nbands: [50]\ngood: low\nmax: 90");
    has(&html, &["Poor 50–90", "data-status=\"error\""]);
    has(&draw("widget: gauge\nlabel: Far\nvalue: '1e9'"), &["1,000,000,000", "0–100"]);
}

#[test]
fn scores_are_grades_or_rings() {
    let html = draw(
        "widget: score\nrows: '[{\"label\": \"Reliability\", \"value\": 2.0, \"rule\": \"One bug\"}]'\nscale: {1: A, 2: B, 3: C, 4: D, 5: E}",
    );
    has(&html, &["data-status=\"ok\">B<span", " on a scale from A to E", "Reliability", "One bug"]);
    let html =
        draw("widget: score\nrows: '[{\"label\": \"x\", \"value\": 67}]'\nscale: {90: A, 60: B, 0: C}");
    has(&html, &[">B<span"]);
    let html = draw("widget: score\nrows: '[{\"n\": \"x\", \"v\": 30}]'\nitem: {label: row.n, value: row.v}");
    has(&html, &["stroke-dasharray=\"30.0 100\"", "ring-number\">30<", " of 100, poor"]);
}

#[test]
fn a_list_has_groups_bodies_and_history() {
    let html = draw(
        r##"
widget: list
rows: '[{"id": "a b", "n": "One", "g": "X", "t": ["t1"], "b": "*em* <script>x</script>", "h": [{"date": "2026-01-02", "ringId": "adopt", "moved": 1}]}, {"id": "main", "n": "Two", "g": "Y"}]'
groupBy: row.g
item: {id: row.id, title: row.n, body: {markdown: row.b}, badges: [row.t, row.g], timeline: row.h, time: '"2026-01-02"'}
"##,
    );
    has(
        &html,
        &[
            "id=\"a-b\"",
            "aria-label=\"Y\"",
            "<em>em</em>",
            ">t1</span>",
            "<strong>adopt</strong>",
            "moved in",
            "<time datetime=\"2026-01-02\">2 Jan 2026</time>",
        ],
    );
    assert!(!html.contains("<script>") && !html.contains("<li class=\"item\" id=\"main\""));
    let log =
        draw("widget: list\nlook: log\nrows: '[\"a\", \"b\"]'\nitem: {title: row, status: '\"error\"'}");
    has(&log, &["<pre class=\"log\" tabindex=\"0\">", "data-status=\"error\"", "<strong>error</strong> a\n"]);
}

#[test]
fn a_timeline_is_grouped_by_day_with_the_newest_first() {
    let html = draw(
        r#"
widget: timeline
rows: '[{"t": "2026-01-01T10:00:00Z", "n": "Old"}, {"t": "2026-01-03T09:30:00Z", "n": "New", "a": "user:default/mira"}, {"t": "?", "n": "Undated"}]'
item: {time: row.t, title: row.n, actor: row.a}
"#,
    );
    let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(place("3 Jan 2026") < place("New") && place("New") < place("1 Jan 2026"));
    assert!(place("Old") < place("Undated"));
    has(
        &html,
        &[
            "datetime=\"2026-01-03T09:30:00Z\">09:30</time>",
            "href=\"../catalog/default/user/mira/\">Mira Moss</a>",
        ],
    );
}

const RADAR: &str = r##"
widget: radar
quadrants: '["Tools", {"id": "l", "name": "Languages"}]'
rings: '["Adopt", "Hold"]'
rows: '[{"n": "Rust", "q": "l", "r": "Adopt", "m": 1}, {"n": "Make", "q": "Tools", "r": "Hold", "m": -1}, {"n": "Lost", "q": "?", "r": "Hold"}]'
item: {label: row.n, quadrant: row.q, ring: row.r, moved: row.m, href: "#{{ row.n }}"}
"##;

#[test]
fn a_radar_is_a_picture_and_lists() {
    let html = draw(RADAR);
    has(
        &html,
        &[
            "<title>2. Rust (moved in)</title>",
            "href=\"#Make\"",
            "<li value=\"1\">",
            "aria-label=\"Languages\"",
            "moved out",
        ],
    );
    assert!(!html.contains("Lost"));
    assert_eq!(html, draw(RADAR), "the same picture every time");
}

#[test]
fn a_frame_is_asked_for_and_its_origin_is_in_the_policy() {
    let view = "title: Load\nwidget: iframe\nsrc: '\"https://charts.example.com/x?a=1\"'\nheight: large";
    let (files, found) = build(&page(view));
    assert_eq!(found, Vec::<String>::new());
    let html = &files["p/index.html"];
    has(
        html,
        &[
            "connect-src 'self'; frame-src https://charts.example.com; base-uri",
            "data-frame=\"https://charts.example.com/x?a=1\"",
            "data-title=\"Load\"",
            "<a class=\"button\" href=\"https://charts.example.com/x?a=1\" rel=\"noopener\">",
        ],
    );
    assert!(!html.contains("<iframe"));
    assert!(!files["index.html"].contains("frame-src"), "other pages keep the narrow policy");
    let (files, found) = build(&page("title: T\nwidget: iframe\nsrc: '\"https://other.example.com/\"'"));
    assert_eq!(
        found,
        ["plugin/frame-not-allowed: the plugin does not declare frames of `https://other.example.com`"]
    );
    assert!(!files["p/index.html"].contains("frame-src") && !files["p/index.html"].contains("data-frame"));
    let found = problems("title: T\nwidget: iframe\nsrc: '\"http://charts.example.com/\"'");
    assert_eq!(
        found,
        ["plugin/frame-not-allowed: `http://charts.example.com/` is not an address that a frame may show"]
    );
}

#[test]
fn a_table_is_sorted_at_build_and_carries_what_the_script_needs() {
    let html = draw(
        r#"
widget: table
rows: '[{"n": "b", "t": "2026-01-01"}, {"n": "c"}, {"n": "a", "t": "2026-02-01"}]'
limit: 2
pageSize: 1
columns: [{title: Name, value: row.n, sort: none}, {title: When, value: row.t, as: time, sort: default-desc}]
"#,
    );
    has(
        &html,
        &[
            "data-page-size=\"1\" data-csv",
            "data-unsorted",
            "aria-sort=\"descending\"",
            "The first 2 of 3",
            "data-sort=\"1769904000\"",
        ],
    );
    assert!(html.find(">a</th>").unwrap() < html.find(">b</th>").unwrap());
    assert!(!html.contains(">c</th>"), "what has no value goes last");
}

#[test]
fn cells_have_many_forms() {
    let html = draw(
        r#"
widget: kv
items:
  - {label: A, value: '3725', as: duration}
  - {label: B, value: '83.333', as: percent}
  - {label: C, value: '"2026-01-02T03:04:05Z"', as: time}
  - {label: D, value: '"2026-01-02T03:04:05Z"', as: date}
  - {label: E, value: '["user:default/mira", "Somebody Else"]', as: person}
  - {label: F, value: '[1, 5, 2]', as: sparkline}
  - {label: G, value: '1234567.5', as: number}
"#,
    );
    has(
        &html,
        &[
            "1 h 2 min",
            "83.33%",
            "<time datetime=\"2026-01-02T03:04:05Z\" data-relative>2 Jan 2026, 03:04 UTC</time>",
            "<time datetime=\"2026-01-02\">2 Jan 2026</time>",
            ">Mira Moss</a>",
            ">SE</span>",
            "From 1 to 2 over 3 points",
            "1,234,567.5",
        ],
    );
}

#[test]
fn badges_people_status_and_code_have_their_extras() {
    let html = draw(
        "widget: badge\nrows: '[[\"High\", 2], [\"Low\", 0]]'\nitem: {label: 'row[0]', count: 'row[1]', tone: 'row[0]'}",
    );
    has(
        &html,
        &["data-tone=\"error\">High<strong class=\"badge-count\">2</strong>", "data-tone=\"neutral\">Low"],
    );
    let html = draw(
        "widget: people\nrows: '[{\"name\": \"Ada\", \"role\": \"Lead\"}]'\ncontacts: [{label: Mail, href: '\"mailto:a@example.com\"'}, {label: Bad, href: '\"javascript:x\"'}]",
    );
    has(&html, &["person-role\">Lead", "href=\"mailto:a@example.com\"", " of Ada"]);
    assert!(!html.contains("javascript"));
    let html = draw(
        "widget: status\nrows: '[1]'\nitem: {label: row, status: '\"ok\"', meta: '\"main\"', time: '\"2026-01-02\"'}",
    );
    has(&html, &["main · <time datetime=\"2026-01-02\">"]);
    let html = draw(
        "widget: code\ntext: '\"a\\n/* b\\nc */\"'\nlanguage: '\"rust\"'\nlineNumbers: true\nfirstLine: 7\nhighlight: '8'\nmarks: '[{\"line\": 9, \"mark\": \"uncovered\"}]'",
    );
    has(
        &html,
        &["data-number=\"9\"", "<span class=\"line\" data-set-off>", "data-tone=\"error\"", "not covered: "],
    );
}

#[test]
fn every_view_has_its_states_and_a_footer() {
    let of = |state: &str| {
        draw(&format!(
            "widget: badge\nrows: '[\"x\"]'\nstate: {state}\nmissing: {{annotation: a.example/b, example: c}}\nempty: {{title: None here}}\nerror: {{title: Broken, body: Ask *us*.}}"
        ))
    };
    has(&of("missing"), &["a.example/b: c"]);
    has(&of("empty"), &["None here"]);
    has(&of("error"), &["data-state=\"error\"", "Broken", "503", "It was last read", "<em>us</em>"]);
    has(
        &of("stale"),
        &["Not up to date", "data-relative", "<span class=\"badge\" data-tone=\"neutral\">x</span>"],
    );
    let html = draw(
        "widget: badge\nrows: '[1]'\nfooter: {text: 'From {{ site.title }}', link: {label: All, to: 'page:catalog'}}",
    );
    has(&html, &["<p class=\"view-foot\">", "From ", "<a href=\"../catalog/\">All</a>"]);
    let found = problems("widget: badge\nrows: '[1]'\nfooter: {link: {label: All, to: 'page:catalgo'}}");
    assert_eq!(
        found,
        ["plugin/unknown-extension: there is no extension `page:catalgo` for the footer to lead to"]
    );
}

#[test]
fn a_footer_leads_to_a_tab_of_the_entity() {
    let (files, found) = build(
        "  - kind: entity-content\n    name: runs\n    path: runs\n    title: Runs\n    filter: {kind: component}\n    view: {widget: badge, rows: '[1]'}\n  - kind: entity-card\n    name: last\n    title: Last\n    view: {widget: badge, rows: '[1]', footer: {link: {label: All runs, to: 'entity-content:test/runs'}}}\n",
    );
    assert_eq!(found, Vec::<String>::new());
    has(
        &files["catalog/default/component/winch/index.html"],
        &["href=\"../../../../catalog/default/component/winch/runs/\">All runs</a>"],
    );
    assert!(!files["catalog/default/user/mira/index.html"].contains("All runs"), "it has no such tab");
}

#[test]
fn mistakes_in_inputs_have_places_and_remedies() {
    let cases = [
        (
            "widget: chart\ntype: lines\nseries: []",
            "plugin/bad-value: `type` cannot be `lines`; did you mean `line`?",
        ),
        ("widget: chart", "plugin/missing-key: `series` is missing"),
        (
            "widget: gauge\nlabel: L\nvalue: '1'\nbands: [a]",
            "plugin/bad-value: `bands` takes a list of numbers",
        ),
        (
            "widget: gauge\nlabel: L\nvalue: '1'\nmin: 9\nmax: 3",
            "plugin/bad-value: `max` must be more than `min`",
        ),
        ("widget: list\nrows: '[1]'\nitem: {}", "plugin/missing-key: `title` is missing"),
        ("widget: iframe\nsrc: '\"https://charts.example.com\"'", "plugin/missing-key: `title` is missing"),
        (
            "widget: score\nrows: '[1]'\nscale: [A]",
            "plugin/bad-value: `scale` takes a mapping of values to grades",
        ),
        (
            "widget: stat\nlabel: L\nvalue: '1'\ngood: up",
            "plugin/bad-value: `good` cannot be `up`; it takes high, low",
        ),
        (
            "widget: badge\nrows: '[1]'\nstate: stales",
            "plugin/bad-value: `state` cannot be `stales`; did you mean `stale`?",
        ),
        (
            "widget: table\nrows: '[1]'\ncolumns: [{title: A, value: row, sort: desc}]",
            "plugin/bad-value: `sort` cannot be `desc`; it takes",
        ),
    ];
    for (view, expected) in cases {
        let found = problems(view);
        assert!(found.iter().any(|it| it.starts_with(expected)), "{view}: {found:?}");
    }
}

#[test]
fn the_gallery_shows_every_widget_in_every_state() {
    let text = std::fs::read_to_string(root().join("plugins/gallery/plugin.yaml")).unwrap();
    let guide = std::fs::read_to_string(root().join("content/guide/widgets.md")).unwrap();
    let source = std::fs::read_to_string(root().join("src/plugins/view/mod.rs")).unwrap();
    let (_, table) = source.split_once("const WIDGETS").unwrap();
    let names: Vec<&str> =
        table.lines().filter_map(|it| it.trim().strip_prefix("(\"")?.split('"').next()).collect();
    assert!(names.len() >= 17, "{names:?}");
    for name in names {
        assert!(guide.contains(&format!("## `{name}`")), "the guide has no `{name}`");
        for state in ["missing", "empty", "error", "stale"] {
            let shown = |line: &str| {
                line.contains(&format!("widget: {name},")) && line.contains(&format!("state: {state}"))
            };
            assert!(text.lines().any(shown), "`{name}` in the state {state}");
        }
    }
}

#[test]
fn the_examples_of_the_guide_work() {
    let guide = std::fs::read_to_string(root().join("content/guide/widgets.md")).unwrap();
    let blocks = guide.split("```yaml\n").skip(1).filter_map(|it| it.split("\n```").next());
    let views: Vec<&str> = blocks.filter_map(|it| it.strip_prefix("view:")).collect();
    assert!(views.len() > 10, "{}", views.len());
    for view in views.into_iter().filter(|it| !it.contains("template:")) {
        let indented = view.replace('\n', "\n    ");
        let card =
            format!("  - kind: entity-card\n    name: example\n    title: An example\n    view:{indented}\n");
        let (files, found) = build(&card);
        assert_eq!(found, Vec::<String>::new(), "{view}");
        has(&files["catalog/default/component/winch/index.html"], &["An example"]);
    }
}

#[test]
fn an_optional_plugin_waits_to_be_named() {
    let reader = LocalReader::new(root(), root()).unwrap();
    assert!(reader.read_text("plugins/gallery/plugin.yaml").unwrap().contains("optional: true"));
    let (files, _) = build(&page("widget: badge\nrows: '[1]'"));
    assert!(!files.contains_key("gallery/index.html"));
}
