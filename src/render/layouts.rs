//! `Layouts`: the Tera templates and assets of the portal, the site's own over the built-in ones.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use crate::diagnostics::{Diagnostic, Position, Report, Span};
use crate::portal::Page;
use crate::sources::Reader;

/// The file of the themes among the assets.
const THEME: &str = "tokens.css";

/// The folder of the built-in layouts.
const BUILTIN: &str = "layouts";

/// What all pages show of the site.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LayoutSettings {
    /// The language of the pages.
    pub lang: String,
    /// The name of the portal.
    pub title: String,
    /// The organisation.
    pub organization: String,
    /// What the portal is for.
    pub description: String,
    /// The style sheet of themes, which is loaded after the portal's own; empty if there is none.
    #[serde(skip)]
    pub theme: String,
    /// Symbols to add to the icon sprite.
    #[serde(skip)]
    pub symbols: String,
}

/// The files that pages load, under names that hold a hash of their content.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The name without its ending (`portal`, `icons`) and the ending, to the path below the root and the bytes.
    files: BTreeMap<String, (String, Vec<u8>)>,
}

impl Assets {
    /// Returns the path of an asset below the root, by its file name.
    pub fn path(&self, name: &str) -> &str {
        self.files.get(name).map(|(path, _)| path.as_str()).unwrap_or_default()
    }

    /// Returns all assets: path and bytes.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.values().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }
}

/// The layouts, ready to render.
#[derive(Debug)]
pub struct Layouts {
    tera: Tera,
    /// The files of the site's own layouts by name.
    own: BTreeMap<String, String>,
    /// The assets.
    pub assets: Assets,
}

impl Layouts {
    /// Reads the built-in layouts and those in `folder` of the site, where a file of the same name wins. A layout of the
    /// site that does not parse is reported, and the built-in one stands in. `None` when the built-in ones are broken.
    pub fn load(
        folder: &str,
        reader: &dyn Reader,
        builtin: &dyn Reader,
        settings: &LayoutSettings,
        report: &mut Report,
    ) -> Option<Self> {
        let mut own = files(folder, reader);
        let mut standard = files(BUILTIN, builtin);
        let mut tera = Tera::default();
        let templates = |files: &BTreeMap<String, (String, Vec<u8>)>| -> Vec<(String, String)> {
            let is_template = |name: &&String| name.ends_with(".html");
            let text =
                |name: &String| files.get(name).map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
            files.keys().filter(is_template).filter_map(|name| Some((name.clone(), text(name)?))).collect()
        };
        let base = templates(&standard);
        if let Err(error) = tera.add_raw_templates(base.clone()) {
            report.push(broken(&error, &BTreeMap::new(), BUILTIN));
            return None;
        }
        let changed: Vec<(String, String)> =
            templates(&own).into_iter().filter(|it| !base.contains(it)).collect();
        for (name, text) in changed {
            let mut trial = Tera::default();
            let mut all: BTreeMap<String, String> = base.iter().cloned().collect();
            all.insert(name.clone(), text.clone());
            if let Err(error) = trial.add_raw_templates(all) {
                report.push(
                    broken(&error, &paths(&own), &name)
                        .hint("the built-in layout is used until this one is correct"),
                );
                own.remove(&name);
            } else if let Err(error) = tera.add_raw_template(&name, &text) {
                report.push(broken(&error, &paths(&own), &name));
            }
        }
        let paths = paths(&own);
        add_to_assets(&mut standard, &mut own, settings);
        let assets = assets(standard, own);
        let context = tera.global_context();
        context.insert("lang", &settings.lang);
        context.insert(
            "site",
            &serde_json::json!({
                "title": settings.title, "organization": settings.organization,
                "description": settings.description, "version": env!("CARGO_PKG_VERSION"),
            }),
        );
        let path = |name: &str| assets.path(name).to_owned();
        context.insert(
            "assets",
            &serde_json::json!({
                "css": path("portal.css"), "theme": path("theme.js"), "portal": path("portal.js"),
                "palette": path("palette.js"), "tables": path("tables.js"), "icons": path("icons.svg"),
                "tokens": path(THEME),
            }),
        );
        Some(Self { tera, own: paths, assets })
    }

