//! Attacks on readers, shown in a real browser: no markup may run a script.
//!
//! Runs where `TRACRPC_TEST_BROWSER` holds the path of Chromium.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Wiki texts that try to run `alert`, `prompt` or `confirm`.
const ATTACKS: &str = include_str!("../data/attacks.txt");

/// Takes note of each run of what the attacks call.
const WATCH: &str = r#"
const ran = [];
for (const name of ["alert", "prompt", "confirm"]) {
  window[name] = (text) => {
    ran.push(`${name}(${text}) in ${document.currentScript ? "script" : "event"}`);
    document.documentElement.setAttribute("data-ran", ran.join("; "));
  };
}
"#;

/// Does to every element what a reader might. Links and forms that lead elsewhere are not followed:
/// those that lead to a script are. (`[[Image]]` links to `data:` as in Trac, and browsers neither
/// follow such links nor give what is behind them a part in the page.)
const READ: &str = r#"
const leaves = (url) => /^(https?|file|ftp|mailto|data):/i.test(url);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href], area[href]");
  if (link && leaves(link.href)) event.preventDefault();
}, true);
document.addEventListener("submit", (event) => {
  if (leaves(event.target.action)) event.preventDefault();
}, true);
const elements = [...document.querySelectorAll("body > .case *")];
const events = ["mouseover", "mouseenter", "mousemove", "mousedown", "mouseup", "focus", "blur",
  "load", "error", "toggle", "animationstart", "keydown", "keyup", "dblclick", "wheel"];
for (const element of elements) {
  for (const event of events) element.dispatchEvent(new Event(event, { bubbles: true }));
  if (element.click) element.click();
  if (element.focus) element.focus();
}
const cases = document.querySelectorAll("body > .case").length;
document.documentElement.setAttribute("data-cases", cases);
"#;

#[test]
fn no_markup_runs_a_script() {
    let Some(browser) = browser() else { return };
    let attacks: Vec<&str> = ATTACKS.split("\n%%\n").collect();
    let rendered: Vec<String> = attacks.iter().map(|attack| render(attack)).collect();
    let seen = read(&browser, &rendered);
    assert_eq!(
        seen.cases,
        attacks.len().to_string(),
        "an attack broke out of its place"
    );
    assert_eq!(seen.ran, "", "an attack ran");
}

#[test]
fn what_is_not_made_harmless_is_noticed() {
    let Some(browser) = browser() else { return };
    let check = |html: &str| {
        let seen = read(&browser, &[html.to_owned()]);
        assert!(seen.ran.contains("alert(1)"), "{html}: {}", seen.ran);
    };
    check("<script>alert(1)</script>");
    check("<img src=x onerror=alert(1)>");
    check("<a href='javascript:alert(1)'>x</a>");
    check("<p onmouseover=alert(1)>x</p><p onclick=alert(1)>x</p>");
    let broken = read(&browser, &["</div><div class=case>".to_owned()]);
    assert_ne!(broken.cases, "1");
}

fn browser() -> Option<String> {
    let path = std::env::var("TRACRPC_TEST_BROWSER").ok();
    path.filter(|path| !path.is_empty())
}

/// What `tracrpc render` makes of a text.
fn render(text: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tracrpc"))
        .arg("render")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{text}");
    String::from_utf8(done.stdout).unwrap()
}

/// What happened on a page.
struct Seen {
    ran: String,
    cases: String,
}

/// Shows pieces of HTML in the browser, and reads them as a person would.
fn read(browser: &str, pieces: &[String]) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let cases: String = pieces
        .iter()
        .map(|piece| format!("<div class=\"case\">{piece}</div>\n"))
        .collect();
    let html = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><script>{WATCH}</script></head>\
         <body>\n{cases}<script>{READ}</script></body></html>"
    );
    fs::write(&page, html).unwrap();
    let dom = dump(browser, folder.path(), &page);
    let attribute = |name: &str| {
        let start = dom.split_once(&format!(" {name}=\"")).map(|(_, rest)| rest);
        let value = start.and_then(|rest| rest.split('"').next());
        value.unwrap_or_default().to_owned()
    };
    Seen {
        ran: attribute("data-ran"),
        cases: attribute("data-cases"),
    }
}

/// The opening tag of a page after all of its scripts ran: what the page says of itself.
fn dump(browser: &str, folder: &Path, page: &Path) -> String {
    let done = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--virtual-time-budget=5000",
            "--dump-dom",
        ])
        .arg(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ))
        .arg(page)
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&done.stdout);
    let start = dom.find("<html").expect("the browser shows no page");
    let end = dom[start..]
        .find("<head")
        .map_or(dom.len(), |at| start + at);
    dom[start..end].to_owned()
}
