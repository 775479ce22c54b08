//! How Trac shows the name of a user.

use tracrpc_env::text::{escape, obfuscated};
use tracrpc_env::{Actor, Resource, Result, users};

/// Shows names to one user, in the context of one ticket.
pub(super) struct Authors<'a> {
    actor: &'a Actor,
    resource: Resource,
}

impl<'a> Authors<'a> {
    pub(super) fn new(actor: &'a Actor, resource: Resource) -> Self {
        Self { actor, resource }
    }

    /// The name in HTML, with a class that tells whose it is.
    pub(super) fn html(&self, author: &str) -> Result<String> {
        let suffix = match author {
            "anonymous" => "-anonymous",
            "" => "-none",
            name if name == self.actor.authname() => "-user",
            _ => "",
        };
        let shown = escape(&self.text(author)?);
        Ok(format!(
            "<span class=\"trac-author{suffix}\">{shown}</span>"
        ))
    }

    /// The name as text: the full name of a known user, and without the domain
    /// of a mail address unless it may be shown.
    pub(super) fn text(&self, author: &str) -> Result<String> {
        if author.is_empty() {
            return Ok(self.actor.catalog().gettext("(none)").to_owned());
        }
        if author == "anonymous" {
            return Ok(self.actor.catalog().gettext("anonymous").to_owned());
        }
        let env = self.actor.env();
        let config = env.config();
        let trac = config.trac();
        if trac.show_full_names
            && let Some(name) = users::full_name(env, author)?
        {
            return Ok(name);
        }
        let may_see = trac.show_email_addresses || self.actor.can("EMAIL_VIEW", &self.resource)?;
        Ok(if may_see {
            author.to_owned()
        } else {
            obfuscated(author)
        })
    }
}

#[cfg(test)]
mod tests {
    use tracrpc_env::text::obfuscated;

    #[test]
    fn mail_addresses() {
        let check = |author: &str, expected: &str| assert_eq!(obfuscated(author), expected);
        check("joe", "joe");
        check("joe@example.org", "joe@…");
        check("Joe <joe@example.org>", "Joe <joe@…>");
    }
}
