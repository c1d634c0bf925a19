//! `PluginAnswers`: all that must be known of a plugin before its files are written.

use super::arguments::{NewPluginArguments, Part, Shape};
use super::questions::Questions;
use super::Failure;

/// The answers.
#[derive(Clone, Debug)]
pub(super) struct PluginAnswers {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) shape: Shape,
    pub(super) card: bool,
    pub(super) tab: bool,
    pub(super) page: bool,
    /// The base address, without a slash at its end; empty where nothing is asked over the network.
    pub(super) url: String,
    /// The path below it, with `{key}`.
    pub(super) path: String,
    /// Empty where an entity says nothing.
    pub(super) annotation: String,
}

impl PluginAnswers {
    /// Takes the answers from the arguments, and asks for the others.
    pub(super) fn gather(arguments: &NewPluginArguments) -> Result<Self, Failure> {
        let questions = Questions::new(arguments.yes);
        let id = questions.text(arguments.id.as_deref(), "Id of the plugin", "", &check_id)?;
        let title = questions.text(arguments.title.as_deref(), "Name for people", &title_of(&id), &check_text)?;
        let parts = questions.choices(&arguments.shows, "What does it show?", Part::All)?;
        let shape = questions.choices(arguments.shape.as_slice(), "Where is its data?", Shape::Rest)?;
        let shape = shape.first().copied().unwrap_or(Shape::Rest);
        let shows = |part| parts.contains(&part) || parts.contains(&Part::All);
        let (card, tab, page) = (shows(Part::Card), shows(Part::Tab), shows(Part::Page));
        let mut answers = Self {
            id,
            title,
            shape,
            card,
            tab,
            page,
            url: String::new(),
            path: String::new(),
            annotation: String::new(),
        };
        answers.of_shape(arguments, &questions)?;
        Ok(answers)
    }

    /// Returns scheme, host and port of the base address.
    pub(super) fn origin(&self) -> String {
        url::Url::parse(&self.url).map_or_else(|_| self.url.clone(), |it| it.origin().ascii_serialization())
    }

    fn of_shape(&mut self, arguments: &NewPluginArguments, questions: &Questions) -> Result<(), Failure> {
        let shape = self.shape;
        if matches!(shape, Shape::Rest | Shape::Graphql | Shape::Frame) {
            let default = format!("https://{}.example", self.id);
            let url = questions.text(arguments.url.as_deref(), "Base address", &default, &|it| check_url(it, shape))?;
            self.url = url.trim_end_matches('/').to_owned();
            let default = match shape {
                Shape::Rest => "/items/{key}",
                Shape::Graphql => "/graphql",
                _ => "/embed/{key}",
            };
            self.path = questions.text(arguments.path.as_deref(), "Path below it; {key} is what the annotation says", default, &check_path)?;
        }
        let of_entities = self.card || self.tab;
        if !matches!(shape, Shape::Git | Shape::Catalog | Shape::None) && (of_entities || shape != Shape::Frame) {
            let what = match shape {
                Shape::File => "Annotation that says where the file is",
                Shape::Tree => "Annotation that says where the folder is",
                _ => "Annotation that says what an entity is called there",
            };
            let default = format!("{}.example/key", self.id);
            self.annotation = questions.text(arguments.annotation.as_deref(), what, &default, &check_annotation)?;
        }
        Ok(())
    }
}

fn check_id(id: &str) -> Result<(), String> {
    let words = id.split('-');
    let good = |word: &str| {
        !word.is_empty() && word.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    };
    let starts = id.starts_with(|it: char| it.is_ascii_lowercase());
    match starts && id.len() <= 60 && words.into_iter().all(good) {
        true => Ok(()),
        false => Err(format!("`{id}` is no id: it takes lower-case words parted by hyphens, such as tide-table")),
    }
}

fn check_text(text: &str) -> Result<(), String> {
    match !text.trim().is_empty() && !text.chars().any(char::is_control) {
        true => Ok(()),
        false => Err("it takes a text of one line".to_owned()),
    }
}

fn check_url(written: &str, shape: Shape) -> Result<(), String> {
    let url = url::Url::parse(written).map_err(|_| format!("`{written}` is no address"))?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    let bare = shape != Shape::Frame || (url.path() == "/" && url.scheme() == "https");
    match matches!(url.scheme(), "https" | "http") && url.has_host() && plain && bare && is_quotable(written) {
        true => Ok(()),
        false if shape == Shape::Frame => Err("a frame shows an origin with https, such as https://charts.example.com".to_owned()),
        false => Err("it takes scheme, host and path alone, such as https://tides.example/api".to_owned()),
    }
}

fn check_path(path: &str) -> Result<(), String> {
    let plain = path.replace("{key}", "");
    match path.starts_with('/') && is_quotable(path) && !plain.contains(['{', '}', '?', '#', '*', '[', ']']) {
        true => Ok(()),
        false => Err("a path begins with `/`, and `{key}` is its only computed part; `query` of the manifest takes parameters".to_owned()),
    }
}

fn check_annotation(key: &str) -> Result<(), String> {
    let good = |it: char| it.is_ascii_alphanumeric() || "-_./".contains(it);
    match !key.is_empty() && key.chars().all(good) {
        true => Ok(()),
        false => Err(format!("`{key}` is no key of an annotation, such as tides.example/port")),
    }
}

/// Returns whether a text stands in quotes of YAML and of an expression as it is.
fn is_quotable(text: &str) -> bool {
    !text.chars().any(|it| it.is_control() || it.is_whitespace() || "\"'\\`<>@".contains(it))
}

fn title_of(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut characters = words.chars();
    characters.next().map(|it| it.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
