//! The binary serving an environment with a plugin, written in the shell.

use std::fs;
use std::time::{Duration, Instant};

use tracrpc_client::{Client, Speech, Value};

use crate::served::{Served, environment};

/// It answers by what a line contains, and says which process it is.
const PLUGIN: &str = r#"
while read -r line; do
    id=${line#*'"id":'}
    id=${id%%,*}
    case $line in
    *'"method":"describe"'*)
        answer='{"methods":[{"name":"hello.greet","signatures":[["string","string"]],
            "parameters":[{"name":"whom"}],"help":"Greets from the shell."}]}' ;;
    *'"method":"call"'*)
        answer='{"value":"Hello from process '$$'"}' ;;
    *) answer='{}' ;;
    esac
    printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$(printf %s "$answer" | tr -d '\n')"
done
"#;

/// The children of a server that has answered, and those of its threads that are there for
/// a plugin.
#[cfg(target_os = "linux")]
fn children_and_threads(words: &[&str], folder: &std::path::Path) -> (usize, usize) {
    let served = Served::start_with("true", folder, words);
    let client = Client::new(&served.url("admin")).unwrap();
    client.call("system.listMethods", []).unwrap();
    let server = served.process();
    let read = |name: &str, of: &str| {
        let entries = fs::read_dir(of).unwrap().flatten();
        // Some end while they are looked at.
        let texts = entries.map(|entry| fs::read_to_string(entry.path().join(name)));
        texts.flatten().collect::<Vec<_>>()
    };
    let parent = format!("\nPPid:\t{server}\n");
    let children = read("status", "/proc");
    let threads = read("comm", &format!("/proc/{server}/task"));
    (
        children
            .iter()
            .filter(|text| text.contains(&parent))
            .count(),
        threads
            .iter()
            .filter(|name| name.contains("plugin"))
            .count(),
    )
}

#[test]
#[cfg(target_os = "linux")]
fn without_a_plugin_there_is_no_process_and_no_thread_for_one() {
    let folder = environment();
    assert_eq!(children_and_threads(&[], folder.path()), (0, 0));
    let program = folder.path().join("hello.sh");
    fs::write(&program, PLUGIN).unwrap();
    let plugin = format!("hello=sh {}", program.display());
    let (children, threads) = children_and_threads(&["--plugin", &plugin], folder.path());
    assert!(children == 1 && threads > 0, "{children}, {threads}");
}

/// Serves an environment with the plugin, named by a file or on the command line.
fn check(by_file: bool) {
    let folder = environment();
    let program = folder.path().join("hello.sh");
    fs::write(&program, PLUGIN).unwrap();
    let program = program.display();
    let words = match by_file {
        false => vec!["--plugin".to_owned(), format!("hello=sh {program}")],
        true => {
            let file = folder.path().join("plugins.toml");
            let text = format!("[plugin.hello]\ncommand = ['sh', '{program}']\n");
            fs::write(&file, text).unwrap();
            vec!["--config".to_owned(), file.display().to_string()]
        }
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut served = Served::start_with("true", folder.path(), &words);
    let url = served.url("admin");
    let client = |speech| Client::new(&url).unwrap().with_speech(speech);
    let mut greeting = String::new();
    for speech in [Speech::Xml, Speech::Json] {
        let call = |method: &str, args: &[&str]| {
            let args = args.iter().map(|arg| Value::from(*arg));
            client(speech).call(method, args).unwrap()
        };
        greeting = call("hello.greet", &["you"]).as_str().unwrap().to_owned();
        assert!(greeting.starts_with("Hello from process "), "{greeting}");
        let methods = call("system.listMethods", &[]);
        assert!(methods.as_array().unwrap().contains(&"hello.greet".into()));
        let help = call("system.methodHelp", &["hello.greet"]);
        assert!(help.as_str().unwrap().contains("Greets from the shell."));
    }
    let page = ureq::get(&url).header("Accept", "text/html").call();
    let page = page.unwrap().body_mut().read_to_string().unwrap();
    assert!(page.contains("hello.greet") && page.contains("Greets from the shell."));
    // It ends with the server, even with one that is killed.
    let process = greeting.rsplit(' ').next().unwrap().to_owned();
    match by_file {
        true => served.kill(),
        false => served.signal("TERM"),
    }
    let is_there = || fs::exists(format!("/proc/{process}")).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while is_there() {
        assert!(Instant::now() < deadline, "it has not ended");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_plugin_of_the_command_line_answers() {
    check(false);
}

#[test]
fn a_plugin_of_a_file_answers() {
    check(true);
}
