//! What a login may be used for, where that is less than what its user may do.

use std::fmt;

use tracrpc_translation::own_message;

use crate::error::{Error, Result};
use crate::permission::is_administrative;

/// The namespace about the API itself, which every login may read: clients ask it first, and
/// each call within its `multicall` is judged for itself.
const ALWAYS: &str = "system";

/// What begins the name of a namespace.
const NAMESPACE: &str = "namespace:";

/// The longest name of a namespace, in bytes.
const LONGEST_NAMESPACE: usize = 100;

/// The most namespaces of a login.
const MOST_NAMESPACES: usize = 50;

/// How much of what its user may do a login may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// For methods that only read.
    Read,
    /// For methods that read and write, without what the user may as an administrator.
    Write,
    /// For all that the user may do.
    Admin,
}

impl Level {
    const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    /// The level of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// The name, as scopes are written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

/// The scopes of a login: a level, and the namespaces of methods that it is confined to.
///
/// In words: `read`, `write` or `admin`, of which the widest counts, and any number of
/// `namespace:NAME`. A namespace stands for those below it, too, as `ticket` for
/// `ticket.milestone`. Without one the login is good for all of them.
///
/// ```
/// use tracrpc_env::Scopes;
///
/// let scopes: Scopes = "namespace:wiki read".parse()?;
/// assert_eq!(scopes.to_string(), "read namespace:wiki");
/// assert!(scopes.is_within(&"write".parse()?));
/// # Ok::<(), tracrpc_env::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes {
    level: Level,
    /// In order, none twice; none at all for every namespace.
    namespaces: Vec<String>,
}

/// A call of a method, as far as scopes are about it.
#[derive(Clone, Copy, Debug)]
pub struct ScopedCall<'a> {
    /// The full name of the method.
    pub method: &'a str,
    /// Whether it may change something.
    pub writes: bool,
    /// The action that the method requires.
    pub action: Option<&'a str>,
}

impl Scopes {
    /// Those of a level, in all namespaces.
    #[must_use]
    pub fn of(level: Level) -> Self {
        Self {
            level,
            namespaces: Vec::new(),
        }
    }

    /// The scopes that these words are.
    ///
    /// # Errors
    /// A word is no scope, there are more than 50 namespaces, or none of `read`, `write` and
    /// `admin` is there.
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut level = None;
        let mut namespaces = Vec::new();
        for word in words {
            match (Level::named(word), word.strip_prefix(NAMESPACE)) {
                (Some(named), _) => level = level.max(Some(named)),
                (None, Some(name)) if is_namespace(name) => namespaces.push(name.to_owned()),
                (None, _) => {
                    return Err(Error::invalid(own_message!(
                        "%(scope)s is no scope: there are read, write, admin and namespace:NAME.",
                        scope = word,
                    )));
                }
            }
        }
        let Some(level) = level else {
            return Err(Error::invalid(own_message!(
                "A token needs one of the scopes read, write and admin."
            )));
        };
        namespaces.sort();
        namespaces.dedup();
        if namespaces.len() > MOST_NAMESPACES {
            return Err(Error::invalid(own_message!(
                "There are more than %(most)s namespaces.",
                most = MOST_NAMESPACES,
            )));
        }
        Ok(Self { level, namespaces })
    }

    /// The level.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether these allow nothing that `others` do not.
    #[must_use]
    pub fn is_within(&self, others: &Self) -> bool {
        let mut namespaces = self.namespaces.iter();
        let is_confined = !self.namespaces.is_empty() || others.namespaces.is_empty();
        self.level <= others.level && is_confined && namespaces.all(|name| others.covers(name))
    }

    /// The scope that a call needs besides these; none if they do.
    #[must_use]
    pub fn missing_for(&self, call: ScopedCall<'_>) -> Option<String> {
        if !self.covers(call.method) && !is_below(call.method, ALWAYS) {
            let namespace = call.method.rsplit_once('.').map_or("", |(name, _)| name);
            return Some(format!("{NAMESPACE}{namespace}"));
        }
        let needed = match call.action {
            Some(action) if is_administrative(action) => Level::Admin,
            _ if call.writes => Level::Write,
            _ => Level::Read,
        };
        (self.level < needed).then(|| needed.name().to_owned())
    }

    /// Whether the user may do what this action stands for by such a login: what only
    /// administrators may do needs `admin`.
    #[must_use]
    pub fn allow_action(&self, action: &str) -> bool {
        self.level == Level::Admin || !is_administrative(action)
    }

    /// Whether a method or a namespace of this name is one that these are about.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        let mut namespaces = self.namespaces.iter();
        self.namespaces.is_empty() || namespaces.any(|namespace| is_below(name, namespace))
    }
}

