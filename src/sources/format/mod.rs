//! The bytes of a file to JSON: one parser for each `Format` that plugins can name.

mod auto;
mod bounds;
mod cobertura;
mod coverage;
mod csv;
mod format_error;
mod jacoco;
mod json;
mod junit;
mod lcov;
mod markdown;
mod openapi;
mod sarif;
mod text;
mod toml;
mod xml;
mod xml_events;
mod yaml;

#[cfg(test)]
mod any_bytes_tests;
#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod report_tests;

use serde_json::Value;

pub use format_error::FormatError;

/// What the bytes of a file are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// What the ending of the path says, else what the content looks like.
    #[default]
    Auto,
    /// JSON.
    Json,
    /// YAML as Backstage reads it; several documents are a list.
    Yaml,
    /// TOML; times become texts.
    Toml,
    /// Rows of cells; the first one names them.
    Csv,
    /// XML as objects: `@attribute`, `#text`, and a list for each name of children.
    Xml,
    /// Text and its lines.
    Text,
    /// Markdown: its front matter, title, headings and text.
    Markdown,
    /// Coverage as Cobertura and many others write it.
    Cobertura,
    /// Coverage as `JaCoCo` writes it.
    Jacoco,
    /// Coverage as `lcov` and many others write it.
    Lcov,
    /// Results of tests in the XML that JUnit made common.
    Junit,
    /// Results of static analysis, SARIF 2.1.
    Sarif,
    /// The operations of an OpenAPI or Swagger definition, in JSON or YAML.
    Openapi,
}

/// All formats with their names.
const FORMATS: [(&str, Format); 14] = [
    ("auto", Format::Auto),
    ("json", Format::Json),
    ("yaml", Format::Yaml),
    ("toml", Format::Toml),
    ("csv", Format::Csv),
    ("xml", Format::Xml),
    ("text", Format::Text),
    ("markdown", Format::Markdown),
    ("cobertura", Format::Cobertura),
    ("jacoco", Format::Jacoco),
    ("lcov", Format::Lcov),
    ("junit", Format::Junit),
    ("sarif", Format::Sarif),
    ("openapi", Format::Openapi),
];

impl Format {
    /// The names of all formats, as plugins write them.
    pub const NAMES: [&str; FORMATS.len()] = {
        let mut names = [""; FORMATS.len()];
        let mut at = 0;
        while at < FORMATS.len() {
            #[expect(clippy::indexing_slicing, reason = "a constant that does not fit does not compile")]
            {
                names[at] = FORMATS[at].0;
            }
            at += 1;
        }
        names
    };

    /// Returns the format of a name.
    pub fn parse_name(name: &str) -> Option<Self> {
        FORMATS.iter().find(|(it, _)| *it == name).map(|(_, format)| *format)
    }

    /// Returns the name, as plugins write it.
    pub fn name(self) -> &'static str {
        FORMATS.iter().find(|(_, format)| *format == self).map_or("auto", |(name, _)| name)
    }
}

/// Parses the bytes of a file. `name` is its path, which [`Format::Auto`] looks at.
///
/// # Errors
/// When the bytes are not of that format, or are nested too deeply or too many.
pub fn parse(format: Format, name: &str, bytes: &[u8]) -> Result<Value, FormatError> {
    parse_text(format, name, &text::decoded(bytes)?)
}

fn parse_text(format: Format, name: &str, text: &str) -> Result<Value, FormatError> {
    let value = match format {
        Format::Auto => return auto::parse(name, text),
        Format::Json => json::parse(text)?,
        Format::Yaml => yaml::parse(name, text)?,
        Format::Toml => toml::parse(text)?,
        Format::Csv => csv::parse(text)?,
        Format::Xml => xml::parse(text)?,
        Format::Text => text::parse(text)?,
        Format::Markdown => markdown::parse(name, text)?,
        Format::Cobertura => cobertura::parse(text)?.into_json(),
        Format::Jacoco => jacoco::parse(text)?.into_json(),
        Format::Lcov => lcov::parse(text)?.into_json(),
        Format::Junit => junit::parse(text)?,
        Format::Sarif => sarif::parse(text)?,
        Format::Openapi => openapi::parse(name, text)?,
    };
    bounds::check(&value)?;
    Ok(value)
}
