//! About how much work a query is, before it is read.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use tracrpc_db::Connection;
use tracrpc_env::{Environment, Result};

use super::memory::TicketMemory;

/// What it takes to look for a text in one of a ticket's, in steps of 0.1 microseconds: in
/// memory, in the database, and in the database in a long one.
const IN_MEMORY: u64 = 1;
const IN_DATABASE: u64 = 10;
const IN_DESCRIPTION: u64 = 40;

/// What it takes the database to go through the tickets, for each of them.
const A_ROW: u64 = 10;

/// How long it is taken for true how many tickets there are.
const AGE: Duration = Duration::from_secs(60);

/// How many tickets there are about, where they are not in memory.
#[derive(Default)]
struct Tickets(Mutex<Option<(u64, Instant)>>);

/// About how much work it is to run the query `text`, in steps of 0.1 microseconds: never
/// much less, but more if the text is longer than the query that it holds.
pub fn cost(env: &Environment, text: &str) -> u64 {
    let (kept, is_in_memory) = match env.slot::<TicketMemory>().tickets() {
        Some(kept) => (kept, !text.contains("description")),
        None => (in_database(env), false),
    };
    let a_pattern = |part: &str| match part.contains("description") {
        true => IN_DESCRIPTION,
        false if is_in_memory => IN_MEMORY,
        false => IN_DATABASE,
    };
    let parts = text
        .split('&')
        .filter(|part| part.contains(['~', '^', '$']));
    let patterns = parts.map(|part| (1 + part.matches('|').count() as u64) * a_pattern(part));
    let a_row = if is_in_memory { 1 } else { A_ROW };
    kept.saturating_mul(patterns.sum::<u64>().saturating_add(a_row))
}

/// Where they cannot be counted there are none: the query itself will tell what is wrong.
fn in_database(env: &Environment) -> u64 {
    let known = &env.slot::<Tickets>().0;
    let lock = || {
        known
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    };
    if let Some((tickets, since)) = *lock()
        && since.elapsed() < AGE
    {
        return tickets;
    }
    let tickets = env.db().read(highest).unwrap_or_default();
    *lock() = Some((tickets, Instant::now()));
    tickets
}

/// The highest number of a ticket, which the database finds at once.
fn highest(connection: &mut Connection) -> Result<u64> {
    let row = connection.query_one("SELECT MAX(id) FROM ticket", &[])?;
    let highest = row.map_or(Ok(None), |row| row.get::<Option<i64>>(0))?;
    Ok(highest.unwrap_or_default().unsigned_abs())
}
