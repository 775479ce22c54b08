//! Any `[ticket-workflow]` is a workflow or refused, and knows its own actions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tracrpc_env::config::Ini;
use tracrpc_tickets::ticket::workflow::Workflow;

fuzz_target!(|text: &str| {
    let text = format!("[ticket-workflow]\n{text}");
    let Ok(ini) = Ini::parse(&text) else { return };
    let Ok(workflow) = Workflow::parse(ini.options("ticket-workflow")) else {
        return;
    };
    let states = workflow.states();
    for action in workflow.iter() {
        assert!(workflow.action(&action.name).is_some());
        for state in action
            .old_states
            .iter()
            .flatten()
            .chain([&action.new_state])
        {
            let is_none = matches!(state.as_str(), "" | "*");
            assert!(is_none || states.contains(state), "{state:?} of {states:?}");
        }
    }
});
