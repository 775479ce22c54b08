//! Wrong passwords, and how long those who send them wait for the next to be looked at.
//!
//! What counts is a name together with where it comes from, so that nobody is kept out by what
//! others try elsewhere; and where many names come from one place, the place. A client whose
//! password is remembered is not held up by either.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::workers::network;

/// So many wrong passwords for a name from one place wait for nothing.
const FREE: u32 = 10;

/// So many from one place for any names.
const FREE_OF_PLACE: u32 = 100;

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(60);

/// The longest wait for a name that has come in from the same place before.
const LONGEST_IF_KNOWN: Duration = Duration::from_secs(2);

/// After that long without a wrong password, half of them are forgotten.
const HALF_LIFE: Duration = Duration::from_secs(300);

/// How many names and places are remembered of each kind. The oldest are forgotten first.
const CAPACITY: usize = 8192;

/// Where requests come from: an address, of IPv6 the network that one customer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Peer(IpAddr);

impl Peer {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            address if address.is_loopback() => Self(address),
            address => Self(network(address)),
        }
    }

    /// Whether it may be a proxy of this machine that nobody has told us to trust, so that it
    /// stands for everybody.
    fn may_be_everybody(self) -> bool {
        self.0.is_loopback()
    }
}

/// What was tried.
#[derive(Default)]
pub(crate) struct Attempts {
    /// Its keys are random, and never leave the process.
    hasher: RandomState,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    names: Counts<(Peer, String)>,
    places: Counts<Peer>,
    /// Names that have come in, and from where.
    known: HashMap<(Peer, String), Instant>,
}

impl Attempts {
    /// How long somebody from `address` who says that he is `user` has to wait before a password
    /// is looked at; none if not at all.
    pub(super) fn wait(&self, address: IpAddr, user: &str, now: Instant) -> Option<Duration> {
        let peer = Peer::of(address);
        let name = (peer, user.to_owned());
        let state = self.lock();
        let is_known = state.known.contains_key(&name);
        let longest = if is_known { LONGEST_IF_KNOWN } else { LONGEST };
        let of_name = state.names.wait(&name, FREE, longest, now);
        let of_place = match is_known || peer.may_be_everybody() {
            true => None,
            false => state
                .places
                .wait(&peer, FREE_OF_PLACE, LONGEST_IF_KNOWN, now),
        };
        of_name.max(of_place)
    }

    /// Somebody from `address` was not let in as `user`. Who sends the same credentials again
    /// does not guess: a server in front does that which asks for passwords of its own.
    pub(super) fn failed(&self, address: IpAddr, user: &str, credentials: impl Hash, now: Instant) {
        let peer = Peer::of(address);
        let name = (peer, user.to_owned());
        let code = self.hasher.hash_one(credentials);
        let mut state = self.lock();
        if state.names.last(&name) == Some(code) {
            return;
        }
        state.names.add(name, code, now);
        state.places.add(peer, code, now);
    }

