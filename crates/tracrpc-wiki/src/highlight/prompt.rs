//! The prompts of shells: `$`, `#`, `%` or `❯` behind nothing, `[…]`, `user@host:folder` and the
//! like.

use super::scan::run;
use crate::chars::{is_space, is_word};

const MARKS: [char; 4] = ['$', '#', '%', '❯'];

/// The length of the prompt at the start of a line, with the blanks behind it.
pub(super) fn length(line: &str) -> Option<usize> {
    let end = in_brackets(line).or_else(|| named(line))?;
    let spaces = run(&line[end..], is_space);
    let mark = line[end + spaces..].chars().next()?;
    let after = end + spaces + mark.len_utf8();
    Some(after + run(&line[after..], is_space))
}

/// Whether a mark of a prompt follows, maybe behind blanks.
fn has_mark(line: &str, at: usize) -> bool {
    line.get(at..)
        .is_some_and(|rest| rest.trim_start_matches(is_space).starts_with(MARKS))
}

fn in_brackets(line: &str) -> Option<usize> {
    let inside = line.strip_prefix('[')?;
    let mut ends = inside.match_indices(']').map(|(at, _)| at + 2);
    ends.find(|&end| has_mark(line, end))
}

/// What may stand before the mark, maybe behind a word in parentheses.
fn named(line: &str) -> Option<usize> {
    let word = &line[..run(line, |c| !is_space(c))];
    let in_parentheses = word.starts_with('(');
    let ends = word.rmatch_indices(')').map(|(at, _)| at + 1);
    let starts = ends.filter(|&end| in_parentheses && end > 2).take(8);
    starts.chain([0]).find_map(|start| from(line, start))
}

fn from(line: &str, start: usize) -> Option<usize> {
    let rest = &line[start..];
    let space = usize::from(rest.starts_with(' '));
    let word = run(rest, |c| !is_space(c));
    let plain = [start, start + space]
        .into_iter()
        .find(|&end| has_mark(line, end));
    plain
        .or_else(|| shell(line, start, word))
        .or_else(|| user_and_host(line, start, word))
        .or_else(|| user_in_brackets(line, start))
}

/// Ends of characters in a range, the first one first.
fn ends(line: &str, from: usize, to: usize) -> impl DoubleEndedIterator<Item = usize> {
    let text = line.get(from..to).unwrap_or("");
    std::iter::once(from).chain(
        text.char_indices()
            .map(move |(at, c)| from + at + c.len_utf8()),
    )
}

fn shell(line: &str, start: usize, word: usize) -> Option<usize> {
    if !line[start..].starts_with("sh") {
        return None;
    }
    ends(line, start + 2, start + word).find(|&end| has_mark(line, end))
}

/// `user@host:folder`, and the word behind it if a mark follows that.
fn user_and_host(line: &str, start: usize, word: usize) -> Option<usize> {
    let name = &line[start..start + word];
    let mut chars = name.char_indices();
    chars.next().filter(|(_, c)| is_word(*c))?;
    let (second, c) = chars.next()?;
    let after = second + c.len_utf8();
    let mark = after + name[after..].find(['@', ':'])?;
    let shortest = mark + 1 + name[mark + 1..].chars().next()?.len_utf8();
    let end = start + word;
    let spaces = run(&line[end..], is_space);
    let next = end + spaces;
    let next_word = run(&line[next..], |c| !is_space(c));
    let behind = ends(line, next, next + next_word)
        .skip(1)
        .filter(|_| spaces > 0);
    let behind: Vec<usize> = behind.collect();
    let mut all = behind
        .into_iter()
        .rev()
        .chain(ends(line, start + shortest, end).rev());
    all.find(|&end| has_mark(line, end))
}

/// `[user@host folder] more`.
fn user_in_brackets(line: &str, start: usize) -> Option<usize> {
    let inside = line[start..].strip_prefix('[')?;
    let word = &inside[..run(inside, |c| !is_space(c))];
    let first = word.chars().next()?.len_utf8();
    let mark = start + 1 + first + word[first..].find(['@', ':'])?;
    let after = mark + 1 + line[mark + 1..].chars().next()?.len_utf8();
    let close = after + line[after..].find(']')?;
    let text = line.trim_end_matches('\n');
    let least = close + 1 + text.get(close + 1..)?.chars().next()?.len_utf8();
    let last = text.get(least..)?.rfind(MARKS)?;
    Some(least + last)
}
