//! The line below a view: a few words, and a link to a page, to a tab of the entity, or elsewhere.

use maud::{Markup, html};

use super::{Pen, shown};
use crate::model::Entity;
use crate::plugins::view::{Footer, FooterTarget};
use crate::plugins::{Extension, ExtensionKind};

use super::super::entity_object::entity_of;
use super::super::folder;
use super::super::world::World;

/// Draws a footer; `None` when it has nothing to say.
pub(super) fn draw(pen: &mut Pen<'_>, footer: &Footer) -> Option<Markup> {
    let text = footer.text.map(|it| pen.text(it)).unwrap_or_default();
    let link = footer.link.as_ref().and_then(|link| {
        let address = address(pen, &link.to)?;
        Some((pen.text(link.label), address))
    });
    if text.is_empty() && link.is_none() {
        return None;
    }
    Some(html! {
        p.view-foot {
            @if !text.is_empty() { span { (text) } }
            @if let Some((label, address)) = &link { a href=(address) { (label) } }
        }
    })
}

fn address(pen: &mut Pen<'_>, target: &FooterTarget) -> Option<String> {
    let path = match target {
        FooterTarget::Path(path) => path.clone(),
        FooterTarget::Expression(code) => shown(&pen.evaluate(*code)),
        FooterTarget::Extension(id) => {
            let extension = pen.canvas.plugins.extensions.iter().find(|it| it.id == id.value)?;
            path_of(pen.canvas.world, extension, entity_of(&pen.scope.get("entity")).as_deref())?
        }
    };
    pen.canvas.address(&path)
}

/// Returns the path of a page, or of a tab of the entity; `None` where the entity has no such tab.
fn path_of(world: &World, extension: &Extension, entity: Option<&Entity>) -> Option<String> {
    match &extension.kind {
        ExtensionKind::Page { path, .. } => Some(format!("/{}", folder(path))),
        ExtensionKind::EntityContent { path, .. } => {
            let entity = entity.filter(|it| world.is_for(extension, it))?;
            Some(format!("{}{path}/", World::href(entity)))
        }
        _ => None,
    }
}
