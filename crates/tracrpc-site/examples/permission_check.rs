//! Answers permission questions about an environment, for comparison with Trac.
//!
//! `permission_check ENV` reads one question a line from standard input, its fields
//! between tabs: user, action, and for the resource and its ancestors, from
//! the outermost in, realm, id and version, where `-` stands for none. It prints
//! `yes`, `no` or `error` for each.

use std::io::{self, BufRead, Write};

use tracrpc_env::{Environment, Resource};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: permission_check ENV")?;
    let env = tracrpc_site::open(path)?;
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let answer = match fields.as_slice() {
            [user, action, resource @ ..] => answer(&env, user, action, resource),
            _ => "error",
        };
        writeln!(output, "{answer}")?;
    }
    Ok(())
}

fn answer(env: &Environment, user: &str, action: &str, resource: &[&str]) -> &'static str {
    let actor = env.actor(user, "http://localhost");
    let decision = match parse(resource) {
        Some(resource) => actor.can(action, &resource),
        None => actor.can_anywhere(action),
    };
    match decision {
        Ok(true) => "yes",
        Ok(false) => "no",
        Err(_) => "error",
    }
}

fn parse(fields: &[&str]) -> Option<Resource> {
    fields.chunks_exact(3).fold(None, |parent, fields| {
        let given = |text: &str| (text != "-").then(|| text.to_owned());
        Some(Resource {
            realm: fields[0].to_owned().into(),
            id: given(fields[1]),
            version: given(fields[2]).and_then(|version| version.parse().ok()),
            parent: parent.map(Box::new),
        })
    })
}
