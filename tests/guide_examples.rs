//! The guide: every example of its pages about plugins is built, tested and typed in.
//!
//! A block that follows a line such as `` `site.yaml`: `` is that file, and one with an address is what a server answers
//! there. A block without a name is a part of a file, which is completed. None is left out. `BLESS=1` writes anew what
//! commands print.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect has failed"
)]
#![allow(dead_code, reason = "the server is shared with other tests")]

#[path = "support/guide_fragment.rs"]
mod guide_fragment;
#[path = "support/guide_page.rs"]
mod guide_page;
#[path = "support/guide_site.rs"]
mod guide_site;
#[path = "support/server.rs"]
mod server;
#[path = "support/site.rs"]
mod site;

use std::collections::BTreeMap;

use guide_fragment::{Whole, complete, manifest_of};
use guide_page::GuidePage;
use guide_site::GuideSite;
use site::Site;

/// What a fragment may lack, since it is no whole plugin: the servers that it may ask, and their answers.
const LACKING: &[&str] = &["plugin/not-declared", "plugin/source-failed", "plugin/missing-translation"];

const ENTITY: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: tides, tags: [ship]}\nspec: {type: service, lifecycle: production, owner: harbour}\n";

const ICON: &str = "<svg viewBox=\"0 0 24 24\"><path d=\"M4 4h16\"/></svg>";

