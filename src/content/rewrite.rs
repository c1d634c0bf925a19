//! Clean HTML of an author to HTML of a page: addresses, lazy images and heading levels. Takes nothing away.

use lol_html::html_content::{ContentType, Element};
use lol_html::{RewriteStrSettings, element, rewrite_str};

use super::html_text::push_address;

/// The attribute on links and images of our own, whose addresses are right already. An author who writes it only
/// keeps an address, which the sanitiser has judged, from being rewritten.
pub(super) const OWN: &str = " data-own=\"\"";

/// What becomes of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rewrite {
    /// It leads elsewhere.
    External(String),
    /// It stays in the portal.
    Internal(String),
    /// It is taken away.
    Remove,
}

/// Rewrites HTML that has passed the sanitiser.
pub(super) fn rewrite(html: &str, address: &dyn Fn(&str) -> Rewrite) -> String {
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("a[href]", |element| {
            rewrite_attribute(element, "href", address)?;
            Ok(())
        }))
        .append_element_content_handler(element!("img", |element| {
            rewrite_attribute(element, "src", address)?;
            element.set_attribute("loading", "lazy")?;
            Ok(())
        }))
        .append_element_content_handler(element!("h1", |element| {
            element.set_tag_name("h2")?;
            Ok(())
        }))
        .append_element_content_handler(element!("table", |element| {
            element.before("<div class=\"table-wrap\">", ContentType::Html);
            element.after("</div>", ContentType::Html);
            Ok(())
        }));
    // It fails only beyond its memory limit; then nothing is shown.
    rewrite_str(html, settings).unwrap_or_default()
}

fn rewrite_attribute(
    element: &mut Element<'_, '_>,
    name: &str,
    address: &dyn Fn(&str) -> Rewrite,
) -> Result<(), lol_html::errors::AttributeNameError> {
    if element.has_attribute("data-own") {
        element.remove_attribute("data-own");
        return Ok(());
    }
    let Some(written) = element.get_attribute(name) else { return Ok(()) };
    let (href, external) = match address(&decode(&written)) {
        Rewrite::External(href) => (href, true),
        Rewrite::Internal(href) => (href, false),
        Rewrite::Remove => {
            element.remove_attribute(name);
            return Ok(());
        }
    };
    let mut escaped = String::with_capacity(href.len());
    push_address(&mut escaped, &href);
    element.set_attribute(name, &escaped)?;
    if name == "href" {
        element.remove_attribute("rel");
        if external {
            element.set_attribute("rel", "noopener")?;
        }
    }
    Ok(())
}

/// Decodes the character references that the sanitiser writes in attributes.
fn decode(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let quotes = value.replace("&quot;", "\"").replace("&nbsp;", "\u{a0}");
    quotes.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