/// Words with spaces or commas between them.
impl std::str::FromStr for Scopes {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let words = text.split([' ', ',']);
        Self::from_words(words.filter(|word| !word.is_empty()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.level.name())?;
        let mut namespaces = self.namespaces.iter();
        namespaces.try_for_each(|name| write!(f, " {NAMESPACE}{name}"))
    }
}

fn is_namespace(name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && name.len() <= LONGEST_NAMESPACE && name.chars().all(is_part)
}

/// Whether a name is that of a namespace, or of something in it.
fn is_below(name: &str, namespace: &str) -> bool {
    let rest = name.strip_prefix(namespace);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(text: &str) -> Scopes {
        text.parse().unwrap()
    }

    #[test]
    fn words_are_scopes() {
        let check = |text: &str, expected: Option<&str>| {
            let found = text.parse::<Scopes>().ok();
            assert_eq!(found.map(|found| found.to_string()).as_deref(), expected);
        };
        check("read", Some("read"));
        check(" admin,read ", Some("admin"));
        check(
            "namespace:wiki,write namespace:a.b namespace:wiki",
            Some("write namespace:a.b namespace:wiki"),
        );
        check("", None);
        check("namespace:wiki", None);
        check("read namespace:", None);
        check("read namespace:a/b", None);
        check("Read", None);
        check("read everything", None);
        let many: String = (0..51).map(|n| format!(" namespace:n{n}")).collect();
        check(&format!("read{many}"), None);
    }

    #[test]
    fn calls_need_scopes() {
        let check = |own: &str, method, writes, action, expected: Option<&str>| {
            let call = ScopedCall {
                method,
                writes,
                action,
            };
            let missing = scopes(own).missing_for(call);
            assert_eq!(missing.as_deref(), expected, "{own} {method}");
        };
        check("read", "wiki.getPage", false, None, None);
        check("read", "wiki.putPage", true, None, Some("write"));
        check("write", "wiki.putPage", true, Some("WIKI_MODIFY"), None);
        check(
            "write",
            "plugin.list",
            false,
            Some("TRAC_ADMIN"),
            Some("admin"),
        );
        check("write", "x.y", true, Some("MY_ADMIN"), Some("admin"));
        check("admin", "plugin.enable", true, Some("TRAC_ADMIN"), None);
        let confined = "write namespace:wiki namespace:ticket";
        check(confined, "wiki.putPage", true, None, None);
        check(confined, "ticket.type.create", true, None, None);
        check(confined, "wikis.get", false, None, Some("namespace:wikis"));
        check(
            confined,
            "plugin.list",
            false,
            None,
            Some("namespace:plugin"),
        );
        check(confined, "alone", false, None, Some("namespace:"));
        check(confined, "system.multicall", false, None, None);
        check(
            "admin namespace:wiki",
            "search.all",
            false,
            None,
            Some("namespace:search"),
        );
    }

    #[test]
    fn what_is_within_allows_no_more() {
        let check = |own: &str, others: &str, expected: bool| {
            let is_within = scopes(own).is_within(&scopes(others));
            assert_eq!(is_within, expected, "{own} within {others}");
        };
        check("read", "read", true);
        check("read", "admin", true);
        check("write", "read", false);
        check("read namespace:wiki", "read", true);
        check("read", "read namespace:wiki", false);
        check("read namespace:ticket.type", "read namespace:ticket", true);
        check("read namespace:ticket", "read namespace:ticket.type", false);
        check("read namespace:a namespace:b", "read namespace:a", false);
    }
}
