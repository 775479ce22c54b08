//! What a token claims whose signature is right.

use std::fs;

use tempfile::TempDir;
use tracrpc_tokens::{Judged, Jwt, JwtRules, JwtUser};

use crate::issuer::{Key, now, set};
use crate::signatures::rules;

const ISSUER: &str = r#""iss":"https://issuer.example","aud":"tracrpc""#;

/// An issuer whose tokens are judged by the rules as `change` has made them.
struct World {
    key: Key,
    jwt: Jwt,
    _folder: TempDir,
}

impl World {
    fn new(change: impl FnOnce(&mut JwtRules)) -> Self {
        let key = Key::new("one");
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("keys.json");
        fs::write(&path, set(&[&key])).unwrap();
        let mut rules = rules(path);
        change(&mut rules);
        Self {
            key,
            jwt: Jwt::new(rules),
            _folder: folder,
        }
    }

    /// The user and the scopes of a token with these claims.
    fn judge(&self, claims: &str) -> Option<String> {
        let shown = |JwtUser { user, scopes }| match scopes {
            Some(scopes) => format!("{user}: {scopes}"),
            None => user,
        };
        match self.jwt.judge(&self.key.token(claims)) {
            Judged::User(user) => Some(shown(user)),
            Judged::Refused => None,
            Judged::Unknown => panic!("{claims}"),
        }
    }
}

#[test]
fn times_bound_a_token() {
    let world = World::new(|_| {});
    let check = |times: &str, expected: bool| {
        let claims = format!("{{{ISSUER},\"sub\":\"joe\"{times}}}");
        assert_eq!(world.judge(&claims).is_some(), expected, "{times}");
    };
    let at = |seconds: i64| now() + seconds;
    check(&format!(",\"exp\":{}", at(3600)), true);
    check(&format!(",\"exp\":{}.5", at(3600)), true);
    check(&format!(",\"exp\":{}", at(-30)), true);
    check(&format!(",\"exp\":{}", at(-90)), false);
    check(",\"exp\":0", false);
    check(",\"exp\":-1", false);
    check("", false);
    check(",\"exp\":null", false);
    check(&format!(",\"exp\":\"{}\"", at(3600)), false);
    check(&format!(",\"exp\":[{}]", at(3600)), false);
    check(",\"exp\":1e999", false);
    for begin in ["nbf", "iat"] {
        check(
            &format!(",\"exp\":{},\"{begin}\":{}", at(3600), at(-10)),
            true,
        );
        check(
            &format!(",\"exp\":{},\"{begin}\":{}", at(3600), at(30)),
            true,
        );
        check(
            &format!(",\"exp\":{},\"{begin}\":{}", at(3600), at(90)),
            false,
        );
        check(&format!(",\"exp\":{},\"{begin}\":\"0\"", at(3600)), false);
    }
}

#[test]
fn issuer_and_audience_are_ours() {
    let world = World::new(|rules| rules.audiences.push("other of ours".to_owned()));
    let check = |about: &str, expected: bool| {
        let claims = format!("{{{about}\"sub\":\"joe\",\"exp\":{}}}", now() + 3600);
        assert_eq!(world.judge(&claims).is_some(), expected, "{about}");
    };
    check(&format!("{ISSUER},"), true);
    let issuer = r#""iss":"https://issuer.example","#;
    check(&format!(r#"{issuer}"aud":["x","other of ours"],"#), true);
    check(&format!(r#"{issuer}"aud":["x"],"#), false);
    check(&format!(r#"{issuer}"aud":[],"#), false);
    check(&format!(r#"{issuer}"aud":"tracrpc2","#), false);
    check(&format!(r#"{issuer}"aud":{{"tracrpc":1}},"#), false);
    check(issuer, false);
    check(r#""aud":"tracrpc","#, false);
    check(r#""iss":"https://issuer.example/","aud":"tracrpc","#, false);
    check(
        r#""iss":["https://issuer.example"],"aud":"tracrpc","#,
        false,
    );
    check(&format!(r#"{ISSUER},"cnf":{{"jkt":"x"}},"#), false);
}

#[test]
fn a_claim_is_the_user() {
    let check = |claim: &str, claims: &str, expected: Option<&str>| {
        let world = World::new(|rules| rules.claim = claim.to_owned());
        let claims = format!("{{{ISSUER},\"exp\":{}{claims}}}", now() + 3600);
        assert_eq!(world.judge(&claims).as_deref(), expected, "{claims}");
    };
    check("sub", r#","sub":"joe""#, Some("joe"));
    check("sub", r#","sub":"Jöe Doe""#, Some("Jöe Doe"));
    check(
        "preferred_username",
        r#","sub":"1","preferred_username":"joe""#,
        Some("joe"),
    );
    check("preferred_username", r#","sub":"joe""#, None);
    for name in [
        "1",
        "null",
        "[\"joe\"]",
        "\"\"",
        "\" joe\"",
        "\"anonymous\"",
        "\"authenticated\"",
        "\"TRAC_ADMIN\"",
        "\"j\\noe\"",
        "\"\\u0000\"",
    ] {
        check("sub", &format!(r#","sub":{name}"#), None);
    }
    check("sub", &format!(r#","sub":"{}""#, "j".repeat(256)), None);
    check(
        "email",
        r#","email":"joe@x.y","email_verified":true"#,
        Some("joe@x.y"),
    );
    check(
        "email",
        r#","email":"joe@x.y","email_verified":"true""#,
        None,
    );
    check("email", r#","email":"joe@x.y""#, None);
}

#[test]
fn a_claim_has_the_scopes() {
    let world = World::new(|rules| rules.scope_claim = Some("scope".to_owned()));
    let check = |scope: &str, expected: Option<&str>| {
        let claims = format!(
            "{{{ISSUER},\"sub\":\"joe\",\"exp\":{}{scope}}}",
            now() + 3600
        );
        assert_eq!(world.judge(&claims).as_deref(), expected, "{scope}");
    };
    check(r#","scope":"openid read profile""#, Some("joe: read"));
    check(
        r#","scope":["write","namespace:wiki",1]"#,
        Some("joe: write namespace:wiki"),
    );
    check(r#","scope":"openid""#, None);
    check(r#","scope":"namespace:wiki""#, None);
    check(r#","scope":"read namespace:a/b""#, None);
    check(r#","scope":7"#, None);
    check("", None);
}
