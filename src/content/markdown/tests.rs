//! Tests of rendering: shapes, and that nothing an author writes can run.

use super::page::render_source;
use super::render_text;
use crate::content::file_tree::FileTree;
use crate::content::link::LinkBase;
use crate::content::source_text::SourceText;
use crate::content::{Highlighter, Rendered, sanitize};

fn render(text: &str) -> Rendered {
    let tree = FileTree::new("", None);
    let base = LinkBase { tree: &tree, file: "a.md", page: "a", address: "a" };
    let source = SourceText::new("a.md", text.to_owned());
    render_source(&source, base, &Highlighter::new()).0
}

fn body(text: &str) -> String {
    render(text).html.as_str().trim_end().to_owned()
}

#[test]
fn draws_what_the_stylesheet_expects() {
    let anchor =
        |id: &str| format!("<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\"></a>");
    for (text, wanted) in [
        ("## A *b*\n## A b", format!("<h2 id=\"a-b\">A <em>b</em>{}</h2>\n<h2 id=\"a-b_1\">A b{}</h2>", anchor("a-b"), anchor("a-b_1"))),
        ("x\n# One {#two}", format!("<p>x</p>\n<h2 id=\"two\">One{}</h2>", anchor("two"))),
        ("# One\nx", "<p>x</p>".to_owned()),
        ("<!-- c -->\n# One\nx", "<p>x</p>".to_owned()),
        ("|a|b|\n|-|-:|\n|1|2|", "<div class=\"table-wrap\"><table><thead><tr><th scope=\"col\">a</th><th scope=\"col\" data-align=\"right\">b</th></tr></thead><tbody>\n<tr><td>1</td><td data-align=\"right\">2</td></tr>\n</tbody></table></div>".to_owned()),
        ("- [x] a", "<ul>\n<li><input type=\"checkbox\" disabled checked aria-label=\"Done\"> a</li>\n</ul>".to_owned()),
        ("> [!CAUTION]\n> x", "<div class=\"admonition\" data-kind=\"danger\"><p class=\"admonition-title\">Caution</p>\n<p>x</p>\n</div>".to_owned()),
        ("??? hint \"A <b>\"\n    x", "<details class=\"admonition\" data-kind=\"tip\"><summary class=\"admonition-title\">A &lt;b&gt;</summary>\n<p>x</p>\n</details>".to_owned()),
        ("!!! note \"\"\n    [r]\n\n[r]: https://a.b", "<div class=\"admonition\" data-kind=\"note\"><p><a href=\"https://a.b\" rel=\"noopener\">r</a></p>\n</div>".to_owned()),
        ("=== \"A\"\n    a\n=== \"B\"\n    b", "<div class=\"tabbed\"><div class=\"tabbed-part\"><p class=\"tabbed-title\">A</p>\n<p>a</p>\n</div>\n<div class=\"tabbed-part\"><p class=\"tabbed-title\">B</p>\n<p>b</p>\n</div>\n</div>".to_owned()),
        ("```json title=\"x\"\n[1]\n```", "<div class=\"code\"><pre tabindex=\"0\"><code class=\"language-json\">[<span class=\"hl-number\">1</span>]\n</code></pre></div>".to_owned()),
        ("[x](https://a.b){ .button } y\n{: .z }", "<p><a href=\"https://a.b\" rel=\"noopener\">x</a> y</p>".to_owned()),
        ("a[^1]\n\n[^1]: b", "<p>a<sup class=\"footnote-reference\"><a href=\"#fn-1\">1</a></sup></p>\n<div class=\"footnote-definition\" id=\"fn-1\"><sup class=\"footnote-definition-label\">1</sup><p>b</p>\n</div>".to_owned()),
        ("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>".to_owned()),
    ] {
        assert_eq!(body(text), wanted, "{text}");
    }
}

