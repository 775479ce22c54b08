//! The ways to log in to one environment, and who has which.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tracrpc_env::{PasswordFile, WaitBudget};

use super::basic::Credentials;
use super::stores::Stores;
use super::{AuthMethod, AuthRequest, AuthRule, Authenticator, Verdict, quoted};

/// The ways to log in to an environment, in the order in which they are asked.
#[derive(Clone)]
pub(crate) struct Chain {
    links: Arc<[Arc<dyn Authenticator>]>,
    /// Who is asked about names that none of these has.
    stores: Option<Arc<Stores>>,
}

impl Chain {
    fn of(links: Vec<Arc<dyn Authenticator>>) -> Self {
        Self {
            links: links.into(),
            stores: None,
        }
    }

    /// The same, which asks `stores` about names that it does not have.
    pub(crate) fn before(self, stores: Option<Arc<Stores>>) -> Self {
        Self { stores, ..self }
    }

    /// What asks for credentials; nothing where nobody can log in.
    pub(crate) fn challenges(&self, request: &AuthRequest) -> Vec<String> {
        let links = self.links.iter();
        let mut challenges: Vec<_> = links.flat_map(|link| link.challenges(request)).collect();
        let is_basic = |challenge: &String| challenge.starts_with("Basic ");
        if let Some(stores) = &self.stores
            && !challenges.iter().any(is_basic)
        {
            challenges.push(format!("Basic realm={}", quoted(stores.realm())));
        }
        challenges
    }

    /// Whether anybody can log in.
    pub(crate) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.stores.is_none()
    }

    /// Whether the request has anything that could be credentials.
    pub(crate) fn has_credentials(&self, request: &AuthRequest) -> bool {
        self.links.iter().any(|link| link.has_credentials(request))
            || (self.stores.is_some() && request.authorization().is_some())
    }

    /// The verdict on the credentials, if it can be found quickly.
    pub(crate) fn recall(&self, request: &AuthRequest) -> Option<Verdict> {
        let verdict = self.first(|link| link.recall(request));
        match verdict {
            None => self
                .stores_for(request, Verdict::Refused)
                .ok()
                .and_then(|stores| stores.recall(request)),
            Some(verdict) => match self.stores_for(request, verdict) {
                Ok(stores) => stores.recall(request),
                Err(verdict) => Some(verdict),
            },
        }
    }

    /// Judges the credentials, however long that takes.
    pub(crate) fn judge(&self, request: &AuthRequest, budget: WaitBudget) -> Verdict {
        let verdict = self.first(|link| Some(link.judge(request)));
        match self.stores_for(request, verdict.unwrap_or(Verdict::Refused)) {
            Ok(stores) => stores.judge(request, budget),
            Err(verdict) => verdict,
        }
    }

    /// Who is to be asked after the links have come to a verdict, or the verdict. A name
    /// that one of them has is no business of others.
    fn stores_for(&self, request: &AuthRequest, verdict: Verdict) -> Result<&Stores, Verdict> {
        let Some(stores) = self.stores.as_deref() else {
            return Err(verdict);
        };
        let is_settled = matches!(verdict, Verdict::User(_) | Verdict::Unknown);
        match Credentials::of(request) {
            _ if is_settled => Err(verdict),
            Ok(given) if self.links.iter().any(|link| link.has_user(&given.user)) => Err(verdict),
            Ok(_) => Ok(stores),
            // They are not what the links look for, and wrong for anybody else.
            Err(Verdict::Refused) => Err(Verdict::Refused),
            Err(Verdict::Foreign) if verdict == Verdict::Absent => Err(Verdict::Foreign),
            Err(_) => Err(verdict),
        }
    }

    /// The first link for which the credentials are meant decides; it is asked
    /// no other before it knows.
    fn first(&self, ask: impl Fn(&dyn Authenticator) -> Option<Verdict>) -> Option<Verdict> {
        let mut seen = Verdict::Absent;
        for link in self.links.iter() {
            match ask(&**link)? {
                Verdict::Absent => {}
                Verdict::Foreign => seen = Verdict::Foreign,
                verdict => return Some(verdict),
            }
        }
        Some(seen)
    }

    fn reread(&self) {
        for link in self.links.iter() {
            link.reread();
        }
    }
}

/// Who may log in where.
pub(crate) struct Gate {
    /// By the name of the environment; in each those of stronger methods first.
    named: HashMap<String, Chain>,
    /// Of environments without rules of their own.
    others: Chain,
    methods: Vec<AuthMethod>,
    /// Of environments without a rule: those of their own password files.
    own: Mutex<HashMap<String, Chain>>,
}

impl Gate {
    /// Opens the files of all rules.
    pub(crate) fn open(methods: Vec<AuthMethod>, rules: &[AuthRule]) -> Result<Self, String> {
        let strength = |rule: &&AuthRule| {
            let mut methods = methods.iter();
            methods.position(|method| method.name == rule.method)
        };
        let mut rules: Vec<_> = rules.iter().collect();
        rules.sort_by_key(strength);
        let mut links: HashMap<&str, Vec<_>> = HashMap::new();
        for rule in rules {
            let link = authenticator(&methods, rule)?;
            links.entry(&rule.environment).or_default().push(link);
        }
        let others = links.remove("*").unwrap_or_default();
        let named = links.into_iter();
        Ok(Self {
            named: named
                .map(|(name, links)| (name.to_owned(), Chain::of(links)))
                .collect(),
            others: Chain::of(others),
            methods,
            own: Mutex::default(),
        })
    }

    /// Reads all files again.
    pub(crate) fn reread(&self) {
        for chain in self.named.values().chain([&self.others]) {
            chain.reread();
        }
        for chain in self.lock().values() {
            chain.reread();
        }
    }

    /// How people log in to the environment `name`, whose directory `path` finds: by the
    /// rules of its own, else by those for all, else with the passwords that its
    /// own file has. That file may appear at any time.
    pub(crate) fn of(&self, name: &str, path: impl FnOnce() -> Option<PathBuf>) -> Chain {
        let chain = self.named.get(name).unwrap_or(&self.others);
        match chain.is_empty().then(path).flatten() {
            Some(path) => self.own(name, &path),
            None => chain.clone(),
        }
    }

    fn own(&self, name: &str, path: &Path) -> Chain {
        if let Some(known) = self.lock().get(name) {
            return known.clone();
        }
        let file = PasswordFile::in_directory(path).path().to_owned();
        if !file.is_file() {
            return Chain::of(Vec::new());
        }
        let rule = AuthRule {
            method: "basic".to_owned(),
            environment: name.to_owned(),
            file,
            realm: name.to_owned(),
        };
        match authenticator(&self.methods, &rule) {
            Ok(link) => {
                let chain = Chain::of(vec![link]);
                self.lock().insert(name.to_owned(), chain.clone());
                chain
            }
            Err(error) => {
                tracing::error!(environment = name, error, "nobody can log in");
                Chain::of(Vec::new())
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Chain>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn authenticator(
    methods: &[AuthMethod],
    rule: &AuthRule,
) -> Result<Arc<dyn Authenticator>, String> {
    let method = methods.iter().find(|method| method.name == rule.method);
    let method =
        method.ok_or_else(|| format!("there is no authentication method `{}`", rule.method))?;
    (method.open)(&rule.file, &rule.realm).map_err(|error| {
        format!(
            "cannot read the password file {}: {error}",
            rule.file.display()
        )
    })
}
