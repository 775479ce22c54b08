//! Who has signed a token, by `ring`.
//!
//! There are signatures with public keys only. With none, or one by a secret that both sides
//! have, nobody gets in: a public key must never be taken for such a secret.

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind};
use ring::signature as ways;

/// Has `jsonwebtoken` verify signatures by this.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    // If another part of the program has brought its own, that verifies them.
    ONCE.call_once(|| {
        let _ = PROVIDER.install_default();
    });
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    verifier_factory: |algorithm, key| Ok(Box::new(Signed::new(*algorithm, key)?)),
    // They make keys, and are not called where signatures are verified.
    key_utils: KeyUtils::new_unimplemented(),
};

/// What a signature has to be: made in one way, with one key.
struct Signed {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Signed {
    fn new(algorithm: Algorithm, key: &DecodingKey) -> Result<Self, Error> {
        let family = algorithm.family();
        if family == AlgorithmFamily::Hmac || family != key.family() {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        Ok(Self {
            algorithm,
            key: key.clone(),
        })
    }
}

impl Verifier<Vec<u8>> for Signed {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let verified = match self.key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => rsa(self.algorithm).map(|way| {
                let key = ways::RsaPublicKeyComponents { n, e };
                key.verify(way, message, signature)
            }),
            DecodingKeyKind::SecretOrDer(bytes) => curve(self.algorithm).map(|way| {
                let key = ways::UnparsedPublicKey::new(way, bytes);
                key.verify(message, signature)
            }),
        };
        match verified {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) | None => Err(signature::Error::new()),
        }
    }
}

impl JwtVerifier for Signed {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// The ways to sign with RSA (RFC 7518, sections 3.3 and 3.5), with keys of 2048 bits or more.
fn rsa(algorithm: Algorithm) -> Option<&'static ways::RsaParameters> {
    Some(match algorithm {
        Algorithm::RS256 => &ways::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &ways::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &ways::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &ways::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &ways::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &ways::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// The ways to sign with elliptic curves (RFC 7518, section 3.4, and RFC 8037).
fn curve(algorithm: Algorithm) -> Option<&'static dyn ways::VerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::ES256 => &ways::ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &ways::ECDSA_P384_SHA384_FIXED,
        Algorithm::EdDSA => &ways::ED25519,
        _ => return None,
    })
}
