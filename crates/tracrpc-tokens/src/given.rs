//! What a header `Authorization` gives.

/// What a value of the header gives for `Bearer` (RFC 6750, section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given<'a> {
    /// Credentials of another scheme.
    OtherScheme,
    /// A token.
    Token(&'a str),
    /// Something that can be no token.
    Malformed,
}

impl<'a> Given<'a> {
    /// What this value gives. The name of the scheme is compared without regard to case.
    #[must_use]
    pub fn of(value: &'a [u8]) -> Self {
        const SCHEME: &[u8] = b"bearer";
        let Some((scheme, rest)) = value.split_at_checked(SCHEME.len()) else {
            return Self::OtherScheme;
        };
        if !scheme.eq_ignore_ascii_case(SCHEME) || !matches!(rest.first(), None | Some(b' ')) {
            return Self::OtherScheme;
        }
        let token = std::str::from_utf8(rest.trim_ascii());
        match token {
            Ok(token) if is_token(token) => Self::Token(token),
            _ => Self::Malformed,
        }
    }
}

fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    let digits = text.trim_end_matches('=');
    !digits.is_empty() && digits.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_out() {
        let check =
            |value: &str, expected| assert_eq!(Given::of(value.as_bytes()), expected, "{value}");
        check("Bearer abc", Given::Token("abc"));
        check("bEARER  a.b-c_d~e+f/g== ", Given::Token("a.b-c_d~e+f/g=="));
        check("Bearer", Given::Malformed);
        check("Bearer ", Given::Malformed);
        check("Bearer ==", Given::Malformed);
        check("Bearer a b", Given::Malformed);
        check("Bearer a=b", Given::Malformed);
        check("Bearer é", Given::Malformed);
        check("Bearer,abc", Given::OtherScheme);
        check("Bearers abc", Given::OtherScheme);
        check("Basic abc", Given::OtherScheme);
        check("", Given::OtherScheme);
        assert_eq!(Given::of(b"Bearer \xff"), Given::Malformed);
    }
}
