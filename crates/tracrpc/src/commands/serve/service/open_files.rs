//! How many files and connections may be open at a time.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many descriptors are needed besides those of connections: databases, files that are
/// sent, plugins, mail.
const RESERVE: u64 = 256;

/// Takes as many descriptors as the system has for this process, and says in the log if
/// `connections` do not fit into them.
pub(super) fn allow(connections: usize) {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = Rlimit {
            current: limit.maximum,
            ..limit
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::debug!(%error, "the limit of open files stays");
        }
    }
    let Some(files) = getrlimit(Resource::Nofile).current else {
        return;
    };
    let fit = files.saturating_sub(RESERVE);
    if (connections as u64) > fit {
        tracing::warn!(
            connections,
            files,
            "the system lets this process open {files} files, so that no more than some {fit} \
             connections fit: give it more (LimitNOFILE=, ulimit -n), or lower --max-connections"
        );
    }
}
