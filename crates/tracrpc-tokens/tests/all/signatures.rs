//! Tokens that another program has signed: see `tests/data/signed.py`.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value};
use tempfile::TempDir;
use tracrpc_tokens::{Judged, Jwt, JwtRules, KeySource};

/// The rules of the recorded tokens, with keys from a file.
pub(crate) fn rules(keys: PathBuf) -> JwtRules {
    JwtRules {
        issuer: "https://issuer.example".to_owned(),
        audiences: vec!["tracrpc".to_owned()],
        keys: KeySource::File(keys),
        claim: "sub".to_owned(),
        scope_claim: None,
        certificates: None,
    }
}

fn recorded() -> Map<String, Value> {
    serde_json::from_str(include_str!("../data/signed.json")).unwrap()
}

fn with_keys(keys: &str) -> (TempDir, Jwt) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.json");
    fs::write(&path, keys).unwrap();
    let jwt = Jwt::new(rules(path));
    (folder, jwt)
}

fn is_joe(judged: &Judged) -> bool {
    matches!(judged, Judged::User(user) if user.user == "joe" && user.scopes.is_none())
}

#[test]
fn every_way_to_sign_with_a_public_key_is_known() {
    let recorded = recorded();
    let (_folder, jwt) = with_keys(&recorded["jwks"].to_string());
    let good = recorded["good"].as_object().unwrap();
    assert_eq!(good.len(), 10);
    for (name, token) in good {
        let token = token.as_str().unwrap();
        assert!(is_joe(&jwt.judge(token)), "{name}");
        assert!(is_joe(&jwt.recall(token).unwrap()), "{name}");
    }
}

#[test]
fn nobody_gets_in_by_another_way() {
    let recorded = recorded();
    let (_folder, jwt) = with_keys(&recorded["jwks"].to_string());
    let bad = recorded["bad"].as_object().unwrap();
    assert_eq!(bad.len(), 27);
    for (name, token) in bad {
        assert_eq!(
            jwt.judge(token.as_str().unwrap()),
            Judged::Refused,
            "{name}"
        );
    }
}

#[test]
fn no_changed_token_lets_anybody_in() {
    let recorded = recorded();
    let (_folder, jwt) = with_keys(&recorded["jwks"].to_string());
    let token = recorded["good"]["p256 ES256"].as_str().unwrap();
    for position in 0..token.len() {
        let digit = if token[position..].starts_with('A') {
            "Q"
        } else {
            "A"
        };
        let mut other = token.to_owned();
        other.replace_range(position..=position, digit);
        assert_eq!(jwt.judge(&other), Judged::Refused, "{position}");
        assert_eq!(jwt.judge(&token[..position]), Judged::Refused, "{position}");
    }
    assert_eq!(jwt.judge(&"a".repeat(100_000)), Judged::Refused);
}

/// A key that is not named is the only one that fits.
#[test]
fn a_token_without_a_key_is_of_the_only_one() {
    let recorded = recorded();
    let keys = recorded["jwks"]["keys"].as_array().unwrap();
    let token = recorded["bad"]["no key said, where many fit"]
        .as_str()
        .unwrap();
    let set = |keys: &[&Value]| serde_json::json!({ "keys": keys }).to_string();
    let (_folder, jwt) = with_keys(&set(&[&keys[0], &keys[1]]));
    assert!(is_joe(&jwt.judge(token)));
    let (_folder, jwt) = with_keys(&set(&[&keys[7], &keys[1]]));
    assert_eq!(jwt.judge(token), Judged::Refused);
}

#[test]
fn without_keys_nobody_knows() {
    let token = recorded()["good"]["rsa RS256"].as_str().unwrap().to_owned();
    for keys in [
        "",
        "{}",
        "[]",
        "{\"keys\": {}}",
        "{\"keys\": []}",
        "{\"keys\": [{\"kty\": \"oct\", \"k\": \"YQ\"}]}",
    ] {
        let (_folder, jwt) = with_keys(keys);
        assert_eq!(jwt.judge(&token), Judged::Unknown, "{keys}");
    }
    let jwt = Jwt::new(rules("/nowhere/keys.json".into()));
    assert_eq!(jwt.judge(&token), Judged::Unknown);
}

#[test]
fn a_file_of_keys_is_followed() {
    let recorded = recorded();
    let token = recorded["good"]["rsa RS256"].as_str().unwrap();
    let (folder, jwt) = with_keys(&recorded["jwks"].to_string());
    assert!(is_joe(&jwt.judge(token)));
    let path = folder.path().join("keys.json");
    let keys = &recorded["jwks"]["keys"].as_array().unwrap()[1..];
    fs::write(&path, serde_json::json!({ "keys": keys }).to_string()).unwrap();
    assert_eq!(jwt.judge(token), Judged::Refused, "the key was withdrawn");
    fs::remove_file(&path).unwrap();
    assert_eq!(jwt.judge(token), Judged::Unknown, "the file is gone");
}
