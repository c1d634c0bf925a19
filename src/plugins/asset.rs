//! `Asset`: a picture of a plugin that the portal publishes.

use globset::GlobBuilder;
use serde_json::Value;

use super::icon;
use super::node::Reading;
use super::own_file::is_own_file;
use crate::sources::{Reader, join};

/// The largest picture, in bytes.
const BYTES_MAX: usize = 1024 * 1024;

/// The most pictures of one plugin.
const FILES_MAX: usize = 100;

/// The endings of pictures that a browser shows and runs nothing of. An SVG must be a plain drawing besides, since it
/// can be opened by itself.
const ENDINGS: &[&str] = &["avif", "gif", "jpeg", "jpg", "png", "svg", "webp"];

/// A picture of a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path in the folder of the plugin, by which `asset(…)` finds it.
    pub path: String,
    /// Its path below the root of the portal, with a hash of its content.
    pub published: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Reads the files that `assets` names.
pub(super) fn read(
    id: &str,
    value: &Value,
    folder: &str,
    reader: &dyn Reader,
    reading: &mut Reading<'_>,
) -> Vec<Asset> {
    let mut assets: Vec<Asset> = Vec::new();
    for (index, glob) in value.as_array().into_iter().flatten().enumerate() {
        let pointer = format!("/assets/{index}");
        let Some(glob) = glob.as_str() else { continue };
        let climbs = glob.starts_with('/') || glob.contains("://") || glob.split('/').any(|it| it == "..");
        if climbs || GlobBuilder::new(glob).build().is_err() {
            reading.error(
                "plugin/bad-value",
                &pointer,
                format!("`{glob}` is no pattern of files in the folder of the plugin"),
            );
            continue;
        }
        let found = reader.search(&join(folder, glob)).unwrap_or_default();
        for path in found {
            let below = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/').to_owned();
            // An icon of a bundle is in the sprite, and is none of the pictures.
            let read = || match is_own_file(folder, &path, reader) {
                true => asset(id, &below, &path, reader),
                false => Err(format!("`{below}` leads out of the plugin")),
            };
            match (assets.len() < FILES_MAX).then(read) {
                Some(Ok(asset)) if assets.iter().all(|it| it.path != asset.path) => assets.push(asset),
                Some(Ok(_)) => {}
                Some(Err(message)) => reading.error("plugin/bad-asset", &pointer, message),
                None => {
                    let message = format!("a plugin has at most {FILES_MAX} assets");
                    reading.error("plugin/bad-asset", &pointer, message);
                    return assets;
                }
            }
        }
    }
    assets
}

fn asset(id: &str, below: &str, path: &str, reader: &dyn Reader) -> Result<Asset, String> {
    let name = below.rsplit('/').next().unwrap_or(below);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let ending = ending.to_ascii_lowercase();
    if !ENDINGS.contains(&ending.as_str()) {
        return Err(format!("`{below}` is no picture: there are {}", ENDINGS.join(", ")));
    }
    let bytes = reader.read(path).map_err(|error| format!("`{below}` cannot be read: {error}"))?;
    if bytes.len() > BYTES_MAX {
        return Err(format!("`{below}` is larger than 1 MiB"));
    }
    if ending == "svg" {
        let text = std::str::from_utf8(&bytes).map_err(|_| format!("`{below}` is not UTF-8"))?;
        icon::check_drawing(text).map_err(|what| format!("`{below}` is no plain drawing: {what}"))?;
    }
    let plain = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    let stem: String = stem.chars().map(plain).collect();
    let hash = blake3::hash(&bytes).to_hex();
    let published = format!("assets/plugins/{id}/{stem}-{}.{ending}", hash.get(..10).unwrap_or_default());
    Ok(Asset { path: below.to_owned(), published, bytes })
}
