//! `tracrpc render`: wiki markup on standard input becomes HTML on standard output.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use tracrpc_env::Resource;
use tracrpc_wiki::{Context, Href, OutlineOptions};

use super::Run;
use crate::plugin_args::PluginArgs;

/// Render wiki markup from standard input as HTML.
///
/// Without an environment, links to pages and tickets are those of an empty one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Render as one line, as for summaries.
    #[arg(long, conflicts_with = "outline")]
    oneliner: bool,

    /// Render the headings alone, as nested lists of links.
    #[arg(long)]
    outline: bool,

    /// The environment that links and macros ask.
    #[arg(long, value_name = "ENV")]
    env: Option<PathBuf>,

    /// The page that the text belongs to: relative links count from there.
    #[arg(long, value_name = "NAME")]
    page: Option<String>,

    /// Whose permissions count.
    #[arg(
        long,
        value_name = "USER",
        default_value = "anonymous",
        requires = "env"
    )]
    user: String,

    /// What links begin with, such as https://example.org/trac; with --env the
    /// default is `[trac] base_url`.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    #[command(flatten)]
    plugins: PluginArgs,
}

impl Run for Args {
    fn run(self) -> anyhow::Result<ExitCode> {
        let mut text = String::new();
        io::stdin()
            .read_to_string(&mut text)
            .context("standard input is not UTF-8")?;
        let html = match &self.env {
            Some(path) => self.render_in(path, &text)?,
            None => self.render_alone(&text),
        };
        match io::stdout().write_all(html.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}

impl Args {
    fn render_in(&self, path: &Path, text: &str) -> anyhow::Result<String> {
        let path = std::path::absolute(path)?;
        let plugins = self.plugins.start_for(&path)?;
        let env = plugins.open(&path)?;
        let config = env.config();
        let configured = config.get("trac", "base_url").unwrap_or_default();
        let actor = env.actor(&self.user, self.base_url.as_deref().unwrap_or(configured));
        let page = self.page.as_deref().map(Resource::wiki);
        let html = match (self.oneliner, self.outline) {
            (true, _) => tracrpc_markup::to_oneliner(&actor, text, page.as_ref())?,
            (_, true) => tracrpc_markup::to_outline(&actor, text, page.as_ref())?,
            _ => tracrpc_markup::to_html(&actor, text, page.as_ref())?,
        };
        Ok(html)
    }

    fn render_alone(&self, text: &str) -> String {
        let mut context = Context::plain();
        context.href = Href::new(self.base_url.as_deref().unwrap_or_default());
        context.resource = self.page.as_deref().map(tracrpc_wiki::Resource::wiki);
        match (self.oneliner, self.outline) {
            (true, _) => tracrpc_wiki::render_oneliner(text, &context),
            (_, true) => tracrpc_wiki::render_outline(text, &context, &OutlineOptions::default()),
            _ => tracrpc_wiki::render_html(text, &context),
        }
    }
}
