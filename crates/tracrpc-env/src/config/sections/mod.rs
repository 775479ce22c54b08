//! The sections that this project reads, as typed structs.
//!
//! An option is one documented field; a section is one file and one line in
//! the list below. A value that cannot be understood is an error of all who need
//! that option, and of nobody else: see [`Checked`](super::Checked).

mod attachment;
mod authz;
mod milestone;
mod mimeviewer;
mod notification;
mod project;
mod query;
mod search;
mod ticket;
mod trac;
mod tracrpc;
mod wiki;

use super::defaults::OptionRow;
use super::{Config, Values};

/// Declares a section: a struct with a field for each option, the option's
/// documentation on it, its type, and Trac's default as `trac.ini` writes it.
/// `(optional)` marks sections that are of no use to most, which a new `trac.ini` does not have.
macro_rules! section {
    (
        $(#[$meta:meta])*
        $name:ident = $section:literal $(($flag:ident))? {
            $(
                $(#[doc = $doc:literal])*
                $field:ident $(($option:literal))? : $kind:ty = $default:literal,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[doc = $doc])* pub $field: $kind, )*
        }

        impl $crate::config::sections::Section for $name {
            const OPTIONAL: bool = section!(@flag $($flag)?);

            const ROWS: &'static [$crate::config::OptionRow] = &[
                $($crate::config::OptionRow {
                    section: $section,
                    option: section!(@option $field $($option)?),
                    default: $default,
                    doc: concat!($($doc, "\n"),*),
                    optional: Self::OPTIONAL,
                },)*
            ];

            fn read(values: &$crate::config::Values) -> Self {
                Self {
                    $($field: values.keep($section, section!(@option $field $($option)?)),)*
                }
            }
        }
    };
    (@option $field:ident) => { stringify!($field) };
    (@option $field:ident $option:literal) => { $option };
    (@flag) => { false };
    (@flag optional) => { true };
}
use section;

/// A section that knows its options.
pub(super) trait Section: Sized {
    /// Whether it belongs to a part of Trac that is off by default.
    const OPTIONAL: bool;

    /// The options with their defaults.
    const ROWS: &'static [OptionRow];

    /// The section as it is set.
    fn read(values: &Values) -> Self;
}

/// Lists the sections: the method of [`Config`] and the struct.
macro_rules! sections {
    ($( $(#[doc = $doc:literal])* $method:ident: $kind:path, )*) => {
        /// The options of all sections that have a struct.
        pub(super) const ROWS: &[&[OptionRow]] = &[$(<$kind as Section>::ROWS,)*];

        /// All sections as they were read.
        #[derive(Debug)]
        pub(super) struct Sections {
            $($method: $kind,)*
        }

        impl Sections {
            pub(super) fn read(values: &Values) -> Self {
                Self { $($method: <$kind as Section>::read(values),)* }
            }
        }

        impl Config {
            $(
                $(#[doc = $doc])*
                #[must_use]
                pub fn $method(&self) -> &$kind {
                    &self.sections.$method
                }
            )*
        }
    };
}

sections! {
    /// `[attachment]`: what may be attached.
    attachment: attachment::AttachmentSection,
    /// `[authz_policy]`: the file of fine-grained permissions.
    authz_policy: authz::AuthzPolicySection,
    /// `[milestone]`: milestones.
    milestone: milestone::MilestoneSection,
    /// `[mimeviewer]`: source text.
    mimeviewer: mimeviewer::MimeviewerSection,
    /// `[notification]`: mail about changes.
    notification: notification::NotificationSection,
    /// `[project]`: what the project is called.
    project: project::ProjectSection,
    /// `[query]`: ticket queries.
    query: query::QuerySection,
    /// `[search]`: the search.
    search: search::SearchSection,
    /// `[svn]`: permissions of the repositories' files.
    svn: authz::SvnSection,
    /// `[ticket]`: new tickets and their limits.
    ticket: ticket::TicketSection,
    /// `[trac]`: what concerns all of the environment.
    trac: trac::TracSection,
    /// `[tracrpc]`: what Trac has no option for.
    tracrpc: tracrpc::TracrpcSection,
    /// `[wiki]`: pages and their markup.
    wiki: wiki::WikiSection,
}

pub use attachment::AttachmentSection;
pub use authz::{AuthzPolicySection, SvnSection};
pub use milestone::MilestoneSection;
pub use mimeviewer::MimeviewerSection;
pub use notification::NotificationSection;
pub use project::ProjectSection;
pub use query::QuerySection;
pub use search::SearchSection;
pub use ticket::TicketSection;
pub use trac::{DateFormat, DateInfoFormat, TracSection};
pub use tracrpc::TracrpcSection;
pub use wiki::WikiSection;
