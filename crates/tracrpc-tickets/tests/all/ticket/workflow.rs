//! Which actions are offered, and what they do.

use tracrpc_testing::World;
use tracrpc_tickets::ticket::{self, ActionName, TicketId};

/// The offered actions, each as `name: hint [control=value(options)]`.
fn offered(world: &World, user: &str, id: TicketId) -> Vec<String> {
    let actions = ticket::actions(&world.actor(user), id).unwrap();
    actions
        .into_iter()
        .map(|action| {
            let mut text = format!("{}: {}", action.name, plain(&action.hint));
            for control in action.controls {
                let value = control.value.unwrap_or_else(|| "nothing".to_owned());
                text += &format!(" [{value}({})]", control.options.join(","));
            }
            text
        })
        .collect()
}

fn plain(hint: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in hint.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if !in_tag => text.push(c),
            _ => {}
        }
    }
    text
}

fn world(workflow: &[(&str, &str)]) -> World {
    let options: Vec<_> = workflow
        .iter()
        .map(|(option, value)| ("ticket-workflow", *option, *value))
        .collect();
    World::with(&options)
}

#[test]
fn owners_to_choose_from() {
    let check = |set_owner: Option<&str>, operation: &str, owner: &str, expected: &str| {
        let mut options = vec![("give", "new -> new"), ("give.operations", operation)];
        options.extend(set_owner.map(|owners| ("give.set_owner", owners)));
        let world = world(&options);
        world.grant("anna", "team");
        world.grant("bob", "core");
        world.grant("core", "team");
        let id = world.ticket(&[("owner", owner)]);
        let offered = offered(&world, "joe", id);
        let give = offered
            .iter()
            .find(|action| action.starts_with("give: "))
            .unwrap();
        assert_eq!(give, &format!("give: {expected}"));
    };
    let specified = "The owner will be changed from x to the specified user.";
    let selected = "The owner will be changed from x to the selected user.";
    check(None, "set_owner", "x", &format!("{specified} [joe()]"));
    check(None, "may_set_owner", "x", &format!("{specified} [x()]"));
    check(
        None,
        "may_set_owner",
        "",
        "The owner will be changed from (none) to the specified user. [nothing()]",
    );
    check(
        Some("joe, anna"),
        "set_owner",
        "x",
        &format!("{selected} [joe(anna,joe)]"),
    );
    check(
        Some("team"),
        "set_owner",
        "x",
        &format!("{selected} [(anna,bob)]"),
    );
    check(
        Some("team"),
        "may_set_owner",
        "x",
        &format!("{selected} [x(anna,bob,x)]"),
    );
    check(
        Some("anna"),
        "set_owner",
        "x",
        "The owner will be changed from x to anna. [anna()]",
    );
    check(Some("x"), "set_owner", "x", ". [x()]");
    check(Some(""), "set_owner", "x", &format!("{specified} [joe()]"));
    check(
        Some("a@b.c, d@e.f"),
        "set_owner",
        "x",
        &format!("{selected} [(a@b.c,d@e.f)]"),
    );
}

#[test]
fn what_is_offered_can_be_sent_back() {
    let world = world(&[
        ("give", "new -> new"),
        ("give.operations", "set_owner"),
        ("give.set_owner", "anna, joe, m@x.example"),
    ]);
    for (user, name) in [("anna", "Zoe Example"), ("joe", "Joe Doe")] {
        let session = "INSERT INTO session (sid, authenticated, last_visit) VALUES (?, 1, 0)";
        world.sql(session, &[user.into()]);
        let attribute = "INSERT INTO session_attribute (sid, authenticated, name, value) \
                         VALUES (?, 1, 'name', ?)";
        world.sql(attribute, &[user.into(), name.into()]);
    }
    let id = world.ticket(&[("owner", "anna")]);
    let actions = ticket::actions(&world.actor("joe"), id).unwrap();
    let give = actions.iter().find(|action| action.name == "give").unwrap();
    assert!(give.hint.contains("Zoe Example"), "{}", give.hint);
    let control = &give.controls[0];
    assert_eq!(control.value.as_deref(), Some("joe"));
    // In the order of the names that are shown.
    assert_eq!(control.options, ["joe", "anna", "m@x.example"]);
    for option in &control.options {
        let attributes = [("action", "give"), (control.name.as_str(), option.as_str())];
        world.update("joe", id, "", &attributes).unwrap();
        assert_eq!(world.get(id).text("owner"), option);
    }
}

