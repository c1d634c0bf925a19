//! The shared words: entities, references, kinds, predicates. Plain data, no I/O.

mod entity;
mod entity_ref;
mod filter;
mod filter_form;
mod filter_words;
mod json_path;
mod kind_spec;
mod on_error;
mod rules;
mod safe_html;
mod slug;

pub use entity::{Entity, Place, Reference, Relation};
pub use entity_ref::{EntityRef, EntityRefError, RefDefaults};
pub use filter::{FactOf, Filter, FilterError};
pub use json_path::value_at_path;
pub use kind_spec::{Field, KindSpec, RelationField, Shape};
pub use on_error::OnError;
pub use rules::{AllowedKind, LocationPattern, Registered, Rule, Rules};
pub use safe_html::{SafeHtml, escape};
pub use slug::slug;
