//! Callboard turns catalog files, declarative plugins and Markdown into a developer portal of plain files.
//!
//! ```text
//! site.yaml ──► config ──► Site
//! plugins/  ──► plugins ─► PluginSet       every read goes through sources::Reader
//! catalog/  ──► catalog ─► Catalog
//!               facts ───► Facts         data of plugins, keyed and each asked for once
//! content/  ──► content ─► DocSet
//!               portal ──► Page            composed one at a time, on demand
//! layouts/  ──► render ──► HTML            in parallel, nothing held afterwards
//!               publish ─► dist/           only what changed, then one exchange
//! ```
//!
//! [`generate::generate`] is this picture as code. The core takes text and a reader, does no I/O of its own, and turns
//! every mistake in its input into a [`diagnostics::Diagnostic`].

pub mod model;
pub mod config;
pub mod plugins;
pub mod sources;
pub mod catalog;
pub mod discovery;
pub mod content;
pub mod facts;
pub mod portal;
pub mod render;
pub mod publish;
pub mod difference;
pub mod generate;
pub mod cli;
pub mod diagnostics;
