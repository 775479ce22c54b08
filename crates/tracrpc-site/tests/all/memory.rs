//! What is kept in memory, and that it is bounded.

use std::sync::Arc;

use tempfile::TempDir;
use tracrpc_env::config::store;
use tracrpc_env::{Environment, MemoryBudget};
use tracrpc_site::InitOptions;
use tracrpc_tickets::query;

const TICKETS: usize = 500;

/// An environment with some tickets, whose kept things are counted in `budget`.
fn environment(place: &TempDir, name: &str, budget: &Arc<MemoryBudget>) -> Environment {
    let path = place.path().join(name);
    let made = tracrpc_site::create(&path, &InitOptions::new("Test")).unwrap();
    let rows = (1..=TICKETS).map(|id| format!("({id}, 'new', 'about something', {id})"));
    let rows = rows.collect::<Vec<_>>().join(",");
    let sql = format!("INSERT INTO ticket (id, status, summary, time) VALUES {rows}");
    let insert = |connection: &mut tracrpc_db::Connection| connection.batch(&sql);
    made.db().write(insert).unwrap();
    let mut extensions = tracrpc_site::builtin();
    extensions.add(Arc::clone(budget));
    tracrpc_site::open_with(&path, extensions).unwrap()
}

/// Asks for what is answered from memory where there is some.
fn ask(env: &Environment) {
    query::prepare(env);
    let actor = env.actor("anonymous", "http://localhost");
    assert_eq!(
        query::run(&actor, "status=new&max=0").unwrap().len(),
        TICKETS
    );
    let mut found = 0;
    tracrpc_search::perform(&actor, "something", None, |_| found += 1).unwrap();
    assert_eq!(found, TICKETS);
}

fn set(env: &Environment, option: &str, value: &str) {
    let ini = env.conf_dir().join("trac.ini");
    store::edit(&ini, |editor| editor.set("tracrpc", option, value)).unwrap();
    env.reread_config();
}

#[test]
fn it_is_given_back_when_an_environment_is_closed() {
    let place = TempDir::new().unwrap();
    let budget = Arc::new(MemoryBudget::new(1 << 30));
    let one = environment(&place, "one", &budget);
    ask(&one);
    let of_one = budget.taken();
    assert!(of_one > TICKETS * 8);
    let other = environment(&place, "other", &budget);
    ask(&other);
    assert!(budget.taken() > of_one);
    drop(other);
    assert_eq!(budget.taken(), of_one);
    drop(one);
    assert_eq!(budget.taken(), 0);
}

#[test]
fn all_environments_share_one_budget() {
    let place = TempDir::new().unwrap();
    let budget = Arc::new(MemoryBudget::new(1 << 30));
    let one = environment(&place, "one", &budget);
    ask(&one);
    let budget = Arc::new(MemoryBudget::new(budget.taken() * 3 / 2));
    let open = |name| {
        let mut extensions = tracrpc_site::builtin();
        extensions.add(Arc::clone(&budget));
        tracrpc_site::open_with(place.path().join(name), extensions).unwrap()
    };
    environment(&place, "other", &budget);
    let (one, other) = (open("one"), open("other"));
    ask(&one);
    let of_one = budget.taken();
    ask(&other);
    assert!(budget.taken() < 2 * of_one, "there was not so much");
}

#[test]
fn an_environment_has_a_limit_of_its_own() {
    let place = TempDir::new().unwrap();
    let budget = Arc::new(MemoryBudget::new(1 << 30));
    let env = environment(&place, "one", &budget);
    set(&env, "keep_in_memory_size", "1000");
    ask(&env);
    assert_eq!(budget.taken(), 0);
}

#[test]
fn it_can_be_switched_off() {
    let place = TempDir::new().unwrap();
    let budget = Arc::new(MemoryBudget::new(1 << 30));
    let env = environment(&place, "one", &budget);
    set(&env, "keep_in_memory", "disabled");
    ask(&env);
    assert_eq!(budget.taken(), 0);
}

#[test]
fn a_size_that_is_none_costs_only_speed() {
    let place = TempDir::new().unwrap();
    let budget = Arc::new(MemoryBudget::new(1 << 30));
    let env = environment(&place, "one", &budget);
    set(&env, "keep_in_memory_size", "plenty");
    ask(&env);
    assert_eq!(budget.taken(), 0);
}
