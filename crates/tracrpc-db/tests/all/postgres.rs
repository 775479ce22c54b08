//! What only a server can do: go away.

use tracrpc_db::{Database, Error, ErrorKind, Options};

use crate::backends::{create, drop_schema, postgres_url};

/// Ends the server's processes for all connections of `database` but one's own.
fn disconnect(url: &str) {
    let other = Database::open(url, "/".as_ref(), Options::default()).unwrap();
    let sql = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE application_name = 'tracrpc' AND pid <> pg_backend_pid() \
               AND query LIKE '%FROM component%'";
    other.read(|connection| connection.query(sql, &[])).unwrap();
}

fn count(database: &Database) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM component";
    let row = database.read(|connection| connection.query_one(sql, &[]))?;
    row.map_or(Ok(-1), |row| row.get(0))
}

#[test]
fn a_lost_connection_is_made_anew() {
    let Some(url) = postgres_url() else { return };
    let database = create(&url, "/".as_ref());
    assert_eq!(count(&database).unwrap(), 0);
    disconnect(&url);
    assert_eq!(count(&database).unwrap(), 0);
    disconnect(&url);
    let insert = "INSERT INTO component (name) VALUES ('a')";
    database
        .write(|connection| connection.execute(insert, &[]))
        .unwrap();
    assert_eq!(count(&database).unwrap(), 1);
    drop_schema(&url);
}

#[test]
fn a_connection_lost_in_a_transaction_is_an_error() {
    let Some(url) = postgres_url() else { return };
    let database = create(&url, "/".as_ref());
    let error = database
        .write(|connection| {
            connection.execute("INSERT INTO component (name) VALUES ('a')", &[])?;
            connection.query("SELECT name FROM component", &[])?;
            disconnect(&url);
            connection.execute("INSERT INTO component (name) VALUES ('b')", &[])
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert_eq!(count(&database).unwrap(), 0);
    drop_schema(&url);
}

#[test]
fn schemas_are_environments_of_their_own() {
    let (Some(one), Some(two)) = (postgres_url(), postgres_url()) else {
        return;
    };
    let (first, second) = (create(&one, "/".as_ref()), create(&two, "/".as_ref()));
    let insert = "INSERT INTO component (name) VALUES ('a')";
    first
        .write(|connection| {
            connection.execute(insert, &[])?;
            // The other environment's writer is not locked out.
            second.write(|connection| connection.execute(insert, &[]))
        })
        .unwrap();
    second
        .write(|connection| connection.execute("DELETE FROM component", &[]))
        .unwrap();
    assert_eq!((count(&first).unwrap(), count(&second).unwrap()), (1, 0));
    let error = Database::create(&one, "/".as_ref(), Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exists, "{error}");
    drop_schema(&one);
    drop_schema(&two);
}

#[test]
fn what_cannot_be_reached_is_named_without_the_password() {
    let check = |url: &str, expected: ErrorKind| {
        let error = Database::open(url, "/".as_ref(), Options::default()).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), expected, "{text}");
        assert!(
            !text.contains("s3cret") && text.contains("\"nowhere\""),
            "{text}"
        );
    };
    check(
        "postgres://trac:s3cret@127.0.0.1:1/nowhere",
        ErrorKind::Connection,
    );
    if let Ok(url) = std::env::var("TRACRPC_TEST_POSTGRES") {
        let server = url.rsplit_once('/').unwrap().0;
        check(&format!("{server}/nowhere"), ErrorKind::Missing);
        let host = server.rsplit_once('@').unwrap().1;
        check(
            &format!("postgres://trac:s3cret@{host}/nowhere"),
            ErrorKind::Connection,
        );
    }
}
