//! Attachments with names that XML cannot hold, from upload to deletion.

use std::collections::BTreeSet;

use tracrpc_env::Resource;
use tracrpc_env::permission::store;
use tracrpc_pages::attachment::{self, Upload};
use tracrpc_wire::{Call, Limits, Value, jsonrpc, xmlrpc};

use crate::http::{World, post, world_with};

const NAMES: [&str; 12] = [
    "line\nfeed.txt",
    "carriage\rreturn",
    "both\r\n.txt",
    "\nfirst",
    "last\n",
    "last\r",
    "\n",
    "two\n\nlines\r",
    "next\u{85}line",
    "bell\u{7}.txt",
    "\u{1}\u{1f}",
    "not\u{ffff}one",
];

/// How a client speaks.
struct Tongue {
    media_type: &'static str,
    write: fn(&Call) -> Vec<u8>,
    read: fn(&[u8]) -> Value,
}

const TONGUES: [Tongue; 2] = [
    Tongue {
        media_type: "text/xml",
        write: xmlrpc::write_call,
        read: |body| {
            xmlrpc::read_response(body, &Limits::default())
                .unwrap()
                .unwrap()
        },
    },
    Tongue {
        media_type: "application/json",
        write: |call| jsonrpc::write_call(call, 1),
        read: |body| {
            jsonrpc::read_response(body, &Limits::default())
                .unwrap()
                .unwrap()
        },
    },
];

impl Tongue {
    fn call(&self, world: &World, method: &str, params: Vec<Value>) -> Value {
        let method = method.to_owned();
        let body = (self.write)(&Call { method, params });
        let response = world.send(&post("/login/rpc", self.media_type, &body).user("user"));
        (self.read)(response.body.as_bytes())
    }
}

fn attach(world: &World, parent: &Resource) {
    for name in NAMES {
        let upload = Upload {
            filename: name,
            description: None,
            author: "user",
            replace: false,
        };
        let mut content = name.as_bytes();
        attachment::insert(&world.env, parent, &upload, &mut content).unwrap();
    }
}

/// Fetches and deletes whatever `listed` names.
fn clear(world: &World, tongue: &Tongue, realm: &str, listed: Vec<Vec<Value>>) {
    let mut contents = BTreeSet::new();
    for params in listed {
        let get = format!("{realm}.getAttachment");
        let Value::Binary(content) = tongue.call(world, &get, params.clone()) else {
            panic!("no content: {params:?}");
        };
        contents.insert(String::from_utf8(content).unwrap());
        let delete = format!("{realm}.deleteAttachment");
        let done = tongue.call(world, &delete, params.clone());
        assert_eq!(done, Value::Bool(true), "{params:?}");
    }
    assert_eq!(contents, NAMES.map(str::to_owned).into());
}

#[test]
fn every_name_can_be_listed_fetched_and_deleted() {
    for tongue in &TONGUES {
        let world = world_with(|_| {});
        let env = world.env.env();
        let grant = |connection: &mut _| store::grant(env, connection, "user", "TRAC_ADMIN");
        env.db().write(grant).unwrap();
        attach(&world, &Resource::wiki("WikiStart"));
        let listed = tongue.call(&world, "wiki.listAttachments", vec!["WikiStart".into()]);
        let paths = listed.as_array().unwrap().iter();
        let paths = paths.map(|path| vec![path.clone()]).collect();
        clear(&world, tongue, "wiki", paths);

        let ticket = tongue.call(
            &world,
            "ticket.create",
            vec!["Summary".into(), "Description".into()],
        );
        attach(&world, &Resource::ticket(1));
        let listed = tongue.call(&world, "ticket.listAttachments", vec![ticket.clone()]);
        let names = listed.as_array().unwrap().iter();
        let names = names.map(|row| vec![ticket.clone(), row.as_array().unwrap()[0].clone()]);
        clear(&world, tongue, "ticket", names.collect());
    }
}
