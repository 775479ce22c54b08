//! What a process leaves that is killed while it changes attachments.

use tracrpc_env::Resource;
use tracrpc_site::InitOptions;

use super::*;
use crate::attachment::{self, Upload};
use crate::page;

/// What a process that is killed leaves: its locks are gone, nothing else
/// happens any more.
fn kill(mut files: FileChanges<'_>) {
    files.intents.clear();
    files.directories.clear();
}

fn world() -> (tempfile::TempDir, Environment, Resource) {
    let dir = tempfile::TempDir::new().unwrap();
    let env = tracrpc_site::create(dir.path().join("env"), &InitOptions::new("Test")).unwrap();
    page::save(&env, "Page", &page::Edit::new("text")).unwrap();
    (dir, env, Resource::wiki("Page"))
}

fn put(env: &Environment, parent: &Resource, content: &str) -> Attachment {
    let upload = Upload {
        filename: "a.txt",
        description: None,
        author: "joe",
        replace: true,
    };
    attachment::insert(env, parent, &upload, &mut content.as_bytes()).unwrap()
}

fn read(env: &Environment, attachment: &Attachment) -> Option<String> {
    let mut text = String::new();
    open(env, attachment)
        .ok()?
        .read_to_string(&mut text)
        .unwrap();
    Some(text)
}

/// All files below the directory of attachments, intents included.
fn file_count(env: &Environment) -> usize {
    fn count(path: &Path) -> usize {
        let Ok(entries) = fs::read_dir(path) else {
            return usize::from(path.exists());
        };
        entries.map(|entry| count(&entry.unwrap().path())).sum()
    }
    count(&root(env))
}

fn row(parent: &Resource) -> Attachment {
    Attachment {
        parent: parent.clone(),
        filename: "a.txt".to_owned(),
        size: 3,
        time: tracrpc_env::time::now(),
        description: None,
        author: None,
    }
}

#[test]
fn killed_before_the_commit_of_a_new_file() {
    let (_dir, env, parent) = world();
    let new = row(&parent);
    let mut files = FileChanges::new(&env);
    let staged = files.stage(&mut "new".as_bytes()).unwrap();
    files.put(&staged, &new).unwrap();
    kill(files);
    assert_eq!(file_count(&env), 1);
    recover(&env).unwrap();
    assert_eq!((file_count(&env), read(&env, &new)), (0, None));
}

#[test]
fn killed_after_the_commit_of_a_new_file() {
    let (_dir, env, parent) = world();
    let new = row(&parent);
    let mut files = FileChanges::new(&env);
    let staged = files.stage(&mut "new".as_bytes()).unwrap();
    env.db()
        .write(|connection| {
            store::insert(connection, &new)?;
            files.put(&staged, &new)
        })
        .unwrap();
    kill(files);
    assert_eq!(read(&env, &new).as_deref(), Some("new"));
    recover(&env).unwrap();
    assert!(root(&env).join(new.stored_path()).is_file());
    assert_eq!(
        (file_count(&env), read(&env, &new).as_deref()),
        (1, Some("new"))
    );
}

#[test]
fn killed_around_the_commit_of_a_replacement() {
    for committed in [false, true] {
        let (_dir, env, parent) = world();
        let old = put(&env, &parent, "old");
        let new = row(&parent);
        let mut files = FileChanges::new(&env);
        let staged = files.stage(&mut "new".as_bytes()).unwrap();
        files.put(&staged, &new).unwrap();
        if committed {
            env.db()
                .write(|connection| {
                    store::delete(connection, &old)?;
                    store::insert(connection, &new)
                })
                .unwrap();
        }
        kill(files);
        recover(&env).unwrap();
        let now = attachment::find(&env, &parent, "a.txt").unwrap();
        let expected = if committed { "new" } else { "old" };
        assert_eq!(
            (file_count(&env), read(&env, &now).as_deref()),
            (1, Some(expected))
        );
    }
}

#[test]
fn killed_around_the_commit_of_a_deletion() {
    for committed in [false, true] {
        let (_dir, env, parent) = world();
        let old = put(&env, &parent, "old");
        let mut files = FileChanges::new(&env);
        files.remove(&old).unwrap();
        if committed {
            env.db()
                .write(|connection| store::delete(connection, &old))
                .unwrap();
        }
        kill(files);
        recover(&env).unwrap();
        let expected = (!committed).then_some("old");
        assert_eq!(read(&env, &old).as_deref(), expected);
        assert_eq!(file_count(&env), usize::from(!committed));
    }
}

