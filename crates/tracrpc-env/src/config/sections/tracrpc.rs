//! `[tracrpc]`: what Trac has no option for.

use super::section;

section! {
    /// What Trac has no option for.
    TracrpcSection = "tracrpc" (optional) {
        /// A file of certificates (PEM), relative to the folder of `trac.ini`: the mail server may
        /// show one of them, or one that they have signed, besides those that this machine trusts.
        smtp_certificates: String = "",
    }
}
