//! Puts load on one or two servers and prints requests a second, p50 and p99.
//!
//! `cargo run --release --example load -- [-c CONNECTIONS] [-s SECONDS] [--beside METHOD] URL [URL]`
//!
//! Answers are read to their end and searched for a fault, but not decoded: the load shares the
//! machine with the servers, and a slow reader would hide how fast they are.
//!
//! With two addresses each call goes to both in turns, slice by slice, so that
//! whatever else the machine does falls on both; the last column is the ratio
//! of their throughputs.
//!
//! With `--beside` and one address, each call is made in turns alone and while eight other
//! connections call that method, whatever comes of it; the last column is then the ratio of
//! the p99s.

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use tracrpc_client::{Client, Value};
use tracrpc_wire::{Call as Request, xmlrpc};
use ureq::Agent;

/// Slices of time that each call gets at each address.
const SLICES: u32 = 4;

/// How many connections make the call of `--beside`.
const BESIDE: usize = 8;

struct Options {
    connections: usize,
    seconds: f64,
    urls: Vec<String>,
    beside: Option<String>,
}

impl Options {
    /// Where calls are made, and beside what.
    fn places(&self) -> Vec<(&str, Option<&str>)> {
        let urls = self.urls.iter().map(|url| (url.as_str(), None));
        let beside = self.beside.as_deref();
        urls.chain(beside.map(|method| (self.urls[0].as_str(), Some(method))))
            .collect()
    }
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
        beside: None,
    };
    while let Some(word) = words.next() {
        match word.as_str() {
            "-c" => options.connections = words.next().ok_or("-c needs a number")?.parse()?,
            "-s" => options.seconds = words.next().ok_or("-s needs a number")?.parse()?,
            "--beside" => options.beside = Some(words.next().ok_or("--beside needs a method")?),
            url => options.urls.push(url.to_owned()),
        }
    }
    match options.places().len() {
        1 | 2 if !options.urls.is_empty() => Ok(options),
        _ => Err("usage: load [-c CONNECTIONS] [-s SECONDS] [--beside METHOD] URL [URL]".into()),
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
    let places = options.places();
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); places.len()];
    for _ in 0..SLICES {
        for ((url, beside), times) in places.iter().zip(&mut times) {
            times.extend(load(url, *beside, call, options.connections, slice)?);
        }
    }
    let rates: Vec<f64> = times
        .iter()
        .map(|t| t.len() as f64 / options.seconds)
        .collect();
    times.iter_mut().for_each(|times| times.sort_unstable());
    let alone = percentile(&times[0], 99);
    for (place, (times, rate)) in times.iter().zip(&rates).enumerate() {
        let (p50, p99) = (percentile(times, 50), percentile(times, 99));
        let ratio = match (place, places[place].1) {
            (_, Some(_)) => format!("{:.2}x", p99 / alone),
            (0, None) if options.urls.len() == 2 => format!("{:.1}x", rate / rates[1]),
            _ => String::new(),
        };
        let name = if place == 0 { call.label } else { "" };
        println!(
            "{name:<28} {:>3} {rate:>10.0} {p50:>9.2} {p99:>9.2} {ratio:>8}",
            place + 1
        );
    }
    Ok(())
}

/// The times of all requests that some connections make side by side, and beside others.
fn load(
    url: &str,
    beside: Option<&str>,
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
    let others = || {
        let method = beside.unwrap_or_default().to_owned();
        let body = xmlrpc::write_call(&Request {
            method,
            params: Vec::new(),
        });
        while Instant::now() < end {
            let request = agent.post(url).content_type("text/xml");
            let _ = request.send(&body[..]);
            // What is refused at once is not to be a load of its own.
            thread::sleep(Duration::from_millis(100));
        }
    };
    thread::scope(|scope| {
        if beside.is_some() {
            (0..BESIDE).for_each(|_| drop(scope.spawn(others)));
        }
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