#[test]
fn heavier_actions_come_first() {
    let world = world(&[
        ("alpha", "* -> *"),
        ("alpha.operations", "leave_status"),
        ("zulu", "new -> closed"),
        ("beta", "new -> closed"),
        ("beta.default", "-1"),
        ("top", "closed, new -> new"),
        ("top.default", "9"),
        ("elsewhere", "closed -> new"),
        ("starred", "*, closed -> new"),
        ("outside", "new -> *"),
        ("secret", "new -> closed"),
        ("secret.permissions", "TICKET_ADMIN, NO_SUCH_ACTION"),
    ]);
    let id = world.ticket(&[]);
    let names = |user: &str| ticket::available_actions(&world.actor(user), id).unwrap();
    let without = |names: Vec<ActionName>| -> Vec<ActionName> {
        let mine = [
            "alpha",
            "zulu",
            "beta",
            "top",
            "elsewhere",
            "starred",
            "outside",
            "secret",
        ];
        names
            .into_iter()
            .filter(|name| mine.contains(&name.as_str()))
            .collect()
    };
    assert_eq!(without(names("joe")), ["top", "zulu", "alpha", "beta"]);
    assert_eq!(
        without(names("admin")),
        ["top", "zulu", "secret", "alpha", "beta"]
    );
}

#[test]
fn a_resolution_that_does_not_exist() {
    let world = world(&[
        ("end", "new -> closed"),
        ("end.operations", "set_resolution"),
        ("end.set_resolution", "fixed, nosuch"),
    ]);
    let id = world.ticket(&[]);
    let error = ticket::actions(&world.actor("admin"), id).unwrap_err();
    assert!(
        error
            .message()
            .starts_with("Your workflow attempts to set a resolution but uses")
    );
}

#[test]
fn the_action_wins_over_the_attributes() {
    let world = World::new();
    let id = world.ticket(&[]);
    let attributes = [
        ("action", "accept"),
        ("owner", "somebody"),
        ("status", "closed"),
    ];
    let ticket = world.update("admin", id, "", &attributes).unwrap();
    assert_eq!(
        (ticket.text("owner"), ticket.text("status")),
        ("admin", "accepted")
    );
    let attributes = [
        ("action", "accept"),
        ("owner", "somebody"),
        ("type", "none"),
    ];
    let error = world.update("joe", id, "", &attributes).unwrap_err();
    assert_eq!(
        error.message(),
        "Rpc ticket.update: ConfigurableTicketWorkflow changed \"owner\" to \"joe\", but user \
         changed it to \"somebody\". The ticket field <strong>type</strong> is invalid: \"none\" \
         is not a valid value"
    );
}

#[test]
fn a_lost_ticket_can_be_brought_back() {
    let world = World::new();
    let id = world.ticket(&[]);
    world
        .update("admin", id, "", &[("status", "lost")])
        .unwrap();
    assert_eq!(
        offered(&world, "admin", id),
        [
            "leave: The owner will remain &lt; default &gt;.",
            "_reset: Current state no longer exists. Next status will be 'new'.",
        ]
    );
    let ticket = world
        .update("admin", id, "", &[("action", "_reset")])
        .unwrap();
    assert_eq!(ticket.text("status"), "new");
    let error = world
        .update("admin", id, "", &[("action", "_reset")])
        .unwrap_err();
    assert_eq!(
        error.message(),
        "Rpc: Ticket 1 by admin invalid action '_reset'"
    );
}
