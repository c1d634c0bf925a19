//! `EntityPage`: what an operator says of the page of entities as a whole: its groups of tabs, and their icons.

use serde_json::Value;

/// The customary groups of tabs, in order (Backstage, `defaultEntityContentGroups`).
const GROUPS: &[(&str, &str)] = &[
    ("overview", "Overview"),
    ("documentation", "Documentation"),
    ("development", "Development"),
    ("deployment", "Deployment"),
    ("operation", "Operation"),
    ("observability", "Observability"),
];

/// The most groups a page may have.
const GROUPS_MAX: usize = 50;

/// A group of tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabGroup {
    /// What tabs name it by.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The name of its icon.
    pub icon: Option<String>,
}

/// The page of entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityPage {
    /// The groups in order.
    pub groups: Vec<TabGroup>,
    /// Whether the groups are the operator's, so that a tab of another group stands alone.
    pub closed: bool,
    /// Whether tabs and groups show their icons.
    pub icons: bool,
    /// The title of the overview.
    pub overview_title: String,
    /// The name of the icon of the overview.
    pub overview_icon: Option<String>,
}

impl Default for EntityPage {
    fn default() -> Self {
        let group = |(id, title): &(&str, &str)| TabGroup {
            id: (*id).to_owned(),
            title: (*title).to_owned(),
            icon: None,
        };
        Self {
            groups: GROUPS.iter().map(group).collect(),
            closed: false,
            icons: false,
            overview_title: "Overview".to_owned(),
            overview_icon: None,
        }
    }
}

/// What is wrong with a value, at a JSON pointer from it.
pub(super) type Wrong = (String, String);

impl EntityPage {
    /// The keys of `page:catalog/entity`.
    pub(super) const KEYS: &'static [&'static str] = &["groups", "showNavItemIcons"];

    /// The keys of `entity-content:catalog/overview`.
    pub(super) const OVERVIEW_KEYS: &'static [&'static str] = &["title", "icon"];

    /// Takes a key of `page:catalog/entity`; `false` when there is no such key.
    pub(super) fn configure(&mut self, key: &str, value: &Value) -> Result<bool, Wrong> {
        match key {
            "showNavItemIcons" => {
                let wrong = || (String::new(), format!("`{key}` takes `true` or `false`"));
                self.icons = value.as_bool().ok_or_else(wrong)?;
            }
            "groups" => {
                self.groups = groups(value)?;
                self.closed = true;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes a key of `entity-content:catalog/overview`; `false` when there is no such key.
    pub(super) fn configure_overview(&mut self, key: &str, value: &Value) -> Result<bool, Wrong> {
        let text =
            || value.as_str().map(str::to_owned).ok_or((String::new(), format!("`{key}` takes a text")));
        match key {
            "title" => self.overview_title = text()?,
            "icon" => self.overview_icon = Some(text()?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Reads `- deployment: {title: Deployments, icon: rocket}`.
fn groups(value: &Value) -> Result<Vec<TabGroup>, Wrong> {
    let items = value.as_array().ok_or((String::new(), "`groups` takes a list".to_owned()))?;
    if items.len() > GROUPS_MAX {
        return Err((String::new(), format!("there are at most {GROUPS_MAX} groups")));
    }
    let mut groups: Vec<TabGroup> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let form =
            || (format!("/{index}"), "a group has the form `deployment: {title: …, icon: …}`".to_owned());
        let (id, body) = match item.as_object().map(|it| (it.len(), it.iter().next())) {
            Some((1, Some(entry))) => entry,
            _ => return Err(form()),
        };
        let place = |key: &str| format!("/{index}/{}/{key}", id.replace('~', "~0").replace('/', "~1"));
        let body = body.as_object().ok_or_else(form)?;
        if let Some(key) = body.keys().find(|it| !matches!(it.as_str(), "title" | "icon")) {
            return Err((place(key), format!("`{key}` is no key of a group; there are `title` and `icon`")));
        }
        let text = |key: &str| match body.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err((place(key), format!("`{key}` takes a text"))),
        };
        if groups.iter().any(|it| it.id == *id) {
            return Err((format!("/{index}"), format!("the group `{id}` is listed twice")));
        }
        let customary = GROUPS.iter().find(|(it, _)| it == id).map_or(id.as_str(), |(_, title)| *title);
        let title = text("title")?.unwrap_or_else(|| customary.to_owned());
        groups.push(TabGroup { id: id.clone(), title, icon: text("icon")? });
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::EntityPage;

    #[test]
    fn takes_backstages_groups() {
        let mut page = EntityPage::default();
        let groups = json!([{"quality": {"title": "Quality", "icon": "ok"}}, {"deployment": {}}]);
        assert_eq!(page.configure("groups", &groups), Ok(true));
        let titles: Vec<&str> = page.groups.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["Quality", "Deployment"]);
        let wrong = |value| EntityPage::default().configure("groups", &value).unwrap_err().0;
        assert_eq!(wrong(json!({"quality": {}})), "");
        assert_eq!(wrong(json!([{"a": {}}, "b"])), "/1");
        assert_eq!(wrong(json!([{"a": {"titel": "x"}}])), "/0/a/titel");
        assert_eq!(wrong(json!([{"a": {"title": 1}}])), "/0/a/title");
        assert_eq!(page.configure("group", &json!([])), Ok(false));
    }
}
