//! `search.*`: what is found, by whom, and how it is shown.

use tracrpc_methods::Registry;
use tracrpc_testing::TestEnv;
use tracrpc_wire::{Fault, FaultKind, Output, Struct, Value};

fn call(env: &TestEnv, user: &str, method: &str, arguments: &[Value]) -> Result<Value, Fault> {
    let registry = Registry::builtin().unwrap();
    match registry.call(&env.actor(user), method, arguments.to_vec())? {
        Output::Value(value) => Ok(value),
        Output::Outcomes(outcomes) => panic!("{outcomes:?}"),
    }
}

fn world(env: TestEnv) -> TestEnv {
    let env = env
        .user("admin", ["TRAC_ADMIN"])
        .user("authenticated", ["XML_RPC"]);
    env.db()
        .write(|connection| connection.execute("DELETE FROM wiki", &[]))
        .unwrap();
    let call = |method: &str, arguments: &[Value]| call(&env, "admin", method, arguments).unwrap();
    let none = || Struct::new().into();
    call(
        "wiki.putPage",
        &["Kitchen".into(), "100% garlic_oil and c/d".into(), none()],
    );
    call(
        "ticket.create",
        &["Garlic <is> missing".into(), "who ate it?".into()],
    );
    call(
        "ticket.update",
        &[1.into(), "the saffron too".into(), none()],
    );
    let mut due = Struct::new();
    due.insert("description", "garlic harvest");
    call("ticket.milestone.create", &["autumn".into(), due.into()]);
    let file = Value::Binary(b"x".to_vec());
    call(
        "ticket.putAttachment",
        &[1.into(), "garlic.txt".into(), "a photo".into(), file],
    );
    env
}

/// The titles of what `user` finds.
fn titles(env: &TestEnv, user: &str, arguments: &[Value]) -> Vec<String> {
    let hits = call(env, user, "search.performSearch", arguments).unwrap();
    let title = |hit: &Value| match hit.as_array() {
        Some(
            [
                _,
                Value::String(title),
                Value::DateTime(_),
                _,
                Value::String(_),
            ],
        ) => title.clone(),
        _ => panic!("{hit:?}"),
    };
    hits.as_array().unwrap().iter().map(title).collect()
}

const TICKET: &str = "<span class=\"new\">#1</span>: defect: Garlic &lt;is&gt; missing (new)";
const PAGE: &str = "Kitchen: 100% garlic_oil and c/d";

#[test]
fn terms_are_found_in_all_realms() {
    TestEnv::each(|env| {
        let env = world(env);
        let check = |query: &str, expected: &[&str]| {
            assert_eq!(titles(&env, "joe", &[query.into()]), expected, "{query}");
        };
        check(
            "garlic",
            &["Milestone autumn", TICKET, "garlic.txt (Ticket #1)", PAGE],
        );
        check("SAFFRON", &[TICKET]);
        check("photo", &["garlic.txt (Ticket #1)"]);
        check("garlic missing", &[TICKET]);
        check("\"garlic harvest\"", &["Milestone autumn"]);
        check("0%", &[PAGE]);
        check("c_oil", &[PAGE]);
        check("c/d", &[PAGE]);
        check("c%d", &[]);
        check("ga_lic", &[]);
        check("'; DROP TABLE ticket; --", &[]);
    });
}

#[test]
fn filters_choose_realms() {
    TestEnv::each(|env| {
        let env = world(env);
        let check = |filters: Value, expected: &[&str]| {
            assert_eq!(titles(&env, "joe", &["garlic".into(), filters]), expected);
        };
        let names =
            |names: &[&str]| Value::Array(names.iter().map(|name| (*name).into()).collect());
        check(names(&["wiki"]), &[PAGE]);
        check(
            names(&["wiki", "milestone", "nonsense"]),
            &["Milestone autumn", PAGE],
        );
        check(names(&["changeset"]), &[]);
        check(names(&["nonsense"]), &[]);
        check(names(&[]), &[]);
    });
}

