//! Any bytes as a descriptor file: no input may panic, and judging and reading must agree on what an entity is.

#![no_main]

use callboard::catalog::{self, CatalogSettings, StartLocation};
use callboard::diagnostics::{Drawing, Report, Span, draw};
use callboard::model::OnError;
use callboard::sources::{MemoryReader, OriginMap};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let reader = MemoryReader::new([("a.yaml", text.to_owned()), ("b/c.yaml", text.to_owned())]);
    let origin = OriginMap::new("https://github.com/yard/all/blob/main/", "");
    let rows = catalog::list(&["a.yaml".to_owned()], origin.as_ref(), true, false, &reader);
    let start = StartLocation {
        target: "a.yaml".to_owned(),
        span: Span::file("site.yaml"),
        required: true,
        on_error: OnError::default(),
        codeowners: false,
        rules: Vec::new(),
    };
    let settings = CatalogSettings {
        locations: vec![start.clone()],
        overlays: vec![StartLocation { target: "b/*.yaml".to_owned(), ..start }],
        origin,
        merge_keys: false,
        ..CatalogSettings::default()
    };
    let mut report = Report::new();
    let catalog = catalog::load(&settings, &reader, &mut report);
    report.sort();
    for diagnostic in report.diagnostics() {
        let _ = draw(diagnostic, Drawing { colour: false }, &|_| Some(text.into()));
    }
    // The two ways to read agree on which entities there are.
    for entity in catalog.entities() {
        let reference = entity.reference.as_str();
        assert!(rows.iter().any(|it| (it.valid || it.kept) && it.reference.as_deref() == Some(reference)));
        for relation in &entity.relations {
            assert!(!relation.name.is_empty());
        }
    }
});
