//! The conversation with the server.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tracrpc_plugin_protocol::messages::{
    Capabilities, Environment, Initialize, Initialized, PluginRow, Pong,
};
use tracrpc_plugin_protocol::{
    ErrorCode, FrameReader, Incoming, Limits, Message, MessageError, RpcError, Shape, VERSION,
};
use tracrpc_wire::{Struct, Value};

use crate::plugin::Plugin;
use crate::request::Request;

/// What goes out, and who waits for what comes back.
pub(crate) struct Talk {
    output: Mutex<Box<dyn Write + Send>>,
    has_blobs: AtomicBool,
    last: AtomicI64,
    asked: Mutex<Asked>,
    running: Mutex<HashMap<i64, Arc<AtomicBool>>>,
    options: Mutex<Struct>,
    is_restart_wanted: AtomicBool,
    environments: Mutex<Vec<Environment>>,
}

#[derive(Default)]
struct Asked {
    waiting: HashMap<i64, Sender<Result<Value, RpcError>>>,
    /// The server has gone.
    is_over: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Talk {
    /// What the server's configuration has for this plugin.
    pub(crate) fn options(&self) -> Struct {
        lock(&self.options).clone()
    }

    /// Has the server start a new process in the place of this one.
    pub(crate) fn want_restart(&self) {
        self.is_restart_wanted.store(true, Ordering::Relaxed);
    }

    fn pong(&self) -> Value {
        let restart_wanted = self.is_restart_wanted.load(Ordering::Relaxed);
        Pong { restart_wanted }.write()
    }

    /// The environments that the server knew when it began.
    pub(crate) fn environments(&self) -> Vec<Environment> {
        lock(&self.environments).clone()
    }

    /// Asks the server.
    pub(crate) fn ask(&self, method: &str, params: Struct) -> Result<Value, RpcError> {
        let gone = || RpcError::new(ErrorCode::CANCELLED, "the server has gone");
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, answer) = mpsc::channel();
        {
            let mut asked = lock(&self.asked);
            if asked.is_over {
                return Err(gone());
            }
            asked.waiting.insert(id, sender);
        }
        self.send(Message::request(id, method, params));
        answer.recv().unwrap_or_else(|_| Err(gone()))
    }

    /// Tells the server.
    pub(crate) fn tell(&self, method: &str, params: Struct) {
        self.send(Message::notification(method, params));
    }

    fn answer(&self, id: i64, outcome: Result<Value, RpcError>) {
        self.send(Message::answer(id, outcome));
    }

    /// Sends a message. What cannot be written is an error in place of an answer; a server
    /// that has gone is told by its own end of the conversation.
    fn send(&self, message: Message) {
        let id = match &message {
            Message::Answer { id, .. } => Some(*id),
            _ => None,
        };
        let has_blobs = self.has_blobs.load(Ordering::Relaxed);
        let frame = message.into_frame(has_blobs, &Limits::default());
        let frame = frame.or_else(|error| {
            let error = RpcError::new(ErrorCode::INTERNAL, error.to_string());
            Message::answer(id.unwrap_or_default(), Err(error))
                .into_frame(false, &Limits::default())
        });
        if let Ok(frame) = frame {
            let _ = frame.write_to(&mut *lock(&self.output));
        }
    }

    fn end(&self) {
        let mut asked = lock(&self.asked);
        asked.is_over = true;
        asked.waiting.clear();
    }
}

