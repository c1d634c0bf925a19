//! The icons of plugins: SVG of strangers to symbols of the portal's sprite, made of a few shapes and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quick_xml::Reader as XmlReader;
use quick_xml::events::{BytesStart, Event};

use super::extension::Extension;
use super::extension_kind::{ExtensionKind, IconFile};
use super::manifest::Plugin;
use super::own_file::is_own_file;
use crate::diagnostics::{Diagnostic, Report};
use crate::sources::{Reader, join};

/// The largest file of an icon, in bytes.
const BYTES_MAX: usize = 32 * 1024;

/// How many elements an icon may have.
const ELEMENTS_MAX: usize = 256;

/// How deep groups may be nested.
const DEPTH_MAX: usize = 16;

/// How many icons the plugins of a site may bring.
const ICONS_MAX: usize = 1_000;

const SHAPES: &[&str] = &["g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"];

/// Attributes of shapes: where they are and how they are drawn.
const ATTRIBUTES: &[&str] = &[
    "d",
    "points",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "transform",
    "fill",
    "fill-rule",
    "fill-opacity",
    "clip-rule",
    "opacity",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-dasharray",
    "stroke-opacity",
];

/// Attributes that change nothing of an icon in a sprite and are left out without a word.
const HARMLESS: &[&str] =
    &["id", "class", "width", "height", "version", "role", "focusable", "x", "y", "preserveAspectRatio"];

/// Elements that only tell about an icon and are left out with what is in them.
const TELLING: &[&str] = &["title", "desc", "metadata"];

/// The icons of all plugins, by plugin and name.
#[derive(Clone, Debug, Default)]
pub struct Icons {
    symbols: BTreeMap<(String, String), String>,
}

/// Where the files of a plugin are.
pub(super) struct Home<'a> {
    pub(super) folder: String,
    pub(super) reader: &'a dyn Reader,
}

impl Icons {
    /// Reads the icons of all bundles that are on, and those that plugins name as their own.
    pub(super) fn read(
        plugins: &[Plugin],
        homes: &[Home<'_>],
        extensions: &[Extension],
        report: &mut Report,
    ) -> Self {
        let mut icons = Self::default();
        for (index, (plugin, home)) in plugins.iter().zip(homes).enumerate() {
            let own = plugin.icon.as_ref().filter(|it| it.path.ends_with(".svg"));
            icons.add(plugin, home, own.into_iter(), report);
            for extension in extensions.iter().filter(|it| it.plugin == index) {
                if let ExtensionKind::IconBundle { icons: files } = &extension.kind {
                    icons.add(plugin, home, files.iter(), report);
                }
            }
        }
        icons
    }

    fn add<'a>(
        &mut self,
        plugin: &Plugin,
        home: &Home<'_>,
        files: impl Iterator<Item = &'a IconFile>,
        report: &mut Report,
    ) {
        for file in files {
            let symbol = match self.symbols.len() < ICONS_MAX {
                true => read_file(plugin, home, file),
                false => Err(format!("the plugins of a site bring at most {ICONS_MAX} icons")),
            };
            match symbol {
                Ok(symbol) => drop(self.symbols.insert((plugin.id.clone(), file.name.clone()), symbol)),
                Err(message) => {
                    let diagnostic = Diagnostic::error("plugin/bad-icon", file.span.clone(), message);
                    report.push(diagnostic.reason(format!("`{}` is left out", file.path)));
                }
            }
        }
    }

    /// Returns the name in the sprite of an icon as a plugin calls it: its own by their names, those of others as
    /// `plugin:name`. `None` where it is none of a plugin.
    pub fn resolve(&self, plugin: &str, name: &str) -> Option<String> {
        let (plugin, name) = name.split_once(':').unwrap_or((plugin, name));
        let key = (plugin.to_owned(), name.to_owned());
        self.symbols.contains_key(&key).then(|| symbol_id(plugin, name))
    }

    /// Returns the symbols, to be added to the sprite.
    pub fn symbols(&self) -> String {
        self.symbols.values().map(String::as_str).collect()
    }
}

/// No id and no name has two hyphens in a row, so that this is no other symbol's.
fn symbol_id(plugin: &str, name: &str) -> String {
    format!("{plugin}--{name}")
}

