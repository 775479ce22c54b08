//! The ways to log in to one environment, and who has which.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracrpc_accounts::web_session;
use tracrpc_env::{Environment, Identity, PasswordFile, WaitBudget};

use super::attempts::Attempts;
use super::site::{Link, Links, Site};
use super::{
    AuthMethod, AuthRequest, AuthRule, Authenticator, Verdict, certificate, claim, cookies,
};
use crate::config::ServerConfig;

/// How much of a name the log shows.
const SHOWN: usize = 100;

/// The ways to log in to an environment, in the order in which they are asked.
#[derive(Clone)]
pub(crate) struct Chain {
    /// What goes before all others.
    first: Arc<[Arc<dyn Authenticator>]>,
    links: Arc<[Arc<dyn Authenticator>]>,
    /// What the environment has by itself, which is asked after them.
    site: Option<Site>,
    attempts: Arc<Attempts>,
    /// Whom the client's certificate logs in where the request itself has nothing to say.
    certificate: Option<Arc<dyn Authenticator>>,
}

impl Chain {
    fn of(links: Vec<Arc<dyn Authenticator>>) -> Self {
        Self {
            first: Arc::new([]),
            links: links.into(),
            site: None,
            attempts: Arc::default(),
            certificate: None,
        }
    }

    /// The same, before the ways that the environment has by itself.
    pub(crate) fn before(self, site: Site) -> Self {
        Self {
            site: Some(site),
            ..self
        }
    }

    fn with_certificate(self, certificate: Option<Arc<dyn Authenticator>>) -> Self {
        Self {
            certificate,
            ..self
        }
    }

    fn after(self, first: &Arc<[Arc<dyn Authenticator>]>, attempts: &Arc<Attempts>) -> Self {
        Self {
            first: Arc::clone(first),
            attempts: Arc::clone(attempts),
            ..self
        }
    }

    fn links(&self) -> impl Iterator<Item = &dyn Authenticator> {
        self.first
            .iter()
            .chain(self.links.iter())
            .map(|link| &**link)
    }

    /// What asks for credentials, each scheme once; nothing where nobody can log in.
    pub(crate) fn challenges(&self, request: &AuthRequest) -> Vec<String> {
        let links = self.links();
        let mut challenges: Vec<_> = links.flat_map(|link| link.challenges(request)).collect();
        for challenge in self.challenges_of_site(|link| link.challenge_to(request)) {
            let scheme = scheme_of(&challenge);
            if challenges.iter().all(|other| scheme_of(other) != scheme) {
                challenges.push(challenge);
            }
        }
        challenges
    }

    fn challenges_of_site(&self, ask: impl Fn(&dyn Link) -> Option<String>) -> Vec<String> {
        let known = self.known();
        let links = known.iter().flat_map(|known| &known.links);
        links.filter_map(|link| ask(&**link)).collect()
    }

    /// Whether certificates of clients log in.
    pub(crate) fn takes_certificates(&self) -> bool {
        self.certificate.is_some()
    }

    /// Whether anybody can log in who is asked to.
    pub(crate) fn is_empty(&self) -> bool {
        self.links.is_empty()
            && self.challenges_of_site(|link| link.challenge()).is_empty()
            && self.certificate.is_none()
    }

    /// Whether credentials of strangers are refused where none are asked for.
    pub(crate) fn is_strict(&self) -> bool {
        self.known().is_some_and(|known| known.is_strict)
    }

    /// Whether it is known what the environment has by itself.
    pub(crate) fn is_known(&self) -> bool {
        self.site.is_none() || self.known().is_some()
    }

    /// Finds out what the environment has by itself.
    pub(crate) fn find(&self) {
        if let Some(site) = &self.site {
            site.find();
        }
    }

    fn known(&self) -> Option<Arc<Links>> {
        self.site.as_ref()?.known()
    }

    /// Whether the request has anything that could be credentials.
    pub(crate) fn has_credentials(&self, request: &AuthRequest) -> bool {
        request.authorization().is_some()
            || cookies::value(&request.headers, web_session::COOKIE).is_some()
            || self.links().any(|link| link.has_credentials(request))
            || self
                .certificate
                .iter()
                .any(|link| link.has_credentials(request))
    }

    /// The verdict on the credentials, if it can be found quickly.
    pub(crate) fn recall(&self, request: &AuthRequest, budget: WaitBudget) -> Option<Verdict> {
        // Digest is judged here, for that is quickly done.
        let digest = claim::of(request).name_by("digest");
        if let Some(wait) = self.wait(request, digest.as_deref()) {
            return Some(Verdict::Wait(wait));
        }
        let verdict = self.settle(
            request,
            budget,
            |link| link.recall(request),
            |link, environment| link.recall(request, environment),
        );
        // To judge a name that nobody has takes as long as one that somebody has.
        let is_settled = |verdict: &Verdict| {
            *verdict != Verdict::Stranger || self.links().all(|link| link.has_judged(request))
        };
        let verdict = verdict.filter(is_settled)?;
        self.note(request, digest.as_deref(), &verdict);
        Some(self.or_by_certificate(request, verdict))
    }

    /// Judges the credentials, however long that takes.
    pub(crate) fn judge(&self, request: &AuthRequest, budget: WaitBudget) -> Verdict {
        let user = claim::of(request).name_by("basic");
        if let Some(wait) = self.wait(request, user.as_deref()) {
            return Verdict::Wait(wait);
        }
        let verdict = self.settle(
            request,
            budget,
            |link| Some(link.judge(request)),
            |link, environment| Some(link.judge(request, environment)),
        );
        let verdict = verdict.unwrap_or(Verdict::Unknown);
        self.note(request, user.as_deref(), &verdict);
        self.or_by_certificate(request, verdict)
    }

