//! What an environment is made to do by those who add to it.
//!
//! An *extension point* is a type: mostly a trait such as
//! [`dyn Listener<E>`](crate::Listener), sometimes a row such as
//! [`PolicyProvider`](crate::permission::PolicyProvider). What implements it is
//! added here, by this program's own parts as by those of others, as
//! `ExtensionPoint` in `trac/core.py` finds the components that implement an interface.
//!
//! ```
//! use std::sync::Arc;
//! use tracrpc_env::Extensions;
//!
//! trait Greeter: Send + Sync {
//!     fn greet(&self) -> String;
//! }
//!
//! struct Polite;
//!
//! impl Greeter for Polite {
//!     fn greet(&self) -> String {
//!         "Good morning".to_owned()
//!     }
//! }
//!
//! let mut extensions = Extensions::default();
//! extensions.add::<dyn Greeter>(Arc::new(Polite));
//! assert_eq!(extensions.of::<dyn Greeter>()[0].greet(), "Good morning");
//! ```

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// The extensions of an environment, by their extension points, each in the
/// order in which they were added.
///
/// A clone costs little: the extensions themselves are shared.
#[derive(Clone, Default)]
pub struct Extensions {
    /// A `Vec<Arc<P>>` by the type of each point `P`.
    points: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl Extensions {
    /// Adds an extension to the point `P`.
    pub fn add<P: ?Sized + Send + Sync + 'static>(&mut self, extension: Arc<P>) -> &mut Self {
        let mut all = self.of::<P>().to_vec();
        all.push(extension);
        self.points.insert(TypeId::of::<P>(), Arc::new(all));
        self
    }

    /// The extensions of the point `P`.
    #[must_use]
    pub fn of<P: ?Sized + Send + Sync + 'static>(&self) -> &[Arc<P>] {
        let all = self.points.get(&TypeId::of::<P>());
        let all = all.and_then(|all| all.downcast_ref::<Vec<Arc<P>>>());
        all.map_or(&[], Vec::as_slice)
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extensions").finish_non_exhaustive()
    }
}
