//! The repositories that an environment knows of. None is opened: what is told of one is why not.

use std::collections::BTreeMap;
use std::sync::Arc;

use tracrpc_env::config::{Config, as_bool};
use tracrpc_env::name::natural_order;
use tracrpc_env::stored::Int;
use tracrpc_env::{Actor, Environment, Resource, Result};
use tracrpc_translation::{Message, message, own_message};
use tracrpc_wiki::macros::RepositoryEntry;

/// The types of repositories that Trac can open, each with the component that does.
const CONNECTORS: [(&str, &str); 4] = [
    ("direct-svnfs", SUBVERSION),
    ("svnfs", SUBVERSION),
    ("svn", SUBVERSION),
    ("git", "tracopt.versioncontrol.git.git_fs.GitConnector"),
];
const SUBVERSION: &str = "tracopt.versioncontrol.svn.svn_fs.SubversionConnector";

/// The attributes of a repository: `dir`, `type`, `alias`, `description`, `hidden`.
type Attributes = BTreeMap<String, String>;

/// All repositories, by their names; the default one has none.
pub(super) struct Repositories {
    by_name: BTreeMap<String, Attributes>,
    default_type: String,
    config: Arc<Config>,
}

impl Repositories {
    /// Those of the table `repository` and of the section `[repositories]`, where only names count
    /// that are not in the table.
    pub(super) fn read(env: &Environment) -> Result<Self> {
        let config = env.config();
        let mut by_name = BTreeMap::new();
        if config.is_on("trac.versioncontrol.api.RepositoryManager") {
            by_name.extend(configured(&config.options("repositories")));
        }
        if config.is_on("trac.versioncontrol.api.DbRepositoryProvider") {
            by_name.extend(recorded(env)?);
        }
        let default_type = config.get("versioncontrol", "default_repository_type");
        Ok(Repositories {
            by_name,
            default_type: default_type.unwrap_or_default().to_owned(),
            config,
        })
    }

    /// The list of the macro `RepositoryIndex`, sorted by name.
    pub(super) fn entries(&self, actor: &Actor) -> Result<Vec<RepositoryEntry>> {
        let shown = self.by_name.iter().filter(|(name, attributes)| {
            let is_hidden = attributes.get("hidden").is_some_and(|value| as_bool(value));
            !name.is_empty() && !is_hidden
        });
        let mut entries = actor.filter("BROWSER_VIEW", shown.collect(), |(name, _)| {
            Resource::new("repository", name.as_str()).child("source", "/")
        })?;
        entries.sort_by(|(one, _), (other, _)| {
            natural_order(&one.to_lowercase(), &other.to_lowercase())
        });
        let entry = |(name, attributes): (&String, &Attributes)| RepositoryEntry {
            name: name.clone(),
            is_alias_of_default: attributes.get("alias").is_some_and(String::is_empty),
            description: attributes.get("description").cloned().unwrap_or_default(),
            error: match self.failure(name) {
                Some(reason) => {
                    let reason = reason.in_language(actor.catalog());
                    format!("InvalidConnector: {reason}")
                }
                None => "\u{2013}".to_owned(),
            },
        };
        Ok(entries.into_iter().map(entry).collect())
    }

    /// Why a link to a path, which begins with the name of a repository, leads nowhere.
    pub(super) fn reason(&self, path: &str) -> Message {
        let path = format!("{}/", path.trim_matches('/'));
        let names = self.by_name.keys().filter(|name| {
            let name = format!("{}/", name.trim_matches('/'));
            path.starts_with(&name)
        });
        let name = names.max_by_key(|name| (name.trim_matches('/').len(), *name));
        let name = name.map_or("", String::as_str);
        match (self.failure(name), name) {
            (Some(reason), _) => reason,
            (None, "") => message!("No default repository defined"),
            (None, name) => message!("Repository '%(repo)s' not found", repo = name),
        }
    }

