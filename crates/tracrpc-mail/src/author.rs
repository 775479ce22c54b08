//! How people are named in mail.

use tracrpc_env::config::Config;
use tracrpc_env::text::obfuscated;
use tracrpc_env::{Environment, Result, users};

use super::address::Matcher;

/// A name as a mail shows it: the full name of a known user, and no domain of
/// an address unless `[trac] show_email_addresses` allows it.
///
/// # Errors
/// What cannot be read.
pub(super) fn shown(env: &Environment, config: &Config, author: &str) -> Result<String> {
    let trac = config.trac();
    if author.is_empty() {
        return Ok("(none)".to_owned());
    }
    if trac.show_full_names
        && let Some(name) = users::full_name(env, author)?
    {
        return Ok(name);
    }
    Ok(match trac.show_email_addresses {
        true => author.to_owned(),
        false => obfuscated(author),
    })
}

/// Who sends a mail.
pub(super) struct Sender {
    pub(super) name: Option<String>,
    pub(super) address: String,
    /// The address as it was before it got `smtp_default_domain`, of which
    /// Trac makes the names of mails.
    pub(super) bare_address: String,
}

/// The sender: the author of the change if the configuration says so and he
/// has an address, else `smtp_from` with its name, else `smtp_replyto`. (Trac
/// then leaves the sender empty, which many servers refuse.)
///
/// # Errors
/// What cannot be read.
pub(super) fn sender(config: &Config, matcher: &Matcher, author: &str) -> Result<Sender> {
    let section = config.notification();
    if section.smtp_from_author
        && let Some((name, address)) = matcher.author(author)
    {
        let bare_address = address.clone();
        return Ok(Sender {
            name,
            address,
            bare_address,
        });
    }
    let name = match section.smtp_from_name.as_str() {
        "" => config.project().name.clone(),
        name => name.to_owned(),
    };
    let bare_address = match section.smtp_from.as_str() {
        "" => section.smtp_replyto.clone(),
        from => from.to_owned(),
    };
    Ok(Sender {
        name: (!name.is_empty()).then_some(name),
        address: with_default_domain(config, &bare_address)?,
        bare_address,
    })
}

/// The address with `smtp_default_domain`, if it has none.
///
/// # Errors
/// What is wrong in `[notification]`.
pub(super) fn with_default_domain(config: &Config, address: &str) -> Result<String> {
    let section = config.notification();
    let domain = &section.smtp_default_domain;
    let is_bare = !address.is_empty() && !address.contains('@');
    Ok(
        match is_bare && !section.use_short_addr && !domain.is_empty() {
            true => format!("{address}@{domain}"),
            false => address.to_owned(),
        },
    )
}
