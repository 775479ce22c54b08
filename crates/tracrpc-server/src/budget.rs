//! What all requests together may take up.
//!
//! A request that needs much asks before it takes it: for the memory of its
//! body and of the values in it, for that of an answer that waits for its
//! client to read it, for room in temporary files. Small ones do not ask; there
//! are only so many connections.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is too small to be counted: a body or an answer in memory.
pub(crate) const SMALL: usize = 16 * 1024;

/// What values may take beside their texts without being counted. Only so many
/// requests are read at a time.
const SMALL_VALUES: usize = 1024 * 1024;

/// About how much memory a value takes beside its text: the most is taken by
/// structs with one member, for which their lists have room for four.
const VALUE: usize = 160;

/// The unit in which is counted.
const UNIT: usize = 1024;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whom {
    /// Somebody who has logged in.
    User,
    /// Anybody. All of them get a part only.
    Stranger,
}

/// A number of bytes that requests share.
pub(crate) struct Budget {
    all: Share,
    /// What strangers may have of it.
    strangers: Share,
}

/// Some of the bytes, until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    parts: Vec<OwnedSemaphorePermit>,
    /// How many bytes were asked for.
    bytes: usize,
}

impl Budget {
    /// A budget of so many bytes, a third of which is for strangers.
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            all: Share::new(bytes),
            strangers: Share::new(bytes / 3),
        }
    }

    /// How many bytes there are in all.
    pub(crate) fn size(&self) -> usize {
        self.all.size as usize * UNIT
    }

    /// How many bytes are taken.
    pub(crate) fn taken(&self) -> usize {
        self.size() - (self.all.free.available_permits() * UNIT).min(self.size())
    }

    /// Waits until there are so many bytes. Who asks for more than there are at
    /// all gets all of them.
    pub(crate) async fn wait_for(&self, bytes: usize, whom: Whom) -> Permit {
        let mut parts = Vec::new();
        for share in self.shares(whom) {
            let count = share.capped(bytes);
            // They are never closed.
            if let Ok(part) = Arc::clone(&share.free).acquire_many_owned(count).await {
                parts.push(part);
            }
        }
        Permit { parts, bytes }
    }

    /// So many bytes, if there are as many now.
    pub(crate) fn take(&self, bytes: usize, whom: Whom) -> Option<Permit> {
        let parts = self.take_each(whom, |_| units(bytes))?;
        Some(Permit { parts, bytes })
    }

    /// So many bytes beside those of `permit`, if there are as many now. Who asks
    /// for more than there are at all gets all of them.
    pub(crate) fn extend(&self, permit: &mut Permit, more: usize, whom: Whom) -> bool {
        let bytes = permit.bytes.saturating_add(more);
        let count = |share: &Share| share.capped(bytes) - share.capped(permit.bytes);
        let Some(parts) = self.take_each(whom, count) else {
            return false;
        };
        permit.parts.extend(parts);
        permit.bytes = bytes;
        true
    }

    /// The same for `count` values, few of which are free.
    pub(crate) fn extend_by_values(&self, permit: &mut Permit, count: usize, whom: Whom) -> bool {
        let bytes = count.saturating_mul(VALUE);
        bytes <= SMALL_VALUES || self.extend(permit, bytes, whom)
    }

    fn take_each(
        &self,
        whom: Whom,
        count: impl Fn(&Share) -> u32,
    ) -> Option<Vec<OwnedSemaphorePermit>> {
        let take = |share: &Share| {
            let free = Arc::clone(&share.free);
            free.try_acquire_many_owned(count(share)).ok()
        };
        self.shares(whom).map(take).collect()
    }

    fn shares(&self, whom: Whom) -> impl Iterator<Item = &Share> {
        // The narrow gate first: who waits there takes nothing from others.
        let narrow = (whom == Whom::Stranger).then_some(&self.strangers);
        narrow.into_iter().chain([&self.all])
    }
}

impl Permit {
    /// A permit for nothing.
    pub(crate) fn none() -> Self {
        Self {
            parts: Vec::new(),
            bytes: 0,
        }
    }
}

struct Share {
    free: Arc<Semaphore>,
    size: u32,
}

impl Share {
    fn new(bytes: usize) -> Self {
        let size = units(bytes);
        Self {
            free: Arc::new(Semaphore::new(size as usize)),
            size,
        }
    }

    fn capped(&self, bytes: usize) -> u32 {
        units(bytes).min(self.size)
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: usize = 1024 * 1024;

    #[test]
    fn what_is_taken_comes_back() {
        let budget = Budget::new(9 * MB);
        let first = budget.take(6 * MB, Whom::User).unwrap();
        assert_eq!((budget.taken(), budget.size()), (6 * MB, 9 * MB));
        assert!(budget.take(4 * MB, Whom::User).is_none());
        let second = budget.take(3 * MB, Whom::User).unwrap();
        assert!(budget.take(1, Whom::User).is_none());
        drop((first, second));
        assert!(budget.take(9 * MB, Whom::User).is_some());
    }

    #[test]
    fn strangers_share_a_third() {
        let budget = Budget::new(9 * MB);
        let stranger = budget.take(3 * MB, Whom::Stranger).unwrap();
        assert!(budget.take(1, Whom::Stranger).is_none());
        let user = budget.take(6 * MB, Whom::User).unwrap();
        drop(stranger);
        assert!(budget.take(4 * MB, Whom::Stranger).is_none());
        assert!(budget.take(3 * MB, Whom::Stranger).is_some());
        drop(user);
        assert!(
            budget.take(9 * MB, Whom::User).is_some(),
            "a refusal takes nothing"
        );
    }

    #[test]
    fn few_values_are_free() {
        let budget = Budget::new(MB);
        let all = budget.take(MB, Whom::User).unwrap();
        let mut permit = Permit::none();
        assert!(budget.extend_by_values(&mut permit, 1000, Whom::Stranger));
        assert!(!budget.extend_by_values(&mut permit, 100_000, Whom::User));
        drop(all);
        assert!(budget.extend_by_values(&mut permit, 100_000, Whom::User));
        assert!(budget.take(1, Whom::User).is_none());
    }

    #[test]
    fn who_has_all_there_is_needs_no_more() {
        let budget = Budget::new(9 * MB);
        let mut permit = budget.take(2 * MB, Whom::Stranger).unwrap();
        assert!(budget.extend(&mut permit, 50 * MB, Whom::Stranger));
        assert!(budget.extend(&mut permit, 50 * MB, Whom::Stranger));
        assert!(budget.take(1, Whom::Stranger).is_none());
        let rest = budget.take(6 * MB, Whom::User);
        assert!(rest.is_none(), "the whole counts by itself");
    }

    #[test]
    fn who_waits_gets_what_others_give_back() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let budget = Budget::new(3 * MB);
            let large = budget.wait_for(100 * MB, Whom::User).await;
            let waiting = budget.wait_for(2 * MB, Whom::User);
            let giving = async { drop(large) };
            let (second, ()) = tokio::join!(waiting, giving);
            assert!(budget.take(2 * MB, Whom::User).is_none());
            drop(second);
            assert!(budget.take(3 * MB, Whom::User).is_some());
        });
    }
}
