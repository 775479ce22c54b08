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
    /// What the option does; empty for those that only a web site needs.
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
            .map(|&(section, option, default)| row(section, option, default)),
    );
    rows.extend(
        OPTIONAL
            .iter()
            .map(|&(section, option, default)| OptionRow {
                optional: true,
                ..row(section, option, default)
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

const fn row(section: &'static str, option: &'static str, default: &'static str) -> OptionRow {
    OptionRow {
        section,
        option,
        default,
        doc: "",
        optional: false,
    }
}

/// Options of Trac's web site, which new environments write for it.
#[rustfmt::skip]
const WEB_SITE: &[(&str, &str, &str)] = &[
    ("browser", "color_scale", "enabled"),
    ("browser", "downloadable_paths", "/trunk,/branches/*,/tags/*"),
    ("browser", "hide_properties", "svk:merge"),
    ("browser", "intermediate_color", ""),
    ("browser", "intermediate_point", ""),
    ("browser", "newest_color", "(255, 136, 136)"),
    ("browser", "oldest_color", "(136, 136, 255)"),
    ("browser", "oneliner_properties", "trac:summary"),
    ("browser", "render_unsafe_content", "disabled"),
    ("browser", "wiki_properties", "trac:description"),
    ("changeset", "max_diff_bytes", "10000000"),
    ("changeset", "max_diff_files", "0"),
    ("changeset", "wiki_format_messages", "enabled"),
    ("header_logo", "alt", "(please configure the [header_logo] section in trac.ini)"),
    ("header_logo", "height", "-1"),
    ("header_logo", "link", ""),
    ("header_logo", "src", "site/your_project_logo.png"),
    ("header_logo", "width", "-1"),
    ("inherit", "htdocs_dir", ""),
    ("inherit", "plugins_dir", ""),
    ("inherit", "templates_dir", ""),
    ("logging", "log_file", "trac.log"),
    ("logging", "log_format", ""),
    ("logging", "log_level", "INFO"),
    ("logging", "log_type", "file"),
    ("report", "items_per_page", "100"),
    ("report", "items_per_page_rss", "0"),
    ("revisionlog", "default_log_limit", "100"),
    ("revisionlog", "graph_colors", "#cc0,#0c0,#0cc,#00c,#c0c,#c00"),
    ("roadmap", "stats_provider", "DefaultTicketGroupStatsProvider"),
    ("sqlite", "extensions", ""),
    ("timeline", "abbreviated_messages", "enabled"),
    ("timeline", "changeset_collapse_events", "disabled"),
    ("timeline", "changeset_long_messages", "disabled"),
    ("timeline", "changeset_show_files", "0"),
    ("timeline", "default_daysback", "30"),
    ("timeline", "max_daysback", "90"),
    ("timeline", "newticket_formatter", "oneliner"),
    ("timeline", "ticket_show_component", "disabled"),
    ("timeline", "ticket_show_details", "enabled"),
    ("trac", "anonymous_session_lifetime", "90"),
    ("trac", "auth_cookie_domain", ""),
    ("trac", "auth_cookie_lifetime", "0"),
    ("trac", "auth_cookie_path", ""),
    ("trac", "auto_preview_timeout", "2.0"),
    ("trac", "auto_reload", "disabled"),
    ("trac", "check_auth_ip", "disabled"),
    ("trac", "default_handler", "WikiModule"),
    ("trac", "htdocs_location", ""),
    ("trac", "jquery_location", ""),
    ("trac", "jquery_ui_location", ""),
    ("trac", "jquery_ui_theme_location", ""),
    ("trac", "request_filters", ""),
    ("trac", "resizable_textareas", "enabled"),
    ("trac", "secure_cookies", "disabled"),
    ("trac", "use_base_url_for_redirect", "disabled"),
    ("trac", "use_chunked_encoding", "enabled"),
    ("trac", "use_xsendfile", "disabled"),
    ("trac", "wiki_toolbars", "enabled"),
    ("trac", "xsendfile_header", "X-Sendfile"),
    ("versioncontrol", "allowed_repository_dir_prefixes", ""),
    ("versioncontrol", "default_repository_type", "svn"),
];

/// Options of parts of Trac that are off by default.
#[rustfmt::skip]
const OPTIONAL: &[(&str, &str, &str)] = &[
    ("git", "cached_repository", "disabled"),
    ("git", "git_bin", "git"),
    ("git", "git_fs_encoding", "utf-8"),
    ("git", "persistent_cache", "disabled"),
    ("git", "shortrev_len", "7"),
    ("git", "trac_user_rlookup", "disabled"),
    ("git", "use_committer_id", "enabled"),
    ("git", "use_committer_time", "enabled"),
    ("git", "wikishortrev_len", "40"),
    ("gitweb-repositories", "projects_base", ""),
    ("gitweb-repositories", "projects_list", ""),
    ("gitweb-repositories", "projects_url", ""),
    ("gitweb-repositories", "sync_per_request", ""),
    ("svn", "branches", "trunk,branches/*"),
    ("svn", "eol_style", "native"),
    ("svn", "tags", "tags/*"),
    ("ticket", "commit_ticket_update_check_perms", "enabled"),
    ("ticket", "commit_ticket_update_commands.close", "close closed closes fix fixed fixes"),
    ("ticket", "commit_ticket_update_commands.refs", "addresses re references refs see"),
    ("ticket", "commit_ticket_update_envelope", ""),
    ("ticket", "commit_ticket_update_notify", "enabled"),
];
