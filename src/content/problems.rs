//! What can be wrong with pages and documentation folders, in the words of this stage.

use crate::diagnostics::{Diagnostic, Span, nearest};
use crate::sources::ReadError;

pub(super) fn unreadable(file: &str, error: &ReadError) -> Diagnostic {
    Diagnostic::error("content/unreadable", Span::file(file), format!("cannot be read: {error}"))
}

pub(super) fn reference_unreadable(place: Span, folder: &str, error: &ReadError) -> Diagnostic {
    let folder = Span::file(folder);
    let message = format!("the documentation in `{folder}` cannot be read: {error}");
    Diagnostic::error("content/docs-unreadable", place, message)
}

pub(super) fn too_large(file: &str, bytes_max: usize) -> Diagnostic {
    let message = format!("the page is larger than {} MiB and is not shown", bytes_max / 1024 / 1024);
    Diagnostic::error("content/too-large", Span::file(file), message).hint("split the page")
}

pub(super) fn too_much_html(span: Span) -> Diagnostic {
    Diagnostic::warning(
        "content/too-much-html",
        span,
        "the page holds too many HTML tags; they are shown as text",
    )
    .hint("write Markdown, or split the page")
}

pub(super) fn too_many_assets(folder: &str, files_max: usize) -> Diagnostic {
    let message = format!("the folder holds more than {files_max} files beside pages; the rest is left out");
    Diagnostic::warning("content/too-many-assets", Span::file(folder), message)
        .hint("keep only the files that pages show, and link to the others where they live")
}

pub(super) fn broken_link(span: Span, link: &str, meant: Option<&str>) -> Diagnostic {
    let link: String = link.chars().take(200).collect();
    let problem = Diagnostic::warning("content/broken-link", span, format!("`{link}` leads to no file"))
        .reason("a relative link is a path to a page or file of the same folder, as seen from the page");
    match meant {
        Some(meant) => problem.hint(format!("did you mean `{meant}`?")),
        None => problem.hint("correct the path, or write the full address of a file that lies elsewhere"),
    }
}

pub(super) fn refused_link(span: Span, link: &str) -> Diagnostic {
    let link: String = link.chars().take(80).collect();
    Diagnostic::warning("content/refused-link", span, format!("the address `{link}` is not used"))
        .reason("links may use http, https, mailto, tel and relative paths")
}

pub(super) fn snippet(span: Span) -> Diagnostic {
    Diagnostic::warning("content/snippet", span, "snippets (`--8<--`) are not included")
        .reason("a page is read alone, so that it cannot show other files")
        .hint("copy the text into the page, or link to it")
}

pub(super) fn unknown_key(span: Span, key: &str, known: &[&str]) -> Diagnostic {
    Diagnostic::warning("content/unknown-key", span, format!("`{key}` is not a key of the front matter"))
        .reason(format!("the keys are {}", known.join(", ")))
        .nearest(nearest(key, known.iter().copied()))
}

pub(super) fn wrong_type(span: Span, key: &str, wanted: &str) -> Diagnostic {
    Diagnostic::warning("content/wrong-type", span, format!("`{key}` must be {wanted}"))
}

pub(super) fn same_address(source: &str, other: &str, address: &str) -> Diagnostic {
    let message = format!("the page has the same address as `{other}`, `{address}/`, and is left out");
    Diagnostic::warning("content/same-address", Span::file(source), message)
        .hint("rename one of the two files")
}

pub(super) fn reference_type(span: Span, written: &str) -> Diagnostic {
    let written: String = written.chars().take(200).collect();
    Diagnostic::warning("content/docs-reference", span, format!("`{written}` names no documentation folder"))
        .reason(
            "`backstage.io/techdocs-ref` takes `dir:` with a folder, or `url:` with the address of a tree",
        )
        .hint("write `dir:.` where `mkdocs.yml` or `docs/` lies beside this file")
}

pub(super) fn reference_remote(span: Span, address: &str) -> Diagnostic {
    let address: String = address.chars().take(200).collect();
    Diagnostic::warning("content/docs-remote", span, format!("the documentation at `{address}` is not read"))
        .reason("documentation is read from the folder of the site, and not yet from other repositories")
        .hint("write `dir:` with a folder of this repository")
}

pub(super) fn reference_outside(span: Span, folder: &str) -> Diagnostic {
    Diagnostic::warning(
        "content/docs-outside",
        span,
        format!("the documentation folder `{folder}` may not be read"),
    )
    .reason("nothing is read above the repository, or above the site folder where there is no repository")
}

pub(super) fn no_docs(span: Span, folder: &str) -> Diagnostic {
    let folder = if folder.is_empty() { "." } else { folder };
    Diagnostic::warning(
        "content/no-docs",
        span,
        format!("`{folder}` holds neither `mkdocs.yml` nor a `docs` folder"),
    )
    .reason("`backstage.io/techdocs-ref` names the folder of `mkdocs.yml`")
    .hint("add `docs/index.md` there, or correct the path")
}

pub(super) fn no_docs_folder(span: Span, folder: &str) -> Diagnostic {
    Diagnostic::warning("content/no-docs-folder", span, format!("there is no folder `{folder}`"))
        .reason("`docs_dir` names the folder of the pages, `docs` if it is not written")
        .hint("create the folder with an `index.md`, or correct `docs_dir`")
}

pub(super) fn folder_outside(span: Span) -> Diagnostic {
    Diagnostic::warning("content/docs-outside", span, "`docs_dir` leaves the folder of `mkdocs.yml`")
        .reason("Backstage refuses such a folder, too")
        .hint("name a folder below the one that holds `mkdocs.yml`")
}

pub(super) fn nav_missing(span: Span, path: &str, meant: Option<&str>) -> Diagnostic {
    let path: String = path.chars().take(200).collect();
    let problem = Diagnostic::warning("content/nav-missing", span, format!("there is no page `{path}`"));
    if path.starts_with("!include") {
        return problem
            .reason("documentation is one folder; those of other folders are not included")
            .hint("give the other folder an entity of its own, or move its pages");
    }
    problem.reason("paths in `nav` begin at `docs_dir`").nearest(meant)
}

pub(super) fn nav_shape(span: Span) -> Diagnostic {
    Diagnostic::warning("content/nav-shape", span, "this is not an entry of a navigation")
        .hint("write `- page.md`, `- Title: page.md` or `- Title:` with a list below it")
}

pub(super) fn unknown_entity(span: Span, target: &str) -> Diagnostic {
    Diagnostic::warning("content/docs-entity", span, format!("`{target}` has no documentation"))
        .reason("`backstage.io/techdocs-entity` names an entity whose documentation is shown")
        .hint("write the full reference of an entity that has `backstage.io/techdocs-ref`")
}