#[test]
fn what_may_not_be_seen_is_not_found() {
    TestEnv::each(|env| {
        let env = world(env).without("anonymous", ["TICKET_VIEW"]);
        assert_eq!(
            titles(&env, "joe", &["garlic".into()]),
            ["Milestone autumn", PAGE]
        );
        let filters = call(&env, "joe", "search.getSearchFilters", &[]).unwrap();
        let names: Vec<_> = filters
            .as_array()
            .unwrap()
            .iter()
            .map(|f| &f.as_array().unwrap()[0])
            .collect();
        assert_eq!(
            names,
            [&"milestone".into(), &"changeset".into(), &"wiki".into()]
        );
    });
}

#[test]
fn changesets_are_found_in_the_tables_of_trac() {
    TestEnv::each(|env| {
        let env = world(env);
        let insert = "INSERT INTO repository (id, name, value) VALUES (?, ?, ?)";
        let revision =
            "INSERT INTO revision (repos, rev, time, author, message) VALUES (?, ?, ?, ?, ?)";
        env.db()
            .write(|connection| {
                for (name, value) in [("name", ""), ("dir", "/svn"), ("type", "svn")] {
                    connection.execute(insert, &[7.into(), name.into(), value.into()])?;
                }
                for (repository, rev) in [(7, "0000000012"), (8, "0000000013")] {
                    let row = [
                        repository.into(),
                        rev.into(),
                        1_000_000_i64.into(),
                        "ann".into(),
                        "parsley\nand more".into(),
                    ];
                    connection.execute(revision, &row)?;
                }
                Ok::<_, tracrpc_env::Error>(())
            })
            .unwrap();
        let hits = call(&env, "joe", "search.performSearch", &["parsley".into()]).unwrap();
        let [hit] = hits.as_array().unwrap() else {
            panic!("{hits:?}")
        };
        let [href, title, _, author, excerpt] = hit.as_array().unwrap() else {
            panic!("{hit:?}")
        };
        assert_eq!(href, &"http://localhost:8000/env/changeset/12".into());
        assert_eq!(title, &"[12]: parsley\nand more".into());
        assert_eq!(
            (author, excerpt),
            (&"ann".into(), &"parsley\nand more".into())
        );
    });
}

#[test]
fn queries_that_no_database_takes_are_refused() {
    TestEnv::each(|env| {
        let env = world(env);
        for query in ["", "  ", &"a ".repeat(600), &"x".repeat(30_000)] {
            let fault = call(&env, "joe", "search.performSearch", &[query.into()]).unwrap_err();
            assert_eq!(fault.kind, FaultKind::Application);
            assert!(
                fault.message.starts_with("the search query"),
                "{}",
                fault.message
            );
        }
        titles(&env, "joe", &["ab ".repeat(500).as_str().into()]);
        titles(&env, "joe", &["%".repeat(20_000).as_str().into()]);
    });
}

/// A search looks into memory where it can, and into the database while that
/// is written to: both find the same, also after a change.
#[test]
fn memory_and_database_find_the_same() {
    let env = world(TestEnv::new()).user("joe", ["SEARCH_VIEW", "TICKET_VIEW"]);
    fill(&env, 1_000);
    let queries = [
        "every",
        "seventh",
        "EVERY seventh",
        "rare",
        "none",
        "777",
        "7",
        "-",
        "%",
        "_",
        "'every '",
        "said",
        "said seventh",
        "öl",
        "ÖL",
        "garlic",
        "\"\"",
        "custom",
        "custom said",
        "c0 every",
    ];
    let find = |query: &str| {
        let arguments = [query.into(), vec![Value::from("ticket")].into()];
        call(&env, "joe", "search.performSearch", &arguments).unwrap()
    };
    let check = |counts: [usize; 20]| {
        for (query, count) in queries.iter().zip(counts) {
            let known = find(query);
            let asked = env.db().write(|_| Ok::<_, tracrpc_env::Error>(find(query)));
            assert_eq!(known, asked.unwrap(), "{query}");
            assert_eq!(known.as_array().unwrap().len(), count, "{query}");
        }
    };
    check([
        1000, 143, 143, 5, 0, 1, 271, 0, 10, 10, 1000, 100, 14, 0, 10, 2, 1002, 50, 0, 10,
    ]);
    let change = "UPDATE ticket SET summary = 'one rare change' WHERE id = 2";
    env.db()
        .write(|connection| connection.execute(change, &[]))
        .unwrap();
    assert_eq!(find("rare").as_array().unwrap().len(), 6);
}

