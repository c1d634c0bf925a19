//! Finished files to the output folder: only what changed is written, and the new site replaces the old in one step.
//!
//! There are two generations of the folder. The one on show is never touched; the other is brought up to date with what
//! differs, sharing unchanged files by hard links, and then the two are exchanged. The second generation and the lists
//! of both stand in a hidden folder beside the output: `.dist.callboard` for `dist`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::prelude::*;

use crate::render::Publish;

/// The file in an output folder that says that Callboard made it. It holds the digest of the list of its files.
const MARKER: &str = ".callboard";

/// A digest of a file's content, and its length in bytes.
type Entry = (String, u64);

/// The files of one generation.
type Manifest = BTreeMap<String, Entry>;

/// Writes a file that a user keeps, whole or not at all: an archive, or a configuration that was changed.
///
/// # Errors
/// When the disk refuses; the old file stays.
pub fn write_file(file: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays one: the file that it leads to is written.
    let file = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut options = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        options.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut part = options.tempfile_in(folder)?;
    part.write_all(bytes)?;
    if let Ok(before) = fs::metadata(&file) {
        part.as_file().set_permissions(before.permissions())?;
    }
    part.persist(&file).map(drop).map_err(|error| error.error)
}

/// Writes one generation of a portal.
#[derive(Debug)]
pub struct Publisher {
    out: PathBuf,
    side: PathBuf,
    /// The generation on show.
    current: Manifest,
    /// The other generation, as it was before this build.
    other: Manifest,
    put: Mutex<Manifest>,
    folders: Mutex<BTreeSet<PathBuf>>,
    /// Held while the build runs; the lock goes with it.
    _lock: File,
}

/// What publishing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files that are new or differ.
    pub written: usize,
    /// Files that are no longer there.
    pub removed: usize,
    /// Files that stayed as they were.
    pub unchanged: usize,
}

