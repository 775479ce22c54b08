//! The keys with which an issuer signs: a JSON Web Key Set (RFC 7517).

use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, Header, Validation, decode};
use serde_json::Value;

use super::{Claims, Refusal, signature};

/// The most keys of a set that are looked at.
const MOST: usize = 100;

/// Keys that can verify signatures.
#[derive(Debug, Default)]
pub(super) struct KeySet {
    keys: Vec<Key>,
}

#[derive(Debug)]
struct Key {
    id: Option<String>,
    /// The only way in which it signs, if it says so.
    algorithm: Option<KeyAlgorithm>,
    curve: Option<EllipticCurve>,
    key: DecodingKey,
}

impl KeySet {
    /// Reads a set. What in it is no key for signatures that are known here is left out.
    ///
    /// # Errors
    /// It is no set of keys, or none of them is of use.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let set: Value =
            serde_json::from_slice(bytes).map_err(|error| format!("no key set: {error}"))?;
        let keys = set.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or("no key set: it has no array `keys`")?.iter();
        let keys: Vec<_> = keys.take(MOST).filter_map(Key::of).collect();
        match keys.is_empty() {
            true => Err("a key set without a public key that is of use".to_owned()),
            false => Ok(Self { keys }),
        }
    }

    /// Whether one of them can have signed a token with that header.
    pub(super) fn fits(&self, header: &Header) -> bool {
        self.fitting(header).next().is_some()
    }

    /// The claims of a token that one of them has signed.
    pub(super) fn verified(&self, token: &str, header: &Header) -> Result<Claims, Refusal> {
        signature::install();
        let mut validation = Validation::new(header.alg);
        // Its numbers are not those that `serde_json` has in this program: see `claims.rs`.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let mut fitting = self.fitting(header);
        let first = fitting.next().ok_or(Refusal("there is no key for it"))?;
        if header.kid.is_none() && fitting.next().is_some() {
            return Err(Refusal("it does not say which key has signed it"));
        }
        let decoded = std::iter::once(first)
            .chain(fitting)
            .find_map(|key| decode::<Claims>(token, &key.key, &validation).ok());
        let decoded = decoded.ok_or(Refusal("its signature is wrong"))?;
        Ok(decoded.claims)
    }

    fn fitting<'a>(&'a self, header: &'a Header) -> impl Iterator<Item = &'a Key> {
        let named = self.keys.iter().filter(|key| match &header.kid {
            Some(id) => key.id.as_ref() == Some(id),
            None => true,
        });
        named.filter(|key| key.signs(header.alg))
    }
}

impl Key {
    fn of(key: &Value) -> Option<Self> {
        // What is wrong with one says nothing about the others.
        let key: Jwk = serde_json::from_value(key.clone()).ok()?;
        let common = &key.common;
        let is_for_signatures =
            matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
        let operations = common.key_operations.as_deref();
        let may_verify = operations.is_none_or(|may| may.contains(&KeyOperations::Verify));
        let curve = match &key.algorithm {
            AlgorithmParameters::RSA(_) => None,
            AlgorithmParameters::EllipticCurve(point) => Some(point.curve.clone()),
            AlgorithmParameters::OctetKeyPair(point) => Some(point.curve.clone()),
            // A secret is none that a set of public keys could have.
            _ => return None,
        };
        if !is_for_signatures || !may_verify {
            return None;
        }
        Some(Self {
            id: common.key_id.clone(),
            algorithm: common.key_algorithm,
            curve,
            key: DecodingKey::from_jwk(&key).ok()?,
        })
    }

    /// Whether it signs in that way.
    fn signs(&self, algorithm: Algorithm) -> bool {
        let says_so = self
            .algorithm
            .is_none_or(|own| own == KeyAlgorithm::from(algorithm));
        let curve = match algorithm {
            Algorithm::ES256 => Some(EllipticCurve::P256),
            Algorithm::ES384 => Some(EllipticCurve::P384),
            Algorithm::EdDSA => Some(EllipticCurve::Ed25519),
            _ => None,
        };
        let family = algorithm.family();
        says_so
            && family != AlgorithmFamily::Hmac
            && family == self.key.family()
            && curve == self.curve
    }
}
