//! The subject of a mail, from its template.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment as Templates, context};
use tracrpc_env::text::is_space;
use tracrpc_env::{Error, Result};
use tracrpc_tickets::ticket::FieldName;

use super::message::Story;
use super::news::NewsKind;

/// `Re: ` for all but the first, then `[notification] ticket_subject_template`,
/// a Jinja template whose variables are written `${name}`.
///
/// # Errors
/// *Config* if the template is broken.
pub(super) fn subject(story: &Story<'_>) -> Result<String> {
    let section = story.config.notification();
    let broken = |error: minijinja::Error| {
        Error::config(format!("[notification] ticket_subject_template: {error}"))
    };
    let templates = templates().map_err(broken)?;
    let project = &story.config.project().name;
    let prefix = match section.smtp_subject_prefix.as_str() {
        "__default__" => format!("[{project}]"),
        prefix => prefix.to_owned(),
    };
    let values = context! {
        prefix => prefix,
        summary => summary(story),
        ticket => ticket(story),
        changes => changes(story),
        env => context! { project_name => project },
    };
    let text = templates
        .render_str(&section.ticket_subject_template, values)
        .map_err(broken)?;
    let text = text.trim_matches(is_space);
    Ok(match story.event.kind {
        NewsKind::Created => text.to_owned(),
        _ => format!("Re: {text}"),
    })
}

fn templates() -> std::result::Result<Templates<'static>, minijinja::Error> {
    let mut templates = Templates::new();
    templates.set_syntax(
        SyntaxConfig::builder()
            .variable_delimiters("${", "}")
            .build()?,
    );
    // A template may not keep the thread busy for ever.
    templates.set_fuel(Some(10_000));
    Ok(templates)
}

fn summary(story: &Story<'_>) -> String {
    match story.change.field("summary") {
        Some(change) => format!("{} (was: {})", change.new, change.old),
        None => story.ticket().text("summary").to_owned(),
    }
}

fn ticket(story: &Story<'_>) -> Value {
    let text =
        |(name, _): (&FieldName, &_)| (name.to_string(), Value::from(story.ticket().text(name)));
    let mut values: BTreeMap<String, Value> = story.ticket().values().map(text).collect();
    values.insert("id".to_owned(), story.event.number().into());
    Value::from_object(values)
}

/// What the change log has of the event; nothing, where it has nothing.
fn changes(story: &Story<'_>) -> Value {
    let rows = &story.change.rows;
    if rows.is_empty() {
        return context! {};
    }
    let fields = rows.iter().map(|row| {
        let values = context! { author => &row.author, old => &row.old, new => &row.new };
        (row.field.clone(), values)
    });
    let fields: BTreeMap<String, Value> = fields.collect();
    context! { author => &story.change.author, fields => fields }
}
