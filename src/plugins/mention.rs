//! Code of a manifest to the names that it mentions below a variable, without running it.

/// How deep a chain of names is followed.
const DEPTH_MAX: usize = 4;

/// Returns what is mentioned below a variable, as in `data.runs[0].status`: the names in a row, without indices.
pub(super) fn chains(source: &str, variable: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices(variable) {
        let before = source.get(..at).and_then(|it| it.chars().next_back());
        if before.is_some_and(|it| is_name(it) || it == '.') {
            continue;
        }
        let rest = source.get(at + variable.len()..).unwrap_or_default();
        if rest.starts_with(is_name) || rest.starts_with('(') {
            continue;
        }
        found.push(chain(rest));
    }
    found
}

/// Returns the values of an argument of functions, as in `source="runs"`.
pub(super) fn arguments(source: &str, argument: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices(argument) {
        let before = source.get(..at).and_then(|it| it.chars().next_back());
        let rest = source.get(at + argument.len()..).unwrap_or_default().trim_start();
        let value = rest.strip_prefix('=').map(str::trim_start).filter(|_| !before.is_some_and(is_name));
        let quoted = value.and_then(|it| it.strip_prefix(['"', '\'']));
        found.extend(quoted.and_then(|it| it.split(['"', '\'']).next()).map(str::to_owned));
    }
    found
}

/// Returns the first arguments of calls of a function, as in `every("runs")`.
pub(super) fn called(source: &str, function: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices(function) {
        let before = source.get(..at).and_then(|it| it.chars().next_back());
        let rest = source.get(at + function.len()..).unwrap_or_default().trim_start();
        let value = rest.strip_prefix('(').map(str::trim_start);
        let quoted = value.filter(|_| !before.is_some_and(|it| is_name(it) || it == '.'));
        let quoted = quoted.and_then(|it| it.strip_prefix(['"', '\'']));
        found.extend(quoted.and_then(|it| it.split(['"', '\'']).next()).map(str::to_owned));
    }
    found
}

/// Returns the loops of a template over a variable: the name of an item, and the chain that is gone through.
pub(super) fn loops(template: &str, variable: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for part in template.split("{%").skip(1) {
        let tag = part.split("%}").next().unwrap_or_default().trim_start_matches('-').trim_start();
        let Some((name, over)) = tag.strip_prefix("for ").and_then(|it| it.split_once(" in ")) else {
            continue;
        };
        let chain = chains(over, variable).into_iter().next();
        found.extend(chain.map(|chain| (name.trim().to_owned(), chain)));
    }
    found
}

fn chain(mut rest: &str) -> Vec<String> {
    let mut names = Vec::new();
    while names.len() < DEPTH_MAX {
        if let Some(after) = rest.strip_prefix('.').filter(|it| it.starts_with(is_name)) {
            let end = after.find(|it| !is_name(it)).unwrap_or(after.len());
            names.extend(after.get(..end).map(str::to_owned));
            rest = after.get(end..).unwrap_or_default();
        } else if let Some(inside) = rest.strip_prefix('[') {
            let Some((key, after)) = inside.split_once(']') else { break };
            let quoted = key.trim().strip_prefix(['"', '\'']).and_then(|it| it.strip_suffix(['"', '\'']));
            match quoted {
                Some(name) => names.push(name.to_owned()),
                None if key.chars().all(|it| it.is_ascii_digit() || matches!(it, '-' | ':' | ' ')) => {}
                None => break,
            }
            rest = after;
        } else {
            break;
        }
    }
    names
}

fn is_name(it: char) -> bool {
    it.is_ascii_alphanumeric() || it == '_'
}

#[cfg(test)]
mod tests {
    use super::{arguments, called, chains, loops};

    #[test]
    fn first_arguments_of_calls() {
        assert_eq!(
            called(r#"every("runs") ~ every( 'x' ) ~ no_every("y") ~ every(z)"#, "every"),
            ["runs", "x"]
        );
    }

    #[test]
    fn names_in_a_row() {
        let of = |source: &str| chains(source, "data").into_iter().map(|it| it.join("/")).collect::<Vec<_>>();
        assert_eq!(of(r#"data.runs | unique(attribute="name")"#), ["runs"]);
        assert_eq!(
            of(r#"data.runs[0].status ~ data["radar"]['blips'] ~ row.data.x ~ mydata.y"#),
            ["runs/status", "radar/blips"]
        );
        assert_eq!(of("data[config.which].x or data"), ["", ""]);
        assert_eq!(of("database.x"), Vec::<String>::new());
    }

    #[test]
    fn values_of_arguments() {
        assert_eq!(arguments(r#"related("hasPart", source="measures")"#, "source"), ["measures"]);
        assert_eq!(arguments("related('x', resource='no') ~ f(source = 'yes')", "source"), ["yes"]);
    }

    #[test]
    fn loops_of_templates() {
        let template =
            "{% for run in data.runs %}{{ run.name }}{% endfor %}{%- for x in data.radar.blips|sort -%}";
        assert_eq!(
            loops(template, "data"),
            [
                ("run".to_owned(), vec!["runs".to_owned()]),
                ("x".to_owned(), vec!["radar".to_owned(), "blips".to_owned()])
            ]
        );
    }
}