    /// Renders a page by the layout of its kind.
    ///
    /// # Errors
    /// When the layout fails on this page.
    pub fn render(&self, page: &Page) -> Result<String, Box<Diagnostic>> {
        let layout = format!("{}.html", page.page.kind);
        let failed = |error: tera::Error| {
            let (span, reason) = located(&error, &self.own, &layout);
            let message = format!("the layout `{layout}` fails: {reason}");
            let diagnostic = Diagnostic::error("layout/failed", span, message);
            Box::new(diagnostic.reason(format!("it was rendering `/{}`", page.page.path)))
        };
        let context = Context::from_serialize(page).map_err(failed)?;
        self.tera.render(&layout, &context).map_err(failed)
    }
}

/// Returns the files of a folder by their path below it, each with its whole path.
fn files(folder: &str, reader: &dyn Reader) -> BTreeMap<String, (String, Vec<u8>)> {
    let mut files = BTreeMap::new();
    for path in reader.tree(folder).unwrap_or_default() {
        let name = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/').to_owned();
        if let Ok(bytes) = reader.read(&path) {
            files.insert(name, (path, bytes));
        }
    }
    files
}

type Files = BTreeMap<String, (String, Vec<u8>)>;

/// Adds what plugins bring: the sheet of their themes, and their icons to the sprite, which may be the site's own.
fn add_to_assets(standard: &mut Files, own: &mut Files, settings: &LayoutSettings) {
    const SPRITE: &str = "assets/icons.svg";
    if !settings.theme.is_empty() {
        let name = format!("assets/{THEME}");
        standard.insert(name.clone(), (name, settings.theme.clone().into_bytes()));
    }
    let sprites = if own.contains_key(SPRITE) { own } else { standard };
    if let Some((_, bytes)) = sprites.get_mut(SPRITE).filter(|_| !settings.symbols.is_empty()) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if let Some((before, after)) = text.rsplit_once("</svg>") {
            *bytes = format!("{before}{}</svg>{after}", settings.symbols).into_bytes();
        }
    }
}

/// Returns the assets with a hash in their names.
fn assets(standard: Files, own: Files) -> Assets {
    let mut assets = Assets::default();
    for (name, (_, bytes)) in standard.into_iter().chain(own) {
        let Some(file) = name.strip_prefix("assets/") else { continue };
        let hash = blake3::hash(&bytes).to_hex();
        let hash = hash.get(..8).unwrap_or_default();
        let path = match file.rsplit_once('.') {
            Some((stem, ending)) => format!("assets/{stem}-{hash}.{ending}"),
            None => format!("assets/{file}-{hash}"),
        };
        assets.files.insert(file.to_owned(), (path, bytes));
    }
    assets
}

/// Returns the files of the site's own layouts by name.
fn paths(own: &Files) -> BTreeMap<String, String> {
    own.iter().map(|(name, (path, _))| (name.clone(), path.clone())).collect()
}

fn broken(error: &tera::Error, own: &BTreeMap<String, String>, layout: &str) -> Diagnostic {
    let (span, reason) = located(error, own, layout);
    Diagnostic::error("layout/does-not-parse", span, format!("the layout does not parse: {reason}"))
}

/// Returns where an error is, and what is wrong. Tera knows the place of most, which may be in a layout that `layout`
/// includes; of the others `layout` as a whole is the place.
fn located(error: &tera::Error, own: &BTreeMap<String, String>, layout: &str) -> (Span, String) {
    let file = |name: &str| own.get(name).cloned().unwrap_or_else(|| format!("{BUILTIN}/{name}"));
    let (ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report)) = error.kind() else {
        return (Span::file(file(layout)), described(error));
    };
    let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    let position = |line: usize, column: usize| Position {
        line: number(line),
        column: number(column).saturating_add(1),
    };
    let span = report.span();
    let span = Span {
        file: file(report.filename()).into(),
        start: position(span.start_line, span.start_col),
        end: position(span.end_line, span.end_col),
    };
    (span, report.message().to_owned())
}

/// Returns an error with its causes, in one line.
fn described(error: &tera::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
