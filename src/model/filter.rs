//! `Filter`: Backstage's predicates over an entity, with its own semantics.

use serde_json::Value;

use super::{Entity, filter_form, filter_words, value_at_path};

/// A predicate, as in `{kind: component, spec.type: {$in: [service, website]}}`.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// All must hold; the empty list always holds.
    All(Vec<Filter>),
    /// One must hold.
    Any(Vec<Filter>),
    /// It must not hold.
    Not(Box<Filter>),
    /// The value at the path must satisfy the test.
    Path(String, Test),
    /// The value itself, inside `$contains`, must satisfy the test.
    Itself(Test),
}

/// A test of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Equals a primitive; texts ignore case, a number equals its text, null equals nothing.
    Equals(Value),
    /// Is there, or is not.
    Exists(bool),
    /// Equals one of these.
    In(Vec<Value>),
    /// Is a list in which some element satisfies the predicate.
    Contains(Box<Filter>),
    /// Is a text that starts with this, ignoring case.
    HasPrefix(String),
    /// Is a text, list or mapping with something in it; the older form of filters alone asks for it.
    Filled,
    /// Never holds: an operator that Backstage does not know.
    Never,
}

/// Why a value is not a predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// A JSON pointer to the offending part.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

/// Gives a value that a plugin tells of the entity, by its name.
pub type FactOf<'a> = dyn Fn(&str) -> Option<Value> + 'a;

/// What a path to a fact begins with.
const FACTS: &str = "facts.";

impl Filter {
    /// Reads a predicate from its JSON form, or from the older form, which is a text such as `kind:component,api`.
    ///
    /// # Errors
    /// When the value has none of the forms of Backstage's filters.
    pub fn from_json(value: &Value) -> Result<Self, FilterError> {
        match value {
            Value::String(words) => filter_words::parse(words),
            _ => filter_form::parse(value, ""),
        }
    }

    /// Returns what in the JSON form of a predicate never holds, because Backstage knows no such operator there.
    pub fn without_effect(value: &Value) -> Vec<FilterError> {
        let mut found = Vec::new();
        filter_form::unknown_operators(value, "", &mut found);
        found
    }

    /// Returns whether the entity satisfies the predicate, where nobody knows facts.
    pub fn matches(&self, entity: &Entity) -> bool {
        self.matches_with(entity, &|_| None)
    }

    /// Returns whether the entity satisfies the predicate; the path `facts.NAME` is what `fact` gives for the name.
    pub fn matches_with(&self, entity: &Entity, fact: &FactOf<'_>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|it| it.matches_with(entity, fact)),
            Self::Any(any) => any.iter().any(|it| it.matches_with(entity, fact)),
            Self::Not(not) => !not.matches_with(entity, fact),
            Self::Path(path, test) if path.starts_with(FACTS) => {
                test.holds(fact(path.trim_start_matches(FACTS)).as_ref())
            }
            Self::Path(path, test) if path == "relations" => {
                let relations: Vec<Value> = entity
                    .relations
                    .iter()
                    .map(|it| serde_json::json!({"type": &*it.name, "targetRef": it.target.as_str()}))
                    .collect();
                test.holds(Some(&Value::Array(relations)))
            }
            Self::Path(path, test) => test.holds(value_at_path(&entity.value, path)),
            Self::Itself(test) => test.holds(Some(&entity.value)),
        }
    }

    /// Returns whether a plain value satisfies the predicate.
    pub fn matches_value(&self, value: &Value) -> bool {
        match self {
            Self::All(all) => all.iter().all(|it| it.matches_value(value)),
            Self::Any(any) => any.iter().any(|it| it.matches_value(value)),
            Self::Not(not) => !not.matches_value(value),
            Self::Path(path, test) => test.holds(value_at_path(value, path)),
            Self::Itself(test) => test.holds(Some(value)),
        }
    }
}

impl Test {
    fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Exists(wanted) => value.is_some() == *wanted,
            Self::Equals(wanted) => value.is_some_and(|it| equal(it, wanted)),
            Self::In(any) => value.is_some_and(|it| any.iter().any(|wanted| equal(it, wanted))),
            Self::Contains(filter) => value
                .and_then(Value::as_array)
                .is_some_and(|items| items.iter().any(|item| filter.matches_value(item))),
            Self::HasPrefix(prefix) => value
                .and_then(Value::as_str)
                .is_some_and(|it| it.to_uppercase().starts_with(&prefix.to_uppercase())),
            Self::Filled => match value {
                Some(Value::String(text)) => !text.is_empty(),
                Some(Value::Array(items)) => !items.is_empty(),
                Some(Value::Object(object)) => !object.is_empty(),
                _ => false,
            },
            Self::Never => false,
        }
    }
}

/// Equality as Backstage has it: texts ignore case, a number equals what is written like it, null equals nothing.
fn equal(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::String(a), Value::String(b)) => a.to_uppercase() == b.to_uppercase(),
        (Value::Number(_), _) | (_, Value::Number(_)) => written(value) == written(wanted),
        (Value::Bool(a), Value::Bool(b)) => a == b,
        _ => false,
    }
}

