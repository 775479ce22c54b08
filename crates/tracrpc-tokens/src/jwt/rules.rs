//! What a JSON Web Token has to be, as `trac.ini` says it.

use std::path::PathBuf;

use tracrpc_env::config::Config;

/// What a token has to be, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwtRules {
    /// What its claim `iss` is.
    pub issuer: String,
    /// Of what one stands in its claim `aud`.
    pub audiences: Vec<String>,
    /// Where the keys are.
    pub keys: KeySource,
    /// The claim that is the name of the user.
    pub claim: String,
    /// The claim with the scopes; none if a login is good for everything.
    pub scope_claim: Option<String>,
    /// The certificates of which one has signed that of an address.
    pub certificates: Option<PathBuf>,
}

/// Where keys are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// In a file.
    File(PathBuf),
    /// At an address of HTTP.
    Address(String),
    /// Where the issuer says (OpenID Connect Discovery 1.0).
    Issuer,
}

impl JwtRules {
    /// Those of an environment; none if nobody gets in like that.
    ///
    /// # Errors
    /// Only half of what is needed is set, or it cannot be right. Nobody gets in then; the
    /// error says what is missing.
    pub fn of(config: &Config) -> Result<Option<Self>, String> {
        let section = config.tracrpc();
        let issuer = section.jwt_issuer.trim();
        let audiences = &section.jwt_audience;
        let others = [
            &section.jwt_jwks,
            &section.jwt_scope_claim,
            &section.jwt_certificates,
        ];
        if issuer.is_empty() && audiences.is_empty() && others.iter().all(|other| other.is_empty())
        {
            return Ok(None);
        }
        let missing = |option| Err(format!("[tracrpc] {option} is not set"));
        if issuer.is_empty() {
            return missing("jwt_issuer");
        }
        if audiences.is_empty() {
            return missing("jwt_audience");
        }
        if section.jwt_claim.is_empty() {
            return missing("jwt_claim");
        }
        let keys = match section.jwt_jwks.trim() {
            "" if !is_address(issuer) => return missing("jwt_jwks"),
            "" => KeySource::Issuer,
            address if is_address(address) => KeySource::Address(address.to_owned()),
            address if address.contains("://") => {
                return Err("[tracrpc] jwt_jwks is neither a file nor an address of HTTP".into());
            }
            _ => match config.get_path("tracrpc", "jwt_jwks") {
                Some(path) => KeySource::File(path),
                None => return missing("jwt_jwks"),
            },
        };
        let scope_claim = section.jwt_scope_claim.trim();
        Ok(Some(Self {
            issuer: issuer.to_owned(),
            audiences: audiences.clone(),
            keys,
            claim: section.jwt_claim.trim().to_owned(),
            scope_claim: (!scope_claim.is_empty()).then(|| scope_claim.to_owned()),
            certificates: config.get_path("tracrpc", "jwt_certificates"),
        }))
    }
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
