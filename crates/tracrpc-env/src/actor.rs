//! Who asks, and what they may do.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use tracrpc_translation::Catalog;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::language::{self, Language};
use crate::permission::{Differs, PermissionCache, PermissionSystem, UserPermissions};
use crate::resource::Resource;
use crate::scopes::Scopes;

/// What is known of a request that came over a network.
pub trait RequestInfo: Send + Sync {
    /// The address of the client.
    fn peer(&self) -> IpAddr;

    /// The value of a header, by its name without regard to case; none if it is no
    /// text. Headers with credentials are nobody's business.
    fn header(&self, name: &str) -> Option<&str>;

    /// All headers but those with credentials, with the values that are texts.
    fn headers(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// The method of HTTP.
    fn method(&self) -> &str {
        ""
    }

    /// The path, as it was sent.
    fn path(&self) -> &str {
        ""
    }

    /// What stands behind the question mark, as it was sent.
    fn query(&self) -> &str {
        ""
    }
}

/// The user on whose behalf a request runs, for as long as the request runs.
///
/// It owns what belongs to the request: its way to the environment, the moment after
/// which nothing is begun any more, and what is known of where it came from.
///
/// Decisions are kept for that time, as Trac keeps them: within one
/// `system.multicall` a permission that was there stays there.
pub struct Actor {
    env: Rc<Environment>,
    authname: String,
    base_url: String,
    accept_language: Option<String>,
    deadline: Option<Instant>,
    request: Option<Arc<dyn RequestInfo>>,
    identity: Option<Identity>,
    language: OnceLock<Language>,
    permissions: OnceLock<UserPermissions>,
    decisions: Mutex<HashMap<Question, bool>>,
}

/// An action and the resource it is asked on, none for "anywhere".
type Question = (String, Option<Resource>);

impl Actor {
    /// The user `authname`, who reached the environment at `base_url`
    /// (absolute, without a final slash), for the time of one request. An empty
    /// name is `anonymous`.
    ///
    /// The environment is the request's own way to it: see
    /// [`Environment::for_request`].
    #[must_use]
    pub fn new(env: impl Into<Rc<Environment>>, authname: &str, base_url: &str) -> Self {
        let authname = if authname.is_empty() {
            "anonymous"
        } else {
            authname
        };
        Self {
            env: env.into(),
            authname: authname.to_owned(),
            base_url: base_url.trim_end_matches('/').to_owned(),
            accept_language: None,
            deadline: None,
            request: None,
            identity: None,
            language: OnceLock::new(),
            permissions: OnceLock::new(),
            decisions: Mutex::default(),
        }
    }

    /// Another user, as far as the same request asks what they might do.
    #[must_use]
    pub fn as_user(&self, authname: &str) -> Self {
        Self {
            deadline: self.deadline,
            request: self.request.clone(),
            ..Self::new(Rc::clone(&self.env), authname, &self.base_url)
        }
    }

    /// The same user, whose request accepts the languages of this `Accept-Language` header.
    #[must_use]
    pub fn accepting(mut self, header: Option<&str>) -> Self {
        self.accept_language = header.map(str::to_owned);
        self.language = OnceLock::new();
        self
    }

    /// The same user, by a request of which more is known. After `deadline` nothing is
    /// begun any more.
    #[must_use]
    pub fn by_request(mut self, request: Arc<dyn RequestInfo>, deadline: Instant) -> Self {
        self.request = Some(request);
        self.deadline = Some(deadline);
        self
    }

    /// The same user, who has logged in like this. What the login may not be used for this
    /// user may not do.
    #[must_use]
    pub fn logged_in(mut self, identity: Option<Identity>) -> Self {
        self.identity = identity;
        self
    }

    /// How the user has logged in; none who has not.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// What the user's login may be used for; none for everything.
    #[must_use]
    pub fn scopes(&self) -> Option<&Scopes> {
        self.identity()?.scopes.as_ref()
    }

