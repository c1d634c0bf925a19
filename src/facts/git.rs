//! The history of a repository: the last change, contributors, tags and commits.

use serde_json::{Map, Value as Json, json};

use super::failures::Failed;
use super::file;
use super::question::{Question, Reply};
use crate::plugins::source::{GitAsk, GitFetch};
use crate::sources::remote::git::Change;

/// Asks the history of the repository that a path lies in.
pub(super) fn read(question: &mut Question<'_>, fetch: &GitFetch) -> Result<Reply, Failed> {
    let name = format!("{}/{}", question.plugin.id, question.source.name);
    if let Some(recorded) = question.outside.asker.and_then(|it| it.recorded(&name)) {
        return serde_json::from_slice(&recorded).map(Reply::of).map_err(|it| it.to_string().into());
    }
    let scope = question.scope();
    let written = question.text(fetch.url, &scope);
    let place = file::place(question, &written, fetch.origin)?;
    file::allowed(question, &written, &place, fetch.origin, &scope)?;
    let Some((history, path)) = question.outside.reader.history(&place.path)? else {
        return Err(Failed::Because("it lies in no repository of git".to_owned()));
    };
    let mut answer = Map::new();
    for ask in &fetch.asks {
        match ask {
            GitAsk::LastChange => {
                let change = history.last_change(&path).map_or(Json::Null, |it| commit(&it));
                answer.insert("lastChange".to_owned(), change);
            }
            GitAsk::Contributors => {
                let found = history.contributors();
                let people = found.people.iter().take(fetch.rows_max);
                // Addresses of people are not published: the name is what a portal shows.
                let people = people.map(|it| json!({"name": it.name, "commits": it.commits}));
                answer.insert("contributors".to_owned(), people.collect());
                answer.insert("complete".to_owned(), Json::Bool(found.complete));
            }
            GitAsk::Tags => {
                let tags = history.tags();
                let tags = tags.iter().take(fetch.rows_max);
                let tags = tags.map(|it| json!({"name": it.name, "id": it.id, "time": time(it.time)}));
                answer.insert("tags".to_owned(), tags.collect());
            }
            GitAsk::Commits => {
                let commits = history.commits(&path, fetch.rows_max);
                answer.insert("commits".to_owned(), commits.iter().map(commit).collect());
            }
        }
    }
    let answer = Json::Object(answer);
    if let Some(asker) = question.outside.asker {
        asker.note(&name, &answer);
    }
    Ok(Reply::of(answer))
}

fn commit(it: &Change) -> Json {
    json!({"id": it.id, "time": time(it.time), "name": it.name, "summary": it.summary})
}

fn time(seconds: i64) -> Option<String> {
    jiff::Timestamp::from_second(seconds).ok().map(|it| it.to_string())
}
