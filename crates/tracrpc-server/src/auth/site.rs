//! The ways to log in that an environment has by itself, whatever the server was told.

use std::sync::Arc;

use tracrpc_env::{Environment, Fresh, WaitBudget};

use super::{AuthRequest, Verdict};
use crate::environments::Environments;

/// A kind of way to log in that environments may have.
pub(crate) trait Method: Send + Sync {
    /// The way of that kind; none if the environment has none. It is made anew when the
    /// configuration or the extensions of the environment have changed.
    fn link(&self, environment: &Environment) -> Option<Box<dyn Link>>;
}

/// A way to log in to one environment. What is asked comes with a request's own way there.
pub(crate) trait Link: Send + Sync {
    /// The value of the header `WWW-Authenticate` that asks for credentials, if they can be
    /// asked for.
    fn challenge(&self) -> Option<String>;

    /// The same for who has sent this request.
    fn challenge_to(&self, _request: &AuthRequest) -> Option<String> {
        self.challenge()
    }

    /// The verdict on the credentials, if it can be found quickly. This may read files and
    /// databases.
    fn recall(&self, request: &AuthRequest, environment: &Environment) -> Option<Verdict>;

    /// Judges the credentials, however long that takes.
    fn judge(&self, request: &AuthRequest, environment: &Environment) -> Verdict;

    /// Reads its files again, whether they seem to have changed or not.
    fn reread(&self) {}
}

/// The ways of all environments.
pub(crate) struct Sites {
    environments: Arc<Environments>,
    methods: Arc<[Box<dyn Method>]>,
}

impl Sites {
    /// Those of `environments`.
    ///
    /// # Errors
    /// The system has no random numbers to give.
    pub(crate) fn new(environments: &Arc<Environments>) -> std::io::Result<Self> {
        Ok(Self {
            environments: Arc::clone(environments),
            methods: super::of_environments()?.into(),
        })
    }

    /// Has the ways that are known read their files again.
    pub(crate) fn reread(&self) {
        for environment in self.environments.opened() {
            let known = environment.slot::<Kept>().0.kept();
            let links = known.iter().flat_map(|known| &known.links);
            links.for_each(|link| link.reread());
        }
    }

    /// Those of the environment of that name, whether there is such a one or not.
    pub(crate) fn of(&self, name: Option<&str>) -> Site {
        Site {
            environments: Arc::clone(&self.environments),
            methods: Arc::clone(&self.methods),
            name: name.map(str::to_owned),
        }
    }
}

/// The ways of one environment, which may not be open yet.
#[derive(Clone)]
pub(crate) struct Site {
    environments: Arc<Environments>,
    methods: Arc<[Box<dyn Method>]>,
    name: Option<String>,
}

/// What an environment has, as long as neither its configuration nor its extensions change.
pub(crate) struct Links {
    pub(super) links: Vec<Box<dyn Link>>,
    /// Whether credentials of strangers are refused where none are asked for.
    pub(super) is_strict: bool,
}

/// What an environment keeps of its links.
#[derive(Default)]
struct Kept(Fresh<Links>);

impl Site {
    /// What was found last, if the environment is open and it was. This reads nothing.
    pub(crate) fn known(&self) -> Option<Arc<Links>> {
        let environment = self.environments.if_open(self.name.as_deref())?;
        environment.slot::<Kept>().0.kept()
    }

    /// Finds what there is, for which the environment is opened.
    pub(crate) fn find(&self) {
        if let Ok(environment) = self.environments.get(self.name.as_deref()) {
            self.links(&environment);
        }
    }

    /// The ways as they are now, and a request's own way to the environment; none if it
    /// cannot be opened.
    pub(super) fn open(&self, budget: WaitBudget) -> Option<(Arc<Links>, Environment)> {
        let environment = self.environments.get(self.name.as_deref()).ok()?;
        let environment = environment.for_request(budget);
        Some((self.links(&environment), environment))
    }

    fn links(&self, environment: &Environment) -> Arc<Links> {
        let methods = self.methods.iter();
        let make = || Links {
            links: methods
                .filter_map(|method| method.link(environment))
                .collect(),
            is_strict: environment.config().tracrpc().strict_credentials,
        };
        environment.slot::<Kept>().0.of_settings(environment, make)
    }
}
