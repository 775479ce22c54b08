//! How many arguments a command takes, by its usage.

/// Whether `usage` allows that many arguments.
pub(super) fn allows(usage: &str, count: usize) -> bool {
    let arguments = || usage.split_whitespace();
    let required = arguments()
        .filter(|argument| argument.starts_with('<') && argument.ends_with('>'))
        .count();
    let any = arguments().any(|argument| argument.contains("..."));
    count >= required && (any || count <= arguments().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let check = |usage: &str, expected: &[usize]| {
            let allowed: Vec<_> = (0..5).filter(|&count| allows(usage, count)).collect();
            assert_eq!(allowed, expected, "{usage}");
        };
        check("", &[0]);
        check("<name>", &[1]);
        check("<name> [owner]", &[1, 2]);
        check("[<project> <db>]", &[0, 1, 2]);
        check("<user> <action> [action] [...]", &[2, 3, 4]);
    }
}
