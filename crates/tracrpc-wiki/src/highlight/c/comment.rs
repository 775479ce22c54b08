//! How far comments go.

use crate::chars::is_space;
use crate::highlight::scan::run;

/// Blanks and comments.
pub(super) fn comments_length(text: &str) -> usize {
    let mut end = run(text, is_space);
    loop {
        let rest = &text[end..];
        let comment = match line_comment_length(rest) {
            0 if starts_block_comment(rest) => match block_comment_length(rest) {
                Some(length) => length,
                // It goes on up to the end.
                None => return text.len(),
            },
            length => length,
        };
        if comment == 0 {
            return end;
        }
        end += comment;
        end += run(&text[end..], is_space);
    }
}

/// `// …` up to a line that does not end in a backslash.
pub(super) fn line_comment_length(text: &str) -> usize {
    if !text.starts_with("//") {
        return 0;
    }
    let mut ends = text.match_indices('\n').map(|(at, _)| at);
    let end = ends.find(|&at| !text[..at].ends_with('\\'));
    end.map_or(text.len(), |at| at + 1)
}

pub(super) fn starts_block_comment(text: &str) -> bool {
    text.starts_with("/*") || text.starts_with("/\\\n*")
}

pub(super) fn block_comment_length(text: &str) -> Option<usize> {
    let start = text.find('*')? + 1;
    let mut marks = text[start..]
        .match_indices('*')
        .map(|(at, _)| start + at + 1);
    marks.find_map(|at| {
        let after = &text[at..];
        let goes_on = if after.starts_with("\\\n") { 2 } else { 0 };
        after[goes_on..]
            .starts_with('/')
            .then_some(at + goes_on + 1)
    })
}

/// Blanks with at most one comment of one line.
pub(super) fn blank_with_comment_length(text: &str) -> usize {
    let spaces = run(text, is_space);
    let line = &text[spaces..];
    let line = &line[..run(line, |c| c != '\n')];
    let Some(end) = line.strip_prefix("/*").and_then(|inside| inside.find("*/")) else {
        return spaces;
    };
    let comment = spaces + end + 4;
    comment + run(&text[comment..], is_space)
}
