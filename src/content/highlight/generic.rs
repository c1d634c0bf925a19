//! The lexer of most programming languages, which differ in a table only.

use super::languages::Language;
use super::spans::{Class, Spans};

/// The longest `${…}`, in bytes.
const VARIABLE_BYTES_MAX: usize = 200;

/// The longest escape of a character, in bytes.
const CHARACTER_BYTES_MAX: usize = 12;

/// What a byte can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Nothing,
    Escape,
    Word,
    Digit,
    /// A comment, a quoted text, a variable or an attribute, in some language.
    Mark,
}

fn kind(byte: u8) -> Kind {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => Kind::Word,
        b'0'..=b'9' => Kind::Digit,
        b'\\' => Kind::Escape,
        b'#' | b'/' | b'-' | b'"' | b'\'' | b'`' | b'$' | b'@' | b';' | b'%' | b'(' | b'{' | b'[' | b'<'
        | b'!' => Kind::Mark,
        _ => Kind::Nothing,
    }
}

/// Colours code of a language.
pub(super) fn lex(language: &Language, text: &str, spans: &mut Spans<'_>) {
    let lexer = Lexer { language, text, bytes: text.as_bytes() };
    let (mut at, mut plain) = (0, 0);
    while let Some(byte) = lexer.bytes.get(at) {
        let (end, class) = match kind(*byte) {
            Kind::Nothing => (at + 1, None),
            // What is escaped begins nothing.
            Kind::Escape if lexer.bytes.get(at + 1).is_some_and(u8::is_ascii) => (at + 2, None),
            Kind::Escape => (at + 1, None),
            Kind::Word => lexer.word(at),
            Kind::Digit => (lexer.number_end(at), Some(Class::Number)),
            Kind::Mark => lexer.mark(at),
        };
        if class.is_some() {
            spans.push(None, lexer.slice(plain, at));
            spans.push(class, lexer.slice(at, end));
            plain = end;
        }
        at = end;
    }
    spans.push(None, lexer.slice(plain, text.len()));
}

struct Lexer<'a> {
    language: &'a Language,
    text: &'a str,
    bytes: &'a [u8],
}

impl<'a> Lexer<'a> {
    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn word(&self, at: usize) -> (usize, Option<Class>) {
        let end = self.word_end(at + 1);
        let word = self.slice(at, end);
        let language = self.language;
        if !language.keys.is_empty() && self.begins_line(at) && self.is_key(end) {
            return (end, Some(Class::Key));
        }
        let class = language.words.class(word).or_else(|| {
            let first_upper = word.as_bytes().first().is_some_and(u8::is_ascii_uppercase);
            match self.bytes.get(end) {
                Some(b'(') => Some(Class::Function),
                Some(b'!') if language.macros && self.bytes.get(end + 1) != Some(&b'=') => {
                    Some(Class::Function)
                }
                _ if language.upper_types && first_upper => Some(Class::Type),
                _ => None,
            }
        });
        (end, class)
    }

