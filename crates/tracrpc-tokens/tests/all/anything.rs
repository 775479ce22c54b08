//! Whatever comes, nobody gets in who has no token.

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;
use tracrpc_env::time::now;
use tracrpc_env::{Level, Scopes};
use tracrpc_tokens::{
    Expiry, Given, Judged, Jwt, NewToken, Record, Secret, TokenFile, Tokens, records,
};

use crate::issuer::{Key, set};
use crate::signatures::rules;

/// Texts that look like what is read here more often than others do.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("trpc_".to_owned()),
        Just("Bearer ".to_owned()),
        Just("eyJhbGciOiJFUzI1NiIsImtpZCI6Im9uZSJ9.".to_owned()),
        Just(r#"{"id":"a","user":"joe","name":"x","scopes":"read","#.to_owned()),
        Just(r#""created":"2026-01-01T00:00:00Z","sha256":""#.to_owned()),
        Just(format!("{}\"}}", "0f".repeat(32))),
        Just("read namespace:".to_owned()),
        "[ -~]{0,40}",
        "[0-9A-Za-z]{36}",
        "\\PC{0,9}",
        Just("\n".to_owned()),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_header_gives_a_token_or_none(header in text(), bytes: Vec<u8>) {
        for value in [header.as_bytes(), &bytes] {
            if let Given::Token(token) = Given::of(value) {
                prop_assert!(token.is_ascii() && !token.contains(char::is_whitespace));
            }
        }
    }

    #[test]
    fn lines_are_read_as_they_are_written(text in text()) {
        for record in records(&text).0 {
            prop_assert_eq!(Record::parse(&record.line()), Some(record));
        }
        if let Ok(scopes) = text.parse::<Scopes>() {
            prop_assert_eq!(scopes.to_string().parse::<Scopes>().ok(), Some(scopes));
        }
    }

    #[test]
    fn nobody_gets_in_with_anything_else(text in text()) {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("conf")).unwrap();
        let keys = folder.path().join("keys.json");
        fs::write(&keys, set(&[&Key::new("one")])).unwrap();
        prop_assert_eq!(Jwt::new(rules(keys)).judge(&text), Judged::Refused);
        let file = TokenFile::in_directory(folder.path());
        let new = NewToken {
            user: "joe",
            name: "ci",
            scopes: Scopes::of(Level::Read),
            expires: Expiry::Never,
        };
        let (_, secret) = file.add(&new).unwrap();
        let tokens = Tokens::in_directory(folder.path());
        prop_assert_eq!(tokens.find(&text), Ok(None));
        prop_assert!(tokens.find(secret.text()).unwrap().is_some());
        prop_assert!(!Secret::is_possible(&text) || Secret::is_meant(&text));
        if let Ok(Expiry::At(end)) = Expiry::parse(&text, now()) {
            prop_assert!(end > now());
        }
    }
}
