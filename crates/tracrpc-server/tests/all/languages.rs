//! In which language an answer speaks: the user's preference, the site's default, what the request
//! accepts, with a folder of catalogues that the test writes.

use std::path::Path;

use tracrpc_db::Connection;

use crate::http::{World, post, world};

const MISSING: &[u8] = br#"{"method": "ticket.get", "params": [99], "id": 1}"#;
const WRONG: &[u8] = br#"{"method": "system.methodHelp", "params": [[]], "id": 1}"#;

/// A compiled catalogue of one message, as `msgfmt` writes it.
fn compiled(id: &str, text: &str) -> Vec<u8> {
    let (id, text) = (id.as_bytes(), text.as_bytes());
    let strings = 28 + 16;
    let numbers = [
        0x9504_12de,
        0,
        1,
        28,
        36,
        0,
        strings,
        id.len(),
        strings,
        text.len(),
        strings + id.len() + 1,
    ];
    let numbers = numbers
        .into_iter()
        .flat_map(|number| (number as u32).to_le_bytes());
    numbers.chain([id, b"\0", text, b"\0"].concat()).collect()
}

/// A site whose catalogues are those of German, French and the Portuguese of Brazil.
fn site() -> World {
    let world = world();
    let folder = world.env.path().join("locale");
    let id = "Ticket %(id)s does not exist.";
    for (language, text) in [
        ("de", "Ticket %(id)s existiert nicht."),
        ("fr", "Le ticket %(id)s n'existe pas."),
        ("pt_BR", "O tíquete %(id)s não existe."),
    ] {
        write(&folder, language, &compiled(id, text));
    }
    write(&folder, "broken", b"no catalogue");
    set(&world, "tracrpc", "locale_dir", "../locale");
    world
}

fn write(folder: &Path, language: &str, bytes: &[u8]) {
    let folder = folder.join(language).join("LC_MESSAGES");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("messages.mo"), bytes).unwrap();
}

fn set(world: &World, section: &str, option: &str, value: &str) {
    let config = world.env.env().config();
    tracrpc_env::config::store::edit(config.path(), |editor| editor.set(section, option, value))
        .unwrap();
}

/// Gives joe a preference.
fn prefer(world: &World, name: &str, value: &str) {
    let store = |connection: &mut Connection| {
        connection.execute("DELETE FROM session WHERE sid='joe'", &[])?;
        connection.execute("DELETE FROM session_attribute WHERE sid='joe'", &[])?;
        connection.execute("INSERT INTO session VALUES ('joe', 1, 1600000000)", &[])?;
        let attribute = "INSERT INTO session_attribute VALUES ('joe', 1, ?, ?)";
        connection.execute(attribute, &[name.into(), value.into()])
    };
    world.env.env().db().write(store).unwrap();
}

/// Asks as `user`, with a header that says which languages are accepted.
fn ask(world: &World, user: &str, accepted: Option<&str>, body: &[u8]) -> String {
    let request = post("/login/rpc", "application/json", body).user(user);
    let request = match accepted {
        Some(accepted) => request.with("Accept-Language", accepted),
        None => request,
    };
    world.send(&request).body
}

#[test]
fn what_a_request_accepts() {
    let world = site();
    let check = |accepted: Option<&str>, expected: &str| {
        let body = ask(&world, "user", accepted, MISSING);
        assert!(body.contains(expected), "{accepted:?}: {body}");
    };
    let (english, german) = ("Ticket 99 does not exist.", "Ticket 99 existiert nicht.");
    check(None, english);
    check(Some("de"), german);
    check(Some("DE-at"), german);
    check(Some("de;q=0.5, fr;q=0.9"), "Le ticket 99 n'existe pas.");
    check(Some("xx, de"), german);
    check(Some("pt-br"), "O t\\u00edquete 99 n\\u00e3o existe.");
    check(Some("en, de;q=0.9"), english);
    check(Some("*"), english);
    check(Some(""), english);
    check(Some("broken"), english);
    check(Some("../de"), english);
}

#[test]
fn preferences_come_before_the_default_and_that_before_the_request() {
    let world = site();
    let check = |accepted: &str, expected: &str| {
        let body = ask(&world, "joe", Some(accepted), MISSING);
        assert!(body.contains(expected), "{accepted:?}: {body}");
    };
    let (german, french) = ("Ticket 99 existiert nicht.", "Le ticket 99 n'existe pas.");
    prefer(&world, "language", "fr");
    check("de", french);
    prefer(&world, "language", "xx");
    check("de", german);
    set(&world, "trac", "default_language", "fr");
    check("de", french);
    prefer(&world, "language", "de");
    check("pt-BR", german);
}

#[test]
fn our_own_words_are_in_the_language_of_the_catalogue_too() {
    let world = site();
    let check = |accepted: &str, expected: &str| {
        let body = ask(&world, "user", Some(accepted), WRONG);
        let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(answer["error"]["message"], expected);
    };
    check(
        "en",
        "system.methodHelp: parameter method: expected a string, got an array",
    );
    check(
        "de",
        "system.methodHelp: Parameter method: Erwartet wurde: eine Zeichenkette (string); \
         angegeben: ein Feld (array)",
    );
    check(
        "fr",
        "system.methodHelp : paramètre method : attendu : une chaîne (string) ; reçu : un tableau (array)",
    );
    // Of a language that nobody has translated our words into.
    check(
        "pt-BR",
        "system.methodHelp: parameter method: expected a string, got an array",
    );
}
