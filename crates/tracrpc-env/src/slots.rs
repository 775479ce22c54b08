//! What the parts of the program keep for an environment.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// One value of each type, made when it is first asked for.
#[derive(Default)]
pub(crate) struct Slots {
    values: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Slots {
    /// The value of type `T`.
    pub(crate) fn get<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let known = self.read(TypeId::of::<T>());
        known.unwrap_or_else(|| {
            let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
            let value = values.entry(TypeId::of::<T>());
            let value = value.or_insert_with(|| Arc::new(T::default()));
            Arc::clone(value).downcast().unwrap_or_default()
        })
    }

    fn read<T: Any + Send + Sync>(&self, id: TypeId) -> Option<Arc<T>> {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(values.get(&id)?).downcast().ok()
    }
}

impl fmt::Debug for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slots").finish_non_exhaustive()
    }
}
