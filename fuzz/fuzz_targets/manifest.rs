//! Any bytes as the manifest of a plugin: no input may panic, and what is loaded compiles or is reported.

#![no_main]

use callboard::diagnostics::{Drawing, Report, draw};
use callboard::plugins::engine::{Engines, Program};
use callboard::plugins::{self, CodeStage, PluginSettings};
use callboard::sources::MemoryReader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let head = "apiVersion: plugin/v1\nkind: Plugin\nmetadata: {id: b}\n";
    let reader = MemoryReader::new([
        ("plugins/a/plugin.yaml", text.to_owned()),
        ("plugins/b/plugin.yaml", format!("{head}{text}")),
        ("plugins/b/templates/t.html", text.to_owned()),
        ("plugins/b/schemas/s.json", text.to_owned()),
        ("plugins/b/i18n/en.yaml", text.to_owned()),
        ("plugins/b/icons/i.svg", text.to_owned()),
    ]);
    let builtin = MemoryReader::new([("layouts/none", String::new())]);
    let settings = PluginSettings { language: "en".to_owned(), ..PluginSettings::default() };
    let mut report = Report::new();
    let set = plugins::load(&settings, &reader, &builtin, &mut report);
    let engines = Engines::new(&set, &|_, _| {});
    for stage in [CodeStage::Facts, CodeStage::View] {
        Program::new(&set, &engines, stage);
    }
    for diagnostic in report.diagnostics() {
        let _ = draw(diagnostic, Drawing { colour: false }, &|_| Some(text.into()));
    }
});
