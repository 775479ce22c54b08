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
    #[arg(long, hide = true, default_value = "http")]
    protocol: String,
}

impl TracdArgs {
    /// Says what is to be done instead.
    pub(super) fn refuse_what_is_not_done(&self) -> anyhow::Result<()> {
        if self.protocol != "http" {
            bail!(
                "only http is spoken; for {} put a web server such as nginx or Apache in front",
                self.protocol
            );
        }
        Ok(())
    }
}
