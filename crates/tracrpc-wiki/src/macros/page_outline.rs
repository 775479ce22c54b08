//! `[[PageOutline(depths, title, inline, unnumbered)]]`: the headings of the text it stands in.

use super::{Call, Expansion, ExpansionError, Macro};
use crate::link::parse_int;
use crate::{Element, OutlineOptions};

pub(super) struct PageOutline;

impl Macro for PageOutline {
    fn name(&self) -> &str {
        "PageOutline"
    }

    fn component(&self) -> &str {
        "trac.wiki.macros.PageOutlineMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "Show the headings of the page as a list of links.\n\n\
             The arguments are the levels of headings (`2` or `2-3`), a title, `inline` for an outline \
             that stands in the text and not in a box beside it, and `unnumbered`.",
        )
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let arguments: Vec<&str> = call
            .text
            .unwrap_or_default()
            .split(',')
            .map(crate::text::strip)
            .collect();
        let depths = if call.text.is_none_or(str::is_empty) {
            (1, 6)
        } else {
            parse_depths(arguments[0])?
        };
        let style = |name: &str| {
            arguments
                .iter()
                .skip(2)
                .any(|argument| argument.to_lowercase() == name)
        };
        let (inline, unnumbered) = (style("inline"), style("unnumbered"));
        let options = OutlineOptions {
            min_depth: depths.0,
            max_depth: depths.1,
            shorten: !inline,
        };
        let mut html = call.outline(&options);
        if let Some(title) = arguments.get(1).filter(|title| !title.is_empty()) {
            let heading = Element::new("h4")
                .attribute("class", "section")
                .text(title)
                .to_html();
            html.insert_str(0, &heading);
        }
        let class = match (inline, unnumbered) {
            (false, _) => "wiki-toc",
            (true, true) => "wiki-toc-un",
            (true, false) => return Ok(Expansion::html(html)),
        };
        Ok(Expansion::element(
            Element::new("div").attribute("class", class).html(&html),
        ))
    }
}

/// Reads `2` or `2-3`.
fn parse_depths(text: &str) -> Result<(usize, usize), ExpansionError> {
    match text.split_once('-') {
        Some((min, max)) => Ok((parse_depth(min)?, parse_depth(max)?)),
        None => parse_depth(text).map(|depth| (depth, depth)),
    }
}

fn parse_depth(text: &str) -> Result<usize, ExpansionError> {
    let depth = parse_int(text).ok_or_else(|| ExpansionError::invalid_argument(None, text))?;
    Ok(usize::try_from(depth.clamp(1, 6)).unwrap_or(6))
}
