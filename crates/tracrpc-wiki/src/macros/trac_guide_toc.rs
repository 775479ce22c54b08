//! `[[TracGuideToc]]`: the pages of Trac's guide.

use super::{Call, Expansion, ExpansionError, Macro};
use crate::{Element, Targets};

/// The pages, and what they are called.
const PAGES: [(&str, &str); 24] = [
    ("TracGuide", "Index"),
    ("TracInstall", "Installation"),
    ("TracInterfaceCustomization", "Customization"),
    ("TracPlugins", "Plugins"),
    ("TracUpgrade", "Upgrading"),
    ("TracIni", "Configuration"),
    ("TracAdmin", "Administration"),
    ("TracBackup", "Backup"),
    ("TracLogging", "Logging"),
    ("TracPermissions", "Permissions"),
    ("TracWiki", "The Wiki"),
    ("WikiFormatting", "Wiki Formatting"),
    ("TracTimeline", "Timeline"),
    ("TracBrowser", "Repository Browser"),
    ("TracRevisionLog", "Revision Log"),
    ("TracChangeset", "Changesets"),
    ("TracTickets", "Tickets"),
    ("TracWorkflow", "Workflow"),
    ("TracRoadmap", "Roadmap"),
    ("TracQuery", "Ticket Queries"),
    ("TracBatchModify", "Batch Modify"),
    ("TracReports", "Reports"),
    ("TracRss", "RSS Support"),
    ("TracNotification", "Notification"),
];

pub(super) struct TracGuideToc;

impl Macro for TracGuideToc {
    fn name(&self) -> &str {
        "TracGuideToc"
    }

    fn component(&self) -> &str {
        "trac.wiki.macros.TracGuideTocMacro"
    }

    fn description(&self) -> Option<&str> {
        Some("Show the table of contents of Trac's guide.")
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let Some(resource) = &call.context.resource else {
            return Err(ExpansionError::failure(
                "'NoneType' object has no attribute 'find'",
            ));
        };
        let prefix = resource
            .id
            .find('/')
            .filter(|&at| at > 0)
            .map_or("", |at| &resource.id[..=at]);
        let pages = PAGES.iter();
        let pages: Vec<_> = pages
            .map(|(page, title)| (format!("{prefix}{page}"), *title))
            .collect();
        let targets = Targets {
            pages: pages.iter().map(|(page, _)| page.clone()).collect(),
            ..Targets::default()
        };
        let answers = call.context.resolver.look_up(&targets).pages;
        let exists = |page: &String| answers.get(page).is_some_and(|answer| answer.exists);
        let items: String = pages
            .iter()
            .map(|(page, title)| item(call, page, title, exists(page)))
            .collect();
        let heading = Element::new("h4")
            .text(call.say("Table of Contents"))
            .to_html();
        let list = Element::new("ul").html(&items).to_html();
        Ok(Expansion::element(
            Element::new("div")
                .attribute("class", "wiki-toc")
                .html(&heading)
                .html(&list),
        ))
    }
}

fn item(call: &Call<'_>, page: &str, title: &str, exists: bool) -> String {
    let is_at_hand = call
        .context
        .resource
        .as_ref()
        .is_some_and(|resource| resource.id == page);
    let link = Element::new("a").attribute("href", &call.context.href.url(&["wiki", page], &[]));
    let link = link
        .attribute("class", if exists { "False" } else { "missing" })
        .text(title)
        .to_html();
    Element::new("li")
        .attribute("class", if is_at_hand { "active" } else { "False" })
        .html(&link)
        .to_html()
}
