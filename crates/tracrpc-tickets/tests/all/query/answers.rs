//! Which tickets queries find, and in which order. The answers are those that
//! Trac gives on the same tickets.

use tracrpc_env::config::store;

use super::world::World;

#[test]
fn comparisons() {
    World::each(|world| {
        let check = |text: &str, expected: &[i64]| {
            world.check(&format!("{text}&order=id&max=0"), Ok(expected));
        };
        check("status=new", &[1, 3, 6]);
        check("status!=new", &[2, 4, 5]);
        check("status=new|closed", &[1, 2, 3, 6]);
        check("status!=new|closed", &[4, 5]);
        check("owner=", &[3]);
        check("owner!=", &[1, 2, 4, 5, 6]);
        check("owner=|joe", &[1, 3, 4]);
        check("summary~=PRINTER", &[1, 2]);
        check("summary!~=printer|screen", &[4, 5, 6]);
        check("summary^=printer", &[1, 2]);
        check("summary!^=p", &[3, 4, 5, 6]);
        check("summary$=w|s", &[1, 2, 3, 6]);
        check("summary~=", &[1, 2, 3, 4, 5, 6]);
        check("description~=%|_|/", &[2, 3, 4]);
        check("description~=k\\s", &[5]);
        check("summary=Crash \\| on \\& start", &[5]);
        check("summary~=it's", &[6]);
        check("owner=$USER", &[1, 4]);
        check("owner!=$USER|admin", &[2, 3, 5]);
        check("cc~=$USER", &[1, 4]);
        check("status=new&owner=joe", &[1]);
        check("status=new&status=closed", &[1, 2, 3, 6]);
        check("status=closed&or&owner=joe", &[1, 2, 4]);
        check("status=closed&owner=joe&or&milestone=nowhere", &[5]);
        check("nosuch=1", &[1, 2, 3, 4, 5, 6]);
        check("nosuch=1&or&status=closed", &[2]);
        // The marks of the first value hold for all; each loses as many characters.
        check("status=!new|xclosed", &[4, 5]);
        check("status=new|!closed", &[1, 3, 6]);
    });
}

#[test]
fn lists_of_words() {
    World::each(|world| {
        let check = |text: &str, expected: &[i64]| {
            world.check(&format!("{text}&order=id"), Ok(expected));
        };
        check("keywords~=office paper", &[1]);
        check("keywords~=office -paper", &[2]);
        check("keywords~=\"office slow\"", &[2]);
        check("keywords~=-office", &[3, 4, 5, 6]);
        check("keywords!~=office paper", &[2, 3, 4, 5, 6]);
        check("keywords~=ui|crash", &[4, 5]);
        check("keywords~=-", &[1, 2, 3, 4, 5, 6]);
        check("keywords^=office slow", &[2]);
        check("summary~=slow printer", &[]);
        check("blocking~=3 2", &[1]);
        check("blocking~=3 -2", &[4]);
    });
}

#[test]
fn custom_fields() {
    World::each(|world| {
        let check = |text: &str, expected: &[i64]| {
            world.check(&format!("{text}&order=id"), Ok(expected));
        };
        check("area=north", &[1]);
        check("area!=north", &[2, 3, 4, 5, 6]);
        check("area=", &[3, 4, 5, 6]);
        check("area=north|South", &[1, 2]);
        check("area!=north|South", &[3, 4, 5, 6]);
        check("area~=OUT", &[2]);
        check("urgent=1", &[1]);
        check("urgent!=1", &[2, 3, 4, 5, 6]);
        check("urgent=0&area=South&blocking=", &[2]);
        check("deadline=2000-06-01..", &[2]);
        check("deadline=..2000-06-01", &[1]);
        check("deadline=2000-01-01..2000-01-02", &[1]);
        check("deadline!=2000-06-01..", &[1]);
        check("deadline=", &[3, 4, 5, 6]);
        check("deadline!=", &[1, 2]);
        world.check("order=area", Ok(&[2, 1, 4, 5, 6, 3]));
        world.check("order=deadline&desc=1", Ok(&[3, 4, 5, 6, 2, 1]));
        world.check("group=urgent&order=deadline", Ok(&[2, 1, 3, 4, 5, 6]));
    });
}

