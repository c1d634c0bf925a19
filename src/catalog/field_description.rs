//! What each field below `spec` means, in a sentence and with examples, for editors.

/// What an editor says of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldDescription {
    /// The kind it holds for; empty for every kind that has no row of its own.
    kind: &'static str,
    /// The path below `spec`.
    path: &'static str,
    /// What it means.
    pub(super) text: &'static str,
    /// Customary values; others are allowed.
    pub(super) examples: &'static [&'static str],
}

/// Returns what a field of a kind means.
pub(super) fn describe(kind: &str, path: &str) -> Option<&'static FieldDescription> {
    let of = |kind: &str| ROWS.iter().find(|it| it.kind == kind && it.path == path);
    of(kind).or_else(|| of(""))
}

const fn row(
    kind: &'static str,
    path: &'static str,
    text: &'static str,
    examples: &'static [&'static str],
) -> FieldDescription {
    FieldDescription { kind, path, text, examples }
}

const LIFECYCLES: &[&str] = &["experimental", "production", "deprecated"];

const ROWS: &[FieldDescription] = &[
    row("", "owner", "Who is responsible: a group, or a user.", &["group:default/team"]),
    row("", "system", "The system that it is a part of.", &[]),
    row(
        "",
        "lifecycle",
        "How far it has come: `experimental`, `production`, `deprecated`, or a word of your own.",
        LIFECYCLES,
    ),
    row("", "type", "What sort it is, in a word of your own.", &[]),
    row(
        "",
        "dependsOn",
        "What it needs to work: components and resources, each with its kind.",
        &["resource:default/database"],
    ),
    row(
        "",
        "dependencyOf",
        "What needs it to work: components and resources, each with its kind.",
        &["component:default/service"],
    ),
    row("", "profile", "How it is shown to people.", &[]),
    row("", "profile.displayName", "The name for people.", &[]),
    row("", "profile.email", "The address for mail.", &[]),
    row("", "profile.picture", "The address of a picture.", &[]),
    row(
        "Component",
        "type",
        "What sort of software it is: `service`, `website`, `library`, or a word of your own.",
        &["service", "website", "library"],
    ),
    row("Component", "subcomponentOf", "The component that it is a part of.", &[]),
    row("Component", "providesApis", "The APIs that it offers.", &[]),
    row("Component", "consumesApis", "The APIs that it calls.", &[]),
    row(
        "API",
        "type",
        "The language of the definition: `openapi`, `asyncapi`, `graphql`, `grpc`, `trpc`, or a word of your own.",
        &["openapi", "asyncapi", "graphql", "grpc", "trpc"],
    ),
    row("API", "definition", "The definition itself, usually `$text` with the path of its file.", &[]),
    row(
        "Resource",
        "type",
        "What sort of infrastructure it is, in a word of your own.",
        &["database", "s3-bucket", "cluster", "queue"],
    ),
    row("System", "domain", "The domain that it is a part of.", &[]),
    row(
        "System",
        "type",
        "What sort of system it is, in a word of your own.",
        &["product", "service", "feature-set"],
    ),
    row("Domain", "subdomainOf", "The domain that it is a part of.", &[]),
    row("Domain", "type", "What sort of domain it is, in a word of your own.", &["product-area", "bundle"]),
    row(
        "Group",
        "type",
        "What sort of group it is, in a word of your own.",
        &["team", "business-unit", "product-area", "root"],
    ),
    row("Group", "parent", "The group above it.", &[]),
    row("Group", "children", "The groups right below it; write `[]` where there are none.", &[]),
    row("Group", "members", "The users in it; `memberOf` of the users says the same.", &[]),
    row("User", "memberOf", "The groups that the user is in; write `[]` where there are none.", &[]),
    row(
        "Location",
        "type",
        "How targets are read: `url` or `file`; by default, as the location itself was.",
        &["url", "file"],
    ),
    row("Location", "target", "A file, a pattern or an address.", &["./catalog-info.yaml"]),
    row("Location", "targets", "Files, patterns or addresses.", &["./services/*/catalog-info.yaml"]),
    row("Location", "presence", "Whether it is an error when nothing is there; `required` by default.", &[]),
    row(
        "Template",
        "type",
        "What sort of thing it makes, in a word of your own.",
        &["service", "website", "library"],
    ),
    row("Template", "steps", "What is done, in order.", &[]),
    row("Template", "steps[].id", "The name by which later steps refer to this one.", &[]),
    row("Template", "steps[].name", "What the step does, for people.", &[]),
    row(
        "Template",
        "steps[].action",
        "The action that runs.",
        &["fetch:template", "publish:github", "catalog:register"],
    ),
    row("Template", "steps[].input", "What the action is given.", &[]),
    row("Template", "steps[].if", "Whether the step runs: a flag, or an expression.", &[]),
    row("Template", "parameters", "The form: one page, or a list of pages, each a JSON Schema.", &[]),
    row("Template", "output", "What is shown when all steps are done.", &[]),
    row("Template", "output.links", "Links to what was made.", &[]),
    row("Template", "output.links[].if", "Whether the link is shown: a flag, or an expression.", &[]),
    row("Template", "output.links[].url", "The address.", &[]),
    row("Template", "output.links[].entityRef", "The entity that it leads to, instead of an address.", &[]),
    row("Template", "output.links[].title", "What is shown in place of the address.", &[]),
    row("Template", "output.links[].icon", "The name of an icon.", &["dashboard"]),
    row("Template", "output.text", "Texts that are shown, in Markdown.", &[]),
    row("Template", "output.text[].if", "Whether the text is shown: a flag, or an expression.", &[]),
    row("Template", "output.text[].title", "What stands above the text.", &[]),
    row("Template", "output.text[].icon", "The name of an icon.", &["dashboard"]),
    row("Template", "output.text[].content", "The text.", &[]),
    row("Template", "presentation", "How the form itself is shown.", &[]),
    row("Template", "presentation.buttonLabels", "The words on the buttons.", &[]),
    row("Template", "presentation.buttonLabels.backButtonText", "Goes a page back.", &["Back"]),
    row("Template", "presentation.buttonLabels.createButtonText", "Runs the steps.", &["Create"]),
    row("Template", "presentation.buttonLabels.reviewButtonText", "Shows what was filled in.", &["Review"]),
    row("Template", "secrets", "The secrets that the steps are given.", &[]),
    row("Template", "secrets.schema", "What they must be: a JSON Schema.", &[]),
    row("Template", "formDecorators", "What runs before the form is sent, in order.", &[]),
    row("Template", "formDecorators[].id", "The name of the decorator.", &[]),
    row("Template", "formDecorators[].input", "What it is given.", &[]),
    row(
        "AiResource",
        "type",
        "What sort of resource it is: `skill`, `rule`, `plugin`, `marketplace`, or a word of your own.",
        &["skill", "rule", "plugin", "marketplace"],
    ),
    row("AiResource", "allowedTools", "The tools that it may use, as one text.", &[]),
    row("AiResource", "license", "The licence that it comes with.", &["Apache-2.0"]),
    row("AiResource", "compatibility", "What it works with.", &[]),
    row("AiResource", "dependsOn", "The resources that a skill needs.", &[]),
    row("AiResource", "skills", "The skills of a plugin.", &[]),
    row("AiResource", "plugins", "The plugins of a marketplace.", &[]),
];
