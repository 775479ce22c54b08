//! The cookies of logins: what they hold, and how they are set.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use cookie::{Cookie, SameSite, time};
use tracrpc_accounts::web_session;
use tracrpc_env::config::Config;

use super::AuthRequest;

/// The cookie that a form has to repeat, which only pages of the same site can
/// (`trac/web/main.py: RequestDispatcher._get_form_token`).
pub(crate) const FORM_TOKEN: &str = "trac_form_token";

/// The value of a cookie that a request has.
pub(crate) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let texts = headers.get_all(header::COOKIE).into_iter();
    let texts = texts.filter_map(|value| value.to_str().ok());
    let mut cookies = texts.flat_map(Cookie::split_parse).filter_map(Result::ok);
    let found = cookies.find(|cookie| cookie.name() == name)?;
    // Python puts quotation marks around what has other characters than letters and digits.
    Some(found.value_trimmed().to_owned())
}

/// A cookie of the environment at `path`, which scripts cannot read.
pub(crate) fn of_environment<'a>(
    name: &'a str,
    value: impl Into<std::borrow::Cow<'a, str>>,
    path: &str,
    is_secure: bool,
) -> Cookie<'a> {
    let path = if path.is_empty() { "/" } else { path };
    Cookie::build((name, value))
        .path(path.to_owned())
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure)
        .build()
}

/// The cookie of a login as `[trac]` wants it: where it counts, and for how many seconds.
pub(crate) fn of_login<'a>(
    config: &Config,
    value: impl Into<std::borrow::Cow<'a, str>>,
    path: &str,
) -> Cookie<'a> {
    let name = web_session::COOKIE;
    let own_path = config.get("trac", "auth_cookie_path").unwrap_or_default();
    let path = if own_path.is_empty() { path } else { own_path };
    let mut cookie = of_environment(name, value, path, config.get_bool("trac", "secure_cookies"));
    let domain = config.get("trac", "auth_cookie_domain").unwrap_or_default();
    if !domain.is_empty() {
        cookie.set_domain(domain.to_owned());
    }
    if let Ok(lifetime @ 1..) = config.get_int("trac", "auth_cookie_lifetime") {
        cookie.set_max_age(time::Duration::seconds(lifetime));
    }
    cookie
}

/// Has a client keep a token for forms that has none: it is needed to log in by one.
///
/// `base_url` is the address of the environment.
pub(crate) fn offer_form_token(request: &AuthRequest, base_url: &str, response: &mut Response) {
    if value(&request.headers, FORM_TOKEN).is_some() {
        return;
    }
    // Without random numbers there is no token, and no form gets in.
    if let Ok(token) = web_session::random_digits(12) {
        let is_secure = request.root.starts_with("https:");
        let url = base_url.parse::<Uri>().unwrap_or_default();
        let path = url.path().trim_end_matches('/');
        let token = of_environment(FORM_TOKEN, token, path, is_secure);
        set(response.headers_mut(), token, false);
    }
}

/// Has the client keep a cookie, or forget it if `forget`.
pub(crate) fn set(headers: &mut HeaderMap, mut cookie: Cookie<'_>, forget: bool) {
    if forget {
        cookie.make_removal();
    }
    // One that no header can carry is none.
    if let Ok(value) = HeaderValue::try_from(cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}
