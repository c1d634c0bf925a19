//! The engine of plugins, as the portal knows it.

pub use crate::plugins::engine::{Engines, Program};

pub(super) use crate::plugins::engine::Scope;
