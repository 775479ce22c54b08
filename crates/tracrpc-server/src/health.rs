//! `/healthz`: whether the server can do its work, for load balancers.

use crate::environments::Environments;

/// Whether every environment that is open, or the only one, answers a query.
pub(crate) fn is_well(environments: &Environments) -> bool {
    let environments = match environments.is_single() {
        true => environments.get(None).map(|environment| vec![environment]),
        false => Ok(environments.opened()),
    };
    environments.is_ok_and(|environments| environments.iter().all(answers))
}

fn answers(environment: &tracrpc_env::Environment) -> bool {
    let answer: Result<_, tracrpc_env::Error> = environment
        .db()
        .read(|connection| Ok(connection.query_one("SELECT 1", &[])?));
    answer
        .inspect_err(|error| tracing::error!(environment = %environment.path().display(), %error, "the database does not answer"))
        .is_ok()
}
