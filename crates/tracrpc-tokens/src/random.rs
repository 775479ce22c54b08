//! Letters and digits by chance.

use tracrpc_env::{Error, Result};

/// The digits of base 62.
pub(crate) const DIGITS: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What is below this falls evenly on the digits.
const EVEN: u8 = 62 * 4;

/// So many digits of base 62, each as likely as any other: 5.95 bits each.
///
/// # Errors
/// The system has no random numbers to give.
pub(crate) fn digits(count: usize) -> Result<String> {
    let mut text = String::with_capacity(count);
    let mut bytes = [0; 64];
    while text.len() < count {
        getrandom::fill(&mut bytes)
            .map_err(|error| Error::storage(format!("no random numbers: {error}"), error))?;
        let even = bytes.iter().filter(|byte| **byte < EVEN);
        let digits = even.map(|byte| char::from(DIGITS[usize::from(byte % 62)]));
        text.extend(digits.take(count - text.len()));
    }
    Ok(text)
}
