//! `EntityRef`: `kind:namespace/name`, lower-cased, the identity of an entity.

use std::sync::Arc;

use serde::{Serialize, Serializer};

/// The identity of an entity: `kind:namespace/name`, all three lower-cased.
///
/// Two references that differ only in case are the same entity
/// (Backstage, `stringifyEntityRef`). Cloning is cheap.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityRef {
    text: Arc<str>,
    kind_end: u32,
    namespace_end: u32,
}

/// What is filled in where a reference leaves a part out.
#[derive(Clone, Copy, Debug)]
pub struct RefDefaults<'a> {
    /// The kind, if the field has a default one.
    pub kind: Option<&'a str>,
    /// The namespace: that of the entity that holds the reference, else `default`.
    pub namespace: &'a str,
}

/// Why a text is not an entity reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityRefError {
    /// The text, or a written part of it, is empty (`:x`, `a:/x`, `ns/`).
    EmptyPart,
    /// No kind is written and the field has no default kind.
    MissingKind,
}

impl std::fmt::Display for EntityRefError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::EmptyPart => "a part of the reference is empty",
            Self::MissingKind => "the reference names no kind, and this field has no default kind",
        })
    }
}

impl EntityRef {
    /// Returns the reference made of three parts, lower-cased.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        let (kind, namespace) = (kind.to_lowercase(), namespace.to_lowercase());
        let text = format!("{kind}:{namespace}/{}", name.to_lowercase());
        let kind_end = kind.len();
        let namespace_end = kind_end + 1 + namespace.len();
        Self { text: text.into(), kind_end: kind_end as u32, namespace_end: namespace_end as u32 }
    }

    /// Parses `[<kind>:][<namespace>/]<name>` as Backstage's `parseEntityRef` does: the first `:` ends
    /// the kind unless a `/` stands before it, then the first `/` ends the namespace.
    ///
    /// # Errors
    /// When a written part is empty, or when the kind is neither written nor defaulted.
    pub fn parse(text: &str, defaults: RefDefaults<'_>) -> Result<Self, EntityRefError> {
        let (kind, rest) = match (text.find(':'), text.find('/')) {
            (Some(colon), slash) if slash.is_none_or(|slash| colon < slash) => {
                let (kind, rest) = text.split_at(colon);
                (Some(kind), rest.get(1..).unwrap_or_default())
            }
            _ => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, rest),
        };
        if kind == Some("") || namespace == Some("") || name.is_empty() {
            return Err(EntityRefError::EmptyPart);
        }
        let kind = kind.or(defaults.kind).ok_or(EntityRefError::MissingKind)?;
        Ok(Self::new(kind, namespace.unwrap_or(defaults.namespace), name))
    }

    /// Parses a reference in which a kind is written; the namespace is `default` if none is.
    ///
    /// # Errors
    /// As [`EntityRef::parse`].
    pub fn parse_full(text: &str) -> Result<Self, EntityRefError> {
        Self::parse(text, RefDefaults { kind: None, namespace: "default" })
    }

    /// Returns the kind, lower-cased.
    pub fn kind(&self) -> &str {
        self.text.get(..self.kind_end as usize).unwrap_or_default()
    }

    /// Returns the namespace, lower-cased.
    pub fn namespace(&self) -> &str {
        self.text.get(self.kind_end as usize + 1..self.namespace_end as usize).unwrap_or_default()
    }

    /// Returns the name, lower-cased.
    pub fn name(&self) -> &str {
        self.text.get(self.namespace_end as usize + 1..).unwrap_or_default()
    }

    /// Returns the whole reference.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the shortest unambiguous form where `kind` is expected: `default/` and that kind are left out.
    pub fn short(&self, kind: Option<&str>) -> String {
        let kind_part = match kind {
            Some(expected) if expected.eq_ignore_ascii_case(self.kind()) => "",
            _ => self.kind(),
        };
        let colon = if kind_part.is_empty() { "" } else { ":" };
        match self.namespace() {
            "default" => format!("{kind_part}{colon}{}", self.name()),
            namespace => format!("{kind_part}{colon}{namespace}/{}", self.name()),
        }
    }
}

impl std::fmt::Display for EntityRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::fmt::Debug for EntityRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for EntityRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{EntityRef, EntityRefError, RefDefaults};

    fn parse(text: &str, kind: Option<&str>) -> Result<String, EntityRefError> {
        EntityRef::parse(text, RefDefaults { kind, namespace: "ns" }).map(|it| it.to_string())
    }

    #[test]
    fn parses_as_backstage_does() {
        assert_eq!(parse("a", Some("Group")).unwrap(), "group:ns/a");
        assert_eq!(parse("User:Default/Bob", Some("Group")).unwrap(), "user:default/bob");
        assert_eq!(parse("x/y", Some("API")).unwrap(), "api:x/y");
        assert_eq!(parse("a/b:c", Some("API")).unwrap(), "api:a/b:c");
        assert_eq!(parse("resource:r", None).unwrap(), "resource:ns/r");
        assert_eq!(parse("group:default/team a", None).unwrap(), "group:default/team a");
        assert_eq!(parse("foo", None), Err(EntityRefError::MissingKind));
        for bad in ["", ":x", "a:/x", "ns/", "a:ns/", "a:"] {
            assert_eq!(parse(bad, Some("API")), Err(EntityRefError::EmptyPart), "{bad}");
        }
    }

    #[test]
    fn gives_its_parts_back() {
        let it = EntityRef::new("API", "Team-A", "Orders.v1");
        assert_eq!((it.kind(), it.namespace(), it.name()), ("api", "team-a", "orders.v1"));
        assert_eq!(it.short(Some("api")), "team-a/orders.v1");
        assert_eq!(EntityRef::new("group", "default", "x").short(None), "group:x");
    }
}