/// Answers until the server ends the conversation or the input ends, and what was begun has
/// ended too.
pub(crate) fn serve(
    plugin: Plugin,
    input: impl BufRead,
    output: Box<dyn Write + Send>,
) -> io::Result<()> {
    let talk = Talk {
        output: Mutex::new(output),
        has_blobs: AtomicBool::new(false),
        last: AtomicI64::new(0),
        asked: Mutex::default(),
        running: Mutex::default(),
        options: Mutex::default(),
        is_restart_wanted: AtomicBool::new(false),
        environments: Mutex::default(),
    };
    let mut reader = FrameReader::new(input, Limits::default());
    thread::scope(|scope| {
        let result = loop {
            let frame = match reader.read() {
                Ok(Some(Incoming::Frame(frame))) => frame,
                Ok(Some(Incoming::Noise(_))) => continue,
                Ok(None) => break Ok(()),
                Err(error) => break Err(io::Error::other(error)),
            };
            match Message::from_frame(frame, &Limits::default()) {
                Ok(Message::Request { id, method, params }) => match method.as_str() {
                    // Answered before anything else is read: from then on there may be blobs.
                    "initialize" => {
                        let (outcome, has_blobs) = initialized(&plugin, &talk, params);
                        talk.answer(id, outcome);
                        if has_blobs {
                            reader.expect_blobs();
                            talk.has_blobs.store(true, Ordering::Relaxed);
                        }
                    }
                    "ping" => talk.answer(id, Ok(talk.pong())),
                    "shutdown" => {
                        talk.answer(id, Ok(Value::Nil));
                        break Ok(());
                    }
                    _ => {
                        let cancelled = Arc::new(AtomicBool::new(false));
                        lock(&talk.running).insert(id, Arc::clone(&cancelled));
                        let (plugin, talk) = (&plugin, &talk);
                        scope.spawn(move || run(plugin, talk, &cancelled, id, &method, params));
                    }
                },
                Ok(Message::Answer { id, outcome }) => {
                    let waiting = lock(&talk.asked).waiting.remove(&id);
                    if let Some(sender) = waiting {
                        let _ = sender.send(outcome);
                    }
                }
                Ok(Message::Notification { method, params }) => {
                    if let ("$/cancel", Some(Value::Int(id))) = (method.as_str(), params.get("id"))
                        && let Some(cancelled) = lock(&talk.running).get(id)
                    {
                        cancelled.store(true, Ordering::Relaxed);
                    }
                }
                Err(MessageError::Request { id, detail }) => {
                    talk.answer(id, Err(RpcError::new(ErrorCode::PARAMS, detail)));
                }
                Err(MessageError::Answer { id, detail }) => {
                    let waiting = lock(&talk.asked).waiting.remove(&id);
                    if let Some(sender) = waiting {
                        let _ = sender.send(Err(RpcError::new(ErrorCode::INTERNAL, detail)));
                    }
                }
                Err(error @ MessageError::Malformed { .. }) => break Err(io::Error::other(error)),
                Err(_) => {}
            }
        };
        talk.end();
        result
    })
}

/// The answer to `initialize`, and whether there may be blobs after it.
fn initialized(plugin: &Plugin, talk: &Talk, params: Struct) -> (Result<Value, RpcError>, bool) {
    let asked = match Initialize::read(params.into()) {
        Ok(asked) => asked,
        Err(error) => {
            let error = RpcError::new(ErrorCode::PARAMS, error.to_string());
            return (Err(error), false);
        }
    };
    *lock(&talk.options) = asked.options;
    *lock(&talk.environments) = asked.environments;
    let has_blobs = asked.capabilities.blobs;
    let answer = Initialized {
        protocol: VERSION,
        plugin: PluginRow {
            name: plugin.name.clone(),
            version: plugin.version.clone().into(),
            runtime: "Rust".into(),
        },
        capabilities: Capabilities {
            concurrency: i64::try_from(plugin.concurrency).unwrap_or(1),
            cancel: true,
            blobs: has_blobs,
        },
    };
    (Ok(answer.write()), has_blobs)
}

/// Answers one request. A panic is a mistake of the plugin, and costs this request only.
fn run(
    plugin: &Plugin,
    talk: &Talk,
    cancelled: &AtomicBool,
    id: i64,
    method: &str,
    params: Struct,
) {
    let mut request = Request {
        id,
        context: None,
        is_cancelled: cancelled,
        talk,
    };
    let answered = catch_unwind(AssertUnwindSafe(|| {
        plugin.answered(&mut request, method, params)
    }));
    let outcome = answered.unwrap_or_else(|_| {
        let text = format!("`{method}` has panicked");
        Err(RpcError::new(ErrorCode::INTERNAL, text))
    });
    lock(&talk.running).remove(&id);
    talk.answer(id, outcome);
}
