//! The ways to log in to one environment, and who has which.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracrpc_env::PasswordFile;

use super::{AuthMethod, AuthRequest, AuthRule, Authenticator, Verdict};

/// The ways to log in to an environment, in the order in which they are asked.
#[derive(Clone, Default)]
pub(crate) struct Chain {
    links: Vec<Arc<dyn Authenticator>>,
}

impl Chain {
    /// What asks for credentials; nothing where nobody can log in.
    pub(crate) fn challenges(&self, request: &AuthRequest) -> Vec<String> {
        let links = self.links.iter();
        links.flat_map(|link| link.challenges(request)).collect()
    }

    /// Whether anybody can log in.
    pub(crate) fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Whether the request has anything that could be credentials.
    pub(crate) fn has_credentials(&self, request: &AuthRequest) -> bool {
        self.links.iter().any(|link| link.has_credentials(request))
    }

    /// The verdict on the credentials, if it can be found quickly.
    pub(crate) fn recall(&self, request: &AuthRequest) -> Option<Verdict> {
        self.first(|link| link.recall(request))
    }

    /// Judges the credentials, however long that takes.
    pub(crate) fn judge(&self, request: &AuthRequest) -> Verdict {
        let verdict = self.first(|link| Some(link.judge(request)));
        verdict.unwrap_or(Verdict::Refused)
    }

    /// The first link for which the credentials are meant decides; it is asked
    /// no other before it knows.
    fn first(&self, ask: impl Fn(&dyn Authenticator) -> Option<Verdict>) -> Option<Verdict> {
        let mut seen = Verdict::Absent;
        for link in &self.links {
            match ask(&**link)? {
                Verdict::Absent => {}
                Verdict::Foreign => seen = Verdict::Foreign,
                verdict => return Some(verdict),
            }
        }
        Some(seen)
    }

    fn reread(&self) {
        for link in &self.links {
            link.reread();
        }
    }
}

/// Who may log in where.
pub(crate) struct Gate {
    /// By the name of the environment, or `*`; those of stronger methods first.
    rules: Vec<(String, Arc<dyn Authenticator>)>,
    methods: Vec<AuthMethod>,
    /// Of environments without a rule: those of their own password files.
    own: Mutex<HashMap<String, Chain>>,
}

impl Gate {
    /// Opens the files of all rules.
    pub(crate) fn open(methods: Vec<AuthMethod>, rules: &[AuthRule]) -> Result<Self, String> {
        let mut gate = Self {
            rules: Vec::new(),
            methods,
            own: Mutex::default(),
        };
        let strength = |rule: &&AuthRule| {
            let mut methods = gate.methods.iter();
            methods.position(|method| method.name == rule.method)
        };
        let mut rules: Vec<_> = rules.iter().collect();
        rules.sort_by_key(strength);
        for rule in rules {
            let authenticator = gate.authenticator(rule)?;
            gate.rules.push((rule.environment.clone(), authenticator));
        }
        Ok(gate)
    }

    /// Reads all files again.
    pub(crate) fn reread(&self) {
        for (_, authenticator) in &self.rules {
            authenticator.reread();
        }
        for chain in self.lock().values() {
            chain.reread();
        }
    }

    /// How people log in to the environment `name` in the directory `path`: by the
    /// rules of its own, else by those for all, else with the passwords that its
    /// own file has. That file may appear at any time.
    pub(crate) fn of(&self, name: &str, path: Option<&Path>) -> Chain {
        let named = self.named(name);
        let chain = match named.is_empty() {
            true => self.named("*"),
            false => named,
        };
        match (chain.is_empty(), path) {
            (true, Some(path)) => self.own(name, path),
            _ => chain,
        }
    }

    fn named(&self, name: &str) -> Chain {
        let rules = self.rules.iter().filter(|(rule, _)| rule == name);
        Chain {
            links: rules.map(|(_, link)| Arc::clone(link)).collect(),
        }
    }

    fn own(&self, name: &str, path: &Path) -> Chain {
        if let Some(known) = self.lock().get(name) {
            return known.clone();
        }
        let file = PasswordFile::in_directory(path).path().to_owned();
        if !file.is_file() {
            return Chain::default();
        }
        let rule = AuthRule {
            method: "basic".to_owned(),
            environment: name.to_owned(),
            file,
            realm: name.to_owned(),
        };
        match self.authenticator(&rule) {
            Ok(link) => {
                let chain = Chain { links: vec![link] };
                self.lock().insert(name.to_owned(), chain.clone());
                chain
            }
            Err(error) => {
                tracing::error!(environment = name, error, "nobody can log in");
                Chain::default()
            }
        }
    }

    fn authenticator(&self, rule: &AuthRule) -> Result<Arc<dyn Authenticator>, String> {
        let method = self
            .methods
            .iter()
            .find(|method| method.name == rule.method);
        let method =
            method.ok_or_else(|| format!("there is no authentication method `{}`", rule.method))?;
        (method.open)(&rule.file, &rule.realm).map_err(|error| {
            format!(
                "cannot read the password file {}: {error}",
                rule.file.display()
            )
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Chain>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
