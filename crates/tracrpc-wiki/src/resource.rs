//! A resource: what a text belongs to, or what a link points to.

/// A thing of a Trac environment: a realm, an identifier, perhaps a version.
///
/// The resource of the text at hand decides what relative links, `comment:` and
/// `attachment:` links are relative to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    /// The realm: `wiki`, `ticket`, `milestone`, …
    pub realm: String,
    /// The identifier within the realm: a page name, a ticket number, …
    pub id: String,
    /// The version of the page at hand, if it is not the newest.
    pub version: Option<i64>,
}

impl Resource {
    /// The newest version of `id` in `realm`.
    pub fn new(realm: impl Into<String>, id: impl Into<String>) -> Self {
        Resource {
            realm: realm.into(),
            id: id.into(),
            version: None,
        }
    }

    /// The wiki page `name`.
    pub fn wiki(name: impl Into<String>) -> Self {
        Resource::new("wiki", name)
    }

    /// The ticket with number `id`.
    pub fn ticket(id: i64) -> Self {
        Resource::new("ticket", id.to_string())
    }

    /// The milestone `name`.
    pub fn milestone(name: impl Into<String>) -> Self {
        Resource::new("milestone", name)
    }
}
