//! The kind `Template`: a recipe that Backstage's scaffolder runs; shown, never run.

use crate::model::{Field, KindSpec, RelationField, Shape};

/// What Backstage demands of a Template.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "Template",
    plural: "Templates",
    api_versions: &["scaffolder.backstage.io/v1beta3"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: false,
};

const FIELDS: &[Field] = &[
    Field::required("type", Shape::Text),
    Field::required("steps", Shape::MappingList),
    Field::optional("steps[].id", Shape::Text),
    Field::optional("steps[].name", Shape::AnyText),
    Field::required("steps[].action", Shape::AnyText),
    Field::optional("steps[].input", Shape::Mapping),
    Field::optional("steps[].if", Shape::TextOrFlag),
    Field::optional("owner", Shape::Text),
    Field::optional("lifecycle", Shape::Text),
    Field::optional("parameters", Shape::MappingOrMappingList),
    Field::optional("output", Shape::Mapping),
    Field::optional("presentation", Shape::Mapping),
    Field::optional("secrets", Shape::Mapping),
];

const RELATIONS: &[RelationField<'static>] =
    &[RelationField { field: "owner", kind: Some("Group"), out: "ownedBy", back: "ownerOf", types: &[] }];