    /// Why a repository is not opened; nothing if there is none of that name.
    fn failure(&self, name: &str) -> Option<Message> {
        let attributes = self.by_name.get(name)?;
        let attributes = match attributes.get("alias") {
            Some(alias) => self.by_name.get(alias)?,
            None => attributes,
        };
        attributes
            .get("dir")
            .filter(|directory| !directory.is_empty())?;
        let kind = attributes.get("type").filter(|kind| !kind.is_empty());
        let kind = kind.unwrap_or(&self.default_type);
        let connector = CONNECTORS.iter().find(|(known, _)| known == kind);
        let reason = match connector {
            Some((_, component)) if self.config.is_on(component) => {
                own_message!("this server does not open repositories")
            }
            _ => {
                return Some(message!(
                    "Unsupported version control system \"%(name)s\": Can't find an appropriate \
                     component, maybe the corresponding plugin was not enabled? ",
                    name = kind
                ));
            }
        };
        Some(message!(
            "Unsupported version control system \"%(name)s\": %(error)s",
            name = kind,
            error = reason
        ))
    }
}

/// `name.dir` makes a repository; `name.alias` or `name` alone one that is another by that name;
/// `name.attribute` says more.
fn configured(options: &[(&str, &str)]) -> BTreeMap<String, Attributes> {
    let mut found: BTreeMap<String, Attributes> = BTreeMap::new();
    for (option, value) in options {
        if let Some(name) = option.strip_suffix(".dir").filter(|_| !value.is_empty()) {
            found.entry(name.to_owned()).or_default();
        }
    }
    for (option, alias) in options {
        let name = option.strip_suffix(".alias");
        let name = name.or_else(|| (!option.contains('.')).then_some(*option));
        if let Some(name) = name.filter(|_| found.contains_key(*alias)) {
            let attributes = found.entry(name.to_owned()).or_default();
            attributes.insert("alias".to_owned(), (*alias).to_owned());
        }
    }
    for (option, value) in options {
        if let Some((name, attribute)) = option.rsplit_once('.').filter(|(_, a)| *a != "alias")
            && let Some(attributes) = found.get_mut(name)
        {
            attributes.insert(attribute.to_owned(), (*value).to_owned());
        }
    }
    found
}

/// The rows of the table that have a name, and a directory or an alias.
fn recorded(env: &Environment) -> Result<BTreeMap<String, Attributes>> {
    let rows = env.db().read(|connection| {
        connection.query(
            "SELECT id, name, value FROM repository \
             WHERE value IS NOT NULL AND name IS NOT NULL",
            &[],
        )
    })?;
    let mut by_id: BTreeMap<i64, Attributes> = BTreeMap::new();
    for row in rows {
        let Some(id) = row.get::<Int>(0)?.known() else {
            continue;
        };
        let attributes = by_id.entry(id).or_default();
        attributes.insert(row.get(1)?, row.get(2)?);
    }
    let is_known = |attributes: &Attributes| {
        attributes.contains_key("dir") || attributes.contains_key("alias")
    };
    let known = by_id.into_values().filter(is_known);
    let named = known.filter_map(|attributes| Some((attributes.get("name")?.clone(), attributes)));
    Ok(named.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_of_trac_ini() {
        let check = |options: &[(&str, &str)], name: &str, want: Option<&[(&str, &str)]>| {
            let found = configured(options);
            let got = found.get(name).map(|attributes| {
                let pairs = attributes.iter();
                pairs
                    .map(|(key, value)| (key.as_str(), value.as_str()))
                    .collect::<Vec<_>>()
            });
            assert_eq!(got.as_deref(), want, "{options:?} {name}");
        };
        let options = [
            ("a.dir", "/x"),
            ("a.hidden", "true"),
            ("b", "a"),
            ("c.alias", "a"),
            ("d.alias", "nosuch"),
            ("e.type", "git"),
            ("f.dir", ""),
            (".dir", "/y"),
        ];
        check(&options, "a", Some(&[("dir", "/x"), ("hidden", "true")]));
        check(&options, "b", Some(&[("alias", "a")]));
        check(&options, "c", Some(&[("alias", "a")]));
        check(&options, "", Some(&[("dir", "/y")]));
        for name in ["d", "e", "f"] {
            check(&options, name, None);
        }
    }
}
