//! The code of plugins, ready to run: compiled once, bounded in time and memory, the same for data and for views.

mod json_view;
mod meter;
mod program;
mod scope;
mod secret_value;
pub(super) mod stack;

pub use json_view::field;
pub use meter::Meter;
pub use program::{Engines, Program};
pub use scope::{Scope, Variable};
pub use secret_value::{secret_of, secrets_variable};
