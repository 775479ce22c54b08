//! A plugin that fills every extension point. The tests serve it.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use tracrpc_plugin_sdk::messages::{
    Action, AttachmentProblems, AttachmentValidate, CallAnswer, CheckPassword, Decode, Decoded,
    DecodedAs, DescribeResource, DescribedResource, Encode, Encoded, Filters, Groups, GroupsOf,
    Hits, OfferedActions, PrepareWiki, PreparedText, ProtocolRow, Response, SearchFilters,
    SearchQuery, TicketActions, TicketApply, TicketChanges, TicketProblems, TicketValidate, User,
};
use tracrpc_plugin_sdk::{Fault, Method, Plugin, Struct, Timestamp, Value};

/// What the plugin was told.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// How many passwords it was asked about.
static CHECKED: AtomicU32 = AtomicU32::new(0);

/// Whether it has one method more.
static HAS_GROWN: AtomicBool = AtomicBool::new(false);

/// How many calls have come to meet each other, and who waits for more of them.
static MET: (Mutex<i64>, Condvar) = (Mutex::new(0), Condvar::new());

fn main() -> std::io::Result<()> {
    let plugin = Plugin::new("everything").namespace("demo", "All of it.");
    let plugin = plugin.concurrency(8);
    tickets(protocol(markup(delegates(methods(plugin))))).run()
}

/// What takes the place of built-in methods where that is allowed.
fn delegates(plugin: Plugin) -> Plugin {
    let version = Method::new("wiki.getRPCVersionSupported", |request, _| {
        Ok(format!("that of {}", request.user()).into())
    });
    let delete = Method::new("ticket.type.delete", |_, args| Ok(Value::Array(args)));
    plugin
        .delegate(version, "it has one of its own")
        .delegate(delete, "it only says what it would delete")
}

fn methods(plugin: Plugin) -> Plugin {
    let echo = Method::new("demo.echo", |_, args| Ok(Value::Array(args)));
    let who = Method::new("demo.who", |request, _| {
        let context = request
            .context()
            .ok_or_else(|| Fault::application("nobody"))?;
        let mut members = Struct::new();
        members.insert("user", context.user.as_str());
        members.insert("environment", context.environment.as_str());
        members.insert("remote_addr", context.remote_addr.as_str());
        members.insert("method", context.method.as_str());
        members.insert("path_info", context.path_info.as_str());
        members.insert("within_multicall", context.within_multicall);
        let names = context.headers.iter().map(|(name, _)| name.as_str());
        members.insert("headers", names.collect::<Value>());
        Ok(members.into())
    });
    let ask = Method::new("demo.ask", |request, mut args| {
        let method = args.remove(0);
        request.host_call(method.as_str().unwrap_or_default(), args)
    });
    let meet = Method::new("demo.meet", |request, mut args| {
        let mut args = args.drain(..);
        let (wanted, method) = (args.next(), args.next().unwrap_or_default());
        if let Some(Value::Int(calls)) = wanted {
            meet(calls);
        }
        request.host_call(method.as_str().unwrap_or_default(), args.collect())
    });
    let grow = Method::new("demo.grow", |request, args| {
        let shrinks = args.first() == Some(&Value::Bool(false));
        HAS_GROWN.store(!shrinks, Ordering::Relaxed);
        request.changed(None);
        Ok(true.into())
    });
    plugin
        .method(
            echo.returns("array")
                .parameter("string", "text")
                .optional("int", "count", 3)
                .variadic()
                .help("Answers what it is '''given'''."),
        )
        .method(who.returns("struct"))
        .method(ask.parameter("string", "method").variadic())
        .method(grow.returns("boolean"))
        .method(meet.parameter("int", "calls").variadic())
        .method(Method::new("demo.wear_out", |request, _| {
            request.want_restart();
            Ok(i64::from(std::process::id()).into())
        }))
        .method(Method::new("demo.secret", |_, _| Ok("42".into())).permission("DEMO_ADMIN"))
        .method(Method::new("demo.exit", |_, _| std::process::exit(1)))
        .method(
            Method::new("demo.misbehave", |_, args| Ok(misbehave(args))).parameter("string", "how"),
        )
        .method(Method::new("demo.told", |_, _| {
            let told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(told.iter().map(String::as_str).collect())
        }))
        .method(Method::new("demo.environments", |request, _| {
            let known = request.environments().into_iter();
            let texts =
                known.map(|known| format!("{} {} {}", known.name, known.path, known.base_url));
            Ok(texts.collect())
        }))
        .method(Method::new("demo.refuse", |_, _| {
            Err(Fault::not_found("there is none").with_code(4711))
        }))
        // One that is there already is left out.
        .method(Method::new("ticket.get", |_, _| Ok("never".into())))
        .describe(|_, description| {
            let action = ("DEMO_ADMIN".to_owned(), vec!["TICKET_VIEW".to_owned()]);
            description.actions.push(action);
            description.controllers.push("DemoWorkflow".to_owned());
            description.statuses.push("demonstrated".to_owned());
            if HAS_GROWN.load(Ordering::Relaxed)
                && let Some(row) = description.methods.first().cloned()
            {
                let name = "demo.grown".to_owned();
                description
                    .methods
                    .push(tracrpc_plugin_sdk::messages::MethodRow { name, ..row });
            }
        })
        .answer(|_, asked: CheckPassword| {
            CHECKED.fetch_add(1, Ordering::Relaxed);
            match asked.user.as_str() {
                "sleeper" => sleep("2000"),
                "riddle" => return Err(Fault::application("who knows")),
                _ => {}
            }
            // It says boo to everybody, and calls them by their names in small letters.
            let is_right = asked.password == "boo";
            Ok(User {
                user: is_right.then(|| asked.user.to_lowercase()),
                known: asked.user != "nobody-here",
            })
        })
        .method(Method::new("demo.checked", |_, _| {
            Ok(i64::from(CHECKED.load(Ordering::Relaxed)).into())
        }))
        .answer(|_, asked: GroupsOf| {
            let is_member = asked.user == "ann";
            let groups = is_member.then(|| "crew".to_owned());
            Ok(Groups {
                groups: groups.into_iter().collect(),
            })
        })
        .policy("DemoPolicy", |user, action, resource| {
            let page = resource.and_then(|parts| parts.last());
            let is_secret = is_called(page, "Secret");
            let of = resource.and_then(|parts| parts.first());
            let is_ours = of.is_some_and(|(realm, _, _)| realm == "demo");
            match (user, action) {
                _ if is_secret => Some(false),
                // As if somebody had to be found who knows.
                (_, "WIKI_MODIFY" | "WIKI_CREATE") if is_called(page, "Slow") => {
                    sleep("1500");
                    None
                }
                ("ann", "WIKI_ADMIN") => Some(true),
                // Trac itself lets nobody see files of realms that it does not know.
                (_, "ATTACHMENT_VIEW") if is_ours => Some(true),
                _ => None,
            }
        })
        .on_event(
            &["ticket", "wiki", "milestone", "attachment"],
            |_, event| {
                let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
                told.push(event.kind.name().to_owned());
            },
        )
}

