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
    Field::optional("steps[].id", Shape::AnyText),
    Field::optional("steps[].name", Shape::AnyText),
    Field::required("steps[].action", Shape::AnyText),
    Field::optional("steps[].input", Shape::Mapping),
    Field::optional("steps[].if", Shape::TextOrFlag),
    Field::optional("owner", Shape::Text),
    Field::optional("lifecycle", Shape::Text),
    Field::optional("parameters", Shape::MappingOrMappingList),
    Field::optional("output", Shape::TextsBeside(&["links", "text"])),
    Field::optional("output.links", Shape::MappingList),
    Field::optional("output.links[].if", Shape::TextOrFlag),
    Field::optional("output.links[].url", Shape::Text),
    Field::optional("output.links[].entityRef", Shape::Text),
    Field::optional("output.links[].title", Shape::Text),
    Field::optional("output.links[].icon", Shape::Text),
    Field::optional("output.text", Shape::MappingList),
    Field::optional("output.text[].if", Shape::TextOrFlag),
    Field::optional("output.text[].title", Shape::Text),
    Field::optional("output.text[].icon", Shape::Text),
    Field::optional("output.text[].content", Shape::AnyText),
    Field::optional("presentation", Shape::Mapping),
    Field::optional("presentation.buttonLabels", Shape::Mapping),
    Field::optional("presentation.buttonLabels.backButtonText", Shape::AnyText),
    Field::optional("presentation.buttonLabels.createButtonText", Shape::AnyText),
    Field::optional("presentation.buttonLabels.reviewButtonText", Shape::AnyText),
    Field::optional("secrets", Shape::Mapping),
    Field::optional("secrets.schema", Shape::Mapping),
    Field::optional("formDecorators", Shape::MappingList),
    Field::optional("formDecorators[].id", Shape::AnyText),
    Field::optional("formDecorators[].input", Shape::Mapping),
];

const RELATIONS: &[RelationField<'static>] =
    &[RelationField { field: "owner", kind: Some("Group"), out: "ownedBy", back: "ownerOf", types: &[] }];
