//! Permissions: granting, groups, policies, lists.

use std::fs;

use tempfile::TempDir;
use tracrpc_env::permission::store;
use tracrpc_env::{Actor, Environment, Error, InitOptions, Reach, Resource};

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
        let env = Environment::create(dir.path().join("env"), &init).unwrap();
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
    let world = World::authz("");
    fs::remove_file(world.env.conf_dir().join("authz.conf")).unwrap();
    let error = world.actor("joe").can_anywhere("WIKI_VIEW").unwrap_err();
    assert_eq!(
        error.message(),
        "Look in the Trac log for more information."
    );
    world.write_authz("");
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
        let error = Environment::create(path, &init).unwrap_err();
        assert_eq!(error.message(), expected);
    };
    check(
        "permission_policies",
        "NoPolicy, DefaultPermissionPolicy, AuthzPolicy",
        "Cannot find implementation(s) of the IPermissionPolicy interface named AuthzPolicy, NoPolicy. \
         Please check that the Component is enabled or update the option [trac] permission_policies in trac.ini.",
    );
    check(
        "permission_store",
        "LdapStore",
        "Cannot find an implementation of the IPermissionStore interface named LdapStore. \
         Please check that the Component is enabled or update the option [trac] permission_store in trac.ini.",
    );
}
