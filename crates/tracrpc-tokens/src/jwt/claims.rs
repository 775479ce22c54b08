//! What a token says that its issuer has signed, and whether that lets somebody in.
//!
//! `jsonwebtoken` could look at the times itself, but reads numbers only where `serde_json`
//! keeps them as numbers; in this program it keeps them as they were written.

use serde_json::Value;
use tracrpc_env::users::check_name;
use tracrpc_env::{Level, Scopes};

use super::{Claims, JwtRules, JwtUser, Refusal};

/// How far clocks may differ, in seconds.
const SKEW: f64 = 60.0;

/// The longest name of a user, in bytes.
const LONGEST_NAME: usize = 255;

impl JwtRules {
    /// Who gets in with a token of these claims at `now`, in seconds since 1970.
    pub(super) fn user_of(&self, claims: &Claims, now: i64) -> Result<JwtUser, Refusal> {
        if claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(Refusal("it is of another issuer"));
        }
        if !self.is_for_us(claims.get("aud")) {
            return Err(Refusal("it is for another audience"));
        }
        check_times(claims, now as f64)?;
        // Who brings it would have to show the key that it is bound to (RFC 7800).
        if claims.contains_key("cnf") {
            return Err(Refusal("it is bound to a key"));
        }
        Ok(JwtUser {
            user: self.name(claims)?,
            scopes: self.scopes(claims)?,
        })
    }

    fn is_for_us(&self, audience: Option<&Value>) -> bool {
        let is_ours = |audience: &Value| {
            let audience = audience.as_str();
            audience.is_some_and(|one| self.audiences.iter().any(|own| own == one))
        };
        match audience {
            Some(Value::Array(audiences)) => audiences.iter().any(is_ours),
            Some(audience) => is_ours(audience),
            None => false,
        }
    }

    fn name(&self, claims: &Claims) -> Result<String, Refusal> {
        let name = claims.get(&self.claim).and_then(Value::as_str);
        let name = name.ok_or(Refusal("it has no claim with the name of the user"))?;
        // Anybody may say that an address of mail is theirs (OpenID Connect Core, 5.1).
        let is_verified = claims.get("email_verified") == Some(&Value::Bool(true));
        if self.claim == "email" && !is_verified {
            return Err(Refusal("its address of mail is not verified"));
        }
        match name.len() <= LONGEST_NAME && check_name(name).is_ok() {
            true => Ok(name.to_owned()),
            false => Err(Refusal("its user has a name that cannot be one")),
        }
    }

    /// Words that are scopes; others are meant for others.
    fn scopes(&self, claims: &Claims) -> Result<Option<Scopes>, Refusal> {
        let Some(claim) = &self.scope_claim else {
            return Ok(None);
        };
        let words: Vec<&str> = match claims.get(claim) {
            Some(Value::String(words)) => words.split_whitespace().collect(),
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let own = words
            .into_iter()
            .filter(|word| Level::named(word).is_some() || word.starts_with("namespace:"));
        let scopes = Scopes::from_words(own);
        scopes
            .map(Some)
            .map_err(|_| Refusal("its scopes let nobody in"))
    }
}

fn check_times(claims: &Claims, now: f64) -> Result<(), Refusal> {
    let end = moment(claims, "exp")?.ok_or(Refusal("it never ends"))?;
    if end <= now - SKEW {
        return Err(Refusal("it has ended"));
    }
    for claim in ["nbf", "iat"] {
        if moment(claims, claim)?.is_some_and(|begin| begin > now + SKEW) {
            return Err(Refusal("it has not begun"));
        }
    }
    Ok(())
}

/// A moment in seconds since 1970, which need not be whole (RFC 7519, section 2).
fn moment(claims: &Claims, name: &str) -> Result<Option<f64>, Refusal> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = value.as_f64().filter(|seconds| seconds.is_finite());
    seconds
        .map(Some)
        .ok_or(Refusal("a time of it is no number"))
}
