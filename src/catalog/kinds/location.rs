//! The kind `Location`: a pointer to further descriptor files.

use crate::model::{Field, KindSpec, Shape};

/// What Backstage demands of a Location.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "Location",
    plural: "Locations",
    api_versions: &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: false,
};

const FIELDS: &[Field] = &[
    Field::optional("type", Shape::Text),
    Field::optional("target", Shape::Text),
    Field::optional("targets", Shape::TextList),
    Field::optional("presence", Shape::OneOf(&["required", "optional"])),
];

const RELATIONS: &[crate::model::RelationField] = &[];
