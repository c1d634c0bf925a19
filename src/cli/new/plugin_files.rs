//! The files of a new plugin, made of the parts in `parts/`.

use std::collections::BTreeMap;

use super::arguments::Shape;
use super::plugin_answers::PluginAnswers;

/// What the annotation of the entity in the fixtures says.
const KEY: &str = "crane-7";

/// The texts of the views, in the order of the file.
const TEXTS: &[(&str, &str)] = &[
    ("card.title", "@TITLE@"),
    ("tab.title", "@TITLE@"),
    ("page.title", "@TITLE@"),
    ("column.name", "Name"),
    ("column.status", "Status"),
    ("column.entity", "Entity"),
    ("column.items", "Items"),
    ("column.lifecycle", "Lifecycle"),
    ("column.owner", "Owner"),
    ("empty.title", "Nothing yet"),
    ("empty.body", "What there is appears here with the next build."),
];

/// Returns the files of a plugin by their path in its folder.
pub(super) fn files(answers: &PluginAnswers) -> BTreeMap<String, String> {
    let fill = |text: &str| filled(answers, text);
    let manifest = manifest(answers);
    let texts: String = TEXTS
        .iter()
        .filter(|(key, _)| manifest.contains(&format!("{{t: {key}}}")))
        .map(|(key, text)| format!("{key}: {}\n", fill(text)))
        .collect();
    let mut files = BTreeMap::from([
        ("README.md".to_owned(), fill(include_str!("parts/readme.md"))),
        ("i18n/en.yaml".to_owned(), texts),
        ("fixtures/entity.yaml".to_owned(), fill(include_str!("parts/entity.yaml"))),
    ]);
    files.insert("plugin.yaml".to_owned(), manifest);
    if !answers.annotation.is_empty() {
        files.insert("fixtures/not-set-up.yaml".to_owned(), include_str!("parts/bare.yaml").to_owned());
    }
    for (path, text) in fixtures(answers.shape) {
        files.insert((*path).to_owned(), fill(text));
    }
    files
}

/// Returns what a site writes to let the plugin work; nothing where it works as it is.
pub(super) fn needs(answers: &PluginAnswers) -> String {
    let more = match answers.shape {
        Shape::Rest | Shape::Graphql => format!("    grant: {{network: [\"{}\"]}}\n", answers.origin()),
        Shape::Sql => "    config: {database: \"${DATABASE_URL}\"}\n".to_owned(),
        _ => return String::new(),
    };
    format!("plugins:\n  - use: ./plugins/{}\n{more}", answers.id)
}

fn fixtures(shape: Shape) -> &'static [(&'static str, &'static str)] {
    match shape {
        Shape::Rest => &[("fixtures/items.yaml", include_str!("parts/rest.fixture.yaml"))],
        Shape::Graphql => &[("fixtures/items.yaml", include_str!("parts/graphql.fixture.yaml"))],
        Shape::Git => &[("fixtures/items.yaml", include_str!("parts/git.fixture.yaml"))],
        Shape::Sql => &[("fixtures/items.yaml", include_str!("parts/sql.fixture.yaml"))],
        Shape::File => &[("fixtures/items.yaml", include_str!("parts/items.yaml"))],
        Shape::Tree => &[
            ("fixtures/items/north.yaml", include_str!("parts/north.yaml")),
            ("fixtures/items/south.yaml", include_str!("parts/south.yaml")),
        ],
        Shape::Catalog | Shape::Frame | Shape::None => &[],
    }
}

fn manifest(answers: &PluginAnswers) -> String {
    let shape = match answers.shape {
        Shape::Rest => include_str!("parts/rest.yaml"),
        Shape::Graphql => include_str!("parts/graphql.yaml"),
        Shape::File => include_str!("parts/file.yaml"),
        Shape::Tree => include_str!("parts/tree.yaml"),
        Shape::Git => include_str!("parts/git.yaml"),
        Shape::Catalog => include_str!("parts/catalog.yaml"),
        Shape::Sql => include_str!("parts/sql.yaml"),
        Shape::Frame if answers.annotation.is_empty() => include_str!("parts/frame.page.yaml"),
        Shape::Frame => include_str!("parts/frame.yaml"),
        Shape::None => include_str!("parts/none.yaml"),
    };
    let (card, tab, page) = match answers.shape {
        Shape::Frame => (
            include_str!("parts/card.frame.yaml"),
            include_str!("parts/tab.frame.yaml"),
            include_str!("parts/page.frame.yaml"),
        ),
        Shape::None => (
            include_str!("parts/card.none.yaml"),
            include_str!("parts/tab.none.yaml"),
            include_str!("parts/page.none.yaml"),
        ),
        Shape::Catalog => (
            include_str!("parts/card.yaml"),
            include_str!("parts/tab.yaml"),
            include_str!("parts/page.catalog.yaml"),
        ),
        _ => (include_str!("parts/card.yaml"), include_str!("parts/tab.yaml"), include_str!("parts/page.yaml")),
    };
    let views = [(answers.card, card), (answers.tab, tab), (answers.page, page)];
    let views: String = views.iter().filter(|(wanted, _)| *wanted).map(|(_, text)| *text).collect();
    let text = format!(
        "{}{shape}extensions:\n{views}i18n: {{default: en, files: \"i18n/*.yaml\"}}\n{}",
        include_str!("parts/head.yaml"),
        tests(answers)
    );
    filled(answers, &text.replace("@SCHEMA@", include_str!("parts/schema.yaml")))
}

