//! Tests of the stage: folders and annotations to pages, navigation and problems.

use std::sync::Arc;

use super::{DocSet, DocSite, Highlighter, NavItem, load, render_doc, render_page};
use crate::diagnostics::{Report, Span};
use crate::model::{Entity, EntityRef, Place};
use crate::sources::{MemoryReader, OriginMap};

const CATALOG: &str =
    "kind: Component\nmetadata:\n  name: shop\n  annotations:\n    backstage.io/techdocs-ref: REF\n";

fn entity(file: &str, annotations: serde_json::Value) -> Entity {
    Entity {
        reference: EntityRef::new("component", "default", "shop"),
        value: serde_json::json!({
            "kind": "Component",
            "metadata": {"name": "shop", "title": "The shop", "annotations": annotations}
        }),
        relations: Vec::new(),
        place: Place {
            name: Span::point(file, 3, 9),
            title: None,
            deprecated: None,
            document: 0,
            location: Arc::from(file),
        },
        references: Vec::new(),
        errors: Vec::new(),
    }
}

fn documented(reference: &str) -> Entity {
    entity("shop/catalog-info.yaml", serde_json::json!({"backstage.io/techdocs-ref": reference}))
}

fn check(entity: &Entity, files: &[(&str, &str)]) -> (DocSet, Vec<String>) {
    let origin = OriginMap::new("https://github.com/acme/all/blob/main/", "").unwrap();
    let reference = entity.annotation("backstage.io/techdocs-ref").unwrap_or_default();
    let catalog = ("shop/catalog-info.yaml", CATALOG.replace("REF", reference));
    let files = files.iter().map(|(path, text)| (*path, (*text).to_owned())).chain([catalog]);
    let reader = MemoryReader::new(files);
    let mut report = Report::new();
    let set = load(Some("content"), [entity], Some(&origin), &reader, &mut report);
    let problems = report.diagnostics().iter().map(|it| format!("{} {}: {}", it.span, it.code, it.message));
    (set, problems.collect())
}

/// Draws a navigation as `Title=path`, sections as `Title[…]`.
fn draw(site: &DocSite, items: &[NavItem]) -> String {
    let drawn = items.iter().map(|item| {
        let page = item.page.and_then(|it| site.pages.get(it)).map(|it| format!("={}", it.path));
        let href = item.href.as_ref().map(|it| format!("->{it}"));
        let items =
            if item.items.is_empty() { String::new() } else { format!("[{}]", draw(site, &item.items)) };
        format!("{}{}{}{items}", item.title, page.unwrap_or_default(), href.unwrap_or_default())
    });
    drawn.collect::<Vec<_>>().join(" ")
}

fn only(set: &DocSet) -> &DocSite {
    set.sites.values().next().expect("one site")
}

#[test]
fn reads_a_folder_as_mkdocs_does() {
    let files = [
        ("shop/mkdocs.yml", "site_name: Docs\nplugins: [!!python/name:x.y '']\n"),
        ("shop/docs/zoo.md", "no title"),
        ("shop/docs/index.md", "# Welcome\n"),
        ("shop/docs/guide/README.md", "---\ntitle: Guide\n---\n"),
        ("shop/docs/guide/set-up.md", ""),
        ("shop/docs/img/a.PNG", ""),
        ("shop/docs/x.exe", ""),
    ];
    let (set, problems) = check(&documented("dir:."), &files);
    assert_eq!(problems, Vec::<String>::new());
    let site = only(&set);
    assert_eq!(site.title, "Docs");
    assert_eq!(draw(site, &site.nav), "Welcome= Zoo=zoo Guide[Guide=guide Set up=guide/set-up]");
    assert_eq!(
        site.pages.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(),
        ["", "zoo", "guide", "guide/set-up"]
    );
    assert_eq!(site.assets, ["shop/docs/img/a.PNG"]);
    assert_eq!(site.asset_path(&site.assets[0]), "img/a.PNG");
}

