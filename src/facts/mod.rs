//! Plugins and catalog to [`Facts`]: what each source is asked, once a key, and what is made of the answers.
//!
//! ```text
//! entities ─► params ─► keys, each once ─► plan, bounded ─► questions in parallel ─► answers
//!                                                    rows, map, reduce ─► schema ─► data, facts, index, history
//! ```

mod entity_value;
mod params;
mod plan;
mod outside;
mod grant;
mod address;
mod call;
mod question;
mod file;
mod git;
mod sql;
mod shape;
mod answer;
mod failures;
mod allowance;
mod history;
mod landing;
mod gather;
mod replay;
mod recorder;
mod problems;

pub use answer::{Answer, Facts, SearchRow, State};
pub use gather::gather;
pub use outside::{AskDatabase, Asker, Outside, Proxy};
pub use params::of_entity;
pub use plan::{PlannedSource, plan};
pub use recorder::Recorder;
pub use replay::{Exchange, Replay, fixture};
