//! An explanation as lines for people.

use std::fmt::Write as _;

use super::{ExplainedField, ExplainedSource, Explanation};

impl Explanation {
    /// Returns it as text.
    pub fn to_text(&self) -> String {
        let mut text = format!("{} {}  {}\nfrom {}\n", self.id, self.version, self.title, self.from);
        if !self.modules.is_empty() {
            let _ = writeln!(text, "with the modules {}", self.modules.join(", "));
        }
        self.servers(&mut text);
        section(
            &mut text,
            "Secrets",
            self.secrets.iter().map(|it| {
                let state = match (&it.granted, it.set) {
                    (Some(by), true) => format!("granted by {by}"),
                    (Some(by), false) => format!("granted by {by}, and has no value"),
                    (None, _) => "not granted".to_owned(),
                };
                let goes =
                    if it.goes_to.is_empty() { "goes nowhere".to_owned() } else { it.goes_to.join("; ") };
                format!("{}  {state}; {goes}", it.name)
            }),
        );
        section(
            &mut text,
            "Files",
            self.files.iter().map(|it| {
                let resolved =
                    if it.resolved == it.pattern { String::new() } else { format!(" = {}", it.resolved) };
                format!("{}{resolved}  {}", it.pattern, granted(it.granted.as_deref()))
            }),
        );
        section(&mut text, "Frames", self.frames.iter().cloned());
        section(
            &mut text,
            "Read of entities",
            self.annotations.iter().map(|it| format!("{}  {}", it.name, it.from.join(", else "))),
        );
        for source in &self.sources {
            source.write(&mut text);
        }
        section(
            &mut text,
            "Configuration",
            self.visibility.iter().map(|it| format!("{}  {}", it.pointer, it.visibility)),
        );
        section(
            &mut text,
            "Extensions",
            self.extensions
                .iter()
                .map(|it| format!("{}  {}  {}", if it.on { "on " } else { "off" }, it.id, it.title)),
        );
        if self.sources.iter().any(|it| it.asked.starts_with("one request")) {
            let _ = writeln!(text, "\nAt most {} requests a build.", self.requests_max);
        }
        text
    }

    fn servers(&self, text: &mut String) {
        section(
            text,
            "Servers",
            self.endpoints.iter().flat_map(|it| {
                let what = format!("{} {}", it.methods.join(", "), it.paths.join(", "));
                let known = it
                    .addresses
                    .iter()
                    .map(|it| format!("{}  {}", it.address, granted(it.granted.as_deref())));
                let mut lines: Vec<String> = known.collect();
                if lines.is_empty() {
                    lines.push(format!("{}  none with this configuration", it.target));
                }
                lines.into_iter().map(move |it| format!("{it}: {what}"))
            }),
        );
    }
}

impl ExplainedSource {
    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "\nSource {}: {} from {}", self.name, self.kind, self.server);
        let _ = writeln!(text, "  {}", self.asked);
        for field in &self.fields {
            let _ = writeln!(text, "  {}", shown(field));
        }
        if !self.facts.is_empty() {
            let _ =
                writeln!(text, "  facts for columns, filters and other plugins: {}", self.facts.join(", "));
        }
        for field in &self.history {
            let _ = writeln!(text, "  points of {}", shown(field));
        }
    }
}

fn shown(field: &ExplainedField) -> String {
    let name = if field.name == "*" { "all that the answer holds" } else { &field.name };
    match field.shown_by.as_slice() {
        [] => format!("{name}  is shown nowhere"),
        by => format!("{name}  is shown by {}", by.join(", ")),
    }
}

fn granted(by: Option<&str>) -> String {
    by.map_or_else(|| "not granted".to_owned(), |it| format!("granted by {it}"))
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        let _ = writeln!(text, "\n{title}");
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
    }
}