#[test]
fn killed_around_the_commit_of_a_move() {
    for committed in [false, true] {
        let (_dir, env, parent) = world();
        let old = put(&env, &parent, "old");
        let new = Attachment {
            parent: Resource::wiki("Other"),
            ..old.clone()
        };
        let mut files = FileChanges::new(&env);
        files.relocate(&old, &new).unwrap();
        if committed {
            env.db()
                .write(|connection| store::relocate(connection, &old, &new))
                .unwrap();
        }
        kill(files);
        let now = if committed { &new } else { &old };
        assert_eq!(read(&env, now).as_deref(), Some("old"));
        recover(&env).unwrap();
        assert_eq!(
            (file_count(&env), read(&env, now).as_deref()),
            (1, Some("old"))
        );
        assert!(root(&env).join(now.stored_path()).is_file());
    }
}

#[test]
fn what_another_process_works_on_is_left_alone() {
    let (_dir, env, parent) = world();
    let new = row(&parent);
    let mut files = FileChanges::new(&env);
    let staged = files.stage(&mut "new".as_bytes()).unwrap();
    recover(&env).unwrap();
    env.db()
        .write(|connection| {
            store::insert(connection, &new)?;
            files.put(&staged, &new)
        })
        .unwrap();
    recover(&env).unwrap();
    files.finish();
    assert_eq!(
        (file_count(&env), read(&env, &new).as_deref()),
        (1, Some("new"))
    );
}

#[test]
fn a_change_that_fails_leaves_nothing() {
    let (_dir, env, parent) = world();
    let upload = Upload {
        filename: "a",
        description: None,
        author: "joe",
        replace: false,
    };
    let nowhere = Resource::wiki("Nowhere");
    attachment::insert(&env, &nowhere, &upload, &mut "x".as_bytes()).unwrap_err();
    assert_eq!(file_count(&env), 0);
    let old = put(&env, &parent, "old");
    let mut files = FileChanges::new(&env);
    files.remove(&old).unwrap();
    drop(files);
    assert_eq!(
        (file_count(&env), read(&env, &old).as_deref()),
        (1, Some("old"))
    );
}

#[test]
fn foreign_files_among_the_intents_are_left() {
    let (_dir, env, _) = world();
    let pending = root(&env).join(PENDING);
    fs::create_dir_all(&pending).unwrap();
    fs::write(pending.join("notes.txt"), "x").unwrap();
    fs::write(pending.join("nonsense.put"), "x").unwrap();
    fs::write(pending.join("1-0.remove"), "").unwrap();
    recover(&env).unwrap();
    assert_eq!(file_count(&env), 1);
}

/// A content of which only a part can be had, or for which there is only so much room.
struct Broken(usize);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let length = buffer.len().min(self.0);
        buffer[..length].fill(b'x');
        self.0 -= length;
        Ok(length)
    }
}

#[test]
fn a_content_that_cannot_be_written_leaves_nothing() {
    let (_dir, env, parent) = world();
    for (replace, length) in [(false, 0), (false, 1 << 20), (true, 1 << 20)] {
        let before = file_count(&env);
        let upload = Upload {
            filename: "a.txt",
            description: None,
            author: "joe",
            replace,
        };
        attachment::insert(&env, &parent, &upload, &mut Broken(length)).unwrap_err();
        assert_eq!(file_count(&env), before);
        put(&env, &parent, "whole");
    }
    let now = attachment::find(&env, &parent, "a.txt").unwrap();
    assert_eq!(read(&env, &now).as_deref(), Some("whole"));
}

#[test]
fn a_database_that_refuses_leaves_nothing() {
    let (_dir, env, parent) = world();
    let new = row(&parent);
    let mut files = FileChanges::new(&env);
    let staged = files.stage(&mut "new".as_bytes()).unwrap();
    let refused = env.db().write(|connection| {
        store::insert(connection, &new)?;
        files.put(&staged, &new)?;
        Err::<(), _>(tracrpc_env::Error::invalid("refused"))
    });
    refused.unwrap_err();
    drop(files);
    assert_eq!(file_count(&env), 0);
}

#[test]
fn what_was_left_goes_before_something_new_is_written() {
    let (_dir, env, parent) = world();
    let mut files = FileChanges::new(&env);
    files.stage(&mut "left".as_bytes()).unwrap();
    kill(files);
    assert_eq!(file_count(&env), 1);
    put(&env, &parent, "new");
    assert_eq!(file_count(&env), 1);
}
