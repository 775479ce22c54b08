//! A way to log in: the header `X-Badge` holds a number, and a file says whose it is
//! (lines of `number name`).

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use tracrpc_env::Identity;
use tracrpc_server::{AuthMethod, AuthRequest, Authenticator, Verdict};

/// The method `badge`.
pub fn method() -> AuthMethod {
    AuthMethod::new("badge", open)
}

fn open(file: &Path, realm: &str) -> io::Result<Arc<dyn Authenticator>> {
    let text = fs::read_to_string(file)?;
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    Ok(Arc::new(Badges {
        realm: realm.to_owned(),
        owners: lines
            .map(|(number, name)| (number.to_owned(), name.to_owned()))
            .collect(),
    }))
}

struct Badges {
    realm: String,
    owners: HashMap<String, String>,
}

impl Authenticator for Badges {
    fn challenges(&self, _: &AuthRequest) -> Vec<String> {
        vec![format!("Badge realm=\"{}\"", self.realm)]
    }

    fn has_credentials(&self, request: &AuthRequest) -> bool {
        request.headers.contains_key("x-badge")
    }

    fn recall(&self, request: &AuthRequest) -> Option<Verdict> {
        Some(self.judge(request))
    }

    fn judge(&self, request: &AuthRequest) -> Verdict {
        let Some(number) = request.headers.get("x-badge") else {
            return Verdict::Absent;
        };
        let number = number.to_str().unwrap_or_default();
        match self.owners.get(number) {
            Some(name) => Verdict::User(Identity::new(name.clone(), "badge")),
            None => Verdict::Refused,
        }
    }
}
