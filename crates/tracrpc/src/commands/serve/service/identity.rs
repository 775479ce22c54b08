//! The user and the groups that the server becomes.

use std::env;
use std::ffi::CString;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use nix::unistd::{Gid, Group, Uid, User, getgid, getuid, setgid, setuid};

use crate::again::again;

/// A user with groups, or a group alone.
pub(super) struct Identity {
    user: Option<Person>,
    group: Gid,
}

struct Person {
    id: Uid,
    /// A user who is known by number only has none, and no home.
    known: Option<(CString, PathBuf)>,
}

impl Identity {
    /// Finds what `--user` and `--group` name; nothing if there is neither.
    ///
    /// # Errors
    /// There is no such user or group, or a group has to be named.
    pub(super) fn find(user: Option<&str>, group: Option<&str>) -> anyhow::Result<Option<Self>> {
        let group = group.map(group_id).transpose()?;
        let Some(name) = user else {
            return Ok(group.map(|group| Self { user: None, group }));
        };
        let found = match name.parse() {
            Ok(number) => User::from_uid(Uid::from_raw(number)),
            Err(_) => User::from_name(name),
        };
        let found = found.with_context(|| format!("cannot look for the user `{name}`"))?;
        let (id, known, own) = match (found, name.parse()) {
            (Some(user), _) => {
                let login = CString::new(user.name)?;
                (user.uid, Some((login, user.dir)), Some(user.gid))
            }
            (None, Ok(number)) => (Uid::from_raw(number), None, None),
            (None, Err(_)) => bail!("there is no user `{name}`"),
        };
        let Some(group) = group.or(own) else {
            bail!("the user {name} has no group that is known here: name one with --group");
        };
        let user = Some(Person { id, known });
        Ok(Some(Self { user, group }))
    }

    /// Whose files are to be, where this process can decide that.
    pub(super) fn owner(&self) -> (Option<u32>, Option<u32>) {
        let user = self.user.as_ref().map(|user| user.id.as_raw());
        (user, Some(self.group.as_raw()))
    }

    /// Begins this process once more in the home of the user: `HOME` says where passwords
    /// for databases are, and settings of plugins. Where it cannot, it goes on as it is.
    pub(super) fn go_home(&self) {
        let Some((login, home)) = self.user.as_ref().and_then(|user| user.known.as_ref()) else {
            return;
        };
        let is_home = env::var_os("HOME").is_some_and(|now| now == *home);
        if is_home || self.is_here() {
            return;
        }
        if let (Ok(mut again), Ok(login)) = (again(), login.to_str()) {
            again.env("HOME", home);
            // It only returns if it has failed.
            let error = again.env("USER", login).env("LOGNAME", login).exec();
            eprintln!("Warning: the home of {login} is not looked at: {error}");
        }
    }

    /// Becomes the user, for good.
    ///
    /// # Errors
    /// The process may not do that.
    pub(super) fn take_on(&self) -> anyhow::Result<()> {
        if self.is_here() {
            return Ok(());
        }
        self.take_on_groups()
            .context("cannot become a member of the group: that is for root")?;
        let Some(user) = &self.user else {
            return Ok(());
        };
        setuid(user.id).context("cannot become the user: that is for root")?;
        if !user.id.is_root() && setuid(Uid::from_raw(0)).is_ok() {
            bail!("the system lets this process be root again");
        }
        Ok(())
    }

    /// Whether this process is that already.
    fn is_here(&self) -> bool {
        let user = self.user.as_ref().map(|user| user.id);
        user.is_none_or(|user| user == getuid() && user == nix::unistd::geteuid())
            && self.group == getgid()
            && self.group == nix::unistd::getegid()
    }

    #[cfg(not(target_vendor = "apple"))]
    fn take_on_groups(&self) -> nix::Result<()> {
        use nix::unistd::{initgroups, setgroups};
        match self.user.as_ref().and_then(|user| user.known.as_ref()) {
            Some((login, _)) => initgroups(login, self.group)?,
            None => setgroups(&[self.group])?,
        }
        setgid(self.group)
    }

    /// The groups of a process are at most sixteen there, and others decide on them.
    #[cfg(target_vendor = "apple")]
    fn take_on_groups(&self) -> nix::Result<()> {
        setgid(self.group)
    }
}

fn group_id(name: &str) -> anyhow::Result<Gid> {
    if let Ok(number) = name.parse() {
        return Ok(Gid::from_raw(number));
    }
    let group = Group::from_name(name);
    let group = group.with_context(|| format!("cannot look for the group `{name}`"))?;
    match group {
        Some(group) => Ok(group.gid),
        None => bail!("there is no group `{name}`"),
    }
}
