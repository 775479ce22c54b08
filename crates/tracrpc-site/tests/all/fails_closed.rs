//! Whatever happens to the files of a configuration, no door opens: neither
//! while an environment is open nor when it is opened.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tracrpc_env::{Environment, Error, Resource};
use tracrpc_site::InitOptions;

const DATABASE: &str = "sqlite:db/trac.db";
const DEFAULTS: &str = "DefaultWikiPolicy, DefaultTicketPolicy, DefaultPermissionPolicy";

/// An environment in which everybody sees tickets, but for the first and the
/// last, which the rules of AuthzPolicy close.
struct World {
    dir: TempDir,
    env: Environment,
}

impl World {
    fn new(trac_ini: &str, site_ini: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("env");
        drop(tracrpc_site::create(&path, &InitOptions::new("Test")).unwrap());
        fs::write(dir.path().join("site.ini"), site_ini).unwrap();
        fs::write(path.join("conf/authz.conf"), RULES).unwrap();
        fs::write(path.join("conf/trac.ini"), trac_ini).unwrap();
        let env = tracrpc_site::open(&path).unwrap();
        let world = Self { dir, env };
        assert_eq!(world.sees(), (false, true, false));
        world
    }

    fn of_its_own() -> Self {
        Self::new(&format!("{LOCK}{MORE}"), "")
    }

    fn of_a_site() -> Self {
        Self::new(
            &format!("[inherit]\nfile = ../../site.ini\n[trac]\ndatabase = {DATABASE}\n"),
            LOCK,
        )
    }

    fn path(&self, name: &str) -> PathBuf {
        match name {
            "site.ini" => self.dir.path().join(name),
            name => self.env.path().join("conf").join(name),
        }
    }

    /// Which of the tickets nobody in particular sees; what fails shows nothing.
    fn sees(&self) -> (bool, bool, bool) {
        seen(&self.env)
    }
}

fn seen(env: &Environment) -> (bool, bool, bool) {
    let actor = env.actor("anonymous", "http://localhost");
    let sees = |id| {
        actor
            .can("TICKET_VIEW", &Resource::ticket(id))
            .unwrap_or(false)
    };
    (sees(1), sees(2), sees(3))
}

const RULES: &str =
    "[ticket:1]\n* = !TICKET_VIEW\n[wiki:Secret]\n* =\n[ticket:3]\n* = !TICKET_VIEW\n";
const LOCK: &str = "[authz_policy]\nauthz_file = authz.conf\n[components]\ntracopt.perm.* = enabled\n\
                    [project]\nname = x\n[trac]\ndatabase = sqlite:db/trac.db\n\
                    permission_policies = AuthzPolicy, DefaultPermissionPolicy, LegacyAttachmentPolicy\n";
/// What may be lost without harm.
const MORE: &str = "[wiki]\nmax_size = 262144\n";

/// What can happen to a file: what is left of it, nothing if it is gone.
fn accidents(text: &str) -> Vec<(String, Option<String>)> {
    let change =
        |from: &str, to: &str| (format!("{from:?} to {to:?}"), Some(text.replace(from, to)));
    let mut all: Vec<_> = text
        .char_indices()
        .filter(|(at, _)| at % 7 == 0 || text[*at..].starts_with('\n'))
        .map(|(at, _)| (format!("the first {at} bytes"), Some(text[..at].to_owned())))
        .collect();
    all.extend([
        ("gone".to_owned(), None),
        ("blank".to_owned(), Some(" \n\n".to_owned())),
        ("no ini file".to_owned(), Some("\0\0\0\0".to_owned())),
        ("a comment".to_owned(), Some("# new\n".to_owned())),
        (
            "another section".to_owned(),
            Some("[x]\ny = z\n".to_owned()),
        ),
        ("twice".to_owned(), Some(format!("{text}{text}"))),
        (
            "its end".to_owned(),
            Some(text[text.len() / 2..].to_owned()),
        ),
        change("[trac]", "[rac]"),
        change("[trac]", "# [trac]"),
        change("permission_policies", "permission_policys"),
        change("permission_policies", "#permission_policies"),
        change("= AuthzPolicy,", "= AuthzPolicies,"),
        change(
            "permission_policies = AuthzPolicy, DefaultPermissionPolicy, LegacyAttachmentPolicy",
            "permission_policies =",
        ),
        change("[components]", "[component]"),
        change("= enabled", "= maybe"),
        change("tracopt.perm.*", "tracopt.perms.*"),
        change("[authz_policy]", "[authz]"),
        change("authz_file = authz.conf", "authz_file ="),
        change("authz_file = authz.conf", "authz_file = none.conf"),
        change("authz_file = authz.conf", "authz_file = /"),
        change("[project]", "[trac]\npermission_store = Other\n[project]"),
    ]);
    all.retain(|(_, left)| left.as_deref() != Some(text));
    all
}

