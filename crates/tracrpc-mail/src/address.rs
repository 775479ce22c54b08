//! Mail addresses, and whose they are.

use std::collections::HashMap;

use tracrpc_env::config::{Config, NotificationSection};
use tracrpc_env::users::{self, User};
use tracrpc_env::{Environment, Result};

/// Finds the addresses of users, and tells addresses from other text.
pub(super) struct Matcher {
    users: HashMap<String, User>,
    admit_domains: Vec<String>,
    ignore_domains: Vec<String>,
    default_domain: String,
    allows_short: bool,
}

/// Somebody who can be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The name of a known user; none for a mere address.
    pub(super) user: Option<String>,
    pub(super) address: String,
}

impl Matcher {
    pub(super) fn new(env: &Environment, config: &Config) -> Result<Self> {
        let users = users::known(env)?
            .into_iter()
            .map(|user| (user.name.clone(), user));
        Ok(Self::with_users(users.collect(), config.notification()))
    }

    fn with_users(users: HashMap<String, User>, section: &NotificationSection) -> Self {
        let lower = |domains: &[String]| domains.iter().map(|name| name.to_lowercase()).collect();
        Self {
            users,
            admit_domains: lower(&section.admit_domains),
            ignore_domains: lower(&section.ignore_domains),
            default_domain: section.smtp_default_domain.clone(),
            allows_short: section.use_short_addr,
        }
    }

    /// Who a name or an address in a ticket stands for, if they can be written to.
    pub(super) fn candidate(&self, text: &str) -> Option<Candidate> {
        if text.is_empty() || text == "anonymous" {
            return None;
        }
        let (user, text) = match self.users.get(text) {
            Some(user) if !user.email.trim().is_empty() => (Some(text), user.email.trim()),
            Some(_) => (Some(text), text),
            None => (None, text.trim()),
        };
        let address = self.complete(text)?;
        Some(Candidate {
            user: user.map(str::to_owned),
            address,
        })
    }

    /// The name and the address of the author of a change, as a sender.
    pub(super) fn author(&self, author: &str) -> Option<(Option<String>, String)> {
        let author = author.trim();
        let found = self.candidate(author)?;
        let known = found.user.and_then(|name| self.users.get(&name));
        let name = known
            .map(|user| user.full_name.clone())
            .filter(|name| !name.is_empty());
        let name = name.or_else(|| named(author).map(|(name, _)| name.to_owned()));
        Some((name.filter(|name| !name.is_empty()), found.address))
    }

    /// A usable address of `text`: as it is, out of `Name <address>`, or a
    /// name with the default domain.
    fn complete(&self, text: &str) -> Option<String> {
        if is_short(text) {
            return self.with_domain(text);
        }
        let bare = text.strip_prefix('<').unwrap_or(text);
        let bare = bare.strip_suffix('>').unwrap_or(bare);
        let address = if self.looks_like_address(bare) {
            bare
        } else {
            named(text).map_or(text, |(_, address)| address)
        };
        self.is_usable(address).then(|| address.to_owned())
    }

    /// A name without a domain, as far as the configuration allows it.
    fn with_domain(&self, name: &str) -> Option<String> {
        if self.allows_short {
            return Some(name.to_owned());
        }
        (!self.default_domain.is_empty()).then(|| format!("{name}@{}", self.default_domain))
    }

    /// An address that is not to be found in a ticket, but known: with the
    /// default domain if it has none.
    pub(super) fn known_address(&self, text: &str) -> Option<String> {
        if is_short(text) {
            return self.with_domain(text);
        }
        self.is_usable(text).then(|| text.to_owned())
    }

    /// The address that a user has given, or his name.
    pub(super) fn address_of(&self, user: &str) -> Option<String> {
        let given = self.users.get(user).map(|user| user.email.as_str());
        self.known_address(given.filter(|email| !email.is_empty()).unwrap_or(user))
    }

    fn is_usable(&self, address: &str) -> bool {
        let domain = address
            .split_once('@')
            .map_or("", |(_, domain)| domain)
            .to_lowercase();
        self.looks_like_address(address) && !self.ignore_domains.contains(&domain)
    }

