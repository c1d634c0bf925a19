//! The kind `Resource`: infrastructure that components need: a database, a queue, a bucket.

use crate::model::{Field, KindSpec, RelationField, Shape};

/// What Backstage demands of a Resource.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "Resource",
    plural: "Resources",
    api_versions: &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: false,
};

const FIELDS: &[Field] = &[
    Field::required("type", Shape::Text),
    Field::required("owner", Shape::Text),
    Field::optional("system", Shape::Text),
    Field::optional("dependsOn", Shape::TextList),
    Field::optional("dependencyOf", Shape::TextList),
];

const RELATIONS: &[RelationField<'static>] = &[
    RelationField { field: "owner", kind: Some("Group"), out: "ownedBy", back: "ownerOf", types: &[] },
    RelationField { field: "system", kind: Some("System"), out: "partOf", back: "hasPart", types: &[] },
    RelationField { field: "dependsOn", kind: None, out: "dependsOn", back: "dependencyOf", types: &[] },
    RelationField { field: "dependencyOf", kind: None, out: "dependencyOf", back: "dependsOn", types: &[] },
];
