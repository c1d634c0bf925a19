//! Code to HTML with a span for each token that has a colour.
//!
//! Small lexers of our own serve the common languages, at the price of some finesse: `syntect` is a hundred times
//! slower, and with it colouring code would take longer than all the rest of a build. It serves the other languages.

mod data;
mod diff;
mod generic;
mod json;
mod languages;
mod language_table;
mod markup;
mod prose;
mod rare;
mod spans;
mod yaml;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::model::SafeHtml;
use spans::Spans;

/// The longest code that is coloured, in bytes.
const CODE_BYTES_MAX: usize = 512 * 1024;

/// The most that the cache holds, in bytes of HTML.
const CACHE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Colours code. One serves all threads.
#[derive(Debug, Default)]
pub struct Highlighter {
    /// Results of the slow languages by digest of language and text; the others are faster than a digest.
    cache: Mutex<Cache>,
}

#[derive(Debug, Default)]
struct Cache {
    results: HashMap<blake3::Hash, Arc<str>>,
    bytes: usize,
}

impl Highlighter {
    /// Returns a highlighter with an empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns what stands inside `<code>`. Text in an unknown language, or too much of it, is only escaped.
    pub fn highlight(&self, language: &str, text: &str) -> SafeHtml {
        let mut out = String::with_capacity(text.len() + text.len() / 2);
        self.push(&mut out, &language.to_ascii_lowercase(), text);
        SafeHtml::trusted(out)
    }

    /// Appends what stands inside `<code>`; `language` is in lower case.
    pub(super) fn push(&self, out: &mut String, language: &str, text: &str) {
        if text.len() > CODE_BYTES_MAX {
            return super::html_text::push_text(out, text);
        }
        let mut spans = Spans::new(out);
        match language {
            "" | "text" | "txt" | "plain" | "plaintext" | "none" => spans.push(None, text),
            "yaml" | "yml" => yaml::lex(text, &mut spans),
            "json" | "jsonc" | "json5" | "jsonl" | "ndjson" | "geojson" => json::lex(text, &mut spans),
            "xml" | "html" | "htm" | "svg" | "xhtml" | "xsd" | "wsdl" | "vue" | "svelte" | "jinja"
            | "jinja2" | "nunjucks" | "handlebars" | "hbs" | "twig" => {
                markup::lex(text, &mut spans);
            }
            "markdown" | "md" | "mdx" => prose::lex(text, &mut spans),
            "diff" | "patch" => diff::lex(text, &mut spans),
            other => match languages::find(other) {
                Some(language) => generic::lex(language, text, &mut spans),
                None => return self.push_rare(out, language, text),
            },
        }
        spans.finish();
    }

