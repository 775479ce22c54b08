//! A program on this machine that takes mail, as `sendmail` does.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use tracrpc_env::config::Config;

use super::{Failure, Handed};
use crate::message::Mail;

/// Runs `[notification] sendmail_path` with `-i -f FROM -- RECIPIENT…` and the
/// mail as its input.
pub(super) fn send(config: &Config, mail: &Mail) -> Handed {
    let program = &config.notification().sendmail_path;
    run(program, mail).map_err(|reason| Failure::for_now(format!("{program}: {reason}")))
}

fn run(program: &str, mail: &Mail) -> io::Result<()> {
    let mut child = Command::new(program)
        .args(["-i", "-f", &mail.from, "--"])
        .args(&mail.recipients)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let text = String::from_utf8_lossy(&mail.bytes).replace("\r\n", "\n");
    let input = child.stdin.take();
    let written = input.map_or(Ok(()), |mut input| input.write_all(text.as_bytes()));
    let done = child.wait_with_output()?;
    match done.status.success() {
        true => written,
        false => Err(io::Error::other(
            String::from_utf8_lossy(&done.stderr).trim().to_owned(),
        )),
    }
}
