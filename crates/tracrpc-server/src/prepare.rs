//! The body of a request as the endpoint wants it that answers.

use crate::app::App;
use crate::body::Received;
use crate::coding::{self, Bounds};
use crate::endpoint::{BodyForm, RequestBody};
use crate::job::{Content, Job, TooHeavy};
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

/// The body of a job, which has it no more.
///
/// # Errors
/// It is large, and belongs where heavy calls are made; within that: it cannot be read.
pub(crate) fn body(
    app: &App,
    job: &mut Job,
    form: BodyForm,
) -> Result<Result<Prepared, Refused>, TooHeavy> {
    let headers = &job.head.request.headers;
    let content = std::mem::replace(&mut job.content, Content::Taken);
    let (received, most) = match (form, content) {
        (BodyForm::Stream { most }, Content::Coming(incoming)) => {
            let read = coding::reader(incoming.reader(), headers, most);
            return Ok(match read {
                Ok(read) => Ok(Prepared {
                    read: RequestBody::stream(read),
                    coming: Some(incoming),
                }),
                Err(refused) => {
                    job.rest = incoming.stop();
                    Err(refused)
                }
            });
        }
        (BodyForm::Nothing, Content::Received(_)) => return Ok(Ok(RequestBody::empty().into())),
        (BodyForm::Stream { most }, Content::Received(received)) => {
            (received, usize::try_from(most).unwrap_or(usize::MAX))
        }
        (BodyForm::Whole, Content::Received(received)) => (received, usize::MAX),
        (_, Content::Coming(incoming)) => {
            // Another endpoint than was found before: the configuration has just changed.
            job.rest = incoming.stop();
            return Ok(Err(Refused::Busy));
        }
        (_, Content::Begun(_) | Content::Taken) => return Ok(Err(Refused::Broken)),
    };
    if !job.may_be_heavy && coding::most(received.bytes.len(), headers) > LARGE {
        job.content = Content::Received(received);
        return Err(TooHeavy);
    }
    Ok(expanded(app, job, received, most))
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
    /// Ends reading, and leaves what was not read of a body to `job`. Tells why it could not be
    /// read to its end, if that was tried.
    pub(crate) fn end(self, job: &mut Job) -> Option<Refused> {
        let refused = self.read.refused();
        let rest = self.coming.and_then(|coming| coming.stop());
        // Who is slow, or broke off, is not waited for.
        if !matches!(refused, Some(Refused::TooSlow | Refused::Broken)) {
            job.rest = rest;
        }
        refused
    }
}

impl From<RequestBody> for Prepared {
    fn from(read: RequestBody) -> Self {
        Self { read, coming: None }
    }
}