fn put(path: &Path, left: Option<&str>) {
    match left {
        Some(text) => fs::write(path, text).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
}

#[track_caller]
fn check_accidents(world: &World, name: &str) {
    let path = world.path(name);
    let text = fs::read_to_string(&path).unwrap();
    for (what, left) in accidents(&text) {
        put(&path, left.as_deref());
        let (first, _, last) = world.sees();
        assert!(!first && !last, "{name}: {what}");
        fs::write(&path, &text).unwrap();
        assert_eq!(world.sees(), (false, true, false), "{name}: {what}, mended");
    }
}

#[test]
fn while_the_environment_is_open() {
    check_accidents(&World::of_its_own(), "trac.ini");
}

#[test]
fn while_a_file_is_inherited() {
    check_accidents(&World::of_a_site(), "site.ini");
}

/// A file that begins as it did, and one that never had rules, cannot be told
/// from what is meant; all else can.
#[test]
fn while_rules_are_in_force() {
    let world = World::of_its_own();
    let path = world.path("authz.conf");
    for (what, left) in accidents(RULES) {
        let Some(left) = left.filter(|left| {
            !left.starts_with(['#', '['].as_slice()) || RULES.starts_with(left.as_str())
        }) else {
            continue;
        };
        fs::write(&path, left).unwrap();
        let (first, _, last) = world.sees();
        assert!(!first && !last, "{what}");
        fs::write(&path, RULES).unwrap();
        assert_eq!(world.sees(), (false, true, false), "{what}, mended");
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(world.sees(), (false, false, false));
}

#[test]
fn when_the_environment_is_opened() {
    let check = |world: &World, name: &str, text: &str, what: &str| {
        let path = world.path(name);
        put(&path, Some(text));
        if let Ok(env) = tracrpc_site::open(world.env.path()) {
            let (first, _, last) = seen(&env);
            assert!(!first && !last, "{name}: {what}");
        }
    };
    let world = World::of_its_own();
    for text in ["", " \n", "# new\n", "[x]\ny = z\n", "\0"] {
        check(&world, "trac.ini", text, text);
    }
    for (what, left) in accidents(LOCK) {
        let Some(left) = left.filter(|left| left.contains("\npermission_policies =")) else {
            continue;
        };
        check(&world, "trac.ini", &left, &what);
    }
    let world = World::of_a_site();
    for text in ["", "# new\n"] {
        check(&world, "site.ini", text, text);
    }
    let world = World::of_its_own();
    check(&world, "authz.conf", "", "empty");
}

#[test]
fn what_is_meant_counts_at_once() {
    let world = World::of_its_own();
    let ini = world.path("trac.ini");
    let open = fs::read_to_string(&ini).unwrap().replace(
        "AuthzPolicy, DefaultPermissionPolicy, LegacyAttachmentPolicy",
        DEFAULTS,
    );
    fs::write(&ini, &open).unwrap();
    assert_eq!(world.sees(), (true, true, true));
    fs::write(&ini, format!("{open}[x]\ny = 1\n")).unwrap();
    let y = || world.env.config().get("x", "y").map(str::to_owned);
    assert_eq!(y().as_deref(), Some("1"));
    fs::write(&ini, &open).unwrap();
    assert_eq!(y(), None);
}

/// The second question of a request is answered like the first.
#[test]
fn what_is_broken_is_no_refusal() {
    let world = World::of_its_own();
    fs::remove_file(world.path("authz.conf")).unwrap();
    let actor = world.env.actor("joe", "http://localhost");
    let ask = || -> Error {
        actor
            .require("TICKET_VIEW", &Resource::ticket(2))
            .unwrap_err()
    };
    let expected = "Look in the Trac log for more information.";
    assert_eq!((ask().message(), ask().message()), (expected, expected));
}