impl Publisher {
    /// Opens an output folder. It may be missing, empty, or one that Callboard made.
    ///
    /// # Errors
    /// When the folder holds something else, when another build is writing to it, or when the disk refuses.
    pub fn open(out: &Path) -> io::Result<Self> {
        if !is_ours_or_empty(out)? {
            let message = "the output folder holds files that Callboard did not make; name another, or empty it yourself";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let side = side_folder(out)?;
        fs::create_dir_all(&side)?;
        let lock = File::create(side.join("lock"))?;
        lock.try_lock().map_err(|_| {
            io::Error::new(io::ErrorKind::ResourceBusy, "another build is writing to this folder")
        })?;
        let current = current_manifest(out, &side)?;
        let staging = side.join("next");
        let list = side.join("next.json");
        let other = read_manifest(&list).filter(|_| staging.is_dir());
        // From here on the second generation is in flux: without its list, a later build starts it anew.
        remove_file_if_any(&list)?;
        let other = match other {
            Some(other) => other,
            None => {
                remove_folder_if_any(&staging)?;
                Manifest::new()
            }
        };
        fs::create_dir_all(&staging)?;
        Ok(Self {
            out: out.to_path_buf(),
            side,
            current,
            other,
            put: Mutex::default(),
            folders: Mutex::default(),
            _lock: lock,
        })
    }

    /// Exchanges the generations, if anything differs.
    ///
    /// # Errors
    /// When the disk refuses. The site on show is whole in any case.
    pub fn finish(self) -> io::Result<Published> {
        let put = self.put.lock().map(|it| it.clone()).unwrap_or_default();
        let same = |path: &String, entry: &Entry| self.current.get(path) == Some(entry);
        let changed = put.iter().filter(|(path, entry)| !same(path, entry)).count();
        let removed = self.current.keys().filter(|path| !put.contains_key(*path)).count();
        let published = Published { written: changed, removed, unchanged: put.len() - changed };
        let staging = self.side.join("next");
        if changed == 0 && removed == 0 && self.out.join(MARKER).is_file() {
            write_manifest(&self.side.join("next.json"), &self.other)?;
            return Ok(published);
        }
        let stale: Vec<&String> = self.other.keys().filter(|path| !put.contains_key(*path)).collect();
        stale.par_iter().try_for_each(|path| remove_with_folders(&staging, path))?;
        let shared: Vec<(&String, &Entry)> = put
            .iter()
            .filter(|(path, entry)| same(path, entry) && self.other.get(*path) != Some(entry))
            .collect();
        shared.par_iter().try_for_each(|(path, _)| self.share(path))?;
        fs::write(staging.join(MARKER), digest_of_manifest(&put))?;
        exchange(&staging, &self.out, &self.side)?;
        write_manifest(&self.side.join("current.json"), &put)?;
        if staging.is_dir() {
            write_manifest(&self.side.join("next.json"), &self.current)?;
        }
        Ok(published)
    }

    /// Makes a file of the generation on show part of the other one.
    fn share(&self, path: &str) -> io::Result<()> {
        let (from, to) = (self.out.join(path), self.target(path)?);
        match fs::hard_link(&from, &to) {
            Ok(()) => Ok(()),
            // Some file systems have no hard links.
            Err(_) => fs::copy(&from, &to).map(|_| ()),
        }
    }

    /// Returns the file of a path in the second generation, with its folder made and nothing in its place. The old file
    /// goes first: it may be one file with that on show.
    fn target(&self, path: &str) -> io::Result<PathBuf> {
        let file = self.side.join("next").join(path);
        if let Some(folder) = file.parent() {
            let known = self.folders.lock().map(|it| it.contains(folder)).unwrap_or(false);
            if !known {
                make_folder(folder, &self.side)?;
                if let Ok(mut folders) = self.folders.lock() {
                    folders.insert(folder.to_path_buf());
                }
            }
        }
        if self.other.contains_key(path) {
            remove_file_if_any(&file)?;
        } else if file.is_dir() {
            fs::remove_dir_all(&file)?;
        }
        Ok(file)
    }
}

impl Publish for Publisher {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        if !is_portal_path(path) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("`{path}` is no path of a portal"),
            ));
        }
        let digest = blake3::hash(bytes).to_hex();
        let entry = (digest.get(..32).unwrap_or_default().to_owned(), bytes.len() as u64);
        if let Ok(mut put) = self.put.lock()
            && put.insert(path.to_owned(), entry.clone()).is_some()
        {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                format!("two pages want the file `{path}`"),
            ));
        }
        let on_show =
            || fs::symlink_metadata(self.out.join(path)).is_ok_and(|it| it.is_file() && it.len() == entry.1);
        if self.current.get(path) == Some(&entry) && on_show() {
            return Ok(());
        }
        fs::write(self.target(path)?, bytes)
    }
}

/// What stands where a portal is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderState {
    /// Nothing, or an empty folder.
    Free,
    /// A portal that Callboard made.
    Ours,
    /// Files that Callboard did not make; it writes nothing there.
    Foreign,
    /// It, or the folder that it is to stand in, may not be written to.
    NotWritable,
}

/// Returns what stands in the place of an output folder.
///
/// # Errors
/// When the disk refuses to say.
pub fn state(out: &Path) -> io::Result<FolderState> {
    if !is_ours_or_empty(out)? {
        return Ok(FolderState::Foreign);
    }
    // The generations are exchanged in the folder above, or in the nearest one that exists.
    let above = out.ancestors().skip(1).find(|it| it.is_dir());
    if !above.is_some_and(is_writable) || out.is_dir() && !is_writable(out) {
        return Ok(FolderState::NotWritable);
    }
    Ok(if out.join(MARKER).is_file() { FolderState::Ours } else { FolderState::Free })
}

#[cfg(unix)]
fn is_writable(folder: &Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn is_writable(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|it| !it.permissions().readonly())
}

