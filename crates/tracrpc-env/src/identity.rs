//! Somebody who has logged in.

use std::borrow::Cow;

/// Somebody who has logged in, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name, as the way to log in knows it.
    pub user: String,
    /// The way to log in, such as `basic`.
    pub way: Cow<'static, str>,
}

impl Identity {
    /// The user of that name, who came in by `way`.
    pub fn new(user: impl Into<String>, way: impl Into<Cow<'static, str>>) -> Self {
        Self {
            user: user.into(),
            way: way.into(),
        }
    }
}
