//! `KindSet`: the kinds that a catalog knows: the built-in ones, and those that plugins declare.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::kinds::{KINDS, kind_spec};
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::model::{KindSpec, RelationField};
use crate::sources::schema::Schema;

/// A kind that a plugin declares.
#[derive(Clone, Debug)]
pub struct DeclaredKind {
    /// The kind, in its only accepted case.
    pub kind: String,
    /// The plural for headings.
    pub plural: String,
    /// The name of its icon.
    pub icon: String,
    /// The accepted values of `apiVersion`.
    pub api_versions: Vec<String>,
    /// The JSON Schema of `spec`; anything is taken where there is none.
    pub schema: Option<Value>,
    /// The fields of `spec` that make relations.
    pub relations: Vec<DeclaredRelation>,
    /// Where it is declared.
    pub span: Span,
}

/// A field of a declared kind whose value is one entity reference or a list of them.
#[derive(Clone, Debug)]
pub struct DeclaredRelation {
    /// The key below `spec`.
    pub field: String,
    /// The kind of a reference that names none; `None` makes such a reference an error.
    pub default_kind: Option<String>,
    /// The edge from the entity to the target.
    pub out: String,
    /// The edge from the target to the entity.
    pub back: String,
    /// Where it is declared.
    pub span: Span,
}

impl DeclaredRelation {
    fn field(&self) -> RelationField<'_> {
        RelationField {
            field: &self.field,
            kind: self.default_kind.as_deref(),
            out: &self.out,
            back: &self.back,
            types: &[],
        }
    }
}

/// The kinds that a catalog knows, and the names of their relations.
#[derive(Debug)]
pub struct KindSet {
    declared: Vec<(DeclaredKind, Option<Schema>)>,
    opposites: BTreeMap<Arc<str>, Arc<str>>,
}

/// One known kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum KnownKind<'a> {
    /// One of Backstage's own.
    Builtin(&'static KindSpec),
    /// One that a plugin declares.
    Declared(&'a DeclaredKind, Option<&'a Schema>),
}

impl<'a> KnownKind<'a> {
    /// Returns whether it is this built-in kind.
    pub(super) fn is(self, kind: &str) -> bool {
        matches!(self, Self::Builtin(spec) if spec.kind == kind)
    }

    /// Returns the fields that make relations.
    pub(super) fn relations(self) -> Vec<RelationField<'a>> {
        match self {
            Self::Builtin(spec) => spec.relations.to_vec(),
            Self::Declared(kind, _) => kind.relations.iter().map(DeclaredRelation::field).collect(),
        }
    }
}

impl Default for KindSet {
    fn default() -> Self {
        Self::new(Vec::new(), &mut Report::new())
    }
}

impl KindSet {
    /// Returns the built-in kinds and these. A declaration that contradicts an earlier one is reported and left out.
    pub fn new(declared: Vec<DeclaredKind>, report: &mut Report) -> Self {
        let mut opposites = BTreeMap::new();
        for field in KINDS.iter().flat_map(|it| it.relations) {
            add_pair(&mut opposites, field.out, field.back);
        }
        let mut set = Self { declared: Vec::new(), opposites };
        for kind in declared {
            set.add(kind, report);
        }
        set
    }

    fn add(&mut self, mut kind: DeclaredKind, report: &mut Report) {
        let known = kind_spec(&kind.kind).is_some_and(|it| {
            it.api_versions.iter().any(|version| kind.api_versions.iter().any(|it| it == version))
        });
        let twice = self.declared.iter().find(|(it, _)| it.kind.eq_ignore_ascii_case(&kind.kind));
        if known || twice.is_some() {
            let message = match known {
                true => format!("the kind `{}` with this `apiVersion` is Backstage's own", kind.kind),
                false => format!("the kind `{}` is declared twice; the first declaration stays", kind.kind),
            };
            let diagnostic = Diagnostic::error("plugin/duplicate-kind", kind.span.clone(), message);
            report.push(match twice {
                Some((first, _)) => diagnostic.related(first.span.clone(), "first declared here"),
                None => diagnostic.hint("give it an `apiVersion` of your own, or another name"),
            });
            return;
        }
        kind.relations.retain(|it| {
            let agrees = self.opposites.get(it.out.as_str()).is_none_or(|back| **back == *it.back)
                && self.opposites.get(it.back.as_str()).is_none_or(|out| **out == *it.out);
            if agrees {
                add_pair(&mut self.opposites, &it.out, &it.back);
            } else {
                report.push(contradicts(it, &self.opposites));
            }
            agrees
        });
        // A schema that does not compile was reported with the manifest.
        let schema = kind.schema.clone().and_then(|it| Schema::new(it).ok());
        self.declared.push((kind, schema));
    }

