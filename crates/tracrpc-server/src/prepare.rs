//! The body of a request as the endpoint wants it that answers.

use crate::app::App;
use crate::body::Received;
use crate::coding::{self, Bounds};
use crate::endpoint::{BodyForm, RequestBody};
use crate::job::{Content, Job};
use crate::refused::Refused;
use crate::stream::Incoming;

/// A body of more bytes is read where heavy calls are made.
const LARGE: usize = 1024 * 1024;

/// A body that an endpoint reads.
pub(crate) struct Prepared {
    pub(crate) read: RequestBody,
    /// Where it comes from, if it still comes.
    coming: Option<Incoming>,
}

/// Why an endpoint does not get a body.
pub(crate) enum Withheld {
    /// It is large, and read where heavy calls are made. The job still has it.
    TooHeavy,
    /// It cannot be read.
    Refused(Refused),
}

impl From<Refused> for Withheld {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// The body of a job, which has it no more.
///
/// # Errors
/// It cannot be read, or not here.
pub(crate) fn body(app: &App, job: &mut Job, form: BodyForm) -> Result<Prepared, Withheld> {
    match std::mem::replace(&mut job.content, Content::Taken) {
        Content::Received(received) => in_memory(app, job, received, form),
        Content::Coming(incoming) => match form {
            BodyForm::Stream { most } => coming(job, incoming, most),
            BodyForm::Nothing | BodyForm::Whole => {
                // Another endpoint than was found before: the configuration has just changed.
                job.rest = incoming.stop();
                Err(Refused::Busy.into())
            }
        },
        Content::Taken => Err(Refused::Broken.into()),
    }
}

fn in_memory(
    app: &App,
    job: &mut Job,
    received: Received,
    form: BodyForm,
) -> Result<Prepared, Withheld> {
    let most = match form {
        BodyForm::Nothing => return Ok(RequestBody::empty().into()),
        BodyForm::Whole => usize::MAX,
        BodyForm::Stream { most } => usize::try_from(most).unwrap_or(usize::MAX),
    };
    let expected = coding::most(received.bytes.len(), &job.head.request.headers);
    if !job.may_be_heavy && expected > LARGE {
        job.content = Content::Received(received);
        return Err(Withheld::TooHeavy);
    }
    Ok(expanded(app, job, received, most)?)
}

fn coming(job: &mut Job, incoming: Incoming, most: u64) -> Result<Prepared, Withheld> {
    match coding::reader(incoming.reader(), &job.head.request.headers, most) {
        Ok(read) => Ok(Prepared {
            read: RequestBody::stream(read),
            coming: Some(incoming),
        }),
        Err(refused) => {
            job.rest = incoming.stop();
            Err(refused.into())
        }
    }
}

/// A body in memory without the coding in which it was sent.
fn expanded(app: &App, job: &Job, received: Received, most: usize) -> Result<Prepared, Refused> {
    let bounds = Bounds {
        size: app.limits().body.min(most),
        memory: &app.memory,
        whom: job.visitor.login().whom(),
    };
    let Received { bytes, mut permit } = received;
    let bytes = coding::expand(bytes, &job.head.request.headers, &bounds, &mut permit)?;
    match bytes.len() > most {
        true => Err(Refused::TooLarge),
        false => Ok(RequestBody::whole(bytes, permit).into()),
    }
}

impl Prepared {
    /// Ends reading, and leaves what was not read of a body to `job`.
    ///
    /// # Errors
    /// Why it could not be read to its end, if that was tried.
    pub(crate) fn end(self, job: &mut Job) -> Result<(), Refused> {
        let refused = self.read.refused();
        let rest = self.coming.and_then(|coming| coming.stop());
        // Who is slow, or broke off, is not waited for.
        if !matches!(refused, Some(Refused::TooSlow | Refused::Broken)) {
            job.rest = rest;
        }
        refused.map_or(Ok(()), Err)
    }
}

impl From<RequestBody> for Prepared {
    fn from(read: RequestBody) -> Self {
        Self { read, coming: None }
    }
}
