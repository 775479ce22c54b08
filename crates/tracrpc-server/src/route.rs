//! What a path asks for.

use percent_encoding::percent_decode_str;

/// What a path asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Whether the server is well.
    Health,
    /// The list of the environments.
    Index,
    /// A page of an environment.
    Environment(Place),
    /// Nothing that exists.
    Nothing,
}

/// A page of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The environment's name; `None` for the only one.
    pub(crate) name: Option<String>,
    /// The part of the path that leads to the environment, as it was sent,
    /// without a slash at the end.
    pub(crate) script_name: String,
    /// The rest of the path, decoded, with a slash at the start.
    pub(crate) path_info: String,
}

impl Place {
    /// Whether the page is one for those who logged in.
    pub(crate) fn wants_login(&self) -> bool {
        self.path_info == "/login" || self.path_info.starts_with("/login/")
    }

    /// The last segment of `/X` and `/login/X`.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        let rest = self
            .path_info
            .strip_prefix("/login")
            .filter(|rest| rest.starts_with('/'));
        let name = rest.unwrap_or(&self.path_info).strip_prefix('/')?;
        (!name.is_empty() && !name.contains('/')).then_some(name)
    }
}

/// Finds what `path`, as it was sent, asks for.
///
/// `base_path` is empty or starts with a slash and does not end with one.
pub(crate) fn find(path: &str, base_path: &str, single: bool) -> Target {
    let path = without_empty_start(path);
    let Some(rest) = path
        .strip_prefix(base_path)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    else {
        return match path {
            "/healthz" => Target::Health,
            // As for tracd, which lists the environments there, too.
            "/" if !single => Target::Index,
            _ => Target::Nothing,
        };
    };
    if rest == "/healthz" || path == "/healthz" {
        return Target::Health;
    }
    if single {
        return environment(None, base_path.to_owned(), rest);
    }
    let (segment, rest) = match rest.strip_prefix('/').unwrap_or_default() {
        "" => return Target::Index,
        inner => inner.split_at(inner.find('/').unwrap_or(inner.len())),
    };
    match decode(segment) {
        Some(name) => environment(Some(name), format!("{base_path}/{segment}"), rest),
        None => Target::Nothing,
    }
}

/// Clients that join a base with a slash at its end and a path ask for `//rpc`.
fn without_empty_start(path: &str) -> &str {
    let slashes = path.len() - path.trim_start_matches('/').len();
    path.get(slashes.saturating_sub(1)..).unwrap_or(path)
}

fn environment(name: Option<String>, script_name: String, rest: &str) -> Target {
    match decode(rest) {
        Some(path_info) if path_info.is_empty() => Target::Environment(Place {
            name,
            script_name,
            path_info: "/".to_owned(),
        }),
        Some(path_info) => Target::Environment(Place {
            name,
            script_name,
            path_info,
        }),
        None => Target::Nothing,
    }
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

    fn at(name: Option<&str>, script_name: &str, path_info: &str) -> Target {
        Target::Environment(Place {
            name: name.map(ToOwned::to_owned),
            script_name: script_name.to_owned(),
            path_info: path_info.to_owned(),
        })
    }

    #[test]
    fn paths_lead_to_environments() {
        let check = |path: &str, base_path: &str, single: bool, expected: Target| {
            assert_eq!(
                find(path, base_path, single),
                expected,
                "{path} {base_path} {single}"
            );
        };
        check("/login/rpc", "", true, at(None, "", "/login/rpc"));
        check("/", "", true, at(None, "", "/"));
        check("///", "", true, at(None, "", "/"));
        check("//login/rpc", "", true, at(None, "", "/login/rpc"));
        check("*", "", true, Target::Nothing);
        check("", "", true, at(None, "", "/"));
        check("/trac", "/trac", true, at(None, "/trac", "/"));
        check("/trac/rpc", "/trac", true, at(None, "/trac", "/rpc"));
        check("/tracker/rpc", "/trac", true, Target::Nothing);
        check("/rpc", "/trac", true, Target::Nothing);
        check("/", "", false, Target::Index);
        check("/trac/", "/trac", false, Target::Index);
        check("/", "/trac", false, Target::Index);
        check("/", "/trac", true, Target::Nothing);
        check("/one", "", false, at(Some("one"), "/one", "/"));
        check(
            "/one/login/rpc",
            "",
            false,
            at(Some("one"), "/one", "/login/rpc"),
        );
        check("/a%20b/rpc", "/x", false, Target::Nothing);
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
        check("/%ff/rpc", "", false, Target::Nothing);
        check("/one/%ff", "", false, Target::Nothing);
        check("/healthz", "", true, Target::Health);
        check("/healthz", "/trac", false, Target::Health);
        check("/trac/healthz", "/trac", false, Target::Health);
    }

    #[test]
    fn endpoints_are_the_last_segment_of_two_kinds_of_paths() {
        let check = |path_info: &str, expected: Option<&str>, login: bool| {
            let Target::Environment(place) = at(None, "", path_info) else {
                return;
            };
            assert_eq!(place.endpoint(), expected, "{path_info}");
            assert_eq!(place.wants_login(), login, "{path_info}");
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
