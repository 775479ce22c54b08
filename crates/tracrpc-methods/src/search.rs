//! `search.*`: search over all realms.

use tracrpc_env::{Actor, Result};
use tracrpc_wire::Value;

use crate::method::{Method, Namespace};

/// The namespace.
pub(crate) fn namespace() -> Namespace {
    Namespace::new(
        "search",
        "Search over tickets, pages, milestones and changesets.",
    )
    .method(
        Method::new("getSearchFilters", get_search_filters)
            .reads()
            .permission("SEARCH_VIEW")
            .returns("array")
            .doc("What can be searched: an array of pairs of name and description."),
    )
    .method(
        Method::new("performSearch", perform_search)
            .reads()
            .permission("SEARCH_VIEW")
            .heavy_if(|_, _| true)
            .returns("array")
            .parameters(&["string query", "array filters=None"])
            .doc(
                "Finds that in which all words and quoted phrases of `query` occur. `filters` \
                     are names from `search.getSearchFilters`; without it everything is searched. \
                     Each result is an array of address, title, date, author and excerpt.",
            ),
    )
}

fn get_search_filters(actor: &Actor) -> Result<Vec<Value>> {
    let filters = tracrpc_search::filters(actor)?;
    Ok(filters
        .into_iter()
        .map(|filter| {
            let label = actor.catalog().gettext(&filter.label);
            Value::Array(vec![filter.name.into_owned().into(), label.into()])
        })
        .collect())
}

fn perform_search(
    actor: &Actor,
    query: String,
    filters: Option<Vec<String>>,
) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    tracrpc_search::perform(actor, &query, filters.as_deref(), |hit| rows.push(row(hit)))?;
    Ok(rows)
}

fn row(hit: tracrpc_search::Hit) -> Value {
    Value::Array(vec![
        hit.href.into(),
        hit.title.into(),
        hit.time.into(),
        hit.author.into(),
        hit.excerpt.into(),
    ])
}