#[test]
fn keeps_its_own_shapes_when_html_is_cleaned() {
    let text = "# T\n\n<kbd>x</kbd>\n\n## H\n\n- [x] a\n\n!!! tip\n    y\n\n|a|\n|-|\n|1|\n\n```yaml\na: 1\n```\n\n\
                <h1>Raw</h1>\n\n![i](https://a.b/c.png) [m](mailto:a@b)[^1]\n\n[^1]: n\n";
    let rendered = render(text);
    let html = rendered.html.as_str();
    for wanted in [
        "<kbd>x</kbd>",
        "<h2 id=\"h\">H<a class=\"anchor\" href=\"#h\" aria-label=\"Link to this section\"></a></h2>",
        "checked=\"\"",
        "type=\"checkbox\"",
        "<div class=\"admonition\" data-kind=\"tip\"><p class=\"admonition-title\">Tip</p>",
        "<div class=\"table-wrap\"><table>",
        "<div class=\"code\"><pre tabindex=\"0\"><code class=\"language-yaml\"><span class=\"hl-key\">a</span>",
        "<h2>Raw</h2>",
        "<img loading=\"lazy\" src=\"https://a.b/c.png\" alt=\"i\">",
        "<a href=\"mailto:a@b\" rel=\"noopener\">m</a>",
        "<a href=\"#fn-1\">1</a>",
        "id=\"fn-1\"",
    ] {
        assert!(html.contains(wanted), "{wanted}\n{html}");
    }
    assert_eq!(html.matches("table-wrap").count(), 1);
    assert_eq!(rendered.title.as_deref(), Some("T"));
}

#[test]
fn renders_short_texts() {
    for (text, wanted) in [
        ("", ""),
        ("A plain sentence.", "<p>A plain sentence.</p>\n"),
        ("a *b* <b>c</b>", "<p>a <em>b</em> <b>c</b></p>\n"),
        ("[x](../y.md) [z](https://a.b)", "<p>x <a href=\"https://a.b\" rel=\"noopener\">z</a></p>\n"),
        ("see https://a.b.", "<p>see <a href=\"https://a.b\" rel=\"noopener\">https://a.b</a>.</p>\n"),
        ("[x](#y) [z](#) [w](?a#b)", "<p><a href=\"#y\">x</a> z w</p>\n"),
        ("# H", "<h2>H</h2>\n"),
        ("a & b's \"c\"", "<p>a &amp; b's &quot;c&quot;</p>\n"),
        ("1. a", "<ol>\n<li>a</li>\n</ol>\n"),
    ] {
        assert_eq!(render_text(text).as_str(), wanted);
    }
}

/// Fails where HTML, read as a browser reads it, could run anything.
fn assert_harmless(html: &str, input: &str) {
    let fail = |what: &str| panic!("{what}\nINPUT {input:?}\nHTML {html}");
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at..];
        let mut quoted = false;
        let end = tag.char_indices().find(|(_, it)| {
            quoted ^= *it == '"';
            *it == '>' && !quoted
        });
        let Some((end, _)) = end else { return fail("a tag never ends") };
        let tag = tag[..end].to_lowercase();
        let name = tag[1..].trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        let refused =
            ["script", "style", "svg", "math", "iframe", "object", "embed", "form", "base", "link", "meta"];
        if refused.contains(&name) || !name.bytes().all(|it| it.is_ascii_alphanumeric()) {
            return fail("a tag");
        }
        for (index, part) in tag.split('"').enumerate() {
            let attribute = part.trim().trim_end_matches('=');
            if index % 2 == 0
                && (attribute.split_whitespace().any(|it| it.starts_with("on") || it.starts_with("style")))
            {
                return fail("an attribute");
            }
            let decoded = part.replace("&amp;", "&").replace("%3a", ":");
            let scheme = decoded.trim_start_matches(|it: char| it.is_whitespace() || it.is_control());
            let is_address =
                index % 2 == 1 && ["href=", "src="].iter().any(|it| before(&tag, index).ends_with(it));
            if is_address
                && ["javascript", "vbscript", "data", "file"]
                    .iter()
                    .any(|it| scheme.starts_with(&format!("{it}:")))
            {
                return fail("an address");
            }
        }
        rest = &rest[at + end..];
    }
}

fn before(tag: &str, index: usize) -> &str {
    tag.split('"').nth(index - 1).unwrap_or_default()
}

fn check_harmless(input: &str) {
    for html in [render(input).html, render_text(input), sanitize(input, "./")] {
        assert_harmless(html.as_str(), input);
    }
}

