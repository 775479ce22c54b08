//! Which thing of an environment an operation is about.

use std::borrow::Cow;

use tracrpc_translation::{Message, message};

use crate::config::Config;
use crate::error::Error;

/// A thing of an environment, or, without an id, all of its realm.
///
/// Mirrors Trac's `trac.resource.Resource`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// `wiki`, `ticket`, `milestone`, `attachment`, …; empty for none.
    pub realm: Cow<'static, str>,
    /// The page's name, the ticket's number, …; none for the whole realm.
    pub id: Option<String>,
    /// The version, none for the latest.
    pub version: Option<i64>,
    /// What an attachment belongs to.
    pub parent: Option<Box<Resource>>,
}

impl Resource {
    /// All of a realm.
    #[must_use]
    pub fn realm(realm: impl Into<Cow<'static, str>>) -> Self {
        Self {
            realm: realm.into(),
            id: None,
            version: None,
            parent: None,
        }
    }

    /// The thing that `realm` knows as `id`.
    #[must_use]
    pub fn new(realm: impl Into<Cow<'static, str>>, id: impl ToString) -> Self {
        Self {
            id: Some(id.to_string()),
            ..Self::realm(realm)
        }
    }

    /// A ticket.
    #[must_use]
    pub fn ticket(id: i64) -> Self {
        Self::new("ticket", id)
    }

    /// A wiki page, in its latest version.
    #[must_use]
    pub fn wiki(name: impl Into<String>) -> Self {
        Self::new("wiki", name.into())
    }

    /// A milestone.
    #[must_use]
    pub fn milestone(name: impl Into<String>) -> Self {
        Self::new("milestone", name.into())
    }

    /// The same thing in one of its versions.
    #[must_use]
    pub fn at_version(mut self, version: Option<i64>) -> Self {
        self.version = version;
        self
    }

    /// A thing that belongs to this one, such as an attachment.
    #[must_use]
    pub fn child(&self, realm: impl Into<Cow<'static, str>>, id: impl ToString) -> Self {
        Self {
            parent: Some(Box::new(self.clone())),
            ..Self::new(realm, id)
        }
    }

    /// All children of one realm, such as the attachments of a page.
    #[must_use]
    pub fn children(&self, realm: impl Into<Cow<'static, str>>) -> Self {
        Self {
            parent: Some(Box::new(self.clone())),
            ..Self::realm(realm)
        }
    }

    /// The id, empty for a whole realm.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// The words by which Trac names the thing in messages.
    ///
    /// ```
    /// use tracrpc_env::Resource;
    ///
    /// let ticket = Resource::ticket(1);
    /// assert_eq!(ticket.describe().to_string(), "Ticket #1");
    /// let attachment = ticket.child("attachment", "a.txt");
    /// assert_eq!(attachment.describe().to_string(), "Attachment 'a.txt' in Ticket #1");
    /// ```
    #[must_use]
    pub fn describe(&self) -> Message {
        self.describe_where(&|_| true)
    }

    /// The same where some of Trac's components may be off, which know the words.
    pub(crate) fn describe_where(&self, is_on: &dyn Fn(&str) -> bool) -> Message {
        let id = self.id();
        match self.realm.as_ref() {
            "wiki" if is_on("trac.wiki.api.WikiSystem") => id.to_owned().into(),
            "ticket" if is_on("trac.ticket.api.TicketSystem") => {
                message!("Ticket #%(shortname)s", shortname = id)
            }
            "milestone" if is_on("trac.ticket.roadmap.MilestoneModule") => {
                message!("Milestone %(name)s", name = id)
            }
            "attachment" if is_on("trac.attachment.AttachmentModule") => {
                self.describe_attachment(is_on)
            }
            realm => format!("{realm}:{id}").into(),
        }
    }