#[test]
fn reads_the_navigation() {
    let mkdocs = "docs_dir: pages\nnav:\n  - index.md\n  - Start: a.md\n  - More:\n      - b/\n      - Out: https://x.y\n  \
                  - Gone: gone.md\n  - [1]\n";
    let files = [
        ("shop/mkdocs.yaml", mkdocs),
        ("shop/pages/index.md", "# I"),
        ("shop/pages/a.md", "# A"),
        ("shop/pages/b/index.md", "# B"),
        ("shop/pages/hidden.md", "# H"),
    ];
    let (set, problems) = check(&documented("dir:./"), &files);
    let site = only(&set);
    assert_eq!(site.title, "The shop");
    assert_eq!(draw(site, &site.nav), "I= Start=a More[B=b Out->https://x.y]");
    assert_eq!(site.pages.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["I", "Start", "B", "H"]);
    let wanted = [
        "shop/mkdocs.yaml:8:11 content/nav-missing: there is no page `gone.md`",
        "shop/mkdocs.yaml:9:5 content/nav-shape: this is not an entry of a navigation",
    ];
    assert_eq!(problems, wanted);
}

#[test]
fn says_what_is_wrong_with_a_reference() {
    let at = "shop/catalog-info.yaml:5:32";
    for (reference, files, wanted) in [
        ("dir:.", vec![], "content/no-docs: `shop` holds neither `mkdocs.yml` nor a `docs` folder"),
        ("docs", vec![], "content/docs-reference: `docs` names no documentation folder"),
        ("github:x", vec![], "content/docs-reference: `github:x` names no documentation folder"),
        (
            "url:https://a.b/c",
            vec![],
            "content/docs-remote: the documentation at `https://a.b/c` is not read",
        ),
    ] {
        let (set, problems) = check(&documented(reference), &files);
        assert!(set.sites.is_empty());
        assert_eq!(problems, [format!("{at} {wanted}")]);
    }
    let (_, problems) = check(&documented("dir:."), &[("shop/mkdocs.yml", "site_name: x\ndocs_dir: ../y\n")]);
    assert_eq!(
        problems,
        ["shop/mkdocs.yml:2:11 content/docs-outside: `docs_dir` leaves the folder of `mkdocs.yml`"]
    );
    let (_, problems) = check(&documented("dir:."), &[("shop/mkdocs.yml", "docs_dir: y\n")]);
    assert_eq!(problems, ["shop/mkdocs.yml:1:11 content/no-docs-folder: there is no folder `shop/y`"]);
}

#[test]
fn follows_the_source_and_the_tree() {
    let files = [("lib/docs/index.md", "# L"), ("shop/docs/index.md", "# S")];
    for (annotations, folder) in [
        (
            serde_json::json!({"backstage.io/techdocs-ref": "url:https://github.com/acme/all/tree/dev/lib"}),
            "lib/docs",
        ),
        (serde_json::json!({"backstage.io/techdocs-ref": "dir:."}), "shop/docs"),
        (
            serde_json::json!({"backstage.io/techdocs-ref": "dir:.",
                "backstage.io/source-location": "url:https://github.com/acme/all/tree/main/lib/"}),
            "lib/docs",
        ),
    ] {
        let (set, problems) = check(&entity("shop/catalog-info.yaml", annotations), &files);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(only(&set).folder, folder);
    }
}

#[test]
fn shows_the_documentation_of_another_entity() {
    let (set, _) = check(&documented("dir:."), &[("shop/docs/index.md", "")]);
    let other =
        entity("x.yaml", serde_json::json!({"backstage.io/techdocs-entity": "Component:default/Shop"}));
    assert_eq!(set.site_of(&other).map(|it| it.title.as_str()), Some("The shop"));
    let missing =
        entity("x.yaml", serde_json::json!({"backstage.io/techdocs-entity": "component:default/none"}));
    assert!(set.site_of(&missing).is_none());
}

#[test]
fn reads_the_content_folder() {
    let files = [
        ("content/index.md", "# Hello"),
        (
            "content/guide/plugins.md",
            "---\ntitle: Plug-ins\ndescription: How\nnav: {order: 2}\n---\n[x](/catalog/) ![p](../p.png)\n",
        ),
        ("content/guide.md", "---\ntitle: Guide\nnavi: true\n---\n"),
        ("content/guide/index.md", ""),
        ("content/p.png", ""),
    ];
    let (set, problems) = check(&entity("a.yaml", serde_json::json!({})), &files);
    let wanted = [
        "content/guide.md content/same-address: the page has the same address as `content/guide/index.md`, `guide/`, \
         and is left out",
    ];
    assert_eq!(problems, wanted);
    assert_eq!(set.home.as_ref().map(|it| it.title.as_str()), Some("Hello"));
    assert_eq!(set.pages.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["guide", "guide/plugins"]);
    let page = &set.pages[1];
    let nav = page.nav.as_ref().unwrap();
    assert_eq!((page.title.as_str(), nav.title.as_str(), nav.order), ("Plug-ins", "Plug-ins", 2));
    let reader = MemoryReader::new(files.map(|(path, text)| (path, text)));
    let (rendered, problems) = render_page(&set, page, &reader, &Highlighter::new());
    assert_eq!(problems, Vec::new());
    let wanted =
        "<p><a href=\"../../catalog/\">x</a> <img loading=\"lazy\" src=\"../../p.png\" alt=\"p\"></p>\n";
    assert_eq!(rendered.html.as_str(), wanted);
    assert_eq!(rendered.links.iter().map(|it| it.target.as_str()).collect::<Vec<_>>(), ["catalog/", "p.png"]);
}

