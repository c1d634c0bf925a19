//! Callboard turns catalog files, declarative plugins and Markdown into a developer portal of plain files.

pub mod model;
pub mod config;
pub mod plugins;
pub mod sources;
pub mod catalog;
pub mod content;
pub mod diagnostics;
