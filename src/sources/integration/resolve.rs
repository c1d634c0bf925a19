//! What an address means against a base, by the rules that all hosts share.

use url::Url;

/// Resolves an address. `root` returns the path of the repository's root for a base; where it returns none, `/x` is
/// appended to the whole path of the base, as Backstage does.
pub(super) fn against(
    address: &str,
    base: &str,
    line: Option<u32>,
    root: impl Fn(&Url) -> Option<String>,
) -> Option<String> {
    if let Ok(mut absolute) = Url::parse(address) {
        mark_line(&mut absolute, line);
        // As it is written: parsing adds a slash to a bare host.
        return Some(if line.is_some() { absolute.into() } else { address.to_owned() });
    }
    let base_url = Url::parse(base).ok().filter(|it| !it.cannot_be_a_base())?;
    let mut resolved = match address.strip_prefix('/') {
        Some(_) if !address.starts_with("//") => {
            let root = root(&base_url).unwrap_or_else(|| base_url.path().to_owned());
            let mut url = base_url.clone();
            url.set_fragment(None);
            url.set_path(&format!("{}{address}", root.trim_end_matches('/')));
            url
        }
        _ => base_url.join(address).ok()?,
    };
    resolved.set_query(base_url.query());
    mark_line(&mut resolved, line);
    Some(restored(resolved))
}

fn mark_line(url: &mut Url, line: Option<u32>) {
    if let Some(line) = line {
        url.set_fragment(Some(&format!("L{line}")));
    }
}

/// Returns the address with the stars of a pattern as they were written.
fn restored(url: Url) -> String {
    String::from(url).replace("%2A", "*")
}
