//! Calls by scripts of web pages of other origins (the Fetch standard, "CORS protocol").
//!
//! `[tracrpc] allowed_origins` of the environment says whose they may be. Where it is not set
//! nothing is said, and browsers keep such scripts from calling.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tracrpc_env::config::Config;

use crate::pages;
use crate::routes::METHODS;

/// What scripts may send: what calls have, and for those with credentials what these are in.
const HEADERS: HeaderValue = HeaderValue::from_static("Content-Type, Accept-Language");
const HEADERS_OF_USERS: HeaderValue =
    HeaderValue::from_static("Authorization, Content-Type, Accept-Language");

/// What scripts may read of an answer besides its body.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("X-Request-Id, Retry-After, WWW-Authenticate");

/// How long a browser may remember the answer to a preflight, in seconds.
const AGE: HeaderValue = HeaderValue::from_static("600");

/// Whether a browser asks what a script may send before it sends anything.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight.
pub(crate) fn preflight(config: &Config, headers: &HeaderMap) -> Response {
    let mut response = pages::allow(StatusCode::NO_CONTENT, &METHODS);
    let granted = grant(config, headers, &mut response);
    let answer = response.headers_mut();
    if let Some(granted) = granted {
        let methods = HeaderValue::from_static("GET, HEAD, POST");
        answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        let allowed = match granted {
            Granted::WithCredentials => HEADERS_OF_USERS,
            Granted::Plainly => HEADERS,
        };
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        answer.insert(header::ACCESS_CONTROL_MAX_AGE, AGE);
    }
    let asked = "Access-Control-Request-Method, Access-Control-Request-Headers";
    answer.append(header::VARY, HeaderValue::from_static(asked));
    response
}

/// Says in an answer at a path of the remote API whether scripts of the request's origin may
/// read it.
pub(crate) fn decorate(config: &Config, headers: &HeaderMap, response: &mut Response) {
    if grant(config, headers, response).is_some() {
        let exposed = response.headers_mut();
        exposed.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
    response.extensions_mut().insert(Decorated);
}

/// Whether [`decorate`] has seen an answer.
pub(crate) fn is_decorated(response: &Response) -> bool {
    response.extensions().get::<Decorated>().is_some()
}

/// Whether scripts of an origin may call with credentials.
pub(crate) fn is_listed(config: &Config, origin: &HeaderValue) -> bool {
    let mut allowed = config.tracrpc().allowed_origins.iter();
    // `null` is everybody's who takes the trouble, and `*` counts alone only.
    let is_real = origin != "null" && origin != "*";
    is_real && allowed.any(|allowed| origin == allowed.as_str())
}

#[derive(Clone)]
struct Decorated;

/// What an origin may do.
enum Granted {
    /// Whatever the user may whom the browser knows.
    WithCredentials,
    /// What strangers may.
    Plainly,
}

/// Whether the request's origin is one of those that are allowed, which the answer says then.
fn grant(config: &Config, headers: &HeaderMap, response: &mut Response) -> Option<Granted> {
    let allowed = &config.tracrpc().allowed_origins;
    let answer = response.headers_mut();
    let origin = headers.get(header::ORIGIN);
    if let [everybody] = allowed.as_slice()
        && everybody == "*"
    {
        let any = HeaderValue::from_static("*");
        origin?;
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
        return Some(Granted::Plainly);
    }
    if allowed.is_empty() {
        return None;
    }
    answer.append(header::VARY, HeaderValue::from_static("Origin"));
    let origin = origin.filter(|origin| is_listed(config, origin))?;
    let yes = HeaderValue::from_static("true");
    answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
    Some(Granted::WithCredentials)
}
