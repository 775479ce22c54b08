//! Which Rust functions can be methods, and what they may return.

use std::sync::Arc;

use tracrpc_env::Actor;
use tracrpc_wire::Timestamp;
use tracrpc_wire::{Fault, Output, Struct, Value};

use crate::argument::{Arguments, FromArgument};
use crate::fault::IntoFault;
use crate::registry::Scope;

/// A function as the registry calls it.
#[doc(hidden)]
pub(crate) type Handler =
    Arc<dyn Fn(&Scope<'_>, &mut Arguments<'_>) -> Result<Output, Fault> + Send + Sync>;

/// A function that can be a method.
///
/// These are the functions `fn(&Actor, A, B, …) -> Result<R, E>` with up to
/// seven arguments that are [`FromArgument`], a result that is [`IntoOutput`]
/// and an error that is [`IntoFault`]. A function that takes [`&Scope`](Scope)
/// in place of the actor can look at the registry and call other methods.
///
/// `A` only tells the implementations apart.
pub trait Callable<A>: Send + Sync + 'static {
    /// The number of arguments, and the function behind a uniform face.
    #[doc(hidden)]
    fn into_handler(self) -> (usize, Handler);
}

/// A result that a method's function may return.
pub trait IntoOutcome {
    /// The result as a protocol can write it.
    ///
    /// # Errors
    ///
    /// The error as a protocol can write it, in the language of the one who called.
    fn into_outcome(self, actor: &Actor) -> Result<Output, Fault>;
}

impl<T: IntoOutput, E: IntoFault> IntoOutcome for Result<T, E> {
    fn into_outcome(self, actor: &Actor) -> Result<Output, Fault> {
        self.map(IntoOutput::into_output)
            .map_err(|error| error.into_fault(actor))
    }
}

/// A value that a method can answer with.
pub trait IntoOutput {
    /// The value as a protocol can write it.
    fn into_output(self) -> Output;
}

impl IntoOutput for Output {
    fn into_output(self) -> Output {
        self
    }
}

/// Nothing is `nil`, which callers see as the number 0.
impl IntoOutput for () {
    fn into_output(self) -> Output {
        Output::Value(Value::Nil)
    }
}

impl IntoOutput for Vec<u8> {
    fn into_output(self) -> Output {
        Output::Value(Value::Binary(self))
    }
}

impl IntoOutput for Vec<String> {
    fn into_output(self) -> Output {
        Output::Value(Value::Array(self.into_iter().map(Value::String).collect()))
    }
}

impl IntoOutput for Vec<i64> {
    fn into_output(self) -> Output {
        Output::Value(Value::Array(self.into_iter().map(Value::Int).collect()))
    }
}

impl<T: IntoOutput> IntoOutput for Option<T> {
    fn into_output(self) -> Output {
        self.map_or(Output::Value(Value::Nil), IntoOutput::into_output)
    }
}

macro_rules! plain_values {
    ($($type:ty => $variant:ident),*) => {$(
        impl IntoOutput for $type {
            fn into_output(self) -> Output {
                Output::Value(Value::$variant(self))
            }
        }
    )*};
}

plain_values!(bool => Bool, i64 => Int, f64 => Double, String => String, Timestamp => DateTime, Vec<Value> => Array, Struct => Struct);

impl IntoOutput for Value {
    fn into_output(self) -> Output {
        Output::Value(self)
    }
}

/// Marks functions whose first parameter is the actor.
#[doc(hidden)]
pub struct OfActor;

/// Marks functions whose first parameter is the scope.
#[doc(hidden)]
pub struct OfScope;

macro_rules! callable {
    ($count:literal $($argument:ident)*) => {
        impl<F, R, $($argument: FromArgument),*> Callable<(OfActor, $($argument,)*)> for F
        where
            F: Fn(&Actor, $($argument),*) -> R + Send + Sync + 'static,
            R: IntoOutcome,
        {
            fn into_handler(self) -> (usize, Handler) {
                ($count, Arc::new(move |scope, _arguments| {
                    self(scope.actor(), $(_arguments.next::<$argument>()?),*).into_outcome(scope.actor())
                }))
            }
        }

        impl<F, R, $($argument: FromArgument),*> Callable<(OfScope, $($argument,)*)> for F
        where
            F: Fn(&Scope<'_>, $($argument),*) -> R + Send + Sync + 'static,
            R: IntoOutcome,
        {
            fn into_handler(self) -> (usize, Handler) {
                ($count, Arc::new(move |scope, _arguments| {
                    self(scope, $(_arguments.next::<$argument>()?),*).into_outcome(scope.actor())
                }))
            }
        }
    };
}

callable!(0);
callable!(1 A);
callable!(2 A B);
callable!(3 A B C);
callable!(4 A B C D);
callable!(5 A B C D E);
callable!(6 A B C D E G);
callable!(7 A B C D E G H);
