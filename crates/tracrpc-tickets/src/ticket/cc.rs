//! The list of people who get copies.

use tracrpc_env::text::{is_space, split_list};

/// The list with one separator and without repetitions, as Trac stores it.
pub(super) fn normalized(list: &str) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for person in split_list(list, |c| matches!(c, ',' | ';') || is_space(c)) {
        if seen.insert(person.clone()) {
            kept.push(person);
        }
    }
    kept.join(", ")
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn separators_and_repetitions() {
        let check = |list: &str, expected: &str| assert_eq!(normalized(list), expected);
        check("", "");
        check("joe", "joe");
        check("joe;anna  bob,joe,,", "joe, anna, bob");
        check(" ;\t,\r\n ", "");
        check("a@example.org, a@example.org", "a@example.org");
    }
}
