//! A plugin that runs as somebody else than the server.

use std::time::Instant;

use tracrpc_plugin::host::Settings;

use crate::support::{LONG, eventually, settings, start};

/// It answers everything, and has no program of its own, which others might not read.
const PLUGIN: &str = r#"
while read -r line; do
    id=${line#*'"id":'}
    printf '{"jsonrpc":"2.0","id":%s,"result":{}}\n' "${id%%,*}"
done
"#;

fn shell(user: &str) -> Settings {
    let mut shell = settings("");
    shell.command = vec!["/bin/sh".into(), "-c".into(), PLUGIN.into()];
    shell.directory = Some("/".into());
    shell.user = Some(user.to_owned());
    shell
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_of_root_has_plugins_of_others() {
    let world = start(shell("nobody"));
    if !rustix::process::geteuid().is_root() {
        eventually(|| world.plugin.status().last_end.is_some());
        let reason = world.plugin.status().last_end.unwrap();
        assert!(reason.contains("cannot be started"), "{reason}");
        return;
    }
    assert!(world.plugin.wait_until_ready(Instant::now() + LONG));
    let process = world.plugin.status().process.unwrap();
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().split_whitespace().collect::<Vec<_>>()
    };
    let nobody = nix::unistd::User::from_name("nobody").unwrap().unwrap();
    assert_eq!(line("Uid:"), [nobody.uid.to_string().as_str(); 4]);
    assert_eq!(line("Gid:"), [nobody.gid.to_string().as_str(); 4]);
    assert_eq!(line("Groups:"), Vec::<&str>::new());
}

#[test]
fn one_of_a_user_that_is_not_there_does_not_run() {
    let world = start(shell("there-is-no-such-user"));
    eventually(|| world.plugin.status().last_end.is_some());
    let reason = world.plugin.status().last_end.unwrap();
    assert!(reason.contains("there is no user"), "{reason}");
}
