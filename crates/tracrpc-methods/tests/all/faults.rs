//! What callers learn of errors.

use std::io::ErrorKind;

use tracrpc_env::Error;
use tracrpc_methods::fault_from;
use tracrpc_testing::TestEnv;
use tracrpc_wire::FaultKind;

#[test]
fn callers_learn_what_they_can_act_on() {
    let env = TestEnv::new();
    let actor = env.actor("joe");
    let check = |error: Error, kind: FaultKind, message: &str, title: &str| {
        let fault = fault_from(error, &actor);
        assert_eq!(
            (fault.kind, fault.message.as_str(), fault.title.as_str()),
            (kind, message, title)
        );
    };
    let title = "Trac Error";
    check(Error::not_found("no x"), FaultKind::NotFound, "no x", title);
    check(
        Error::not_found("no x").with_title("T"),
        FaultKind::NotFound,
        "no x",
        "T",
    );
    check(
        Error::forbidden("not you"),
        FaultKind::Forbidden,
        "not you",
        "Forbidden",
    );
    check(
        Error::invalid("bad x"),
        FaultKind::Application,
        "bad x",
        title,
    );
    check(
        Error::conflict("too late"),
        FaultKind::Application,
        "too late",
        title,
    );
    let storage = |source: std::io::Error| Error::storage("/srv/secret/trac.db: full", source);
    let check = |error: Error, message: &str| {
        let message = format!("{message} The server's log says more.");
        check(error, FaultKind::Application, &message, title);
    };
    check(
        Error::config("/srv/secret/trac.ini is odd"),
        "The environment cannot be used at the moment.",
    );
    check(
        storage(std::io::Error::other("secret-host")),
        "The environment cannot be used at the moment.",
    );
    check(
        storage(ErrorKind::StorageFull.into()),
        "There is no room left for files.",
    );
    check(
        storage(ErrorKind::PermissionDenied.into()),
        "The server may not use a file that it needs.",
    );
}

#[test]
fn a_damaged_database_is_not_hidden_and_not_shown() {
    let env = TestEnv::new();
    let url = "sqlite:db/broken.db";
    std::fs::write(
        env.path().join("db/broken.db"),
        "no database at all, in any way",
    )
    .unwrap();
    let opened = tracrpc_db::Database::open(url, env.path(), tracrpc_db::Options::default());
    let error = opened
        .and_then(|database| {
            database.read(|connection| connection.query("SELECT * FROM ticket", &[]))
        })
        .unwrap_err();
    let fault = fault_from(error.into(), &env.actor("joe"));
    assert_eq!(
        fault.message,
        "The database is damaged. The server's log says more."
    );
}
