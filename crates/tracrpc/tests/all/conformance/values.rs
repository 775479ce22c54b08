//! Values of scenario files: references filled in, and compared with answers.
//!
//! What is received has been turned into what a file says: JSON in which a date
//! is `{"#date": "YYYY-MM-DDTHH:MM:SS[.ffffff]"}` and binary `{"#binary": "<base64>"}`.

use std::collections::HashMap;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::{Map, Value, json};

/// How far "now" reaches to both sides, in seconds.
const NOW: i64 = 600;

/// A place where two values differ: path, wanted, got.
pub(crate) type Difference = (String, Value, Value);

/// An argument as a file has it, with `{base}` and its references filled in.
pub(crate) fn resolve(
    value: &Value,
    base: &str,
    saved: &HashMap<String, Value>,
) -> Result<Value, String> {
    if let Some(("#ref", Value::String(path))) = marker(value) {
        return reference(path, saved).ok_or_else(|| format!("no result for `{path}`"));
    }
    if let Some(("#repeat", Value::Array(parts))) = marker(value) {
        let text = parts[0].as_str().unwrap_or_default();
        let times = parts[1].as_u64().unwrap_or_default() as usize;
        return Ok(Value::String(text.repeat(times)));
    }
    Ok(match value {
        Value::String(text) => Value::String(text.replace("{base}", base)),
        Value::Array(items) => {
            let items: Result<_, _> = items.iter().map(|i| resolve(i, base, saved)).collect();
            Value::Array(items?)
        }
        Value::Object(members) => {
            let mut filled = Map::new();
            for (name, member) in members {
                filled.insert(name.clone(), resolve(member, base, saved)?);
            }
            Value::Object(filled)
        }
        other => other.clone(),
    })
}

fn reference(path: &str, saved: &HashMap<String, Value>) -> Option<Value> {
    let mut keys = path.split('.');
    let mut found = saved.get(keys.next()?)?;
    for key in keys {
        found = match found {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            other => other.get(key)?,
        };
    }
    Some(found.clone())
}

/// The name and content of a value such as `{"#now": true}`.
pub(crate) fn marker(value: &Value) -> Option<(&str, &Value)> {
    let members = value.as_object().filter(|m| m.len() == 1)?;
    let (name, inner) = members.iter().next()?;
    name.starts_with('#').then_some((name.as_str(), inner))
}

/// The first place where an answer is not what was wanted.
pub(crate) fn difference(want: &Value, got: &Value, base: &str) -> Option<Difference> {
    compare(want, got, base, "")
}

fn compare(want: &Value, got: &Value, base: &str, path: &str) -> Option<Difference> {
    if let Some((name, inner)) = marker(want).filter(|(name, _)| !is_typed(name)) {
        let hit = matches(name, inner, got, base);
        return (!hit).then(|| (path.to_owned(), want.clone(), got.clone()));
    }
    match (want, got) {
        (Value::Object(wanted), Value::Object(received)) => members(wanted, received, base, path),
        (Value::Array(wanted), Value::Array(received)) if wanted.len() == received.len() => wanted
            .iter()
            .zip(received)
            .enumerate()
            .find_map(|(i, (one, other))| compare(one, other, base, &format!("{path}.{i}"))),
        (Value::String(wanted), Value::String(received))
            if wanted.replace("{base}", base) == *received =>
        {
            None
        }
        (Value::Number(wanted), Value::Number(received)) if same_number(wanted, received) => None,
        (Value::Bool(_) | Value::Null, _) if want == got => None,
        _ => Some((path.to_owned(), want.clone(), got.clone())),
    }
}

fn members(
    wanted: &Map<String, Value>,
    received: &Map<String, Value>,
    base: &str,
    path: &str,
) -> Option<Difference> {
    let absent = json!("(absent)");
    let surplus = received.keys().filter(|name| !wanted.contains_key(*name));
    wanted.keys().chain(surplus).find_map(|name| {
        let path = format!("{path}.{name}");
        match (wanted.get(name), received.get(name)) {
            (Some(one), Some(other)) => compare(one, other, base, &path),
            (one, other) => {
                let side = |value: Option<&Value>| value.unwrap_or(&absent).clone();
                Some((path, side(one), side(other)))
            }
        }
    })
}

