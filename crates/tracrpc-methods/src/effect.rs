//! Whether a method writes.

/// What a call of a method may do to an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing.
    Reads,
    /// It may change something: so does every method of which nothing else is known.
    Writes,
}

impl Effect {
    /// The word for it: `reads` or `writes`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
        }
    }
}