    fn word_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let extra = self.language.word_bytes.as_bytes();
        let is_word = |it: &u8| matches!(kind(*it), Kind::Word | Kind::Digit) || extra.contains(it);
        at + rest.iter().position(|it| !is_word(it)).unwrap_or(rest.len())
    }

    fn number_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let mut end = rest.len();
        for (index, byte) in rest.iter().enumerate() {
            let dot = *byte == b'.' && rest.get(index + 1).is_some_and(u8::is_ascii_digit);
            if !byte.is_ascii_alphanumeric() && *byte != b'_' && !dot {
                end = index;
                break;
            }
        }
        at + end
    }

    /// Reads what a mark begins in this language, if it begins anything.
    fn mark(&self, at: usize) -> (usize, Option<Class>) {
        let rest = self.slice(at, self.text.len());
        let language = self.language;
        if language.comments.iter().any(|it| rest.starts_with(it)) && self.may_comment(at) {
            return (self.find(at, "\n"), Some(Class::Comment));
        }
        if let Some((open, close)) = language.block_comment
            && rest.starts_with(open)
        {
            return (self.find(at + open.len(), close), Some(Class::Comment));
        }
        for quote in language.quotes.split(' ').filter(|it| !it.is_empty() && rest.starts_with(it)) {
            if let Some(end) = self.quoted(at, quote) {
                return (end, Some(Class::String));
            }
        }
        match self.bytes.get(at) {
            Some(b'$') if language.variables => self.variable(at),
            Some(b'@') if language.attributes => match self.word_end(at + 1) {
                end if end > at + 1 => (end, Some(Class::Attribute)),
                end => (end, None),
            },
            Some(b'#') if rest.starts_with("#[") && language.macros => {
                (self.find(at, "]"), Some(Class::Attribute))
            }
            Some(b'[') if language.sections && self.begins_line(at) => {
                (self.line_end(at), Some(Class::Heading))
            }
            _ => (at + 1, None),
        }
    }

    /// In shells, `#` only begins a comment after white space.
    fn may_comment(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|it| self.bytes.get(it));
        !self.language.spaced_comments || before.is_none_or(u8::is_ascii_whitespace)
    }

    fn variable(&self, at: usize) -> (usize, Option<Class>) {
        let end = match self.bytes.get(at + 1) {
            Some(b'{') => {
                let mut name =
                    self.bytes.iter().skip(at).take(VARIABLE_BYTES_MAX).take_while(|it| **it != b'\n');
                match name.position(|it| *it == b'}') {
                    Some(length) => at + length + 1,
                    None => return (at + 1, None),
                }
            }
            _ => self.word_end(at + 1),
        };
        (end, (end > at + 1).then_some(Class::Variable))
    }

    /// Returns the end of a quoted text. Where one may not span lines but does, the quote is only a mark.
    fn quoted(&self, at: usize, quote: &str) -> Option<usize> {
        if quote == "'" && self.language.macros {
            return self.character(at);
        }
        let lines = quote.len() > 1 || quote == "`" || self.language.long_texts;
        let escapes = !(quote == "`" && self.language.raw_backticks);
        let mut next = at + quote.len();
        loop {
            let byte = *self.bytes.get(next)?;
            if byte == b'\\' && escapes {
                next += 2;
            } else if byte == b'\n' && !lines {
                return None;
            } else if self.bytes.get(next..).is_some_and(|it| it.starts_with(quote.as_bytes())) {
                next += quote.len();
                break;
            } else {
                next += 1;
            }
        }
        self.text.is_char_boundary(next).then_some(next)
    }

    /// Returns the end of a character of Rust: one character or one escape between quotes. `'a` alone is a lifetime.
    fn character(&self, at: usize) -> Option<usize> {
        let inside = self.slice(at + 1, self.text.len());
        let length = match inside.strip_prefix('\\') {
            Some(escape) => escape.bytes().take(CHARACTER_BYTES_MAX).skip(1).position(|it| it == b'\'')? + 2,
            None => inside.chars().next()?.len_utf8(),
        };
        inside.get(length..)?.starts_with('\'').then_some(at + length + 2)
    }

    fn begins_line(&self, at: usize) -> bool {
        let before = self.bytes.get(..at).unwrap_or_default();
        before.iter().rev().find(|it| !matches!(it, b' ' | b'\t')).is_none_or(|it| *it == b'\n')
    }

    fn is_key(&self, end: usize) -> bool {
        let rest = self.bytes.get(end..).unwrap_or_default();
        let mut rest = rest.iter().skip_while(|it| matches!(it, b' ' | b'\t'));
        let separator = rest.next().is_some_and(|it| self.language.keys.as_bytes().contains(it));
        separator && rest.next() != Some(&b'=')
    }

    fn line_end(&self, at: usize) -> usize {
        self.slice(at, self.text.len()).find('\n').map_or(self.text.len(), |it| at + it)
    }

    /// Returns the byte after the next `end`.
    fn find(&self, at: usize, end: &str) -> usize {
        let found = self.text.get(at..).and_then(|it| it.find(end));
        found.map_or(self.text.len(), |it| at + it + end.len())
    }
}
