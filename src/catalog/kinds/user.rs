//! The kind `User`: a person.

use crate::model::{Field, KindSpec, RelationField, Shape};

/// What Backstage demands of a User.
pub(super) const SPEC: KindSpec = KindSpec {
    kind: "User",
    plural: "Users",
    api_versions: &["backstage.io/v1alpha1", "backstage.io/v1beta1"],
    fields: FIELDS,
    relations: RELATIONS,
    newer_model: false,
};

const FIELDS: &[Field] = &[
    Field::required("memberOf", Shape::TextList),
    Field::optional("profile", Shape::Mapping),
    Field::optional("profile.displayName", Shape::Text),
    Field::optional("profile.email", Shape::Text),
    Field::optional("profile.picture", Shape::Text),
];

const RELATIONS: &[RelationField<'static>] = &[RelationField {
    field: "memberOf",
    kind: Some("Group"),
    out: "memberOf",
    back: "hasMember",
    types: &[],
}];
