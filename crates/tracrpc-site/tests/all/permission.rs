//! Permissions: granting, groups, policies, lists.

use std::fs;

use tempfile::TempDir;
use tracrpc_env::permission::store;
use tracrpc_env::{Actor, Environment, Error, Reach, Resource};
use tracrpc_site::InitOptions;

struct World {
    _dir: TempDir,
    env: Environment,
}

impl World {
    fn new(options: &[(&str, &str, &str)]) -> Self {
        let dir = TempDir::new().unwrap();
        let mut init = InitOptions::new("Test");
        init.options = options
            .iter()
            .map(|(section, option, value)| {
                (section.to_string(), option.to_string(), value.to_string())
            })
            .collect();
        let env = tracrpc_site::create(dir.path().join("env"), &init).unwrap();
        Self { _dir: dir, env }
    }

    fn authz(text: &str) -> Self {
        let world = Self::new(&[
            (
                "trac",
                "permission_policies",
                "AuthzPolicy, DefaultPermissionPolicy",
            ),
            ("components", "tracopt.perm.authz_policy.*", "enabled"),
            ("authz_policy", "authz_file", "authz.conf"),
        ]);
        world.write_authz(text);
        world
    }

    fn write_authz(&self, text: &str) {
        fs::write(self.env.conf_dir().join("authz.conf"), text).unwrap();
    }

    fn grant(&self, subject: &str, action: &str) -> Result<(), Error> {
        self.env
            .db()
            .write(|connection| store::grant(&self.env, connection, subject, action))
    }

    fn actor(&self, name: &str) -> Actor {
        self.env.actor(name, "http://localhost/env/")
    }

    fn can(&self, name: &str, action: &str) -> bool {
        self.actor(name).can_anywhere(action).unwrap()
    }
}

#[test]
fn what_is_granted_counts_from_the_next_request_on() {
    let world = World::new(&[]);
    let before = world.actor("joe");
    assert!(!before.can_anywhere("TICKET_ADMIN").unwrap());
    world.grant("joe", "leads").unwrap();
    world.grant("leads", "TICKET_ADMIN").unwrap();
    assert!(world.can("joe", "TICKET_EDIT_CC"));
    assert!(!before.can_anywhere("TICKET_ADMIN").unwrap());
    world
        .env
        .db()
        .write(|connection| store::revoke(connection, "leads", "TICKET_ADMIN"))
        .unwrap();
    assert!(!world.can("joe", "TICKET_EDIT_CC"));
}

#[test]
fn grants_are_refused_in_tracs_words() {
    let world = World::new(&[]);
    world.grant("joe", "staff").unwrap();
    let check = |action: &str, expected: &str| {
        assert_eq!(world.grant("joe", action).unwrap_err().message(), expected);
    };
    world.grant("joe", "WIKI_ADMIN").unwrap();
    check("NO_SUCH", "NO_SUCH is not a valid action.");
    check(
        "WIKI_ADMIN",
        "The user joe already has permission WIKI_ADMIN.",
    );
    check("staff", "The user joe is already in the group staff.");
    check(
        "wiki_Admin",
        "Permission wiki_Admin differs from a defined action by casing only, which is not allowed.",
    );
}

#[test]
fn a_missing_permission_is_named() {
    let world = World::new(&[]);
    let actor = world.actor("");
    assert_eq!(
        (actor.authname(), actor.base_url()),
        ("anonymous", "http://localhost/env")
    );
    let error = actor
        .require("WIKI_DELETE", &Resource::wiki("Missing"))
        .unwrap_err();
    assert_eq!(
        error.message(),
        "WIKI_DELETE privileges are required to perform this operation on Missing. \
         You don't have the required permissions."
    );
    let error = actor.require_anywhere("TRAC_ADMIN").unwrap_err();
    assert_eq!(
        error.message(),
        "TRAC_ADMIN privileges are required to perform this operation. \
         You don't have the required permissions."
    );
}

#[test]
fn rules_are_read_again_when_their_file_changes() {
    let world = World::authz("[ticket:1]\n* = !TICKET_VIEW\n");
    let sees = |id| {
        world
            .actor("joe")
            .can("TICKET_VIEW", &Resource::ticket(id))
            .unwrap()
    };
    assert_eq!((sees(1), sees(2)), (false, true));
    world.write_authz("[ticket:2]\n* =\n");
    let path = world.env.conf_dir().join("authz.conf");
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    fs::File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(later)
        .unwrap();
    assert_eq!((sees(1), sees(2)), (true, false));
}

