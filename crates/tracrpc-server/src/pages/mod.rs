//! What people see: pages and plain texts, and the answers that are neither.

mod documentation;
mod plugins;
mod text;

use std::sync::LazyLock;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use minijinja::{Environment as Templates, Value, context};
use tracrpc_env::Environment;

pub(crate) use documentation::documentation;

use crate::environments::Listed;
use crate::request_id::RequestId;

/// What Trac sends with pages, to the letter.
const HTML: HeaderValue = HeaderValue::from_static("text/html;charset=utf-8");
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain;charset=utf-8");

/// Where a page is shown, and to whom.
pub(crate) struct Page<'a> {
    /// The environment that it is part of.
    pub(crate) environment: &'a Environment,
    /// The address of the environment, without a slash at the end.
    pub(crate) base_url: &'a str,
    /// Who looks; `None` for nobody in particular.
    pub(crate) user: Option<&'a str>,
}

impl Page<'_> {
    /// The name of the project, or that of the environment's folder.
    fn project(&self) -> String {
        let config = self.environment.config();
        let name = config.get("project", "name").unwrap_or_default();
        if name.is_empty() {
            self.environment.name().to_owned()
        } else {
            name.to_owned()
        }
    }
}

/// The list of the environments below `root`.
pub(crate) fn index(environments: &[Listed], root: &str) -> Response {
    let rows: Vec<Value> = environments
        .iter()
        .map(|listed| match &listed.project {
            Some((name, description)) => context! {
                name, description, url => format!("{root}/{}/login/rpc", segment(&listed.name)),
            },
            None => context! { name => listed.name.clone(), broken => true },
        })
        .collect();
    html(
        StatusCode::OK,
        "index.html",
        context! { title => "Available Projects", environments => rows },
    )
}

/// Leads to another address for now.
pub(crate) fn found(address: &str) -> Response {
    redirect(StatusCode::FOUND, address)
}

/// A path with a slash at its end leads to the one without, as in Trac.
/// `base_url` is that of the environment.
pub(crate) fn moved(base_url: &str, path_info: &str, query: Option<&str>) -> Response {
    let path = path_info
        .split('/')
        .map(segment)
        .collect::<Vec<_>>()
        .join("/");
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    redirect(
        StatusCode::MOVED_PERMANENTLY,
        &format!("{base_url}{path}{query}"),
    )
}

