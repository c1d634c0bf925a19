//! What commits say: when a file last changed and by whom, who contributes, and which versions there are.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::{Commit, Mailmap, ObjectType, Oid, Repository};

use crate::sources::git_tree::RevisionError;
use crate::sources::normalize;

/// The most commits that one question looks at.
const COMMITS_MAX: usize = 50_000;

/// The most tags.
const TAGS_MAX: usize = 10_000;

/// The longest `.mailmap` and the longest list of shallow commits, in bytes.
const LIST_BYTES_MAX: u64 = 1024 * 1024;

/// The longest name of a person, in characters.
const NAME_MAX: usize = 200;

/// The longest first line of a message that is given, in characters.
const SUMMARY_MAX: usize = 300;

/// The commits up to one of them, in a bare repository or a checkout.
pub struct History {
    repository: Repository,
    start: Oid,
    mailmap: Option<Mailmap>,
    /// Commits whose parents the clone does not hold.
    shallow: BTreeSet<Oid>,
}

/// A commit that changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The hash of the commit.
    pub id: String,
    /// When its author made it, in seconds since 1970.
    pub time: i64,
    /// The name of its author, after `.mailmap`.
    pub name: String,
    /// The e-mail address of its author, after `.mailmap`.
    pub email: String,
    /// The first line of its message.
    pub summary: String,
}

/// A person with commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributor {
    /// The name, after `.mailmap`.
    pub name: String,
    /// The e-mail address, after `.mailmap`.
    pub email: String,
    /// How many commits the person is the author of.
    pub commits: usize,
}

/// The people of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contributors {
    /// Those with the most commits first.
    pub people: Vec<Contributor>,
    /// Whether every commit was looked at: the clone is not shallow, and there are not too many.
    pub complete: bool,
}

/// A tag that leads to a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name, such as `v1.2.0`.
    pub name: String,
    /// The hash of the commit.
    pub id: String,
    /// The time of the commit, in seconds since 1970.
    pub time: i64,
}

impl History {
    /// Opens the history of a commit, or of what is checked out, in the repository at or around a folder.
    ///
    /// # Errors
    /// When there is no repository, or it has no such commit.
    pub fn open(folder: &Path, commit: Option<&str>) -> Result<Self, RevisionError> {
        let repository = Repository::discover(folder).map_err(|_| RevisionError::NoRepository)?;
        let start = {
            let object = repository.revparse_single(commit.unwrap_or("HEAD"));
            let commit = object.and_then(|it| it.peel_to_commit()).map_err(|_| RevisionError::Unknown)?;
            commit.id()
        };
        let mailmap = mailmap(&repository, start);
        let shallow = shallow(&repository);
        Ok(Self { repository, start, mailmap, shallow })
    }

    /// Returns the folder that is checked out; nothing for a bare repository.
    pub fn root(&self) -> Option<std::path::PathBuf> {
        self.repository.workdir()?.canonicalize().ok()
    }

    /// Returns the last commit that changed a file or folder, as seen from the root of the repository. `None` when the
    /// path is not there, or when the clone is too shallow, or the history too long, to know.
    pub fn last_change(&self, path: &str) -> Option<Change> {
        let path = normalize(path);
        let mut commit = self.repository.find_commit(self.start).ok()?;
        let here = entry(&commit, &path)?;
        for _ in 0..COMMITS_MAX {
            if self.shallow.contains(&commit.id()) {
                return None;
            }
            // A merge that took the file as it was on one side did not change it.
            let same = commit.parents().find(|it| entry(it, &path) == Some(here));
            match same {
                Some(parent) => commit = parent,
                None => {
                    return Some(self.change(&commit));
                }
            }
        }
        None
    }

    fn change(&self, commit: &Commit<'_>) -> Change {
        let (name, email) = self.author(commit);
        let summary = commit.summary().ok().flatten().unwrap_or_default();
        let summary = summary.chars().filter(|it| !it.is_control()).take(SUMMARY_MAX).collect();
        let time = commit.author().when().seconds();
        Change { id: commit.id().to_string(), time, name, email, summary }
    }

    /// Returns the latest commits that changed a file or folder, the newest first; merges that changed nothing
    /// themselves are left out.
    pub fn commits(&self, path: &str, most: usize) -> Vec<Change> {
        let path = normalize(path);
        let mut found = Vec::new();
        for id in self.walk().take(COMMITS_MAX) {
            let Ok(commit) = id.and_then(|id| self.repository.find_commit(id)) else { break };
            let here = entry(&commit, &path);
            let is_shallow = self.shallow.contains(&commit.id());
            let mut parents = commit.parents();
            let same = parents.any(|it| entry(&it, &path) == here);
            if here.is_some() && !same && !is_shallow {
                found.push(self.change(&commit));
            }
            if found.len() >= most {
                break;
            }
        }
        found
    }

