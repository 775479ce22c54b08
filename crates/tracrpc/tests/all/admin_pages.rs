//! `admin wiki`, `admin attachment` and `render`, in the words and with the exit
//! statuses of `trac-admin`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

struct Answer {
    status: i32,
    out: String,
    err: String,
}

fn run(directory: &Path, arguments: &[&str], input: &str) -> Answer {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tracrpc"))
        .args(arguments)
        .current_dir(directory)
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    Answer {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn world() -> TempDir {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    for arguments in [
        &["admin", "env", "initenv", "Project", "sqlite:db/trac.db"][..],
        &["admin", "env", "wiki", "remove", "*"],
    ] {
        assert_eq!(run(path, arguments, "").status, 0);
    }
    std::fs::write(path.join("text"), "one\r\ntwo").unwrap();
    std::fs::write(path.join("bad"), b"\xff").unwrap();
    directory
}

/// Runs `admin env` and a command, words parted by blanks.
fn admin(directory: &TempDir, command: &str, input: &str) -> Answer {
    let arguments: Vec<_> = ["admin", "env"]
        .into_iter()
        .chain(command.split(' '))
        .collect();
    run(directory.path(), &arguments, input)
}

#[test]
fn wiki() {
    let world = world();
    let check = |command: &str, input: &str, out: &str| {
        let answer = admin(&world, command, input);
        assert_eq!(
            (answer.out.as_str(), answer.err.as_str()),
            (out, ""),
            "{command}"
        );
        assert_eq!(answer.status, 0, "{command}");
    };
    check(
        "wiki list",
        "",
        "\nTitle  Edits  Modified\n----------------------\n\n",
    );
    check("wiki import Page text", "", " 'text' => 'Page'\n");
    check(
        "wiki import Page text",
        "",
        " 'Page' is already up to date\n",
    );
    check("wiki export Page", "", "one\ntwo\n");
    check(
        "wiki import Team%20A/b",
        "x\r\ny",
        " 'None' => 'Team%20A/b'\n",
    );
    check(
        "wiki dump out",
        "",
        " 'Page' => 'out/Page'\n 'Team A/b' => 'out/Team%20A%2Fb'\n",
    );
    check("wiki rename Page New", "", " 'Page' renamed to 'New'\n");
    check(
        "wiki load out text",
        "",
        " 'out/Page' => 'Page'\n 'Team%20A%2Fb' is already up to date\n 'text' => 'text'\n",
    );
    std::fs::write(world.path().join("New"), "replaced").unwrap();
    check("wiki replace New", "", " 'New' => 'New'\n");
    check("wiki export New", "", "replaced\n");
    check("wiki export New file", "", " 'New' => 'file'\n");
    check(
        "wiki dump out2 Tea* text",
        "",
        " 'Team A/b' => 'out2/Team%20A%2Fb'\n 'text' => 'out2/text'\n",
    );
    check("wiki remove text", "", " 'text' deleted\n");
    check(
        "wiki remove T*",
        "",
        "\nDeleted pages\n-------------\nTeam A/b\n\n",
    );
    let list = admin(&world, "wiki list", "").out;
    assert!(list.contains("\nNew    1      20"), "{list}");
}

#[test]
fn wiki_refuses() {
    let world = world();
    admin(&world, "wiki import Page text", "");
    admin(&world, "wiki dump out", "");
    let check = |command: &str, err: &str| {
        let answer = admin(&world, command, "");
        assert_eq!((answer.status, answer.err.as_str()), (2, err), "{command}");
    };
    check("wiki export None", "Error: Page 'None' not found\n");
    check("wiki export Page text", "Error: File 'text' exists\n");
    check(
        "wiki import .. text",
        "Error: Invalid Wiki page name '..'\n",
    );
    check("wiki import Page none", "Error: 'none' is not a file\n");
    check("wiki import Page bad", "Error: 'bad' is not UTF-8\n");
    check("wiki dump text", "Error: 'text' is not a directory\n");
    check("wiki dump out", "Error: File 'out/Page' exists\n");
    check("wiki load text none", "Error: 'none' is not a file\n");
    check(
        "wiki rename None X",
        "Error: Cannot rename non-existent page\n",
    );
    check("wiki rename Page Page", "Error: Page name is unchanged.\n");
    check(
        "wiki remove None",
        "TracError: Cannot delete non-existent page\n",
    );
    assert_eq!(
        admin(&world, "wiki export text", "").status,
        2,
        "nothing was loaded"
    );
    assert!(
        admin(&world, "wiki export", "")
            .err
            .starts_with("Error: Invalid arguments")
    );
}

#[test]
fn attachments() {
    let world = world();
    admin(&world, "wiki import Page text", "");
    let check = |command: &str, status: i32, out: &str, err: &str| {
        let answer = admin(&world, command, "");
        let found = (answer.status, answer.out.as_str(), answer.err.as_str());
        assert_eq!(found, (status, out, err), "{command}");
    };
    let headers =
        "\nName  Size  Author  Date  Description\n-------------------------------------\n\n";
    check("attachment list wiki:Page", 0, headers, "");
    check("attachment add wiki:Page text", 0, "", "");
    check("attachment add wiki:Page text joe what", 0, "", "");
    check("attachment export wiki:Page text", 0, "one\r\ntwo", "");
    check("attachment export wiki:Page text.2 out", 0, "", "");
    check(
        "attachment export wiki:Page text .",
        2,
        "",
        "Error: File './text' exists\n",
    );
    check(
        "attachment move wiki:Page text milestone:milestone1 t",
        0,
        "",
        "",
    );
    check("attachment remove milestone:milestone1 t", 0, "", "");
    let gone = "ResourceNotFound: Attachment 'wiki:Page: text' does not exist.\n";
    check("attachment remove wiki:Page text", 2, "", gone);
    let nowhere = "ResourceNotFound: Ticket #9 doesn't exist, can't create attachment\n";
    check("attachment add ticket:9 text", 2, "", nowhere);
    check(
        "attachment list Page",
        2,
        "",
        "Error: Invalid resource identifier 'Page'\n",
    );
    let list = admin(&world, "attachment list wiki:Page", "").out;
    assert!(list.contains("\ntext.2  8 bytes  joe     20"), "{list}");
}

#[test]
fn render() {
    let world = world();
    admin(&world, "wiki import WikiPage text", "");
    let check = |arguments: &str, text: &str, html: &str| {
        let arguments: Vec<_> = std::iter::once("render")
            .chain(arguments.split_whitespace())
            .collect();
        let answer = run(world.path(), &arguments, text);
        assert_eq!(
            (answer.status, answer.out.as_str()),
            (0, html),
            "{arguments:?}"
        );
    };
    check("", "''x''", "<p>\n<em>x</em>\n</p>\n");
    check("--oneliner", "''x''", "<em>x</em>");
    check(
        "--outline",
        "= A =",
        "\n<ol>\n  <li>\n    <a href=\"#A\">A</a>\n  </li>\n</ol>\n",
    );
    check(
        "--env env --base-url http://h/e/ --oneliner",
        "WikiPage",
        "<a class=\"wiki\" href=\"http://h/e/wiki/WikiPage\">WikiPage</a>",
    );
}
