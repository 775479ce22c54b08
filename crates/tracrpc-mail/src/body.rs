//! The text of a mail about a ticket.

use std::collections::HashSet;

use tracrpc_env::time::{DateContext, Timestamp};
use tracrpc_env::{Result, stored};
use tracrpc_pages::attachment::Attachment;
use tracrpc_tickets::ticket::{Field, FieldKind, FieldValue};

use super::author::shown;
use super::change::ChangedField;
use super::layout::{COLUMNS, Entry};
use super::message::Story;
use super::news::NewsKind;
use super::width::Ruler;

/// The ticket's values, what happened, and where to read on.
///
/// # Errors
/// What cannot be read.
pub(super) fn body(story: &Story<'_>) -> Result<String> {
    let project = story.config.project();
    let summary = story
        .ruler
        .wrap(story.ticket().text("summary"), COLUMNS, "", "");
    let happened = match &story.event.kind {
        NewsKind::Created => format!(
            "{}\n",
            indented(story.ruler, story.ticket().text("description"))
        ),
        NewsKind::Changed => changes(story)?,
        NewsKind::AttachmentAdded(attachment) => file(story, attachment, "added")?,
        NewsKind::AttachmentDeleted(attachment) => file(story, attachment, "removed")?,
    };
    let home = if project.url.is_empty() {
        story.base_url
    } else {
        &project.url
    };
    Ok(format!(
        "#{}: {summary}\n{}\n{happened}-- \nTicket URL: <{}>\n{} <{home}>\n{}\n",
        story.event.number(),
        table(story)?,
        story.link(),
        project.name,
        project.descr,
    ))
}

fn indented(ruler: Ruler, text: &str) -> String {
    ruler.wrap(text, COLUMNS, " ", " ")
}

fn table(story: &Story<'_>) -> Result<String> {
    let left_out = ["summary", "cc", "time", "changetime", "description"];
    let mut entries = Vec::new();
    for field in story.ticket().fields().iter() {
        let value = story.ticket().get(&field.name);
        if left_out.contains(&field.name.as_str()) {
            continue;
        }
        if let Some(value) = value {
            let value = value_text(story, field, value)?;
            let is_big = field.kind == FieldKind::Textarea || value.contains('\n');
            entries.push(Entry {
                label: field.label.clone(),
                value,
                is_big,
            });
        }
    }
    Ok(story.ruler.table(&entries))
}

fn value_text(story: &Story<'_>, field: &Field, value: &FieldValue) -> Result<String> {
    match value {
        FieldValue::Time(time) => date(story, field, *time),
        value if is_person(&field.name) => shown(story.env, story.config, value.as_text()),
        value => Ok(value.as_text().to_owned()),
    }
}

fn is_person(field: &str) -> bool {
    matches!(field, "owner" | "reporter")
}

fn date(story: &Story<'_>, field: &Field, time: Timestamp) -> Result<String> {
    let format = match field.format.as_deref() {
        Some("date") => "%m/%d/%y",
        _ => "%m/%d/%y %H:%M:%S",
    };
    let zone = DateContext::of(story.config)?.zone;
    Ok(time.in_zone(&zone).0.strftime(format).to_string())
}

/// That an attachment came or went, and what it is.
fn file(story: &Story<'_>, attachment: &Attachment, what: &str) -> Result<String> {
    let author = shown(story.env, story.config, &story.event.author)?;
    let name = indented(
        story.ruler,
        &format!("* Attachment \"{}\" {what}.", attachment.filename),
    );
    let description = attachment.description.as_deref().unwrap_or_default();
    let description = match description {
        "" => String::new(),
        text => format!("\n{}", indented(story.ruler, text)),
    };
    Ok(format!("Changes (by {author}):\n\n{name}\n{description}\n"))
}

