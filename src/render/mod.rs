//! Pages to HTML by the layouts, one page at a time and in parallel; nothing is held afterwards.

mod layouts;

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::diagnostics::Diagnostic;
use crate::portal::{Output, Portal};

pub use layouts::{Assets, LayoutSettings, Layouts};

/// Where finished files go.
pub trait Publish: Sync {
    /// Takes one file. It is called from several threads, once a path.
    ///
    /// # Errors
    /// When the file cannot be kept, or its path is no path of a portal, or was taken before.
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()>;
}

/// Takes files and forgets them.
#[derive(Clone, Copy, Debug)]
pub struct Discard;

impl Publish for Discard {
    fn put(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

/// What rendering gives.
#[derive(Debug, Default)]
pub struct Rendered {
    /// How many pages there are.
    pub pages: usize,
    /// How many files there are, pages among them.
    pub files: usize,
    /// The problems, in the order of the pages.
    pub diagnostics: Vec<Diagnostic>,
}

/// Composes, renders and publishes every page; `done` is called after each unit of work, from several threads.
///
/// # Errors
/// When a file cannot be published; the first one in the order of the pages.
pub fn each_page(
    portal: &Portal<'_>,
    layouts: &Layouts,
    out: &dyn Publish,
    done: &(dyn Fn() + Sync),
) -> io::Result<Rendered> {
    let (pages, files) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let one = |index: usize| -> io::Result<Vec<Diagnostic>> {
        let mut failed = Ok(());
        let mut problems = Vec::new();
        let composed = portal.compose(index, &mut |output| {
            files.fetch_add(1, Ordering::Relaxed);
            let result = match output {
                Output::File { path, bytes } => out.put(&path, &bytes),
                Output::Page(page) => {
                    pages.fetch_add(1, Ordering::Relaxed);
                    match layouts.render(&page) {
                        Ok(html) => out.put(&file_of(&page.page.path), html.as_bytes()),
                        Err(diagnostic) => {
                            problems.push(*diagnostic);
                            Ok(())
                        }
                    }
                }
            };
            if failed.is_ok() {
                failed = result;
            }
        });
        problems.extend(composed);
        done();
        failed.map(|()| problems)
    };
    let found: Vec<io::Result<Vec<Diagnostic>>> = (0..portal.len()).into_par_iter().map(one).collect();
    let mut rendered = Rendered::default();
    for problems in found {
        rendered.diagnostics.extend(problems?);
    }
    for (path, bytes) in layouts.assets.files() {
        files.fetch_add(1, Ordering::Relaxed);
        out.put(path, bytes)?;
    }
    rendered.pages = pages.into_inner();
    rendered.files = files.into_inner();
    rendered.diagnostics = merge(rendered.diagnostics);
    Ok(rendered)
}

/// Returns the file of a page: a folder's `index.html`, or the file itself.
fn file_of(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
}

/// The same mistake of a plugin shows on every page: it is reported once, with its first page and how many more.
fn merge(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut merged: Vec<(Diagnostic, usize)> = Vec::new();
    let mut index = std::collections::BTreeMap::new();
    for diagnostic in diagnostics {
        let key = (diagnostic.code.to_string(), diagnostic.span.clone(), diagnostic.message.clone());
        match index.get(&key).and_then(|at: &usize| merged.get_mut(*at)) {
            Some((_, more)) => *more += 1,
            None => {
                index.insert(key, merged.len());
                merged.push((diagnostic, 0));
            }
        }
    }
    let finish = |(mut diagnostic, more): (Diagnostic, usize)| {
        if let (Some(reason), true) = (diagnostic.reason.as_mut(), more > 0) {
            reason.push_str(&format!(", and {more} times more"));
        }
        diagnostic
    };
    merged.into_iter().map(finish).collect()
}
