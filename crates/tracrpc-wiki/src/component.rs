//! The components of Trac that markup stands for, by their Python names.

/// What belongs to no component.
pub(crate) const ALWAYS: &str = "";
pub(crate) const ATTACHMENT: &str = "trac.attachment.AttachmentModule";
pub(crate) const BROWSER: &str = "trac.versioncontrol.web_ui.browser.BrowserModule";
pub(crate) const CHANGESET: &str = "trac.versioncontrol.web_ui.changeset.ChangesetModule";
pub(crate) const CHROME: &str = "trac.web.chrome.Chrome";
pub(crate) const COMMIT_TICKET_REFERENCE: &str =
    "tracopt.ticket.commit_updater.CommitTicketReferenceMacro";
pub(crate) const LINE_NUMBERS: &str = "trac.mimeview.api.LineNumberAnnotator";
pub(crate) const LOG: &str = "trac.versioncontrol.web_ui.log.LogModule";
pub(crate) const MILESTONE: &str = "trac.ticket.roadmap.MilestoneModule";
pub(crate) const PATCH: &str = "trac.mimeview.patch.PatchRenderer";
pub(crate) const PLAIN_TEXT: &str = "trac.mimeview.api.PlainTextRenderer";
pub(crate) const PYGMENTS: &str = "trac.mimeview.pygments.PygmentsRenderer";
pub(crate) const QUERY: &str = "trac.ticket.query.QueryModule";
pub(crate) const REPORT: &str = "trac.ticket.report.ReportModule";
pub(crate) const SEARCH: &str = "trac.search.web_ui.SearchModule";
pub(crate) const TICKET: &str = "trac.ticket.api.TicketSystem";
pub(crate) const TIMELINE: &str = "trac.timeline.web_ui.TimelineModule";
pub(crate) const WIKI: &str = "trac.wiki.api.WikiSystem";
pub(crate) const WIKI_TEXT: &str = "trac.mimeview.api.WikiTextRenderer";
