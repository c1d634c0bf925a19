//! `Listing`: what a bucket holds below a prefix, as a document that the cache keeps and the lock names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;
use url::form_urlencoded::Serializer;

/// What a bucket holds below a prefix, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::sources::remote) struct Listing(pub(in crate::sources::remote) BTreeMap<String, Listed>);

/// One object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sources::remote) struct Listed {
    /// Its size, in bytes.
    pub(in crate::sources::remote) size: u64,
    /// The tag of its content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sources::remote) etag: Option<String>,
}

impl Listing {
    /// Returns the keys, sorted, without those that only mark a folder.
    pub(in crate::sources::remote) fn files(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(key, it)| it.size > 0 || !self.is_folder(key)).map(|(key, _)| key.as_str())
    }

    fn is_folder(&self, key: &str) -> bool {
        let folder = format!("{key}/");
        self.0.range(folder.clone()..).next().is_some_and(|(next, _)| next.starts_with(&folder))
    }
}

/// Returns the address that stands for the list of what a bucket holds below a folder. No file has such an address, since
/// the question mark of a key is encoded.
pub(in crate::sources::remote) fn listing_address(root: &str, folder: &str) -> String {
    let mut pairs = Serializer::new(String::new());
    pairs.append_pair("list-type", "2");
    if !folder.is_empty() {
        pairs.append_pair("prefix", &format!("{}/", folder.trim_end_matches('/')));
    }
    format!("{root}/?{}", pairs.finish())
}

/// Returns the folder whose list an address stands for.
#[cfg_attr(not(feature = "object-store"), expect(dead_code, reason = "nothing is listed"))]
pub(super) fn listed_folder(address: &Url) -> Option<String> {
    let pair = |name: &str| address.query_pairs().find(|(it, _)| it == name).map(|(_, it)| it.into_owned());
    pair("list-type").filter(|it| it == "2")?;
    Some(pair("prefix").unwrap_or_default().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Listed, Listing, listed_folder, listing_address};

    #[test]
    fn a_list_has_an_address() {
        for (folder, address) in [
            ("", "https://a.example/b/?list-type=2"),
            ("c d/é", "https://a.example/b/?list-type=2&prefix=c+d%2F%C3%A9%2F"),
        ] {
            assert_eq!(listing_address("https://a.example/b", folder), address);
            assert_eq!(listed_folder(&Url::parse(address).unwrap()).as_deref(), Some(folder));
        }
        assert_eq!(listed_folder(&Url::parse("https://a.example/b/c?prefix=x").unwrap()), None);
    }

    #[test]
    fn marks_of_folders_are_no_files() {
        let of = |key: &str, size| (key.to_owned(), Listed { size, etag: None });
        let listing = Listing([of("a", 0), of("a.yaml", 0), of("a/b", 1), of("c", 0)].into());
        assert_eq!(listing.files().collect::<Vec<_>>(), ["a.yaml", "a/b", "c"]);
    }
}