/// Removes an output folder and what belongs to it.
///
/// # Errors
/// When Callboard did not make the folder, or the disk refuses.
pub fn clean(out: &Path) -> io::Result<bool> {
    if !is_ours_or_empty(out)? {
        let message = "the output folder holds files that Callboard did not make; it is left as it is";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    let side = side_folder(out)?;
    let found = out.exists() || side.exists();
    remove_folder_if_any(out)?;
    remove_folder_if_any(&side)?;
    Ok(found)
}

fn is_ours_or_empty(out: &Path) -> io::Result<bool> {
    match fs::read_dir(out) {
        Ok(mut entries) => Ok(entries.next().is_none() || out.join(MARKER).is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Returns the hidden folder beside the output.
fn side_folder(out: &Path) -> io::Result<PathBuf> {
    let name = out.file_name().and_then(|it| it.to_str());
    let name =
        name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the output folder has no name"))?;
    Ok(out.with_file_name(format!(".{name}.callboard")))
}

/// A path of a portal is relative, and every part of it is a plain name.
fn is_portal_path(path: &str) -> bool {
    let plain = |it: &str| !it.is_empty() && it != "." && it != ".." && !it.contains(['\\', '\0', ':']);
    path != MARKER && path.split('/').all(plain)
}

/// Returns the list of the generation on show: the kept one if it belongs to it, else made from the files.
fn current_manifest(out: &Path, side: &Path) -> io::Result<Manifest> {
    let Ok(marker) = fs::read_to_string(out.join(MARKER)) else { return Ok(Manifest::new()) };
    if let Some(kept) =
        read_manifest(&side.join("current.json")).filter(|it| digest_of_manifest(it) == marker)
    {
        return Ok(kept);
    }
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(out) {
        let entry = entry.map_err(io::Error::from)?;
        if let (true, Ok(path)) = (entry.file_type().is_file(), entry.path().strip_prefix(out)) {
            files.push((path.to_string_lossy().replace('\\', "/"), entry.into_path()));
        }
    }
    let hash = |(path, file): (String, PathBuf)| {
        let bytes = fs::read(file)?;
        let digest = blake3::hash(&bytes).to_hex();
        Ok((path, (digest.get(..32).unwrap_or_default().to_owned(), bytes.len() as u64)))
    };
    files.into_par_iter().filter(|(path, _)| path != MARKER).map(hash).collect()
}

fn digest_of_manifest(manifest: &Manifest) -> String {
    let mut hasher = blake3::Hasher::new();
    for (path, (digest, length)) in manifest {
        hasher.update(format!("{path}\0{digest}\0{length}\n").as_bytes());
    }
    format!("Made by Callboard. {}\n", hasher.finalize().to_hex())
}

fn read_manifest(file: &Path) -> Option<Manifest> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

fn write_manifest(file: &Path, manifest: &Manifest) -> io::Result<()> {
    let partial = file.with_extension("partial");
    fs::write(&partial, serde_json::to_vec(manifest)?)?;
    fs::rename(partial, file)
}

/// Puts `staging` in the place of `out`, and `out`, if there is one, in the place of `staging`.
fn exchange(staging: &Path, out: &Path, side: &Path) -> io::Result<()> {
    if let Some(parent) = out.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    if !out.exists() {
        return fs::rename(staging, out);
    }
    #[cfg(target_os = "linux")]
    if rustix::fs::renameat_with(
        rustix::fs::CWD,
        staging,
        rustix::fs::CWD,
        out,
        rustix::fs::RenameFlags::EXCHANGE,
    )
    .is_ok()
    {
        return Ok(());
    }
    // Where the system cannot exchange two folders, the site is away for the moment between two renames.
    let away = side.join("away");
    remove_folder_if_any(&away)?;
    fs::rename(out, &away)?;
    if let Err(error) = fs::rename(staging, out) {
        fs::rename(&away, out)?;
        return Err(error);
    }
    fs::rename(away, staging)
}

/// Makes a folder; a file of an earlier generation in its way is removed.
fn make_folder(folder: &Path, limit: &Path) -> io::Result<()> {
    if fs::create_dir_all(folder).is_ok() {
        return Ok(());
    }
    for ancestor in folder.ancestors().take_while(|it| it.starts_with(limit)) {
        if ancestor.is_file() {
            remove_file_if_any(ancestor)?;
        }
    }
    fs::create_dir_all(folder)
}

/// Removes a file, and the folders above it that are empty then.
fn remove_with_folders(root: &Path, path: &str) -> io::Result<()> {
    let file = root.join(path);
    remove_file_if_any(&file)?;
    for folder in file.ancestors().skip(1).take_while(|it| *it != root) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

fn remove_file_if_any(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
            ) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}

fn remove_folder_if_any(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
