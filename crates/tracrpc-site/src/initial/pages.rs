//! The wiki pages of a new environment.

use tracrpc_db::{Connection, Error, SqlValue};
use tracrpc_env::{Environment, cache_table, time};
use tracrpc_pages::page::{self, Edit};

/// A page, and whether it is protected: only `WIKI_ADMIN` may change those.
struct Page {
    name: &'static str,
    text: &'static str,
    readonly: bool,
}

macro_rules! pages {
    ($($name:literal: $readonly:literal,)*) => {
        &[$(Page {
            name: $name,
            text: include_str!(concat!("pages/", $name)),
            readonly: $readonly,
        },)*]
    };
}

const PAGES: &[Page] = pages! {
    "InterMapTxt": false,
    "RecentChanges": true,
    "SandBox": false,
    "TitleIndex": true,
    "TracGuide": true,
    "TracPermissions": true,
    "TracQuery": true,
    "TracRemote": true,
    "TracTickets": true,
    "TracWorkflow": true,
    "WikiFormatting": true,
    "WikiMacros": true,
    "WikiStart": false,
};

/// The pages that people make their own.
const OWN: [&str; 2] = ["SandBox", "WikiStart"];

/// A page that is made if it is missing and else left alone.
const MADE_ONCE: &str = "InterMapTxt";

/// Gives the pages that come with an environment their present text, and
/// says how many had another: `trac/wiki/admin.py: WikiAdmin._do_upgrade`.
///
/// # Errors
/// As any statement.
pub fn upgrade(env: &Environment) -> tracrpc_env::Result<usize> {
    env.db().write(|_| {
        let mut count = 0;
        for wanted in PAGES.iter().filter(|page| !OWN.contains(&page.name)) {
            let known = page::find(env, wanted.name, None)?;
            let is_done = |page: &page::Page| page.text == wanted.text || wanted.name == MADE_ONCE;
            if !known.as_ref().is_some_and(is_done) {
                let author = Some("trac".to_owned());
                page::save(
                    env,
                    wanted.name,
                    &Edit {
                        author,
                        ..Edit::new(wanted.text)
                    },
                )?;
                count += 1;
            }
        }
        Ok(count)
    })
}

/// Puts the pages into a database that was just made.
///
/// # Errors
/// As any statement.
pub(crate) fn insert(connection: &mut Connection) -> Result<(), Error> {
    let sql = "INSERT INTO wiki (name, version, time, author, text, comment, readonly) \
               VALUES (?, 1, ?, 'trac', ?, NULL, ?)";
    for page in PAGES {
        let now = SqlValue::Int(time::now().as_microsecond());
        let readonly = SqlValue::Int(page.readonly.into());
        connection.execute(sql, &[page.name.into(), now, page.text.into(), readonly])?;
    }
    cache_table::touch(connection, cache_table::WIKI_PAGES)
}
