//! What the extensions of one plugin show, part by part, for its tests and previews.

use minijinja::Value;

use super::Portal;
use super::extension_view::{self, DrawnView};
use super::subject::Subject;
use super::widgets::{Drawn, safe};
use crate::diagnostics::Diagnostic;
use crate::model::SafeHtml;
use crate::plugins::{Body, Extension, ExtensionKind, View};

/// One extension, drawn for one entity or for a page.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The id of the extension.
    pub extension: String,
    /// The reference of the entity; empty for a page.
    pub entity: String,
    /// What is shown.
    pub html: SafeHtml,
}

/// The way to the root that previews pretend.
const ROOT: &str = "../../../../";

impl Portal<'_> {
    /// Draws every extension of a plugin that has a view, for each entity that it is for. What shows nothing is left out.
    pub fn previews(&self, plugin: usize) -> (Vec<Preview>, Vec<Diagnostic>) {
        let (mut previews, mut problems) = (Vec::new(), Vec::new());
        for extension in self.plugins.extensions.iter().filter(|it| it.plugin == plugin) {
            let Some((view, of_entities)) = view_of(extension) else { continue };
            if !of_entities {
                let mut pen = self.pen("../", plugin, Value::UNDEFINED, "");
                previews.extend(preview(extension, "", extension_view::draw(&mut pen, extension, view)));
                problems.append(&mut pen.problems);
                continue;
            }
            for entity in self.world.catalog.entities().iter().filter(|it| self.world.is_for(extension, it)) {
                let subject = Subject::new(self, entity);
                let mut pen = subject.pen(ROOT, plugin);
                previews.extend(preview(
                    extension,
                    entity.reference.as_str(),
                    extension_view::draw(&mut pen, extension, view),
                ));
                problems.append(&mut pen.problems);
            }
        }
        (previews, problems)
    }
}

/// Returns what an extension draws, and whether it draws it for entities.
fn view_of(extension: &Extension) -> Option<(&View, bool)> {
    match &extension.kind {
        ExtensionKind::Page { body: Body::View(view), .. } => Some((view, false)),
        ExtensionKind::SubPage { view, .. } | ExtensionKind::HomeWidget { view, .. } => Some((view, false)),
        ExtensionKind::EntityCard { view, .. } => Some((view, true)),
        ExtensionKind::EntityContent { body: Body::View(view), .. } => Some((view, true)),
        _ => None,
    }
}

fn preview(extension: &Extension, entity: &str, view: DrawnView) -> Option<Preview> {
    let html = match view.drawn {
        Drawn::Content(html) => html,
        Drawn::Empty(html) => safe(maud::html! { div.folded { (html) } }),
        Drawn::Nothing => return None,
    };
    Some(Preview { extension: extension.id.clone(), entity: entity.to_owned(), html })
}