    /// What people see: as [`describe`](Self::describe), but for pages whose
    /// CamelCase names are shown as words, where `[wiki] split_page_names` says so
    /// (`trac/wiki/api.py: WikiSystem.format_page_name`).
    #[must_use]
    pub fn describe_in(&self, config: &Config) -> Message {
        self.shown_in(config).describe()
    }

    /// The same thing under the name that people see.
    pub(crate) fn shown_in(&self, config: &Config) -> Cow<'_, Self> {
        match config.get_bool("wiki", "split_page_names") {
            true => Cow::Owned(self.with_split_name()),
            false => Cow::Borrowed(self),
        }
    }

    fn with_split_name(&self) -> Self {
        let split = |id: &String| match self.realm == "wiki" {
            true => tracrpc_wiki::split_name(id),
            false => id.clone(),
        };
        Self {
            id: self.id.as_ref().map(split),
            parent: self
                .parent
                .as_ref()
                .map(|parent| Box::new(parent.with_split_name())),
            ..self.clone()
        }
    }

    fn describe_attachment(&self, is_on: &dyn Fn(&str) -> bool) -> Message {
        let parent = |parent: &Resource| parent.describe_where(is_on);
        match (&self.parent, &self.id) {
            (None, _) => message!("Unparented attachment %(id)s", id = self.id()),
            (Some(of), Some(id)) => message!(
                "Attachment '%(id)s' in %(parent)s",
                id = id,
                parent = parent(of),
            ),
            (Some(of), None) => message!("Attachments of %(parent)s", parent = parent(of)),
        }
    }
}

impl Error {
    /// The user lacks `action`, on `resource` if that is given, in the words of
    /// Trac's `PermissionError`. A resource without an id stands for its whole
    /// realm and is not named.
    #[must_use]
    pub fn missing_permission(action: &str, resource: Option<&Resource>) -> Self {
        Self::missing_permission_where(action, resource, &|_| true)
    }

    /// The same where some of Trac's components may be off.
    pub(crate) fn missing_permission_where(
        action: &str,
        resource: Option<&Resource>,
        is_on: &dyn Fn(&str) -> bool,
    ) -> Self {
        let has_name = |resource: &&Resource| resource.id.as_ref().is_some_and(|id| !id.is_empty());
        Self::forbidden(match resource.filter(has_name) {
            Some(resource) => message!(
                "%(perm)s privileges are required to perform this operation on %(resource)s. \
                 You don't have the required permissions.",
                perm = action,
                resource = resource.describe_where(is_on),
            ),
            None => message!(
                "%(perm)s privileges are required to perform this operation. \
                 You don't have the required permissions.",
                perm = action,
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn describe() {
        let check =
            |resource: Resource, expected| assert_eq!(resource.describe().to_string(), expected);
        check(Resource::wiki("WikiStart").at_version(Some(3)), "WikiStart");
        check(Resource::milestone("m1"), "Milestone m1");
        check(Resource::new("report", 1), "report:1");
        check(
            Resource::wiki("Page").children("attachment"),
            "Attachments of Page",
        );
        check(Resource::new("attachment", "x"), "Unparented attachment x");
    }

    #[test]
    fn missing_permission_speaks_as_trac_does() {
        let check = |resource: Option<&Resource>, expected: &str| {
            let error = Error::missing_permission("WIKI_VIEW", resource);
            assert_eq!(error.message(), expected);
            assert_eq!(error.kind(), ErrorKind::Forbidden);
            assert_eq!(error.title(), Some(&message!("Forbidden")));
        };
        let nowhere = "WIKI_VIEW privileges are required to perform this operation. \
                       You don't have the required permissions.";
        check(None, nowhere);
        check(Some(&Resource::realm("wiki")), nowhere);
        check(Some(&Resource::wiki("")), nowhere);
        check(
            Some(&Resource::wiki("Team/Notes").child("attachment", "a.txt")),
            "WIKI_VIEW privileges are required to perform this operation on Attachment 'a.txt' \
             in Team/Notes. You don't have the required permissions.",
        );
    }
}
