//! `Filter`: Backstage's predicates over an entity, with its own semantics.

use serde_json::Value;

use super::{Entity, value_at_path};

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

impl Filter {
    /// Reads a predicate from its JSON form.
    ///
    /// # Errors
    /// When the value has none of the forms of Backstage's filter predicates.
    pub fn from_json(value: &Value) -> Result<Self, FilterError> {
        parse(value, "")
    }

    /// Returns whether the entity satisfies the predicate.
    pub fn matches(&self, entity: &Entity) -> bool {
        match self {
            Self::All(all) => all.iter().all(|it| it.matches(entity)),
            Self::Any(any) => any.iter().any(|it| it.matches(entity)),
            Self::Not(not) => !not.matches(entity),
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
            Self::Never => false,
        }
    }
}

fn equal(value: &Value, wanted: &Value) -> bool {
    let text = |it: &Value| match it {
        Value::String(text) => Some(text.to_uppercase()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string().to_uppercase()),
        _ => None,
    };
    match (value, wanted) {
        (Value::Bool(a), Value::Bool(b)) => a == b,
        _ => text(value).is_some_and(|it| Some(it) == text(wanted)),
    }
}

fn parse(value: &Value, pointer: &str) -> Result<Filter, FilterError> {
    let fail = |message: &str| Err(FilterError { pointer: pointer.to_owned(), message: message.to_owned() });
    let object = match value {
        Value::Object(object) => object,
        Value::String(_) | Value::Number(_) | Value::Bool(_) => {
            return Ok(Filter::Itself(Test::Equals(value.clone())));
        }
        _ => return fail("a predicate is a mapping, such as `{kind: component}`"),
    };
    let list = |key: &str, items: &Value| match items {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| parse(item, &format!("{pointer}/{key}/{index}")))
            .collect::<Result<Vec<_>, _>>(),
        _ => Err(FilterError {
            pointer: format!("{pointer}/{key}"),
            message: format!("`{key}` takes a list of predicates"),
        }),
    };
    let operators = object.keys().filter(|key| key.starts_with('$')).count();
    if operators > 0 && object.len() > 1 {
        return fail("an operator such as `$all` must be the only key of its mapping");
    }
    if let Some((key, inner)) = object.iter().next().filter(|_| operators == 1) {
        return match key.as_str() {
            "$all" => Ok(Filter::All(list(key, inner)?)),
            "$any" => Ok(Filter::Any(list(key, inner)?)),
            "$not" => Ok(Filter::Not(Box::new(parse(inner, &format!("{pointer}/$not"))?))),
            _ => Ok(Filter::Itself(operator(key, inner, pointer)?)),
        };
    }
    let mut all = Vec::with_capacity(object.len());
    for (path, test) in object {
        let place = format!("{pointer}/{}", path.replace('~', "~0").replace('/', "~1"));
        all.push(Filter::Path(path.clone(), path_test(test, &place)?));
    }
    Ok(Filter::All(all))
}

fn path_test(value: &Value, pointer: &str) -> Result<Test, FilterError> {
    match value {
        Value::Object(object) => match object.iter().next() {
            Some((key, inner)) if object.len() == 1 && key.starts_with('$') => operator(key, inner, pointer),
            _ => Err(FilterError {
                pointer: pointer.to_owned(),
                message: "expected one operator such as `{$exists: true}`, or a plain value".to_owned(),
            }),
        },
        Value::Array(_) => Err(FilterError {
            pointer: pointer.to_owned(),
            message: "a list needs an operator: `{$in: [...]}`".to_owned(),
        }),
        primitive => Ok(Test::Equals(primitive.clone())),
    }
}

fn operator(key: &str, inner: &Value, pointer: &str) -> Result<Test, FilterError> {
    let place = || format!("{pointer}/{key}");
    let fail = |message: &str| Err(FilterError { pointer: place(), message: message.to_owned() });
    match (key, inner) {
        ("$exists", Value::Bool(wanted)) => Ok(Test::Exists(*wanted)),
        ("$exists", _) => fail("`$exists` takes `true` or `false`"),
        ("$in", Value::Array(items)) if items.iter().all(|it| !it.is_array() && !it.is_object()) => {
            Ok(Test::In(items.clone()))
        }
        ("$in", _) => fail("`$in` takes a list of plain values"),
        ("$contains", inner) => Ok(Test::Contains(Box::new(parse(inner, &place())?))),
        ("$hasPrefix", Value::String(prefix)) => Ok(Test::HasPrefix(prefix.clone())),
        ("$hasPrefix", _) => fail("`$hasPrefix` takes a text"),
        _ => Ok(Test::Never),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Filter;

    fn check(filter: Value, value: Value) -> bool {
        Filter::from_json(&filter).unwrap().matches_value(&value)
    }

    #[test]
    fn has_backstages_semantics() {
        let entity = json!({"kind": "Component", "n": 3, "none": null,
            "metadata": {"tags": ["Go", "api"], "annotations": {"a.b/c": "Xyz"}},
            "relations": [{"type": "ownedBy", "targetRef": "group:default/x"}]});
        let holds = |filter| check(filter, entity.clone());
        assert!(holds(json!({"kind": "component"})));
        assert!(holds(json!({"n": "3"})));
        assert!(!holds(json!({"none": null})), "null equals nothing");
        assert!(holds(json!({"none": {"$exists": true}})));
        assert!(holds(json!({"metadata.annotations.a.b/c": {"$hasPrefix": "xY"}})));
        assert!(holds(json!({"metadata.tags": {"$contains": "go"}})));
        assert!(holds(
            json!({"relations": {"$contains": {"type": "ownedBy", "targetRef": "group:default/X"}}})
        ));
        assert!(!holds(json!({"metadata.tags": {"$contains": {"$not": {"$in": ["go", "api"]}}}})));
        assert!(holds(json!({"$any": [{"kind": "api"}, {"$not": {"kind": "api"}}]})));
        assert!(!holds(json!({"kind": {"$matches": ".*"}})), "an unknown operator never holds");
        assert!(holds(json!({})));
    }

    #[test]
    fn says_where_it_is_wrong() {
        let error = |filter| Filter::from_json(&filter).unwrap_err().pointer;
        assert_eq!(error(json!({"$all": [{"kind": "x"}, []]})), "/$all/1");
        assert_eq!(error(json!({"kind": {"$in": "x"}})), "/kind/$in");
        assert_eq!(error(json!({"kind": ["x"]})), "/kind");
    }
}
