//! `Language`: how one of the common languages differs from the others, for the lexer that they share.

use std::sync::LazyLock;

use super::spans::Class;

/// The words of a language that have a class, sorted.
#[derive(Debug, Default)]
pub(super) struct Words {
    sorted: Vec<(&'static str, Class)>,
    /// Whether `SELECT` is `select`; the words are then in lower case.
    pub(super) ignore_case: bool,
    length_max: usize,
}

impl Words {
    /// Returns the words of four lists, in each of which white space stands between words.
    pub(super) fn new(
        keywords: &'static str,
        types: &'static str,
        constants: &'static str,
        functions: &'static str,
    ) -> Self {
        let mut sorted = Vec::new();
        let lists = [
            (keywords, Class::Keyword),
            (types, Class::Type),
            (constants, Class::Constant),
            (functions, Class::Function),
        ];
        for (list, class) in lists {
            sorted.extend(list.split_ascii_whitespace().map(|it| (it, class)));
        }
        sorted.sort_by_key(|(word, _)| *word);
        let length_max = sorted.iter().map(|(word, _)| word.len()).max().unwrap_or_default();
        Self { sorted, ignore_case: false, length_max }
    }

    /// Returns the class of a word.
    pub(super) fn class(&self, word: &str) -> Option<Class> {
        if word.len() > self.length_max {
            return None;
        }
        let lower;
        let word = if self.ignore_case && word.bytes().any(|it| it.is_ascii_uppercase()) {
            lower = word.to_ascii_lowercase();
            lower.as_str()
        } else {
            word
        };
        let index = self.sorted.binary_search_by(|(known, _)| (*known).cmp(word)).ok()?;
        self.sorted.get(index).map(|(_, class)| *class)
    }
}

/// How a language differs from the others.
#[derive(Debug, Default)]
pub(super) struct Language {
    /// The names of the language and of others that look like it, with spaces between them.
    pub(super) names: &'static str,
    pub(super) words: Words,
    /// What begins a comment that ends with the line.
    pub(super) comments: &'static [&'static str],
    /// Whether white space must stand before such a comment.
    pub(super) spaced_comments: bool,
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// The quotes, longest first, with spaces between them.
    pub(super) quotes: &'static str,
    /// Whether a text in simple quotes may span lines.
    pub(super) long_texts: bool,
    /// Whether a backslash means nothing inside backticks.
    pub(super) raw_backticks: bool,
    /// Whether `$name` is a variable.
    pub(super) variables: bool,
    /// Whether `@name` is an attribute.
    pub(super) attributes: bool,
    /// Whether `name!` is a macro, `#[…]` an attribute and `'a` a lifetime.
    pub(super) macros: bool,
    /// Whether a name that begins with a capital is a type.
    pub(super) upper_types: bool,
    /// What follows a key at the start of a line.
    pub(super) keys: &'static str,
    /// Whether `[…]` at the start of a line is a heading.
    pub(super) sections: bool,
    /// What else than letters, digits and `_` a word may hold.
    pub(super) word_bytes: &'static str,
}

/// Returns the language of a name.
pub(super) fn find(name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|it| it.names.split(' ').any(|it| it == name))
}

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(super::language_table::all);
