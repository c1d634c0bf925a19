//! The kind `Domain`: an area of the business that groups systems.

use crate::model::{Field, KindSpec, RelationField, Shape};

/// What Backstage demands of a Domain.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "Domain",
    plural: "Domains",
    api_versions: &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: false,
};

const FIELDS: &[Field] = &[
    Field::required("owner", Shape::Text),
    Field::optional("subdomainOf", Shape::Text),
    Field::optional("type", Shape::Text),
];

const RELATIONS: &[RelationField<'static>] = &[
    RelationField { field: "owner", kind: Some("Group"), out: "ownedBy", back: "ownerOf", types: &[] },
    RelationField { field: "subdomainOf", kind: Some("Domain"), out: "partOf", back: "hasPart", types: &[] },
];
