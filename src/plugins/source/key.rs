//! Which entities share one answer: scope, key, batch and distribution.

use crate::plugins::expression::CodeId;

/// How often a source is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyScope {
    /// Once a build; every entity and every page sees the same.
    Once,
    /// Once for each key, however many entities have it.
    PerKey,
    /// Once for each entity.
    PerEntity,
}

/// Several keys in one request.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The most keys of one request.
    pub size: usize,
    /// An expression: keys with equal values may share a request; all may, if there is none.
    pub group: Option<CodeId>,
}

/// How an answer is parted among keys.
#[derive(Clone, Debug)]
pub struct Distribute {
    /// An expression over `body`: the rows.
    pub rows: CodeId,
    /// An expression over `row`: the last part of the key that the row belongs to.
    pub by: CodeId,
}

/// Which of several instances answers.
#[derive(Clone, Debug)]
pub struct Select {
    /// An expression: the instances.
    pub from: CodeId,
    /// What must be equal: a field of the instance, and a text.
    pub fields: Vec<(String, CodeId)>,
    /// The name of the variable that holds the instance.
    pub name: String,
}
