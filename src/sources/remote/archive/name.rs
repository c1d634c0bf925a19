//! The name of an entry, which may be anything, as a path that stays where it is, or the reason why not.

use super::listing::ArchiveReason;

/// The longest path of an entry, in bytes.
pub(super) const PATH_BYTES_MAX: usize = 4_096;

/// The longest part of a path, in bytes, as file systems have it.
const PART_BYTES_MAX: usize = 255;

/// Returns the path that a name means, without `./` before it and the slash of a folder behind it. The root itself is
/// the empty path.
pub(super) fn path_of(name: &[u8]) -> Result<&str, ArchiveReason> {
    if name.len() > PATH_BYTES_MAX {
        return Err(ArchiveReason::LongName);
    }
    let name = std::str::from_utf8(name).map_err(|_| ArchiveReason::NotText)?;
    let path = name.strip_prefix("./").unwrap_or(name);
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() || path == "." {
        // `/` alone is no root of ours.
        return if name.starts_with('/') { Err(ArchiveReason::Outside) } else { Ok("") };
    }
    if path.starts_with('/') {
        return Err(ArchiveReason::Outside);
    }
    path.split('/').try_for_each(check_part)?;
    Ok(path)
}

fn check_part(part: &str) -> Result<(), ArchiveReason> {
    if part == ".." {
        return Err(ArchiveReason::Outside);
    }
    if part.len() > PART_BYTES_MAX {
        return Err(ArchiveReason::LongName);
    }
    let drive =
        part.as_bytes().get(1) == Some(&b':') && part.starts_with(|it: char| it.is_ascii_alphabetic());
    if matches!(part, "" | ".") || drive || part.contains(|it: char| it == '\\' || it.is_control()) {
        return Err(ArchiveReason::BadName);
    }
    // Some systems take dots and spaces off the end, and know `.git` by a short name too.
    let bare = part.trim_end_matches(['.', ' ']);
    if bare.eq_ignore_ascii_case(".git") || bare.eq_ignore_ascii_case("git~1") {
        return Err(ArchiveReason::Git);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ArchiveReason, path_of};

    #[test]
    fn takes_plain_paths_alone() {
        for (name, path) in [
            ("a", "a"),
            ("./a/b.yaml", "a/b.yaml"),
            ("a/b/", "a/b"),
            ("./", ""),
            (".", ""),
            ("", ""),
            (".gitignore", ".gitignore"),
            ("größe/..a", "größe/..a"),
            ("api:v1", "api:v1"),
        ] {
            assert_eq!(path_of(name.as_bytes()), Ok(path), "{name}");
        }
        for (name, reason) in [
            ("../a", ArchiveReason::Outside),
            ("a/../../b", ArchiveReason::Outside),
            ("a/..", ArchiveReason::Outside),
            ("/a", ArchiveReason::Outside),
            ("/", ArchiveReason::Outside),
            ("C:/a", ArchiveReason::BadName),
            ("c:a", ArchiveReason::BadName),
            ("a\\b", ArchiveReason::BadName),
            ("a\0b", ArchiveReason::BadName),
            ("a\nb", ArchiveReason::BadName),
            ("a//b", ArchiveReason::BadName),
            ("a/./b", ArchiveReason::BadName),
            (".git/config", ArchiveReason::Git),
            ("a/.GIT", ArchiveReason::Git),
            ("a/.git. /x", ArchiveReason::Git),
            ("GIT~1/x", ArchiveReason::Git),
        ] {
            assert_eq!(path_of(name.as_bytes()), Err(reason), "{name:?}");
        }
        assert_eq!(path_of(b"a\xff"), Err(ArchiveReason::NotText));
        assert_eq!(path_of("x".repeat(256).as_bytes()), Err(ArchiveReason::LongName));
        assert_eq!(path_of("x/".repeat(3_000).as_bytes()), Err(ArchiveReason::LongName));
    }
}
