//! Puts load on one or two servers and prints requests a second, p50 and p99.
//!
//! `cargo run --release --example load -- [-c CONNECTIONS] [-s SECONDS] URL [URL]`
//!
//! Answers are read to their end and searched for a fault, but not decoded: the load shares the
//! machine with the servers, and a slow reader would hide how fast they are.
//!
//! With two addresses each call goes to both in turns, slice by slice, so that
//! whatever else the machine does falls on both; the last column is the ratio
//! of their throughputs.

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use tracrpc_client::{Client, Value};
use tracrpc_wire::{Call as Request, xmlrpc};
use ureq::Agent;

/// Slices of time that each call gets at each address.
const SLICES: u32 = 4;

struct Options {
    connections: usize,
    seconds: f64,
    urls: Vec<String>,
}

/// What is called: a label, the method and its parameters.
struct Call {
    label: &'static str,
    method: &'static str,
    params: Vec<Value>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options(std::env::args().skip(1))?;
    println!(
        "{:<28} {:>3} {:>10} {:>9} {:>9} {:>8}",
        "call", "", "req/s", "p50 ms", "p99 ms", "ratio"
    );
    for call in calls(&Client::new(&options.urls[0])?)? {
        measure(&options, &call)?;
    }
    Ok(())
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        connections: 4,
        seconds: 8.0,
        urls: Vec::new(),
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "-c" => options.connections = words.next().ok_or("-c needs a number")?.parse()?,
            "-s" => options.seconds = words.next().ok_or("-s needs a number")?.parse()?,
            url => options.urls.push(url.to_owned()),
        }
    }
    match options.urls.len() {
        1 | 2 => Ok(options),
        _ => Err("usage: load [-c CONNECTIONS] [-s SECONDS] URL [URL]".into()),
    }
}

/// The calls of an editor, a dashboard and a migration, on tickets that exist.
fn calls(client: &Client) -> Result<Vec<Call>, Box<dyn Error>> {
    let found = client.call("ticket.query", ["max=100&order=id".into()])?;
    let Value::Array(ids) = found else {
        return Err("no tickets".into());
    };
    let middle = ids.get(ids.len() / 2).cloned().ok_or("no tickets")?;
    let pages = client.call("wiki.getAllPages", [])?;
    let page = pages
        .as_array()
        .and_then(|pages| pages.first())
        .cloned()
        .ok_or("no pages")?;
    let call = |label, method, params| Call {
        label,
        method,
        params,
    };
    let get = |id: &Value| {
        let members = [
            ("methodName", Value::from("ticket.get")),
            ("params", vec![id.clone()].into()),
        ];
        Value::Struct(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    };
    let hundred: Vec<Value> = ids.iter().map(get).collect();
    Ok(vec![
        call("system.getAPIVersion", "system.getAPIVersion", vec![]),
        call("ticket.get", "ticket.get", vec![middle.clone()]),
        call("ticket.changeLog", "ticket.changeLog", vec![middle]),
        call(
            "ticket.query max=100",
            "ticket.query",
            vec!["status!=closed&max=100".into()],
        ),
        call("ticket.getTicketFields", "ticket.getTicketFields", vec![]),
        call("wiki.getPage", "wiki.getPage", vec![page.clone()]),
        call("wiki.getPageHTML", "wiki.getPageHTML", vec![page]),
        call(
            "search, a few hits",
            "search.performSearch",
            vec!["lot123".into()],
        ),
        call(
            "search, most tickets",
            "search.performSearch",
            vec!["printer".into()],
        ),
        call(
            "multicall of ticket.get",
            "system.multicall",
            vec![hundred.into()],
        ),
    ])
}

fn measure(options: &Options, call: &Call) -> Result<(), Box<dyn Error>> {
    let slice = Duration::from_secs_f64(options.seconds / f64::from(SLICES));
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); options.urls.len()];
    for _ in 0..SLICES {
        for (url, times) in options.urls.iter().zip(&mut times) {
            times.extend(load(url, call, options.connections, slice)?);
        }
    }
    let rates: Vec<f64> = times
        .iter()
        .map(|t| t.len() as f64 / options.seconds)
        .collect();
    for (place, (times, rate)) in times.iter_mut().zip(&rates).enumerate() {
        times.sort_unstable();
        let ratio = match place {
            0 if rates.len() == 2 => format!("{:.1}x", rate / rates[1]),
            _ => String::new(),
        };
        let name = if place == 0 { call.label } else { "" };
        let (p50, p99) = (percentile(times, 50), percentile(times, 99));
        println!(
            "{name:<28} {:>3} {rate:>10.0} {p50:>9.2} {p99:>9.2} {ratio:>8}",
            place + 1
        );
    }
    Ok(())
}

/// The times of all requests that some connections make side by side.
fn load(
    url: &str,
    call: &Call,
    connections: usize,
    slice: Duration,
) -> Result<Vec<Duration>, Box<dyn Error>> {
    let end = Instant::now() + slice;
    let (method, params) = (call.method.to_owned(), call.params.clone());
    let body = xmlrpc::write_call(&Request { method, params });
    let agent = Agent::new_with_defaults();
    let one = || {
        let mut times = Vec::new();
        while Instant::now() < end {
            let start = Instant::now();
            let mut answer = agent.post(url).content_type("text/xml").send(&body[..])?;
            let text = answer
                .body_mut()
                .with_config()
                .limit(1 << 30)
                .read_to_vec()?;
            times.push(start.elapsed());
            assert!(!has_fault(&text), "{} failed", call.label);
        }
        Ok::<_, ureq::Error>(times)
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
        let mut times = Vec::new();
        for worker in workers {
            times.extend(
                worker
                    .join()
                    .map_err(|_| "a connection's thread failed")??,
            );
        }
        Ok(times)
    })
}

fn has_fault(answer: &[u8]) -> bool {
    answer.windows(7).take(200).any(|part| part == b"<fault>")
}

/// Milliseconds below which that share of the sorted times lies.
fn percentile(times: &[Duration], share: usize) -> f64 {
    let place = (times.len() * share / 100).min(times.len().saturating_sub(1));
    times
        .get(place)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}
