//! The steps of a scenario, made one after the other.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use tracrpc_testing::TestDatabase;
use ureq::config::AutoHeaderValue;
use ureq::http::{Method, Request, Response};
use ureq::{Agent, Body};

use super::values::{difference, resolve};
use super::wire::{from_json_class, json_answer, json_request, xml_answer, xml_request};
use super::world::World;

/// A step that was not answered as wanted: its number from 1, and what it is about.
pub(crate) struct Failure {
    pub(crate) step: usize,
    pub(crate) text: String,
}

/// Plays a scenario to its end, whatever fails on the way.
pub(crate) fn play(scenario: &Value, database: TestDatabase) -> Vec<Failure> {
    let steps = scenario["steps"].as_array().map_or(&[][..], Vec::as_slice);
    match World::new(scenario, database) {
        Ok(world) => play_steps(&world, steps),
        Err(text) => (1..=steps.len())
            .map(|step| Failure {
                step,
                text: text.clone(),
            })
            .collect(),
    }
}

fn play_steps(world: &World, steps: &[Value]) -> Vec<Failure> {
    let agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        // Only what a scenario says is sent.
        .accept(AutoHeaderValue::None)
        .user_agent(AutoHeaderValue::None)
        .build();
    let agent = agent.new_agent();
    let (mut saved, mut failures) = (HashMap::new(), Vec::new());
    for (step, number) in steps.iter().zip(1..) {
        let got = answer(&agent, world, step, number, &saved)
            .unwrap_or_else(|text| json!({"broken": text}));
        if let (Some(name), Some(result)) = (step["save"].as_str(), got.get("result")) {
            saved.insert(name.to_owned(), result.clone());
        }
        if let Some((place, want, got)) = difference(&step["want"], &got, &world.base) {
            let what = step["call"].as_str().unwrap_or("a request");
            let text = format!("{what} at {place}: wanted {want}, got {got}");
            failures.push(Failure { step: number, text });
        }
    }
    failures
}

fn answer(
    agent: &Agent,
    world: &World,
    step: &Value,
    number: usize,
    saved: &HashMap<String, Value>,
) -> Result<Value, String> {
    match &step["http"] {
        Value::Null => call(agent, world, step, number, saved),
        request => raw(agent, world, step, request),
    }
}

/// Makes a call: `{"result": …}`, `{"fault": …}` or `{"status": …}` comes back.
fn call(
    agent: &Agent,
    world: &World,
    step: &Value,
    number: usize,
    saved: &HashMap<String, Value>,
) -> Result<Value, String> {
    let user = step["as"].as_str().unwrap_or("anonymous");
    let xml = step["via"] != "json";
    let method = step["call"].as_str().ok_or("no method")?;
    let none = json!([]);
    let args = resolve(step.get("args").unwrap_or(&none), &world.base, saved)?;
    let args = args.as_array().ok_or("no arguments")?;
    let (kind, body) = match xml {
        true => ("text/xml", xml_request(method, args)),
        false => ("application/json", json_request(method, args, number)),
    };
    let path = if user == "anonymous" {
        "/rpc"
    } else {
        "/login/rpc"
    };
    let request = request(&world.base, "POST", path, user, &[("Content-Type", kind)])?;
    let (status, _, body) = send(agent, request, body.into_bytes())?;
    match (status, xml) {
        (200, true) => xml_answer(&body).map_err(|e| format!("{e}: {body}")),
        (200, false) => json_answer(&body, Some(number)).map_err(|e| format!("{e}: {body}")),
        _ => Ok(json!({"status": status})),
    }
}

/// Sends a raw request; what its `want` names comes back.
fn raw(agent: &Agent, world: &World, step: &Value, asked: &Value) -> Result<Value, String> {
    let user = step["as"].as_str().unwrap_or("anonymous");
    let headers: Vec<(&str, &str)> = asked["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect();
    let method = asked["method"].as_str().unwrap_or("POST");
    let path = asked["path"].as_str().ok_or("no path")?;
    let request = request(&world.base, method, path, user, &headers)?;
    let (status, headers, body) = send(agent, request, body_of(asked, &world.base)?)?;
    let mut got = Map::new();
    for (part, wanted) in step["want"].as_object().into_iter().flatten() {
        match part.as_str() {
            "status" => drop(got.insert(part.clone(), json!(status))),
            "body" => drop(got.insert(part.clone(), json!(body))),
            "headers" => drop(got.insert(part.clone(), named(&headers, wanted))),
            "contains" => drop(got.insert(part.clone(), contained(&body, wanted, &world.base))),
            "json" => {
                let json: Value =
                    serde_json::from_str(&body).map_err(|e| format!("{e}: {body}"))?;
                got.insert(part.clone(), from_json_class(&json));
            }
            _ => got.extend(envelope(&headers, &body)?),
        }
    }
    Ok(Value::Object(got))
}

fn body_of(asked: &Value, base: &str) -> Result<Vec<u8>, String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    if let Some(packed) = asked["body_base64"].as_str() {
        return STANDARD.decode(packed).map_err(|e| e.to_string());
    }
    let body = resolve(&asked["body"], base, &HashMap::new())?;
    Ok(body.as_str().unwrap_or_default().as_bytes().to_vec())
}

fn named(headers: &HashMap<String, String>, wanted: &Value) -> Value {
    let names = wanted.as_object().into_iter().flatten();
    names
        .map(|(name, _)| (name.clone(), json!(headers.get(&name.to_lowercase()))))
        .collect::<Map<_, _>>()
        .into()
}

/// The wanted parts, each replaced by `(absent)` where the body lacks it.
fn contained(body: &str, wanted: &Value, base: &str) -> Value {
    let parts = wanted.as_array().into_iter().flatten();
    let check = |part: &Value| {
        let text = part.as_str().unwrap_or_default();
        let found = body.contains(&text.replace("{base}", base));
        if found {
            part.clone()
        } else {
            json!("(absent)")
        }
    };
    parts.map(check).collect()
}

/// The members of a decoded answer, whatever protocol it is in.
fn envelope(headers: &HashMap<String, String>, body: &str) -> Result<Map<String, Value>, String> {
    let json = headers
        .get("content-type")
        .is_some_and(|kind| kind.starts_with("application/json"));
    let decoded = if json {
        json_answer(body, None)
    } else {
        xml_answer(body)
    };
    match decoded.map_err(|e| format!("{e}: {body}"))? {
        Value::Object(members) => Ok(members),
        _ => Err("no object".to_owned()),
    }
}

fn request(
    base: &str,
    method: &str,
    path: &str,
    user: &str,
    headers: &[(&str, &str)],
) -> Result<Request<()>, String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let method = Method::from_bytes(method.as_bytes()).map_err(|e| e.to_string())?;
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{base}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if user != "anonymous" {
        let token = STANDARD.encode(format!("{user}:{user}"));
        request = request.header("Authorization", format!("Basic {token}"));
    }
    request.body(()).map_err(|e| e.to_string())
}

type Received = (u16, HashMap<String, String>, String);

fn send(agent: &Agent, request: Request<()>, body: Vec<u8>) -> Result<Received, String> {
    let bodiless = matches!(*request.method(), Method::GET | Method::HEAD);
    let response: Result<Response<Body>, _> = match bodiless {
        true => agent.run(request),
        false => agent.run(request.map(|()| body)),
    };
    let mut response = response.map_err(|e| e.to_string())?;
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    let bytes = response
        .body_mut()
        .read_to_vec()
        .map_err(|e| e.to_string())?;
    Ok((
        response.status().as_u16(),
        headers,
        String::from_utf8_lossy(&bytes).into_owned(),
    ))
}