/// Says what nobody understands, nothing, or no more.
fn misbehave(mut args: Vec<Value>) -> Value {
    let how = args.remove(0);
    match how.as_str().unwrap_or_default() {
        "noise" => println!("Good morning"),
        "garbage" => println!("{{ this is no JSON"),
        "half" => {
            print!("{{\"jsonrpc\":\"2.0\",\"id\":1,");
            let _ = std::io::stdout().flush();
            std::process::exit(1);
        }
        "wrong id" => println!("{{\"jsonrpc\":\"2.0\",\"id\":123456789,\"result\":{{}}}}"),
        "huge" => {
            let piece = "x".repeat(1 << 20);
            print!("{{\"jsonrpc\":\"2.0\",\"x\":\"");
            for _ in 0..100 {
                print!("{piece}");
            }
        }
        "abort" => std::process::abort(),
        "silent" => std::thread::sleep(Duration::from_secs(3600)),
        _ => {}
    }
    how
}

/// Waits until so many calls wait here.
fn meet(calls: i64) {
    let (met, more) = &MET;
    let mut met = met.lock().unwrap_or_else(PoisonError::into_inner);
    *met += 1;
    more.notify_all();
    while *met < calls {
        met = more.wait(met).unwrap_or_else(PoisonError::into_inner);
    }
}

type Part = (String, Value, Option<i64>);

fn is_called(page: Option<&Part>, name: &str) -> bool {
    page.is_some_and(|(_, id, _)| id.as_str() == Some(name))
}

fn sleep(milliseconds: &str) {
    let milliseconds = milliseconds.parse().unwrap_or_default();
    std::thread::sleep(Duration::from_millis(milliseconds));
}

