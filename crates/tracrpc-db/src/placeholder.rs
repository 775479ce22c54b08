//! Rewrites `?` placeholders for databases that number them.

/// `sql` with its first `?` as `$1`, the second as `$2` and so on, but for
/// those within quotes and comments.
pub(crate) fn numbered(sql: &str) -> String {
    let mut result = String::with_capacity(sql.len() + 16);
    let mut count = 0;
    let mut rest = sql;
    while let Some(start) = rest.find(['?', '\'', '"', '-', '/']) {
        result.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = verbatim_length(rest);
        if rest.starts_with('?') {
            count += 1;
            result.push_str(&format!("${count}"));
        } else {
            result.push_str(&rest[..length]);
        }
        rest = &rest[length..];
    }
    result.push_str(rest);
    result
}

/// The length of the quoted text or comment that `sql` starts with, else 1.
fn verbatim_length(sql: &str) -> usize {
    let end = |from: usize, mark: &str| {
        sql.get(from..)
            .and_then(|rest| rest.find(mark))
            .map_or(sql.len(), |position| from + position + mark.len())
    };
    match sql.as_bytes() {
        // A doubled quote reads as two texts next to each other.
        [b'\'', ..] => end(1, "'"),
        [b'"', ..] => end(1, "\""),
        [b'-', b'-', ..] => end(2, "\n"),
        [b'/', b'*', ..] => end(2, "*/"),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_question_marks_outside_of_quotes_are_placeholders() {
        for (sql, expected) in [
            ("SELECT 1", "SELECT 1"),
            ("SELECT ? WHERE a=?", "SELECT $1 WHERE a=$2"),
            ("SELECT '?', \"a?b\", ?", "SELECT '?', \"a?b\", $1"),
            ("SELECT 'it''s ?' || ?", "SELECT 'it''s ?' || $1"),
            ("SELECT ? -- really?\n, ?", "SELECT $1 -- really?\n, $2"),
            (
                "SELECT a - ? / b /* ? */ , ?",
                "SELECT a - $1 / b /* ? */ , $2",
            ),
            ("SELECT 'ä?ö' = ?", "SELECT 'ä?ö' = $1"),
            ("SELECT 'open ?", "SELECT 'open ?"),
        ] {
            assert_eq!(numbered(sql), expected, "{sql}");
        }
    }
}
