//! A server that is killed while it writes loses nothing that it acknowledged.
//!
//! `TRACRPC_CRASH_ROUNDS` sets the number of kills; `scripts/crash-test` makes 500.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sha1::{Digest, Sha1};
use tracrpc_client::{Client, Struct, Value};

use crate::served::Served;

const WRITERS: usize = 3;

/// What the server said it has kept.
#[derive(Default)]
struct Acknowledged {
    tickets: Vec<(i64, String)>,
    comments: Vec<(i64, String)>,
    pages: Vec<(String, String)>,
    files: Vec<(i64, String)>,
}

#[test]
fn no_acknowledged_change_is_lost_and_no_attachment_is_half_there() {
    let rounds = std::env::var("TRACRPC_CRASH_ROUNDS").map_or(6, |text| text.parse().unwrap());
    let env = crate::served::environment();
    let acknowledged = Mutex::new(Acknowledged::default());
    for round in 0..rounds {
        let mut server = Served::start(env.path());
        let url = server.url("admin");
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (url, acknowledged) = (&url, &acknowledged);
                scope.spawn(move || write_until_gone(url, round, writer, acknowledged));
            }
            // Any moment will do; this spreads the kills over start and full load.
            if round % 2 == 1 {
                wait_for_a_file(&acknowledged);
            }
            thread::sleep(Duration::from_millis(40 + (round * 37) % 160));
            server.kill();
        });
        let server = Served::start(env.path());
        let client = Client::new(&server.url("admin")).unwrap();
        let acknowledged = acknowledged.lock().unwrap();
        nothing_is_lost(&client, &acknowledged);
        rows_and_files_agree(env.path());
    }
    let acknowledged = acknowledged.lock().unwrap();
    assert!(
        !acknowledged.tickets.is_empty() && !acknowledged.files.is_empty(),
        "it wrote"
    );
}

/// Writes as fast as it can, and notes what was acknowledged, until the server is gone.
/// Waits until one more file is written, however slow the machine is.
fn wait_for_a_file(acknowledged: &Mutex<Acknowledged>) {
    let count = || acknowledged.lock().unwrap().files.len();
    let (before, deadline) = (count(), Instant::now() + Duration::from_secs(60));
    while count() == before && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
    }
}

fn write_until_gone(url: &str, round: u64, writer: usize, acknowledged: &Mutex<Acknowledged>) {
    let client = Client::new(url).unwrap();
    for number in 0.. {
        let text = format!("round {round} writer {writer} number {number}");
        if write_one(&client, &text, acknowledged).is_err() {
            return;
        }
    }
}

fn write_one(
    client: &Client,
    text: &str,
    acknowledged: &Mutex<Acknowledged>,
) -> Result<(), tracrpc_client::Error> {
    let created = client.call("ticket.create", [text.into(), text.into()])?;
    let Value::Int(id) = created else {
        panic!("the id is {created:?}")
    };
    acknowledged
        .lock()
        .unwrap()
        .tickets
        .push((id, text.to_owned()));
    client.call(
        "ticket.update",
        [id.into(), text.into(), Struct::new().into()],
    )?;
    acknowledged
        .lock()
        .unwrap()
        .comments
        .push((id, text.to_owned()));
    let page = format!("Page {text}");
    client.call(
        "wiki.putPage",
        [page.clone().into(), text.into(), Struct::new().into()],
    )?;
    acknowledged
        .lock()
        .unwrap()
        .pages
        .push((page, text.to_owned()));
    let file = Value::Binary(text.repeat(200).into_bytes());
    client.call(
        "ticket.putAttachment",
        [id.into(), "a.txt".into(), text.into(), file],
    )?;
    // The second replaces the first: neither both nor none may remain.
    let file = Value::Binary(text.repeat(300).into_bytes());
    client.call(
        "ticket.putAttachment",
        [id.into(), "a.txt".into(), text.into(), file],
    )?;
    acknowledged
        .lock()
        .unwrap()
        .files
        .push((id, text.to_owned()));
    Ok(())
}

fn nothing_is_lost(client: &Client, acknowledged: &Acknowledged) {
    for (id, summary) in acknowledged.tickets.iter().rev().take(60) {
        let ticket = client.call("ticket.get", [(*id).into()]).unwrap();
        let Some([_, _, _, Value::Struct(values)]) = ticket.as_array() else {
            panic!("{ticket:?}")
        };
        assert_eq!(values.get("summary"), Some(&summary.as_str().into()));
    }
    for (id, comment) in acknowledged.comments.iter().rev().take(60) {
        let log = client.call("ticket.changeLog", [(*id).into()]).unwrap();
        assert!(format!("{log:?}").contains(comment), "the comment on {id}");
    }
    for (page, text) in acknowledged.pages.iter().rev().take(60) {
        let found = client.call("wiki.getPage", [page.as_str().into()]).unwrap();
        assert_eq!(found, text.as_str().into());
    }
    for (id, text) in acknowledged.files.iter().rev().take(60) {
        let params = [(*id).into(), "a.txt".into()];
        let found = client.call("ticket.getAttachment", params).unwrap();
        assert_eq!(found, Value::Binary(text.repeat(300).into_bytes()));
    }
}

/// Each row of `attachment` has its file, and each file its row.
fn rows_and_files_agree(env: &Path) {
    let database = Connection::open(env.join("db/trac.db")).unwrap();
    let mut rows = database
        .prepare("SELECT type, id, filename FROM attachment")
        .unwrap();
    let rows: BTreeSet<PathBuf> = rows
        .query_map([], |row| {
            Ok(stored_at(
                &row.get::<_, String>(0)?,
                &row.get::<_, String>(1)?,
                &row.get::<_, String>(2)?,
            ))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let root = env.join("files/attachments");
    let mut files = BTreeSet::new();
    collect(&root, &root, &mut files);
    assert_eq!(rows, files);
}

/// Trac's place for an attachment: hashes of the parent's id and of the file's name.
fn stored_at(realm: &str, id: &str, filename: &str) -> PathBuf {
    let hash = |text: &str| {
        Sha1::digest(text)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    };
    let parent = hash(id);
    let extension = filename
        .rsplit_once('.')
        .map_or("", |(_, extension)| extension);
    Path::new(realm)
        .join(&parent[..3])
        .join(&parent)
        .join(format!("{}.{extension}", hash(filename)))
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(root, &path, found),
            false => drop(found.insert(path.strip_prefix(root).unwrap().to_owned())),
        }
    }
}
