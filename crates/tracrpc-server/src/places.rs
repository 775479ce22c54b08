//! The places for connections: so many in all, and of those so many for one address.
//!
//! Who comes when there is none takes that of a connection on which nothing is asked: of the
//! address that has most of them the one that has been quiet for longest.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::activity::Activity;
use crate::config::ServerLimits;
use crate::origin::TrustedProxies;
use crate::workers::network;

/// How often it is looked whether a connection has become quiet.
const LOOK: Duration = Duration::from_millis(100);

/// Who has just come is given this time to ask something.
const AT_LEAST: Duration = Duration::from_secs(1);

/// All places.
pub(crate) struct Places {
    most: usize,
    most_of_one: usize,
    /// Those who speak for many.
    proxies: TrustedProxies,
    taken: Mutex<Taken>,
    freed: Notify,
}

#[derive(Default)]
struct Taken {
    next: u64,
    seats: HashMap<u64, Seat>,
    by_address: HashMap<IpAddr, usize>,
}

/// The place of a connection.
struct Seat {
    address: IpAddr,
    /// Whether the connection is one of those who speak for many.
    is_proxy: bool,
    activity: Arc<Activity>,
    /// Told when somebody else gets the place.
    given_away: Arc<Notify>,
}

/// A place, until it is dropped.
pub(crate) struct Place {
    places: Arc<Places>,
    number: u64,
    /// What happens on the connection.
    pub(crate) activity: Arc<Activity>,
    given_away: Arc<Notify>,
}

