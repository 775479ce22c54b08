//! What `trac.ini` and the page `InterMapTxt` say about markup.

use std::collections::BTreeMap;
use std::sync::Arc;

use tracrpc_env::config::Config;
use tracrpc_env::{Environment, Fresh, Result};
use tracrpc_pages::page;
use tracrpc_wiki::highlight::{Pygments, TabWidth};
use tracrpc_wiki::{InterTracMap, InterWikiMap, Settings};

/// The page that defines InterWiki prefixes.
const INTERWIKI_PAGE: &str = "InterMapTxt";

/// The settings that an environment keeps: read anew when `trac.ini` or the page changes.
#[derive(Debug, Default)]
struct MarkupSettings {
    kept: Fresh<Kept>,
}

#[derive(Debug)]
struct Kept {
    page: String,
    settings: Arc<Settings>,
}

/// The settings as they are now.
///
/// # Errors
/// *Storage*: the database fails.
pub(super) fn current(env: &Environment) -> Result<Arc<Settings>> {
    let kept = env
        .slot::<MarkupSettings>()
        .kept
        .of_database(env, |before| {
            let page = page::find(env, INTERWIKI_PAGE, None)?;
            let page = page.map(|page| page.text).unwrap_or_default();
            match before {
                Some(before) if before.page == page => Ok(before),
                _ => Ok(Arc::new(Kept {
                    settings: Arc::new(read(&env.config(), &page)),
                    page,
                })),
            }
        })?;
    Ok(Arc::clone(&kept.settings))
}

fn read(config: &Config, interwiki_page: &str) -> Settings {
    let mut interwiki = InterWikiMap::default();
    interwiki.read_page(interwiki_page);
    for (prefix, value) in config.options("interwiki") {
        interwiki.define(prefix, value);
    }
    let mut intertrac = InterTracMap::default();
    for (option, value) in config.options("intertrac") {
        intertrac.define(option, value);
    }
    let mut pygments = Pygments::default();
    let modes = config.get_list("mimeviewer", "pygments_modes");
    pygments.read_modes(modes.iter().map(String::as_str));
    for (option, value) in config.options("pygments-lexer") {
        pygments.set_option(option, value);
    }
    Settings {
        ignore_missing_pages: config.get_bool("wiki", "ignore_missing_pages"),
        split_page_names: config.get_bool("wiki", "split_page_names"),
        render_unsafe_content: config.get_bool("wiki", "render_unsafe_content"),
        safe_schemes: config.get_list("wiki", "safe_schemes"),
        safe_origins: config.get_list("wiki", "safe_origins"),
        show_email_addresses: config.get_bool("trac", "show_email_addresses"),
        show_full_names: config.get_bool("trac", "show_full_names"),
        never_obfuscate_mailto: config.get_bool("trac", "never_obfuscate_mailto"),
        htdocs_location: config
            .get("trac", "htdocs_location")
            .unwrap_or_default()
            .to_owned(),
        tab_width: config
            .mimeviewer()
            .tab_width
            .get()
            .map_or_else(|_| TabWidth::default(), TabWidth::new),
        mime_map: mime_map(&config.get_list("mimeviewer", "mime_map")),
        pygments,
        interwiki,
        intertrac,
        off: config.components_off().into_iter().collect(),
        project_url: config.get("project", "url").unwrap_or_default().to_owned(),
    }
}

/// Reads mappings such as `text/x-ada:ads:adb`. A MIME type is a keyword of its own.
fn mime_map(mappings: &[String]) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    for mapping in mappings.iter().filter(|mapping| mapping.contains(':')) {
        let mimetype = mapping.split(':').next().unwrap_or_default();
        for keyword in mapping.split(':') {
            map.insert(keyword.to_owned(), mimetype.to_owned());
        }
    }
    map
}
