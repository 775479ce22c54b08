//! Any bytes of a header give a token or none, any text of a file of tokens is read as it would
//! be written, and nobody gets in with a JSON Web Token that no known key has signed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tracrpc_env::Scopes;
use tracrpc_tokens::{Given, Judged, Jwt, JwtRules, KeySource, Record, Secret, records};

/// A key of which nobody has the other half.
const KEYS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

static JWT: LazyLock<Jwt> = LazyLock::new(|| {
    let path = std::env::temp_dir().join(format!("tracrpc-fuzz-keys-{}", std::process::id()));
    std::fs::write(&path, KEYS).expect("a temporary file");
    Jwt::new(JwtRules {
        issuer: "issuer".to_owned(),
        audiences: vec!["tracrpc".to_owned()],
        keys: KeySource::File(path),
        claim: "sub".to_owned(),
        scope_claim: Some("scope".to_owned()),
        certificates: None,
    })
});

fuzz_target!(|input: (&[u8], &str, &str)| {
    let (header, text, scopes) = input;
    if let Given::Token(token) = Given::of(header) {
        assert!(token.is_ascii() && !token.contains(char::is_whitespace));
        let _ = Secret::is_possible(token);
        assert_eq!(JWT.judge(token), Judged::Refused);
    }
    let _ = Secret::is_possible(text);
    let (tokens, _) = records(text);
    for token in tokens {
        assert_eq!(Record::parse(&token.line()), Some(token));
    }
    if let Ok(scopes) = scopes.parse::<Scopes>() {
        assert_eq!(
            scopes.to_string().parse::<Scopes>().ok(),
            Some(scopes.clone())
        );
        assert!(scopes.is_within(&scopes));
    }
});