#[test]
fn without_its_file_a_policy_lets_nobody_in() {
    let world = World::authz("# no rules\n");
    fs::remove_file(world.env.conf_dir().join("authz.conf")).unwrap();
    let error = world.actor("joe").can_anywhere("WIKI_VIEW").unwrap_err();
    assert_eq!(
        error.message(),
        "Look in the Trac log for more information."
    );
    world.write_authz("");
    assert!(world.actor("joe").can_anywhere("WIKI_VIEW").is_err());
    world.write_authz("# no rules\n");
    assert!(world.can("joe", "WIKI_VIEW"));
}

#[test]
fn lists_ask_for_each_resource_only_where_policies_do() {
    let world = World::authz("[ticket:2]\njoe =\n[wiki:*]\njoe =\n");
    let reach =
        |name: &str, action: &str, realm: &str| world.actor(name).reach(action, realm).unwrap();
    assert_eq!(reach("joe", "TICKET_VIEW", "ticket"), Reach::Some);
    assert_eq!(reach("ann", "TICKET_VIEW", "ticket"), Reach::All);
    assert_eq!(reach("ann", "TICKET_ADMIN", "ticket"), Reach::Nothing);
    assert_eq!(reach("joe", "WIKI_VIEW", "wiki"), Reach::Nothing);
    let seen = |name: &str| {
        world
            .actor(name)
            .filter("TICKET_VIEW", vec![1, 2, 3], |&id| Resource::ticket(id))
            .unwrap()
    };
    assert_eq!(seen("joe"), [1, 3]);
    assert_eq!(seen("ann"), [1, 2, 3]);
}

#[test]
fn an_unknown_policy_stops_the_environment_from_opening() {
    let dir = TempDir::new().unwrap();
    let check = |option: &str, value: &str, expected: &str| {
        let path = dir.path().join(value);
        let mut init = InitOptions::new("Test");
        init.options = vec![("trac".to_owned(), option.to_owned(), value.to_owned())];
        let error = tracrpc_site::create(path, &init).unwrap_err();
        assert_eq!(error.message(), expected);
    };
    check(
        "permission_policies",
        "NoPolicy, DefaultPermissionPolicy, AuthzPolicy",
        "Cannot find implementation(s) of the <code>IPermissionPolicy</code> interface named <code>AuthzPolicy</code>, <code>NoPolicy</code>. \
         Please check that the Component is enabled or update the option <code>[trac] permission_policies</code> in trac.ini.",
    );
    check(
        "permission_store",
        "LdapStore",
        "Cannot find an implementation of the <code>IPermissionStore</code> interface named <code>LdapStore</code>. \
         Please check that the Component is enabled or update the option <code>[trac] permission_store</code> in trac.ini.",
    );
}

/// Fills tables that policies look at.
fn insert(env: &Environment, sql: &str) {
    env.db()
        .write(|connection| connection.execute(sql, &[]))
        .unwrap();
}

#[test]
fn readonly_pages_take_an_administrator() {
    let world = World::new(&[]);
    for (version, readonly) in [(1, 0), (2, 1)] {
        insert(
            &world.env,
            &format!(
                "INSERT INTO wiki (name, version, time, author, text, readonly) \
                 VALUES ('Ro', {version}, 0, 'joe', '', {readonly})"
            ),
        );
    }
    world.grant("joe", "WIKI_DELETE").unwrap();
    world.grant("ann", "WIKI_ADMIN").unwrap();
    let page = Resource::wiki("Ro");
    for (user, action, page, expected) in [
        ("joe", "WIKI_MODIFY", page.clone(), false),
        ("joe", "WIKI_DELETE", page.clone(), false),
        ("joe", "WIKI_VIEW", page.clone(), true),
        ("joe", "WIKI_CHANGE_READONLY", page.clone(), false),
        ("joe", "WIKI_MODIFY", page.clone().at_version(Some(1)), true),
        ("joe", "WIKI_MODIFY", Resource::wiki("Missing"), true),
        ("ann", "WIKI_MODIFY", page.clone(), true),
        ("ann", "WIKI_CHANGE_READONLY", page, true),
    ] {
        let can = world.actor(user).can(action, &page).unwrap();
        assert_eq!(can, expected, "{user} {action} {page:?}");
    }
}

