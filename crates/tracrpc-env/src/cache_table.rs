//! Trac's `cache` table: how its processes learn that something which they
//! hold in memory has changed.
//!
//! Whoever changes what Trac caches has to [`touch`] its key in the same
//! transaction, or a Trac that runs on the same environment goes on with
//! what it has.

use tracrpc_db::{Connection, Error};

use crate::stored::Int;

/// The names of all wiki pages; changes when a page appears, vanishes or is renamed.
pub const WIKI_PAGES: &str = "trac.wiki.api.WikiSystem.pages";

/// The InterWiki prefixes; changes with the page `InterMapTxt`.
pub const INTERWIKI_MAP: &str = "trac.wiki.interwiki.InterWikiMap.interwiki_map";

/// The permissions that were granted.
pub const PERMISSIONS: &str = "trac.perm.DefaultPermissionStore._all_permissions";

/// The users that have logged in; changes with the session tables.
pub const KNOWN_USERS: &str = "trac.env.Environment._known_users";

/// As [`KNOWN_USERS`], by name.
pub const KNOWN_USERS_DICT: &str = "trac.env.Environment._known_users_dict";

/// The milestones.
pub const MILESTONES: &str = "trac.ticket.model.MilestoneCache.milestones";

/// The fields of tickets with their options; changes with components,
/// milestones, versions, enums and the configuration of custom fields.
pub const TICKET_FIELDS: &str = "trac.ticket.api.TicketSystem.fields";

/// The custom fields of tickets.
pub const CUSTOM_FIELDS: &str = "trac.ticket.api.TicketSystem.custom_fields";

/// Says that what is cached under `key` has changed.
///
/// # Errors
/// As any statement.
pub fn touch(connection: &mut Connection, key: &str) -> Result<(), Error> {
    let id = key_to_id(key);
    let update = "UPDATE cache SET generation = generation + 1 WHERE id = ?";
    if connection.execute(update, &[id.into()])? == 0 {
        let insert = "INSERT INTO cache (id, generation, key) VALUES (?, 0, ?)";
        connection.execute(insert, &[id.into(), key.into()])?;
    }
    Ok(())
}

/// How often what is cached under `key` has changed; none if it never has.
///
/// # Errors
/// As any query.
pub fn generation(connection: &mut Connection, key: &str) -> Result<Option<i64>, Error> {
    let sql = "SELECT generation FROM cache WHERE id = ?";
    let row = connection.query_one(sql, &[key_to_id(key).into()])?;
    let generation = row.map(|row| row.get::<Int>(0)).transpose()?;
    Ok(generation.and_then(Int::known))
}

/// The id of `key` in the table: a hash of 31 bits that Trac computes in
/// `trac/cache.py`, after that of Python's strings.
fn key_to_id(key: &str) -> i64 {
    let first = key
        .chars()
        .next()
        .map_or(0, |character| i64::from(u32::from(character)) << 7);
    let hash = key.chars().fold(first, |hash, character| {
        ((1_000_003 * hash) & 0x7fff_ffff) ^ i64::from(u32::from(character))
    });
    hash ^ key.chars().count() as i64
}

#[cfg(test)]
mod tests {
    use tracrpc_db::{Database, Options};

    use super::*;

    #[test]
    fn ids_are_those_of_trac() {
        for (key, id) in [
            (WIKI_PAGES, 901_198_563),
            (INTERWIKI_MAP, 2_085_311_731),
            (PERMISSIONS, 1_722_364_385),
            (KNOWN_USERS, 1_173_095_902),
            (KNOWN_USERS_DICT, 1_714_931_544),
            (MILESTONES, 472_382_151),
            (TICKET_FIELDS, 660_951_007),
            (CUSTOM_FIELDS, 1_380_700_524),
            ("", 0),
            ("für/ß:日本", 1_560_736_799),
        ] {
            assert_eq!(key_to_id(key), id, "{key}");
        }
    }

    #[test]
    fn each_touch_is_a_new_generation() {
        let database =
            Database::create("sqlite::memory:", "/".as_ref(), Options::default()).unwrap();
        for generation in 0..3 {
            database
                .write(|connection| touch(connection, WIKI_PAGES))
                .unwrap();
            let rows = database
                .read(|connection| connection.query("SELECT id, generation, key FROM cache", &[]))
                .unwrap();
            assert_eq!(rows.len(), 1);
            assert_eq!(rows[0].get::<i64>(0).unwrap(), 901_198_563);
            assert_eq!(rows[0].get::<i64>(1).unwrap(), generation);
            assert_eq!(rows[0].get::<String>(2).unwrap(), WIKI_PAGES);
        }
    }
}
