//! What a text can make long takes time that grows with its length, and no faster.

use tempfile::TempDir;
use tracrpc_env::config::Ini;
use tracrpc_env::{Actor, Environment};
use tracrpc_site::InitOptions;
use tracrpc_testing::{World, texts};
use tracrpc_tickets::query::{self, Query};
use tracrpc_tickets::ticket::workflow::Workflow;

#[path = "../../../tracrpc-testing/src/linear.rs"]
mod measure;

use measure::check_linear;

const ITEMS: usize = 1_000;

fn world() -> (TempDir, Environment) {
    let dir = TempDir::new().unwrap();
    let env = tracrpc_site::create(dir.path().join("env"), &InitOptions::new("Test")).unwrap();
    (dir, env)
}

fn actor(env: &Environment) -> Actor {
    env.actor("joe", "http://h.example/trac")
}

/// Items that are all alike, or such that all differ.
fn each_way(item: &str, mut check: impl FnMut(&dyn Fn(usize) -> String)) {
    check(&|items| item.replace('#', "1").repeat(items));
    check(&|items| {
        (0..items)
            .map(|n| item.replace('#', &n.to_string()))
            .collect()
    });
}

#[test]
fn queries() {
    let (_dir, env) = world();
    let actor = actor(&env);
    for start in [
        "owner=",
        "id=",
        "owner!=",
        "summary~=",
        "keywords=",
        "keywords~=",
        "col=",
        "row=",
        "order=",
        "status=",
        "time=",
        "cc~=",
        "",
    ] {
        for item in [
            "a#|",
            "#,",
            "#-#,",
            "a#&",
            "owner=a#&",
            "a#=b&",
            "or&owner=a#&",
            "summary~=a#&",
            "time=2001-01-01..#&",
            "-a# ",
            "\"a#\" ",
            "\\|a#",
            "id=#&or&",
            "col=a#&",
            "status|",
            "#..|",
        ] {
            each_way(item, |make| {
                check_linear(format!("{start}{item}"), ITEMS, |items| {
                    let text = format!("{start}{}", make(items));
                    if let Ok(query) = Query::parse(&actor, &text) {
                        let _ = query::tickets(&actor, &query);
                    }
                    let _ = query::url(&actor, &text, &tracrpc_wiki::Href::new("/"));
                });
            });
        }
    }
}

#[test]
fn macros_that_ask_the_environment() {
    let (_dir, env) = world();
    let actor = actor(&env);
    for start in [
        "TicketQuery(format=table,",
        "TicketQuery(format=count,",
        "TicketQuery(format=progress,",
        "TicketQuery(",
        "TicketQuery(format=table,col=",
        "TicketQuery(format=table,rows=",
        "Workflow(",
        "TracIni(",
        "RecentChanges(",
    ] {
        for item in [
            "a#=b,",
            "owner=a#,",
            "status|",
            "id=#,or,",
            "a#=b -> c;",
            "a#,",
            "owner|a#|",
        ] {
            each_way(item, |make| {
                check_linear(format!("{start}{item}"), ITEMS, |items| {
                    let text = format!("[[{start}{})]]", make(items));
                    tracrpc_markup::to_html(&actor, &text, None).unwrap().len()
                });
            });
        }
    }
}

#[test]
fn links_that_ask_the_environment() {
    let (_dir, env) = world();
    let actor = actor(&env);
    for item in [
        "#1, ",
        "ticket:# ",
        "wiki:Page# ",
        "milestone:a# ",
        "report:# ",
        "comment:1:ticket:# ",
        "source:a# ",
        "attachment:a#:ticket:1 ",
        "query:owner=a#&status=new ",
        "changeset:# ",
        "timeline:2001-01-01 ",
        "a#@b.org ",
    ] {
        each_way(item, |make| {
            check_linear(item, ITEMS, |items| {
                tracrpc_markup::to_html(&actor, &make(items), None)
                    .unwrap()
                    .len()
            });
        });
    }
}

#[test]
fn searches() {
    let (_dir, env) = world();
    let actor = actor(&env);
    for item in ["a# ", "\"a# b\" ", "'a#", "a#\" ", "\"", "'\n", "\"a\n'"] {
        each_way(item, |make| {
            check_linear(item, ITEMS, |items| {
                let _ = tracrpc_search::perform(&actor, &make(items), None, |_| {});
            });
        });
    }
}

#[test]
fn ini_files_and_workflows() {
    for item in [
        "[a#]\nb = c\n",
        "a# = b\n",
        "a#\n",
        "  a#\n",
        "a# = b\n  c\n  d\n",
        "# a#\n",
        "a#: b -> c\n",
        "[DEFAULT]\na# = b\n",
    ] {
        each_way(item, |make| {
            check_linear(item, ITEMS, |items| {
                let text = format!("[x]\n{}", make(items));
                let _ = Ini::parse_keeping_case(&text);
                let Ok(ini) = Ini::parse(&text) else { return 0 };
                ini.sections()
                    .map(|name| ini.options(name).count())
                    .sum::<usize>()
            });
        });
    }
    for option in ["a#", "a#.operations", "a.b#", "a#.set_owner"] {
        check_linear(option, ITEMS, |items| {
            let names: Vec<String> = (0..items)
                .map(|n| option.replace('#', &n.to_string()))
                .collect();
            let options = names.iter().map(|name| (name.as_str(), "new, old -> new"));
            Workflow::parse(options).unwrap().states().len()
        });
    }
    for value in ["s#, ", "<none>, ", "* -> ", "s# -> "] {
        each_way(value, |make| {
            check_linear(value, ITEMS, |items| {
                Workflow::parse([
                    ("a", make(items).as_str()),
                    ("a.set_owner", make(items).as_str()),
                ])
                .unwrap()
                .states()
                .len()
            });
        });
    }
}

#[test]
fn values_of_tickets() {
    let world = World::new();
    for (field, item) in [
        ("cc", "a#, "),
        ("cc", "a#;"),
        ("cc", "a#@b.org "),
        ("keywords", "k# "),
        ("summary", "s# "),
        ("description", "d#\r\n"),
        ("reporter", "r#,"),
    ] {
        each_way(item, |make| {
            check_linear(format!("{field}: {item}"), ITEMS, |items| {
                world.ticket(&[(field, make(items).as_str())])
            });
        });
    }
    check_linear("attributes without a field", ITEMS, |items| {
        let names: Vec<String> = (0..items).map(|n| format!("a{n}")).collect();
        let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "b")).collect();
        texts(&pairs).len()
    });
}
