//! Who a client's certificate is for.

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

use super::attribute::{self, COMMON_NAME, EMAIL_ADDRESS, Value};
use super::name::{Attribute, DistinguishedName};

/// The subject of a client's certificate that was verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsIdentity {
    /// The distinguished name.
    pub subject: DistinguishedName,
    /// The e-mail addresses of the alternative names of the subject (RFC 5280, section
    /// 4.2.1.6), then those within its distinguished name.
    pub emails: Vec<String>,
}

impl TlsIdentity {
    /// That of a certificate in DER.
    ///
    /// # Errors
    ///
    /// It is none, or its subject cannot be read; the error says so in a sentence.
    pub fn of_certificate(der: &[u8]) -> Result<Self, String> {
        let (_, certificate) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
        let subject = name(certificate.subject()).ok_or("its subject is malformed")?;
        let alternative = certificate.subject_alternative_name();
        let alternative = alternative.map_err(|error| error.to_string())?;
        let names = alternative
            .iter()
            .flat_map(|names| &names.value.general_names);
        let addresses = names.filter_map(|name| match name {
            GeneralName::RFC822Name(address) => Some((*address).to_owned()),
            _ => None,
        });
        let emails = addresses.collect();
        Ok(Self::new(subject, emails))
    }

    /// That of a subject with alternative e-mail addresses.
    #[must_use]
    pub fn new(subject: DistinguishedName, mut emails: Vec<String>) -> Self {
        emails.extend(subject.texts(EMAIL_ADDRESS).map(ToOwned::to_owned));
        Self { subject, emails }
    }

    /// The most specific common name.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.subject.texts(COMMON_NAME).next()
    }
}

fn name(name: &X509Name<'_>) -> Option<DistinguishedName> {
    let parts = name.iter_rdn().map(|part| {
        let attributes = part.iter().map(|attribute| {
            // What is no identifier has a text all the same.
            let kind = attribute.attr_type().to_id_string();
            Some(Attribute {
                kind: attribute::identifier(&kind).ok()?,
                value: Value::of(attribute.attr_value())?,
            })
        });
        attributes.collect::<Option<Vec<_>>>()
    });
    let parts: Option<Vec<_>> = parts.collect();
    Some(DistinguishedName::of_certificate(parts?.into_iter()))
}
