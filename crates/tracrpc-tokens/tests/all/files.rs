//! The file of tokens: what is made, listed, taken away, and found again by its text.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tracrpc_env::time::now;
use tracrpc_env::{ErrorKind, Level, Scopes};
use tracrpc_tokens::{Expiry, MOST_OF_A_USER, NewToken, Secret, Token, TokenFile, Tokens};

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("conf")).unwrap();
    folder
}

fn new<'a>(user: &'a str, name: &'a str) -> NewToken<'a> {
    NewToken {
        user,
        name,
        scopes: Scopes::of(Level::Read),
        expires: Expiry::usual(now()),
    }
}

fn add(folder: &Path, user: &str, name: &str) -> (Token, Secret) {
    let file = TokenFile::in_directory(folder);
    file.add(&new(user, name)).unwrap()
}

fn found(tokens: &Tokens, secret: &Secret) -> Option<String> {
    let token = tokens.find(secret.text()).unwrap();
    token.map(|token| token.name)
}

#[test]
fn only_a_hash_of_a_token_is_kept() {
    let folder = folder();
    let (token, secret) = add(folder.path(), "joe", "ci");
    let file = TokenFile::in_directory(folder.path());
    let text = fs::read_to_string(file.path()).unwrap();
    let random = &secret.text()[5..35];
    assert!(!text.contains(random), "{text}");
    assert_eq!(file.tokens().unwrap(), [token]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(file.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_is_made_and_taken_away_counts_at_once() {
    let folder = folder();
    let tokens = Tokens::in_directory(folder.path());
    let file = TokenFile::in_directory(folder.path());
    assert!(!tokens.exist());
    let (joes, secret) = add(folder.path(), "joe", "ci");
    let (_, other) = add(folder.path(), "joe", "other");
    let (anns, third) = add(folder.path(), "ann", "ci");
    assert!(tokens.exist());
    for _ in 0..2 {
        assert_eq!(found(&tokens, &secret).as_deref(), Some("ci"));
        assert_eq!(found(&tokens, &other).as_deref(), Some("other"));
    }
    assert_eq!(file.revoke(&joes.id, None).unwrap().name, "ci");
    assert_eq!(found(&tokens, &secret), None);
    assert_eq!(found(&tokens, &other).as_deref(), Some("other"));
    let not_his = file.revoke(&anns.id, Some("joe")).unwrap_err();
    assert_eq!(not_his.kind(), ErrorKind::NotFound);
    assert_eq!(found(&tokens, &third).as_deref(), Some("ci"));
    assert_eq!(file.revoke_all("joe").unwrap().len(), 1);
    assert_eq!(found(&tokens, &other), None);
    assert_eq!(
        file.revoke(&joes.id, None).unwrap_err().kind(),
        ErrorKind::NotFound
    );
    fs::remove_file(file.path()).unwrap();
    assert_eq!(found(&tokens, &third), None);
}

#[test]
fn a_token_that_has_ended_is_none() {
    let folder = folder();
    let (_, secret) = add(folder.path(), "joe", "ci");
    let tokens = Tokens::in_directory(folder.path());
    assert!(found(&tokens, &secret).is_some());
    let file = TokenFile::in_directory(folder.path());
    let line = fs::read_to_string(file.path()).unwrap();
    let end = file.tokens().unwrap()[0].expires.unwrap().to_string();
    fs::write(file.path(), line.replace(&end, "2026-01-01T00:00:00Z")).unwrap();
    assert_eq!(found(&tokens, &secret), None);
}

#[test]
fn names_and_numbers_are_bounded() {
    let folder = folder();
    let file = TokenFile::in_directory(folder.path());
    let refused = |user: &str, name: &str| file.add(&new(user, name)).unwrap_err().kind();
    add(folder.path(), "joe", "ci");
    assert_eq!(refused("joe", "ci"), ErrorKind::Conflict);
    for name in ["", " ci", "a\nb", &"x".repeat(101)] {
        assert_eq!(refused("joe", name), ErrorKind::Invalid, "{name}");
    }
    for user in ["", "anonymous", "authenticated", "TRAC_ADMIN", "a\nb"] {
        assert_eq!(refused(user, "x"), ErrorKind::Invalid, "{user}");
    }
    for number in 1..MOST_OF_A_USER {
        add(folder.path(), "joe", &number.to_string());
    }
    assert_eq!(refused("joe", "more"), ErrorKind::Invalid);
    add(folder.path(), "ann", "ci");
}

#[test]
fn what_is_no_token_stays_and_lets_nobody_in() {
    let folder = folder();
    let file = TokenFile::in_directory(folder.path());
    let by_hand = "# by hand\n\nsomething else\n{\"id\":\"x\"}";
    fs::write(file.path(), by_hand).unwrap();
    let (token, secret) = add(folder.path(), "joe", "ci");
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(
        text.starts_with(&format!("{by_hand}\n{{\"id\":\"{}\"", token.id)),
        "{text}"
    );
    assert!(found(&Tokens::in_directory(folder.path()), &secret).is_some());
    file.revoke(&token.id, None).unwrap();
    assert_eq!(
        fs::read_to_string(file.path()).unwrap(),
        format!("{by_hand}\n")
    );
}

#[test]
fn a_file_that_cannot_be_read_lets_nobody_in() {
    let folder = folder();
    let tokens = Tokens::in_directory(folder.path());
    let (_, secret) = add(folder.path(), "joe", "ci");
    let path = TokenFile::in_directory(folder.path()).path().to_owned();
    let text = fs::read(&path).unwrap();
    fs::write(&path, [&text[..], b"\xff\n"].concat()).unwrap();
    assert!(tokens.find(secret.text()).is_err(), "it is no text");
    fs::write(&path, vec![b'#'; 9 << 20]).unwrap();
    assert!(tokens.find(secret.text()).is_err(), "it is too large");
    fs::write(&path, &text[..text.len() / 2]).unwrap();
    assert_eq!(found(&tokens, &secret), None, "it was cut");
    fs::write(&path, &text).unwrap();
    assert!(found(&tokens, &secret).is_some());
}

#[test]
fn all_who_make_tokens_at_once_get_theirs() {
    let folder = folder();
    let secrets: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let folder = folder.path();
                let make = move |number| add(folder, "joe", &format!("{thread} {number}")).1;
                scope.spawn(move || (0..10).map(make).collect::<Vec<_>>())
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    let tokens = Tokens::in_directory(folder.path());
    assert!(
        secrets
            .iter()
            .all(|secret| found(&tokens, secret).is_some())
    );
}

#[test]
fn uses_are_written_beside_the_tokens() {
    let folder = folder();
    let file = TokenFile::in_directory(folder.path());
    let (token, secret) = add(folder.path(), "joe", "ci");
    add(folder.path(), "joe", "never used");
    let before = fs::read(file.path()).unwrap();
    let tokens = Tokens::in_directory(folder.path());
    for _ in 0..100 {
        assert!(found(&tokens, &secret).is_some());
    }
    drop(tokens);
    let uses: Vec<_> = file
        .tokens()
        .unwrap()
        .into_iter()
        .map(|token| token.used)
        .collect();
    assert!(
        uses[0].is_some_and(|used| used >= token.created),
        "{uses:?}"
    );
    assert_eq!(uses[1], None);
    assert_eq!(fs::read(file.path()).unwrap(), before);
    // Nothing is left of a token that is gone, and nothing of this is needed.
    file.revoke(&token.id, None).unwrap();
    let (_, other) = add(folder.path(), "joe", "other");
    let tokens = Tokens::in_directory(folder.path());
    assert!(found(&tokens, &other).is_some());
    drop(tokens);
    let path = folder.path().join("conf/tokens.used");
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        !text.contains(&token.id) && text.lines().count() == 1,
        "{text}"
    );
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let tokens = Tokens::in_directory(folder.path());
    assert!(
        found(&tokens, &other).is_some(),
        "whether it can be written or not"
    );
    drop(tokens);
    assert_eq!(file.tokens().unwrap().len(), 2);
}