/// Builds every site of a page, runs the tests of its plugins, and types in what it says.
fn check(name: &str) -> Vec<BTreeMap<String, String>> {
    let page = GuidePage::read(name);
    let (mut problems, mut views) = (Vec::new(), Vec::new());
    for block in page.fragments() {
        match complete(&block.language, &block.text) {
            None => problems.push(format!("{}: the test cannot run this block", page.place(block))),
            Some(Whole::View(view)) => views.push((page.place(block), view)),
            Some(whole) => problems.extend(problem(&page.place(block), whole)),
        }
    }
    if !views.is_empty() {
        problems.extend(problem(name, Whole::Manifest(manifest_of(&views))));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let (mut built, mut printed_anew) = (Vec::new(), Vec::new());
    for unit in page.units() {
        let site = GuideSite::new(&unit);
        built.push(site.build());
        for folder in site.tested_plugins() {
            let told = site.type_in(&format!("callboard plugin test {folder}"));
            assert!(told.contains(" passed, 0 failed") && !told.starts_with("0 passed"), "{told}");
        }
        for (line, printed) in &site.commands {
            let told = site.type_in(line);
            let Some(printed) = printed.as_ref().filter(|it| it.text.trim_end() != told.trim_end()) else {
                continue;
            };
            let wanted = std::env::var_os("BLESS").is_some();
            assert!(wanted, "{}: `{line}` prints:\n{told}\nBLESS=1 writes it", site.name);
            printed_anew.push((printed.clone(), told));
        }
    }
    page.write(&printed_anew);
    built
}

/// Returns what is wrong with a fragment that was completed.
fn problem(place: &str, whole: Whole) -> Option<String> {
    let site = Site::new("catalog: {}\n");
    site.write("plugins/harbour/i18n/en.yaml", "tab: {day: By day, night: By night}\n");
    for name in ["lantern", "quay"] {
        site.write(&format!("plugins/harbour/icons/{name}.svg"), ICON);
    }
    site.write("plugins/harbour/templates/facts.html", "<p>{{ entity.title }}</p>\n");
    let told = match whole {
        Whole::Data | Whole::View(_) => return None,
        Whole::Manifest(value) => {
            site.write("plugins/harbour/plugin.yaml", &serde_yaml::to_string(&value).unwrap());
            site.write("plugins/harbour/fixtures/entity.yaml", ENTITY);
            let output = site.run(&["plugin", "test", "plugins/harbour"]);
            [output.stderr, output.stdout].concat()
        }
        Whole::Texts(value) => {
            let manifest = "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: harbour}\ni18n: {files: 'i18n/*.yaml'}\n";
            site.write("plugins/harbour/plugin.yaml", manifest);
            site.write("plugins/harbour/i18n/de.yaml", &serde_yaml::to_string(&value).unwrap());
            site.run(&["plugin", "test", "plugins/harbour"]).stderr
        }
        Whole::Site(value) => {
            site.write("site.yaml", &serde_yaml::to_string(&value).unwrap());
            site.run(&["validate", "--offline"]).stderr
        }
        Whole::Descriptor(value) => {
            site.write("site.yaml", "catalog: {locations: [{type: file, target: ./catalog-info.yaml}]}\n");
            site.write("catalog-info.yaml", &serde_yaml::to_string(&value).unwrap());
            site.run(&["validate"]).stderr
        }
    };
    let told = String::from_utf8(told).unwrap();
    let is_problem = |it: &&str| {
        // A test of the fragment says what it finds below its name.
        if it.starts_with("       ") {
            return !LACKING.iter().any(|code| it.contains(code));
        }
        let heads = ["error[plugin/", "warning[plugin/", "error[config/", "error[yaml/", "error[catalog/"];
        let head = heads.iter().any(|head| it.contains(head));
        head && !LACKING.iter().any(|code| it.contains(code))
    };
    told.lines().any(|it| is_problem(&it)).then(|| format!("{place}:\n{told}"))
}

/// Asserts that a page of a portal shows some texts.
fn shows(pages: &BTreeMap<String, String>, path: &str, texts: &[&str]) {
    let page = pages.get(path).unwrap_or_else(|| {
        panic!("there is no `{path}` among {:?}", pages.keys().collect::<Vec<_>>());
    });
    for text in texts {
        assert!(
            page.contains(text),
            "`{path}` does not show `{text}`: {}",
            page.split("<main").last().unwrap()
        );
    }
}

/// Checks a page, and that its sites show what is named: the number of the site, a path, and texts.
fn check_shown(name: &str, shown: &[(usize, &str, &[&str])]) {
    let built = check(name);
    for (site, path, texts) in shown {
        shows(&built[*site], path, texts);
    }
}

#[test]
fn creating_a_plugin() {
    let pier = "catalog/default/resource/north-pier";
    check_shown(
        "creating-a-plugin.md",
        &[
            (0, &format!("{pier}/index.html"), &["Berths now", "N1", "Skylark", "Free", "as of"]),
            (0, &format!("{pier}/berths/index.html"), &["N2", "Skylark", "2026-01-02T14:30:00Z", "as of"]),
            (0, "berths/index.html", &["North pier", ">2<", "as of"]),
        ],
    );
    let page = GuidePage::read("creating-a-plugin.md");
    let blocks = page.sections.iter().flat_map(|it| &it.blocks);
    let manifest =
        blocks.clone().find(|it| it.name.as_deref() == Some("plugins/berths/plugin.yaml")).unwrap();
    let lines = manifest.text.lines().count();
    assert!(lines < 40 && page.text.contains(&format!("These are {lines} lines")), "{lines} lines");
}

#[test]
fn integrating_a_plugin() {
    let pier = "catalog/default/resource/north-pier";
    check_shown(
        "integrating-a-plugin.md",
        &[
            (
                0,
                &format!("{pier}/index.html"),
                &["Moorings", "N1", "Skylark", "Sea chart", "Report damage", "Worn moorings"],
            ),
            (0, &format!("{pier}/moorings/index.html"), &["Worn or broken", "Fulmar", "2025-06-01"]),
            (0, "catalog/default/resource/old-pier/index.html", &["larkspur.example/moorings"]),
            (0, "moorings/piers/index.html", &["North pier", ">3<"]),
            (0, "moorings/worn/index.html", &["N1", "Skylark"]),
            (0, "catalog/resource/index.html", &["Free moorings"]),
            (0, "harbour-report/index.html", &["Skylark", "Fulmar"]),
            (0, "index.html", &["Worn moorings"]),
            (0, "search/index.json", &["Ships"]),
        ],
    );
}

#[test]
fn plugins_101() {
    check_shown(
        "plugins-101.md",
        &[
            (0, "catalog/default/component/timetable/index.html", &["Room", "B17"]),
            (1, "catalog/default/resource/north-pier/index.html", &["Tides", "3.1 m"]),
        ],
    );
}

#[test]
fn plugins_102() {
    let ship = "catalog/default/resource/skylark";
    check_shown(
        "plugins-102.md",
        &[
            (
                0,
                &format!("{ship}/index.html"),
                &["Hull and dives", "Open findings", "Dives", "Inspected on 2025-11-03"],
            ),
            (0, &format!("{ship}/dives/index.html"), &["Last dive", "2025-10-12"]),
        ],
    );
}

#[test]
fn plugins_202() {
    check_shown(
        "plugins-202.md",
        &[(0, "catalog/default/resource/north/index.html", &["Mole: red", "Pier: green"])],
    );
}

#[test]
fn plugins_201() {
    check_shown(
        "plugins-201.md",
        &[
            (0, "catalog/default/component/east-line/index.html", &["Mean delay", ">6<", "as of"]),
            (1, "catalog/default/resource/skylark/index.html", &["Watches", "Ada Quay"]),
        ],
    );
}

#[test]
fn plugins_301() {
    check_shown(
        "plugins-301.md",
        &[
            (0, "catalog/default/resource/north/index.html", &["Mole light", "Fog horn"]),
            (1, "catalog/default/component/ticket-shop/index.html", &["Winter timetable"]),
            (2, "catalog/default/resource/north/index.html", &["Pilots on duty", "Tom Reef"]),
        ],
    );
}

#[test]
fn plugin_sources() {
    let log = ["Storm from the west", "Fulmar", "Sail gives way", "every two minutes", "Ada Quay", "north"];
    check_shown(
        "plugin-sources.md",
        &[
            (0, "catalog/default/resource/north/log/index.html", &log),
            (1, "catalog/default/resource/north/index.html", &["Wind", ">14<"]),
            (1, "catalog/default/resource/skerry/index.html", &["Wind", ">31<"]),
        ],
    );
}

#[test]
fn pages_of_fragments_alone() {
    for page in [
        "plugin-design.md",
        "glossary.md",
        "plugins.md",
        "extensions.md",
        "widgets.md",
        "expressions.md",
        "formats.md",
    ] {
        check(page);
    }
}