fn markup(plugin: Plugin) -> Plugin {
    plugin
        .wiki_macro("Demo", true, |request, asked| {
            let content = asked.content.as_deref().unwrap_or_default();
            let user = request.user();
            Ok(format!("<b>{user} {content}</b><script>alert(1)</script>"))
        })
        .wiki_link("demo", |request, asked| {
            if asked.target == "fail" {
                return Err(Fault::application("not this one"));
            }
            let user = request.user();
            let (target, label) = (&asked.target, asked.label.replace('<', "&lt;"));
            let text = format!("<a href=\"/{target}\" onclick=\"x()\">{label} for {user}</a>");
            Ok((asked.target != "none").then_some(text))
        })
        .describe(|_, description| description.realms.push("demo".to_owned()))
        .answer(|_, asked: DescribeResource| {
            let id = asked.resource.last().map(|(_, id, _)| id.clone());
            let id = id.as_ref().and_then(Value::as_str).unwrap_or_default();
            Ok(DescribedResource {
                path: (id != "plain").then(|| format!("/shown/{id}")),
                name: (id != "plain").then(|| format!("Demo {id}")),
            })
        })
        .answer(|_, asked: PrepareWiki| {
            Ok(PreparedText {
                text: asked.text.replace("PLACE", "here"),
            })
        })
        .answer(|_, _: SearchFilters| {
            Ok(Filters {
                filters: vec![("demo".to_owned(), "Demos".to_owned())],
            })
        })
        .answer(|_, asked: SearchQuery| {
            let title = asked.terms.join("+");
            let href = format!("{}/demo", asked.context.base_url);
            Ok(Hits {
                hits: vec![(href, title, Some(Timestamp::UNIX_EPOCH), None, None)],
            })
        })
}

fn tickets(plugin: Plugin) -> Plugin {
    plugin
        .answer(|_, asked: TicketValidate| {
            if let Some(milliseconds) = asked.comment.strip_prefix("sleep ") {
                sleep(milliseconds);
            }
            let summary = asked.fields.get("summary").and_then(Value::as_str);
            let problems = match summary {
                Some("bad") => vec![(Some("summary".to_owned()), "it is bad".to_owned())],
                _ if asked.comment == "spam" => vec![(None, "no spam".to_owned())],
                _ => Vec::new(),
            };
            let fields = [("keywords", "validated")].into_iter().collect();
            Ok(TicketProblems { problems, fields })
        })
        .answer(|_, asked: AttachmentValidate| {
            let mut problems = Vec::new();
            if asked.filename.ends_with(".exe") {
                let text = format!("no programs, {}", asked.author);
                problems.push((Some("filename".to_owned()), text));
            }
            if asked.size > 1000 {
                problems.push((None, format!("{} bytes are too many", asked.size)));
            }
            Ok(AttachmentProblems { problems })
        })
        .answer(|_, asked: TicketActions| {
            let is_ours = asked.controller == "DemoWorkflow";
            let action = Action {
                action: "demonstrate".to_owned(),
                weight: -3,
                label: Some("Demonstrate".to_owned()),
                hint: "It is shown".to_owned(),
                controls: vec![(
                    "demo_priority".to_owned(),
                    "How urgently?".to_owned(),
                    "minor".into(),
                    vec!["minor".into(), "major".into()],
                )],
            };
            Ok(OfferedActions {
                actions: is_ours.then_some(action).into_iter().collect(),
            })
        })
        .answer(|_, asked: TicketApply| {
            let mut changes: Struct = [("status", "demonstrated")].into_iter().collect();
            if let Some(priority) = asked.inputs.get("demo_priority") {
                changes.insert("priority", priority.clone());
            }
            Ok(TicketChanges { changes })
        })
}

fn protocol(plugin: Plugin) -> Plugin {
    plugin
        .describe(|_, description| {
            description.protocols.push(ProtocolRow {
                id: "words".to_owned(),
                name: "Words".to_owned(),
                help: "A method and its arguments, with blanks between.".to_owned(),
                endpoints: vec![("words".to_owned(), "text/x-words".to_owned())],
            });
        })
        .answer(|_, asked: Decode| {
            let text = String::from_utf8_lossy(&asked.body).into_owned();
            let mut words = text.split_whitespace();
            let request = match words.next() {
                Some("hello") => DecodedAs::Response(response(201, "hello")),
                Some(method) => DecodedAs::Call {
                    method: Some(method.to_owned()),
                    args: words.map(Value::from).collect(),
                },
                None => DecodedAs::Fault(Fault::parse("there are no words").into()),
            };
            Ok(Decoded {
                exchange: Some(7),
                request,
            })
        })
        .answer(|_, asked: Encode| {
            let response = match asked.outcome {
                Ok(CallAnswer::Value(value)) => response(200, &format!("{value:?}")),
                Ok(other) => response(200, &format!("{other:?}")),
                Err(fault) => response(422, &fault.message),
            };
            Ok(Encoded { response })
        })
}

fn response(status: i64, text: &str) -> Response {
    let headers = [
        ("Content-Type", "text/x-words; charset=utf-8"),
        ("X-Words", "yes"),
    ];
    Response {
        status,
        headers: headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: text.as_bytes().to_vec(),
    }
}
