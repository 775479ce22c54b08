//! A name and a password that a form sends to `/login`, as that of AccountManager does and
//! clients that know it. From here on they are what they would be in a header.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt as _, Limited};
use subtle::ConstantTimeEq as _;

use super::{AuthRequest, cookies};
use crate::config::ServerLimits;
use crate::job::RequestHead;
use crate::place::Place;
use crate::{negotiate, pages};

/// How many bytes a form may have.
const LARGEST: usize = 16 * 1024;

/// The names by which forms have the name of the user: that of AccountManager, and that of
/// clients that were made for older ones.
const USER: [&str; 2] = ["username", "user"];

/// Whether a request is such a form.
pub(crate) fn is_one(place: &Place, request: &AuthRequest) -> bool {
    place.path_info == "/login"
        && request.method == Method::POST
        && negotiate::is_form(&request.headers)
}

/// Reads the form. Without a name in it there are no credentials.
///
/// # Errors
/// What is answered to one that is too large, breaks off, or does not repeat the token that
/// only pages of this site know.
pub(crate) async fn read(
    head: RequestHead,
    body: Body,
    limits: &ServerLimits,
) -> Result<RequestHead, Response> {
    let read = Limited::new(body, LARGEST).collect();
    let read = tokio::time::timeout(limits.body_time, read).await;
    let Ok(Ok(read)) = read else {
        return Err(pages::foreign_form());
    };
    let bytes = read.to_bytes();
    let form = Form(&bytes);
    if !form.is_of_this_site(&head.request.headers) {
        return Err(pages::foreign_form());
    }
    let mut request = AuthRequest::clone(&head.request);
    request.headers.remove(header::AUTHORIZATION);
    if let Some(credentials) = form.credentials() {
        request.headers.insert(header::AUTHORIZATION, credentials);
    }
    let referer = form.field("referer").unwrap_or_default();
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("referer", &referer);
    Ok(RequestHead {
        request: Arc::new(request),
        query: Some(query.finish()),
        ..head
    })
}

/// The body of a form.
pub(crate) struct Form<'a>(pub(crate) &'a [u8]);

impl Form<'_> {
    /// The value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let mut fields = form_urlencoded::parse(self.0);
        let found = fields.find(|(known, _)| known == name)?;
        Some(found.1.into_owned())
    }

    /// Whether the field `__FORM_TOKEN` repeats the cookie for it
    /// (`trac/web/main.py: RequestDispatcher.dispatch`).
    pub(crate) fn is_of_this_site(&self, headers: &HeaderMap) -> bool {
        let token = cookies::value(headers, cookies::FORM_TOKEN);
        match (token, self.field("__FORM_TOKEN")) {
            (Some(token), Some(given)) if !token.is_empty() => {
                token.as_bytes().ct_eq(given.as_bytes()).into()
            }
            _ => false,
        }
    }

    fn credentials(&self) -> Option<HeaderValue> {
        let user = USER.iter().find_map(|name| self.field(name))?;
        let password = self.field("password").unwrap_or_default();
        // A colon in a name would be taken for its end.
        let is_name = !user.is_empty() && !user.contains(':');
        let encoded = is_name.then(|| STANDARD.encode(format!("{user}:{password}")))?;
        let mut value = HeaderValue::try_from(format!("Basic {encoded}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
