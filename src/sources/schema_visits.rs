//! A JSON Schema to how often one value is looked at, so that no schema keeps the validator busy without end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// How often one value may be looked at, and the values that it lies in.
pub(super) const VISITS_MAX: u64 = 5_000;

/// How many schemas a document may hold.
const SCHEMAS_MAX: usize = 20_000;

/// How deep the values are that schemas are made for.
const DEPTH_MAX: usize = 64;

/// Keywords whose schema is about the same value.
const SAME: &[&str] = &["not", "if", "then", "else"];

/// Keywords that hold schemas about the same value, in a list or in a mapping.
const SAME_MANY: &[&str] = &["allOf", "anyOf", "oneOf", "dependentSchemas"];

/// Keywords whose schemas are about the elements of a list.
const ELEMENTS: &[&str] = &["items", "prefixItems", "contains", "unevaluatedItems", "additionalItems"];

/// Keywords whose schema is about any value of a mapping.
const ANY_VALUE: &[&str] = &["additionalProperties", "unevaluatedProperties"];

/// Which values inside of a value a schema is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Inside<'a> {
    Key(&'a str),
    AnyValue,
    Element,
}

/// One schema of a document, by the place of its text.
type Id = usize;

/// What one schema leads to.
#[derive(Debug, Default)]
struct Node<'a> {
    same: Vec<Id>,
    inside: Vec<(Inside<'a>, Id)>,
}

/// Returns whether a schema, with all that it refers to, looks at a value no more often than is reasonable.
pub(super) fn are_bounded(document: &Value) -> bool {
    let mut nodes: BTreeMap<Id, Node<'_>> = BTreeMap::new();
    let mut waiting = vec![document];
    while let Some(schema) = waiting.pop() {
        let Value::Object(object) = schema else { continue };
        if nodes.contains_key(&id_of(schema)) {
            continue;
        }
        if nodes.len() >= SCHEMAS_MAX {
            return false;
        }
        nodes.insert(id_of(schema), node(document, object, &mut waiting));
    }
    let closures: BTreeMap<Id, BTreeMap<Id, u64>> =
        nodes.keys().map(|id| (*id, closure(*id, &nodes))).collect();
    let mut visits: BTreeMap<Id, u64> = nodes.keys().map(|it| (*it, 1)).collect();
    // Each round goes one value deeper; what does not grow any more is the end.
    for _ in 0..DEPTH_MAX {
        let next: BTreeMap<Id, u64> =
            closures.iter().map(|(id, closure)| (*id, visited(closure, &nodes, &visits))).collect();
        if next.get(&id_of(document)).is_some_and(|it| *it > VISITS_MAX) {
            return false;
        }
        if next == visits {
            break;
        }
        visits = next;
    }
    true
}

fn id_of(schema: &Value) -> Id {
    std::ptr::from_ref(schema).addr()
}

fn node<'a>(document: &'a Value, object: &'a Map<String, Value>, waiting: &mut Vec<&'a Value>) -> Node<'a> {
    let mut node = Node::default();
    let schemas = |value: &'a Value| -> Vec<&'a Value> {
        match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(map) => map.values().collect(),
            _ => Vec::new(),
        }
    };
    let (mut same, mut inside): (Vec<&Value>, Vec<(Inside<'a>, &Value)>) = (Vec::new(), Vec::new());
    for (keyword, value) in object {
        match keyword.as_str() {
            "$ref" | "$dynamicRef" | "$recursiveRef" => same.extend(referred(document, value)),
            it if SAME.contains(&it) => same.push(value),
            it if SAME_MANY.contains(&it) => same.extend(schemas(value)),
            it if ELEMENTS.contains(&it) && value.is_array() => {
                inside.extend(schemas(value).into_iter().map(|it| (Inside::Element, it)));
            }
            it if ELEMENTS.contains(&it) => inside.push((Inside::Element, value)),
            it if ANY_VALUE.contains(&it) => inside.push((Inside::AnyValue, value)),
            "patternProperties" => {
                inside.extend(schemas(value).into_iter().map(|it| (Inside::AnyValue, it)));
            }
            "properties" => {
                let of_key = |(key, it): (&'a String, &'a Value)| (Inside::Key(key.as_str()), it);
                inside.extend(value.as_object().into_iter().flatten().map(of_key));
            }
            _ => {}
        }
    }
    waiting.extend(same.iter().copied().chain(inside.iter().map(|(_, it)| *it)));
    node.same.extend(same.into_iter().filter(|it| it.is_object()).map(id_of));
    node.inside.extend(inside.into_iter().filter(|(_, it)| it.is_object()).map(|(key, it)| (key, id_of(it))));
    node
}

/// Returns what a reference leads to. One to an anchor could lead anywhere: then the whole document stands for it.
fn referred<'a>(document: &'a Value, reference: &Value) -> Option<&'a Value> {
    let written = reference.as_str()?.strip_prefix('#')?;
    match written.is_empty() || written.starts_with('/') {
        true => document.pointer(&crate::sources::percent_decoded(written)?),
        false => Some(document),
    }
}

