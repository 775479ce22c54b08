//! What a connection string leaves out, found where libpq finds it, which
//! Trac's driver is built on: the service file, the environment variables, and
//! the file of passwords.
//!
//! PostgreSQL's manual, "libpq": "Environment Variables", "The Password File",
//! "The Connection Service File".

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{password_file, service_file};
use crate::{DatabaseUrl, Error, ErrorKind};

/// Where the socket of a local server is, by libpq's defaults.
pub(super) const SOCKET_DIRECTORIES: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// The port of a server that no one has moved.
const PORT: u16 = 5432;

/// Connections that are encrypted, or else there is none.
const ENCRYPTED: [&str; 3] = ["require", "verify-ca", "verify-full"];

/// The surroundings of this process.
pub(super) trait Surroundings {
    /// An environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// The name of the user who runs this process.
    fn user(&self) -> Option<String>;

    /// The text of a file; none if there is none.
    fn file(&self, path: &Path) -> Option<String>;

    /// The text of a file that nobody else may read.
    fn private_file(&self, path: &Path) -> Option<String>;

    /// Whether there is something at a path.
    fn exists(&self, path: &Path) -> bool;
}

/// Everything that is needed to connect.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Names, or directories of sockets; the first that answers is taken.
    pub(super) hosts: Vec<String>,
    /// One for all hosts, or one for each.
    pub(super) ports: Vec<u16>,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) options: Option<String>,
    /// One for all hosts, or one for each that has one.
    pub(super) passwords: Vec<Option<String>>,
    /// A file of passwords that was left alone, as others may read it.
    pub(super) ignored: Option<PathBuf>,
}

impl Target {
    /// What `url` means here.
    ///
    /// # Errors
    /// `Url` if a service or a port is not one, or if the connection has to be
    /// encrypted.
    pub(super) fn find(url: &DatabaseUrl, here: &dyn Surroundings) -> Result<Target, Error> {
        let named = Named::find(here)?;
        let (hosts, ports) = servers(url, &named, here)?;
        refuse_encryption(&named, &hosts)?;
        let user = given(url.user.as_deref()).or_else(|| named.get("user"));
        let user = user.or_else(|| here.user()).unwrap_or_default();
        let database = given(Some(url.path.trim_start_matches('/')));
        let database = database.or_else(|| named.get("dbname"));
        let password = given(url.password.as_deref()).or_else(|| named.get("password"));
        let mut target = Target {
            hosts,
            ports,
            database: database.unwrap_or_else(|| user.clone()),
            user,
            options: named.get("options"),
            passwords: vec![password],
            ignored: None,
        };
        if target.passwords == [None] {
            let file = named.get("passfile").map(PathBuf::from);
            target.look_up_passwords(file.or_else(|| home(here, ".pgpass")), here);
        }
        Ok(target)
    }
}

/// The hosts and their ports.
fn servers(
    url: &DatabaseUrl,
    named: &Named<'_>,
    here: &dyn Surroundings,
) -> Result<(Vec<String>, Vec<u16>), Error> {
    let host = given(url.param("host").or(url.host.as_deref()));
    let host = host
        .or_else(|| named.get("host"))
        .or_else(|| named.get("hostaddr"));
    let ports = match url.port {
        Some(port) => vec![port],
        None => ports(named.get("port").as_deref())?,
    };
    let hosts: Vec<String> = match &host {
        Some(hosts) => hosts.split(',').map(str::to_owned).collect(),
        None => vec![socket_directory(ports[0], here)],
    };
    match ports.len() > 1 && ports.len() != hosts.len() {
        true => Err(unusable("there are not as many ports as hosts")),
        false => Ok((hosts, ports)),
    }
}

/// Refuses a connection that has to be encrypted, unless it leaves no machine.
fn refuse_encryption(named: &Named<'_>, hosts: &[String]) -> Result<(), Error> {
    let mode = named.get("sslmode");
    match mode.filter(|mode| ENCRYPTED.contains(&mode.as_str())) {
        Some(mode) if !hosts.iter().all(|host| host.starts_with('/')) => {
            let message = format!("sslmode is `{mode}`, and tracrpc does not encrypt connections");
            Err(unusable(&message))
        }
        _ => Ok(()),
    }
}