#[test]
fn reporters_and_authors_may_edit_what_they_wrote() {
    let world = World::new(&[]);
    insert(
        &world.env,
        "INSERT INTO ticket (id, reporter, time, changetime) VALUES (1, 'joe', 0, 0)",
    );
    for (number, author) in [("1", "ann"), ("1.2", "joe")] {
        insert(
            &world.env,
            &format!(
                "INSERT INTO ticket_change (ticket, time, author, field, oldvalue, newvalue) \
                 VALUES (1, {}, '{author}', 'comment', '{number}', 'text')",
                number.len()
            ),
        );
    }
    let ticket = Resource::ticket(1);
    let comment = |number: &str| ticket.child("comment", number);
    for (user, action, resource, expected) in [
        ("joe", "TICKET_EDIT_DESCRIPTION", ticket.clone(), true),
        ("ann", "TICKET_EDIT_DESCRIPTION", ticket.clone(), false),
        (
            "anonymous",
            "TICKET_EDIT_DESCRIPTION",
            ticket.clone(),
            false,
        ),
        ("ann", "TICKET_EDIT_COMMENT", comment("1"), true),
        ("joe", "TICKET_EDIT_COMMENT", comment("1"), false),
        ("joe", "TICKET_EDIT_COMMENT", comment("2"), true),
        ("joe", "TICKET_EDIT_COMMENT", comment("9"), false),
        (
            "joe",
            "TICKET_CHG_MILESTONE",
            Resource::milestone("m"),
            true,
        ),
        (
            "joe",
            "TICKET_CHG_MILESTONE",
            Resource::realm("milestone"),
            false,
        ),
    ] {
        let can = world.actor(user).can(action, &resource).unwrap();
        assert_eq!(can, expected, "{user} {action} {resource:?}");
    }
    let missing = world
        .actor("joe")
        .can("TICKET_EDIT_DESCRIPTION", &Resource::ticket(9));
    assert_eq!(missing.unwrap_err().message(), "Ticket 9 does not exist.");
}

#[test]
fn attachments_follow_their_parent_and_belong_to_their_author() {
    let world = World::new(&[]);
    insert(
        &world.env,
        "INSERT INTO attachment (type, id, filename, size, time, author) \
         VALUES ('wiki', 'Page', 'a.txt', 1, 0, 'joe')",
    );
    world.grant("ann", "WIKI_DELETE").unwrap();
    let page = Resource::wiki("Page");
    let file = page.child("attachment", "a.txt");
    for (user, action, resource, expected) in [
        ("joe", "ATTACHMENT_DELETE", file.clone(), true),
        ("bob", "ATTACHMENT_DELETE", file.clone(), false),
        ("ann", "ATTACHMENT_DELETE", file.clone(), true),
        ("anonymous", "ATTACHMENT_VIEW", file.clone(), true),
        (
            "anonymous",
            "ATTACHMENT_CREATE",
            page.children("attachment"),
            false,
        ),
        (
            "bob",
            "ATTACHMENT_CREATE",
            page.children("attachment"),
            true,
        ),
        (
            "bob",
            "ATTACHMENT_CREATE",
            Resource::milestone("m").children("attachment"),
            false,
        ),
        (
            "bob",
            "ATTACHMENT_VIEW",
            Resource::new("blog", "x").child("attachment", "y"),
            false,
        ),
    ] {
        let can = world.actor(user).can(action, &resource).unwrap();
        assert_eq!(can, expected, "{user} {action} {resource:?}");
    }
}

#[test]
fn sources_follow_subversions_access_file() {
    let world = World::new(&[
        (
            "trac",
            "permission_policies",
            "AuthzSourcePolicy, DefaultPermissionPolicy",
        ),
        ("svn", "authz_file", "access.conf"),
    ]);
    let access = "[/]\n* = r\n[/secret]\n* =\njoe = rw\n";
    fs::write(world.env.conf_dir().join("access.conf"), access).unwrap();
    for sql in [
        "INSERT INTO repository (id, name, value) VALUES (1, 'name', '')",
        "INSERT INTO revision (repos, rev, time, author, message) VALUES (1, '0000000005', 0, 'x', '')",
        "INSERT INTO node_change (repos, rev, path, node_type, change_type) \
         VALUES (1, '0000000005', 'secret/file', 'F', 'A')",
    ] {
        insert(&world.env, sql);
    }
    let repository = Resource::new("repository", "");
    let source = |path: &str| repository.child("source", path);
    for (user, action, resource, expected) in [
        ("ann", "FILE_VIEW", source("trunk/x"), true),
        ("ann", "FILE_VIEW", source("secret/x"), false),
        ("joe", "FILE_VIEW", source("secret/x"), true),
        (
            "joe",
            "CHANGESET_VIEW",
            repository.child("changeset", 5),
            true,
        ),
        // Nobody else's decision: the permission table lets everybody see changesets.
        (
            "ann",
            "CHANGESET_VIEW",
            repository.child("changeset", 5),
            true,
        ),
        (
            "ann",
            "FILE_VIEW",
            Resource::new("repository", "other").child("source", "secret/x"),
            true,
        ),
    ] {
        let can = world.actor(user).can(action, &resource).unwrap();
        assert_eq!(can, expected, "{user} {action} {resource:?}");
    }
}
