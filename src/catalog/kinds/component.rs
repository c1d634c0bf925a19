//! The kind `Component`: a piece of software: a service, a website, a library.

use crate::model::{Field, KindSpec, RelationField, Shape};

/// What Backstage demands of a Component.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "Component",
    plural: "Components",
    api_versions: &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: false,
};

const FIELDS: &[Field] = &[
    Field::required("type", Shape::Text),
    Field::required("lifecycle", Shape::Text),
    Field::required("owner", Shape::Text),
    Field::optional("system", Shape::Text),
    Field::optional("subcomponentOf", Shape::Text),
    Field::optional("providesApis", Shape::TextList),
    Field::optional("consumesApis", Shape::TextList),
    Field::optional("dependsOn", Shape::TextList),
];

const RELATIONS: &[RelationField<'static>] = &[
    RelationField { field: "owner", kind: Some("Group"), out: "ownedBy", back: "ownerOf", types: &[] },
    RelationField { field: "system", kind: Some("System"), out: "partOf", back: "hasPart", types: &[] },
    RelationField {
        field: "subcomponentOf",
        kind: Some("Component"),
        out: "partOf",
        back: "hasPart",
        types: &[],
    },
    RelationField {
        field: "providesApis",
        kind: Some("API"),
        out: "providesApi",
        back: "apiProvidedBy",
        types: &[],
    },
    RelationField {
        field: "consumesApis",
        kind: Some("API"),
        out: "consumesApi",
        back: "apiConsumedBy",
        types: &[],
    },
    RelationField { field: "dependsOn", kind: None, out: "dependsOn", back: "dependencyOf", types: &[] },
    RelationField { field: "dependencyOf", kind: None, out: "dependencyOf", back: "dependsOn", types: &[] },
];
