//! The kind `API`: an interface that components provide and consume.

use crate::model::{Field, KindSpec, RelationField, Shape};

/// What Backstage demands of a API.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "API",
    plural: "APIs",
    api_versions: &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: false,
};

const FIELDS: &[Field] = &[
    Field::required("type", Shape::Text),
    Field::required("lifecycle", Shape::Text),
    Field::required("owner", Shape::Text),
    Field::required("definition", Shape::Text),
    Field::optional("system", Shape::Text),
];

const RELATIONS: &[RelationField<'static>] = &[
    RelationField { field: "owner", kind: Some("Group"), out: "ownedBy", back: "ownerOf", types: &[] },
    RelationField { field: "system", kind: Some("System"), out: "partOf", back: "hasPart", types: &[] },
];
