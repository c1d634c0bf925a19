//! Configuration files, and what they are after a change to the list of plugins.

use super::{NewPlugin, add_plugin, move_plugin, named_plugins, remove_plugin};

fn plugin(source: &str) -> NewPlugin {
    NewPlugin { source: source.to_owned(), ..NewPlugin::default() }
}

fn added(text: &str, expected: &str) {
    let changed = add_plugin(text, &plugin("./plugins/new"));
    assert_eq!(changed.as_deref(), Ok(expected), "{text}");
}

#[test]
fn adds_to_a_block_list() {
    added("plugins:\n  - use: ./a\n", "plugins:\n  - use: ./a\n  - use: ./plugins/new\n");
    added("plugins:\n- use: ./a\n", "plugins:\n- use: ./a\n- use: ./plugins/new\n");
    added(
        "# Ours.\nplugins: # these\n  # The first.\n  - use: ./a   # a\n    config:\n      text: |\n        # no comment\n\n        - no item\n  # Not yet:\n  # - use: ./b\n\n# The catalog.\ncatalog: {}\n",
        "# Ours.\nplugins: # these\n  # The first.\n  - use: ./a   # a\n    config:\n      text: |\n        # no comment\n\n        - no item\n  - use: ./plugins/new\n  # Not yet:\n  # - use: ./b\n\n# The catalog.\ncatalog: {}\n",
    );
    added(
        "plugins:\n  -\n    use: ./a\napp: {}",
        "plugins:\n  -\n    use: ./a\n  - use: ./plugins/new\napp: {}",
    );
}

#[test]
fn adds_where_there_is_no_list() {
    added("app: {title: x}\n", "app: {title: x}\nplugins:\n  - use: ./plugins/new\n");
    added("app: {title: x}", "app: {title: x}\nplugins:\n  - use: ./plugins/new\n");
    added("app:\n  title: x # y\n# end\n", "app:\n  title: x # y\n# end\nplugins:\n  - use: ./plugins/new\n");
    added("plugins:\napp: {}\n", "plugins:\n  - use: ./plugins/new\napp: {}\n");
    added("plugins: [] # none yet\napp: {}\n", "plugins: # none yet\n  - use: ./plugins/new\napp: {}\n");
    added("plugins: []", "plugins:\n  - use: ./plugins/new\n");
    added("app: {}\r\nplugins: []\r\n", "app: {}\r\nplugins:\r\n  - use: ./plugins/new\r\n");
    added("plugins:\r\n  - use: ./a\r\n", "plugins:\r\n  - use: ./a\r\n  - use: ./plugins/new\r\n");
}

#[test]
fn adds_to_a_flow_list() {
    added("plugins: [{use: ./a}]\n", "plugins: [{use: ./a}, {use: \"./plugins/new\"}]\n");
    added("plugins: [{use: ./a}, ] # x\n", "plugins: [{use: ./a}, {use: \"./plugins/new\"} ] # x\n");
    added(
        "plugins: [\n  {use: './[a], b'}, # ], one\n  {use: \"./\\\"]\"}\n]\n",
        "plugins: [\n  {use: './[a], b'}, # ], one\n  {use: \"./\\\"]\"}, {use: \"./plugins/new\"}\n]\n",
    );
}

#[test]
fn writes_grants() {
    let plugin = NewPlugin {
        source: "git+https://git.example/p#v1:tides".to_owned(),
        network: vec!["https://tides.example".to_owned()],
        secrets: vec!["TIDES_TOKEN".to_owned()],
        read: vec!["data/*.json".to_owned()],
    };
    let block = "plugins:\n  - use: \"git+https://git.example/p#v1:tides\"\n    grant:\n      network: [\"https://tides.example\"]\n      secrets: [\"TIDES_TOKEN\"]\n      read: [\"data/*.json\"]\n";
    assert_eq!(add_plugin("plugins: []\n", &plugin).as_deref(), Ok(block));
    assert_eq!(plugin.to_yaml(), block);
    let flow = add_plugin("plugins: [{use: ./a}]\n", &plugin).unwrap();
    assert!(
        flow.contains("grant: {network: [\"https://tides.example\"], secrets: [\"TIDES_TOKEN\"], read: ["),
        "{flow}"
    );
    assert_eq!(named_plugins(&flow), ["./a", "git+https://git.example/p#v1:tides"]);
}

#[test]
fn removes() {
    for (text, index, expected) in [
        ("plugins:\n  - use: ./a\n  # About b.\n  - use: ./b\n", 0, "plugins:\n  # About b.\n  - use: ./b\n"),
        (
            "plugins:\n  - use: ./a\n  - use: ./b\n    config: {x: 1}\n\napp: {}\n",
            1,
            "plugins:\n  - use: ./a\n\napp: {}\n",
        ),
        ("plugins: # ours\n  - use: ./a\napp: {}\n", 0, "plugins: [] # ours\napp: {}\n"),
        ("plugins:\n  - use: ./a", 0, "plugins: []\n"),
        ("plugins: [{use: ./a}, {use: ./b}]\n", 0, "plugins: [{use: ./b}]\n"),
        ("plugins: [{use: ./a}, {use: ./b}]\n", 1, "plugins: [{use: ./a}]\n"),
        ("plugins: [{use: ./a}]\n", 0, "plugins: []\n"),
        ("plugins:\r\n  - use: ./a\r\n  - use: ./b\r\n", 0, "plugins:\r\n  - use: ./b\r\n"),
    ] {
        assert_eq!(remove_plugin(text, index).as_deref(), Ok(expected), "{text}");
    }
    assert!(remove_plugin("plugins: []\n", 0).is_err());
}

#[test]
fn moves() {
    for (text, expected) in [
        ("plugins:\n  - use: ./a # x\n    config: {}\n", "plugins:\n  - use: \"./b\" # x\n    config: {}\n"),
        ("plugins:\n  - use: './a'\n", "plugins:\n  - use: \"./b\"\n"),
        ("plugins: [{use: \"./ä\", config: {}}]\n", "plugins: [{use: \"./b\", config: {}}]\n"),
    ] {
        assert_eq!(move_plugin(text, 0, "./b").as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_cannot_be_changed_safely_is_refused() {
    for text in [
        "{app: {}, plugins: []}\n",
        "app: {}\n...\n",
        "defaults: &all [{use: ./a}]\nplugins: *all\n",
        "plugins: text\n",
        "- a\n",
        "a: [\n",
    ] {
        assert!(add_plugin(text, &plugin("./b")).is_err(), "{text}");
    }
    assert!(
        move_plugin("x: &u ./a\nplugins: [{use: *u}]\n", 0, "./b")
            .is_ok_and(|it| it.starts_with("x: &u ./a\n"))
    );
}
