//! The JSON twins of a portal that Callboard built to the entities that it was built from.

use std::sync::Arc;

use serde_json::Value;

use super::Snapshot;
use crate::diagnostics::Span;
use crate::model::{Entity, EntityRef, Place, Relation};
use crate::sources::{ReadError, Reader};

/// The folder of the twins below the root of a portal.
const FOLDER: &str = "api/catalog/entities/by-name";

/// Reads the twins of a built portal. `None` when it has none.
///
/// # Errors
/// When the folder cannot be read. A file in it that is no twin is passed over.
pub fn read_twins(reader: &dyn Reader) -> Result<Option<Snapshot>, ReadError> {
    let files = match reader.tree(FOLDER) {
        Ok(files) => files,
        Err(ReadError::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let entities: Vec<Arc<Entity>> =
        files.iter().filter_map(|path| read_twin(path, reader)).map(Arc::new).collect();
    let mut snapshot = Snapshot::new(entities);
    let has_docs = |it: &&EntityRef| {
        let path = format!("docs/{}/{}/{}/index.html", it.namespace(), it.kind(), it.name());
        reader.read(&path).is_ok()
    };
    snapshot.docs = snapshot.references().filter(has_docs).cloned().collect();
    Ok(Some(snapshot))
}

fn read_twin(path: &str, reader: &dyn Reader) -> Option<Entity> {
    let bytes = reader.read(path).ok()?;
    let mut value: Value = serde_json::from_slice(&bytes).ok()?;
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
    let namespace = text("/metadata/namespace").unwrap_or("default");
    let reference = EntityRef::new(text("/kind")?, namespace, text("/metadata/name")?);
    // The path is the identity too; a file that says otherwise is not what Callboard wrote.
    let expected = format!("{FOLDER}/{}/{}/{}", reference.kind(), reference.namespace(), reference.name());
    if path != expected {
        return None;
    }
    let written = value.as_object_mut()?.remove("relations").unwrap_or_default();
    let mut relations: Vec<Relation> = written.as_array()?.iter().filter_map(relation).collect();
    relations.sort_unstable();
    relations.dedup();
    let place =
        Place { name: Span::file(path), title: None, deprecated: None, document: 0, location: Arc::from("") };
    Some(Entity { reference, value, relations, place, references: Vec::new(), errors: Vec::new() })
}

fn relation(value: &Value) -> Option<Relation> {
    let name = Arc::from(value.get("type")?.as_str()?);
    let target = EntityRef::parse_full(value.get("targetRef")?.as_str()?).ok()?;
    Some(Relation { name, target })
}
