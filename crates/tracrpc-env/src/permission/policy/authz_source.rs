//! AuthzSourcePolicy: what Subversion's own access file says of files and changesets.

use std::path::PathBuf;
use std::sync::Arc;

use tracrpc_translation::message;

use super::files::{PolicyFiles, Reading};
use super::source_access::{SourceAccess, parents};
use super::{Differs, Policy, PolicySetting, Question};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::repository;
use crate::resource::Resource;

/// The policy with its file as it was when it was last read.
struct AuthzSourcePolicy {
    path: Option<PathBuf>,
    default_module: String,
    files: Arc<PolicyFiles>,
    reading: Reading<SourceAccess>,
}

pub(super) fn make(setting: &PolicySetting<'_>) -> Arc<dyn Policy> {
    let path = setting.config.get_path("svn", "authz_file");
    let module = setting
        .config
        .get("svn", "authz_module_name")
        .unwrap_or_default();
    Arc::new(AuthzSourcePolicy::read(
        path,
        module.to_owned(),
        Arc::clone(setting.files),
    ))
}

impl AuthzSourcePolicy {
    fn read(path: Option<PathBuf>, default_module: String, files: Arc<PolicyFiles>) -> Self {
        let option = "[svn] authz_file";
        let reading = Reading::new(&files, option, path.as_deref(), SourceAccess::parse);
        Self {
            path,
            default_module,
            files,
            reading,
        }
    }

    /// What one reading of the file says.
    fn decide(&self, access: &SourceAccess, question: &Question<'_>) -> Result<Option<bool>> {
        let usernames = usernames(question.username());
        let Some(resource) = question.resource() else {
            return Ok(access.lets_in_any(&usernames).then_some(true));
        };
        let env = question.env();
        let name = resource
            .parent
            .as_deref()
            .map(Resource::id)
            .unwrap_or_default();
        let Some(scope) = repository::scope(env, name)? else {
            return Ok(Some(true));
        };
        let modules = self.modules(name);
        let readable = |path: &str| check_path(access, &modules, &usernames, &scope, path);
        if resource.realm == "source" {
            return Ok(readable(resource.id()));
        }
        let paths = changed_paths(env, name, resource.id())?;
        let allowed = paths.is_empty() || paths.iter().any(|path| readable(path) == Some(true));
        Ok(allowed.then_some(true))
    }

    /// The sections of the access file that count for a repository.
    fn modules<'a>(&'a self, repository: &'a str) -> Vec<&'a str> {
        match repository {
            "" if self.default_module.is_empty() => vec![""],
            "" => vec![&self.default_module, ""],
            name => vec![name, ""],
        }
    }
}

impl Policy for AuthzSourcePolicy {
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        if !is_handled(question) {
            return Ok(None);
        }
        self.reading
            .strictest(|access| self.decide(access, question))
    }

    fn differs(&self, _: &str, _: &str, realm: &str) -> Differs {
        match realm {
            "source" | "changeset" => Differs::ByResource,
            _ => Differs::No,
        }
    }

    fn refreshed(&self) -> Option<Arc<dyn Policy>> {
        let is_current = self.reading.is_current(self.path.as_deref());
        (!is_current).then(|| -> Arc<dyn Policy> {
            Arc::new(Self::read(
                self.path.clone(),
                self.default_module.clone(),
                Arc::clone(&self.files),
            ))
        })
    }
}

fn is_handled(question: &Question<'_>) -> bool {
    let realm = question.resource().map(|resource| resource.realm.as_ref());
    matches!(
        (realm, question.action()),
        (
            None,
            "BROWSER_VIEW" | "CHANGESET_VIEW" | "FILE_VIEW" | "LOG_VIEW"
        ) | (Some("source"), "BROWSER_VIEW" | "FILE_VIEW" | "LOG_VIEW")
            | (Some("changeset"), "CHANGESET_VIEW")
    )
}

/// The names under which the access file may speak of a user.
fn usernames(username: &str) -> Vec<&str> {
    match username {
        "anonymous" => vec!["$anonymous", "*"],
        name => vec![name, "$authenticated", "*"],
    }
}

/// A folder is readable if anything below it is; else the nearest section
/// above that speaks of the user decides.
fn check_path(
    access: &SourceAccess,
    modules: &[&str],
    usernames: &[&str],
    scope: &str,
    path: &str,
) -> Option<bool> {
    let parts = [scope.trim_matches('/'), path.trim_matches('/')];
    let joined = parts
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join("/");
    let path = match joined.as_str() {
        "" => "/".to_owned(),
        joined => format!("/{joined}/"),
    };
    let mut below = access
        .paths(modules)
        .filter(|known| known.starts_with(&path));
    if below.any(|known| access.decide(modules, known, usernames) == Some(true)) {
        return Some(true);
    }
    parents(&path).find_map(|place| access.decide(modules, place, usernames))
}

/// The paths that a changeset changed, as Trac recorded them.
fn changed_paths(env: &Environment, repository: &str, revision: &str) -> Result<Vec<String>> {
    // Subversion's revisions are kept with ten digits, so that they sort.
    let padded = match revision.parse::<u64>() {
        Ok(number) => format!("{number:010}"),
        Err(_) => revision.to_owned(),
    };
    env.db().read(|connection| {
        let id = repository::id(connection, repository)?;
        let keys = [id.into(), revision.into(), padded.as_str().into()];
        let known = connection.query_one(
            "SELECT rev FROM revision WHERE repos = ? AND rev IN (?, ?)",
            &keys,
        )?;
        if known.is_none() {
            return Err(Error::not_found(message!(
                "No changeset %(rev)s in the repository",
                rev = revision
            ))
            .with_title(message!("No such changeset")));
        }
        let rows = connection.query(
            "SELECT path FROM node_change \
             WHERE repos = ? AND rev IN (?, ?) AND path IS NOT NULL",
            &keys,
        )?;
        rows.iter().map(|row| Ok(row.get(0)?)).collect()
    })
}
