//! A protocol: a line with the name of a method, and a line for each argument. The
//! header `X-Greeting` comes back in the answer, and a fault has a status of its own.

use std::sync::atomic::{AtomicBool, Ordering};

use tracrpc_wire::{
    Call, Endpoint, Fault, Limits, Message, Out, Outcome, Protocol, Request, Responder, Value,
};

/// The protocol.
pub struct Lines;

const ENDPOINTS: &[Endpoint] = &[Endpoint::new("lines", "text/x-lines")];

impl Protocol for Lines {
    fn name(&self) -> &str {
        "Lines"
    }

    fn documentation(&self) -> &str {
        "A line with the name of a method and one for each argument, sent to {url}."
    }

    fn endpoints(&self) -> &[Endpoint] {
        ENDPOINTS
    }

    fn decode(&self, message: &Message<'_>, _: &Limits) -> Request {
        let call = match std::str::from_utf8(message.body) {
            Ok(text) => read(text),
            Err(error) => Err(Fault::parse(error.to_string())),
        };
        Request {
            calls: vec![call],
            responder: Box::new(LinesResponder {
                greeting: message.header("X-Greeting").map(str::to_owned),
                has_failed: AtomicBool::new(false),
            }),
        }
    }
}

fn read(text: &str) -> Result<Call, Fault> {
    let mut lines = text.lines();
    let method = lines.next().filter(|line| !line.is_empty());
    let method = method.ok_or_else(|| Fault::invalid_request("there is no line"))?;
    let argument = |line: &str| match line.parse::<i64>() {
        Ok(number) => Value::Int(number),
        Err(_) => Value::from(line),
    };
    Ok(Call {
        method: method.to_owned(),
        params: lines.map(argument).collect(),
    })
}

struct LinesResponder {
    greeting: Option<String>,
    has_failed: AtomicBool,
}

impl Responder for LinesResponder {
    fn answer(&self, _: usize, outcome: Outcome, out: &mut Out<'_>) {
        self.has_failed.store(outcome.is_err(), Ordering::Relaxed);
        if let Some(greeting) = &self.greeting {
            out.push(format!("{greeting}\n").as_bytes());
        }
        match outcome {
            Ok(value) => out.push(format!("{value:?}\n").as_bytes()),
            Err(fault) => out.push(format!("failed: {fault}\n").as_bytes()),
        }
    }

    fn begin(&self, _: usize, _: &mut Out<'_>) {}

    fn entry(&self, call: usize, _: usize, outcome: Outcome, out: &mut Out<'_>) {
        self.answer(call, outcome, out);
    }

    fn end(&self, _: usize, _: &mut Out<'_>) {}

    fn finish(&self, _: &mut Out<'_>) -> bool {
        true
    }

    fn status(&self) -> u16 {
        match self.has_failed.load(Ordering::Relaxed) {
            true => 422,
            false => 200,
        }
    }

    fn content_type(&self) -> Option<&str> {
        Some("text/plain; charset=utf-8")
    }
}
