//! The fields that all tickets have, with the values to choose from.

use tracrpc_env::config::Config;
use tracrpc_env::{Environment, Result};

use super::custom::custom_fields;
use super::field::{Field, FieldKind, Fields};
use crate::enums::{self, EnumKind};
use crate::milestone::model as milestone;
use crate::{component, version};

/// All fields in the order of Trac: the standard ones, then those of
/// `[ticket-custom]` whose name is still free.
///
/// # Errors
/// A configuration that Trac would refuse, or a database that fails.
pub(super) fn all_fields(env: &Environment, config: &Config, states: &[String]) -> Result<Fields> {
    let mut fields = vec![
        Field::new("summary", FieldKind::Text, "Summary"),
        Field::new("reporter", FieldKind::Text, "Reporter"),
        Field::new("owner", FieldKind::Text, "Owner"),
        Field::new("description", FieldKind::Textarea, "Description").format("wiki"),
    ];
    for (name, label) in CHOICES {
        fields.extend(choice(config, name, label, options(env, states, name)?)?);
    }
    fields.extend([
        Field::new("keywords", FieldKind::Text, "Keywords").format("list"),
        Field::new("cc", FieldKind::Text, "Cc").format("list"),
        Field::new("time", FieldKind::Time, "Created").format("relative"),
        Field::new("changetime", FieldKind::Time, "Modified").format("relative"),
    ]);
    for field in custom_fields(config)? {
        if fields.iter().all(|known| known.name != field.name) {
            fields.push(field);
        }
    }
    Ok(fields.into_iter().collect())
}

/// The fields with values to choose from, and their labels.
const CHOICES: [(&str, &str); 8] = [
    ("type", "Type"),
    ("status", "Status"),
    ("priority", "Priority"),
    ("milestone", "Milestone"),
    ("component", "Component"),
    ("version", "Version"),
    ("severity", "Severity"),
    ("resolution", "Resolution"),
];

/// A field without values to choose from does not exist.
fn choice(config: &Config, name: &str, label: &str, options: Vec<String>) -> Result<Option<Field>> {
    if options.is_empty() {
        return Ok(None);
    }
    let workflows = matches!(name, "status" | "resolution");
    let kind = if workflows {
        FieldKind::Radio
    } else {
        FieldKind::Select
    };
    let section = config.ticket();
    let mut field = Field::new(name, kind, label);
    field.optional = workflows
        || section
            .allowed_empty_fields
            .iter()
            .any(|allowed| allowed == name);
    field.value = Some(match name {
        "type" => section.default_type.clone(),
        "priority" => section.default_priority.clone(),
        "milestone" => section.default_milestone.clone(),
        "component" => section.default_component.clone(),
        "version" => section.default_version.clone(),
        "severity" => section.default_severity.clone(),
        "resolution" => section.default_resolution.clone(),
        _ => String::new(),
    });
    field.options = Some(options);
    Ok(Some(field))
}

fn options(env: &Environment, states: &[String], name: &str) -> Result<Vec<String>> {
    let values = |kind| -> Result<Vec<String>> {
        Ok(enums::list(env, kind)?
            .into_iter()
            .map(|value| value.name)
            .collect())
    };
    match name {
        "type" => values(EnumKind::Type),
        "status" => Ok(states.to_vec()),
        "priority" => values(EnumKind::Priority),
        "milestone" => Ok(milestone::list(env)?
            .into_iter()
            .map(|known| known.name)
            .collect()),
        "component" => Ok(component::list(env)?
            .into_iter()
            .map(|known| known.name)
            .collect()),
        "version" => Ok(version::list(env)?
            .into_iter()
            .map(|known| known.name)
            .collect()),
        "severity" => values(EnumKind::Severity),
        _ => values(EnumKind::Resolution),
    }
}