    /// Somebody from `address` was let in as `user`.
    pub(super) fn succeeded(&self, address: IpAddr, user: &str, now: Instant) {
        let name = (Peer::of(address), user.to_owned());
        let mut state = self.lock();
        state.names.0.remove(&name);
        make_room(&mut state.known, |since| *since);
        state.known.insert(name, now);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many wrong passwords there were.
struct Counts<K>(HashMap<K, Count>);

#[derive(Clone, Copy)]
struct Count {
    number: u32,
    /// When the last was sent, and its code.
    last: Instant,
    code: u64,
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash + Clone> Counts<K> {
    fn wait(&self, key: &K, free: u32, longest: Duration, now: Instant) -> Option<Duration> {
        let count = self.0.get(key)?;
        let passed = now.saturating_duration_since(count.last);
        let over = count.left(now).checked_sub(free)?;
        let wait = Duration::from_secs(1u64 << over.min(6)).min(longest);
        wait.checked_sub(passed).filter(|left| !left.is_zero())
    }

    /// The code of the last wrong password.
    fn last(&self, key: &K) -> Option<u64> {
        self.0.get(key).map(|count| count.code)
    }

    fn add(&mut self, key: K, code: u64, now: Instant) {
        make_room(&mut self.0, |count| count.last);
        let before = self.0.get(&key).map_or(0, |count| count.left(now));
        let count = Count {
            number: before.saturating_add(1),
            last: now,
            code,
        };
        self.0.insert(key, count);
    }
}

impl Count {
    /// How many are not forgotten yet.
    fn left(&self, now: Instant) -> u32 {
        let passed = now.saturating_duration_since(self.last);
        let halves = passed.as_secs() / HALF_LIFE.as_secs();
        let halves = u32::try_from(halves).unwrap_or(u32::MAX);
        self.number.checked_shr(halves).unwrap_or(0)
    }
}

/// Forgets the older half of what is too much.
fn make_room<K: Eq + Hash + Clone, V>(kept: &mut HashMap<K, V>, time: impl Fn(&V) -> Instant) {
    if kept.len() < CAPACITY {
        return;
    }
    let mut times: Vec<_> = kept.values().map(&time).collect();
    let middle = times.len() / 2;
    let (_, &mut median, _) = times.select_nth_unstable(middle);
    kept.retain(|_, value| time(value) > median);
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn who_guesses_waits_longer_and_longer() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        let waits: Vec<_> = (0..20)
            .map(|number| {
                attempts.failed(HERE, "joe", number, now);
                attempts
                    .wait(HERE, "joe", now)
                    .map_or(0, |wait| wait.as_secs())
            })
            .collect();
        let expected = [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60,
        ];
        assert_eq!(waits, expected);
        assert_eq!(
            attempts.wait(HERE, "joe", now + seconds(20)),
            Some(seconds(40))
        );
        assert_eq!(attempts.wait(HERE, "joe", now + seconds(60)), None);
        // Others, and the same name elsewhere, are not held up.
        assert_eq!(attempts.wait(HERE, "ann", now), None);
        assert_eq!(attempts.wait(THERE, "joe", now), None);
        // After a while most of it is forgotten.
        let later = now + HALF_LIFE;
        attempts.failed(HERE, "joe", 20, later);
        assert_eq!(attempts.wait(HERE, "joe", later), Some(seconds(2)));
    }

    #[test]
    fn who_has_been_here_before_never_waits_long() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        attempts.succeeded(HERE, "joe", now);
        for number in 0..500 {
            attempts.failed(HERE, "joe", number, now);
            attempts.failed(HERE, &number.to_string(), 1, now);
        }
        assert_eq!(attempts.wait(HERE, "joe", now), Some(LONGEST_IF_KNOWN));
        attempts.succeeded(HERE, "joe", now);
        assert_eq!(attempts.wait(HERE, "joe", now), None);
    }

    #[test]
    fn who_repeats_what_is_wrong_does_not_guess() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..500 {
            attempts.failed(HERE, "joe", "Basic of the front", now);
        }
        assert_eq!(attempts.wait(HERE, "joe", now), None);
    }

    #[test]
    fn a_place_of_many_names_is_slowed_down() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for number in 0..FREE_OF_PLACE + 5 {
            attempts.failed(HERE, &number.to_string(), 1, now);
            attempts.failed(Ipv6Addr::LOCALHOST.into(), &number.to_string(), 1, now);
        }
        assert_eq!(attempts.wait(HERE, "new", now), Some(LONGEST_IF_KNOWN));
        assert_eq!(attempts.wait(THERE, "new", now), None);
        assert_eq!(attempts.wait(Ipv6Addr::LOCALHOST.into(), "new", now), None);
        let network: IpAddr = "2001:db8::1".parse().unwrap();
        let same: IpAddr = "2001:db8::2:3".parse().unwrap();
        let other: IpAddr = "2001:db8:0:1::1".parse().unwrap();
        assert_eq!(Peer::of(network), Peer::of(same));
        assert_ne!(Peer::of(network), Peer::of(other));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for number in 0..u32::try_from(CAPACITY).unwrap() * 2 {
            let time = now + Duration::from_millis(number.into());
            attempts.failed(HERE, &number.to_string(), 1, time);
            attempts.succeeded(HERE, &number.to_string(), time);
        }
        let state = attempts.lock();
        assert!(state.names.0.len() <= CAPACITY && state.known.len() <= CAPACITY);
        let newest = (Peer::of(HERE), (CAPACITY * 2 - 1).to_string());
        assert!(state.known.contains_key(&newest));
    }
}
