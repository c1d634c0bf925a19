//! The annotation `backstage.io/techdocs-ref` of an entity to the folder of its `mkdocs.yml`.

use std::sync::Arc;

use super::problems;
use crate::diagnostics::{Diagnostic, Span};
use crate::model::Entity;
use crate::sources::{OriginMap, Reader, join, normalize, parent, yaml};

/// Names the documentation folder of an entity.
pub(super) const ANNOTATION: &str = "backstage.io/techdocs-ref";

/// Names the entity whose documentation is shown instead.
pub(super) const ENTITY_ANNOTATION: &str = "backstage.io/techdocs-entity";

/// Names the source of an entity, which `dir:` is relative to.
const SOURCE_ANNOTATION: &str = "backstage.io/source-location";

/// Returns the folder that the annotation of an entity names.
pub(super) fn folder(
    entity: &Entity,
    origin: Option<&OriginMap>,
    reader: &dyn Reader,
) -> Result<String, Box<Diagnostic>> {
    let written = entity.annotation(ANNOTATION).unwrap_or_default().trim();
    let place = || annotation_span(entity, ANNOTATION, reader);
    match written.split_once(':') {
        Some(("dir", path)) => Ok(join(&base(entity, origin), path.trim())),
        Some(("url", address)) => {
            mapped(address, origin).ok_or_else(|| Box::new(problems::reference_remote(place(), address)))
        }
        _ => Err(Box::new(problems::reference_type(place(), written))),
    }
}

/// Returns the folder that `dir:` is relative to: that of the source where it is in the copy, else that of the file.
fn base(entity: &Entity, origin: Option<&OriginMap>) -> String {
    let source = entity.annotation(SOURCE_ANNOTATION).map(str::trim).and_then(|it| it.strip_prefix("url:"));
    // Where the catalog itself has set it, it says no more than the file does.
    let derived = origin.and_then(|it| it.source_url_of(&entity.place.location));
    let folder = source.filter(|it| Some(*it) != derived.as_deref()).and_then(|address| {
        let path = origin?.path_of(address)?;
        // As everywhere on the web, an address that does not end in `/` means a file, and its folder is one up.
        Some(if address.ends_with('/') { path } else { parent(&path).to_owned() })
    });
    folder.unwrap_or_else(|| normalize(parent(&entity.place.location)))
}

/// Returns the folder of the copy that the address of a tree, or of a whole repository, means.
fn mapped(address: &str, origin: Option<&OriginMap>) -> Option<String> {
    let (address, origin) = (address.trim(), origin?);
    let whole = || origin.path_of(&format!("{}/tree/HEAD", address.trim_end_matches('/')));
    origin.path_of(address).or_else(whole)
}

/// Returns the place of an annotation: that in its file where it can be found again, else that of the entity.
pub(super) fn annotation_span(entity: &Entity, key: &str, reader: &dyn Reader) -> Span {
    let file = &entity.place.name.file;
    let found = reader.read_text(file).ok().and_then(|text| {
        let documents = yaml::parse(&Arc::clone(file), &text);
        let document = documents.into_iter().nth(entity.place.document)?.ok()??;
        let pointer = format!("/metadata/annotations/{}", key.replace('~', "~0").replace('/', "~1"));
        document.json().pointer(&pointer).map(|_| document.span(&pointer))
    });
    found.unwrap_or_else(|| entity.place.name.clone())
}
