//! One environment, several, or all in a folder.

use std::fs;

use tracrpc_server::{EnvironmentSource, Server, ServerConfig};

use crate::http::{Response, call, get, rule, world, world_with};

#[test]
fn environments_are_found_by_the_names_of_their_folders() {
    let world = world();
    let parent = world.env.path().parent().unwrap();
    fs::create_dir_all(parent.join("no environment")).unwrap();
    fs::create_dir_all(parent.join("broken")).unwrap();
    fs::write(
        parent.join("broken/VERSION"),
        "Trac Environment Version 1\n",
    )
    .unwrap();
    let mut config = ServerConfig::new(EnvironmentSource::Parent(parent.to_owned()));
    config.auth.push(rule("*", &world.env, "realm"));
    config.base_path = "/trac/".to_owned();
    let server = Server::start(config).unwrap();
    let send = |path: &str| call(path).user("user").send(server.address());

    let check = |path: &str, status: u16| {
        let response = send(path);
        assert_eq!(response.status, status, "{path}: {response:?}");
        let leaked = parent.to_str().unwrap();
        assert!(!response.body.contains(leaked), "{path}: {response:?}");
    };
    check("/trac/env/login/rpc", 200);
    check("/trac/%65nv/rpc", 200);
    check("/env/login/rpc", 404);
    check("/trac/none/login/rpc", 404);
    check("/trac/no%20environment/rpc", 404);
    check("/trac/broken/rpc", 500);
    check("/trac/..%2Fenv/rpc", 404);
    check("/trac/%2e%2e/env/rpc", 404);
    check("/trac/./rpc", 404);
    check("/trac/env%00/rpc", 404);
    check("/trac/%ff/rpc", 404);

    let index = get("/trac").send(server.address());
    assert_eq!(index.status, 200);
    assert!(
        index
            .body
            .contains("href=\"http://test/trac/env/login/rpc\""),
        "{index:?}"
    );
    assert!(
        index
            .body
            .contains("broken <span class=\"soft\">(cannot be opened"),
        "{index:?}"
    );
    assert!(!index.body.contains("no environment"), "{index:?}");
}

#[test]
fn an_environment_that_is_made_later_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let config = ServerConfig::new(EnvironmentSource::Parent(folder.path().to_owned()));
    let server = Server::start(config).unwrap();
    assert_eq!(call("/late/rpc").send(server.address()).status, 404);
    let options = tracrpc_site::InitOptions::new("Late");
    tracrpc_site::create(folder.path().join("late"), &options).unwrap();
    assert_eq!(call("/late/rpc").send(server.address()).status, 200);
}

#[test]
fn the_root_leads_to_the_documentation() {
    let world = world();
    let check = |response: Response, location: &str| {
        assert_eq!(response.status, 302);
        assert_eq!(response.header("location"), Some(location));
    };
    check(world.send(&get("/")), "http://test/login/rpc");
    let config = ServerConfig::new(EnvironmentSource::Several(vec![
        world.env.path().to_owned(),
    ]));
    let server = Server::start(config).unwrap();
    check(get("/env").send(server.address()), "http://test/env/rpc");
    check(get("/env/").send(server.address()), "http://test/env/rpc");
}

#[test]
fn redirects_lead_to_the_configured_address_where_trac_ini_says_so() {
    let world = world();
    let location = |path: &str| {
        let response = world.send(&get(path).user("user"));
        response.header("location").unwrap_or_default().to_owned()
    };
    assert_eq!(location("/rpc/?a=b"), "http://test/rpc?a=b");
    assert_eq!(location("/login"), "http://test");
    let configure = |option: &str, value: &str| {
        tracrpc_env::config::store::edit(world.env.env().config().path(), |editor| {
            editor.set("trac", option, value)
        })
        .unwrap();
    };
    configure("base_url", "https://trac.example.org/project/");
    assert_eq!(location("/"), "http://test/login/rpc");
    configure("use_base_url_for_redirect", "enabled");
    assert_eq!(location("/"), "https://trac.example.org/project/login/rpc");
    assert_eq!(location("/login"), "https://trac.example.org/project");
    // The path is that of the request, as in Trac.
    assert_eq!(location("/rpc/"), "https://trac.example.org/rpc");
}

#[test]
fn health_is_that_of_the_database() {
    let world = world();
    let health = |world: &crate::http::World| world.send(&get("/healthz")).status;
    assert_eq!(health(&world), 200);
    let broken = tempfile::tempdir().unwrap();
    let server = Server::start(ServerConfig::single(broken.path())).unwrap();
    let response = get("/healthz").send(server.address());
    assert_eq!(
        (response.status, response.body.as_str()),
        (503, "unavailable\n")
    );
}

#[test]
fn health_is_read_from_the_file_as_it_is_now() {
    type Harm = fn(&std::path::Path);
    let harms: [(&str, Harm); 6] = [
        ("missing", |file| fs::remove_file(file).unwrap()),
        ("empty", |file| fs::write(file, "").unwrap()),
        ("cut", |file| {
            let bytes = fs::read(file).unwrap();
            fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("zeroed", |file| {
            let bytes = fs::read(file).unwrap();
            fs::write(file, vec![0; bytes.len()]).unwrap();
        }),
        ("zeroed but for its first page", |file| {
            let mut bytes = fs::read(file).unwrap();
            bytes[4096..].fill(0);
            fs::write(file, bytes).unwrap();
        }),
        ("another", |file| {
            fs::write(file, "no database at all".repeat(1000)).unwrap();
        }),
    ];
    for (name, harm) in harms {
        for several in [false, true] {
            let world = world_with(|config| {
                if let (true, EnvironmentSource::Single(path)) = (several, &config.environments) {
                    config.environments = EnvironmentSource::Several(vec![path.clone()]);
                }
            });
            let health = || world.send(&get("/healthz")).status;
            assert_eq!(health(), 200, "{name}");
            let path = if several {
                "/env/login/rpc"
            } else {
                "/login/rpc"
            };
            assert_eq!(world.send(&call(path).user("user")).status, 200, "{name}");
            let file = world.env.path().join("db/trac.db");
            for log in ["db/trac.db-wal", "db/trac.db-shm"] {
                let _ = fs::remove_file(world.env.path().join(log));
            }
            harm(&file);
            let left = fs::read(&file).ok();
            assert_eq!(health(), 503, "{name}");
            assert_eq!(fs::read(&file).ok(), left, "{name}: nothing is made of it");
        }
    }
}
