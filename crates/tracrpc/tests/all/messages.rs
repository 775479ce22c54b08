//! Every text that is said to users, held against the catalogues: Trac's own against those of the
//! real Trac, ours against the `.po` files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use tracrpc_translation::{OWN_LANGUAGES, own_texts};

use crate::tidy::sources;

#[test]
fn every_own_message_has_a_text_in_each_language() {
    let own = literals(&["own_message!("]);
    assert!(own.len() > 40, "only {} messages were found", own.len());
    for (language, _) in OWN_LANGUAGES {
        let translated: BTreeMap<&str, &[Box<str>]> = own_texts(language).collect();
        for id in &own {
            let Some(forms) = translated.get(id.as_str()) else {
                panic!("{language}.po has no text for {id:?}");
            };
            for form in *forms {
                assert_eq!(places(form), places(id), "{language}: {form:?}");
            }
        }
        let stale = translated.keys().find(|id| !own.contains(**id));
        assert_eq!(stale, None, "{language}.po translates what is never said");
    }
}

#[test]
fn own_messages_are_not_tracs_and_the_others_are() {
    let Ok(python) = std::env::var("TRACRPC_TEST_TRAC") else {
        return eprintln!("SKIPPED: TRACRPC_TEST_TRAC is not set");
    };
    let of_trac = known_to_trac(&python);
    let own = literals(&["own_message!("]);
    let unknown = own.iter().find(|id| of_trac.contains(*id));
    assert_eq!(unknown, None, "a message of Trac is said to be ours");
    let said = literals(&[" message!(", "(message!(", "\tmessage!("]);
    assert!(said.len() > 60, "only {} messages were found", said.len());
    let wrong: Vec<&String> = said.iter().filter(|id| !of_trac.contains(*id)).collect();
    assert!(
        wrong.is_empty(),
        "Trac's catalogues have none of {wrong:#?}"
    );
}

/// The messages that any of the real Trac's catalogues has.
fn known_to_trac(python: &str) -> BTreeSet<String> {
    let script = "import glob, json, os, trac\n\
        from babel.messages.mofile import read_mo\n\
        found = set()\n\
        for path in glob.glob(os.path.join(os.path.dirname(trac.__file__), 'locale', '*', '*', 'messages.mo')):\n\
        \twith open(path, 'rb') as file:\n\
        \t\tfor message in read_mo(file):\n\
        \t\t\tfound.update(message.id if isinstance(message.id, (tuple, list)) else [message.id])\n\
        print(json.dumps(sorted(found)))\n";
    let done = Command::new(python).args(["-c", script]).output().unwrap();
    let problem = String::from_utf8_lossy(&done.stderr);
    serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{problem}"))
}

/// The string literals that follow one of `openings` in the sources of the crates, tests aside.
fn literals(openings: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in sources() {
        let shown = path.display().to_string();
        if !shown.contains("/src/") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let text = lines.collect::<Vec<_>>().join("\n");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for opening in openings {
            let after = code.split(opening).skip(1);
            found.extend(after.filter_map(|after| literal(after.trim_start())));
        }
    }
    found
}

/// The value of the string literal that a text begins with.
fn literal(text: &str) -> Option<String> {
    let mut chars = text.strip_prefix('"')?.chars();
    let mut value = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(value),
            '\\' => match chars.next()? {
                'n' => value.push('\n'),
                '\n' => chars = chars.as_str().trim_start().chars(),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
}

/// The names of the places of a message.
fn places(message: &str) -> BTreeSet<&str> {
    let after = message.split("%(").skip(1);
    after
        .filter_map(|after| Some(after.split_once(")s")?.0))
        .collect()
}