impl Places {
    pub(crate) fn new(limits: &ServerLimits, proxies: TrustedProxies) -> Arc<Self> {
        Arc::new(Self {
            most: limits.connections,
            most_of_one: limits.connections_of_one,
            proxies,
            taken: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Waits for a place for a connection from `address`. None if it has as many as it may,
    /// and asks something on each.
    pub(crate) async fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        loop {
            match self.try_take(address) {
                Ok(place) => return Some(place),
                Err(Full::OfOne) => return None,
                Err(Full::All) => {
                    let _ = tokio::time::timeout(LOOK, self.freed.notified()).await;
                }
            }
        }
    }

    fn try_take(self: &Arc<Self>, address: IpAddr) -> Result<Place, Full> {
        let is_proxy = self.proxies.trusts(address);
        let address = network(address);
        let mut taken = self.lock();
        let has = taken.by_address.get(&address).copied().unwrap_or(0);
        if has >= self.most_of_one && !is_proxy {
            let Some(number) = taken.quiet(|seat| seat.address == address) else {
                return Err(Full::OfOne);
            };
            taken.give_away(number);
        }
        if taken.seats.len() >= self.most {
            let Some(number) = taken.quiet(|_| true) else {
                return Err(Full::All);
            };
            taken.give_away(number);
        }
        Ok(taken.sit_down(address, is_proxy, self))
    }

    /// How many are taken.
    pub(crate) fn count(&self) -> usize {
        self.lock().seats.len()
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Full {
    /// The address has as many as it may.
    OfOne,
    All,
}

impl Taken {
    /// Of the connections that are meant and quiet, that of the address with the most
    /// connections which has been quiet for longest.
    fn quiet(&self, is_meant: impl Fn(&Seat) -> bool) -> Option<u64> {
        let now = Instant::now();
        let quiet = self.seats.iter().filter(|(_, seat)| is_meant(seat));
        let quiet = quiet.filter_map(|(number, seat)| {
            let since = seat.activity.quiet_since()?;
            let time = now.saturating_duration_since(since);
            let count = match seat.is_proxy {
                true => 1,
                false => self.by_address.get(&seat.address).copied().unwrap_or(0),
            };
            (time >= AT_LEAST).then_some((count, time, *number))
        });
        quiet.max().map(|(_, _, number)| number)
    }

    fn sit_down(&mut self, address: IpAddr, is_proxy: bool, places: &Arc<Places>) -> Place {
        let number = self.next;
        self.next += 1;
        let place = Place {
            places: Arc::clone(places),
            number,
            activity: Activity::new(),
            given_away: Arc::new(Notify::new()),
        };
        *self.by_address.entry(address).or_default() += 1;
        let seat = Seat {
            address,
            is_proxy,
            activity: Arc::clone(&place.activity),
            given_away: Arc::clone(&place.given_away),
        };
        self.seats.insert(number, seat);
        place
    }

    /// The connection ends soon; its place is free at once.
    fn give_away(&mut self, number: u64) {
        if let Some(seat) = self.stand_up(number) {
            seat.given_away.notify_one();
        }
    }

    fn stand_up(&mut self, number: u64) -> Option<Seat> {
        let seat = self.seats.remove(&number)?;
        if let Some(count) = self.by_address.get_mut(&seat.address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&seat.address);
            }
        }
        Some(seat)
    }
}

impl Place {
    /// Waits until somebody else has got the place.
    pub(crate) async fn given_away(&self) {
        self.given_away.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let seat = self.places.lock().stand_up(self.number);
        if seat.is_some() {
            self.places.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(most: usize, most_of_one: usize) -> Arc<Places> {
        let limits = ServerLimits {
            connections: most,
            connections_of_one: most_of_one,
            ..ServerLimits::default()
        };
        Places::new(&limits, TrustedProxies::default())
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    /// As if nothing had been asked for so many seconds.
    fn quieten(place: &Place, seconds: u64) {
        place.activity.set_quiet(Duration::from_secs(seconds));
    }

    #[test]
    fn each_address_has_its_share() {
        let places = places(9, 2);
        let [first, second] = [(); 2].map(|()| places.try_take(address(1)).ok().unwrap());
        assert_eq!(places.try_take(address(1)).err(), Some(Full::OfOne));
        let _other = places.try_take(address(2)).ok().unwrap();
        drop(first);
        let _third = places.try_take(address(1)).ok().unwrap();
        assert_eq!(places.try_take(address(1)).err(), Some(Full::OfOne));
        // What is quiet has to go.
        quieten(&second, 2);
        let _fourth = places.try_take(address(1)).ok().unwrap();
        assert_eq!(places.try_take(address(1)).err(), Some(Full::OfOne));
        assert_eq!(places.lock().by_address[&address(1)], 2);
        drop(second);
        assert_eq!(places.lock().by_address[&address(1)], 2);
    }

    #[test]
    fn proxies_may_have_all() {
        let mut proxies = TrustedProxies::default();
        proxies.add("192.0.2.1").unwrap();
        let limits = ServerLimits {
            connections: 3,
            connections_of_one: 1,
            ..ServerLimits::default()
        };
        let places = Places::new(&limits, proxies);
        let taken = [(); 3].map(|()| places.try_take(address(1)).ok().unwrap());
        assert_eq!(places.try_take(address(1)).err(), Some(Full::All));
        drop(taken);
        assert!(places.lock().by_address.is_empty());
    }

    #[test]
    fn the_quiet_make_room() {
        let places = places(4, 4);
        let [a, b, c] = [(); 3].map(|()| places.try_take(address(1)).ok().unwrap());
        let other = places.try_take(address(2)).ok().unwrap();
        assert_eq!(places.try_take(address(3)).err(), Some(Full::All));
        quieten(&other, 100);
        quieten(&a, 5);
        quieten(&b, 10);
        let _ongoing = c.activity.begin(0);
        quieten(&c, 1000);
        let has_gone = |place: &Place| !places.lock().seats.contains_key(&place.number);
        let _first = places.try_take(address(3)).ok().unwrap();
        assert!(has_gone(&b) && !has_gone(&a));
        let _second = places.try_take(address(3)).ok().unwrap();
        let _third = places.try_take(address(3)).ok().unwrap();
        assert!(has_gone(&a) && has_gone(&other));
        assert_eq!(places.try_take(address(4)).err(), Some(Full::All));
    }
}
