//! The kind `Group`: a team or another unit of the organisation.

use crate::model::{Field, KindSpec, RelationField, Shape};

/// What Backstage demands of a Group.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "Group",
    plural: "Groups",
    api_versions: &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: false,
};

const FIELDS: &[Field] = &[
    Field::required("type", Shape::Text),
    Field::required("children", Shape::TextList),
    Field::optional("parent", Shape::Text),
    Field::optional("members", Shape::TextList),
    Field::optional("profile", Shape::Mapping),
    Field::optional("profile.displayName", Shape::Text),
    Field::optional("profile.email", Shape::Text),
    Field::optional("profile.picture", Shape::Text),
];

const RELATIONS: &[RelationField<'static>] = &[
    RelationField { field: "parent", kind: Some("Group"), out: "childOf", back: "parentOf", types: &[] },
    RelationField { field: "children", kind: Some("Group"), out: "parentOf", back: "childOf", types: &[] },
    RelationField { field: "members", kind: Some("User"), out: "hasMember", back: "memberOf", types: &[] },
];