fn redirect(status: StatusCode, address: &str) -> Response {
    let mut response = empty(status);
    if let Ok(location) = HeaderValue::try_from(address) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// 403, where only the connection can have credentials.
pub(crate) fn needs_certificate() -> Response {
    let message = "Log in with a client certificate that has a user here.";
    plain(StatusCode::FORBIDDEN, message)
}

/// 401, with what asks for credentials.
pub(crate) fn challenge(challenges: &[String]) -> Response {
    let mut response = plain(
        StatusCode::UNAUTHORIZED,
        "Wrong or missing user name or password.",
    );
    let headers = response.headers_mut();
    for challenge in challenges {
        // A realm that no header can carry still must not let anybody in.
        let value = HeaderValue::from_bytes(challenge.as_bytes());
        let value = value.unwrap_or_else(|_| HeaderValue::from_static("Basic realm=\"Trac\""));
        headers.append(header::WWW_AUTHENTICATE, value);
    }
    response
}

/// 405, with the methods that there are.
pub(crate) fn not_allowed(methods: &[Method]) -> Response {
    let mut response = allow(StatusCode::METHOD_NOT_ALLOWED, methods);
    let text = "There is no such HTTP method here.\n";
    response.headers_mut().insert(header::CONTENT_TYPE, PLAIN);
    *response.body_mut() = Body::from(text);
    response
}

/// An answer without a body that names the HTTP methods that there are.
pub(crate) fn allow(status: StatusCode, methods: &[Method]) -> Response {
    let mut response = empty(status);
    let names: Vec<_> = methods.iter().map(Method::as_str).collect();
    if let Ok(names) = HeaderValue::try_from(names.join(", ")) {
        response.headers_mut().insert(header::ALLOW, names);
    }
    response
}

/// 403, for pages. Calls are answered with a fault.
pub(crate) fn forbidden(message: &str) -> Response {
    error(StatusCode::FORBIDDEN, "Forbidden", message)
}

/// 404.
pub(crate) fn not_found(path: &str) -> Response {
    error(
        StatusCode::NOT_FOUND,
        "Not Found",
        &format!("No handler matched request to {path}"),
    )
}

/// 404, for the remote API where the environment's configuration disables it.
pub(crate) fn api_is_off(path: &str) -> Response {
    let message = format!(
        "No handler matched request to {path}: [components] of trac.ini turns the remote API off \
         (tracrpc.*)"
    );
    error(StatusCode::NOT_FOUND, "Not Found", &message)
}

/// 400, for a form that a page of somebody else may have sent.
pub(crate) fn foreign_form() -> Response {
    let message = "Missing or invalid form token. Do you have cookies enabled? To make a call, \
                   send it as application/json, application/xml or text/xml.";
    error(StatusCode::BAD_REQUEST, "Bad Request", message)
}

/// 500, for an environment that cannot be opened: a page for people, or a
/// sentence for programs.
pub(crate) fn broken_environment(for_people: bool) -> Response {
    let message = "This environment cannot be opened. The server's log says why.";
    match for_people {
        true => error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal Server Error",
            message,
        ),
        false => failure(StatusCode::INTERNAL_SERVER_ERROR, message),
    }
}

/// 500, for whatever must not happen.
pub(crate) fn internal_error() -> Response {
    failure(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Internal error. The server's log says more.",
    )
}

