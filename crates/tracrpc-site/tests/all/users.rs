//! Known users: who becomes one, and what they are good for.

use tempfile::TempDir;
use tracrpc_env::permission::store;
use tracrpc_env::{Environment, users};
use tracrpc_site::InitOptions;

fn world() -> (TempDir, Environment) {
    let dir = TempDir::new().unwrap();
    let env = tracrpc_site::create(dir.path().join("env"), &InitOptions::new("Test")).unwrap();
    (dir, env)
}

fn names(env: &Environment) -> Vec<String> {
    let known = users::known(env).unwrap();
    known.into_iter().map(|user| user.name).collect()
}

#[test]
fn who_asks_is_known_from_then_on() {
    let (dir, env) = world();
    let check = |user: &str, expected: &[&str]| {
        users::remember(&env.actor(user, "http://localhost"));
        assert_eq!(names(&env), expected);
    };
    check("anonymous", &[]);
    check("joe", &["joe"]);
    check("joe", &["joe"]);
    check("anna", &["anna", "joe"]);
    let again = tracrpc_site::open(dir.path().join("env")).unwrap();
    users::remember(&again.actor("joe", "http://localhost"));
    assert_eq!(names(&again), ["anna", "joe"]);
}

#[test]
fn known_users_with_a_permission() {
    let (_dir, env) = world();
    let grant = |user: &str, action: &str| {
        env.db()
            .write(|connection| store::grant(&env, connection, user, action))
            .unwrap();
    };
    for user in ["joe", "anna", "bob", "zoe"] {
        users::remember(&env.actor(user, "http://localhost"));
    }
    grant("joe", "MILESTONE_ADMIN");
    grant("anna", "team");
    grant("team", "MILESTONE_DELETE");
    grant("zoe", "TRAC_ADMIN");
    grant("stranger", "MILESTONE_DELETE");
    let users = users::with_permission(&env, "MILESTONE_DELETE").unwrap();
    assert_eq!(users, ["anna", "joe", "zoe"]);
}
