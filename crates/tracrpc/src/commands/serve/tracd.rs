//! Flags of `tracd` that change nothing here, or that are somebody else's task.

use anyhow::bail;

/// Flags of `tracd` that change nothing here, or that are somebody else's task.
#[derive(Debug, clap::Args)]
pub(super) struct TracdArgs {
    #[arg(long, hide = true, conflicts_with = "http11")]
    http10: bool,
    #[arg(long, hide = true)]
    http11: bool,
    #[arg(short = 'q', long, hide = true)]
    unquote: bool,
    #[arg(short = 'r', long, hide = true)]
    auto_reload: bool,
    #[arg(short = 'd', long, hide = true)]
    daemonize: bool,
}

impl TracdArgs {
    /// Says what is to be done instead.
    pub(super) fn refuse_what_is_not_done(&self) -> anyhow::Result<()> {
        if self.daemonize {
            bail!("there is no -d; run it under systemd or another supervisor");
        }
        Ok(())
    }
}