/// Returns a value as JavaScript writes it.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e21 => {
                format!("{float:.0}")
            }
            _ => number.to_string(),
        },
        Value::Bool(flag) => flag.to_string(),
        Value::Null => String::new(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(","),
        Value::Object(_) => "[object Object]".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Filter;

    fn check(filter: Value, value: Value) -> bool {
        Filter::from_json(&filter).unwrap().matches_value(&value)
    }

    fn entity() -> Value {
        json!({"kind": "Component", "n": 3, "text": "3", "whole": 3.0, "list": [3], "none": null, "yes": true, "": "x",
            "metadata": {"tags": ["Go", "api"], "annotations": {"a.b/c": "Xyz"}, "labels": {}, "links": [{}]},
            "spec": {"type": "Service"},
            "relations": [{"type": "ownedBy", "targetRef": "group:default/x"}]})
    }

    #[test]
    fn has_backstages_semantics() {
        let holds = |filter| check(filter, entity());
        assert!(holds(json!({"kind": "component", "spec.type": "service"})), "every path, texts in any case");
        assert!(!holds(json!({"kind": "component", "spec.type": "website"})));
        assert!(holds(json!({"n": "3"})) && holds(json!({"text": 3})) && holds(json!({"n": 3})));
        assert!(holds(json!({"whole": "3"})) && holds(json!({"n": 3.0})) && !holds(json!({"n": "3.0"})));
        assert!(holds(json!({"list": 3})), "a list is written as what is in it");
        assert!(holds(json!({"yes": true})) && !holds(json!({"yes": "true"})), "a flag equals flags alone");
        assert!(!holds(json!({"none": null})) && !holds(json!({"other": null})), "null equals nothing");
        assert!(holds(json!({"none": {"$exists": true}})) && !holds(json!({"none": {"$exists": false}})));
        assert!(holds(json!({"other": {"$exists": false}})));
        assert!(!holds(json!({"": "x"})), "the empty path leads nowhere");
        assert!(!holds(json!({"metadata.tags.0": "go"})), "paths do not step into lists");
        assert!(
            holds(json!({"kind": {"$in": ["api", "COMPONENT"]}})) && !holds(json!({"kind": {"$in": []}}))
        );
        assert!(holds(json!({"metadata.annotations.a.b/c": {"$hasPrefix": "xY"}})));
        assert!(!holds(json!({"n": {"$hasPrefix": "3"}})), "a number has no prefix");
        assert!(holds(json!({"metadata.tags": {"$contains": "go"}})));
        assert!(!holds(json!({"metadata": {"$contains": {"tags": "go"}}})), "a mapping contains nothing");
        assert!(holds(
            json!({"relations": {"$contains": {"type": "ownedBy", "targetRef": {"$in": ["group:default/X"]}}}})
        ));
        assert!(holds(json!({"$any": [{"kind": "api"}, {"$not": {"kind": "api"}}]})));
        assert!(!holds(json!({"$any": []})) && holds(json!({"$all": []})) && holds(json!({})));
    }

    #[test]
    fn an_unknown_operator_never_holds() {
        let holds = |filter| check(filter, entity());
        assert!(!holds(json!({"kind": {"$matches": ".*"}})) && !holds(json!({"kind": {"$startsWith": "c"}})));
        assert!(!holds(json!({"$unknown": "x"})));
        let inside = json!({"metadata.tags": {"$contains": {"$in": ["go"]}}});
        assert!(!holds(inside.clone()), "an operator on values needs a path");
        assert!(holds(json!({"metadata.tags": {"$contains": {"$not": {"$in": ["go", "api"]}}}})));
        let told = |filter: &Value| Filter::without_effect(filter).pop().map(|it| (it.pointer, it.message));
        let (pointer, message) = told(&json!({"$all": [{"kind": {"$startsWith": "c"}}]})).unwrap();
        assert_eq!(pointer, "/$all/0/kind/$startsWith");
        assert!(message.contains("never holds"), "{message}");
        assert!(told(&inside).unwrap().1.contains("path"));
        assert_eq!(told(&json!({"kind": {"$hasPrefix": "c"}, "a": {"$contains": {"b": 1}}})), None);
    }

    #[test]
    fn says_where_it_is_wrong() {
        let error = |filter| Filter::from_json(&filter).unwrap_err().pointer;
        assert_eq!(error(json!({"$all": [{"kind": "x"}, []]})), "/$all/1");
        assert_eq!(error(json!({"kind": {"$in": "x"}})), "/kind/$in");
        assert_eq!(error(json!({"kind": ["x"]})), "/kind");
        assert_eq!(error(json!({"$any": [], "kind": "x"})), "");
    }

    #[test]
    fn reads_the_older_form() {
        let holds = |words: &str| check(json!(words), entity());
        assert!(holds("kind:component,api") && holds("kind:API,Component type:service") && holds(""));
        assert!(!holds("kind:api") && !holds("kind:component type:website") && !holds("kind:,"));
        assert!(holds("has:links") && holds("has:labels,links") && !holds("has:labels") && holds("has:,"));
        assert!(!holds("is:orphan") && holds("not:is:orphan not:kind:api"));
        let orphan = json!({"kind": "API", "metadata": {"annotations": {"backstage.io/orphan": "true"}}});
        assert!(check(json!("kind:api is:orphan"), orphan.clone()) && !check(json!("type:x"), orphan));
        let error = |words: &str| Filter::from_json(&json!(words)).unwrap_err().message;
        assert!(error("kinds:api").contains("did you mean `kind`"), "{}", error("kinds:api"));
        assert!(error("has:link").contains("did you mean `links`"));
        assert!(error("is:alone").contains("there is `orphan`"));
        assert!(error("component").contains("`key:value`") && error("kind:").contains("`key:value`"));
    }
}
