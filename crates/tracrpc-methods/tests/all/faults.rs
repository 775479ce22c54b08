//! What callers learn of errors.

use tracrpc_env::Error;
use tracrpc_methods::fault_from;
use tracrpc_wire::FaultKind;

#[test]
fn callers_learn_what_they_can_act_on() {
    let check = |error: Error, kind: FaultKind, message: &str, title: &str| {
        let fault = fault_from(error);
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
    let opaque = "The environment cannot be used at the moment; the server's log says why.";
    let io = std::io::Error::other("disk of secret-host is full");
    check(
        Error::storage("/srv/secret/trac.db: full", io),
        FaultKind::Application,
        opaque,
        title,
    );
    check(
        Error::config("/srv/secret/trac.ini is odd"),
        FaultKind::Application,
        opaque,
        title,
    );
}
