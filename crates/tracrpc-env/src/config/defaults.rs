//! Trac's options and their defaults.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::sections;

/// An option that Trac 1.6 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OptionRow {
    /// The section.
    pub section: &'static str,
    /// The option.
    pub option: &'static str,
    /// The default, as `trac.ini` writes it.
    pub default: &'static str,
    /// What the option does, in wiki markup.
    pub doc: &'static str,
    /// Whether it belongs to a part of Trac that is off by default, so that
    /// new environments do not mention it.
    pub optional: bool,
}

/// All options, by section and name.
pub fn all() -> impl Iterator<Item = &'static OptionRow> {
    BY_NAME.1.iter()
}

/// The option of that name.
#[must_use]
pub fn find(section: &str, option: &str) -> Option<&'static OptionRow> {
    let index = *BY_NAME.0.get(&(section, option))?;
    BY_NAME.1.get(index)
}

type Index = (HashMap<(&'static str, &'static str), usize>, Vec<OptionRow>);

static BY_NAME: LazyLock<Index> = LazyLock::new(|| {
    let mut rows: Vec<_> = sections::ROWS.iter().copied().flatten().copied().collect();
    rows.extend(
        WEB_SITE
            .iter()
            .map(|&(section, option, default, doc)| row(section, option, default, doc)),
    );
    rows.extend(
        OPTIONAL
            .iter()
            .map(|&(section, option, default, doc)| OptionRow {
                optional: true,
                ..row(section, option, default, doc)
            }),
    );
    rows.sort_by_key(|row| (row.section, row.option));
    let index = rows.iter().enumerate();
    (
        index
            .map(|(index, row)| ((row.section, row.option), index))
            .collect(),
        rows,
    )
});

const fn row(
    section: &'static str,
    option: &'static str,
    default: &'static str,
    doc: &'static str,
) -> OptionRow {
    OptionRow {
        section,
        option,
        default,
        doc,
        optional: false,
    }
}

/// Options of Trac's web site, which new environments write for it.
#[rustfmt::skip]
const WEB_SITE: &[(&str, &str, &str, &str)] = &[
    ("browser", "color_scale", "enabled", "Whether the ages of files have colours, from `[browser] newest_color` to `[browser] oldest_color`."),
    ("browser", "downloadable_paths", "/trunk,/branches/*,/tags/*", "The paths of repositories that may be downloaded, with `*` and the like; empty for none."),
    ("browser", "hide_properties", "svk:merge", "The properties of files that are not shown."),
    ("browser", "intermediate_color", "", "A colour between the newest and the oldest, as (r,g,b)."),
    ("browser", "intermediate_point", "", "Where `[browser] intermediate_color` stands, as a number between 0 and 1."),
    ("browser", "newest_color", "(255, 136, 136)", "The colour of the newest files, as (r,g,b)."),
    ("browser", "oldest_color", "(136, 136, 255)", "The colour of the oldest files, as (r,g,b)."),
    ("browser", "oneliner_properties", "trac:summary", "The properties that are shown as one line of wiki text."),
    ("browser", "render_unsafe_content", "disabled", "Whether files are shown as what they are, scripts included. For repositories alone whose authors are all trusted."),
    ("browser", "wiki_properties", "trac:description", "The properties that are shown as wiki text."),
    ("changeset", "max_diff_bytes", "10000000", "How large all differences of a changeset may be to be shown, in bytes."),
    ("changeset", "max_diff_files", "0", "How many changed files of a changeset are shown with their differences; 0 for all."),
    ("changeset", "wiki_format_messages", "enabled", "Whether messages of changesets are wiki text."),
    ("header_logo", "alt", "(please configure the [header_logo] section in trac.ini)", "What is said in place of the logo."),
    ("header_logo", "height", "-1", "The height of the logo in pixels."),
    ("header_logo", "link", "", "Where the logo leads."),
    ("header_logo", "src", "site/your_project_logo.png", "Where the logo is: a URL, a path on the server, or a file below `site/` or `common/`."),
    ("header_logo", "width", "-1", "The width of the logo in pixels."),
    ("inherit", "htdocs_dir", "", "A directory of files that several environments share."),
    ("inherit", "plugins_dir", "", "A directory of plugins that several environments share."),
    ("inherit", "templates_dir", "", "A directory of templates that several environments share."),
    ("logging", "log_file", "trac.log", "The file of the log, where `[logging] log_type` is `file`; a relative path counts from the directory `log` of the environment."),
    ("logging", "log_format", "", "How a line of the log is written, in Python's format."),
    ("logging", "log_level", "INFO", "How much is logged: `CRITICAL`, `ERROR`, `WARNING`, `INFO` or `DEBUG`."),
    ("logging", "log_type", "file", "Where the log goes: `none`, `file`, `stderr`, `syslog` or `winlog`."),
    ("report", "items_per_page", "100", "How many rows of a report stand on a page."),
    ("report", "items_per_page_rss", "0", "How many rows of a report are in its feed; 0 for all."),
    ("revisionlog", "default_log_limit", "100", "How many revisions a TracRevisionLog shows at first."),
    ("revisionlog", "graph_colors", "#cc0,#0c0,#0cc,#00c,#c0c,#c00", "The colours of branches in a TracRevisionLog."),
    ("roadmap", "stats_provider", "DefaultTicketGroupStatsProvider", "The component that counts the tickets of a milestone."),
    ("sqlite", "extensions", "", "The extensions that are loaded into SQLite."),
    ("timeline", "abbreviated_messages", "enabled", "Whether long messages are cut."),
    ("timeline", "changeset_collapse_events", "disabled", "Whether changesets of one author with one message are one event."),
    ("timeline", "changeset_long_messages", "disabled", "Whether messages of changesets keep their lines."),
    ("timeline", "changeset_show_files", "0", "How many changed files are named: a number, `unlimited`, or `location` for where they all are."),
    ("timeline", "default_daysback", "30", "How many days are shown at first."),
    ("timeline", "max_daysback", "90", "How many days may be shown; -1 for any number."),
    ("timeline", "newticket_formatter", "oneliner", "How the description of a new ticket is shown: `html` or `oneliner`."),
    ("timeline", "ticket_show_component", "disabled", "Whether the component of tickets is shown."),
    ("timeline", "ticket_show_details", "enabled", "Whether all changes of tickets are shown."),
    ("trac", "anonymous_session_lifetime", "90", "How many days a session without login lives; 0 for ever."),
    ("trac", "auth_cookie_domain", "", "The domain of the cookie of a login."),
    ("trac", "auth_cookie_lifetime", "0", "How many seconds a login lasts; 0 for as long as the browser runs."),
    ("trac", "auth_cookie_path", "", "The path of the cookie of a login, where several environments share one."),
    ("trac", "auto_preview_timeout", "2.0", "After how many seconds without a key a preview is made; 0 for none."),
    ("trac", "auto_reload", "disabled", "Whether templates are read again once they change."),
    ("trac", "check_auth_ip", "disabled", "Whether a login is bound to the address that it came from."),
    ("trac", "default_handler", "WikiModule", "The component that answers at the root of the environment."),
    ("trac", "htdocs_location", "", "Where Trac's own files are served from, if not by Trac: a URL."),
    ("trac", "jquery_location", "", "Where jQuery is: a URL, or nothing for the one that comes with Trac."),
    ("trac", "jquery_ui_location", "", "Where jQuery UI is: a URL, or nothing for the one that comes with Trac."),
    ("trac", "jquery_ui_theme_location", "", "Where the style of jQuery UI is: a URL, or nothing for the one that comes with Trac."),
    ("trac", "request_filters", "", "The components that requests pass through, in their order."),
    ("trac", "resizable_textareas", "enabled", "Whether fields for text can be made larger."),
    ("trac", "secure_cookies", "disabled", "Whether cookies are sent over HTTPS alone."),
    ("trac", "use_chunked_encoding", "enabled", "Whether pages are sent in pieces as they are made."),
    ("trac", "use_xsendfile", "disabled", "Whether the web server is told to send files itself, by a header."),
    ("trac", "wiki_toolbars", "enabled", "Whether fields for wiki text have buttons."),
    ("trac", "xsendfile_header", "X-Sendfile", "The header for `[trac] use_xsendfile`."),
    ("versioncontrol", "allowed_repository_dir_prefixes", "", "What the directories of repositories begin with that are added on the web; empty for any."),
    ("versioncontrol", "default_repository_type", "svn", "The type of the repositories that do not say theirs."),
];