fn read_file(plugin: &Plugin, home: &Home<'_>, file: &IconFile) -> Result<String, String> {
    let path = &file.path;
    let inside = path.ends_with(".svg") && !path.starts_with('/') && !path.contains("://");
    if !inside || path.split('/').any(|it| it == "..") {
        return Err(format!("`{path}` is no SVG file of the plugin, such as `icons/{}.svg`", file.name));
    }
    let file_path = join(&home.folder, path);
    if !is_own_file(&home.folder, &file_path, home.reader) {
        return Err(format!("`{path}` leads out of the plugin"));
    }
    let bytes = home.reader.read(&file_path);
    let bytes = bytes.map_err(|error| format!("`{path}` cannot be read: {error}"))?;
    if bytes.len() > BYTES_MAX {
        return Err(format!("`{path}` is larger than 32 KiB"));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("`{path}` is not UTF-8"))?;
    symbol(&symbol_id(&plugin.id, &file.name), &text)
        .map_err(|what| format!("`{path}` is no plain icon: {what}"))
}

/// Writes an icon anew as a symbol, from what is allowed in it. Anything else is an error and never a part left out,
/// since half an icon is no icon.
fn symbol(id: &str, text: &str) -> Result<String, String> {
    let mut reader = XmlReader::from_str(text);
    let mut out = String::new();
    let (mut depth, mut count, mut ended) = (0_usize, 0_usize, false);
    loop {
        let event = reader.read_event().map_err(|error| format!("it does not parse: {error}"))?;
        match event {
            Event::Start(start) if TELLING.contains(&name_of(&start).as_str()) => {
                reader.read_to_end(start.name()).map_err(|error| format!("it does not parse: {error}"))?;
            }
            Event::Empty(start) if TELLING.contains(&name_of(&start).as_str()) => {}
            Event::Start(start) => {
                open(&start, id, depth, ended, &mut out)?;
                out.push('>');
                (depth, count) = (depth + 1, count + 1);
            }
            Event::Empty(start) => {
                open(&start, id, depth, ended, &mut out)?;
                out.push_str("/>");
                count += 1;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                let name = end.name().as_ref().to_owned();
                let _ = write!(out, "</{}>", if depth == 0 { "symbol" } else { &name });
                ended |= depth == 0;
            }
            Event::Text(text) if text.chars().all(|it| it.is_ascii_whitespace()) => {}
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => return Err("it holds text".to_owned()),
            Event::DocType(_) => return Err("it holds a document type".to_owned()),
            Event::PI(_) => return Err("it holds a processing instruction".to_owned()),
            Event::Comment(_) | Event::Decl(_) => {}
            Event::Eof => break,
        }
        if depth > DEPTH_MAX || count > ELEMENTS_MAX {
            return Err(format!("it has more than {ELEMENTS_MAX} shapes, or groups in {DEPTH_MAX} groups"));
        }
    }
    match ended && depth == 0 {
        true => Ok(out + "\n"),
        false => Err("there is no whole `svg` in it".to_owned()),
    }
}

/// Says whether an SVG has shapes alone.
pub(super) fn check_drawing(text: &str) -> Result<(), String> {
    symbol("drawing", text).map(drop)
}

fn name_of(start: &BytesStart<'_>) -> String {
    start.name().as_ref().to_owned()
}

/// Writes the start of an element, without its last bracket.
fn open(start: &BytesStart<'_>, id: &str, depth: usize, ended: bool, out: &mut String) -> Result<(), String> {
    let name = name_of(start);
    let is_root = depth == 0;
    if ended || is_root != (name == "svg") || !is_root && !SHAPES.contains(&name.as_str()) {
        return Err(format!("it holds `<{name}>`"));
    }
    let mut kept = BTreeMap::new();
    let mut view_box = None;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| format!("it does not parse: {error}"))?;
        let key = attribute.key.as_ref().to_owned();
        let value = attribute.value.into_owned();
        let drawn = ATTRIBUTES.contains(&key.as_str());
        let ignored = HARMLESS.contains(&key.as_str()) && (is_root || !drawn)
            || ["xmlns", "xmlns:", "aria-", "data-"].iter().any(|it| key.starts_with(it))
            || key == "xml:space";
        if is_root && key == "viewBox" {
            view_box = Some(value).filter(|it| is_plain(it) && it.split_ascii_whitespace().count() == 4);
        } else if drawn && !(is_root && ignored) && is_allowed(&key, &value) {
            kept.insert(key, value);
        } else if !ignored {
            return Err(format!("`{key}` of `<{name}>` is not allowed, or not with this value"));
        }
    }
    if is_root {
        let view_box = view_box.ok_or("its `svg` has no `viewBox` of four numbers")?;
        let _ = write!(out, "<symbol id=\"{id}\" viewBox=\"{view_box}\"");
        // What says nothing is filled, as everywhere in SVG, though the portal's own icons are drawn with lines.
        if !kept.contains_key("fill") && !kept.contains_key("stroke") {
            kept.insert("fill".to_owned(), "currentColor".to_owned());
            kept.insert("stroke".to_owned(), "none".to_owned());
        }
    } else {
        let _ = write!(out, "<{name}");
    }
    for (key, value) in kept {
        let _ = write!(out, " {key}=\"{value}\"");
    }
    Ok(())
}

