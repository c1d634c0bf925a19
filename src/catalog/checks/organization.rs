//! The organisation: things without an owner, groups without people, people without a group.

use crate::catalog::Catalog;
use crate::diagnostics::{Diagnostic, Report};
use crate::model::Entity;

/// Reports what nobody answers for, and groups and users that stand alone.
pub(super) fn check(catalog: &Catalog, report: &mut Report) {
    for entity in catalog.entities() {
        let problem = match entity.reference.kind() {
            "group" => group_without_members(entity),
            "user" => user_without_group(entity),
            "location" => None,
            _ => missing_owner(entity),
        };
        report.extend(problem.map(|it| it.about(entity.reference.as_str())));
    }
}

/// An owner is required of most kinds, whose rules report it; a template, and kinds that nobody knows, can be without.
fn missing_owner(entity: &Entity) -> Option<Diagnostic> {
    let is_required = matches!(
        entity.reference.kind(),
        "component" | "api" | "resource" | "system" | "domain" | "airesource"
    );
    let has_owner = entity.targets("ownedBy").next().is_some();
    (!is_required && !has_owner && entity.text(&["spec", "owner"]).is_none()).then(|| {
        let message = format!("nobody owns `{}`", entity.reference);
        Diagnostic::notice("catalog/missing-owner", entity.place.name.clone(), message)
            .reason("without an owner, nobody is asked when it breaks")
            .hint("write `spec.owner`, a group or user of the catalog")
    })
}

fn group_without_members(entity: &Entity) -> Option<Diagnostic> {
    let has = |relation| entity.targets(relation).next().is_some();
    (!has("hasMember") && !has("parentOf")).then(|| {
        let message = format!("the group `{}` has neither members nor child groups", entity.reference);
        Diagnostic::notice("catalog/group-without-members", entity.place.name.clone(), message)
            .reason("what it owns has nobody to ask")
            .hint("list users under `spec.members`, or name the group in `spec.memberOf` of its users")
    })
}

fn user_without_group(entity: &Entity) -> Option<Diagnostic> {
    entity.targets("memberOf").next().is_none().then(|| {
        let message = format!("the user `{}` is in no group", entity.reference);
        Diagnostic::notice("catalog/user-without-group", entity.place.name.clone(), message)
            .hint("name the user's groups in `spec.memberOf`")
    })
}
