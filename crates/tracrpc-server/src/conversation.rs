//! Requests on one connection, in HTTP/1 or HTTP/2, until there is a reason to end it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

use crate::activity::{Activity, Idle};
use crate::config::ServerLimits;
use crate::connection::SocketAddresses;
use crate::line::Line;
use crate::pages;
use crate::tls::Secured;

/// The size that the head of a request may have.
const MAX_HEAD: usize = 64 * 1024;

/// How many headers a request may have.
const MAX_HEADERS: usize = 100;

/// The size of the head of a request of HTTP/2, of which many may wait.
const MAX_STREAM_HEAD: u32 = 16 * 1024;

/// How many requests a connection of HTTP/2 may carry at a time.
const MAX_STREAMS: u32 = 32;

/// How many bytes a client of HTTP/2 may send before they are taken up, in all requests of a
/// connection together and in one.
const WINDOW: u32 = 64 * 1024;

/// How many bytes of each answer of HTTP/2 wait for the client besides the answer itself.
const SEND_BUFFER: usize = 64 * 1024;

/// How long a client of HTTP/2 may take to answer a ping.
const PONG_TIME: Duration = Duration::from_secs(20);

/// One connection, and what answers its requests.
pub(crate) struct Conversation {
    pub(crate) router: Router,
    pub(crate) limits: Arc<ServerLimits>,
    pub(crate) ends: SocketAddresses,
    pub(crate) line: Line,
    pub(crate) activity: Arc<Activity>,
    pub(crate) secured: Option<Secured>,
    /// What connections share for requests beyond the first that each carries at a time.
    pub(crate) further: Arc<Semaphore>,
}

impl Conversation {
    /// Speaks HTTP/1 until `end`, and ends when the running request is answered.
    pub(crate) async fn speak_http1(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
        end: impl Future<Output = ()>,
    ) -> hyper::Result<()> {
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head_time)
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS)
            .half_close(true)
            // The spelling of Trac, which hand-made clients look for.
            .title_case_headers(true);
        let service = service_fn(move |mut request| {
            let ongoing = self.activity.begin(0);
            request.extensions_mut().insert(self.line.clone());
            let answer = self.answer(request);
            async move {
                let response = answer.await?;
                Ok::<_, Infallible>(response.map(|body| match ongoing {
                    Some(ongoing) => ongoing.watch(body, None),
                    None => body,
                }))
            }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        until(connection, end, None).await
    }

    /// Speaks HTTP/2 until `end`, and ends when the running requests are answered.
    pub(crate) async fn speak_http2(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        end: impl Future<Output = ()>,
    ) -> hyper::Result<()> {
        let limits = Arc::clone(&self.limits);
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_STREAM_HEAD)
            .initial_connection_window_size(WINDOW)
            .initial_stream_window_size(WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .keep_alive_interval(limits.head_time)
            .keep_alive_timeout(PONG_TIME);
        let activity = Arc::clone(&self.activity);
        let counted = Arc::clone(&activity);
        let first = Arc::new(Semaphore::new(1));
        let service = service_fn(move |request| {
            let ongoing = counted.begin(size_of_head(&request));
            let place = place(Arc::clone(&first), Arc::clone(&self.further));
            let answer = self.answer_in_http2(request);
            async move {
                // The client may send it again, and knows that nothing has come of it.
                let ongoing = ongoing.ok_or(h2::Reason::REFUSED_STREAM)?;
                let place = place.await;
                let response = answer.await.unwrap_or_else(|never| match never {});
                let response = response.map(|body| match place {
                    Ok(place) => ongoing.watch(body, Some(place)),
                    Err(_) => body,
                });
                Ok::<_, h2::Error>(response)
            }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let stalled = async {
            while activity.idle(&limits).await != Idle::Stalled {
                tokio::time::sleep(limits.head_time).await;
            }
        };
        let end = async {
            tokio::select! {
                () = end => {}
                _ = activity.idle(&limits) => {}
            }
        };
        tokio::select! {
            done = until(connection, end, Some(limits.body_time)) => done,
            () = stalled => Ok(()),
        }
    }

    fn answer(
        &self,
        mut request: hyper::Request<Incoming>,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + use<> {
        request.extensions_mut().insert(self.ends);
        if let Some(secured) = &self.secured {
            request.extensions_mut().insert(secured.clone());
        }
        let router = self.router.clone();
        router.oneshot(request.map(axum::body::Body::new) as Request)
    }

    /// What a request of HTTP/2 says otherwise is put as one of HTTP/1 has it.
    fn answer_in_http2(
        &self,
        mut request: hyper::Request<Incoming>,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + use<> {
        let is_too_much = request.headers().len() > MAX_HEADERS;
        if let Some(authority) = request.uri().authority()
            && let Ok(host) = HeaderValue::from_str(authority.as_str())
        {
            request.headers_mut().insert(header::HOST, host);
        }
        if let Some(path) = request.uri().path_and_query() {
            *request.uri_mut() = Uri::from(path.clone());
        }
        let answer = self.answer(request);
        async move {
            match is_too_much {
                true => Ok(pages::plain(
                    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "The request has too many headers.",
                )),
                false => answer.await,
            }
        }
    }
}

/// As HTTP/2 counts it (RFC 9113, section 6.5.2).
fn size_of_head(request: &hyper::Request<Incoming>) -> usize {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + 32);
    let path = request.uri().path_and_query();
    headers.sum::<usize>() + path.map_or(0, |path| path.as_str().len())
}

/// A place among the requests that are answered at a time. A connection always has one, so
/// that none has to wait for others.
async fn place(
    first: Arc<Semaphore>,
    further: Arc<Semaphore>,
) -> Result<OwnedSemaphorePermit, AcquireError> {
    tokio::select! {
        biased;
        place = first.acquire_owned() => place,
        place = further.acquire_owned() => place,
    }
}

/// Serves a connection to its end. From `end` on it takes no more requests, and from then
/// on it has `time`, if that is bounded.
async fn until<C>(
    connection: C,
    end: impl Future<Output = ()>,
    time: Option<Duration>,
) -> hyper::Result<()>
where
    C: GracefulConnection<Error = hyper::Error>,
{
    let graceful = GracefulShutdown::new();
    let mut connection = Box::pin(graceful.watch(connection));
    tokio::select! {
        done = &mut connection => return done,
        () = end => {}
    }
    let ending = async { tokio::join!(graceful.shutdown(), connection).1 };
    match time {
        None => ending.await,
        Some(time) => tokio::time::timeout(time, ending).await.unwrap_or(Ok(())),
    }
}
