//! The annotation `callboard/former-names` to the references that entities had before.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Catalog;
use super::field_formats::{is_kind, is_name, is_namespace};
use crate::diagnostics::{Diagnostic, Report, Span};
use crate::model::{Entity, EntityRef, RefDefaults};
use crate::sources::{Reader, yaml};

/// Lists what an entity was called before, parted by commas.
pub const FORMER_NAMES: &str = "callboard/former-names";

/// The most former names of one entity.
const NAMES_MAX: usize = 100;

/// The longest name that a message shows, in characters.
const SHOWN_CHARS_MAX: usize = 80;

/// A reference that an entity had before.
#[derive(Clone, Debug)]
pub struct FormerName {
    /// The old reference.
    pub old: EntityRef,
    /// The entity that has it now.
    pub current: EntityRef,
    /// Where the annotation stands.
    pub span: Span,
}

/// Returns the former names in an annotation of `holder`: those that are references, and those that are not, each with
/// the reason. A kind and a namespace that are left out are those of the holder.
pub fn read_former_names(text: &str, holder: &EntityRef) -> (Vec<EntityRef>, Vec<String>) {
    let (mut names, mut wrong) = (Vec::new(), Vec::new());
    let written: Vec<&str> = text.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
    for part in written.iter().take(NAMES_MAX) {
        let defaults = RefDefaults { kind: Some(holder.kind()), namespace: holder.namespace() };
        match EntityRef::parse(part, defaults) {
            Ok(it) if is_kind(it.kind()) && is_namespace(it.namespace()) && is_name(it.name()) => {
                if !names.contains(&it) {
                    names.push(it);
                }
            }
            Ok(_) => wrong.push(format!("`{}` could never be the name of an entity", shown(part))),
            Err(error) => wrong.push(format!("`{}` is not an entity reference: {error}", shown(part))),
        }
    }
    if written.len() > NAMES_MAX {
        wrong.push(format!("an entity has at most {NAMES_MAX} former names, this one has {}", written.len()));
    }
    (names, wrong)
}

/// Returns a text as a message may show it: in one line and not too long.
fn shown(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(SHOWN_CHARS_MAX).collect()
}

/// Returns the former names of all entities, sorted. What is malformed, claimed twice or alive is reported and left out.
pub fn former_names(catalog: &Catalog, reader: &dyn Reader, report: &mut Report) -> Vec<FormerName> {
    let mut found: BTreeMap<EntityRef, FormerName> = BTreeMap::new();
    let named = || catalog.entities().iter().filter_map(|it| Some((it, it.annotation(FORMER_NAMES)?)));
    let spans = annotation_spans(named().map(|(entity, _)| &**entity), reader);
    for (entity, text) in named() {
        let span = spans.get(&entity.reference).unwrap_or(&entity.place.name).clone();
        let (names, wrong) = read_former_names(text, &entity.reference);
        report.extend(wrong.into_iter().map(|it| malformed(&span, it)));
        for old in names {
            if let Some(living) = catalog.get(&old) {
                report.push(alive(&span, entity, living));
            } else if let Some(first) = found.get(&old) {
                report.push(claimed_twice(&span, entity, first));
            } else {
                let current = entity.reference.clone();
                found.insert(old.clone(), FormerName { old, current, span: span.clone() });
            }
        }
    }
    found.into_values().collect()
}

fn malformed(span: &Span, message: String) -> Diagnostic {
    Diagnostic::error("catalog/bad-former-name", span.clone(), message)
        .reason(format!(
            "`{FORMER_NAMES}` is a list of references, `[kind:][namespace/]name`, parted by commas"
        ))
        .hint("write the old name alone, or `kind:namespace/name` where those changed too")
}

fn alive(span: &Span, holder: &Entity, living: &Entity) -> Diagnostic {
    let own = holder.reference == living.reference;
    let message = match own {
        true => format!("`{}` is the present name of the entity itself", living.reference),
        false => format!("`{}` is no former name: it is an entity of the catalog", living.reference),
    };
    let diagnostic = Diagnostic::warning("catalog/former-name-alive", span.clone(), message)
        .reason("the page of an entity wins over the address that sends on to another")
        .hint(format!("remove it from `{FORMER_NAMES}`"));
    if own { diagnostic } else { diagnostic.related(living.place.name.clone(), "the entity") }
}

fn claimed_twice(span: &Span, holder: &Entity, first: &FormerName) -> Diagnostic {
    let message = format!("`{}` is a former name of two entities; `{}` keeps it", first.old, first.current);
    Diagnostic::error("catalog/former-name-claimed-twice", span.clone(), message)
        .related(first.span.clone(), "claimed first here")
        .reason("an old address can send on to one page alone")
        .hint(format!("remove it from `{FORMER_NAMES}` of `{}` or of `{}`", first.current, holder.reference))
}

/// Returns the places of the annotations that can be found again in their files. Each file is parsed once, however many
/// entities it holds.
fn annotation_spans<'a>(
    entities: impl Iterator<Item = &'a Entity>,
    reader: &dyn Reader,
) -> BTreeMap<EntityRef, Span> {
    let mut files: BTreeMap<&Arc<str>, BTreeMap<usize, &EntityRef>> = BTreeMap::new();
    for entity in entities {
        let place = &entity.place;
        files.entry(&place.name.file).or_default().insert(place.document, &entity.reference);
    }
    let pointer = format!("/metadata/annotations/{}", FORMER_NAMES.replace('/', "~1"));
    let mut spans = BTreeMap::new();
    for (file, wanted) in files {
        let Ok(text) = reader.read_text(file) else { continue };
        for (index, document) in yaml::parse(file, &text).into_iter().enumerate() {
            if let (Some(reference), Ok(Some(document))) = (wanted.get(&index), document)
                && document.json().pointer(&pointer).is_some()
            {
                spans.insert((*reference).clone(), document.span(&pointer));
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::read_former_names;
    use crate::model::EntityRef;

    #[test]
    fn reads_names_with_the_holders_kind_and_namespace() {
        let holder = EntityRef::new("Component", "sea", "new");
        let read = |text: &str| {
            let (names, wrong) = read_former_names(text, &holder);
            (names.iter().map(ToString::to_string).collect::<Vec<_>>(), wrong.len())
        };
        assert_eq!(
            read("Old, land/old ,api:old,"),
            (
                vec![
                    "component:sea/old".to_owned(),
                    "component:land/old".to_owned(),
                    "api:sea/old".to_owned()
                ],
                0
            )
        );
        assert_eq!(read("old,OLD"), (vec!["component:sea/old".to_owned()], 0), "once is enough");
        for bad in [":x", "a/", "../../etc", "a b", "<script>", "x\ny", "a:b/c/d", &"x".repeat(64)] {
            assert_eq!(read(bad), (Vec::new(), 1), "{bad}");
        }
        assert_eq!(read(&"a,".repeat(5_000)).1, 1, "bounded");
        assert_eq!(read(""), (Vec::new(), 0));
    }
}
