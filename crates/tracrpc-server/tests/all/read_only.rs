//! A server that changes nothing.

use crate::http::{World, post, world_with};

fn users(world: &World) -> i64 {
    let sql = "SELECT COUNT(*) FROM session";
    let database = world.env.env().db();
    let row = database.read(|connection| connection.query_one(sql, &[]));
    let row: Result<_, tracrpc_db::Error> = row;
    row.unwrap().unwrap().get(0).unwrap()
}

#[test]
fn nothing_is_written_by_a_server_that_is_read_only() {
    for is_read_only in [false, true] {
        let world = world_with(|config| config.operations.is_read_only = is_read_only);
        let put = br#"{"method": "wiki.putPage", "params": ["New", "text", {}], "id": 1}"#;
        let response = world.send(&post("/login/rpc", "application/json", put).user("user"));
        assert_eq!(response.status, 200);
        assert_eq!(
            response.body.contains("\"code\": 403"),
            is_read_only,
            "{response:?}"
        );
        let get = br#"{"method": "wiki.getPage", "params": ["New"], "id": 1}"#;
        let response = world.send(&post("/login/rpc", "application/json", get).user("user"));
        assert_eq!(
            response.body.contains("\"result\": \"text\""),
            !is_read_only,
            "{response:?}"
        );
        assert_eq!(users(&world), i64::from(!is_read_only));
    }
}