    /// How long a user has to wait before credentials are looked at.
    fn wait(&self, request: &AuthRequest, user: Option<&str>) -> Option<Duration> {
        self.attempts.wait(request.peer, user?, Instant::now())
    }

    /// Counts what was found out about credentials of a user.
    fn note(&self, request: &AuthRequest, user: Option<&str>, verdict: &Verdict) {
        let (Some(user), peer, now) = (user, request.peer, Instant::now()) else {
            return;
        };
        match verdict {
            Verdict::User(identity) if is_of(identity, user) => {
                self.attempts.succeeded(peer, user, now);
            }
            Verdict::Refused | Verdict::Stranger => {
                let shown: String = user.chars().take(SHOWN).collect();
                tracing::warn!(target: "tracrpc::login", client = %peer, user = ?shown, "a login failed");
                let credentials = request.authorization();
                self.attempts.failed(peer, user, credentials, now);
            }
            _ => {}
        }
    }

    /// Credentials that are sent with a request decide; only without them the certificate of
    /// the connection does.
    fn or_by_certificate(&self, request: &AuthRequest, verdict: Verdict) -> Verdict {
        match (&self.certificate, &verdict) {
            (Some(link), Verdict::Absent | Verdict::Foreign) => match link.judge(request) {
                Verdict::Absent => verdict,
                found => found,
            },
            _ => verdict,
        }
    }

    /// The first way that the credentials are meant for, and that knows whom they name,
    /// decides; none is asked before the one before it knows.
    fn settle(
        &self,
        request: &AuthRequest,
        budget: WaitBudget,
        ask: impl Fn(&dyn Authenticator) -> Option<Verdict>,
        ask_site: impl Fn(&dyn Link, &Environment) -> Option<Verdict>,
    ) -> Option<Verdict> {
        let mut seen = Verdict::Absent;
        for link in self.links() {
            if let Some(verdict) = decided(&mut seen, ask(link)?) {
                return Some(verdict);
            }
        }
        let site = self.site.as_ref().filter(|_| self.has_credentials(request));
        let Some((links, environment)) = site.and_then(|site| site.open(budget)) else {
            return Some(seen);
        };
        for link in &links.links {
            if let Some(verdict) = decided(&mut seen, ask_site(&**link, &environment)?) {
                return Some(verdict);
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

/// Whether it is the user who was claimed, and not whom another way to log in found. A store
/// may have the name in other letters.
fn is_of(identity: &Identity, user: &str) -> bool {
    identity.user.to_lowercase() == user.to_lowercase()
}

/// The verdict if it is one, else what is to be said if no other way decides.
fn decided(seen: &mut Verdict, verdict: Verdict) -> Option<Verdict> {
    match verdict {
        Verdict::Absent => None,
        Verdict::Foreign => {
            if *seen == Verdict::Absent {
                *seen = Verdict::Foreign;
            }
            None
        }
        Verdict::Stranger => {
            *seen = Verdict::Stranger;
            None
        }
        verdict => Some(verdict),
    }
}

/// The name of the scheme that a challenge is for.
fn scheme_of(challenge: &str) -> &str {
    challenge.split(' ').next().unwrap_or_default()
}

/// Who may log in where.
pub(crate) struct Gate {
    /// By the name of the environment; in each those of stronger methods first.
    named: HashMap<String, Chain>,
    /// Of environments without rules of their own.
    others: Chain,
    /// What goes before all others.
    first: Arc<[Arc<dyn Authenticator>]>,
    /// Wrong passwords, whichever environment they were for.
    attempts: Arc<Attempts>,
    methods: Vec<AuthMethod>,
    /// Of environments without a rule: those of their own password files.
    own: Mutex<HashMap<String, Chain>>,
    /// Whom certificates of clients log in, everywhere.
    certificate: Option<Arc<dyn Authenticator>>,
}

impl Gate {
    /// Opens the files of all rules.
    pub(crate) fn open(methods: Vec<AuthMethod>, config: &ServerConfig) -> Result<Self, String> {
        let strength = |rule: &&AuthRule| {
            let mut methods = methods.iter();
            methods.position(|method| method.name == rule.method)
        };
        let mut rules: Vec<_> = config.auth.iter().collect();
        rules.sort_by_key(strength);
        let mut links: HashMap<&str, Vec<_>> = HashMap::new();
        for rule in rules {
            let link = authenticator(&methods, rule)?;
            links.entry(&rule.environment).or_default().push(link);
        }
        let clients = config.tls.as_ref().and_then(|tls| tls.clients.as_ref());
        let certificate = clients.map(|clients| certificate::open(&clients.user));
        let others = links.remove("*").unwrap_or_default();
        let named = links.into_iter();
        Ok(Self {
            named: named
                .map(|(name, links)| (name.to_owned(), Chain::of(links)))
                .collect(),
            others: Chain::of(others),
            first: super::of_server(config).into(),
            attempts: Arc::default(),
            methods,
            own: Mutex::default(),
            certificate: certificate.transpose()?.flatten(),
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
        if let Some(link) = &self.certificate {
            link.reread();
        }
    }

    /// How people log in to the environment `name`, whose directory `path` finds: by the
    /// rules of its own, else by those for all, else with the passwords that its
    /// own file has. That file may appear at any time.
    pub(crate) fn of(&self, name: &str, path: impl FnOnce() -> Option<PathBuf>) -> Chain {
        let chain = self.named.get(name).unwrap_or(&self.others);
        let chain = match chain.is_empty().then(path).flatten() {
            Some(path) => self.own(name, &path),
            None => chain.clone(),
        };
        let chain = chain.after(&self.first, &self.attempts);
        chain.with_certificate(self.certificate.clone())
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