    /// What is known of the request, if it came over a network.
    #[must_use]
    pub fn request(&self) -> Option<&dyn RequestInfo> {
        self.request.as_deref()
    }

    /// After this nothing is begun any more; none without a bound.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The user's language, settled when it is first asked for.
    #[must_use]
    pub fn language(&self) -> &Language {
        let user = (!self.is_anonymous()).then_some(self.authname());
        let negotiate = || language::negotiated(&self.env, user, self.accept_language.as_deref());
        self.language.get_or_init(negotiate)
    }

    /// The messages of the user's language.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.language().catalog
    }

    /// The user's name, `anonymous` for nobody in particular.
    #[must_use]
    pub fn authname(&self) -> &str {
        &self.authname
    }

    /// Whether nobody in particular asks.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.authname == "anonymous"
    }

    /// The environment that is asked.
    #[must_use]
    pub fn env(&self) -> &Environment {
        &self.env
    }

    /// Where the environment is reached: absolute, without a final slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What absolute links to the environment begin with: `[trac] base_url` if
    /// `use_base_url_for_redirect` says so, else where it is reached.
    ///
    /// # Errors
    /// `trac.ini` has a value that is none.
    pub fn absolute_url(&self) -> Result<String> {
        let config = self.env.config();
        let trac = config.trac();
        let url = match trac.use_base_url_for_redirect && !trac.base_url.is_empty() {
            true => trac.base_url.trim_end_matches('/'),
            false => &self.base_url,
        };
        Ok(url.to_owned())
    }

    /// The path at which the environment is reached, without a final slash.
    #[must_use]
    pub fn path(&self) -> &str {
        split_path(&self.base_url).1
    }

    /// Whether the user may do `action` on `resource`.
    ///
    /// # Errors
    /// `trac.ini` names a policy that does not exist, a policy cannot read its
    /// file, the resource that a policy looks at does not exist, or the
    /// database fails.
    pub fn can(&self, action: &str, resource: &Resource) -> Result<bool> {
        self.decide(action, Some(resource))
    }

    /// Whether the user may do `action` where no resource is named.
    ///
    /// # Errors
    /// As for [`Actor::can`].
    pub fn can_anywhere(&self, action: &str) -> Result<bool> {
        self.decide(action, None)
    }

    /// Refuses a user who may not do `action` on `resource`, in Trac's words.
    ///
    /// # Errors
    /// The permission is missing, or as for [`Actor::can`].
    pub fn require(&self, action: &str, resource: &Resource) -> Result<()> {
        match self.can(action, resource)? {
            true => Ok(()),
            false => {
                let config = self.env.config();
                let is_on = |component: &str| config.is_on(component);
                Err(Error::missing_permission_where(
                    action,
                    Some(&resource.shown_in(&config)),
                    &is_on,
                ))
            }
        }
    }

    /// Refuses a user who may not do `action` where no resource is named.
    ///
    /// # Errors
    /// The permission is missing, or as for [`Actor::can`].
    pub fn require_anywhere(&self, action: &str) -> Result<()> {
        match self.can_anywhere(action)? {
            true => Ok(()),
            false => Err(Error::missing_permission(action, None)),
        }
    }

    /// What the user may do `action` on in a realm: all of it, nothing, or it
    /// depends. A list operation that gets an answer for all needs no check a row.
    ///
    /// # Errors
    /// As for [`Actor::can`].
    pub fn reach(&self, action: &str, realm: &str) -> Result<Reach> {
        if !self.login_allows(action) {
            return Ok(Reach::Nothing);
        }
        let permissions = self.permissions()?;
        if permissions.differs(&self.authname, action, realm) == Differs::ByResource {
            return Ok(Reach::Some);
        }
        // A version, a parent or an id makes no difference now, so any id will do.
        let any = Resource::new(realm.to_owned(), "0");
        let allowed = permissions.decide(self, action, Some(&any))?;
        Ok(if allowed { Reach::All } else { Reach::Nothing })
    }

    /// Those items on whose resource the user may do `action`, in their order.
    ///
    /// # Errors
    /// As for [`Actor::can`].
    pub fn filter<T>(
        &self,
        action: &str,
        items: Vec<T>,
        resource: impl Fn(&T) -> Resource,
    ) -> Result<Vec<T>> {
        let permissions = self.permissions()?;
        let mut known: Option<(Cow<'static, str>, Reach)> = None;
        let mut kept = Vec::new();
        for item in items {
            let resource = resource(&item);
            let reach = match &known {
                Some((realm, reach)) if *realm == resource.realm => *reach,
                _ => self.reach(action, &resource.realm)?,
            };
            let allowed = match reach {
                Reach::All => true,
                Reach::Nothing => false,
                Reach::Some => permissions.decide(self, action, Some(&resource))?,
            };
            known = Some((resource.realm, reach));
            if allowed {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    /// Whether what this user may do is decided by somebody who may take long, such as
    /// another program. What was decided once is remembered: who has asked before it
    /// takes the turn to write need not wait while it has it.
    ///
    /// # Errors
    /// As for [`Actor::can`].
    pub fn waits_for_decisions(&self) -> Result<bool> {
        Ok(self.permissions()?.wait())
    }

    fn login_allows(&self, action: &str) -> bool {
        let scopes = self.scopes();
        scopes.is_none_or(|scopes| scopes.allow_action(action))
    }

    fn decide(&self, action: &str, resource: Option<&Resource>) -> Result<bool> {
        if !self.login_allows(action) {
            return Ok(false);
        }
        let question = (action.to_owned(), resource.cloned());
        if let Some(&known) = self.decisions().get(&question) {
            return Ok(known);
        }
        // A policy that asks what it is just being asked gets a no.
        self.decisions().insert(question.clone(), false);
        let permissions = self.permissions();
        let decision =
            permissions.and_then(|permissions| permissions.decide(self, action, resource));
        match decision {
            Ok(decision) => self.decisions().insert(question, decision),
            // What is broken is no decision: whoever asks again is told the same.
            Err(_) => self.decisions().remove(&question),
        };
        decision
    }

    fn decisions(&self) -> std::sync::MutexGuard<'_, HashMap<Question, bool>> {
        self.decisions
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn permissions(&self) -> Result<&UserPermissions> {
        if let Some(permissions) = self.permissions.get() {
            return Ok(permissions);
        }
        let system = self.env.slot::<PermissionSystem>();
        let permissions = system.of_user(&self.env, &self.authname)?;
        Ok(self.permissions.get_or_init(|| permissions))
    }
}

impl Environment {
    /// The user `authname`, who reached the environment at `base_url`, for the
    /// time of one request that is made on another way than this one. An empty
    /// name is `anonymous`.
    #[must_use]
    pub fn actor(&self, authname: &str, base_url: &str) -> Actor {
        Actor::new(self.clone(), authname, base_url)
    }
}

impl PermissionCache for Actor {
    fn username(&self) -> &str {
        self.authname()
    }

    fn env(&self) -> &Environment {
        self.env()
    }

    fn has_been_granted(&self, action: &str) -> bool {
        let permissions = self.permissions();
        self.login_allows(action)
            && permissions.is_ok_and(|permissions| permissions.has_been_granted(action))
    }

    fn has_permission(&self, action: &str, resource: Option<&Resource>) -> Result<bool> {
        self.decide(action, resource)
    }
}

/// An absolute URL in two: up to the path, and the path.
pub fn split_path(url: &str) -> (&str, &str) {
    let authority = url.find("://").map_or(0, |scheme| scheme + "://".len());
    let path = url[authority..]
        .find('/')
        .map_or(url.len(), |path| authority + path);
    url.split_at(path)
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor")
            .field("authname", &self.authname)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// How much of a realm a user may act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// On every resource.
    All,
    /// On some resources: ask for each.
    Some,
    /// On none.
    Nothing,
}