fn given(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

impl Target {
    /// The port of the host at `index`.
    pub(super) fn port(&self, index: usize) -> u16 {
        let port = self.ports.get(index).or(self.ports.first());
        port.copied().unwrap_or(PORT)
    }

    /// The password for the host at `index`.
    pub(super) fn password(&self, index: usize) -> Option<&str> {
        let password = self.passwords.get(index).or(self.passwords.first());
        password?.as_deref().filter(|password| !password.is_empty())
    }

    fn look_up_passwords(&mut self, file: Option<PathBuf>, here: &dyn Surroundings) {
        let Some(file) = file.filter(|file| here.exists(file)) else {
            return;
        };
        let Some(text) = here.private_file(&file) else {
            self.ignored = Some(file);
            return;
        };
        let of_host = |(index, host): (usize, &String)| {
            let port = self.port(index);
            password_file::find(&text, &shown(host), port, &self.database, &self.user)
        };
        self.passwords = self.hosts.iter().enumerate().map(of_host).collect();
    }
}

/// What the service file and the variables name, in this order.
struct Named<'a> {
    service: HashMap<String, String>,
    here: &'a dyn Surroundings,
}

/// The variables of the parameters.
const VARIABLES: [(&str, &str); 9] = [
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("user", "PGUSER"),
    ("dbname", "PGDATABASE"),
    ("password", "PGPASSWORD"),
    ("passfile", "PGPASSFILE"),
    ("options", "PGOPTIONS"),
    ("sslmode", "PGSSLMODE"),
];

impl<'a> Named<'a> {
    fn find(here: &'a dyn Surroundings) -> Result<Self, Error> {
        let service = match variable(here, "PGSERVICE") {
            Some(name) => service_file::service(&name, here)?,
            None => HashMap::new(),
        };
        Ok(Self { service, here })
    }

    fn get(&self, parameter: &str) -> Option<String> {
        let of_service = self.service.get(parameter).cloned();
        of_service.or_else(|| {
            let (_, name) = VARIABLES.iter().find(|(known, _)| *known == parameter)?;
            variable(self.here, name)
        })
    }
}

pub(super) fn variable(here: &dyn Surroundings, name: &str) -> Option<String> {
    here.variable(name).filter(|value| !value.is_empty())
}

pub(super) fn home(here: &dyn Surroundings, name: &str) -> Option<PathBuf> {
    Some(Path::new(&variable(here, "HOME")?).join(name))
}

fn ports(text: Option<&str>) -> Result<Vec<u16>, Error> {
    let Some(text) = text else {
        return Ok(vec![PORT]);
    };
    let port = |text: &str| match text.trim() {
        "" => Ok(PORT),
        text => text
            .parse()
            .map_err(|_| unusable(&format!("the port is `{text}`"))),
    };
    text.split(',').map(port).collect()
}

fn socket_directory(port: u16, here: &dyn Surroundings) -> String {
    let name = format!(".s.PGSQL.{port}");
    let is_there = |directory: &&&str| here.exists(&Path::new(directory).join(&name));
    let found = SOCKET_DIRECTORIES.iter().find(is_there);
    (*found.unwrap_or(&SOCKET_DIRECTORIES[0])).to_owned()
}

/// How the file of passwords calls a host.
fn shown(host: &str) -> String {
    match SOCKET_DIRECTORIES.contains(&host) {
        true => "localhost".to_owned(),
        false => host.to_owned(),
    }
}

