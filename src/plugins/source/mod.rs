//! `Source`: where a plugin's data comes from, how it is asked for, and what is made of it.

mod endpoint;
mod fetch;
mod key;
mod pagination;
mod policy;
mod reading;
mod call_reading;
mod shape;

use std::collections::BTreeSet;

pub use endpoint::{Auth, Body, Call, Endpoint, QueryValue};
pub use fetch::{Fetch, FileFetch, FileFormat, GitAsk, GitFetch, Origin, SqlFetch, TreeFetch};
pub use key::{Batch, Distribute, KeyScope, Select};
pub use pagination::{Pagination, PaginationStyle};
pub use policy::{Failure, OnStatus, Policy};
pub(super) use reading::read;
pub use shape::{Index, Shape, Sort};

use super::expression::CodeId;
use crate::diagnostics::Span;
use crate::model::Filter;

/// One source of data.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name; views know its data as `data.NAME`.
    pub name: String,
    /// The entities it is asked for; all whose params resolve, if there is none.
    pub filter: Option<Filter>,
    /// How often it is asked.
    pub scope: KeyScope,
    /// The parts of a key, each a text; entities with equal keys share what is fetched.
    pub key: Vec<CodeId>,
    /// Several questions in one request.
    pub batch: Option<Batch>,
    /// How the answer to several keys, or to all, is parted.
    pub distribute: Option<Distribute>,
    /// Which of several instances answers.
    pub select: Option<Select>,
    /// Where from, and how it is asked.
    pub fetch: Fetch,
    /// What is made of an answer.
    pub shape: Shape,
    /// The index, in the plugin's schemas, of what the data must be.
    pub schema: Option<usize>,
    /// How long an answer holds, and what a failure means.
    pub policy: Policy,
    /// The fields of which one point a build is kept, and how many points.
    pub history: Option<(Vec<String>, usize)>,
    /// Values for columns, filters and other plugins: a name, and an expression over the fields of the data.
    pub facts: Vec<(String, CodeId)>,
    /// Rows for the search of the site.
    pub index: Option<Index>,
    /// The params that must resolve.
    pub params: BTreeSet<String>,
    /// Where it is declared.
    pub span: Span,
}

impl Source {
    /// Returns whether every entity and every page sees the same data.
    pub fn is_shared(&self) -> bool {
        self.scope == KeyScope::Once && self.distribute.is_none()
    }
}
