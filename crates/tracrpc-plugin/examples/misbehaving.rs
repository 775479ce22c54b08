//! A plugin that misbehaves as it is told: by its first argument at the start, then by the
//! names of the methods that are called. The tests start it.

use std::collections::HashMap;
use std::io::{self, BufReader, Write};
use std::process::{Command, exit};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tracrpc_plugin_protocol::messages::{
    Ask, Call, CallAnswer, Capabilities, HostCall, Initialized, PluginRow,
};
use tracrpc_plugin_protocol::{FrameReader, Incoming, Limits, Message, RpcError, Shape};
use tracrpc_wire::{Fault, Struct, Value};

fn main() {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let concurrency = std::env::args().nth(2).and_then(|text| text.parse().ok());
    match mode.as_str() {
        "exit-at-once" => exit(3),
        "silent" => thread::sleep(Duration::from_secs(3600)),
        "noisy" => println!("Welcome!\n\n"),
        "flooding" => (0..100_000).for_each(|number| eprintln!("line {number}")),
        "garbage" => println!("{{ this is no JSON"),
        _ => {}
    }
    let plugin = Arc::new(Misbehaving {
        mode,
        concurrency: concurrency.unwrap_or(4),
        waiting: Mutex::default(),
    });
    let mut reader = FrameReader::new(BufReader::new(io::stdin()), Limits::default());
    reader.expect_blobs();
    while let Ok(Some(incoming)) = reader.read() {
        let Incoming::Frame(frame) = incoming else {
            continue;
        };
        match Message::from_frame(frame, &Limits::default()) {
            Ok(Message::Request { id, method, params }) => {
                let plugin = Arc::clone(&plugin);
                thread::spawn(move || plugin.answer(id, &method, params));
            }
            Ok(Message::Answer { id, outcome }) => {
                let waiting = plugin.waiting.lock();
                let mut waiting = waiting.unwrap_or_else(PoisonError::into_inner);
                if let Some(sender) = waiting.remove(&id) {
                    let _ = sender.send(outcome);
                }
            }
            Ok(Message::Notification { method, params }) => {
                eprintln!("{method} {params:?}");
            }
            Err(error) => eprintln!("{error}"),
        }
    }
    if plugin.mode == "stays" {
        thread::sleep(Duration::from_secs(3600));
    }
}

struct Misbehaving {
    mode: String,
    concurrency: i64,
    waiting: Mutex<HashMap<i64, Sender<Result<Value, RpcError>>>>,
}