#[test]
fn times_and_numbers() {
    World::each(|world| {
        let check = |text: &str, expected: &[i64]| {
            world.check(&format!("{text}&order=id"), Ok(expected));
        };
        check("created=2001-06-01..2003-06-01", &[3, 4]);
        check("time=2001-06-01 .. 2003-06-01", &[3, 4]);
        check("created!=2001-06-01..2003-06-01", &[1, 2, 5, 6]);
        check("created=2003-06-01", &[5, 6]);
        check("created=..2000-06-01|2004-06-01..", &[1, 6]);
        check("created=..", &[1, 2, 3, 4, 5, 6]);
        check("created=", &[]);
        check("created!=", &[1, 2, 3, 4, 5, 6]);
        check("modified=", &[1, 2, 3, 4, 5, 6]);
        check("modified=2000-01-01..", &[]);
        check("id=1,3-4", &[1, 3, 4]);
        check("id!=1,3-4", &[2, 5, 6]);
        check("id=1|5", &[1, 5]);
        check("id=4-2", &[1, 2, 3, 4, 5, 6]);
        check("id=99999999999999999999,2", &[2]);
        check("id=-2", &[]);
    });
}

#[test]
fn orders() {
    World::each(|world| {
        let check = |text: &str, expected: &[i64]| world.check(text, Ok(expected));
        // By the place of the priority; one that is none has no place.
        check("or", &[2, 5, 3, 1, 4, 6]);
        check("desc=1&or", &[6, 4, 1, 3, 5, 2]);
        check("order=id&desc=1", &[6, 5, 4, 3, 2, 1]);
        check("order=nosuch", &[2, 5, 3, 1, 4, 6]);
        check("order=type", &[1, 3, 5, 4, 2, 6]);
        check("order=resolution", &[2, 1, 3, 4, 5, 6]);
        check("order=created&desc=1", &[6, 5, 4, 3, 2, 1]);
        check("order=owner", &[6, 2, 5, 1, 4, 3]);
        check("order=owner&desc=1", &[3, 1, 4, 5, 2, 6]);
        check("group=status&order=id", &[5, 4, 2, 1, 3, 6]);
        check(
            "group=status&groupdesc=1&order=id&desc=1",
            &[6, 3, 1, 2, 4, 5],
        );
        check("group=owner&order=owner&desc=1", &[3, 1, 4, 5, 2, 6]);
        check("group=nosuch&order=id", &[1, 2, 3, 4, 5, 6]);
        check("group=type&order=version&max=0", &[1, 3, 5, 4, 6, 2]);
        check("order=milestone", &[5, 6, 1, 4, 2, 3]);
        check("order=milestone&desc=1", &[3, 2, 1, 4, 6, 5]);
        check("order=version", &[6, 1, 4, 2, 3, 5]);
    });
}

#[test]
fn pages() {
    World::each(|world| {
        let check = |text: &str, expected: Result<&[i64], &str>| {
            world.check(&format!("order=id&{text}"), expected);
        };
        check("max=2", Ok(&[1, 2]));
        check("max=2&page=3", Ok(&[5, 6]));
        check(
            "max=2&page=4",
            Err("Page 4 is beyond the number of pages in the query"),
        );
        check("max=4&page=02", Ok(&[5, 6]));
        check("max=6&page=9", Ok(&[1, 2, 3, 4, 5, 6]));
        check("max=0&page=9", Ok(&[1, 2, 3, 4, 5, 6]));
        check("max=none", Ok(&[1, 2, 3, 4, 5, 6]));
        check("max=2&page=", Ok(&[1, 2]));
        check("max=2&group=component", Ok(&[1, 2, 3]));
        check("max=2&group=component&page=2", Ok(&[3, 4, 5]));
        check("max=2&page=5&status=odd", Ok(&[]));
        check("max=99999999999999999999", Ok(&[1, 2, 3, 4, 5, 6]));
        check(
            "max=2&page=99999999999999999999",
            Err("Page 99999999999999999999 is beyond the number of pages in the query"),
        );
        check("max=-1", Err("Query max -1 is invalid."));
        check("max=x", Err("Query max x is invalid."));
        check("page=0", Err("Query page 0 is invalid."));
        check("page=1.5&max=x", Err("Query page 1.5 is invalid."));
    });
}

#[test]
fn the_configured_number_is_that_of_a_page() {
    let world = World::new(&[("query", "items_per_page", "4")]);
    world.check("order=id", Ok(&[1, 2, 3, 4]));
    world.check("order=id&page=2", Ok(&[5, 6]));
    world.check("order=id&max=5", Ok(&[1, 2, 3, 4, 5]));
}

#[test]
fn values_that_make_no_sense_are_refused() {
    World::each(|world| {
        let text = "Invalid query constraint value";
        for query in [
            "id=x",
            "id=1|1-",
            "created=garbage",
            "deadline=2000-13-01..",
            "id~=1",
        ] {
            world.check(query, Err(text));
        }
        world.check(
            "nonsense",
            Err("Query filter requires field and constraints separated by a \"=\""),
        );
        world.check("!=x", Err("Query filter requires field name"));
    });
}