/// 503, for what needs more than others leave.
pub(crate) fn busy() -> Response {
    let message = "Other requests take up the memory that this one needs. Try again later.";
    let mut response = failure(StatusCode::SERVICE_UNAVAILABLE, message);
    let seconds = HeaderValue::from_static("5");
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// 429, for who has as much under way as one client may have.
pub(crate) fn too_many() -> Response {
    let message = "Too many of your calls wait to be worked on. Try again later.";
    let mut response = plain(StatusCode::TOO_MANY_REQUESTS, message);
    let seconds = HeaderValue::from_static("5");
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// 503, for credentials of which nobody can say whether they are right. A client that gave
/// up on its password for that would be wrong.
pub(crate) fn login_is_not_judged() -> Response {
    let message = "Nobody can tell at the moment whether the password is right. Try again later.";
    let mut response = failure(StatusCode::SERVICE_UNAVAILABLE, message);
    let seconds = HeaderValue::from_static("5");
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// 429, for credentials that are not looked at before that time has passed.
pub(crate) fn too_many_wrong_passwords(time: Duration) -> Response {
    let message = "Too many wrong passwords. Try again later.";
    let mut response = plain(StatusCode::TOO_MANY_REQUESTS, message);
    let seconds = HeaderValue::from(time.as_secs().max(1));
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

/// 503, for an answer that cannot be put anywhere until its client has read it.
pub(crate) fn no_room() -> Response {
    let message =
        "There is no room for the answer at the moment. What was called has taken effect.";
    failure(StatusCode::SERVICE_UNAVAILABLE, message)
}

/// 415, for a body in a coding that is not known.
pub(crate) fn unknown_coding() -> Response {
    let message = "The body's Content-Encoding is not known; gzip and deflate are.";
    let mut response = plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
    let known = HeaderValue::from_static("gzip, deflate");
    response
        .headers_mut()
        .insert(header::ACCEPT_ENCODING, known);
    response
}

/// 501, for a body that travels in a way that is not known.
pub(crate) fn unknown_transfer() -> Response {
    let message = "The body's Transfer-Encoding is not known; chunked is.";
    plain(StatusCode::NOT_IMPLEMENTED, message)
}

/// 503, for what takes longer than anybody should wait.
pub(crate) fn too_late() -> Response {
    let message = "The answer took too long. What was begun may still take effect.";
    failure(StatusCode::SERVICE_UNAVAILABLE, message)
}

/// 415, in the words and with the headers of Trac's plugin.
pub(crate) fn unsupported(content_type: &str, path_info: &str) -> Response {
    let body = format!("No protocol matching Content-Type '{content_type}' at path '{path_info}'.");
    let mut response = plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, body);
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("must-revalidate"),
    );
    headers.insert(
        header::EXPIRES,
        HeaderValue::from_static("Fri, 01 Jan 1999 00:00:00 GMT"),
    );
    response
}

/// A failure of this server in a text that names the request as soon as it has a name.
fn failure(status: StatusCode, message: &'static str) -> Response {
    let mut response = plain(status, message);
    response.extensions_mut().insert(Failure {
        title: None,
        message: message.to_owned(),
    });
    response
}

/// What a failure says.
#[derive(Clone)]
struct Failure {
    /// The title of its page, if it is one.
    title: Option<String>,
    message: String,
}

/// Names the request in the text of a failure, so that who reads it can quote the name.
pub(crate) fn naming(mut response: Response, id: &RequestId) -> Response {
    let Some(failure) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    let Failure { title, message } = failure;
    let body = match title {
        None => Body::from(format!("{message}\nRequest {id}\n")),
        Some(title) => {
            let context = context! { title, message, request => id.as_str() };
            html(response.status(), "error.html", context).into_body()
        }
    };
    *response.body_mut() = body;
    response
}

/// A plain text.
pub(crate) fn plain(status: StatusCode, text: impl Into<String>) -> Response {
    with_body(status, Some(PLAIN), text.into().into_bytes())
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// An answer with a body of this content type.
pub(crate) fn with_body(
    status: StatusCode,
    content_type: Option<HeaderValue>,
    body: impl Into<Body>,
) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    if let Some(content_type) = content_type {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
    }
    response
}

fn error(status: StatusCode, title: &str, message: &str) -> Response {
    let mut response = html(status, "error.html", context! { title, message });
    if status.is_server_error() {
        response.extensions_mut().insert(Failure {
            title: Some(title.to_owned()),
            message: message.to_owned(),
        });
    }
    response
}

/// A page made of a template.
fn html(status: StatusCode, template: &str, context: Value) -> Response {
    let rendered = TEMPLATES
        .get_template(template)
        .and_then(|template| template.render(context));
    match rendered {
        Ok(text) => {
            let mut response = with_body(status, Some(HTML), text.into_bytes());
            let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            let headers = response.headers_mut();
            headers.insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(policy),
            );
            headers.insert(
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            );
            headers.insert(
                header::REFERRER_POLICY,
                HeaderValue::from_static("no-referrer"),
            );
            response
        }
        Err(error) => {
            tracing::error!(%error, template, "cannot render a page");
            internal_error()
        }
    }
}

static TEMPLATES: LazyLock<Templates<'static>> = LazyLock::new(|| {
    let mut templates = Templates::new();
    templates.set_formatter(|out, _, value| match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&text::escape(text))?),
        _ => Ok(write!(out, "{value}")?),
    });
    for (name, source) in [
        ("layout.html", include_str!("../templates/layout.html")),
        ("index.html", include_str!("../templates/index.html")),
        ("error.html", include_str!("../templates/error.html")),
        (
            "documentation.html",
            include_str!("../templates/documentation.html"),
        ),
    ] {
        if let Err(error) = templates.add_template(name, source) {
            tracing::error!(%error, name, "a template is malformed");
        }
    }
    templates
});

/// A name as a segment of a path.
fn segment(name: &str) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    const UNRESERVED: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(name, UNRESERVED).to_string()
}