    /// Returns who made the commits.
    pub fn contributors(&self) -> Contributors {
        let mut counts: BTreeMap<String, (String, String, usize)> = BTreeMap::new();
        let mut complete = self.shallow.is_empty();
        for (index, id) in self.walk().enumerate() {
            let Ok(commit) = id.and_then(|id| self.repository.find_commit(id)) else {
                complete = false;
                break;
            };
            if index >= COMMITS_MAX {
                complete = false;
                break;
            }
            let (name, email) = self.author(&commit);
            // The newest name of an address is the one that is shown.
            counts.entry(email.to_lowercase()).or_insert((name, email, 0)).2 += 1;
        }
        let mut people: Vec<_> =
            counts.into_values().map(|(name, email, commits)| Contributor { name, email, commits }).collect();
        people.sort_by(|one, other| {
            let key = |it: &Contributor| (Reverse(it.commits), it.name.clone(), it.email.clone());
            key(one).cmp(&key(other))
        });
        Contributors { people, complete }
    }

    /// Returns the tags that the repository holds, the highest version first; those that are no versions come after
    /// them, the newest first.
    pub fn tags(&self) -> Vec<Tag> {
        let Ok(names) = self.repository.tag_names(None) else { return Vec::new() };
        let mut tags: Vec<Tag> = names
            .iter()
            .filter_map(|name| name.ok().flatten())
            .take(TAGS_MAX)
            .filter_map(|name| {
                let reference = self.repository.find_reference(&format!("refs/tags/{name}")).ok()?;
                let commit = reference.peel_to_commit().ok()?;
                let id = commit.id().to_string();
                Some(Tag { name: name.to_owned(), id, time: commit.time().seconds() })
            })
            .collect();
        tags.sort_by_cached_key(|tag| (Reverse(version(&tag.name)), Reverse(tag.time), tag.name.clone()));
        tags
    }

    fn walk(&self) -> Box<dyn Iterator<Item = Result<Oid, git2::Error>> + '_> {
        let walk = self.repository.revwalk().and_then(|mut walk| {
            walk.set_sorting(git2::Sort::TIME)?;
            walk.push(self.start)?;
            Ok(walk)
        });
        match walk {
            Ok(walk) => Box::new(walk),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    /// Returns name and address of an author.
    fn author(&self, commit: &Commit<'_>) -> (String, String) {
        let author = match &self.mailmap {
            Some(mailmap) => commit.author_with_mailmap(mailmap).ok(),
            None => None,
        };
        let author = author.unwrap_or_else(|| commit.author().to_owned());
        let text = |bytes: &[u8]| -> String {
            String::from_utf8_lossy(bytes).chars().filter(|it| !it.is_control()).take(NAME_MAX).collect()
        };
        (text(author.name_bytes()), text(author.email_bytes()))
    }
}

/// Returns what a commit has at a path.
fn entry(commit: &Commit<'_>, path: &str) -> Option<Oid> {
    if path.is_empty() {
        return Some(commit.tree_id());
    }
    commit.tree().ok()?.get_path(Path::new(path)).ok().map(|it| it.id())
}

fn mailmap(repository: &Repository, start: Oid) -> Option<Mailmap> {
    let tree = repository.find_commit(start).ok()?.tree().ok()?;
    let entry = tree.get_name(".mailmap")?;
    let (size, kind) = repository.odb().ok()?.read_header(entry.id()).ok()?;
    if kind != ObjectType::Blob || size as u64 > LIST_BYTES_MAX {
        return None;
    }
    let blob = repository.find_blob(entry.id()).ok()?;
    Mailmap::from_buffer(std::str::from_utf8(blob.content()).ok()?).ok()
}

fn shallow(repository: &Repository) -> BTreeSet<Oid> {
    use std::io::Read;
    let mut text = String::new();
    if let Ok(file) = std::fs::File::open(repository.commondir().join("shallow")) {
        let _ = file.take(LIST_BYTES_MAX).read_to_string(&mut text);
    }
    text.lines().filter_map(|it| Oid::from_str(it.trim()).ok()).collect()
}

/// Returns a name as a version: numbers, and whether it is a release and not something before it.
///
/// The numbers may come after a `v` or a word, as in `v1.2`, `release-1.2` and `api/1.2`.
fn version(name: &str) -> Option<(Vec<u64>, bool, String)> {
    let start = name.find(|it: char| it.is_ascii_digit())?;
    let (before, rest) = name.split_at_checked(start)?;
    if !(before.is_empty() || before.ends_with(['v', 'V', '-', '/', '_'])) {
        return None;
    }
    let rest = rest.split('+').next().unwrap_or_default();
    let (numbers, after) = match rest.find(|it: char| !it.is_ascii_digit() && it != '.') {
        Some(end) => rest.split_at_checked(end)?,
        None => (rest, ""),
    };
    let numbers: Option<Vec<u64>> =
        numbers.trim_end_matches('.').split('.').map(|it| it.parse().ok()).collect();
    Some((numbers?, after.is_empty(), after.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_in_their_order() {
        let names = ["v0.9", "v1.0.0-alpha", "1.0.0-rc.1", "v1.0.0", "release-1.2", "api/v1.10.0+build"];
        for pair in names.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
        for name in ["nightly", "build7", "", "v", "v99999999999999999999999"] {
            assert_eq!(version(name), None, "{name}");
        }
    }
}