    fn looks_like_address(&self, text: &str) -> bool {
        let Some((local, domain)) = text.split_once('@') else {
            return false;
        };
        if text.len() > LONGEST_ADDRESS {
            return false;
        }
        let inner = |c: char| c.is_ascii_alphanumeric() || ".'+_-".contains(c);
        !local.is_empty()
            && local.chars().all(inner)
            && (is_domain(domain) || self.admit_domains.contains(&domain.to_lowercase()))
    }
}

/// A name that could be an address on the mail server's own machine.
fn is_short(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "-!*+/=_.".contains(c);
    !text.is_empty() && text.len() <= LONGEST_ADDRESS && text.chars().all(inner)
}

/// The longest address that mail servers take (RFC 5321, 4.5.3.1.3), in bytes.
const LONGEST_ADDRESS: usize = 254;

/// Labels and a top level of which the first character is a letter.
fn is_domain(text: &str) -> bool {
    let Some((labels, top)) = text.rsplit_once('.') else {
        return false;
    };
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
    labels
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(|c| inner(c) || c == '_'))
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
        && top.ends_with(|c: char| c.is_ascii_alphanumeric())
        && top.chars().all(inner)
}

/// The parts of `Name <address>`.
fn named(text: &str) -> Option<(&str, &str)> {
    let (name, address) = text.strip_suffix('>')?.rsplit_once('<')?;
    name.ends_with(char::is_whitespace)
        .then(|| (name.trim_end(), address.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(change: impl FnOnce(&mut Matcher)) -> Matcher {
        let user = |name: &str, full_name: &str, email: &str| User {
            name: name.to_owned(),
            full_name: full_name.to_owned(),
            email: email.to_owned(),
        };
        let users = [
            user("joe", "Joe Doe", "joe@users.example"),
            user("amy", "", ""),
        ];
        let mut matcher = Matcher {
            users: users
                .into_iter()
                .map(|user| (user.name.clone(), user))
                .collect(),
            admit_domains: Vec::new(),
            ignore_domains: Vec::new(),
            default_domain: String::new(),
            allows_short: false,
        };
        change(&mut matcher);
        matcher
    }

    fn check(matcher: &Matcher, cases: &[(&str, Option<&str>)]) {
        for (text, wanted) in cases {
            let found = matcher.candidate(text).map(|found| found.address);
            assert_eq!(found.as_deref(), *wanted, "{text}");
        }
    }

    #[test]
    fn addresses_are_told_from_other_text() {
        check(
            &matcher(|_| {}),
            &[
                ("joe", Some("joe@users.example")),
                ("amy", None),
                ("dan", None),
                ("anonymous", None),
                ("", None),
                ("dan@example.org", Some("dan@example.org")),
                (" dan@example.org ", Some("dan@example.org")),
                ("<dan@example.org>", Some("dan@example.org")),
                ("Dan O'Dan <dan@example.org>", Some("dan@example.org")),
                ("Dan <dan@localhost>", None),
                ("dan@localhost", None),
                ("dan@a.b@c.d", None),
                ("dan@ex ample.org", None),
                ("dan@example.1", None),
                ("d\u{e4}n@example.org", None),
            ],
        );
    }

    #[test]
    fn domains_are_added_admitted_and_ignored() {
        let domain = matcher(|m| m.default_domain = "x.example".to_owned());
        check(
            &domain,
            &[
                ("dan", Some("dan@x.example")),
                ("amy", Some("amy@x.example")),
            ],
        );
        let short = matcher(|m| m.allows_short = true);
        check(
            &short,
            &[("dan", Some("dan")), ("joe", Some("joe@users.example"))],
        );
        let admitted = matcher(|m| m.admit_domains = vec!["localdomain".to_owned()]);
        check(
            &admitted,
            &[("d@LocalDomain", Some("d@LocalDomain")), ("d@local", None)],
        );
        let ignored = matcher(|m| m.ignore_domains = vec!["users.example".to_owned()]);
        check(
            &ignored,
            &[("joe", None), ("d@example.org", Some("d@example.org"))],
        );
    }

    #[test]
    fn authors_have_names() {
        let matcher = matcher(|_| {});
        let name = |text| matcher.author(text).map(|(name, _)| name);
        assert_eq!(name("joe"), Some(Some("Joe Doe".to_owned())));
        assert_eq!(name("Dan <d@example.org>"), Some(Some("Dan".to_owned())));
        assert_eq!(name("d@example.org"), Some(None));
        assert_eq!(name("dan"), None);
    }
}
