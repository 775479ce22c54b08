//! From the answer of an endpoint to that of the server.

use axum::http::Method;
use axum::response::Response;
use tracrpc_env::WaitBudget;

use crate::app::App;
use crate::endpoint::{Answer, EndpointRequest, GoOn, Kind, Write};
use crate::pages;
use crate::stream::{self, Rest};

/// What a worker made of a request.
pub(crate) struct HttpAnswer {
    pub(crate) response: Response,
    pub(crate) user: Option<String>,
    pub(crate) methods: Option<String>,
    /// What of the request's body was not read.
    pub(crate) rest: Option<Rest>,
}

impl From<Response> for HttpAnswer {
    fn from(response: Response) -> Self {
        Self {
            response,
            user: None,
            methods: None,
            rest: None,
        }
    }
}

/// What came of a request.
pub(crate) enum Outcome<A> {
    Answered(HttpAnswer),
    /// The rest of the work is to be done where heavy calls are made.
    Begun(GoOn<A>),
}

impl<A: 'static> Outcome<A> {
    /// What comes of an endpoint's answer. `anew` makes the one who asks for another thread.
    pub(crate) fn of(
        app: &App,
        answer: Answer<A>,
        request: &EndpointRequest<'_, A>,
        may_be_heavy: bool,
        anew: impl FnOnce(WaitBudget) -> A + Send + 'static,
    ) -> Self {
        let mut answer = answer;
        let response = loop {
            match answer.kind {
                Kind::Later(go_on) if may_be_heavy => answer = go_on(request),
                Kind::Later(go_on) => return Self::Begun(go_on),
                Kind::Response(response) => break response,
                Kind::Written(head, write) => break written(app, head, write, request, anew),
            }
        };
        Self::Answered(HttpAnswer {
            methods: answer.methods,
            ..response.into()
        })
    }
}

/// An answer whose body is sent while a thread writes it.
fn written<A: 'static>(
    app: &App,
    head: axum::http::Response<()>,
    write: Write<A>,
    request: &EndpointRequest<'_, A>,
    anew: impl FnOnce(WaitBudget) -> A + Send + 'static,
) -> Response {
    if *request.method == Method::HEAD {
        return head.map(|()| stream::nothing());
    }
    let Some(permit) = app.memory.take(stream::MEMORY, request.login.whom()) else {
        return pages::busy();
    };
    let (mut writer, body) = stream::pipe(app.patience(), permit);
    let path = request.path_info.to_owned();
    let sent = app.streamers.send(move |budget| {
        let written = write(&anew(budget), &mut writer);
        let is_lost = writer.is_lost();
        match written.and_then(|()| writer.finish()) {
            Ok(()) => {}
            Err(error) if is_lost => tracing::debug!(%error, path, "a client has gone"),
            Err(error) => tracing::error!(%error, path, "an answer broke off"),
        }
    });
    match sent {
        Ok(()) => head.map(|()| body),
        Err(_) => pages::internal_error(),
    }
}
