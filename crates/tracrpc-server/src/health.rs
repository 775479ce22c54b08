//! `/healthz`: whether the server can do its work, for load balancers.

use tracrpc_env::{Environment, WaitBudget};

use crate::environments::Environments;

/// Whether the database of every environment that is open, or was named when
/// the server started, can be read now.
pub(crate) fn is_well(environments: &Environments, budget: &WaitBudget) -> bool {
    environments
        .in_service()
        .is_ok_and(|environments| environments.iter().all(|env| answers(env, budget)))
}

fn answers(environment: &Environment, budget: &WaitBudget) -> bool {
    environment
        .for_request(budget.clone())
        .probe_database()
        .inspect_err(|error| tracing::error!(environment = %environment.path().display(), %error, "the database does not answer"))
        .is_ok()
}
