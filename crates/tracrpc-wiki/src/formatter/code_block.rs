//! Code blocks: `{{{ … }}}`, and the processor that gets them.

use super::{Flavor, Formatter};
use crate::chars::{is_space, is_word};
use crate::processor::{Parameters, ProcessorCall};
use crate::text::strip;

pub(crate) const END_BLOCK: &str = "}}}";
const START_BLOCK: &str = "{{{";

/// The block at hand.
#[derive(Default)]
pub(super) struct CodeBlock<'a> {
    /// How many blocks are open in one another.
    pub(super) depth: usize,
    processor: Option<ProcessorCall<'a>>,
    lines: Vec<&'a str>,
    /// What stands before the braces or before `#!`: it is taken off each line if it is there.
    prefix: &'a str,
}

/// The start of a block: the name of the processor, if it stands there, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StartOfBlock<'t> {
    name: Option<&'t str>,
    parameters: &'t str,
}

/// Reads `{{{` alone in a line, or `{{{#!name parameters`.
pub(crate) fn start_of_block(line: &str) -> Option<StartOfBlock<'_>> {
    let rest = line
        .trim_start_matches(is_space)
        .strip_prefix(START_BLOCK)?;
    if let Some((_, name, parameters)) = processor_line(rest) {
        return Some(StartOfBlock {
            name: Some(name),
            parameters,
        });
    }
    strip(rest).is_empty().then_some(StartOfBlock {
        name: None,
        parameters: "",
    })
}

/// Reads `#!name parameters`: what stands before it, the name, and what follows.
fn processor_line(line: &str) -> Option<(&str, &str, &str)> {
    let rest = line.trim_start_matches(is_space);
    let indent = &line[..line.len() - rest.len()];
    let rest = rest.strip_prefix("#!")?;
    let first = rest
        .chars()
        .next()
        .filter(|&c| matches!(c, '+' | '-') || is_word(c))?;
    let is_name = |c: char| matches!(c, '+'..='/') || is_word(c);
    let length = rest[first.len_utf8()..]
        .find(|c| !is_name(c))
        .map_or(rest.len(), |at| first.len_utf8() + at);
    Some((indent, &rest[..length], &rest[length..]))
}

impl<'a> Formatter<'a> {
    pub(super) fn code_block_line(&mut self, line: &'a str, start: Option<StartOfBlock<'a>>) {
        if self.is_outline() {
            return self.skip_block_line(line, start.is_some());
        }
        if let Some(start) = start {
            return self.start_block(line, start);
        }
        let is_end = strip(line) == END_BLOCK;
        if is_end {
            self.code_block.depth -= 1;
            if self.code_block.depth == 0
                && let Some(processor) = self.code_block.processor.take()
            {
                return self.end_block(processor);
            }
        }
        if !is_end && self.code_block.processor.is_none() {
            if let Some((prefix, name, parameters)) = processor_line(line) {
                self.code_block.prefix = prefix;
                self.code_block.processor = Some(self.processor_call(name, parameters));
                return;
            }
            self.code_block.processor = Some(ProcessorCall::default_processor());
        }
        self.code_block.lines.push(line);
    }

    /// Ends what is left open, as if `}}}` stood at the end of the text.
    pub(super) fn close_code_blocks(&mut self) {
        while self.code_block.depth > 0 {
            self.code_block_line(END_BLOCK, None);
        }
    }

    fn start_block(&mut self, line: &'a str, start: StartOfBlock<'a>) {
        self.code_block.depth += 1;
        if self.code_block.depth > 1 {
            self.code_block.lines.push(line);
            self.code_block
                .processor
                .get_or_insert_with(ProcessorCall::default_processor);
            return;
        }
        let processor = start
            .name
            .map(|name| self.processor_call(name, start.parameters));
        let prefix = line.split(START_BLOCK).next().unwrap_or_default();
        self.code_block = CodeBlock {
            depth: 1,
            processor,
            lines: Vec::new(),
            prefix,
        };
    }

    fn processor_call(&self, name: &'a str, parameters: &str) -> ProcessorCall<'a> {
        ProcessorCall::find(self.context, name, Some(Parameters::parse(parameters)))
    }

    fn end_block(&mut self, processor: ProcessorCall<'a>) {
        if !processor.is_part_of_table() {
            self.close_table();
        }
        self.close_paragraph();
        let text = self.block_text();
        let html = self.run_processor(processor, &text);
        self.out.push_str(&html);
    }

    /// The lines of the block, without the indentation that all of them share.
    fn block_text(&mut self) -> String {
        let CodeBlock { lines, prefix, .. } = std::mem::take(&mut self.code_block);
        let is_indented = lines
            .iter()
            .all(|line| line.is_empty() || line.starts_with(prefix));
        let mut text = String::with_capacity(lines.iter().map(|line| line.len() + 1).sum());
        for line in lines {
            let line = if is_indented && !line.is_empty() {
                &line[prefix.len()..]
            } else {
                line
            };
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// An outline has nothing of a block.
    fn skip_block_line(&mut self, line: &str, is_start: bool) {
        debug_assert!(matches!(self.flavor, Flavor::Outline { .. }));
        if is_start {
            self.code_block.depth += 1;
        } else if strip(line) == END_BLOCK {
            self.code_block.depth -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_of_blocks() {
        let check = |line: &str, want: Option<(Option<&str>, &str)>| {
            let start = start_of_block(line);
            assert_eq!(
                start.map(|start| (start.name, start.parameters)),
                want,
                "{line}"
            );
        };
        check("{{{", Some((None, "")));
        check("  {{{  ", Some((None, "")));
        check("{{{#!div class=x", Some((Some("div"), " class=x")));
        check("{{{  #!text/x-c++", Some((Some("text/x-c++"), "")));
        check("{{{ x", None);
        check("a {{{", None);
        check("{{{#!", None);
    }
}
