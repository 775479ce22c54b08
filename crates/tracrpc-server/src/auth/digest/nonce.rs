//! Nonces that need not be remembered to be known again, and their counts, which are.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How long a nonce may be used.
const LIFE: Duration = Duration::from_secs(300);

/// How many nonces may be in use at a time. Only who knows a password uses one.
const CAPACITY: usize = 10_000;

/// How many bytes of a code are in a nonce.
const CODE: usize = 16;

/// Issues nonces and knows them again: each has its time and a code of it under a random
/// key that never leaves the process.
pub(super) struct Nonces {
    key: [u8; 64],
    start: Instant,
    used: Mutex<HashMap<u64, Counts>>,
}

/// How old a nonce is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// It can be used.
    Young,
    /// It is one of ours, but cannot be used any more.
    Old,
    /// It is none of ours.
    Foreign,
}

/// The counts with which a nonce was used: the highest, and which of the 64 before it.
/// Requests that go over several connections may come in another order.
#[derive(Default)]
struct Counts {
    highest: u32,
    before: u64,
}

impl Nonces {
    /// # Errors
    /// The system has no random numbers.
    pub(super) fn new() -> io::Result<Self> {
        let mut key = [0; 64];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        Ok(Self {
            key,
            start: Instant::now(),
            used: Mutex::default(),
        })
    }

    /// A new nonce. No two are alike: their times are in nanoseconds.
    pub(super) fn issue(&self) -> String {
        let time = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let mut bytes = time.to_be_bytes().to_vec();
        bytes.extend(self.code(time));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// How old a nonce is.
    pub(super) fn age(&self, nonce: &str) -> Age {
        let Some(time) = self.time(nonce) else {
            return Age::Foreign;
        };
        let issued = Duration::from_nanos(time);
        match self.start.elapsed().saturating_sub(issued) < LIFE {
            true => Age::Young,
            false => Age::Old,
        }
    }

    /// Takes note that a nonce was used for the `count`th time. False if it was
    /// before: somebody repeats what another has sent.
    pub(super) fn take(&self, nonce: &str, count: u32) -> bool {
        let Some(time) = self.time(nonce) else {
            return false;
        };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= CAPACITY && !used.contains_key(&time) {
            self.forget(&mut used);
            if used.len() >= CAPACITY {
                tracing::error!("too many nonces are in use: somebody is not let in");
                return false;
            }
        }
        used.entry(time).or_default().take(count)
    }

    /// Forgets nonces that nobody can use any more.
    fn forget(&self, used: &mut HashMap<u64, Counts>) {
        let now = self.start.elapsed();
        used.retain(|time, _| now.saturating_sub(Duration::from_nanos(*time)) < LIFE);
    }

    fn time(&self, nonce: &str) -> Option<u64> {
        let bytes = URL_SAFE_NO_PAD.decode(nonce).ok()?;
        let (time, code) = bytes.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        let is_ours = subtle::ConstantTimeEq::ct_eq(code, &self.code(time)[..]);
        bool::from(is_ours).then_some(time)
    }

    fn code(&self, time: u64) -> [u8; CODE] {
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        mac.update(&time.to_be_bytes());
        let code: [u8; 32] = mac.finalize().into_bytes().into();
        std::array::from_fn(|index| code[index])
    }
}

impl Counts {
    fn take(&mut self, count: u32) -> bool {
        if count == 0 {
            return false;
        }
        if count > self.highest {
            let step = count - self.highest;
            // The old highest becomes one of those before.
            self.before = match step {
                1..=63 => (self.before << step) | (1 << (step - 1)),
                64 => 1 << 63,
                _ => 0,
            };
            if self.highest == 0 {
                self.before = 0;
            }
            self.highest = count;
            return true;
        }
        let back = self.highest - count;
        match back {
            1..=64 if self.before & (1 << (back - 1)) == 0 => {
                self.before |= 1 << (back - 1);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_nonces_are_known() {
        let (nonces, others) = (Nonces::new().unwrap(), Nonces::new().unwrap());
        let nonce = nonces.issue();
        assert_ne!(nonce, nonces.issue());
        assert_eq!(nonces.age(&nonce), Age::Young);
        assert_eq!(others.age(&nonce), Age::Foreign);
        for odd in ["", "x", "AAAAAAAAAAA", &nonce[1..]] {
            assert_eq!(nonces.age(odd), Age::Foreign, "{odd}");
        }
    }

    #[test]
    fn each_count_is_taken_once_in_any_order_within_reach() {
        let mut counts = Counts::default();
        let taken: Vec<bool> = [0, 1, 1, 3, 2, 2, 70, 69, 6, 5, 70, 200, 136, 135, 136, 199]
            .map(|count| counts.take(count))
            .into();
        assert_eq!(
            taken,
            [
                false, true, false, true, true, false, true, true, true, false, false, true, true,
                false, false, true
            ]
        );
    }
}
