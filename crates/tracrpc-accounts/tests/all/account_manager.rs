//! The stores of AccountManager. Their hashes are compared with what it writes itself in
//! `tests/clients/accounts`.

use std::fs;

use tracrpc_accounts::account_manager::{AccountManager, is_pending};
use tracrpc_env::{Checked, PasswordStore as _};
use tracrpc_testing::TestEnv;

const STORES: &str = "SessionStore, HtPasswdStore, HtDigestStore, SvnServePasswordStore";

/// Of another realm.
const OTHER: &str = "00000000000000000000000000000000";

fn environment(options: &[(&str, &str)]) -> TestEnv {
    let env = TestEnv::new()
        .config("account-manager", "password_store", STORES)
        .config("account-manager", "htpasswd_file", "conf/of-htpasswd")
        .config("account-manager", "htdigest_file", "conf/of-htdigest")
        .config("account-manager", "htdigest_realm", "Trac")
        .config("account-manager", "password_file", "conf/of-svnserve")
        .config("account-manager", "hash_method", "HtPasswdHashMethod")
        // user:user
        .file(
            "conf/of-htpasswd",
            "user:{SHA}Et6pb+wgWTVmq3VpLJlJWWgzrck=\nbroken\n",
        )
        .file(
            "conf/of-svnserve",
            "[general]\nx = y\n[users]\nMixed = Secret%word\n",
        );
    let hash = md5_of("ann:Trac:ann");
    let env = env.file(
        "conf/of-htdigest",
        format!("ann:Other:{OTHER}\nann:Trac:{hash}\n"),
    );
    options.iter().fold(env, |env, (option, value)| {
        env.config("account-manager", option, value)
    })
}

