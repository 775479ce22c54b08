//! Which attachment a caller means by a name.

use tracrpc_env::{Actor, Resource, Result};
use tracrpc_pages::attachment;
use tracrpc_wire::xmlrpc::there_and_back;

/// The name of the attachment of `parent` that a caller calls `given`: the one
/// of that name, or else the one that XML-RPC has shown under it.
///
/// No document can hold some characters, and none keeps the kind of a line's
/// end, so that an attachment with such a name could be listed, but neither be
/// fetched nor deleted.
pub(crate) fn meant(actor: &Actor, parent: &Resource, given: String) -> Result<String> {
    if !given.contains(['\n', '\r', '\u{fffd}']) {
        return Ok(given);
    }
    let all = attachment::select(actor.env(), parent)?;
    if all.iter().any(|attachment| attachment.filename == given) {
        return Ok(given);
    }
    let shown = there_and_back(&given);
    let found = all
        .into_iter()
        .map(|attachment| attachment.filename)
        .find(|name| there_and_back(name) == shown);
    Ok(found.unwrap_or(given))
}
