//! What a ticket field is: its type, label, default, options.

use tracrpc_translation::Catalog;

use super::name::FieldName;

/// A field that tickets have.
///
/// The attributes are those of Trac's field dictionaries, which
/// `ticket.getTicketFields` hands out.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name, such as `summary`.
    pub name: FieldName,
    /// The type.
    pub kind: FieldKind,
    /// The label for people.
    pub label: String,
    /// How the text is shown: `wiki`, `list`, `reference`, `date`, ….
    pub format: Option<String>,
    /// The default, where the field has one at all.
    pub value: Option<String>,
    /// The values to choose from.
    pub options: Option<Vec<String>>,
    /// Whether an empty value may be chosen.
    pub optional: bool,
    /// What only fields from `[ticket-custom]` have.
    pub custom: Option<CustomField>,
}

/// What only fields from `[ticket-custom]` have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomField {
    /// The place among the custom fields.
    pub order: i64,
    /// The greatest length in characters, 0 for none.
    pub max_size: Option<i64>,
    /// The number of lines of a text area.
    pub height: Option<i64>,
    /// The query behind the link on the value: outer none if the type has no
    /// such link, inner none if it is not configured.
    pub ticketlink_query: Option<Option<String>>,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// Several lines of text.
    Textarea,
    /// One of a list.
    Select,
    /// One of a list, all of them in view.
    Radio,
    /// `1` or `0`.
    Checkbox,
    /// A moment or a day.
    Time,
    /// A type that Trac does not know; it is kept as it stands in `trac.ini`
    /// and treated as a line of text.
    Other(String),
}

impl Field {
    /// A field that has just a name, a type and a label.
    pub(crate) fn new(name: &str, kind: FieldKind, label: &str) -> Self {
        Self {
            name: name.into(),
            kind,
            label: label.to_owned(),
            format: None,
            value: None,
            options: None,
            optional: false,
            custom: None,
        }
    }

    pub(crate) fn format(mut self, format: &str) -> Self {
        self.format = Some(format.to_owned());
        self
    }

    /// The label in a language. That of a custom field is as the administrator wrote it.
    #[must_use]
    pub fn label_in<'a>(&'a self, catalog: &'a Catalog) -> &'a str {
        match self.is_custom() {
            true => &self.label,
            false => catalog.gettext(&self.label),
        }
    }

    /// Whether it comes from `[ticket-custom]`.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        self.custom.is_some()
    }
}

impl FieldKind {
    /// The type that has this name in `trac.ini`.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "text" => Self::Text,
            "textarea" => Self::Textarea,
            "select" => Self::Select,
            "radio" => Self::Radio,
            "checkbox" => Self::Checkbox,
            "time" => Self::Time,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name in `trac.ini`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Text => "text",
            Self::Textarea => "textarea",
            Self::Select => "select",
            Self::Radio => "radio",
            Self::Checkbox => "checkbox",
            Self::Time => "time",
            Self::Other(name) => name,
        }
    }
}

/// The fields of an environment's tickets, in Trac's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    fields: Vec<Field>,
}

impl Fields {
    /// The fields in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Field> {
        self.fields.iter()
    }

    /// The field of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == *name)
    }

    /// Whether there is a field of that name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether the field of that name is one of `[ticket-custom]`.
    #[must_use]
    pub fn is_custom(&self, name: &str) -> bool {
        self.get(name).is_some_and(Field::is_custom)
    }

    /// Whether the field of that name holds times.
    #[must_use]
    pub fn is_time(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|field| field.kind == FieldKind::Time)
    }

    /// The names of the fields that are columns of Trac's table `ticket`.
    pub fn standard_names(&self) -> impl Iterator<Item = &FieldName> {
        let standard = self.iter().filter(|field| !field.is_custom());
        standard.map(|field| &field.name)
    }

    /// The fields of `[ticket-custom]`.
    pub fn custom(&self) -> impl Iterator<Item = &Field> {
        self.iter().filter(|field| field.is_custom())
    }
}

impl FromIterator<Field> for Fields {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        Self {
            fields: fields.into_iter().collect(),
        }
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = &'a Field;
    type IntoIter = std::slice::Iter<'a, Field>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
