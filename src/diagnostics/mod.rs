//! What is wrong with the user's input: one `Diagnostic` a problem, collected in a `Report`.
//!
//! This module knows no stage and keeps no list of codes; each stage owns its own words.

mod span;
mod places;
mod diagnostic;
mod report;
mod levels;
mod nearest;
mod draw;

pub use diagnostic::{Diagnostic, Related, Severity};
pub use draw::{Drawing, draw};
pub use levels::{Level, LevelOverride, LevelRule, Levels};
pub use nearest::nearest;
pub use places::Places;
pub use report::Report;
pub use span::{Position, Span, Spanned};