const PAYLOADS: [&str; 40] = [
    "<script>alert(1)</script>",
    "<<script></script>img src=x onerror=alert(1)>",
    "<scr<script>ipt>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](\u{1}javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](javascript:alert(1))",
    "[x]\n\n[x]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<vbscript:alert(1)>",
    "<a href=\" java\tscript:alert(1)\">x</a>",
    "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
    "<a href=\"&#106;&#97;vascript:alert(1)\">x</a>",
    "<a href=\"javascript&colon;alert(1)\">x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<details open ontoggle=alert(1)>x</details>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"x\" style=\"background:url(javascript:alert(1))\">",
    "<img src=\"x` `<script>alert(1)</script>\"` `>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<table><tr><td><math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<input type=image src=x onerror=alert(1)><base href=//evil><meta http-equiv=refresh content=0>",
    "<style>*{background:url(x)}</style><link rel=stylesheet href=x><object data=x><embed src=x>",
    "<a data-own href=\"javascript:alert(1)\">x</a><a data-own href=\"//evil\">x</a>",
    "!!! note \"<script>alert(1)</script>\"\n    <img src=x onerror=alert(1)>",
    "=== \"<img src=x onerror=alert(1)>\"\n    x",
    "```\"><script>alert(1)</script>\nx\n```",
    "# <script>alert(1)</script>\n## x {#\"onclick=alert(1)}\n## y {onclick=alert(1) style=x}",
    "![\"><script>alert(1)</script>](https://a.b \"\\\"><script>alert(1)</script>\")",
    "[^\"><script>]\n\n[^\"><script>]: x\n\n| <script>alert(1)</script> |\n|-|\n",
];

#[test]
fn nothing_of_an_author_runs() {
    for payload in PAYLOADS {
        check_harmless(payload);
        check_harmless(&format!("- a\n\n    !!! note\n        {payload}\n\n> {payload}\n\n`{payload}`\n"));
    }
}

#[test]
fn refuses_schemes_and_backslashes() {
    for link in ["javascript:x", "data:x", "file:///x", "/\\evil.example", "\\\\evil.example"] {
        let html = body(&format!("[x]({link})"));
        assert!(!html.contains("href"), "{html}");
        let html = body(&format!("<a href=\"{link}\">x</a>"));
        assert!(!html.contains("href"), "{html}");
    }
}

const TOKENS: &[&str] = &[
    "<",
    ">",
    "\"",
    "'",
    "&",
    "#",
    "*",
    "_",
    "`",
    "```",
    "[",
    "]",
    "(",
    ")",
    "!",
    "|",
    "-",
    "\n",
    "\n\n",
    "    ",
    "!!! note",
    "??? tip",
    "=== \"A\"",
    "{: .x}",
    "--8<--",
    "<script>",
    "</script>",
    "<img src=x onerror=a>",
    "<a ",
    "href=",
    "javascript:",
    "<!--",
    "-->",
    "<svg",
    "<math>",
    "<table>",
    "<td>",
    "</p>",
    "<details ontoggle=x>",
    "[^1]",
    "[^1]: ",
    ":",
    "\u{E000}0\u{E000}",
    "é",
    "\u{0}",
    "\r\n",
    "&lt;",
    "&#x6a;",
    "style=",
    "data:",
    "://",
    "http",
    "https://a.b",
    "x",
    "1. ",
    "> ",
    "> [!NOTE]\n",
    "~~~yaml\n",
    "a: ",
    "<h1>",
    "<input>",
    "\t",
];

#[test]
fn random_text_does_no_harm() {
    // A small generator with a fixed seed, so that a failure is seen again.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for round in 0..4_000 {
        let length = next(30) + 1;
        let text: String = if round % 4 == 0 {
            let bytes: Vec<u8> = (0..length * 4).map(|_| next(256) as u8).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        } else {
            (0..length).map(|_| TOKENS[next(TOKENS.len())]).collect()
        };
        check_harmless(&text);
    }
}

#[test]
fn deep_nesting_ends() {
    for (open, count) in
        [("> ", 20_000), ("- ", 5_000), ("[", 20_000), ("![", 20_000), ("*", 20_000), ("<div>", 5_000)]
    {
        let _ = render(&open.repeat(count));
    }
    check_harmless(&"<ul><li><b id=x>".repeat(6_000));
    check_harmless(&format!("{}<b>x</b>", "> ".repeat(20_000)));
    let nested: String = (0..60).map(|depth| format!("{}!!! note\n", "    ".repeat(depth))).collect();
    assert!(body(&nested).matches("admonition\"").count() <= 10);
}
