//! Filters of references to entities.

use minijinja::Error;
use minijinja::value::{Kwargs, Value};

use super::FilterDescription;
use super::argument::text;
use crate::model::{EntityRef, RefDefaults};

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "parse_ref",
        signature: r#"parse_ref(kind, namespace="default")"#,
        what: "The parts of a reference to an entity, in lower case; both arguments are named, and fill in what it leaves out; nothing if it is no reference",
        example: r#""group:Platform" | parse_ref"#,
        result: r#"{"kind": "group", "namespace": "default", "name": "platform", "ref": "group:default/platform"}"#,
        add: |it| it.add_filter("parse_ref", parse_ref),
    },
    FilterDescription {
        name: "link_entity",
        signature: r#"link_entity(kind, namespace="default")"#,
        what: "The path of the page of an entity in the portal, whether or not it is there; `lookup` tells that",
        example: r#""platform" | link_entity(kind="group")"#,
        result: r#""/catalog/default/group/platform/""#,
        add: |it| it.add_filter("link_entity", link_entity),
    },
];

fn reference(value: &Value, kwargs: &Kwargs) -> Result<Option<EntityRef>, Error> {
    let kind: Option<String> = kwargs.get("kind")?;
    let namespace: Option<String> = kwargs.get("namespace")?;
    kwargs.assert_all_used()?;
    let defaults =
        RefDefaults { kind: kind.as_deref(), namespace: namespace.as_deref().unwrap_or("default") };
    Ok(text(value)?.and_then(|it| EntityRef::parse(&it, defaults).ok()))
}

fn parse_ref(value: &Value, kwargs: Kwargs) -> Result<Value, Error> {
    let parts = |it: EntityRef| {
        Value::from_pairs([
            ("kind", Value::from(it.kind())),
            ("namespace", Value::from(it.namespace())),
            ("name", Value::from(it.name())),
            ("ref", Value::from(it.as_str())),
        ])
    };
    Ok(reference(value, &kwargs)?.map(parts).unwrap_or_default())
}

fn link_entity(value: &Value, kwargs: Kwargs) -> Result<Value, Error> {
    let path = |it: EntityRef| format!("/catalog/{}/{}/{}/", it.namespace(), it.kind(), it.name());
    Ok(reference(value, &kwargs)?.map(|it| Value::from(path(it))).unwrap_or_default())
}