/// Options of parts of Trac that are off by default.
#[rustfmt::skip]
const OPTIONAL: &[(&str, &str, &str, &str)] = &[
    ("git", "cached_repository", "disabled", "Whether changesets are read from the database, once they are there."),
    ("git", "git_bin", "git", "The program `git`."),
    ("git", "git_fs_encoding", "utf-8", "The encoding of file names."),
    ("git", "persistent_cache", "disabled", "Whether the list of revisions is kept until the next synchronization."),
    ("git", "shortrev_len", "7", "The length of a revision where it is shown."),
    ("git", "trac_user_rlookup", "disabled", "Whether authors are users whose mail address is known."),
    ("git", "use_committer_id", "enabled", "Whether the author of a changeset is who committed it."),
    ("git", "use_committer_time", "enabled", "Whether the time of a changeset is that of its commit."),
    ("git", "wikishortrev_len", "40", "The least length of a revision that is a link."),
    ("gitweb-repositories", "projects_base", "", "The directory that the paths of `[gitweb-repositories] projects_list` begin in."),
    ("gitweb-repositories", "projects_list", "", "The file that lists repositories, a line for each."),
    ("gitweb-repositories", "projects_url", "", "The URL of repositories, with `%s` for the name."),
    ("gitweb-repositories", "sync_per_request", "", "The repositories that are synchronized with each request."),
    ("svn", "branches", "trunk,branches/*", "The paths of branches."),
    ("svn", "eol_style", "native", "The ends of lines where files say `native`: `native`, `LF`, `CRLF` or `CR`."),
    ("svn", "tags", "tags/*", "The paths of tags."),
    ("ticket", "commit_ticket_update_check_perms", "enabled", "Whether the author of a changeset must be allowed to change the tickets that it names."),
    ("ticket", "commit_ticket_update_commands.close", "close closed closes fix fixed fixes", "The words that close a ticket."),
    ("ticket", "commit_ticket_update_commands.refs", "addresses re references refs see", "The words that add a comment to a ticket."),
    ("ticket", "commit_ticket_update_envelope", "", "Two characters that must stand around the words; empty for none."),
    ("ticket", "commit_ticket_update_notify", "enabled", "Whether mail is sent of such changes."),
];
