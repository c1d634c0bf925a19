//! The kind `AiResource`: a skill, rule, plugin or marketplace for AI tools (Backstage's ai-model module).

use crate::model::{Field, KindSpec, RelationField, Shape};

/// What Backstage demands of a AiResource.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "AiResource",
    plural: "AI resources",
    api_versions: &["backstage.io/v1alpha1"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: true,
};

const FIELDS: &[Field] = &[
    Field::required("type", Shape::Text),
    Field::required("lifecycle", Shape::Text),
    Field::required("owner", Shape::Text),
    Field::optional("system", Shape::Text),
    Field::optional("allowedTools", Shape::Text),
    Field::optional("license", Shape::Text),
    Field::optional("compatibility", Shape::Text),
];

const RELATIONS: &[RelationField<'static>] = &[
    RelationField { field: "owner", kind: Some("Group"), out: "ownedBy", back: "ownerOf", types: &[] },
    RelationField { field: "system", kind: Some("System"), out: "partOf", back: "hasPart", types: &[] },
    RelationField {
        field: "dependsOn",
        kind: Some("AiResource"),
        out: "dependsOn",
        back: "dependencyOf",
        types: &["skill"],
    },
    RelationField {
        field: "skills",
        kind: Some("AiResource"),
        out: "hasPart",
        back: "partOf",
        types: &["plugin"],
    },
    RelationField {
        field: "plugins",
        kind: Some("AiResource"),
        out: "hasPart",
        back: "partOf",
        types: &["marketplace"],
    },
];
