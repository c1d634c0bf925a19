//! `Entity`: one thing of the catalog, with its relations and the place it was read from.

use std::sync::Arc;

use serde_json::Value;

use super::EntityRef;
use crate::diagnostics::Span;

/// A directed edge from the entity that holds it, such as `ownedBy group:default/platform`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relation {
    /// The name of the edge, `ownedBy` and the like.
    pub name: Arc<str>,
    /// The entity at the other end; it need not exist.
    pub target: EntityRef,
}

/// A reference as it stands in a field of an entity, with its place.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The field, `spec.owner` and the like, or the annotation, as people name it.
    pub field: Arc<str>,
    /// The edge that the field makes, seen from the entity that holds it.
    pub relation: Arc<str>,
    /// The entity meant.
    pub target: EntityRef,
    /// Where it stands.
    pub span: Span,
}

/// Where an entity was read from.
#[derive(Clone, Debug)]
pub struct Place {
    /// The place of `metadata.name`.
    pub name: Span,
    /// The place of `metadata.title`, where there is one.
    pub title: Option<Span>,
    /// The place of `spec.lifecycle`, where that is `deprecated`.
    pub deprecated: Option<Span>,
    /// The index of the document in its file, from 0.
    pub document: usize,
    /// The location it was read from, as Backstage's `managed-by-location` has it, less the type.
    pub location: Arc<str>,
}

/// One thing of the catalog.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its identity.
    pub reference: EntityRef,
    /// `apiVersion`, `kind`, `metadata` and `spec`, with placeholders replaced.
    pub value: Value,
    /// All edges that leave it, sorted and unique. Filled once the whole catalog is read.
    pub relations: Vec<Relation>,
    /// Where it was read from.
    pub place: Place,
    /// The references that its own file makes.
    pub references: Vec<Reference>,
    /// What keeps Backstage from accepting it, each a sentence; empty when it is valid.
    pub errors: Vec<String>,
}

impl Entity {
    /// Returns a text field by path, such as `&["spec", "type"]`.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        path.iter().try_fold(&self.value, |value, key| value.get(key))?.as_str()
    }

    /// Returns the kind as written, `Component` and the like.
    pub fn kind(&self) -> &str {
        self.text(&["kind"]).unwrap_or_default()
    }

    /// Returns the name as written.
    pub fn name(&self) -> &str {
        self.text(&["metadata", "name"]).unwrap_or_default()
    }

    /// Returns the title to show: the profile's display name, else `metadata.title`, else the name
    /// (Backstage, `entityPresentation`).
    pub fn title(&self) -> &str {
        self.text(&["spec", "profile", "displayName"])
            .or_else(|| self.text(&["metadata", "title"]))
            .unwrap_or_else(|| self.name())
    }

    /// Returns the description, which is Markdown.
    pub fn description(&self) -> &str {
        self.text(&["metadata", "description"]).unwrap_or_default()
    }

    /// Returns an annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.text(&["metadata", "annotations", key])
    }

    /// Returns the targets of all edges of one name, sorted.
    pub fn targets<'a>(&'a self, relation: &'a str) -> impl Iterator<Item = &'a EntityRef> {
        let start = self.relations.partition_point(|it| &*it.name < relation);
        self.relations.iter().skip(start).take_while(move |it| &*it.name == relation).map(|it| &it.target)
    }

    /// Returns the edges that lead to one entity, without a look at all the others.
    pub fn relations_to<'a>(&'a self, target: &'a EntityRef) -> impl Iterator<Item = &'a Relation> {
        let mut rest = self.relations.as_slice();
        std::iter::from_fn(move || {
            loop {
                let name = &*rest.first()?.name;
                let (named, others) = rest.split_at(rest.partition_point(|it| &*it.name == name));
                rest = others;
                if let Ok(found) = named.binary_search_by(|it| it.target.cmp(target)) {
                    return named.get(found);
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Entity, EntityRef, Place, Relation, Value};
    use crate::diagnostics::Span;

    #[test]
    fn finds_the_edges_to_one_entity() {
        let edge = |name: &str, target: &str| Relation {
            name: Arc::from(name),
            target: EntityRef::parse_full(target).unwrap(),
        };
        let mut relations =
            vec![edge("a", "group:x"), edge("b", "group:w"), edge("b", "group:x"), edge("c", "group:y")];
        relations.sort_unstable();
        let file: Arc<str> = Arc::from("x.yaml");
        let place = Place {
            name: Span::file(Arc::clone(&file)),
            title: None,
            deprecated: None,
            document: 0,
            location: file,
        };
        let entity = Entity {
            reference: EntityRef::new("group", "default", "me"),
            value: Value::Null,
            relations,
            place,
            references: Vec::new(),
            errors: Vec::new(),
        };
        let names = |target: &str| -> Vec<String> {
            let target = EntityRef::parse_full(target).unwrap();
            entity.relations_to(&target).map(|it| it.name.to_string()).collect()
        };
        assert_eq!(names("group:x"), ["a", "b"]);
        assert_eq!(names("group:y"), ["c"]);
        assert!(names("group:z").is_empty());
    }
}
