//! What holds for all tickets of an environment: fields, workflow, limits.

use std::fmt;
use std::sync::Arc;

use tracrpc_env::config::{Config, extension};
use tracrpc_env::{Environment, Extensions, Fresh, Result, cache_table};

use super::field::Fields;
use super::fields::all_fields;
use super::workflow::{ActionController, CONFIGURABLE, Workflow};

/// The fields and the workflow, as the configuration and the database have
/// them at one moment.
pub struct Definitions {
    config: Arc<Config>,
    workflow: Workflow,
    controllers: Vec<Arc<dyn ActionController>>,
    fields: Fields,
}

impl fmt::Debug for Definitions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definitions")
            .field("workflow", &self.workflow)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
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

    /// Who decides which actions there are, in their order.
    pub(crate) fn controllers(&self) -> &[Arc<dyn ActionController>] {
        &self.controllers
    }

    /// All states of tickets.
    pub fn states(&self) -> Vec<String> {
        all_states(&self.workflow, &self.controllers)
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    fn read(env: &Environment, config: Arc<Config>) -> Result<Self> {
        let controllers = controllers(&config, &env.extensions())?;
        let workflow = read_workflow(&config, &controllers)?;
        let states = all_states(&workflow, &controllers);
        let fields = all_fields(env, &config, &states)?;
        Ok(Self {
            config,
            workflow,
            controllers,
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
    let config = env.config();
    let controllers = controllers(&config, &env.extensions())?;
    let workflow = read_workflow(&config, &controllers)?;
    Ok(all_states(&workflow, &controllers))
}

/// The definitions that an environment keeps.
#[derive(Debug, Default)]
struct TicketSystem {
    definitions: Fresh<Definitions>,
}

/// The controllers that `[ticket] workflow` names.
fn controllers(config: &Config, extensions: &Extensions) -> Result<Vec<Arc<dyn ActionController>>> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    let is_there =
        |controller: &&Arc<dyn ActionController>| config.has_component(controller.component());
    for name in &config.ticket().workflow {
        let mut on = extensions
            .of::<dyn ActionController>()
            .iter()
            .filter(is_there);
        match on.find(|controller| controller.name() == name) {
            Some(controller) => found.push(Arc::clone(controller)),
            None => missing.push(name.clone()),
        }
    }
    match missing.is_empty() {
        true => Ok(found),
        false => Err(extension::some_missing(
            "ITicketActionController",
            missing,
            "[ticket] workflow",
        )),
    }
}

/// What `[ticket-workflow]` says, if it counts.
fn read_workflow(config: &Config, controllers: &[Arc<dyn ActionController>]) -> Result<Workflow> {
    let is_configurable = |known: &Arc<dyn ActionController>| known.name() == CONFIGURABLE;
    match controllers.iter().any(is_configurable) {
        true => Workflow::parse(config.options("ticket-workflow")),
        false => Ok(Workflow::default()),
    }
}

/// The states of the workflow, then those that other controllers bring.
fn all_states(workflow: &Workflow, controllers: &[Arc<dyn ActionController>]) -> Vec<String> {
    let mut states = workflow.states();
    for state in controllers
        .iter()
        .flat_map(|controller| controller.states())
    {
        if !states.contains(&state) {
            states.push(state);
        }
    }
    states
}
