//! The header `Link` (RFC 8288) to the address of the next page.

/// Returns the address with `rel="next"`.
pub fn next_link(header: &str) -> Option<&str> {
    header.split(',').find_map(|link| {
        let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let next = parameters.split(';').any(|it| matches!(it.trim(), "rel=\"next\"" | "rel=next"));
        next.then_some(address)
    })
}
