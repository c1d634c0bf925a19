//! Where data comes from, one form a kind of source.

use super::Call;
use crate::model::Filter;
use crate::plugins::expression::CodeId;

/// What a relative path is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The folder of the site.
    Site,
    /// The folder of the entity's descriptor; `/x` is from the root of its repository.
    Entity,
    /// The folder of the plugin.
    Plugin,
}

/// The format of a file.
#[derive(Clone, Debug)]
pub enum FileFormat {
    /// By its name.
    Named(String),
    /// A text that gives the name.
    Computed(CodeId),
}

/// One file, read with the readers of the catalog.
#[derive(Clone, Debug)]
pub struct FileFetch {
    /// A path or an address, a text.
    pub url: CodeId,
    /// What a path is relative to.
    pub origin: Origin,
    /// Its format.
    pub format: FileFormat,
    /// Whether it is no failure when there is no such file.
    pub optional: bool,
}

/// The files of a folder.
#[derive(Clone, Debug)]
pub struct TreeFetch {
    /// The folder: a path or an address, a text.
    pub url: CodeId,
    /// What a path is relative to.
    pub origin: Origin,
    /// Which files below the folder, a glob.
    pub glob: String,
    /// The name of the format of each file.
    pub format: String,
    /// The most files.
    pub files_max: usize,
}

/// What is asked of the history of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitAsk {
    /// The last commit that changed the path.
    LastChange,
    /// Who made the commits.
    Contributors,
    /// The tags.
    Tags,
    /// The latest commits.
    Commits,
}

/// The history of the repository of an entity.
#[derive(Clone, Debug)]
pub struct GitFetch {
    /// The folder or file: a path or an address, a text.
    pub url: CodeId,
    /// What a path is relative to.
    pub origin: Origin,
    /// What is asked.
    pub asks: Vec<GitAsk>,
    /// The most commits, people and tags that are given.
    pub rows_max: usize,
}

/// A query to a database, which only reads. Where both kinds are named, the one that the operator set is asked.
#[derive(Clone, Debug)]
pub struct SqlFetch {
    /// The file of a SQLite database: a path, a text.
    pub sqlite: Option<CodeId>,
    /// An expression that gives the address of a PostgreSQL database, a secret.
    pub postgres: Option<CodeId>,
    /// One statement.
    pub query: String,
    /// The values of its parameters, each an expression.
    pub parameters: Vec<CodeId>,
    /// The most rows.
    pub rows_max: usize,
    /// The longest that it may take, in milliseconds.
    pub timeout_ms_max: u64,
}

/// Where data comes from.
#[derive(Clone, Debug)]
pub enum Fetch {
    /// A REST API or GraphQL.
    Call(Box<Call>),
    /// A file.
    File(FileFetch),
    /// The files of a folder.
    Tree(TreeFetch),
    /// The history of a repository.
    Git(GitFetch),
    /// The catalog itself: the entities that satisfy a predicate.
    Catalog(Option<Filter>),
    /// A database.
    Sql(SqlFetch),
    /// Nothing is fetched: fields are made of the entity alone, such as the address of a frame.
    Embed,
}

impl Fetch {
    /// Returns the name of the kind, as the manifest writes it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Call(call) if matches!(call.body, super::Body::Graphql(..)) => "graphql",
            Self::Call(_) => "rest",
            Self::File(_) => "file",
            Self::Tree(_) => "tree",
            Self::Git(_) => "git",
            Self::Catalog(_) => "catalog",
            Self::Sql(_) => "sql",
            Self::Embed => "embed",
        }
    }
}
