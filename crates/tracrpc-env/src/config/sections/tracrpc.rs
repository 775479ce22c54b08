//! `[tracrpc]`: what Trac has no option for.

use super::section;
use crate::config::value::Checked;

section! {
    /// What Trac has no option for.
    TracrpcSection = "tracrpc" (optional) {
        /// The origins (`https://tools.example.org`) of web pages whose scripts may call the remote API
        /// with the credentials of a browser's user. `*` alone is every origin, without credentials.
        allowed_origins: Vec<String> = "",
        /// Plugins of the server that this environment does without, by the names that they have in the
        /// server's configuration. One that is required there is not switched off.
        disabled_plugins: Vec<String> = "",
        /// Whether `system.listMethods` names the methods, too, that Trac's own plugin does not have. The
        /// page about the API always shows them.
        list_all_methods: bool = "disabled",
        /// The folder of the message catalogues of a Trac (`trac/locale`), relative to the folder of
        /// `trac.ini`. Without it they are looked for where this machine has Python; `none` is English.
        locale_dir: String = "",
        /// Whether what is often asked for is kept in memory: the fields of tickets for
        /// queries, their texts for searches.
        keep_in_memory: bool = "enabled",
        /// The most memory that this takes, in bytes, and not more than what `serve
        /// --max-kept` leaves.
        keep_in_memory_size: Checked<i64> = "268435456",
        /// Whether everything can be read only, and every method is refused that writes.
        read_only: bool = "disabled",
        /// Whether the remote API is there in an environment whose `[components]` never
        /// enabled the RPC plugin. What `[components]` says of `tracrpc.*` counts before this.
        serve_without_plugin: bool = "enabled",
        /// Whether credentials that name nobody who is known are refused where none are asked for:
        /// outside of `/login`. Else they count as none, as Trac's web server has it; those that name
        /// somebody who is known and are wrong are refused everywhere.
        strict_credentials: bool = "disabled",
        /// A file of certificates (PEM), relative to the folder of `trac.ini`: the mail server may
        /// show one of them, or one that they have signed, besides those that this machine trusts.
        smtp_certificates: String = "",
        /// Who issues the JSON Web Tokens that let users in as `Authorization: Bearer`: the value of their
        /// claim `iss`. They count where this and `jwt_audience` are set.
        jwt_issuer: String = "",
        /// For whom such tokens are: one of these stands in their claim `aud`.
        jwt_audience: Vec<String> = "",
        /// The keys that sign them (a JSON Web Key Set): a file, relative to the folder of `trac.ini`, or an
        /// address. Without it the issuer is asked for its address, as OpenID Connect has it
        /// (`/.well-known/openid-configuration`).
        jwt_jwks: String = "",
        /// The claim that is the name of the user.
        jwt_claim: String = "sub",
        /// The claim whose words are the scopes of such a login (`read`, `write`, `admin`,
        /// `namespace:NAME`); other words count nothing, and without one of the first three nobody gets in.
        /// If this is empty, the login is good for all that the user may do.
        jwt_scope_claim: String = "",
        /// A file of certificates (PEM), relative to the folder of `trac.ini`, of which one has to have signed
        /// that of the address of the keys. Without it those count that browsers trust.
        jwt_certificates: String = "",
    }
}

impl TracrpcSection {
    /// The most memory, in bytes, for what is kept of the environment. A size that
    /// cannot be read is none: the database answers as well.
    pub(crate) fn memory(&self) -> usize {
        let size = self.keep_in_memory_size.get().ok();
        let size = size.filter(|_| self.keep_in_memory).unwrap_or_default();
        usize::try_from(size).unwrap_or_default()
    }
}
