//! What can be seen in the HTML of a part of a page without a browser: names that are missing, and ids that are not one.

use std::cell::RefCell;
use std::collections::BTreeSet;

use lol_html::html_content::Element;
use lol_html::{RewriteStrSettings, element, rewrite_str};

/// Returns what keeps people from using a part of a page (WCAG 2.2, 1.1.1, 1.3.1, 2.4.4, 4.1.2), in sentences.
pub(super) fn problems(html: &str) -> Vec<String> {
    let found: RefCell<Vec<String>> = RefCell::default();
    let ids: RefCell<BTreeSet<String>> = RefCell::default();
    let tell = |text: String| found.borrow_mut().push(text);
    let named = |it: &Element<'_, '_>| {
        ["aria-label", "aria-labelledby", "title"]
            .iter()
            .any(|name| it.get_attribute(name).is_some_and(|it| !it.is_empty()))
    };
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("img", |it| {
            if it.get_attribute("alt").is_none() {
                tell("an image has no `alt`".to_owned());
            }
            Ok(())
        }))
        .append_element_content_handler(element!("svg", |it| {
            let hidden = it.get_attribute("aria-hidden").as_deref() == Some("true");
            if !hidden && !named(it) {
                tell("a drawing has neither a name nor `aria-hidden`".to_owned());
            }
            Ok(())
        }))
        .append_element_content_handler(element!("iframe, input, select", |it| {
            if !named(it) && it.get_attribute("id").is_none() {
                tell(format!("`{}` has no name", it.tag_name()));
            }
            Ok(())
        }))
        .append_element_content_handler(element!("a", |it| {
            if it.get_attribute("href").is_none_or(|it| it.trim().is_empty()) {
                tell("a link leads nowhere".to_owned());
            }
            Ok(())
        }))
        .append_element_content_handler(element!("[id]", |it| {
            let id = it.get_attribute("id").unwrap_or_default();
            if !ids.borrow_mut().insert(id.clone()) {
                tell(format!("the id `{id}` is there twice"));
            }
            Ok(())
        }))
        .append_element_content_handler(element!("[tabindex]", |it| {
            let order = it.get_attribute("tabindex").and_then(|it| it.parse::<i64>().ok()).unwrap_or(0);
            if order > 0 {
                tell("a `tabindex` above 0 changes the order of the keyboard".to_owned());
            }
            Ok(())
        }));
    if rewrite_str(html, settings).is_err() {
        tell("it is no HTML that can be read".to_owned());
    }
    found.into_inner()
}

#[cfg(test)]
mod tests {
    use super::problems;

    #[test]
    fn finds_names_that_are_missing() {
        let good = r##"<p id="a"><a href="#b">x</a><img alt="" src="x"><svg aria-hidden="true"></svg></p>"##;
        assert_eq!(problems(good), Vec::<String>::new());
        let bad =
            r#"<img src="x"><svg></svg><iframe></iframe><a>x</a><i id="a"></i><b id="a" tabindex="2"></b>"#;
        assert_eq!(problems(bad).len(), 6, "{:?}", problems(bad));
    }
}