fn fill(env: &TestEnv, tickets: i64) {
    let insert = |connection: &mut tracrpc_db::Connection| {
        for id in 2..tickets + 2 {
            let summary = format!("every {}", if id % 7 == 0 { "seventh" } else { "" });
            let keywords = if id % 200 == 1 { "rare" } else { "" };
            let description = if id % 100 == 2 {
                "100% a_b ÖL c0"
            } else {
                "text"
            };
            connection.execute(
                "INSERT INTO ticket (id, time, changetime, summary, keywords, description) \
                 VALUES (?, 0, 0, ?, ?, ?)",
                &[
                    id.into(),
                    summary.into(),
                    keywords.into(),
                    description.into(),
                ],
            )?;
            if id % 10 == 0 {
                connection.execute(
                    "INSERT INTO ticket_change (ticket, time, field, newvalue) \
                     VALUES (?, 1, 'comment', ?)",
                    &[
                        id.into(),
                        if id % 70 == 0 { "said Seventh" } else { "said" }.into(),
                    ],
                )?;
            }
            if id % 20 == 0 {
                connection.execute(
                    "INSERT INTO ticket_custom (ticket, name, value) VALUES (?, 'x', 'custom')",
                    &[id.into()],
                )?;
            }
        }
        Ok::<_, tracrpc_db::Error>(())
    };
    env.db().write(insert).unwrap();
}

/// What Trac answers: the plugin takes no more than scheme and host of
/// `[trac] base_url` for the addresses of hits, links of pages take all of it.
#[test]
fn absolute_links_begin_as_the_configuration_says() {
    let check = |use_it: &str, hit: &str, link: &str| {
        let env = TestEnv::new()
            .config("trac", "base_url", "https://example.org/all/projects")
            .config("trac", "use_base_url_for_redirect", use_it);
        let env = world(env);
        let found = call(&env, "joe", "search.performSearch", &["who ate".into()]).unwrap();
        let hits = found.as_array().unwrap();
        assert_eq!(hits[0].as_array().unwrap()[0], hit.into());
        let html = call(&env, "joe", "wiki.wikiToHtml", &["#1".into()]).unwrap();
        let html = html.as_str().unwrap();
        assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
    };
    let here = "http://localhost:8000/env/ticket/1";
    check("disabled", here, here);
    let configured = "https://example.org/all/projects/ticket/1";
    check("enabled", "https://example.org/env/ticket/1", configured);
}

/// `[wiki] split_page_names` counts wherever a page is named to people, for
/// what is attached to it too; titles of pages keep the name.
#[test]
fn names_of_pages_are_split_where_trac_splits_them() {
    let check = |split: &str, title: &str, fault: &str| {
        let env = world(TestEnv::new().config("wiki", "split_page_names", split));
        let none = || Value::from(Struct::new());
        let page = ["GarlicSoupABc".into(), "hot".into(), none()];
        call(&env, "admin", "wiki.putPage", &page).unwrap();
        let file = [
            "GarlicSoupABc/soup.txt".into(),
            Value::Binary(b"x".to_vec()),
        ];
        call(&env, "admin", "wiki.putAttachment", &file).unwrap();
        let wiki = || Value::from(vec![Value::from("wiki")]);
        assert_eq!(titles(&env, "joe", &["soup.txt".into(), wiki()]), [title]);
        assert_eq!(
            titles(&env, "joe", &["hot".into(), wiki()]),
            ["GarlicSoupABc: hot"]
        );
        let delete = ["GarlicSoupABc".into()];
        let refused = call(&env, "joe", "wiki.deletePage", &delete).unwrap_err();
        let text =
            format!("WIKI_DELETE privileges are required to perform this operation on {fault}. ");
        assert!(refused.message.contains(&text), "{}", refused.message);
    };
    check("false", "soup.txt (GarlicSoupABc)", "GarlicSoupABc");
    check("true", "soup.txt (Garlic SoupABc)", "Garlic SoupABc");
}
