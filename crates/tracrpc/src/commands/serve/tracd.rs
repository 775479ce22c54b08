//! Flags of `tracd` that change nothing here.

/// Flags of `tracd` that change nothing here.
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
}