#[test]
fn changes_are_seen_at_once() {
    World::each(|world| {
        let change = |sql: &str| {
            world
                .env
                .db()
                .write(|connection| connection.execute(sql, &[]))
                .unwrap();
        };
        world.check("status=new&order=id", Ok(&[1, 3, 6]));
        change("UPDATE ticket SET status = 'new' WHERE id = 2");
        world.check("status=new&order=id", Ok(&[1, 2, 3, 6]));
        change("DELETE FROM ticket WHERE id = 1");
        world.check("status=new&order=id", Ok(&[2, 3, 6]));
        world.check("order=priority&max=1&page=2", Ok(&[5]));
        change("UPDATE enum SET value = '0' WHERE type = 'priority' AND name = 'critical'");
        world.check("order=priority&max=1&page=2", Ok(&[2]));
        let other = tracrpc_site::open(world.env.path()).unwrap();
        let sql = "UPDATE ticket SET status = 'new' WHERE id = 5";
        other
            .db()
            .write(|connection| connection.execute(sql, &[]))
            .unwrap();
        world.check("status=new&order=id", Ok(&[2, 3, 5, 6]));
    });
}

#[test]
fn a_changed_configuration_is_heeded() {
    let world = World::new(&[]);
    world.check("region=1&order=id", Ok(&[1, 2, 3, 4, 5, 6]));
    let config = world.env.config();
    store::edit(config.path(), |editor| {
        editor.set("ticket-custom", "region", "text")
    })
    .unwrap();
    world.check("region=1&order=id", Ok(&[]));
}

/// Ticket 2 was made at six in the evening of the last day of the year 2000, in UTC.
#[test]
fn dates_are_in_the_time_zone_of_the_user() {
    World::each(|world| {
        // A Trac beside that has no pytz would know fewer zones.
        store::edit(world.env.config().path(), |editor| {
            editor.set("tracrpc", "locale_dir", "none")
        })
        .unwrap();
        let zone = |name: &str| {
            let session = "INSERT INTO session VALUES ('joe', 1, 0)";
            let attribute = "INSERT INTO session_attribute VALUES ('joe', 1, 'tz', ?)";
            world
                .env
                .db()
                .write(|connection| {
                    connection.execute("DELETE FROM session", &[])?;
                    connection.execute("DELETE FROM session_attribute", &[])?;
                    connection.execute(session, &[])?;
                    connection.execute(attribute, &[name.into()])
                })
                .unwrap();
        };
        let check = |first: &str, later: &str| {
            world.check(&format!("id=2&created={first}.."), Ok(&[2]));
            world.check(&format!("id=2&created={later}.."), Ok(&[]));
        };
        check("2000-12-31T18:00:00", "2000-12-31T18:00:01");
        zone("Asia/Tokyo");
        check("2001-01-01T03:00:00", "2001-01-01T03:00:01");
        zone("America/Los_Angeles");
        check("2000-12-31T10:00:00", "2000-12-31T10:00:01");
        let others = world.find_as("anna", "id=2&created=2000-12-31T18:00:01..");
        assert_eq!(others.unwrap(), [0; 0]);
    });
}

#[test]
fn tickets_that_a_user_may_not_see_are_left_out() {
    let world = World::new(&[
        (
            "trac",
            "permission_policies",
            "AuthzPolicy, DefaultPermissionPolicy",
        ),
        ("components", "tracopt.perm.authz_policy.*", "enabled"),
        ("authz_policy", "authz_file", "authz.conf"),
    ]);
    let rules = "[ticket:2]\njoe = !TICKET_VIEW\n[ticket:3]\n* = !TICKET_VIEW\n";
    std::fs::write(world.env.conf_dir().join("authz.conf"), rules).unwrap();
    assert_eq!(world.find("order=id").unwrap(), [1, 4, 5, 6]);
    assert_eq!(world.find_as("anna", "order=id").unwrap(), [1, 2, 4, 5, 6]);
    // The page is cut out first, as in Trac.
    assert_eq!(world.find("order=id&max=2").unwrap(), [1]);
}

#[test]
fn who_may_see_no_ticket_finds_none() {
    let world = World::new(&[]);
    let revoke = "DELETE FROM permission WHERE action = 'TICKET_VIEW'";
    world
        .env
        .db()
        .write(|connection| connection.execute(revoke, &[]))
        .unwrap();
    assert!(world.find("order=id").unwrap().is_empty());
}