fn tests(answers: &PluginAnswers) -> String {
    let replays = matches!(answers.shape, Shape::Rest | Shape::Graphql | Shape::Git | Shape::Sql);
    let replay = if replays { "    replay: fixtures/items.yaml\n" } else { "" };
    let name = match answers.shape {
        Shape::File => "what fixtures/items.yaml holds",
        Shape::Tree => "what fixtures/items/north.yaml and fixtures/items/south.yaml hold",
        Shape::Catalog => "one component",
        Shape::Frame | Shape::None => "what is shown",
        _ => "two of them",
    };
    let config = match answers.shape {
        Shape::Sql => "    config: {database: \"postgres://reader:word@db.example/ops\"}\n",
        _ => "",
    };
    let expected = match answers.shape {
        Shape::Catalog => "state: good, \"data.items[0].name\": Crane, a11y: true",
        Shape::Git => "state: good, \"data.items[0].name\": North crane, a11y: true",
        Shape::Frame | Shape::None => "a11y: true",
        _ => "state: good, \"data.items[1].status\": error, a11y: true",
    };
    let mut text = format!(
        "tests:\n  - name: {name}\n    entity: fixtures/entity.yaml\n{replay}{config}    expect: {{{expected}}}\n"
    );
    if !answers.annotation.is_empty() && answers.shape != Shape::Frame {
        text += &format!(
            "  - name: an entity that is not set up\n    entity: fixtures/not-set-up.yaml\n{config}    expect: {{requests: 0, state: missing, a11y: true}}\n"
        );
    } else if !answers.annotation.is_empty() {
        text += "  - name: an entity that is not set up\n    entity: fixtures/not-set-up.yaml\n    expect: {a11y: true}\n";
    }
    text
}

/// Fills in the answers.
fn filled(answers: &PluginAnswers, text: &str) -> String {
    let quoted = |it: &str| serde_json::to_string(it).unwrap_or_default();
    let computed = answers.path.replace("{key}", "{{ params.key }}");
    let sample = format!("{}{}", answers.url, answers.path.replace("{key}", KEY));
    let key = match answers.shape {
        Shape::File => "items.yaml",
        Shape::Tree => "items",
        _ => KEY,
    };
    let annotations = match answers.annotation.as_str() {
        "" => String::new(),
        annotation => format!("  annotations: {{{annotation}: {key}}}\n"),
    };
    let missing = match answers.annotation.as_str() {
        "" => String::new(),
        annotation => format!("      missing: {{annotation: \"{annotation}\", example: {key}}}\n"),
    };
    let set_up = set_up(answers, key);
    let description = description(answers);
    let marks: &[(&str, &str)] = &[
        ("@ANNOTATIONS@", &annotations),
        ("@MISSING@\n", &missing),
        ("@SET_UP@", &set_up),
        ("@GLOB@", &answers.path.replace("{key}", "**")),
        ("@SAMPLE@", &sample),
        ("@SOURCE@", &source(answers)),
        ("@PATH@", &computed),
        ("@URL@", &answers.url),
        ("@ID@", &answers.id),
        ("@ANNOTATION@", &answers.annotation),
        ("@TITLE@", &quoted(&answers.title)),
        ("@PLAIN_TITLE@", &answers.title),
        ("@DESCRIPTION@", &description),
    ];
    marks.iter().fold(text.to_owned(), |text, (mark, value)| text.replace(mark, value))
}

/// Returns the expression of the address of a frame.
fn source(answers: &PluginAnswers) -> String {
    let parts: Vec<String> = format!("{}{}", answers.url, answers.path).split("{key}").map(|it| format!("'{it}'")).collect();
    parts.join(" ~ (params.key | urlencode) ~ ").replace(" ~ ''", "")
}

fn description(answers: &PluginAnswers) -> String {
    match answers.shape {
        Shape::Rest | Shape::Graphql => "What a service tells of an entity.",
        Shape::File | Shape::Tree => "What the repository of an entity holds.",
        Shape::Git => "What changed last in the repository of an entity.",
        Shape::Catalog => "The components of the catalog.",
        Shape::Sql => "What a database tells of an entity.",
        Shape::Frame => "A page of another service, for an entity.",
        Shape::None => "What the descriptor of an entity says.",
    }
    .to_owned()
}

fn set_up(answers: &PluginAnswers, key: &str) -> String {
    let mut text = String::new();
    if !answers.annotation.is_empty() {
        text += &format!(
            "An entity says what it is called there:\n\n```yaml\nmetadata:\n  annotations:\n    {}: {key}\n```\n",
            answers.annotation
        );
    }
    let needs = needs(answers);
    if !needs.is_empty() {
        text += &format!("{}A site lets it work in `site.yaml`:\n\n```yaml\n{needs}```\n", if text.is_empty() { "" } else { "\n" });
    }
    if text.is_empty() { "There is nothing to set up.".to_owned() } else { text.trim_end().to_owned() }
}
