//! A page of the guide to its blocks, and these to the sites that they make.

use std::path::{Path, PathBuf};

/// How a page says that a block goes on where another one of the same file ended.
const CONTINUED: &str = "`, continued:";

/// A fenced block of a page.
#[derive(Clone, Debug)]
pub struct Block {
    /// The file or address that the line before it names.
    pub name: Option<String>,
    /// Whether it goes on where an earlier block of the same file ended.
    pub continued: bool,
    /// The word behind the fence.
    pub language: String,
    pub text: String,
    /// The line of the fence.
    pub line: usize,
}

/// The blocks of a part of a page below one heading.
#[derive(Clone, Debug, Default)]
pub struct Section {
    pub heading: String,
    pub blocks: Vec<Block>,
}

/// What belongs together: everything up to the section with the next `site.yaml`.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// The page and the heading.
    pub name: String,
    pub blocks: Vec<Block>,
}

pub struct GuidePage {
    pub path: PathBuf,
    pub text: String,
    pub sections: Vec<Section>,
}

impl GuidePage {
    pub fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/guide").join(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let sections = sections(&text);
        Self { path, text, sections }
    }

    /// Where a block stands, for messages.
    pub fn place(&self, block: &Block) -> String {
        format!("{}:{}", self.path.file_name().unwrap().to_str().unwrap(), block.line)
    }

    /// The sites of the page. What stands before the first `site.yaml` belongs to it.
    pub fn units(&self) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        let mut waiting: Vec<Block> = Vec::new();
        let page = self.path.file_stem().unwrap().to_str().unwrap();
        for section in &self.sections {
            let blocks = section.blocks.iter().filter(|it| !it.is_fragment()).cloned();
            let has_site = section.blocks.iter().any(|it| it.name.as_deref() == Some("site.yaml"));
            match (has_site, units.last_mut()) {
                (true, _) => {
                    let blocks = waiting.drain(..).chain(blocks).collect();
                    units.push(Unit { name: format!("{page}, {}", section.heading), blocks });
                }
                (false, Some(unit)) => unit.blocks.extend(blocks),
                (false, None) => waiting.extend(blocks),
            }
        }
        let lost: Vec<_> = waiting.iter().filter_map(|it| it.name.as_ref()).collect();
        assert!(lost.is_empty(), "{page}: {lost:?} belong to no site: no block is named `site.yaml`");
        units
    }

    /// Writes other texts in the place of those of some blocks, which come in the order of the page.
    pub fn write(&self, anew: &[(Block, String)]) {
        let mut lines: Vec<String> = self.text.lines().map(str::to_owned).collect();
        for (block, text) in anew.iter().rev() {
            let count = block.text.lines().count();
            lines.splice(block.line..block.line + count, text.trim_end().lines().map(str::to_owned));
        }
        if !anew.is_empty() {
            std::fs::write(&self.path, lines.join("\n") + "\n").unwrap();
        }
    }

    /// The blocks that are a part of a file, or an output.
    pub fn fragments(&self) -> Vec<&Block> {
        self.sections.iter().flat_map(|it| &it.blocks).filter(|it| it.is_fragment()).collect()
    }
}

impl Block {
    /// Whether it belongs to no file and is nothing to type or to read on a terminal.
    fn is_fragment(&self) -> bool {
        self.name.is_none() && !matches!(self.language.as_str(), "sh" | "text")
    }
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let (mut name, mut continued) = (None, false);
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push(Section { heading: heading.to_owned(), blocks: Vec::new() });
        } else if let Some(file) = named(line, "`:") {
            (name, continued) = (Some(file), false);
        } else if let Some(file) = named(line, CONTINUED) {
            (name, continued) = (Some(file), true);
        } else if let Some(fence) = line.trim_start().strip_prefix("```") {
            let indent = line.len() - line.trim_start().len();
            let inside = lines.by_ref().map(|(_, it)| it).take_while(|it| it.trim() != "```");
            let text: String =
                inside.map(|it| format!("{}\n", it.get(indent..).unwrap_or_default())).collect();
            let language = fence.split_whitespace().next().unwrap_or_default().to_owned();
            let block = Block { name: name.take(), continued, language, text, line: at + 1 };
            sections.last_mut().unwrap().blocks.push(block);
        } else if !line.trim().is_empty() {
            name = None;
        }
    }
    sections
}

/// Returns the file or address of a line that names one and says nothing else.
fn named(line: &str, end: &str) -> Option<String> {
    let name = line.strip_prefix('`')?.strip_suffix(end)?;
    (!name.contains('`')).then(|| name.to_owned())
}
