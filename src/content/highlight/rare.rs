//! The languages that have no lexer of their own, by way of `syntect`: scopes to classes.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::spans::{Class, Spans};

/// The longest code, in bytes: a second of work is too much for colours.
pub(super) const CODE_BYTES_MAX: usize = 48 * 1024;

/// The longest line, in bytes; in a longer one the expressions of a syntax may take very long.
const LINE_BYTES_MAX: usize = 2_000;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// The scopes that have a class, the more special first.
const SCOPES: [(&str, Option<Class>); 25] = [
    ("comment", Some(Class::Comment)),
    ("constant.numeric", Some(Class::Number)),
    ("constant.character.escape", Some(Class::String)),
    ("punctuation.definition.string", Some(Class::String)),
    ("punctuation.definition.comment", Some(Class::Comment)),
    ("punctuation.definition.heading", Some(Class::Heading)),
    ("support.type.property-name", Some(Class::Key)),
    ("string", Some(Class::String)),
    ("constant", Some(Class::Constant)),
    ("keyword.operator", None),
    ("keyword", Some(Class::Keyword)),
    ("storage.type.function", Some(Class::Keyword)),
    ("storage", Some(Class::Keyword)),
    ("entity.name.function", Some(Class::Function)),
    ("support.function", Some(Class::Function)),
    ("entity.name.tag", Some(Class::Tag)),
    ("entity.other.attribute-name", Some(Class::Attribute)),
    ("entity.name.section", Some(Class::Heading)),
    ("entity.name", Some(Class::Type)),
    ("support.type", Some(Class::Type)),
    ("support.class", Some(Class::Type)),
    ("markup.heading", Some(Class::Heading)),
    ("markup.inserted", Some(Class::Inserted)),
    ("markup.deleted", Some(Class::Deleted)),
    ("invalid", Some(Class::Invalid)),
];

static CLASSES: LazyLock<Vec<(Scope, Option<Class>)>> = LazyLock::new(|| {
    SCOPES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect()
});

/// Returns the syntax of a language.
pub(super) fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let name = match language {
        "viml" | "vimscript" => "vim",
        "hs" => "haskell",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(name)
}

/// Colours code; from the first line that the syntax cannot cope with, it is only escaped.
pub(super) fn lex(syntax: &SyntaxReference, text: &str, spans: &mut Spans<'_>) {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut failed = false;
    for line in text.split_inclusive('\n') {
        failed |= line.len() > LINE_BYTES_MAX;
        let parsed = if failed { None } else { state.parse_line(line, &SYNTAXES).ok() };
        let Some(operations) = parsed else {
            failed = true;
            spans.push(None, line);
            continue;
        };
        let mut start = 0;
        for (at, operation) in operations {
            spans.push(class(&stack), line.get(start..at).unwrap_or_default());
            start = at.max(start);
            // An operation that does not fit the stack would be a fault of the syntax; its colours are then wrong.
            failed |= stack.apply(&operation).is_err();
        }
        spans.push(class(&stack), line.get(start..).unwrap_or_default());
    }
}

fn class(stack: &ScopeStack) -> Option<Class> {
    let of_scope =
        |scope: &Scope| CLASSES.iter().find(|(known, _)| known.is_prefix_of(*scope)).map(|(_, class)| *class);
    stack.as_slice().iter().rev().find_map(of_scope).flatten()
}
