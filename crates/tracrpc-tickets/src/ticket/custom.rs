//! The fields that `[ticket-custom]` adds.

use tracrpc_env::Result;
use tracrpc_env::config::Config;
use tracrpc_env::text::strip;

use super::field::{CustomField, Field, FieldKind};

const SECTION: &str = "ticket-custom";

/// The names that a custom field cannot have: the query language uses them,
/// or tickets have them already.
const RESERVED: &[&str] = &[
    "report",
    "order",
    "desc",
    "group",
    "groupdesc",
    "col",
    "row",
    "format",
    "max",
    "page",
    "verbose",
    "comment",
    "or",
    "id",
    "time",
    "changetime",
    "owner",
    "reporter",
    "cc",
    "summary",
    "description",
    "keywords",
];

/// The custom fields in their order.
///
/// A field with a reserved or malformed name, or with nothing to choose from,
/// is left out as in Trac.
///
/// # Errors
/// An option that has to be a number and is none.
pub(super) fn custom_fields(config: &Config) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    let options = config.options(SECTION);
    for (name, kind) in options.into_iter().filter(|(name, _)| !name.contains('.')) {
        let Some(field) = read_field(&Attributes { config, name }, kind)? else {
            continue;
        };
        if is_usable_name(name) {
            fields.push(field);
        }
    }
    fields.sort_by(|a, b| order_of(a).cmp(&order_of(b)));
    Ok(fields)
}

/// The options of one custom field.
struct Attributes<'a> {
    config: &'a Config,
    name: &'a str,
}

impl Attributes<'_> {
    fn get(&self, attribute: &str) -> Option<&str> {
        self.config
            .get(SECTION, &format!("{}.{attribute}", self.name))
    }

    fn text(&self, attribute: &str, default: &str) -> String {
        self.get(attribute).unwrap_or(default).to_owned()
    }

    fn number(&self, attribute: &str) -> Result<i64> {
        self.config
            .get_int(SECTION, &format!("{}.{attribute}", self.name))
    }

    fn is_true(&self, attribute: &str) -> bool {
        self.config
            .get_bool(SECTION, &format!("{}.{attribute}", self.name))
    }

    fn link_query(&self) -> Option<Option<String>> {
        Some(self.get("ticketlink_query").map(str::to_owned))
    }
}

fn read_field(attributes: &Attributes<'_>, kind: &str) -> Result<Option<Field>> {
    let mut field = Field::new(
        attributes.name,
        FieldKind::from_name(kind),
        &label(attributes),
    );
    field.value = Some(attributes.text("value", ""));
    let mut custom = CustomField {
        order: attributes.number("order")?,
        ..CustomField::default()
    };
    match field.kind {
        FieldKind::Select | FieldKind::Radio => {
            if !read_options(attributes, &mut field)? {
                return Ok(None);
            }
            custom.ticketlink_query = attributes.link_query();
        }
        FieldKind::Checkbox => {
            let checked = if attributes.is_true("value") {
                "1"
            } else {
                "0"
            };
            field.value = Some(checked.to_owned());
            custom.ticketlink_query = attributes.link_query();
        }
        FieldKind::Text => {
            let format = attributes.text("format", "plain");
            custom.max_size = Some(attributes.number("max_size")?);
            if matches!(format.as_str(), "reference" | "list") {
                custom.ticketlink_query = attributes.link_query();
            }
            field.format = Some(format);
        }
        FieldKind::Textarea => {
            field.format = Some(attributes.text("format", "plain"));
            custom.max_size = Some(attributes.number("max_size")?);
            custom.height = Some(attributes.number("rows")?);
        }
        FieldKind::Time => field.format = Some(attributes.text("format", "datetime")),
        FieldKind::Other(_) => {}
    }
    field.custom = Some(custom);
    Ok(Some(field))
}

/// Reads the values to choose from; false if there are none.
///
/// The first empty one only says that no value need be chosen.
fn read_options(attributes: &Attributes<'_>, field: &mut Field) -> Result<bool> {
    let listed = attributes.text("options", "");
    if listed.is_empty() {
        return Ok(false);
    }
    let mut options: Vec<_> = listed
        .split('|')
        .map(|item| strip(item).to_owned())
        .collect();
    let empty = options.iter().position(String::is_empty);
    if let Some(index) = empty {
        options.remove(index);
    }
    let allowed = &attributes.config.ticket().allowed_empty_fields;
    field.optional = empty.is_some() || allowed.iter().any(|name| name == attributes.name);
    field.options = Some(options);
    Ok(true)
}

fn label(attributes: &Attributes<'_>) -> String {
    match attributes.get("label") {
        Some(label) if !label.is_empty() => label.to_owned(),
        _ => capitalize(strip(&attributes.name.replace('_', " "))),
    }
}

/// The first letter large and the others small, as Python's `capitalize`.
fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first
            .to_uppercase()
            .chain(chars.flat_map(char::to_lowercase))
            .collect(),
        None => String::new(),
    }
}

fn order_of(field: &Field) -> (i64, &str) {
    (
        field.custom.as_ref().map_or(0, |custom| custom.order),
        &field.name,
    )
}

/// Names begin with a letter and have at least two characters.
fn is_usable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let begins_well = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let usable = begins_well
        && name.len() > 1
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !usable || RESERVED.contains(&name) {
        tracing::warn!(
            field.name = name,
            "[ticket-custom] has a field that cannot have this name"
        );
        return false;
    }
    true
}
