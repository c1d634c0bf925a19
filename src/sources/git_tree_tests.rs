//! Repositories made in a temporary folder, read through `GitTreeReader`.

use std::path::{Path, PathBuf};

use git2::{Oid, Repository, Signature};

use super::{GitTreeReader, RevisionError};
use crate::sources::{LocalReader, ReadError, Reader};

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn folder(name: &str) -> Folder {
    let path = std::env::temp_dir().join(format!("callboard-git-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    Folder(path)
}

/// What an entry of a made tree is.
enum Made<'a> {
    File(&'a str),
    Link(&'a str),
    Tree(Oid),
    Submodule,
}

fn tree(repository: &Repository, entries: &[(&str, Made<'_>)]) -> Oid {
    let mut builder = repository.treebuilder(None).unwrap();
    for (name, made) in entries {
        let (id, mode) = match made {
            Made::File(text) => (repository.blob(text.as_bytes()).unwrap(), 0o100_644),
            Made::Link(target) => (repository.blob(target.as_bytes()).unwrap(), 0o120_000),
            Made::Tree(id) => (*id, 0o040_000),
            Made::Submodule => {
                (Oid::from_str("1234567890123456789012345678901234567890").unwrap(), 0o160_000)
            }
        };
        builder.insert(name, id, mode).unwrap();
    }
    builder.write().unwrap()
}

fn commit(repository: &Repository, root: Oid) {
    let who = Signature::new("Test", "test@example.com", &git2::Time::new(0, 0)).unwrap();
    let tree = repository.find_tree(root).unwrap();
    repository.commit(Some("refs/heads/main"), &who, &who, "made", &tree, &[]).unwrap();
}

fn made(path: &Path) -> GitTreeReader {
    let repository = Repository::init(path).unwrap();
    let nested = tree(&repository, &[("deep.yaml", Made::File("deep"))]);
    let git = tree(&repository, &[("pack.yaml", Made::File("no"))]);
    let modules = tree(&repository, &[("m.yaml", Made::File("no"))]);
    let site = tree(
        &repository,
        &[
            ("a.yaml", Made::File("\u{feff}a")),
            ("binary", Made::File("b")),
            (".hidden", Made::Tree(nested)),
            ("sub", Made::Tree(nested)),
            ("node_modules", Made::Tree(modules)),
            ("x.callboard", Made::Tree(git)),
            ("up.yaml", Made::Link("../top.yaml")),
            ("folder", Made::Link("sub")),
            ("out.yaml", Made::Link("../../outside.yaml")),
            ("root.yaml", Made::Link("/etc/passwd")),
            ("loop.yaml", Made::Link("loop.yaml")),
            ("loops", Made::Link("loops/x")),
            ("module", Made::Submodule),
        ],
    );
    let root = tree(&repository, &[("site", Made::Tree(site)), ("top.yaml", Made::File("top"))]);
    commit(&repository, root);
    std::fs::create_dir_all(path.join("site")).unwrap();
    GitTreeReader::open(&path.join("site"), "main").unwrap()
}

#[test]
fn reads_files_of_a_revision_and_never_leaves_it() {
    let folder = folder("reads");
    let reader = made(&folder.0);
    let text = |path: &str| reader.read_text(path);
    assert_eq!(text("a.yaml").as_deref(), Ok("a"));
    assert_eq!(text("./sub/../a.yaml").as_deref(), Ok("a"));
    assert_eq!(text("../top.yaml").as_deref(), Ok("top"));
    assert_eq!(text("up.yaml").as_deref(), Ok("top"), "a link within the repository");
    assert_eq!(text("folder/deep.yaml").as_deref(), Ok("deep"), "through a link to a folder");
    assert_eq!(text("../../outside.yaml"), Err(ReadError::Outside));
    assert_eq!(text("out.yaml"), Err(ReadError::Outside));
    assert_eq!(text("root.yaml"), Err(ReadError::Outside));
    assert_eq!(text("none.yaml"), Err(ReadError::NotFound));
    assert_eq!(text("a.yaml/below"), Err(ReadError::NotFound));
    for refused in ["loop.yaml", "loops", "module", "module/x", "sub"] {
        assert!(matches!(text(refused), Err(ReadError::Refused(_))), "{refused}: {:?}", text(refused));
    }
}

#[test]
fn lists_what_a_local_reader_would() {
    let folder = folder("lists");
    let reader = made(&folder.0);
    let search = |glob: &str| reader.search(glob).unwrap();
    assert_eq!(search("*.yaml"), ["a.yaml", "up.yaml"]);
    assert_eq!(search("**/*.yaml"), [".hidden/deep.yaml", "a.yaml", "sub/deep.yaml", "up.yaml"]);
    assert_eq!(search("sub/*.yaml"), ["sub/deep.yaml"]);
    assert_eq!(search("folder/*.yaml"), ["folder/deep.yaml"], "a folder that is named may be a link");
    assert_eq!(search("none/*.yaml"), Vec::<String>::new());
    assert_eq!(search("../*.yaml"), ["../top.yaml"]);
    assert_eq!(reader.search("../../*"), Err(ReadError::Outside));
    assert_eq!(reader.tree("").unwrap(), ["a.yaml", "binary", "sub/deep.yaml", "up.yaml"]);
    assert_eq!(reader.tree("sub").unwrap(), ["sub/deep.yaml"]);
    assert_eq!(
        reader.tree("module"),
        Err(ReadError::Refused("it lies in a submodule, which is not read".to_owned()))
    );
    let local = folder.0.join("site");
    std::fs::create_dir_all(local.join("sub")).unwrap();
    std::fs::write(local.join("a.yaml"), "a").unwrap();
    std::fs::write(local.join("sub/deep.yaml"), "deep").unwrap();
    let local = LocalReader::new(&local, &folder.0).unwrap();
    for glob in ["a.*", "sub/*.yaml", "s*/*.yaml"] {
        assert_eq!(local.search(glob), reader.search(glob), "{glob}");
    }
}

#[test]
fn what_is_no_revision_is_refused() {
    let folder = folder("revisions");
    made(&folder.0);
    let open = |revision: &str| GitTreeReader::open(&folder.0.join("site"), revision).map(|_| ());
    assert_eq!(open("refs/heads/main"), Ok(()));
    for wrong in ["nothing", "main~1", "main:site", "", "..", "main..main", "-x", "@{u}", "\u{7f}"] {
        assert!(open(wrong).is_err(), "{wrong}");
    }
    assert_eq!(open("nothing"), Err(RevisionError::Unknown));
    assert!(matches!(
        GitTreeReader::open(Path::new("/"), "main").map(|_| ()),
        Err(RevisionError::NoRepository | RevisionError::Unknown)
    ));
}
