//! `[tracrpc]`: what Trac has no option for.

use super::section;

section! {
    /// What Trac has no option for.
    TracrpcSection = "tracrpc" (optional) {
        /// The folder of the message catalogues of a Trac (`trac/locale`), relative to the folder of
        /// `trac.ini`. Without it they are looked for where this machine has Python; `none` is English.
        locale_dir: String = "",
        /// Whether the remote API is there in an environment whose `[components]` never
        /// enabled the RPC plugin. What `[components]` says of `tracrpc.*` counts before this.
        serve_without_plugin: bool = "enabled",
        /// A file of certificates (PEM), relative to the folder of `trac.ini`: the mail server may
        /// show one of them, or one that they have signed, besides those that this machine trusts.
        smtp_certificates: String = "",
    }
}
