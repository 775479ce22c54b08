//! What holds for all tickets of an environment: fields, workflow, limits.

use std::sync::Arc;

use super::field::Fields;
use super::fields::all_fields;
use super::workflow::Workflow;
use crate::cache_table;
use crate::config::{Config, extension};
use crate::environment::Environment;
use crate::error::Result;
use crate::fresh::Fresh;

/// The fields and the workflow, as the configuration and the database have
/// them at one moment.
#[derive(Debug)]
pub struct Definitions {
    config: Arc<Config>,
    workflow: Workflow,
    fields: Fields,
}

impl Definitions {
    /// The fields in Trac's order.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The workflow.
    #[must_use]
    pub fn workflow(&self) -> &Workflow {
        &self.workflow
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    fn read(env: &Environment, config: Arc<Config>) -> Result<Self> {
        let workflow = read_workflow(&config)?;
        let fields = all_fields(env, &config, &workflow)?;
        Ok(Self {
            config,
            workflow,
            fields,
        })
    }
}

/// The current definitions.
///
/// They are read again when `trac.ini` changes or when somebody, Trac or this
/// program, says in Trac's `cache` table that the fields have changed.
///
/// # Errors
/// A configuration that Trac would refuse, or a database that fails.
pub fn definitions(env: &Environment) -> Result<Arc<Definitions>> {
    let system = env.slot::<TicketSystem>();
    let key = cache_table::TICKET_FIELDS;
    let read = || Definitions::read(env, env.config());
    system.definitions.of_generation(env, key, read)
}

/// The states that the workflow knows. The fields are left alone: like Trac, this
/// program reads them when they are first needed.
///
/// # Errors
/// A configuration that Trac would refuse.
pub fn states(env: &Environment) -> Result<Vec<String>> {
    Ok(read_workflow(&env.config())?.states())
}

/// The definitions that an environment keeps.
#[derive(Debug, Default)]
struct TicketSystem {
    definitions: Fresh<Definitions>,
}

/// The component of Trac that reads `[ticket-workflow]`.
const CONFIGURABLE_WORKFLOW: &str = "trac.ticket.default_workflow.ConfigurableTicketWorkflow";

fn read_workflow(config: &Config) -> Result<Workflow> {
    let mut workflow = Workflow::default();
    let mut missing = Vec::new();
    for controller in &config.ticket().workflow {
        if controller != "ConfigurableTicketWorkflow" || !config.is_on(CONFIGURABLE_WORKFLOW) {
            missing.push(controller.clone());
            continue;
        }
        workflow = Workflow::parse(config.options("ticket-workflow"))?;
    }
    match missing.is_empty() {
        true => Ok(workflow),
        false => Err(extension::some_missing(
            "ITicketActionController",
            missing,
            "[ticket] workflow",
        )),
    }
}