/// The changed fields, the old and the new description, the comment.
fn changes(story: &Story<'_>) -> Result<String> {
    let change = story.change;
    let author = shown(story.env, story.config, &change.author)?;
    let mut list = String::new();
    for field in &change.fields {
        list.push_str(&changed_field(story, field)?);
    }
    let mut text = String::new();
    if !list.is_empty() {
        text.push_str(&format!("Changes (by {author}):\n\n{list}\n"));
    }
    if let Some(description) = change.field("description") {
        if list.is_empty() && change.comment.is_empty() {
            text.push_str(&format!("Description changed by {author}:\n"));
        }
        text.push_str(&descriptions(story.ruler, description));
    }
    if !change.comment.is_empty() {
        let by = if list.is_empty() {
            format!(" (by {author})")
        } else {
            String::new()
        };
        text.push_str(&format!(
            "Comment{by}:\n\n{}\n",
            indented(story.ruler, &change.comment)
        ));
    }
    Ok(text)
}

fn descriptions(ruler: Ruler, change: &ChangedField) -> String {
    let old = ruler.wrap(&change.old, COLUMNS, "> ", "> ");
    let old = old.replace("\n\n", "\n>\n");
    let new = indented(ruler, &change.new);
    format!("\nOld description:\n\n{old}\n\nNew description:\n\n{new}\n\n--\n")
}

fn changed_field(story: &Story<'_>, change: &ChangedField) -> Result<String> {
    match change.name.as_str() {
        "description" => Ok(String::new()),
        "cc" => changed_cc(story, change),
        name => {
            let old = changed_value(story, name, &change.old)?;
            let new = changed_value(story, name, &change.new)?;
            Ok(format!(" {}\n", arrow(story.ruler, name, &old, &new)))
        }
    }
}

fn changed_value(story: &Story<'_>, name: &str, value: &str) -> Result<String> {
    if is_person(name) {
        return shown(story.env, story.config, value);
    }
    let field = story.ticket().fields().get(name);
    let field = field.filter(|field| field.kind == FieldKind::Time);
    match field.zip(stored::time_of_text(value)) {
        Some((field, time)) => date(story, field, time),
        None => Ok(value.to_owned()),
    }
}

/// `* field:  old => new`, in further lines where it is too long for one.
fn arrow(ruler: Ruler, name: &str, old: &str, new: &str) -> String {
    let length = |text: &str| text.chars().count();
    let mut indent = 7 + length(name);
    let (mut before, mut after) = (" ", " ");
    if length(old) + length(new) + indent > COLUMNS {
        indent = 5;
        before = if length(old) + indent > COLUMNS {
            "\n"
        } else {
            " "
        };
        after = if length(new) + indent > COLUMNS {
            "\n"
        } else {
            " "
        };
    }
    let indent = " ".repeat(indent);
    let text = format!("* {name}: {before}{old}{before}=>{after}{new}");
    ruler.wrap(
        &text.replace('\n', &format!("\n{indent}")),
        COLUMNS,
        "",
        &indent,
    )
}

fn changed_cc(story: &Story<'_>, change: &ChangedField) -> Result<String> {
    let split = |text: &str| -> Vec<String> {
        let names = text.split(|c: char| c.is_whitespace() || ";,".contains(c));
        names
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (old, new) = (split(&change.old), split(&change.new));
    let mut text = String::new();
    for (names, others, what) in [(&old, &new, "removed"), (&new, &old, "added")] {
        let others: HashSet<&String> = others.iter().collect();
        let names = names.iter().filter(|name| !others.contains(name));
        let names: Vec<String> = names
            .map(|name| shown(story.env, story.config, name))
            .collect::<Result<_>>()?;
        if !names.is_empty() {
            text.push_str(&indented(
                story.ruler,
                &format!("* cc: {} ({what})", names.join(", ")),
            ));
            text.push('\n');
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_get_lines_of_their_own() {
        let ruler = Ruler {
            ambiguous_is_wide: false,
        };
        assert_eq!(arrow(ruler, "owner", "amy", "bob"), "* owner:  amy => bob");
        let long = "word ".repeat(16);
        let wanted = format!(
            "* keywords:  a b =>\n     {}\n     word word",
            "word ".repeat(14).trim_end()
        );
        assert_eq!(arrow(ruler, "keywords", "a b", long.trim_end()), wanted);
    }
}
