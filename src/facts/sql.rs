//! A query to a database, which only reads.

use super::failures::Failed;
use super::question::{Question, Reply};
use crate::plugins::source::SqlFetch;

/// Asks the database.
pub(super) fn query(question: &mut Question<'_>, fetch: &SqlFetch) -> Result<Reply, Failed> {
    let _ = (question, fetch);
    Err(Failed::Because("this build of Callboard reads no databases".to_owned()))
}