fn write(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

fn send(message: Message) {
    // As a plugin that has announced blobs.
    if let Ok(frame) = message.into_frame(true, &Limits::default()) {
        let _ = frame.write_to(&mut io::stdout().lock());
    }
}

impl Misbehaving {
    fn answer(&self, id: i64, method: &str, params: Struct) {
        let answer = match method {
            "initialize" => match self.mode.as_str() {
                "exit-in-initialize" => exit(4),
                "refuses" => Err(RpcError::new(-32603, "not today")),
                "version-2" => Ok(Struct::from_iter([("protocol", 2)]).into()),
                _ => Ok(self.initialized()),
            },
            "ping" => {
                let wanted = self.mode == "wants-restart";
                if self.mode == "no-pong" {
                    return;
                }
                Ok(Struct::from_iter([("restart_wanted", wanted)]).into())
            }
            "shutdown" => match self.mode.as_str() {
                "exit-in-shutdown" => exit(5),
                "stays" => return,
                _ => Ok(Value::Nil),
            },
            "describe" => Ok(Struct::from_iter([("x", "x".repeat(5_000_000))]).into()),
            "call" => match Call::read(params.into()) {
                Ok(call) => match self.call(id, call) {
                    Some(outcome) => outcome,
                    None => return,
                },
                Err(error) => Err(RpcError::new(-32602, error.to_string())),
            },
            _ => Err(RpcError::new(-32601, "no such request")),
        };
        send(Message::answer(id, answer));
        if method == "initialize" && self.mode == "exit-after-initialize" {
            exit(6);
        }
    }

    fn initialized(&self) -> Value {
        let answer = Initialized {
            protocol: 1,
            plugin: PluginRow {
                name: "misbehaving".to_owned(),
                version: Value::Nil,
                runtime: Value::Nil,
            },
            capabilities: Capabilities {
                concurrency: self.concurrency,
                cancel: false,
                blobs: true,
            },
        };
        answer.write()
    }

    fn call(&self, id: i64, call: Call) -> Option<Result<Value, RpcError>> {
        let first = call.args.first().cloned().unwrap_or_default();
        let number = match first {
            Value::Int(number) => u64::try_from(number).unwrap_or(0),
            _ => 0,
        };
        let value = match call.method.as_str() {
            "silent" => return None,
            "sleep" => {
                thread::sleep(Duration::from_millis(number));
                first
            }
            "exit" => exit(7),
            "abort" => std::process::abort(),
            "huge" => {
                write("{");
                for _ in 0..200 {
                    write(&"x".repeat(1024 * 1024));
                }
                return None;
            }
            "half" => {
                write("{\"jsonrpc\":\"2.0\",\"id\":");
                exit(8);
            }
            "cut-blob" => {
                write(&format!(
                    "{{\"id\":{id},\"result\":1,\"blobs\":[1000]}}\nabc"
                ));
                exit(9);
            }
            "garbage" => {
                write("{ this is no JSON\n");
                return None;
            }
            "noise" => {
                write("I am printing\n\n\u{1b}[31mred\n");
                write(&format!("{}\n", "x".repeat(10_000)));
                first
            }
            "wrong-id" => {
                send(Message::answer(id + 1000, Ok(Value::Int(1))));
                first
            }
            "wrong-id-only" => {
                send(Message::answer(id + 1000, Ok(Value::Int(1))));
                return None;
            }
            "twice" => {
                let answer = CallAnswer::Value(first.clone()).write();
                send(Message::answer(id, Ok(answer)));
                Value::from("the second answer")
            }
            "senseless" => {
                write(&format!("{{\"id\":{id},\"result\":{{\"$bin\":\"*\"}}}}\n"));
                return None;
            }
            "no-value" => return Some(Ok(Value::Int(7))),
            "fault" => {
                let fault = Fault::not_found("no such thing").with_code(42);
                return Some(Err(fault.into()));
            }
            "mistake" => return Some(Err(RpcError::new(-32603, "Traceback: secret"))),
            "unknown-request" => {
                self.asked(Message::request(id, "host/unknown", Struct::new()), id)
            }
            "host" => self.host(id, Some(id), &call),
            "host-outside" => self.host(id, None, &call),
            "host-later" => {
                let answer = CallAnswer::Value(first).write();
                send(Message::answer(id, Ok(answer)));
                thread::sleep(Duration::from_millis(50));
                eprintln!("later: {:?}", self.host(id, Some(id), &call));
                return None;
            }
            "close-stdout" => {
                // The process lives on with its output closed.
                let _ = Command::new("sh").args(["-c", "exit 0"]).status();
                close_output();
                thread::sleep(Duration::from_secs(3600));
                return None;
            }
            "child" => {
                // What it starts inherits its output and outlives it.
                let _ = Command::new("sleep").arg("3600").spawn();
                exit(10);
            }
            "changed" => {
                let params = Struct::from_iter([("environment", first.clone())]);
                send(Message::notification("changed", params));
                first
            }
            "log" => {
                let params = Struct::from_iter([("level", "warning"), ("message", "a line")]);
                send(Message::notification("log", params));
                first
            }
            "variables" => {
                let names = std::env::vars().map(|(name, _)| name);
                names.collect::<Value>()
            }
            "descriptors" => descriptors(),
            "directory" => {
                let directory = std::env::current_dir().unwrap_or_default();
                directory.to_string_lossy().into_owned().into()
            }
            "process" => i64::from(std::process::id()).into(),
            _ => first,
        };
        Some(Ok(CallAnswer::Value(value).write()))
    }

    fn host(&self, id: i64, within: Option<i64>, call: &Call) -> Value {
        let mut args = call.args.iter().cloned();
        let method = args.next();
        let ask = HostCall {
            within,
            method: method
                .and_then(|name| name.as_str().map(str::to_owned))
                .unwrap_or_default(),
            args: args.collect(),
        };
        self.asked(Message::request(id, HostCall::METHOD, ask.params()), id)
    }

    /// What the server answers, as a text if it is an error.
    fn asked(&self, message: Message, id: i64) -> Value {
        let (sender, receiver) = mpsc::channel();
        let waiting = self.waiting.lock();
        waiting
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, sender);
        send(message);
        match receiver.recv() {
            Ok(Ok(value)) => match CallAnswer::read(value) {
                Ok(CallAnswer::Value(value)) => value,
                other => format!("{other:?}").into(),
            },
            Ok(Err(error)) => format!("error {}: {}", error.code, error.message).into(),
            Err(_) => "no answer".into(),
        }
    }
}

/// Only Linux tells.
fn descriptors() -> Value {
    let entries = std::fs::read_dir("/proc/self/fd").into_iter().flatten();
    let names = entries.flatten().map(|entry| {
        let target = std::fs::read_link(entry.path()).unwrap_or_default();
        format!(
            "{} {}",
            entry.file_name().to_string_lossy(),
            target.to_string_lossy()
        )
    });
    names.collect()
}

#[cfg(unix)]
fn close_output() {
    use std::os::fd::AsFd;
    // Its own descriptor is closed with what it stands for.
    if let Ok(file) = std::fs::File::open("/dev/null") {
        let _ = rustix::stdio::dup2_stdout(file.as_fd());
    }
}

#[cfg(not(unix))]
fn close_output() {}
