//! The binary serving an environment with a plugin, written in the shell.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
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

/// Runs `tracrpc admin` with the plugin, by a flag or by the file beside the environment.
fn admin(env: &Path, flags: &[&str], words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracrpc"));
    let command = command.arg("admin").args(flags).arg(env).args(words);
    command.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn the_command_line_shows_and_switches_plugins() {
    let folder = environment();
    let program = folder.path().join("hello.sh");
    fs::write(&program, PLUGIN).unwrap();
    let flag = format!("hello=sh {}", program.display());
    let beside = tempfile::tempdir().unwrap();
    let other = beside.path().join("env");
    tracrpc_site::create(&other, &tracrpc_site::InitOptions::default()).unwrap();
    let text = format!(
        "[plugin.hello]\ncommand = ['sh', '{}']\n",
        program.display()
    );
    fs::write(beside.path().join("tracrpc.toml"), text).unwrap();
    for (env, flags) in [
        (folder.path(), &["--plugin", flag.as_str()][..]),
        (other.as_path(), &[]),
    ] {
        let run = |words: &[&str]| {
            let done = admin(env, flags, words);
            let text = [done.stdout, done.stderr].concat();
            (done.status.code(), String::from_utf8(text).unwrap())
        };
        let ok = |words: &[&str]| {
            let (code, text) = run(words);
            assert_eq!(code, Some(0), "{words:?}: {text}");
            text
        };
        let list = ok(&["plugin", "list"]);
        assert!(list.contains("TracXMLRPC  native"), "{list}");
        assert!(
            list.contains("hello       process           enabled"),
            "{list}"
        );
        let shown = ok(&["plugin", "get", "hello"]);
        assert!(shown.contains("methods   hello.greet"), "{shown}");
        assert_eq!(
            ok(&["plugin", "disable", "hello"]),
            "hello is disabled now\n"
        );
        assert_eq!(ok(&["plugin", "disable", "hello"]), "");
        let disabled = ok(&["config", "get", "tracrpc", "disabled_plugins"]);
        assert_eq!(disabled, "hello\n");
        assert_eq!(ok(&["plugin", "enable", "hello"]), "hello is enabled now\n");
        let search = "tracrpc.search.SearchRPC";
        let said = ok(&["plugin", "disable", search]);
        assert_eq!(said, format!("{search} is disabled now\n"));
        assert_eq!(ok(&["plugin", "problems"]), "");
        let (code, said) = run(&["plugin", "get", "none"]);
        assert_eq!(code, Some(2));
        assert!(said.contains("Error: There is no plugin none."), "{said}");
        let (code, said) = run(&["plugin", "restart", "hello"]);
        assert_eq!(code, Some(2));
        assert!(
            said.contains("tracrpc call URL plugin.restart hello"),
            "{said}"
        );
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
