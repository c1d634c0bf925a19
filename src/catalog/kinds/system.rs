//! The kind `System`: a set of components, APIs and resources that belong together.

use crate::model::{Field, KindSpec, RelationField, Shape};

/// What Backstage demands of a System.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "System",
    plural: "Systems",
    api_versions: &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: false,
};

const FIELDS: &[Field] = &[
    Field::required("owner", Shape::Text),
    Field::optional("domain", Shape::Text),
    Field::optional("type", Shape::Text),
];

const RELATIONS: &[RelationField<'static>] = &[
    RelationField { field: "owner", kind: Some("Group"), out: "ownedBy", back: "ownerOf", types: &[] },
    RelationField { field: "domain", kind: Some("Domain"), out: "partOf", back: "hasPart", types: &[] },
];