fn md5_of(text: &str) -> String {
    use md5::Digest as _;
    let digest = md5::Md5::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(env: &TestEnv, user: &str, name: &str, value: &str) {
    let sql = "INSERT INTO session_attribute (sid, authenticated, name, value) VALUES (?, 1, ?, ?)";
    let params = [user.into(), name.into(), value.into()];
    env.env()
        .db()
        .write(|connection| {
            connection
                .execute(sql, &params)
                .map_err(tracrpc_env::Error::from)
        })
        .unwrap();
}

fn check(env: &TestEnv, user: &str, password: &str, expected: &Checked) {
    let found = AccountManager.check(env.env(), user, password).unwrap();
    assert_eq!(found, *expected, "{user} with `{password}`");
}

fn right(user: &str) -> Checked {
    Checked::Right(user.to_owned())
}

#[test]
fn each_store_is_asked() {
    let env = environment(&[]);
    attribute(
        &env,
        "kept",
        "password",
        "{SHA}Et6pb+wgWTVmq3VpLJlJWWgzrck=",
    );
    assert!(AccountManager.is_there(env.env()));
    check(&env, "user", "user", &right("user"));
    check(&env, "ann", "ann", &right("ann"));
    check(&env, "Mixed", "Secret%word", &right("Mixed"));
    check(&env, "mixed", "Secret%word", &right("mixed"));
    check(&env, "kept", "user", &right("kept"));
    for user in ["user", "ann", "Mixed", "kept"] {
        check(&env, user, "wrong", &Checked::Wrong);
        check(&env, user, "", &Checked::Wrong);
    }
    for nobody in ["", "nobody", "USER", "ann:Trac", "broken", "x"] {
        check(&env, nobody, "user", &Checked::Unknown);
    }
}

#[test]
fn a_password_of_the_session_may_be_of_a_realm() {
    let env = environment(&[("hash_method", ""), ("db_htdigest_realm", "here")]);
    attribute(
        &env,
        "joe",
        "password",
        &format!("here:{}", md5_of("joe:here:joe")),
    );
    attribute(
        &env,
        "eve",
        "password",
        &format!("there:{}", md5_of("eve:there:eve")),
    );
    check(&env, "joe", "joe", &right("joe"));
    check(&env, "joe", "eve", &Checked::Wrong);
    check(&env, "eve", "eve", &Checked::Wrong);
}

#[test]
fn what_is_not_listed_or_off_lets_nobody_in() {
    let env = environment(&[("password_store", "HtDigestStore, LDAPStore")]);
    check(&env, "user", "user", &Checked::Unknown);
    check(&env, "ann", "ann", &right("ann"));
    let env = env.config("components", "acct_mgr.db.*", "enabled");
    assert!(!AccountManager.is_there(env.env()), "htfile is not on");
    let env = env.config("components", "acct_mgr.htfile.htdigeststore", "enabled");
    check(&env, "ann", "ann", &right("ann"));
    assert!(!AccountManager.is_there(TestEnv::new().env()));
}

#[test]
fn a_method_of_hashing_that_is_not_known_lets_nobody_in() {
    let env = environment(&[("hash_method", "OwnHashMethod")]);
    attribute(
        &env,
        "kept",
        "password",
        "{SHA}Et6pb+wgWTVmq3VpLJlJWWgzrck=",
    );
    check(&env, "kept", "user", &Checked::Unknown);
}

#[test]
fn names_are_compared_in_lower_case_where_trac_does() {
    let env = environment(&[]).config("trac", "ignore_auth_case", "enabled");
    check(&env, "USER", "user", &right("user"));
}

#[test]
fn a_locked_account_lets_nobody_in() {
    let now = tracrpc_env::time::now().as_second();
    let check = |options: &[(&str, &str)], failed: i64, expected: &Checked| {
        let env = environment(options);
        attribute(&env, "user", "failed_logins_count", "3");
        attribute(&env, "user", "lock_count", "2");
        attribute(
            &env,
            "user",
            "failed_logins",
            &format!("[{{'ipnr': 'x', 'time': {failed}}}]"),
        );
        check(&env, "user", "user", expected);
    };
    let (in_vain, open) = (Checked::Wrong, right("user"));
    check(&[], now, &open);
    check(&[("login_attempt_max_count", "4")], now, &open);
    check(&[("login_attempt_max_count", "3")], 0, &in_vain);
    let timed = ("login_attempt_max_count", "3");
    check(&[timed, ("user_lock_time", "60")], now, &in_vain);
    check(&[timed, ("user_lock_time", "60")], now - 70, &open);
    let doubled = ("user_lock_time_progression", "2");
    check(
        &[timed, ("user_lock_time", "60"), doubled],
        now - 70,
        &in_vain,
    );
    let bound = ("user_lock_max_time", "50");
    check(
        &[timed, ("user_lock_time", "60"), doubled, bound],
        now - 70,
        &open,
    );
}

#[test]
fn an_account_that_waits_for_something_is_pending() {
    let env = environment(&[]).user("boss", ["TRAC_ADMIN"]);
    for user in ["new", "boss"] {
        attribute(&env, user, "approval", "pending");
    }
    attribute(&env, "unsure", "email_verification_token", "x");
    let pending = |env: &TestEnv, user: &str| is_pending(env.env(), user).unwrap();
    assert!(pending(&env, "new") && pending(&env, "unsure"));
    assert!(!pending(&env, "boss") && !pending(&env, "other") && !pending(&env, "anonymous"));
    let env = env.config("account-manager", "verify_email", "false");
    assert!(pending(&env, "new") && !pending(&env, "unsure"));
}

#[test]
fn what_changes_a_password_changes_the_fingerprint() {
    let env = environment(&[]);
    let fingerprint = || AccountManager.fingerprint(env.env(), "user").unwrap();
    let first = fingerprint();
    assert_eq!(first, fingerprint());
    attribute(&env, "other", "password", "x");
    assert_eq!(first, fingerprint());
    attribute(&env, "user", "password", "x");
    let second = fingerprint();
    assert_ne!(first, second);
    fs::write(env.path().join("conf/of-htpasswd"), "user:x\n").unwrap();
    assert_ne!(second, fingerprint());
}
