//! What of the remote API is left where `[components]` disables parts of it.

use crate::http::{CALL, get, post, world};

const JSON_CALL: &[u8] = br#"{"method": "system.getAPIVersion", "id": 1}"#;

#[test]
fn what_is_off_does_not_answer() {
    let check = |rule: &str, path: &str, media_type: &str, expected: (u16, &str)| {
        let world = world();
        let config = world.env.env().config();
        let disable =
            |editor: &mut tracrpc_env::config::Editor| editor.set("components", rule, "disabled");
        tracrpc_env::config::store::edit(config.path(), disable).unwrap();
        let body = if media_type.ends_with("json") {
            JSON_CALL
        } else {
            CALL
        };
        let response = world.send(&post(path, media_type, body).user("user"));
        assert_eq!(response.status, expected.0, "{rule} {path}: {response:?}");
        assert!(
            response.body.contains(expected.1),
            "{rule} {path}: {response:?}"
        );
    };
    let (xml, json) = ("tracrpc.xml_rpc.XmlRpcProtocol", "tracrpc.json_rpc.*");
    let no_protocol = (415, "No protocol matching Content-Type");
    check(xml, "/login/rpc", "text/xml", no_protocol);
    check(
        xml,
        "/login/xmlrpc",
        "text/xml",
        (404, "No handler matched request to /login/xmlrpc"),
    );
    check(xml, "/login/rpc", "application/json", (200, "[1, 2, 0]"));
    check(json, "/login/rpc", "application/json", no_protocol);
    check(
        json,
        "/login/jsonrpc",
        "application/json",
        (404, "No handler matched"),
    );
    check(json, "/login/rpc", "text/xml", (200, "<int>2</int>"));
    let off = (404, "[components] of trac.ini turns the remote API off");
    check("tracrpc.web_ui.RPCWeb", "/login/rpc", "text/xml", off);
    check(
        "tracrpc.*",
        "/rpc",
        "application/json",
        (404, "No handler matched request to /rpc"),
    );
    check(
        "tracrpc.api.*",
        "/login/rpc",
        "text/xml",
        (200, "XML_RPC privileges are required"),
    );
    // What tells Trac who has logged in says nothing here.
    check(
        "trac.web.auth.*",
        "/login/rpc",
        "text/xml",
        (200, "<int>2</int>"),
    );
}

#[test]
fn the_page_shows_what_is_on() {
    let world = world();
    let config = world.env.env().config();
    let disable = |editor: &mut tracrpc_env::config::Editor| {
        editor.set("components", "tracrpc.wiki.*", "disabled")
    };
    tracrpc_env::config::store::edit(config.path(), disable).unwrap();
    let page = world.send(&get("/login/rpc").user("user"));
    assert!(page.body.contains("ticket.getActions"), "{page:?}");
    assert!(!page.body.contains("wiki.getAllPages"), "{page:?}");
}
