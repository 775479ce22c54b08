//! Mails and HTTP: what a body is depends on its headers.

use super::Call;
use crate::budget::Exhausted;
use crate::generated;
use crate::run::{Context, Run, Tokens};
use crate::token::Kind;

/// What headers have told.
#[derive(Debug, Default)]
pub(super) struct Headers {
    content_type: Option<String>,
    boundary: Option<String>,
    encoding: Option<String>,
}

/// The groups: the name, white space, the body.
pub(super) fn header(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let field = call.group(context, 1).to_lowercase();
    if !matches!(field.as_str(), "content-type" | "content-transfer-encoding") {
        call.take(Kind::COMMENT, context, out);
        return Ok(());
    }
    let (start, end) = call.found.group(1).unwrap_or_default();
    context.push(Kind::NAME_TAG, start, end + 1, out);
    call.push_group(2, Kind::TEXT_WHITESPACE, context, out);
    if let Some((start, _)) = call.found.group(3) {
        let text = call.group(context, 3);
        let mut inner = Context {
            text,
            base: context.base + start,
            at: 0,
            end: text.len(),
            stack: ["root", &field]
                .iter()
                .filter_map(|name| call.states.state(name))
                .collect(),
            memory: std::mem::take(&mut context.memory),
        };
        let result = call.run.deeper()?.go(call.states, &mut inner, out);
        context.memory = inner.memory;
        result?;
    }
    context.at = call.found.end();
    Ok(())
}

/// The groups: white space before, the type, its two parts.
pub(super) fn content_type(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    context.memory.mail.content_type = Some(call.group(context, 1).to_owned());
    let (start, _) = call.found.group(1).unwrap_or_default();
    context.push(Kind::TEXT_WHITESPACE, call.found.start(), start, out);
    call.push_group(2, Kind::NAME_LABEL, context, out);
    let (_, slash) = call.found.group(2).unwrap_or_default();
    context.push(Kind::LITERAL_STRING_DELIMITER, slash, slash + 1, out);
    call.push_group(3, Kind::NAME_LABEL, context, out);
    context.at = call.found.end();
    Ok(())
}

pub(super) fn parameter(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let kinds = [
        Kind::TEXT,
        Kind::TEXT_WHITESPACE,
        Kind::NAME_ATTRIBUTE,
        Kind::OPERATOR,
        Kind::LITERAL_STRING,
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        call.push_group(index + 1, kind, context, out);
    }
    if call.group(context, 3).eq_ignore_ascii_case("boundary") {
        let boundary = call.group(context, 5).trim();
        let inside = boundary
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        context.memory.mail.boundary = Some(inside.unwrap_or(boundary).to_owned());
    }
    context.at = call.found.end();
    Ok(())
}

pub(super) fn encoding(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    context.memory.mail.encoding = Some(call.group(context, 0).to_lowercase());
    call.take(Kind::NAME_CONSTANT, context, out);
    Ok(())
}

pub(super) fn body(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let text = context.text;
    let (mut start, end) = (call.found.start(), call.found.end());
    context.at = end;
    if text
        .get(start..end)
        .is_some_and(|body| body.starts_with('\n'))
    {
        context.push(Kind::TEXT_WHITESPACE, start, start + 1, out);
        start += 1;
    }
    let content_type = context
        .memory
        .mail
        .content_type
        .clone()
        .unwrap_or_else(|| "text/plain".to_owned());
    let boundary = context
        .memory
        .mail
        .boundary
        .clone()
        .filter(|boundary| !boundary.is_empty());
    let boundary = boundary.filter(|_| content_type.starts_with("multipart"));
    let Some(boundary) = boundary else {
        return part(call, &content_type, (start, end), context, out);
    };
    call.run.budget().take((end - start) as u64)?;
    let mark = format!("--{boundary}");
    let mut is_first = true;
    let mut from = start;
    let mut at = start;
    for line in text
        .get(start..end)
        .unwrap_or_default()
        .split_inclusive('\n')
    {
        let line_start = at;
        at += line.len();
        let rest = line.strip_prefix(mark.as_str());
        if !matches!(rest, Some("\n" | "--\n")) {
            continue;
        }
        if is_first {
            if line_start > from {
                context.push(Kind::TEXT, from, line_start, out);
            }
        } else {
            part(call, &content_type, (from, line_start), context, out)?;
        }
        is_first = false;
        context.push(Kind::LITERAL_STRING_DELIMITER, line_start, at, out);
        from = at;
    }
    if from < end {
        context.push(Kind::TEXT, from, end, out);
    }
    Ok(())
}