/// Renders `shop/docs/a/b.md` and returns its HTML, links and problems.
fn page(text: &str) -> (super::Rendered, Vec<String>) {
    let files = [
        ("shop/docs/index.md", "# I"),
        ("shop/docs/c d.md", "# C"),
        ("shop/docs/a/b.md", text),
        ("shop/docs/a/image.png", ""),
    ];
    let (set, _) = check(&documented("dir:."), &files);
    let site = only(&set);
    let page = site.pages.iter().find(|it| it.path == "a/b").unwrap();
    let reader = MemoryReader::new(files);
    let address = "docs/default/component/shop/a/b/";
    let (rendered, problems) = render_doc(site, page, address, &reader, &Highlighter::new());
    (rendered, problems.iter().map(|it| format!("{} {}", it.span, it.code)).collect())
}

#[test]
fn resolves_links() {
    for (link, href, target) in [
        ("../index.md", "../../", "docs/default/component/shop/"),
        ("../c%20d.md#x", "../../c%20d/#x", "docs/default/component/shop/c d/#x"),
        ("<../c d.md?q>", "../../c%20d/?q", "docs/default/component/shop/c d/?q"),
        ("image.png", "../image.png", "docs/default/component/shop/a/image.png"),
        ("#here", "#here", "docs/default/component/shop/a/b/#here"),
        ("b.md", "./", "docs/default/component/shop/a/b/"),
        ("../../", "../../", "docs/default/component/shop/"),
        ("/catalog/x/", "../../../../../../catalog/x/", "catalog/x/"),
        ("/", "../../../../../../", ""),
        ("/../..//evil", "../../../../../../evil", "evil"),
        ("https://a.b/c", "https://a.b/c\" rel=\"noopener", "https://a.b/c"),
        ("//a.b/c", "https://a.b/c\" rel=\"noopener", "https://a.b/c"),
        ("mailto:a@b.c", "mailto:a@b.c\" rel=\"noopener", "mailto:a@b.c"),
        (
            "../../../src/x.rs#L1",
            "https://github.com/acme/all/blob/main/src/x.rs#L1\" rel=\"noopener",
            "https://github.com/acme/all/blob/main/src/x.rs#L1",
        ),
    ] {
        for raw in [false, true] {
            let address = link.trim_matches(['<', '>']);
            let text = if raw { format!("<a href=\"{address}\">x</a>") } else { format!("[x]({link})") };
            let (rendered, problems) = page(&text);
            assert_eq!(
                rendered.html.as_str().trim_end(),
                format!("<p><a href=\"{href}\">x</a></p>"),
                "{text}"
            );
            assert_eq!(rendered.links[0].target, target);
            assert_eq!(problems, Vec::<String>::new());
        }
    }
}

#[test]
fn gives_the_place_of_broken_links() {
    let text = "---\ntitle: x\n---\n# T\n\nä [x](gone.md)\n!!! note\n    y ![z](imaje.png)\n\n<a href=\"no.md\">n</a> \
                [j](javascript:x)\n";
    let (rendered, problems) = page(text);
    let wanted = [
        "shop/docs/a/b.md:6:3 content/broken-link",
        "shop/docs/a/b.md:8:7 content/broken-link",
        "shop/docs/a/b.md:10:23 content/refused-link",
        "shop/docs/a/b.md:10:10 content/broken-link",
    ];
    assert_eq!(problems, wanted);
    assert_eq!(rendered.title.as_deref(), Some("T"));
    assert!(!rendered.html.as_str().contains("data-own"), "{}", rendered.html.as_str());
}
