//! `KindSpec`: what Backstage demands of the `spec` of one kind, as a table.

/// The shape of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A non-empty string.
    Text,
    /// A string, which may be empty.
    AnyText,
    /// A list of strings, which may be empty.
    TextList,
    /// A mapping.
    Mapping,
    /// A mapping whose values are strings, but for those of these keys.
    TextsBeside(&'static [&'static str]),
    /// A list of mappings.
    MappingList,
    /// A mapping or a list of mappings.
    MappingOrMappingList,
    /// A string that is one of these.
    OneOf(&'static [&'static str]),
    /// A string or a boolean.
    TextOrFlag,
}

/// One field below `spec`.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The path below `spec`, such as `owner` or `profile.email`; `steps[].action` names a field of each item.
    pub path: &'static str,
    /// What its value must be.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
}

impl Field {
    /// Returns a field that must be there.
    pub const fn required(path: &'static str, shape: Shape) -> Self {
        Self { path, shape, required: true }
    }

    /// Returns a field that may be left out.
    pub const fn optional(path: &'static str, shape: Shape) -> Self {
        Self { path, shape, required: false }
    }
}

/// A field whose value is one entity reference or a list of them.
#[derive(Clone, Copy, Debug)]
pub struct RelationField<'a> {
    /// The key below `spec`.
    pub field: &'a str,
    /// The kind of a reference that names none; `None` makes such a reference an error.
    pub kind: Option<&'a str>,
    /// The edge from the entity to the target.
    pub out: &'a str,
    /// The edge from the target to the entity.
    pub back: &'a str,
    /// Only for these values of `spec.type`; empty for all.
    pub types: &'a [&'a str],
}

/// The rules of one kind.
#[derive(Clone, Copy, Debug)]
pub struct KindSpec {
    /// The kind, in its only accepted case.
    pub kind: &'static str,
    /// The plural for headings.
    pub plural: &'static str,
    /// The accepted values of `apiVersion`.
    pub api_versions: &'static [&'static str],
    /// The fields of `spec`.
    pub fields: &'static [Field],
    /// The fields that make relations.
    pub relations: &'static [RelationField<'static>],
    /// Whether the kind belongs to Backstage's newer model for AI, which must be asked for.
    pub newer_model: bool,
}
