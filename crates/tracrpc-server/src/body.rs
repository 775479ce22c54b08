//! Reading the body of a request within its limits.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use tokio::time::Instant;

use crate::app::App;
use crate::budget::{Permit, SMALL, Whom};
use crate::config::ServerLimits;
use crate::refused::Refused;
use crate::stream::{self, Incoming, Rest};

/// How long a body that nobody wants is taken in.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a large body waits for the memory that others use.
const TURN: Duration = Duration::from_secs(30);

/// A body that has arrived.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) bytes: Bytes,
    /// For its memory, and that of what is read of it.
    pub(crate) permit: Permit,
}

/// Whether the body is so small that it is read before anything else. One that the
/// client sends when it is told to only is not.
pub(crate) fn is_small(body: &Body, headers: &HeaderMap) -> bool {
    let length = body.size_hint().exact();
    length.is_some_and(|length| length <= SMALL as u64) && !headers.contains_key(header::EXPECT)
}

/// Reads a body to its end.
pub(crate) async fn read(
    mut body: Body,
    headers: &HeaderMap,
    app: &App,
    whom: Whom,
) -> Result<Received, Refused> {
    let limits = app.limits();
    let read = match announced(headers) {
        Some(length) if length > limits.body as u64 => Err(Refused::TooLarge),
        _ => read_in_turn(&mut body, app, whom).await,
    };
    if let Err(Refused::TooLarge | Refused::Busy) = read {
        discard(body, limits).await;
    }
    read
}

/// Waits for memory if the body needs much, and reads it.
async fn read_in_turn(body: &mut Body, app: &App, whom: Whom) -> Result<Received, Refused> {
    let limits = app.limits();
    let length = body.size_hint().exact();
    let length = length.and_then(|length| usize::try_from(length).ok());
    let permit = match length {
        Some(length) if length > SMALL => {
            let turn = TURN.min(limits.body_time);
            // What is read of it takes memory, too.
            let memory = app.memory.wait_for(length.saturating_mul(2), whom);
            let memory = tokio::time::timeout(turn, memory).await;
            memory.map_err(|_| Refused::Busy)?
        }
        _ => Permit::none(),
    };
    let mut collector = Collector {
        bytes: Vec::with_capacity(length.unwrap_or(SMALL)),
        permit,
        // A body in chunks does not say how long it will be.
        permitted: length.unwrap_or(SMALL),
        app,
        whom,
    };
    let reading = collector.collect(body);
    let read = tokio::time::timeout(limits.body_time, reading).await;
    read.unwrap_or(Err(Refused::TooSlow))?;
    Ok(Received {
        bytes: collector.bytes.into(),
        permit: collector.permit,
    })
}

/// What has arrived of a body.
struct Collector<'a> {
    bytes: Vec<u8>,
    permit: Permit,
    /// How many bytes the permit is for.
    permitted: usize,
    app: &'a App,
    whom: Whom,
}

impl Collector<'_> {
    async fn collect(&mut self, body: &mut Body) -> Result<(), Refused> {
        let start = Instant::now();
        loop {
            let end = start + self.allowed();
            let frame = tokio::time::timeout_at(end, body.frame()).await;
            let Some(frame) = frame.map_err(|_| Refused::TooSlow)? else {
                return Ok(());
            };
            let frame = frame.map_err(|_| Refused::Broken)?;
            let data = frame.data_ref().map(Bytes::as_ref).unwrap_or_default();
            self.add(data)?;
        }
    }

    /// How long the client may have taken until more than what is there has come.
    fn allowed(&self) -> Duration {
        let limits = self.app.limits();
        let rate = f64::from(limits.body_rate.max(1));
        limits.body_grace + Duration::from_secs_f64(self.bytes.len() as f64 / rate)
    }

    fn add(&mut self, data: &[u8]) -> Result<(), Refused> {
        let length = self.bytes.len() + data.len();
        if length > self.app.limits().body {
            return Err(Refused::TooLarge);
        }
        if length > self.permitted {
            let more = length.max(self.permitted * 2) - self.permitted;
            let memory = &self.app.memory;
            if !memory.extend(&mut self.permit, more * 2, self.whom) {
                return Err(Refused::Busy);
            }
            self.permitted += more;
            // Memory that is not written to costs nothing; to move what is there does.
            // Where there is none to be had, the body may still grow as it comes.
            let most = self.app.limits().body;
            let _ = self.bytes.try_reserve_exact(most - self.bytes.len());
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }
}

/// Answers although some of the body was not read. That is taken in for as long as its
/// client may need to get around to reading the answer: meanwhile, or before if the
/// connection is closed after the answer.
pub(crate) async fn answer_without(
    rest: Rest,
    mut response: Response,
    headers: &HeaderMap,
    app: &Arc<App>,
) -> Response {
    let Rest { body, is_untouched } = rest;
    if body.is_end_stream() {
        return response;
    }
    if is_untouched && headers.contains_key(header::EXPECT) {
        // The client waits, and sends none.
        close(&mut response);
        return response;
    }
    let app = Arc::clone(app);
    let discarding = async move { discard(body, app.limits()).await };
    if response.headers().contains_key(header::CONNECTION) {
        discarding.await;
    } else {
        tokio::spawn(discarding);
    }
    response
}

/// Begins to take a body of at most `most` bytes in while an endpoint reads it.
///
/// # Errors
/// The answer that says why not.
pub(crate) async fn begin(
    body: Body,
    headers: &HeaderMap,
    most: u64,
    app: &Arc<App>,
    whom: Whom,
) -> Result<Incoming, Response> {
    let turn = TURN.min(app.limits().body_time);
    let refused = match announced(headers) {
        Some(length) if length > most => Refused::TooLarge,
        _ => match tokio::time::timeout(turn, app.memory.wait_for(stream::MEMORY, whom)).await {
            Ok(permit) => {
                return Ok(Incoming::new(body, most, app.patience(), permit));
            }
            Err(_) => Refused::Busy,
        },
    };
    Err(answer_without(Rest::all(body), refused.response(), headers, app).await)
}

/// Takes in a body that nobody wants, so that the client gets around to
/// reading the answer. A body that is far larger than any should be, or slow,
/// is not waited for.
async fn discard(mut body: Body, limits: &ServerLimits) {
    let mut left = limits.body.saturating_mul(4);
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    };
    let _ = tokio::time::timeout(PATIENCE.min(limits.body_time), reading).await;
}

fn close(response: &mut Response) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