    fn push_rare(&self, out: &mut String, language: &str, text: &str) {
        let Some(syntax) = rare::syntax(language).filter(|_| text.len() <= rare::CODE_BYTES_MAX) else {
            return super::html_text::push_text(out, text);
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(language.as_bytes()).update(&[0]).update(text.as_bytes());
        let key = hasher.finalize();
        let known = self.cache.lock().ok().and_then(|it| it.results.get(&key).cloned());
        if let Some(known) = known {
            return out.push_str(&known);
        }
        let mut html = String::with_capacity(text.len() * 2);
        let mut spans = Spans::new(&mut html);
        rare::lex(syntax, text, &mut spans);
        spans.finish();
        out.push_str(&html);
        if let Ok(mut cache) = self.cache.lock()
            && cache.bytes + html.len() <= CACHE_BYTES_MAX
        {
            cache.bytes += html.len();
            cache.results.insert(key, html.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Highlighter;

    /// Returns the HTML with `<span class="hl-x">…</span>` drawn as `x(…)`.
    fn draw(language: &str, text: &str) -> String {
        let html = Highlighter::new().highlight(language, text).as_str().to_owned();
        let drawn = html.replace("<span class=\"hl-", "").replace("</span>", ")").replace("\">", "(");
        assert!(!drawn.contains('<'), "{drawn}");
        drawn
    }

    #[test]
    fn colours_yaml() {
        for (text, wanted) in [
            ("a: 1 # x", "key(a): number(1 )comment(# x)"),
            ("- b: 'it''s' \n", "- key(b): string('it''s' \n)"),
            ("\"k\": \"v \\\" \"", "key(&quot;k&quot;): string(&quot;v \\&quot; &quot;)"),
            (
                "a: |\n  # no\n\n  x: y\nb: true",
                "key(a): |\nstring(  # no\n\n  x: y\n)key(b): constant(true)",
            ),
            ("- a: >-\n    x\n  b: y", "- key(a): &gt;-\nstring(    x\n  )key(b): y"),
            ("x: {a: 1, b: [c, null]}", "key(x): {key(a): number(1), key(b): [c, constant(null)]}"),
            ("a: http://x/#y", "key(a): http://x/#y"),
            ("m: &x !t\nn: *x", "key(m): variable(&amp;x )type(!t\n)key(n): variable(*x)"),
            ("a: \"one\n  two\"\nb: 2", "key(a): string(&quot;one\n  two&quot;\n)key(b): number(2)"),
            ("---\n# c\n", "---\ncomment(# c\n)"),
            ("a:\n", "key(a):\n"),
            ("v: 1.2.3", "key(v): 1.2.3"),
        ] {
            assert_eq!(draw("yaml", text), wanted, "{text}");
        }
    }

    #[test]
    fn colours_json() {
        let text = "{\"a\" : [\"b\\\"\", -1.5e3, true, x]} // c\n/* d";
        let wanted = "{key(&quot;a&quot;) : [string(&quot;b\\&quot;&quot;), number(-1.5e3), constant(true), x]} \
                      comment(// c\n/* d)";
        assert_eq!(draw("json", text), wanted);
    }

    #[test]
    fn colours_common_languages() {
        for (language, text, wanted) in [
            (
                "rust",
                "fn a() -> u8 { 1 } // é",
                "keyword(fn )function(a)() -&gt; type(u8) { number(1) } comment(// é)",
            ),
            ("rust", "let s: &'a str = 'x';", "keyword(let) s: &amp;'a type(str) = string('x');"),
            (
                "python",
                "@x\ndef f(): return \"\"\"a\nb\"\"\"",
                "attribute(@x\n)keyword(def )function(f)(): keyword(return )string(&quot;&quot;&quot;a\nb&quot;&quot;&quot;)",
            ),
            (
                "bash",
                "echo \"$A\" $B # c\na#b",
                "function(echo )string(&quot;$A&quot; )variable($B )comment(# c\n)a#b",
            ),
            ("toml", "[a.b]\nc-d = true", "heading([a.b]\n)key(c-d) = constant(true)"),
            (
                "sql",
                "select Count(*) FROM t -- x",
                "keyword(select )function(Count)(*) keyword(FROM) t comment(-- x)",
            ),
            ("dockerfile", "FROM a\nRUN b", "keyword(FROM) a\nkeyword(RUN) b"),
            ("js", "const a = `x\n${y}`", "keyword(const) a = string(`x\n${y}`)"),
            (
                "xml",
                "<!-- c --><a b=\"1\">x &amp;</a>",
                "comment(&lt;!-- c --&gt;)tag(&lt;a )attribute(b)=string(&quot;1&quot;)tag(&gt;)x constant(&amp;amp;)tag(&lt;/a&gt;)",
            ),
            ("markdown", "# A\n- b `c`\n", "heading(# A\n)keyword(-) b string(`c`\n)"),
            (
                "css",
                "a {\n  color: \"x\"; /* c */\n}",
                "a {\n  key(color): string(&quot;x&quot;); comment(/* c */)\n}",
            ),
            ("diff", "--- a\n+b\n-c\n d", "heading(--- a\n)inserted(+b\n)deleted(-c\n) d"),
        ] {
            assert_eq!(draw(language, text), wanted, "{language}");
        }
    }

    #[test]
    fn escapes_what_it_does_not_know() {
        assert_eq!(draw("nonsense", "a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
        let rare = draw("haskell", "main = putStrLn \"x\" -- c");
        assert!(rare.contains("comment("), "{rare}");
        let big = "<".repeat(super::CODE_BYTES_MAX + 1);
        assert_eq!(Highlighter::new().highlight("json", &big).as_str().len(), big.len() * 4);
    }

    #[test]
    fn loses_no_character() {
        let text = "a'\"`{<!--#/*$é\u{1F600}\\\n- : |\n\t[=== ]];\"\"\" '''\r\n@x ${ 0x1F 1e 'b";
        let languages = "yaml json xml diff rust python bash toml sql dockerfile js go java ini hcl css markdown perl lua powershell haskell";
        for language in languages.split(' ') {
            for start in text.char_indices().map(|(at, _)| at) {
                let part = &text[start..];
                let html = Highlighter::new().highlight(language, part).as_str().to_owned();
                let mut plain = html.replace("</span>", "");
                while let Some(at) = plain.find("<span") {
                    let end = plain[at..].find('>').unwrap() + at + 1;
                    plain.replace_range(at..end, "");
                }
                assert_eq!(plain, {
                    let mut escaped = String::new();
                    crate::content::html_text::push_text(&mut escaped, part);
                    escaped
                });
            }
        }
    }
}