fn part(
    call: &Call<'_, '_>,
    content_type: &str,
    (start, end): (usize, usize),
    context: &Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let text = context.text.get(start..end).unwrap_or_default();
    let encoding = context.memory.mail.encoding.as_deref();
    let is_readable = matches!(encoding, None | Some("8bit" | "7bit" | "quoted-printable"));
    let lexer = match is_readable && !text.trim().is_empty() {
        true => by_mimetype(call.run, content_type)?,
        false => None,
    };
    match lexer {
        Some(lexer) => lexer.deeper()?.tokens(text, context.base + start, out),
        None => {
            if end > start {
                context.push(Kind::OTHER, start, end, out);
            }
            Ok(())
        }
    }
}

fn by_mimetype<'l>(run: &Run<'l>, mimetype: &str) -> Result<Option<Run<'l>>, Exhausted> {
    match generated::by_first_mimetype(mimetype).filter(|number| generated::has_data(*number)) {
        Some(number) => run.plain(number).map(Some),
        None => Ok(None),
    }
}

/// A field of one's own in a mail; the groups: its name, its body.
pub(super) fn own_field(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    if call.run.flag("highlight-X-header", false) {
        call.push_group(1, Kind::NAME_TAG, context, out);
        if let Some((start, _)) = call.found.group(2) {
            let text = call.group(context, 2);
            let lexer = call.run.deeper()?;
            lexer.tokens_from(text, context.base + start, &["root", "header"], out)?;
        }
    } else {
        call.push_group(1, Kind::COMMENT_SPECIAL, context, out);
        call.push_group(2, Kind::COMMENT_MULTILINE, context, out);
    }
    context.at = call.found.end();
    Ok(())
}

/// A header of HTTP; the groups: its name, white space, the colon, white space, its value, the end of the line.
pub(super) fn http_header(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    if call.group(context, 1).eq_ignore_ascii_case("content-type") {
        let value = call.group(context, 5);
        let value = value.split(';').next().unwrap_or(value).trim();
        context.memory.mail.content_type = Some(value.to_owned());
    }
    let kinds = [
        Kind::NAME_ATTRIBUTE,
        Kind::TEXT,
        Kind::OPERATOR,
        Kind::TEXT,
        Kind::LITERAL,
        Kind::TEXT,
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        call.push_group(index + 1, kind, context, out);
    }
    context.at = call.found.end();
    Ok(())
}

pub(super) fn http_continued(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    for (index, kind) in [Kind::TEXT, Kind::LITERAL, Kind::TEXT]
        .into_iter()
        .enumerate()
    {
        call.push_group(index + 1, kind, context, out);
    }
    context.at = call.found.end();
    Ok(())
}

pub(super) fn http_content(
    call: &Call<'_, '_>,
    context: &mut Context<'_>,
    out: &mut Tokens,
) -> Result<(), Exhausted> {
    let content_type = context.memory.mail.content_type.clone().unwrap_or_default();
    let mut lexer = by_mimetype(call.run, &content_type)?;
    if lexer.is_none()
        && let Some((main, sub)) = content_type.rsplit_once('/')
        && let Some((_, general)) = sub.rsplit_once('+')
    {
        lexer = by_mimetype(call.run, &format!("{main}/{general}"))?;
    }
    match lexer.filter(|_| !content_type.is_empty()) {
        Some(lexer) => {
            let text = call.group(context, 0);
            lexer
                .deeper()?
                .tokens(text, context.base + call.found.start(), out)?;
            context.at = call.found.end();
        }
        None => call.take(Kind::TEXT, context, out),
    }
    Ok(())
}