/// Returns whether a value is made of numbers, commands of paths and names of transformations alone.
fn is_plain(value: &str) -> bool {
    value.bytes().all(|it| it.is_ascii_alphanumeric() || b" ,.-+()\t\r\n".contains(&it))
}

fn is_allowed(key: &str, value: &str) -> bool {
    let value = value.trim();
    match key {
        "fill" | "stroke" => {
            let hex = value.strip_prefix('#').is_some_and(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
            hex || !value.is_empty() && value.bytes().all(|it| it.is_ascii_alphabetic())
        }
        _ => is_plain(value) && !value.to_ascii_lowercase().contains("url"),
    }
}

#[cfg(test)]
mod tests {
    use super::symbol;

    #[test]
    fn keeps_shapes_alone() {
        let lamp = r##"<?xml version="1.0"?><!-- a lamp --><svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24" class="x">
            <title>Lamp</title><g fill="none" stroke="#f2c14e"><path d="M1 2h3"/><circle id="c" cx="3" cy="3" r="2"></circle></g></svg>"##;
        let made = symbol("p--lamp", lamp).unwrap();
        assert_eq!(
            made,
            "<symbol id=\"p--lamp\" viewBox=\"0 0 24 24\" fill=\"currentColor\" stroke=\"none\">\
             <g fill=\"none\" stroke=\"#f2c14e\"><path d=\"M1 2h3\"/><circle cx=\"3\" cy=\"3\" r=\"2\"></circle></g></symbol>\n"
        );
        let lines = symbol("i", r#"<svg viewBox="0 0 9 9" fill="none" stroke="currentColor"/>"#);
        assert!(lines.is_err(), "an icon without an end tag has nothing in it");
    }

    #[test]
    fn refuses_everything_else() {
        for inside in [
            "<script>alert(1)</script>",
            "<style>*{}</style>",
            "<foreignObject/>",
            "<a href=\"x\"/>",
            "<image/>",
            "<use href=\"#x\"/>",
            "<path onclick=\"x\"/>",
            "<path style=\"fill:red\"/>",
            "<path fill=\"url(#g)\"/>",
            "<path d=\"M0 0&quot;/>\"/>",
            "<animate/>",
            "<set/>",
            "text",
            "<![CDATA[x]]>",
            "&amp;",
            "<svg/>",
            "<linearGradient/>",
            "<path transform=\"url(x)\"/>",
            "<path xlink:href=\"x\"/>",
            "<PATH/>",
            "<svg:path/>",
        ] {
            let text = format!("<svg viewBox=\"0 0 9 9\">{inside}</svg>");
            assert!(symbol("i", &text).is_err(), "{inside}");
        }
        for text in [
            "",
            "<svg></svg>",
            "<svg viewBox=\"0 0 9\"></svg>",
            "<svg viewBox=\"0 0 9 9\">",
            "<g></g>",
            "<svg viewBox=\"0 0 9 9\"></svg><script/>",
            "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg viewBox=\"0 0 9 9\"></svg>",
            "<?x y?><svg viewBox=\"0 0 9 9\"></svg>",
            "<svg viewBox=\"0 0 9 9\"></svg><svg viewBox=\"0 0 9 9\"></svg>",
        ] {
            assert!(symbol("i", text).is_err(), "{text}");
        }
        let deep = format!("<svg viewBox=\"0 0 9 9\">{}{}</svg>", "<g>".repeat(40), "</g>".repeat(40));
        assert!(symbol("i", &deep).is_err());
        let many = format!("<svg viewBox=\"0 0 9 9\">{}</svg>", "<g/>".repeat(400));
        assert!(symbol("i", &many).is_err());
    }
}
