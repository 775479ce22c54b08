//! Notes each call in the trail of its request.

use std::time::Instant;

use tracrpc_methods::{Layer, Next, Refused};
use tracrpc_wire::{Fault, Output};

use super::note::{Ended, Note};
use super::resource::{self, Resource};
use super::{Trail, of};

/// The outermost layer around calls: notes how each of them ends.
pub(crate) struct Footsteps;

impl Layer for Footsteps {
    fn around(&self, next: Next<'_>) -> Result<Output, Fault> {
        let Some(trail) = of(next.actor()) else {
            return next.run();
        };
        let method = next.method();
        let mut step = Step {
            trail,
            method: method.name(),
            resource: resource::of_call(method, next.arguments()),
            is_inner: next.is_inner(),
            start: Instant::now(),
            is_over: false,
        };
        let result = next.run();
        match &result {
            Ok(output) => {
                step.resource = resource::of_result(method, output).or(step.resource.take());
                step.end(Ended::Well);
            }
            Err(fault) => step.end(Ended::Failed(fault)),
        }
        result
    }

    fn refused(&self, refused: &Refused<'_>) {
        if let Some(trail) = of(refused.actor) {
            trail.call(&Note {
                method: refused.method,
                is_known: false,
                resource: None,
                is_inner: refused.is_inner,
                ended: Ended::Failed(refused.fault),
                time: None,
            });
        }
    }
}

/// A call that is being made.
struct Step<'a> {
    trail: &'a Trail,
    method: &'a str,
    resource: Option<Resource>,
    is_inner: bool,
    start: Instant,
    is_over: bool,
}

impl Step<'_> {
    fn end(&mut self, ended: Ended<'_>) {
        self.is_over = true;
        self.trail.call(&Note {
            method: self.method,
            is_known: true,
            resource: self.resource.take(),
            is_inner: self.is_inner,
            ended,
            time: Some(self.start.elapsed()),
        });
    }
}

impl Drop for Step<'_> {
    /// A method that panics does not come back.
    fn drop(&mut self) {
        if !self.is_over {
            self.end(Ended::Panicked);
        }
    }
}
