//! DefaultWikiPolicy: a read-only page takes WIKI_ADMIN to change, rename or delete.

use std::sync::Arc;

use super::{Differs, Policy, PolicySetting, Question};
use crate::error::Result;
use crate::resource::Resource;
use crate::stored::is_set;

struct DefaultWikiPolicy;

pub(super) fn make(_: &PolicySetting<'_>) -> Arc<dyn Policy> {
    Arc::new(DefaultWikiPolicy)
}

const GUARDED: [&str; 3] = ["WIKI_DELETE", "WIKI_MODIFY", "WIKI_RENAME"];

impl Policy for DefaultWikiPolicy {
    fn check(&self, question: &Question<'_>) -> Result<Option<bool>> {
        let Some(page) = question.in_realm("wiki") else {
            return Ok(None);
        };
        if question.action() == "WIKI_CHANGE_READONLY" {
            return question.also("WIKI_ADMIN").map(Some);
        }
        let refused = GUARDED.contains(&question.action())
            && is_readonly(question, page)?
            && !question.also("WIKI_ADMIN")?;
        Ok(refused.then_some(false))
    }

    fn differs(&self, _: &str, action: &str, realm: &str) -> Differs {
        match realm == "wiki" && GUARDED.contains(&action) {
            true => Differs::ByResource,
            false => Differs::No,
        }
    }
}

/// Whether the page in its version, or in its latest, is read-only. A page
/// that does not exist is not.
fn is_readonly(question: &Question<'_>, page: &Resource) -> Result<bool> {
    let Some(name) = page.id.as_deref().filter(|name| !name.is_empty()) else {
        return Ok(false);
    };
    let row = question.env().db().read(|connection| match page.version {
        Some(version) => connection.query_one(
            "SELECT readonly FROM wiki WHERE name = ? AND version = ?",
            &[name.into(), version.into()],
        ),
        None => connection.query_one(
            "SELECT readonly FROM wiki WHERE name = ? ORDER BY version DESC LIMIT 1",
            &[name.into()],
        ),
    })?;
    row.map_or(Ok(false), |row| is_set(&row, 0))
}
