//! `[notification]`

use super::section;
use crate::config::SpacedList;
use crate::config::value::Checked;

section! {
    /// Mail about what changes.
    NotificationSection = "notification" {
        /// The domains that mail may go to; empty for any.
        admit_domains: Vec<String> = "",
        /// The width of characters whose width depends on the font: `single` or `double`.
        ambiguous_char_width: String = "single",
        /// The subject of mail about many tickets.
        batch_subject_template: String = "${prefix} Batch modify: ${tickets_descr}",
        /// The media type of mail.
        default_format_email("default_format.email"): String = "text/plain",
        /// Who finds the address of a user, in this order.
        email_address_resolvers: Vec<String> = "SessionEmailResolver",
        /// What sends mail: `SmtpEmailSender` or `SendmailEmailSender`.
        email_sender: String = "SmtpEmailSender",
        /// The domains that no mail goes to.
        ignore_domains: Vec<String> = "",
        /// The hash in the identifiers of mail.
        message_id_hash: String = "md5",
        /// How mail is encoded: `none`, `base64` or `qp`.
        mime_encoding: String = "none",
        /// The program that sends mail.
        sendmail_path: String = "sendmail",
        /// The hidden recipients of all mail.
        smtp_always_bcc: SpacedList = "",
        /// The recipients of all mail.
        smtp_always_cc: SpacedList = "",
        /// The domain of users that give none.
        smtp_default_domain: String = "",
        /// Whether mail is sent at all.
        smtp_enabled: bool = "disabled",
        /// The sender.
        smtp_from: String = "trac@localhost",
        /// Whether the author of a change is the sender.
        smtp_from_author: bool = "disabled",
        /// The sender's name.
        smtp_from_name: String = "",
        /// The password at the mail server.
        smtp_password: String = "",
        /// The port of the mail server.
        smtp_port: Checked<i64> = "25",
        /// Where answers go.
        smtp_replyto: String = "trac@localhost",
        /// The host name of the mail server.
        smtp_server: String = "localhost",
        /// What subjects begin with; `__default__` for the project's name in brackets.
        smtp_subject_prefix: String = "__default__",
        /// The user at the mail server.
        smtp_user: String = "",
        /// The subject of mail about a ticket.
        ticket_subject_template: String = "${prefix} #${ticket.id}: ${summary}",
        /// Whether recipients see each other.
        use_public_cc: bool = "disabled",
        /// Whether addresses without a domain are allowed.
        use_short_addr: bool = "disabled",
        /// Whether the mail server is spoken to by TLS.
        use_tls: bool = "disabled",
    }
}
