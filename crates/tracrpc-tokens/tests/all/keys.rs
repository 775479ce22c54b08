//! Keys at an address: fetched when they are needed, changed, and not to be had.

use tracrpc_tokens::{Judged, Jwt, JwtRules, KeySource};

use crate::issuer::{Key, KeyServer, claims, set};
use crate::signatures::rules;

fn jwt(issuer: &str, keys: KeySource) -> Jwt {
    Jwt::new(JwtRules {
        issuer: issuer.to_owned(),
        keys,
        ..rules("/nowhere".into())
    })
}

fn is_joe(judged: Option<Judged>) -> bool {
    matches!(judged, Some(Judged::User(user)) if user.user == "joe")
}

const JOE: &str = r#","sub":"joe""#;

#[test]
fn keys_are_fetched_once_and_when_another_is_named() {
    let (server, one, two) = (KeyServer::start(), Key::new("one"), Key::new("two"));
    server.tell("/keys", set(&[&one]));
    let jwt = jwt("issuer", KeySource::Address(server.url("/keys")));
    let (by_one, by_two) = (
        one.token(&claims("issuer", JOE)),
        two.token(&claims("issuer", JOE)),
    );
    assert_eq!(jwt.recall(&by_one), None, "to be fetched");
    assert_eq!(server.asked(), 0);
    assert!(is_joe(Some(jwt.judge(&by_one))));
    for _ in 0..20 {
        assert!(is_joe(jwt.recall(&by_one)));
        assert_eq!(jwt.recall(&by_two), Some(Judged::Refused));
        assert_eq!(jwt.judge(&by_two), Judged::Refused);
    }
    assert_eq!(
        server.asked(),
        1,
        "unknown keys are not asked for at once again"
    );
    server.tell("/keys", set(&[&two]));
    jwt.reread();
    assert!(is_joe(Some(jwt.judge(&by_two))));
    assert_eq!(
        jwt.recall(&by_one),
        Some(Judged::Refused),
        "it was withdrawn"
    );
    assert_eq!(server.asked(), 2);
}

#[test]
fn what_cannot_be_fetched_lets_nobody_in() {
    let server = KeyServer::start();
    let key = Key::new("one");
    let token = key.token(&claims("issuer", JOE));
    server.tell("/garbage", "<html>");
    server.tell("/large", format!("{}{}", set(&[&key]), " ".repeat(2 << 20)));
    server.tell("/empty", r#"{"keys":[]}"#);
    for path in ["/none", "/garbage", "/large", "/empty"] {
        let jwt = jwt("issuer", KeySource::Address(server.url(path)));
        assert_eq!(jwt.judge(&token), Judged::Unknown, "{path}");
        assert_eq!(jwt.recall(&token), Some(Judged::Unknown), "{path}");
    }
    assert_eq!(server.asked(), 4);
    let gone = server.url("/keys");
    drop(server);
    let jwt = jwt("issuer", KeySource::Address(gone));
    assert_eq!(jwt.judge(&token), Judged::Unknown);
}

#[test]
fn an_issuer_says_where_its_keys_are() {
    let (server, key) = (KeyServer::start(), Key::new("one"));
    let issuer = server.url("/realm");
    let about =
        |issuer: &str, keys: &str| format!(r#"{{"issuer":"{issuer}","jwks_uri":"{keys}"}}"#);
    let path = "/realm/.well-known/openid-configuration";
    server.tell("/keys", set(&[&key]));
    let token = key.token(&claims(&issuer, JOE));
    let judge = |about: String| {
        server.tell(path, about);
        jwt(&issuer, KeySource::Issuer).judge(&token)
    };
    assert!(is_joe(Some(judge(about(&issuer, &server.url("/keys"))))));
    let elsewhere = about("http://elsewhere.example", &server.url("/keys"));
    assert_eq!(judge(elsewhere), Judged::Unknown);
    assert_eq!(judge(about(&issuer, "file:///etc/passwd")), Judged::Unknown);
    assert_eq!(judge("{}".to_owned()), Judged::Unknown);
}