/// Dates and binary look like markers, but are values.
fn is_typed(name: &str) -> bool {
    matches!(name, "#date" | "#binary")
}

fn same_number(one: &serde_json::Number, other: &serde_json::Number) -> bool {
    one.is_f64() == other.is_f64() && one.as_f64() == other.as_f64()
}

fn matches(name: &str, want: &Value, got: &Value, base: &str) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().replace("{base}", base);
    match name {
        "#any" => true,
        "#now" => date(got).is_some_and(is_now),
        "#ts" => got.as_str().and_then(microseconds).is_some_and(is_now),
        "#type" => want.as_str() == Some(type_name(got)),
        "#set" => same_set(want, got, base),
        "#starts" => got.as_str().is_some_and(|got| got.starts_with(&text(want))),
        "#contains" => got.as_str().is_some_and(|got| {
            let parts = want.as_array().map_or(&[][..], Vec::as_slice);
            parts.iter().all(|part| got.contains(&text(part)))
        }),
        "#like" => got.as_str().is_some_and(|got| {
            let want = text(want);
            let parts: Vec<&str> = want.split("{*}").collect();
            is_like(&parts, got)
        }),
        _ => false,
    }
}

fn same_set(want: &Value, got: &Value, base: &str) -> bool {
    let (Some(want), Some(got)) = (want.as_array(), got.as_array()) else {
        return false;
    };
    let mut rest: Vec<&Value> = got.iter().collect();
    want.iter().all(|item| {
        let hit = rest
            .iter()
            .position(|one| difference(item, one, base).is_none());
        hit.map(|place| rest.swap_remove(place)).is_some()
    }) && rest.is_empty()
}

/// Whether `text` is `parts` with any run of characters of one line between them.
fn is_like(parts: &[&str], text: &str) -> bool {
    let [first, rest @ ..] = parts else {
        return false;
    };
    let Some(text) = text.strip_prefix(first) else {
        return false;
    };
    if rest.is_empty() {
        return text.is_empty();
    }
    let line = text.find('\n').unwrap_or(text.len());
    (0..=line).any(|skipped| text.is_char_boundary(skipped) && is_like(rest, &text[skipped..]))
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) if date(value).is_some() => "date",
        Value::Object(_) => "dict",
    }
}

fn date(value: &Value) -> Option<Timestamp> {
    let (name, text) = marker(value)?;
    let moment: DateTime = text.as_str()?.parse().ok()?;
    let moment = moment.to_zoned(TimeZone::UTC).ok()?.timestamp();
    (name == "#date").then_some(moment)
}

fn microseconds(text: &str) -> Option<Timestamp> {
    let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| Timestamp::from_microsecond(text.parse().ok()?).ok())?
}

fn is_now(moment: Timestamp) -> bool {
    (Timestamp::now().as_second() - moment.as_second()).abs() < NOW
}

#[test]
fn markers_and_types_are_told_apart() {
    let cases = [
        (json!(1), json!(1), true),
        (json!(1), json!(true), false),
        (json!(1), json!(1.0), false),
        (json!("1"), json!(1), false),
        (json!({"#any": true}), json!([1]), true),
        (json!({"#set": [1, {"#any": true}]}), json!([5, 1]), true),
        (json!({"#set": [1, 1]}), json!([1, 2]), false),
        (json!({"#starts": "{base}/x"}), json!("http://h/xyz"), true),
        (json!({"#like": "a {*} b"}), json!("a 1 2 b"), true),
        (json!({"#like": "a {*} b"}), json!("a 1\n2 b"), false),
        (
            json!({"#date": "2020-01-01T00:00:00"}),
            json!({"#date": "2020-01-01T00:00:00"}),
            true,
        ),
        (
            json!({"#now": true}),
            json!({"#date": "2001-01-01T00:00:00"}),
            false,
        ),
        (json!({"#ts": true}), json!("1234"), false),
        (json!({"a": 1}), json!({"a": 1, "b": 2}), false),
        (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}), true),
    ];
    for (want, got, same) in cases {
        assert_eq!(
            difference(&want, &got, "http://h").is_none(),
            same,
            "{want} and {got}"
        );
    }
}