/// Returns the schemas that are about the same value as one, itself among them, and how often each is looked at.
fn closure(start: Id, nodes: &BTreeMap<Id, Node<'_>>) -> BTreeMap<Id, u64> {
    let mut found: BTreeMap<Id, u64> = BTreeMap::from([(start, 1)]);
    // In an order in which a schema comes after all that lead to it; a circle is cut where it closes.
    for id in ordered(start, nodes) {
        let count = found.get(&id).copied().unwrap_or(0);
        for next in nodes.get(&id).into_iter().flat_map(|it| &it.same).filter(|it| **it != start) {
            let sum = found.entry(*next).or_default();
            *sum = sum.saturating_add(count);
        }
    }
    found
}

fn ordered(start: Id, nodes: &BTreeMap<Id, Node<'_>>) -> Vec<Id> {
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    // A walk that does not call itself: an entry is met when it is entered, and again when it is left.
    let mut waiting = vec![(start, false)];
    while let Some((id, left)) = waiting.pop() {
        if left {
            order.push(id);
        } else if seen.insert(id) {
            waiting.push((id, true));
            let same = nodes.get(&id).map(|it| it.same.as_slice()).unwrap_or_default();
            waiting.extend(same.iter().map(|it| (*it, false)));
        }
    }
    order.reverse();
    order
}

/// Returns how often schemas look at a value, or at one inside of it, whichever is more.
fn visited(closure: &BTreeMap<Id, u64>, nodes: &BTreeMap<Id, Node<'_>>, deeper: &BTreeMap<Id, u64>) -> u64 {
    let mut inside: BTreeMap<&Inside<'_>, u64> = BTreeMap::new();
    let mut here: u64 = 0;
    for (id, count) in closure {
        here = here.saturating_add(*count);
        for (key, next) in nodes.get(id).into_iter().flat_map(|it| &it.inside) {
            let visits = deeper.get(next).copied().unwrap_or(1).saturating_mul(*count);
            let sum = inside.entry(key).or_default();
            *sum = sum.saturating_add(visits);
        }
    }
    let any = inside.get(&Inside::AnyValue).copied().unwrap_or(0);
    let most = inside.iter().map(|(key, visits)| match key {
        Inside::Key(_) => visits.saturating_add(any),
        _ => *visits,
    });
    here.saturating_add(most.max().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::are_bounded;

    #[test]
    fn lists_and_trees_are_bounded() {
        for good in [
            json!(true),
            json!({"$ref": "#"}),
            json!({"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}}),
            json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#"}}]}),
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}}),
            json!({"oneOf": [{"properties": {"and": {"items": {"$ref": "#"}}}}, {"properties": {"or": {"items": {"$ref": "#"}}}}]}),
        ] {
            assert!(are_bounded(&good), "{good}");
        }
    }

    #[test]
    fn what_doubles_is_not() {
        let mut doubled = serde_json::Map::new();
        for level in 0..40 {
            let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
            doubled.insert(format!("d{level}"), json!({"allOf": [next, next]}));
        }
        doubled.insert("d40".to_owned(), json!({}));
        for bad in [
            json!({"$ref": "#/$defs/d0", "$defs": Value::Object(doubled)}),
            json!({"properties": {"a": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}}}),
            json!({"additionalProperties": {"$ref": "#"}, "properties": {"a": {"$ref": "#"}}}),
            json!({"items": {"not": {"$ref": "#"}, "if": {"$ref": "#"}}}),
            json!({"items": {"$ref": "#"}, "contains": {"$ref": "#"}}),
        ] {
            assert!(!are_bounded(&bad), "{bad}");
        }
    }
}
