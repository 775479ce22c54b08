//! What the parts of the program keep for an environment.

use std::any::Any;
use std::fmt;
use std::sync::OnceLock;

/// One value of each type, made when it is first asked for and never moved after
/// that, so that those who ask share no lock.
#[derive(Default)]
pub(crate) struct Slots {
    value: OnceLock<Box<dyn Any + Send + Sync>>,
    /// The slots of other types: there are few, so they are gone through.
    next: OnceLock<Box<Slots>>,
}

impl Slots {
    /// The value of type `T`.
    pub(crate) fn get<T: Any + Default + Send + Sync>(&self) -> &T {
        let mut slots = self;
        loop {
            let value = slots.value.get_or_init(|| Box::new(T::default()));
            if let Some(value) = value.downcast_ref() {
                return value;
            }
            slots = slots.next.get_or_init(Box::default);
        }
    }
}

impl fmt::Debug for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slots").finish_non_exhaustive()
    }
}
