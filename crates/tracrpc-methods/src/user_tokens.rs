//! `user.tokens.*`: the tokens with which programs get in for a user.

use tracrpc_env::time::{Timestamp, now};
use tracrpc_env::{Actor, Error, Result, Scopes};
use tracrpc_tokens::{Expiry, NewToken, Token, TokenFile};
use tracrpc_translation::own_message;
use tracrpc_wire::{Struct, Value};

use crate::method::{Method, Namespace};

/// The namespace.
pub(crate) fn namespace() -> Namespace {
    Namespace::new(
        "user.tokens",
        "Your tokens: with one of them in `Authorization: Bearer` a program may do for you what \
         its scopes say. Administrators (`TRAC_ADMIN`) see to those of others, too.",
    )
    .beyond_trac()
    .method(
        Method::new("list", list)
            .reads()
            .returns("array")
            .parameters(&["string user=\"\""])
            .doc(
                "Your tokens, or those of another user (`*` for everybody's), a struct each: `id`, \
                 `user`, `name`, `scopes` (words with spaces between them), `created`, `expires` \
                 (0 for never), `used` (when it was last used, but for the last minute; 0 if it \
                 never was) and `expired`. What the tokens themselves are nobody knows any more.",
            ),
    )
    .method(
        Method::new("create", create)
            .returns("struct")
            .parameters(&[
                "string name",
                "string scopes",
                "string expires=\"\"",
                "string user=\"\"",
            ])
            .doc(
                "Makes a token, and returns what `user.tokens.list` has of it with the `token` \
                 itself, which is shown this once. `scopes` are words: `read` (methods that only \
                 read), `write` (those that write, too, but nothing that takes an \
                 administrator) or `admin` (all that you may do), and any number of \
                 `namespace:NAME` for methods below these names only, such as \
                 `read namespace:wiki`. `expires` is a time such as `30d`, a date or `never`; \
                 without it a token ends after a year. Who has got in by a token makes none that \
                 is good for more, or longer.",
            ),
    )
    .method(
        Method::new("revoke", revoke)
            .returns("boolean")
            .parameters(&["string id"])
            .doc("Takes away a token, by its `id`. The next request with it is refused."),
    )
}

fn list(actor: &Actor, user: String) -> Result<Vec<Value>> {
    let user = whose(actor, &user)?;
    let now = now();
    let tokens = TokenFile::of(actor.env()).tokens()?.into_iter();
    let meant = tokens.filter(|token| user == "*" || token.user == user);
    Ok(meant.map(|token| row(token, now).into()).collect())
}

fn create(
    actor: &Actor,
    name: String,
    scopes: String,
    expires: Value,
    user: String,
) -> Result<Struct> {
    let user = whose(actor, &user)?;
    let scopes: Scopes = scopes.parse()?;
    if actor.scopes().is_some_and(|own| !scopes.is_within(own)) {
        return Err(Error::forbidden(own_message!(
            "A token cannot be good for more than the login that makes it."
        )));
    }
    let (token, secret) = TokenFile::of(actor.env()).add(&NewToken {
        user,
        name: &name,
        scopes,
        expires: end(actor, expires)?,
    })?;
    let mut row = row(token, now());
    row.insert("token", secret.text());
    Ok(row)
}

fn revoke(actor: &Actor, id: String) -> Result<bool> {
    let own = whose(actor, "")?;
    let user = match actor.can_anywhere("TRAC_ADMIN")? {
        true => None,
        false => Some(own),
    };
    TokenFile::of(actor.env()).revoke(&id, user)?;
    Ok(true)
}

/// The user who is meant, the caller's own name for none.
fn whose<'a>(actor: &'a Actor, user: &'a str) -> Result<&'a str> {
    if actor.is_anonymous() {
        return Err(Error::forbidden(own_message!(
            "Who has not logged in has no tokens."
        )));
    }
    if user.is_empty() || user == actor.authname() {
        return Ok(actor.authname());
    }
    actor.require_anywhere("TRAC_ADMIN")?;
    Ok(user)
}

/// When a token ends that `actor` makes: not after the one by which they have got in.
fn end(actor: &Actor, wanted: Value) -> Result<Expiry> {
    let token = actor
        .identity()
        .and_then(|identity| identity.token.as_ref());
    let latest = token.and_then(|token| token.expires);
    let (wanted, is_said) = match wanted {
        Value::DateTime(moment) => (moment.to_string(), true),
        Value::String(text) => (text.clone(), !text.trim().is_empty()),
        _ => (String::new(), false),
    };
    let end = Expiry::parse(&wanted, now())?;
    match latest {
        Some(latest) if end.moment().is_none_or(|end| end > latest) => match is_said {
            false => Ok(Expiry::At(latest)),
            true => Err(Error::forbidden(own_message!(
                "A token cannot be good for longer than the one that makes it."
            ))),
        },
        _ => Ok(end),
    }
}

/// What is shown of a token.
fn row(token: Token, now: Timestamp) -> Struct {
    let moment = |moment: Option<Timestamp>| moment.map_or(Value::Int(0), Value::DateTime);
    let mut row = Struct::new();
    row.insert("expired", token.has_expired(now));
    row.insert("id", token.id);
    row.insert("user", token.user);
    row.insert("name", token.name);
    row.insert("scopes", token.scopes.to_string());
    row.insert("created", token.created);
    row.insert("expires", moment(token.expires));
    row.insert("used", moment(token.used));
    row
}
