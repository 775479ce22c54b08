//! What a path asks for.

use percent_encoding::percent_decode_str;

/// A page of an environment, or of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The environment's name; `None` for the only one.
    pub(crate) name: Option<String>,
    /// The part of the path that leads there, as it was sent, without a slash at the
    /// end.
    pub(crate) script_name: String,
    /// The rest of the path, decoded, with a slash at the start.
    pub(crate) path_info: String,
}

impl Place {
    /// A page of the server as a whole, at one of the paths of [`of_server`].
    pub(crate) fn of_server(base_path: &str, path_info: &str) -> Self {
        Self {
            name: None,
            script_name: base_path.to_owned(),
            path_info: path_info.to_owned(),
        }
    }
}

/// Whether a page of an environment is one for those who logged in.
pub(crate) fn wants_login(path_info: &str) -> bool {
    path_info == "/login" || path_info.starts_with("/login/")
}

/// The last segment of `/X` and `/login/X`.
pub(crate) fn api_name(path_info: &str) -> Option<&str> {
    let rest = path_info
        .strip_prefix("/login")
        .filter(|rest| rest.starts_with('/'));
    let name = rest.unwrap_or(path_info).strip_prefix('/')?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// The paths, as they were sent, by which what belongs to the server as a whole may be
/// meant: below `base_path`, and where no base path is in front, as load balancers ask for
/// the state of health and tracd lists the environments.
pub(crate) fn of_server<'a>(path: &'a str, base_path: &str) -> impl Iterator<Item = &'a str> {
    let path = without_empty_start(path);
    let below = below(path, base_path).filter(|_| !base_path.is_empty());
    let below = below.map(|rest| if rest.is_empty() { "/" } else { rest });
    let path = if path.is_empty() { "/" } else { path };
    below.into_iter().chain([path])
}

/// Finds the page of an environment that `path`, as it was sent, asks for; `None` if it
/// leads to no environment.
///
/// `base_path` is empty or starts with a slash and does not end with one.
pub(crate) fn of_environment(path: &str, base_path: &str, single: bool) -> Option<Place> {
    let rest = below(without_empty_start(path), base_path)?;
    if single {
        return environment(None, base_path.to_owned(), rest);
    }
    let inner = rest.strip_prefix('/').filter(|inner| !inner.is_empty())?;
    let (segment, rest) = inner.split_at(inner.find('/').unwrap_or(inner.len()));
    environment(
        Some(decode(segment)?),
        format!("{base_path}/{segment}"),
        rest,
    )
}

fn below<'a>(path: &'a str, base_path: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(base_path)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Clients that join a base with a slash at its end and a path ask for `//rpc`.
fn without_empty_start(path: &str) -> &str {
    let slashes = path.len() - path.trim_start_matches('/').len();
    path.get(slashes.saturating_sub(1)..).unwrap_or(path)
}

fn environment(name: Option<String>, script_name: String, rest: &str) -> Option<Place> {
    let path_info = match decode(rest)? {
        path_info if path_info.is_empty() => "/".to_owned(),
        path_info => path_info,
    };
    Some(Place {
        name,
        script_name,
        path_info,
    })
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: Option<&str>, script_name: &str, path_info: &str) -> Option<Place> {
        Some(Place {
            name: name.map(ToOwned::to_owned),
            script_name: script_name.to_owned(),
            path_info: path_info.to_owned(),
        })
    }

    #[test]
    fn paths_lead_to_environments() {
        let check = |path: &str, base_path: &str, single: bool, expected: Option<Place>| {
            assert_eq!(
                of_environment(path, base_path, single),
                expected,
                "{path} {base_path} {single}"
            );
        };
        check("/login/rpc", "", true, at(None, "", "/login/rpc"));
        check("/", "", true, at(None, "", "/"));
        check("///", "", true, at(None, "", "/"));
        check("//login/rpc", "", true, at(None, "", "/login/rpc"));
        check("*", "", true, None);
        check("", "", true, at(None, "", "/"));
        check("/trac", "/trac", true, at(None, "/trac", "/"));
        check("/trac/rpc", "/trac", true, at(None, "/trac", "/rpc"));
        check("/tracker/rpc", "/trac", true, None);
        check("/rpc", "/trac", true, None);
        check("/", "", false, None);
        check("/trac/", "/trac", false, None);
        check("/", "/trac", false, None);
        check("/", "/trac", true, None);
        check("/one", "", false, at(Some("one"), "/one", "/"));
        check(
            "/one/login/rpc",
            "",
            false,
            at(Some("one"), "/one", "/login/rpc"),
        );
        check("/a%20b/rpc", "/x", false, None);
        check(
            "/x/a%20b/r%70c",
            "/x",
            false,
            at(Some("a b"), "/x/a%20b", "/rpc"),
        );
        check(
            "/..%2Fx/rpc",
            "",
            false,
            at(Some("../x"), "/..%2Fx", "/rpc"),
        );
        check("/%ff/rpc", "", false, None);
        check("/one/%ff", "", false, None);
    }

    #[test]
    fn paths_lead_to_the_server_with_the_base_path_and_without() {
        let check = |path: &str, base_path: &str, expected: &[&str]| {
            let found: Vec<_> = of_server(path, base_path).collect();
            assert_eq!(found, expected, "{path} {base_path}");
        };
        check("/healthz", "", &["/healthz"]);
        check("//healthz", "", &["/healthz"]);
        check("/healthz", "/trac", &["/healthz"]);
        check("/trac/healthz", "/trac", &["/healthz", "/trac/healthz"]);
        check("/tracker", "/trac", &["/tracker"]);
        check("/trac", "/trac", &["/", "/trac"]);
        check("", "", &["/"]);
        check("*", "", &["*"]);
    }

    #[test]
    fn the_api_is_the_last_segment_of_two_kinds_of_paths() {
        let check = |path_info: &str, expected: Option<&str>, login: bool| {
            assert_eq!(api_name(path_info), expected, "{path_info}");
            assert_eq!(wants_login(path_info), login, "{path_info}");
        };
        check("/rpc", Some("rpc"), false);
        check("/login/xmlrpc", Some("xmlrpc"), true);
        check("/login/login/rpc", None, true);
        check("/login", Some("login"), true);
        check("/loginrpc", Some("loginrpc"), false);
        check("/rpc/", None, false);
        check("/", None, false);
    }
}