pub(super) fn unusable(what: &str) -> Error {
    Error::new(
        ErrorKind::Url,
        format!("the settings of PostgreSQL's clients are unusable: {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Variables, files by their paths, and files that others may read.
    struct World(&'static [(&'static str, &'static str)]);

    impl Surroundings for World {
        fn variable(&self, name: &str) -> Option<String> {
            let found = self.0.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        }

        fn user(&self) -> Option<String> {
            Some("me".to_owned())
        }

        fn file(&self, path: &Path) -> Option<String> {
            self.variable(path.to_str()?)
        }

        fn private_file(&self, path: &Path) -> Option<String> {
            self.file(path).filter(|text| !text.starts_with("# open"))
        }

        fn exists(&self, path: &Path) -> bool {
            self.file(path).is_some()
        }
    }

    /// `user:password@host:port/database` for each host.
    fn found(url: &str, world: &'static [(&'static str, &'static str)]) -> String {
        let url = DatabaseUrl::parse(url).unwrap();
        match Target::find(&url, &World(world)) {
            Ok(target) => {
                let each = target.hosts.iter().enumerate().map(|(index, host)| {
                    let password = target.password(index).unwrap_or("-");
                    let port = target.port(index);
                    format!(
                        "{}:{password}@{host}:{port}/{}",
                        target.user, target.database
                    )
                });
                each.collect::<Vec<_>>().join(" ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_the_address_says_goes_first() {
        let world: &[(&str, &str)] = &[
            ("PGHOST", "pghost"),
            ("PGPORT", "1"),
            ("PGUSER", "pguser"),
            ("PGDATABASE", "pgbase"),
            ("PGPASSWORD", "pgpass"),
        ];
        for (url, expected) in [
            ("postgres://u:p@h:2/d", "u:p@h:2/d"),
            ("postgres://u@h:2/d", "u:pgpass@h:2/d"),
            ("postgres://h/d", "pguser:pgpass@h:1/d"),
            ("postgres:///d", "pguser:pgpass@pghost:1/d"),
            ("postgres:/d", "pguser:pgpass@pghost:1/d"),
            ("postgres://u@/d", "u:pgpass@pghost:1/d"),
            ("postgres://u@/d?host=/run/pg", "u:pgpass@/run/pg:1/d"),
            ("postgres://u@h/d?host=other", "u:pgpass@other:1/d"),
            ("postgres://h", "pguser:pgpass@h:1/pgbase"),
            ("postgres:///", "pguser:pgpass@pghost:1/pgbase"),
        ] {
            assert_eq!(found(url, world), expected, "{url}");
        }
    }

    #[test]
    fn without_anything_it_is_the_local_server_of_the_user() {
        assert_eq!(
            found("postgres:///", &[]),
            "me:-@/var/run/postgresql:5432/me"
        );
        assert_eq!(
            found("postgres:///d", &[("/tmp/.s.PGSQL.5432", "")]),
            "me:-@/tmp:5432/d"
        );
        let moved = &[("PGPORT", "7"), ("/tmp/.s.PGSQL.7", "")];
        assert_eq!(found("postgres:///d", moved), "me:-@/tmp:7/d");
        assert_eq!(
            found("postgres:///d", &[("PGHOST", ""), ("PGHOSTADDR", "::1")]),
            "me:-@::1:5432/d"
        );
    }

    #[test]
    fn passwords_come_from_the_file() {
        let world: &[(&str, &str)] = &[
            ("HOME", "/home/me"),
            (
                "/home/me/.pgpass",
                "localhost:*:*:*:here\na:1:*:*:of a\nb:*:d:me:of b\n",
            ),
        ];
        assert_eq!(
            found("postgres:///d", world),
            "me:here@/var/run/postgresql:5432/d"
        );
        assert_eq!(
            found("postgres://localhost/d", world),
            "me:here@localhost:5432/d"
        );
        assert_eq!(found("postgres://a:1/x", world), "me:of a@a:1/x");
        assert_eq!(found("postgres://a:2/x", world), "me:-@a:2/x");
        assert_eq!(found("postgres://b/d", world), "me:of b@b:5432/d");
        assert_eq!(found("postgres://you:own@b/d", world), "you:own@b:5432/d");
        assert_eq!(
            found(
                "postgres:///d?host=a,b",
                &[
                    ("PGPORT", "1,2"),
                    ("PGPASSFILE", "/f"),
                    ("/f", "a:1:*:*:one\nb:2:*:*:two"),
                ]
            ),
            "me:one@a:1/d me:two@b:2/d"
        );
        let open = &[("PGPASSFILE", "/f"), ("/f", "# open\n*:*:*:*:no")];
        assert_eq!(found("postgres://a/d", open), "me:-@a:5432/d");
        let url = DatabaseUrl::parse("postgres://a/d").unwrap();
        let target = Target::find(&url, &World(open)).unwrap();
        assert_eq!(target.ignored, Some(PathBuf::from("/f")));
    }

    #[test]
    fn services() {
        let world: &[(&str, &str)] = &[
            ("PGSERVICE", "two"),
            ("HOME", "/home/me"),
            ("PGUSER", "pguser"),
            ("PGPORT", "9"),
            (
                "/home/me/.pg_service.conf",
                "[one]\nhost=h1\n\n# no\n[two]\nhost = h2\nuser=u2\ndbname=d2\n[three]\nport=3",
            ),
        ];
        assert_eq!(found("postgres:///", world), "u2:-@h2:9/d2");
        assert_eq!(found("postgres://u@h/d", world), "u:-@h:9/d");
        let unknown: &[(&str, &str)] = &[
            ("PGSERVICE", "none"),
            ("PGSERVICEFILE", "/s"),
            ("/s", "[one]"),
        ];
        assert!(found("postgres:///", unknown).ends_with("there is no service `none`"));
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        let check = |world, expected: &str| {
            let text = found("postgres://h/d", world);
            assert!(text.ends_with(expected), "{text}");
        };
        check(
            &[("PGSSLMODE", "verify-full")],
            "and tracrpc does not encrypt connections",
        );
        check(&[("PGSSLMODE", "prefer")], "me:-@h:5432/d");
        check(&[("PGPORT", "x")], "the port is `x`");
        check(&[("PGPORT", "1,2")], "there are not as many ports as hosts");
        assert_eq!(
            found("postgres:///d", &[("PGSSLMODE", "require")]),
            "me:-@/var/run/postgresql:5432/d"
        );
    }
}
