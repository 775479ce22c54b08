//! Which environments are served.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::bail;
use tracrpc_env::Environment;
use tracrpc_server::EnvironmentSource;

use super::existing;
use crate::plugin_args::Running;

/// Where the environments are. What is none is refused at once, rather than with
/// the first call; one that cannot be opened now is opened when it is mended.
pub(super) fn environments(
    envs: &[PathBuf],
    parent: Option<&Path>,
    single: bool,
) -> anyhow::Result<EnvironmentSource> {
    if let Some(parent) = parent {
        let parent = existing(parent)?;
        if !parent.is_dir() {
            bail!("{} is not a directory", parent.display());
        }
        return Ok(EnvironmentSource::Parent(parent));
    }
    let mut paths = Vec::new();
    for env in envs {
        paths.push(existing(env)?);
    }
    match (single, paths.as_slice()) {
        (true, [path]) => {
            refuse_if_none_is_one(&paths)?;
            Ok(EnvironmentSource::Single(path.clone()))
        }
        (true, _) => {
            bail!("the --single-env (-s) option cannot be used with more than one environment")
        }
        (false, _) => {
            refuse_same_names(&paths)?;
            refuse_if_none_is_one(&paths)?;
            Ok(EnvironmentSource::Several(paths))
        }
    }
}

fn refuse_same_names(paths: &[PathBuf]) -> anyhow::Result<()> {
    for (index, path) in paths.iter().enumerate() {
        let name = path.file_name();
        if paths
            .iter()
            .take(index)
            .any(|other| other.file_name() == name)
        {
            let name = name.map(OsStr::to_string_lossy).unwrap_or_default();
            bail!("two environments have the name `{name}`, by which they are served");
        }
    }
    Ok(())
}

fn refuse_if_none_is_one(paths: &[PathBuf]) -> anyhow::Result<()> {
    let places = paths.iter().map(Environment::check_place);
    let others: Vec<_> = places.filter_map(Result::err).collect();
    if others.len() == paths.len()
        && let Some(first) = others.into_iter().next()
    {
        return Err(first.into());
    }
    Ok(())
}

/// What cannot be opened does not keep others from being served, but somebody should know
/// about it. Plugins may take long to say what they have: nobody waits for that.
pub(super) fn first_look(environments: &EnvironmentSource, plugins: &Running) {
    let paths = match environments {
        EnvironmentSource::Single(path) => vec![path.clone()],
        EnvironmentSource::Several(paths) => paths.clone(),
        EnvironmentSource::Parent(_) => return,
    };
    let mut extensions = tracrpc_site::builtin();
    plugins.extend(&mut extensions);
    let look = move || {
        for path in paths {
            if let Err(failure) = tracrpc_site::open_with(path, extensions.clone()) {
                tracing::error!("{failure}");
            }
        }
    };
    match plugins.is_empty() {
        true => look(),
        false => drop(std::thread::spawn(look)),
    }
}
