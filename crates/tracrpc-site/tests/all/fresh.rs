//! What is kept of what was read, and for how long.

use std::cell::Cell;
use std::sync::Arc;

use tempfile::TempDir;
use tracrpc_env::config::store;
use tracrpc_env::{Environment, Extensions, Fresh, Result, cache_table};
use tracrpc_site::InitOptions;
use tracrpc_tickets::milestone;

struct World {
    _directory: TempDir,
    env: Environment,
    kept: Fresh<usize>,
    reads: Cell<usize>,
}

impl World {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("env");
        Self {
            env: tracrpc_site::create(&path, &InitOptions::new("Test")).unwrap(),
            _directory: directory,
            kept: Fresh::default(),
            reads: Cell::new(0),
        }
    }

    fn read(&self) -> Result<usize> {
        self.reads.set(self.reads.get() + 1);
        Ok(self.reads.get())
    }

    /// The number of the reading that is current.
    fn of_database(&self) -> usize {
        let read = |_: Option<Arc<usize>>| self.read().map(Arc::new);
        *self.kept.of_database(&self.env, read).unwrap()
    }

    fn of_milestones(&self) -> usize {
        let read = || self.read();
        let key = cache_table::MILESTONES;
        *self.kept.of_generation(&self.env, key, read).unwrap()
    }

    fn of_settings(&self) -> usize {
        *self.kept.of_settings(&self.env, || self.read().unwrap())
    }

    fn comment(env: &Environment) {
        let sql = "UPDATE component SET description = COALESCE(description, '') || '.'";
        let write = |connection: &mut tracrpc_db::Connection| connection.execute(sql, &[]);
        env.db().write(write).unwrap();
    }

    fn set_name(&self, name: &str) {
        let ini = self.env.conf_dir().join("trac.ini");
        store::edit(&ini, |editor| editor.set("project", "name", name)).unwrap();
        self.env.reread_config();
    }
}

#[test]
fn what_follows_from_the_database_is_read_again_after_each_commit() {
    let world = World::new();
    assert_eq!([world.of_database(), world.of_database()], [1, 1]);
    World::comment(&world.env);
    assert_eq!([world.of_database(), world.of_database()], [2, 2]);
    let other = tracrpc_site::open(world.env.path()).unwrap();
    World::comment(&other);
    assert_eq!([world.of_database(), world.of_database()], [3, 3]);
    world.set_name("another");
    assert_eq!([world.of_database(), world.of_database()], [4, 4]);
    world.env.replace_extensions(Extensions::default());
    assert_eq!([world.of_database(), world.of_database()], [5, 5]);
}

#[test]
fn what_trac_notes_in_its_cache_is_read_again_when_that_changes() {
    let world = World::new();
    assert_eq!(world.of_milestones(), 1);
    World::comment(&world.env);
    assert_eq!(world.of_milestones(), 1);
    milestone::delete(&world.env, "milestone1").unwrap();
    assert_eq!([world.of_milestones(), world.of_milestones()], [2, 2]);
}

#[test]
fn what_follows_from_the_settings_outlives_commits() {
    let world = World::new();
    assert_eq!(world.of_settings(), 1);
    World::comment(&world.env);
    assert_eq!(world.of_settings(), 1);
    world.set_name("another");
    assert_eq!([world.of_settings(), world.of_settings()], [2, 2]);
}

/// What may yet be rolled back is not kept, and does not push out what is.
#[test]
fn what_is_read_within_a_write_is_not_kept() {
    let world = World::new();
    assert_eq!(world.of_database(), 1);
    let undone: Result<()> = world.env.db().write(|_| {
        World::comment(&world.env);
        assert_eq!([world.of_database(), world.of_database()], [2, 3]);
        Err(tracrpc_env::Error::invalid("undone"))
    });
    assert!(undone.is_err());
    assert_eq!(world.of_database(), 1);
}

/// Whoever reads may ask for the same thing again: nothing is locked meanwhile.
#[test]
fn nothing_is_locked_while_it_is_read() {
    let world = World::new();
    let read = |_: Option<Arc<usize>>| {
        let inner = world.of_database();
        Ok(Arc::new(inner + 10))
    };
    assert_eq!(*world.kept.of_database(&world.env, read).unwrap(), 11);
}
