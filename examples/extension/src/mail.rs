//! A kind of subscriber and a way to send mail.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracrpc_env::Extensions;
use tracrpc_env::config::Config;
use tracrpc_mail::{Failure, Handed, Mail, MailSender, Subscriber, TicketNotification};

/// Adds both.
pub fn extend(extensions: &mut Extensions) {
    let mentioned = Subscriber::new("MentionedSubscriber", |news: &TicketNotification<'_>| {
        let words = news.ticket().text("summary").split_whitespace();
        let names = words.filter_map(|word| word.strip_prefix('@'));
        Ok(names.map(str::to_owned).collect())
    });
    extensions.add(Arc::new(mentioned));
    extensions.add(Arc::new(MailSender::new("FolderEmailSender", send)));
}

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Writes a mail into the folder `[notification] folder`.
fn send(config: &Config, mail: &Mail) -> Handed {
    let folder = config
        .get_path("notification", "folder")
        .ok_or_else(|| Failure::for_good("[notification] folder is not set"))?;
    let name = format!("{}.eml", COUNT.fetch_add(1, Ordering::Relaxed));
    fs::write(folder.join(name), &mail.bytes).map_err(Failure::for_now)
}
