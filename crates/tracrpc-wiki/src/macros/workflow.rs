//! `[[Workflow(actions)]]` and `{{{#!Workflow`: the place where Trac's script draws a workflow.

use super::{Arguments, Call, Expansion, ExpansionError, Macro};
use crate::Element;
use crate::processor::Parameters;
use crate::text::strip;

/// The section that a workflow stands in.
const SECTION: &str = "[ticket-workflow]";

pub(super) struct Workflow;

impl Macro for Workflow {
    fn name(&self) -> &str {
        "Workflow"
    }

    fn component(&self) -> &str {
        "trac.ticket.default_workflow.WorkflowMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "Show a workflow as a graph: the one of this environment, or the one in the argument.\n\n\
             Actions are written as in `trac.ini`, and separated by `;`. As a processor it takes \
             `width` and `height` in pixels.",
        )
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let content = strip(call.text.unwrap_or_default());
        let parameters = call.parameters.filter(|parameters| !parameters.is_empty());
        if parameters.is_some() || !content.is_empty() {
            check(call, content)?;
        }
        let size = |name, default| parameters.map_or(default, |given| length(given, name, default));
        let style = format!(
            "display:inline-block;width:{}px;height:{}px",
            size("width", "800"),
            size("height", "600")
        );
        let id = call.unique_anchor(&format!("trac-workflow-graph-{:012x}", hash(content)));
        let graph = Element::new("div")
            .attribute("class", "trac-workflow-graph trac-noscript")
            .attribute("id", &id)
            .attribute("style", &style);
        let message = Element::new("div")
            .attribute("class", "system-message")
            .text(call.say("Enable JavaScript to display the workflow graph."));
        let otherwise = Element::new("noscript").html(&message.to_html());
        Ok(Expansion::html(graph.to_html() + &otherwise.to_html()))
    }
}

/// Tells what is wrong with the workflow that is written, or the file that is named, in a call.
fn check(call: &Call<'_>, content: &str) -> Result<(), ExpansionError> {
    let arguments;
    let file = match call.parameters {
        Some(parameters) => parameters.text("file"),
        None => {
            arguments = Arguments::parse(content);
            arguments.get("file")
        }
    };
    if let Some(file) = file.filter(|file| !file.is_empty()) {
        let code = Element::new("code").text(file).to_html();
        let message = call.say_html("The file %(file)s does not exist.", &[("file", &code)]);
        return Err(ExpansionError::processor_usage_html(message));
    }
    if call.parameters.is_some() && content.is_empty() {
        return Err(ExpansionError::processor_usage_html("Invalid argument(s)."));
    }
    let text = match call.parameters {
        Some(_) => content.to_owned(),
        None => lines(content),
    };
    let has_section = text.contains(SECTION);
    let text = if has_section {
        text
    } else {
        format!("{SECTION}\n{text}")
    };
    let checked = call.context.library.check_workflow(&text);
    checked.map_err(|error| match call.parameters {
        Some(_) if error.is_usage() => ExpansionError::processor_usage_html(error.html()),
        _ => error,
    })
}

/// The parts between `;` as lines.
fn lines(content: &str) -> String {
    let lines: Vec<_> = content
        .split(';')
        .map(|line| line.trim_start_matches(crate::chars::is_space))
        .collect();
    lines.join("\n")
}

/// A length in pixels. What is more than a number and a unit would be more than a length.
fn length<'a>(parameters: &'a Parameters, name: &str, default: &'a str) -> &'a str {
    let is_length = |value: &&str| value.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    parameters
        .get(name)
        .map(|value| value.as_str())
        .filter(is_length)
        .unwrap_or(default)
}

/// 48 bits that differ from workflow to workflow (FNV-1a). Trac takes an address in memory.
fn hash(text: &str) -> u64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, fold) >> 16
}