    /// Returns a kind by its spelling and `apiVersion`; case matters, as it does to Backstage's validators.
    pub(super) fn find(&self, kind: &str, api_version: &str, newer_model: bool) -> Option<KnownKind<'_>> {
        let builtin = kind_spec(kind)
            .filter(|it| it.api_versions.contains(&api_version) && (newer_model || !it.newer_model));
        builtin.map(KnownKind::Builtin).or_else(|| {
            let declared = self.declared.iter().find(|(it, _)| {
                it.kind == kind && it.api_versions.iter().any(|version| version == api_version)
            });
            declared.map(|(kind, schema)| KnownKind::Declared(kind, schema.as_ref()))
        })
    }

    /// Returns the name of the edge that goes back along `relation`.
    pub(super) fn opposite(&self, relation: &str) -> Option<&Arc<str>> {
        self.opposites.get(relation)
    }

    /// Returns the shared form of a relation's name.
    pub(super) fn name(&self, relation: &str) -> Arc<str> {
        self.opposites
            .get_key_value(relation)
            .map_or_else(|| Arc::from(relation), |(name, _)| Arc::clone(name))
    }

    /// Returns the spellings of all kinds.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        KINDS.iter().map(|it| it.kind).chain(self.declared.iter().map(|(it, _)| it.kind.as_str()))
    }

    /// Returns the accepted values of `apiVersion` of a kind, and whether it belongs to Backstage's ai-model module.
    pub(super) fn api_versions(&self, kind: &str) -> Option<(Vec<&str>, bool)> {
        if let Some(spec) = kind_spec(kind) {
            return Some((spec.api_versions.to_vec(), spec.newer_model));
        }
        let (declared, _) = self.declared.iter().find(|(it, _)| it.kind == kind)?;
        Some((declared.api_versions.iter().map(String::as_str).collect(), false))
    }

    /// Returns the place of a kind (in any case) among all: the built-in ones in their customary order, then the declared
    /// ones; unknown ones come last.
    pub fn rank(&self, kind: &str) -> usize {
        self.names().position(|it| it.eq_ignore_ascii_case(kind)).unwrap_or(usize::MAX)
    }

    /// Returns the plural of a kind for headings; `written` is its spelling.
    pub fn plural(&self, written: &str) -> String {
        if let Some(spec) = KINDS.iter().find(|it| it.kind.eq_ignore_ascii_case(written)) {
            return spec.plural.to_owned();
        }
        match self.declared(written) {
            Some(declared) => declared.plural.clone(),
            None if written.ends_with('s') => format!("{written}es"),
            None => format!("{written}s"),
        }
    }

    /// Returns the pair of a relation that a plugin declares, the direction of its field first.
    pub fn declared_pair(&self, relation: &str) -> Option<(&str, &str)> {
        let relations = self.declared.iter().flat_map(|(it, _)| &it.relations);
        relations
            .map(|it| (it.out.as_str(), it.back.as_str()))
            .find(|(out, back)| *out == relation || *back == relation)
    }

    /// Returns the declaration of a kind, in any case.
    pub fn declared(&self, kind: &str) -> Option<&DeclaredKind> {
        self.declared.iter().map(|(it, _)| it).find(|it| it.kind.eq_ignore_ascii_case(kind))
    }
}

fn add_pair(opposites: &mut BTreeMap<Arc<str>, Arc<str>>, out: &str, back: &str) {
    let (out, back): (Arc<str>, Arc<str>) = (Arc::from(out), Arc::from(back));
    opposites.entry(Arc::clone(&out)).or_insert_with(|| Arc::clone(&back));
    opposites.entry(back).or_insert(out);
}

fn contradicts(relation: &DeclaredRelation, opposites: &BTreeMap<Arc<str>, Arc<str>>) -> Diagnostic {
    let (name, other) = [&relation.out, &relation.back]
        .into_iter()
        .find_map(|it| Some((it, opposites.get(it.as_str())?)))
        .map_or((relation.out.as_str(), ""), |(name, other)| (name.as_str(), other));
    let message = format!("the relation `{name}` already goes back as `{other}`");
    Diagnostic::error("plugin/contradicting-relation", relation.span.clone(), message)
        .reason("a relation has one name in each direction, in the whole catalog")
        .hint(format!("use the pair `{name}` and `{other}`, or two new names"))
}
