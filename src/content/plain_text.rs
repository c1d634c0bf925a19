//! Markdown to the text in it, for titles, descriptions and search.

use pulldown_cmark::{Event, Options, Parser, TagEnd};

/// Returns the text of a Markdown text, without marks and HTML, in one line.
pub fn plain_text(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => {
                out.push(' ')
            }
            _ => {}
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn keeps_the_words() {
        assert_eq!(
            plain_text("Sells **tickets** for [ferries](x.md),\n`quickly`. <b>Now</b>"),
            "Sells tickets for ferries, quickly. Now"
        );
    }
}
