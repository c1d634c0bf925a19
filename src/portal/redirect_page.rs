//! The pages at old addresses, the list of them for hosts, and the one for the 404 page.

use serde_json::{Value, json};

use super::old_path::encoded;
use super::page::{Output, RedirectFrame};
use super::{Portal, Redirect, Target, root_of};
use crate::diagnostics::Diagnostic;

/// The list that the 404 page reads.
pub(super) const LIST: &str = "search/redirects.json";

/// The list that hosts of static files read: Netlify, Cloudflare Pages and GitLab Pages.
const HOST_LIST: &str = "_redirects";

/// Composes a page for each old address, and both lists.
pub(super) fn compose(portal: &Portal<'_>, emit: &mut dyn FnMut(Output)) -> Vec<Diagnostic> {
    for redirect in portal.redirects() {
        let frame = frame(redirect);
        let mut page = portal.page("redirect", &redirect.from, "This page has moved", "");
        page.redirect = Some(frame);
        emit(Output::Page(Box::new(page)));
    }
    let rows: Vec<Value> = portal.redirects().iter().map(row).collect();
    let list = json!({"version": 1, "redirects": rows});
    emit(Output::File { path: LIST.to_owned(), bytes: serde_json::to_vec(&list).unwrap_or_default() });
    emit(Output::File { path: HOST_LIST.to_owned(), bytes: host_list(portal).into_bytes() });
    Vec::new()
}

/// Returns where a redirect leads, as seen from its page.
fn frame(redirect: &Redirect) -> RedirectFrame {
    match &redirect.to {
        Target::Inside { path, suffix } => RedirectFrame {
            href: format!("{}{}{suffix}", root_of(&redirect.from), encoded(path)),
            address: format!("/{path}{suffix}"),
            external: false,
        },
        Target::Outside(address) => {
            RedirectFrame { href: address.clone(), address: address.clone(), external: true }
        }
    }
}

/// Returns a redirect as the 404 page reads it: both addresses encoded, and one of the portal without its first slash.
fn row(redirect: &Redirect) -> Value {
    let to = match &redirect.to {
        Target::Inside { path, suffix } => format!("./{}{suffix}", encoded(path)),
        Target::Outside(address) => address.clone(),
    };
    json!([encoded(&redirect.from), to])
}

/// Returns `/from /to 301` lines, sorted, below the path that the portal is published under.
fn host_list(portal: &Portal<'_>) -> String {
    let base = encoded(&portal.settings.base_path);
    let mut lines: Vec<String> = portal
        .redirects()
        .iter()
        .map(|redirect| {
            let to = match &redirect.to {
                Target::Inside { path, suffix } => format!("{base}{}{suffix}", encoded(path)),
                Target::Outside(address) => address.clone(),
            };
            format!("{base}{} {to} 301\n", encoded(&redirect.from))
        })
        .collect();
    lines.sort();
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::{Redirect, Target, frame};

    #[test]
    fn links_are_right_at_every_depth() {
        for (from, to, expected) in [
            ("old/", "new/", "../new/"),
            ("old.html", "new/", "./new/"),
            ("a/b/c/", "", "../../../"),
            ("a/b.html", "x/y/", "../x/y/"),
            (
                "catalog/default/component/old/",
                "catalog/default/component/new/",
                "../../../../catalog/default/component/new/",
            ),
            ("a b/c/", "d e/", "../../d%20e/"),
        ] {
            let to = Target::Inside { path: to.to_owned(), suffix: String::new() };
            let frame = frame(&Redirect { from: from.to_owned(), to });
            assert_eq!(frame.href, expected, "{from}");
            let page = url::Url::parse("https://host.example/base/")
                .unwrap()
                .join(&from.replace(' ', "%20"))
                .unwrap();
            let target = page.join(&frame.href).unwrap();
            assert!(target.path().starts_with("/base/") && !frame.external, "{target}");
        }
    }
}
