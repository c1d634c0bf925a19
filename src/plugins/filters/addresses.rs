//! Filters of addresses: their parts, and joining them.

use minijinja::Error;
use minijinja::value::{Rest, Value};
use url::Url;

use super::FilterDescription;
use super::argument::text;

pub(super) const FILTERS: &[FilterDescription] = &[
    FilterDescription {
        name: "host_of",
        signature: "host_of",
        what: "The host of an address, also of one such as `git@host:path`; nothing if it has none",
        example: r#""https://ci.example.com:8443/job/a" | host_of"#,
        result: r#""ci.example.com""#,
        add: |it| it.add_filter("host_of", host_of),
    },
    FilterDescription {
        name: "path_of",
        signature: "path_of",
        what: "The path of an address, without its query",
        example: r#""https://ci.example.com/job/a?x=1" | path_of"#,
        result: r#""/job/a""#,
        add: |it| it.add_filter("path_of", path_of),
    },
    FilterDescription {
        name: "url_join",
        signature: "url_join(part, …)",
        what: "An address with parts of a path behind it and one slash between them; a part that is a whole address with `http` or `https` stands for all before it",
        example: r#""https://ci.example.com/" | url_join("job", "/a/")"#,
        result: r#""https://ci.example.com/job/a/""#,
        add: |it| it.add_filter("url_join", url_join),
    },
];

fn host_of(value: &Value) -> Result<Value, Error> {
    let Some(text) = text(value)? else { return Ok(Value::UNDEFINED) };
    let of_url = Url::parse(&text).ok().and_then(|it| it.host_str().map(str::to_owned));
    Ok(of_url.or_else(|| scp(&text).map(|(host, _)| host.to_owned())).map(Value::from).unwrap_or_default())
}

fn path_of(value: &Value) -> Result<Value, Error> {
    let Some(text) = text(value)? else { return Ok(Value::UNDEFINED) };
    let of_url = Url::parse(&text).ok().filter(Url::has_host).map(|it| it.path().to_owned());
    Ok(of_url.or_else(|| scp(&text).map(|(_, path)| format!("/{path}"))).map(Value::from).unwrap_or_default())
}

/// Returns the host and the path of an address of git as `scp` writes it.
fn scp(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once('@')?;
    let (host, path) = rest.split_once(':')?;
    let plain = |it: char| it.is_ascii_alphanumeric() || "-.".contains(it);
    (!host.is_empty() && host.chars().all(plain)).then(|| (host, path.trim_start_matches('/')))
}

fn url_join(base: &Value, parts: Rest<Value>) -> Result<Value, Error> {
    let Some(base) = text(base)? else { return Ok(Value::UNDEFINED) };
    let mut joined = base.into_owned();
    for part in parts.iter() {
        let Some(part) = text(part)?.filter(|it| !it.is_empty()) else { continue };
        if part.starts_with("https://") || part.starts_with("http://") {
            joined = part.into_owned();
            continue;
        }
        let kept = joined.trim_end_matches('/').len();
        joined.truncate(kept);
        joined.push('/');
        joined.push_str(part.trim_start_matches('/'));
    }
    Ok(Value::from(joined))
}
