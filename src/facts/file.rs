//! Files and folders, read with the readers of the catalog.

use serde_json::{Value as Json, json};

use super::allowance;
use super::failures::Failed;
use super::grant;
use super::question::{Question, Reply};
use crate::plugins::engine::Scope;
use crate::plugins::is_own_file;
use crate::plugins::source::{FileFetch, FileFormat, Origin, TreeFetch};
use crate::sources::format::{Format, parse};
use crate::sources::{ReadError, join, parent, split_remote};

/// The most bytes of all files of one folder.
const TREE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Where a file is: its path for the reader, and whether it is meant relative to an entity.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) beside: bool,
}

/// Works out where a text leads.
pub(super) fn place(question: &Question<'_>, written: &str, origin: Origin) -> Result<Place, Failed> {
    let outside = question.outside;
    let address = written.strip_prefix("url:").or_else(|| written.strip_prefix("dir:")).unwrap_or(written);
    if address.contains("://") {
        let path = outside.addresses.path_of(address);
        let path = path.ok_or_else(|| format!("`{address}` cannot be read: reading elsewhere is off"))?;
        // An entity may name a place in its own repository by its address; the site is the repository of its own.
        let own = question.keys.first().and_then(|it| it.first.as_ref());
        let root = |path: &str| split_remote(path).map(|(root, _)| root.to_owned());
        let beside = own.is_some_and(|it| root(&it.place.location) == root(&path));
        return Ok(Place { path, beside });
    }
    match origin {
        Origin::Site => Ok(Place { path: join("", address), beside: false }),
        Origin::Plugin => Ok(Place { path: join(parent(&question.plugin.file), address), beside: false }),
        Origin::Entity => {
            let entity = question.keys.first().and_then(|it| it.first.as_ref());
            let entity =
                entity.ok_or_else(|| "there is no entity that the path is relative to".to_owned())?;
            let path = outside.addresses.resolve(&entity.place.location, address);
            let path = path.ok_or_else(|| format!("`{address}` cannot be read"))?;
            Ok(Place { path, beside: true })
        }
    }
}

/// Reads one file.
pub(super) fn read(question: &mut Question<'_>, fetch: &FileFetch) -> Result<Reply, Failed> {
    let scope = question.scope();
    let written = question.text(fetch.url, &scope);
    if written.is_empty() {
        return Err(Failed::Missing);
    }
    let format = format_of(question, &fetch.format, &scope)?;
    let place = place(question, &written, fetch.origin)?;
    allowed(question, &written, &place, fetch.origin, &scope)?;
    let bytes = match question.outside.reader.read(&place.path) {
        Err(ReadError::NotFound) if fetch.optional => return Err(Failed::Empty),
        other => other?,
    };
    allowance::wait_for_room(bytes.len(), &mut question.room);
    let body = parse(format, &place.path, &bytes).map_err(|error| {
        let at = error.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        format!("`{written}` cannot be read: {}{at}", error.message)
    })?;
    let mut reply = Reply::of(body);
    reply.stale = question.outside.reader.stale(&place.path).map(|it| (it.since, it.reason.to_string()));
    Ok(reply)
}

/// Returns the format of a file. One that is computed comes from people, who may misspell it.
fn format_of(question: &mut Question<'_>, format: &FileFormat, scope: &Scope<'_>) -> Result<Format, Failed> {
    let name = match format {
        FileFormat::Named(name) => name.clone(),
        FileFormat::Computed(code) => question.text(*code, scope),
    };
    Format::parse_name(&name).ok_or_else(|| Failed::Because(format!("there is no format `{name}`")))
}

/// Checks that a plugin may read a file.
pub(super) fn allowed(
    question: &Question<'_>,
    written: &str,
    place: &Place,
    origin: Origin,
    scope: &Scope<'_>,
) -> Result<(), Failed> {
    // A plugin may read its own folder.
    if origin == Origin::Plugin && !written.contains("://") {
        let folder = parent(&question.plugin.file);
        return match is_own_file(folder, &place.path, question.outside.reader) {
            true => Ok(()),
            false => Err(Failed::Because(format!("`{written}` lies outside of the plugin's folder"))),
        };
    }
    let reader = question.outside.reader;
    let followed = reader.followed(&place.path).unwrap_or_else(|_| place.path.clone());
    let wanted = (written, followed.as_str(), place.beside);
    grant::check_file(question.plugin, question.source, wanted, question.program, scope, question.outside)?;
    Ok(())
}

/// Reads the files of a folder: a list of `{path, name, url, content}`, sorted by path.
pub(super) fn read_tree(question: &mut Question<'_>, fetch: &TreeFetch) -> Result<Reply, Failed> {
    let scope = question.scope();
    let written = question.text(fetch.url, &scope);
    if written.is_empty() {
        return Err(Failed::Missing);
    }
    let folder = place(question, &written, fetch.origin)?;
    let reader = question.outside.reader;
    let glob = join(folder.path.trim_end_matches('/'), &fetch.glob);
    let mut paths = reader.search(&glob)?;
    paths.retain(|it| !it.rsplit('/').next().unwrap_or(it).starts_with('.'));
    paths.truncate(fetch.files_max);
    let format = Format::parse_name(&fetch.format).unwrap_or_default();
    let (mut rows, mut bytes_left) = (Vec::with_capacity(paths.len()), TREE_BYTES_MAX);
    let base =
        split_remote(&folder.path).map_or(folder.path.as_str(), |(_, below)| below).trim_end_matches('/');
    for path in &paths {
        let file = Place { path: path.clone(), beside: folder.beside };
        allowed(question, path, &file, fetch.origin, &scope)?;
        let bytes = reader.read(path)?;
        let Some(left) = bytes_left.checked_sub(bytes.len()) else {
            return Err(Failed::Because(format!("the files of `{written}` have more than 32 MiB")));
        };
        bytes_left = left;
        allowance::wait_for_room(TREE_BYTES_MAX - left, &mut question.room);
        // One file that cannot be read does not take the others with it.
        let (content, error) = match parse(format, path, &bytes) {
            Ok(content) => (content, Json::Null),
            Err(error) => (Json::Null, Json::String(error.message)),
        };
        let inside = split_remote(path).map_or(path.as_str(), |(_, below)| below);
        let below = inside.strip_prefix(base).unwrap_or(inside).trim_start_matches('/');
        rows.push(json!({
            "path": below,
            "name": below.rsplit('/').next().unwrap_or(below),
            "url": question.outside.addresses.url_of(path),
            "content": content,
            "error": error,
        }));
    }
    Ok(Reply::of(Json::Array(rows)))
}
