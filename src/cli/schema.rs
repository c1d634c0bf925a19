//! `callboard schema`.

use super::arguments::{SchemaArguments, SchemaOf};
use super::{Exit, Failure, output};
use crate::generate::{entity_schema, plugin_schema, site_schema};

/// Prints the JSON Schema of a kind of file.
pub(super) fn run(arguments: &SchemaArguments) -> Result<Exit, Failure> {
    let schema = match arguments.of {
        SchemaOf::Entity => entity_schema(),
        SchemaOf::Site => site_schema().to_owned(),
        SchemaOf::Plugin => plugin_schema().to_owned(),
    };
    output::line(schema.trim_end());
    Ok(Exit::Clean)
}
