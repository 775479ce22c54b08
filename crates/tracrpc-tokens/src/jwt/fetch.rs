//! Keys over HTTP, within bounds of time and size.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use super::keys::KeySet;
use super::source::read;

/// The largest key set that is taken, in bytes.
pub(super) const LARGEST: u64 = 1 << 20;

/// How long one answer may take, all in all.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often an answer may lead elsewhere.
const REDIRECTS: u32 = 3;

/// Fetches keys.
pub(super) struct Fetcher {
    certificates: Option<PathBuf>,
}

impl Fetcher {
    /// Certificates are verified with those in a file, or those that browsers trust.
    pub(super) fn new(certificates: Option<PathBuf>) -> Self {
        Self { certificates }
    }

    /// The keys at an address.
    pub(super) fn keys(&self, address: &str) -> Result<KeySet, String> {
        let keys = KeySet::parse(&self.get(address)?);
        keys.map_err(|error| format!("{address}: {error}"))
    }

    /// The address of the keys of an issuer (OpenID Connect Discovery 1.0, section 4).
    pub(super) fn address_of_keys(&self, issuer: &str) -> Result<String, String> {
        let address = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let about: Value = serde_json::from_slice(&self.get(&address)?)
            .map_err(|error| format!("{address}: no JSON: {error}"))?;
        let text = |name: &str| about.get(name).and_then(Value::as_str);
        if text("issuer") != Some(issuer) {
            return Err(format!("{address}: it is about another issuer"));
        }
        let keys = text("jwks_uri").ok_or(format!("{address}: it has no `jwks_uri`"))?;
        let is_safe = keys.starts_with("https://") || issuer.starts_with("http://");
        match is_safe {
            true => Ok(keys.to_owned()),
            false => Err(format!("{address}: the address of the keys is not safe")),
        }
    }

    fn get(&self, address: &str) -> Result<Vec<u8>, String> {
        let failed = |error: ureq::Error| format!("{address}: {error}");
        let answer = self.agent(address)?.get(address).call();
        let body = answer.map_err(failed)?.into_body();
        let bytes = body.into_with_config().limit(LARGEST).read_to_vec();
        bytes.map_err(failed)
    }

    fn agent(&self, address: &str) -> Result<Agent, String> {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(self.roots()?)
            .build();
        let config = Agent::config_builder()
            .https_only(address.starts_with("https://"))
            .max_redirects(REDIRECTS)
            .timeout_global(Some(PATIENCE))
            .tls_config(tls)
            .build();
        Ok(config.new_agent())
    }

    fn roots(&self) -> Result<RootCerts, String> {
        let Some(path) = &self.certificates else {
            return Ok(RootCerts::WebPki);
        };
        let bytes = read(path)?;
        let certificates: Vec<_> = parse_pem(&bytes)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect();
        match certificates.is_empty() {
            true => Err(format!("{} has no certificates", path.display())),
            false => Ok(certificates.into()),
        }
    }
}
