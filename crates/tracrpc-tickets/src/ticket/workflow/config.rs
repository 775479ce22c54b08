//! The workflow as `[ticket-workflow]` describes it.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use tracrpc_env::text::{parse_int, split_list};
use tracrpc_env::{Error, Result};
use tracrpc_translation::message;

use crate::ticket::name::ActionName;

/// The actions of `[ticket-workflow]`, in the order in which they first appear.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workflow {
    actions: Vec<Action>,
}

/// Something that can be done to a ticket in some of its states.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The name by which clients ask for it.
    pub name: ActionName,
    /// The states in which it is there: a name, `*`, or none for "not created
    /// yet" (`<none>`).
    pub old_states: Vec<Option<String>>,
    /// The state that it leads to, `*` for the same.
    pub new_state: String,
    /// The label for people.
    pub label: String,
    /// The weight: the actions of the greatest come first.
    pub weight: i64,
    /// What it does, in order.
    pub operations: Vec<Operation>,
    /// The permissions of which any one is needed; none are needed if empty.
    pub permissions: Vec<String>,
    /// The users, groups and actions of `.set_owner`.
    pub set_owner: Option<Vec<String>>,
    /// The resolutions of `.set_resolution`.
    pub set_resolution: Option<Vec<String>>,
}

/// What an action does to a ticket besides changing its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Empties the owner.
    DelOwner,
    /// Sets the owner that the user chooses, himself if he does not.
    SetOwner,
    /// Sets the owner that the user chooses, the same if he does not.
    MaySetOwner,
    /// Makes the user the owner.
    SetOwnerToSelf,
    /// Empties the resolution.
    DelResolution,
    /// Sets the resolution that the user chooses.
    SetResolution,
    /// Keeps the state.
    LeaveStatus,
    /// Brings a ticket in an unknown state back into the workflow.
    ResetWorkflow,
    /// An operation that Trac does not know and that does nothing.
    Other(String),
}

impl Workflow {
    /// Reads the options of `[ticket-workflow]`.
    ///
    /// An option that is no transition is passed over, as in Trac.
    ///
    /// # Errors
    /// A `.default` that is no whole number.
    pub fn parse<'a>(options: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        let mut drafts = Drafts::default();
        for (option, value) in options {
            drafts.read(option, value)?;
        }
        let actions: Vec<_> = drafts.0.into_values().map(Draft::finish).collect();
        Ok(Self { actions }.with_reset())
    }

    /// The actions in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Action> {
        self.actions.iter()
    }

    /// The action of that name.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == *name)
    }

    /// All states that some action knows, sorted.
    #[must_use]
    pub fn states(&self) -> Vec<String> {
        let states: BTreeSet<&str> = self.actions.iter().flat_map(Action::states).collect();
        let named = states
            .into_iter()
            .filter(|state| !matches!(*state, "" | "*"));
        named.map(str::to_owned).collect()
    }

    /// Adds the hidden action that brings tickets in unknown states back,
    /// which Trac has where there is a state `new`.
    fn with_reset(mut self) -> Self {
        let has_new = self
            .actions
            .iter()
            .flat_map(Action::states)
            .any(|state| state == "new");
        if has_new && self.action(RESET).is_none() {
            self.actions.push(Action::reset());
        }
        self
    }
}

/// The name of the hidden action for tickets in unknown states.
pub(crate) const RESET: &str = "_reset";

impl Action {
    /// Whether the action has an operation.
    #[must_use]
    pub fn does(&self, operation: &Operation) -> bool {
        self.operations.contains(operation)
    }

    fn states(&self) -> impl Iterator<Item = &str> {
        let old = self.old_states.iter().flatten().map(String::as_str);
        old.chain([self.new_state.as_str()])
    }

    fn reset() -> Self {
        Self {
            name: RESET.into(),
            old_states: Vec::new(),
            new_state: "new".to_owned(),
            label: "Reset".to_owned(),
            weight: 0,
            operations: vec![Operation::ResetWorkflow],
            permissions: vec!["TICKET_ADMIN".to_owned()],
            set_owner: None,
            set_resolution: None,
        }
    }
}

impl Operation {
    fn from_name(name: String) -> Self {
        match name.as_str() {
            "del_owner" => Self::DelOwner,
            "set_owner" => Self::SetOwner,
            "may_set_owner" => Self::MaySetOwner,
            "set_owner_to_self" => Self::SetOwnerToSelf,
            "del_resolution" => Self::DelResolution,
            "set_resolution" => Self::SetResolution,
            "leave_status" => Self::LeaveStatus,
            "reset_workflow" => Self::ResetWorkflow,
            _ => Self::Other(name),
        }
    }
}

/// Actions while they are read, option by option.
#[derive(Default)]
struct Drafts(IndexMap<String, Draft>);

#[derive(Default)]
struct Draft {
    name: String,
    old_states: Vec<String>,
    new_state: String,
    display_name: Option<String>,
    label: Option<String>,
    weight: i64,
    operations: Vec<String>,
    permissions: Vec<String>,
    set_owner: Option<Vec<String>>,
    set_resolution: Option<Vec<String>>,
}

impl Drafts {
    fn read(&mut self, option: &str, value: &str) -> Result<()> {
        let mut parts = option.split('.');
        let name = parts.next().unwrap_or_default();
        match parts.next() {
            None => self.read_transition(name, value),
            Some("default") => self.draft(name).weight = parse_weight(option, value)?,
            Some(attribute) => self.draft(name).set(attribute, value),
        }
        Ok(())
    }

    /// Reads `old, states -> new`; anything else is no action at all.
    fn read_transition(&mut self, name: &str, value: &str) {
        let sides: Vec<&str> = value.split("->").collect();
        if let [old, new] = sides[..] {
            let draft = self.draft(name);
            draft.old_states = list(old);
            draft.new_state = tracrpc_env::text::strip(new).to_owned();
        }
    }

    fn draft(&mut self, name: &str) -> &mut Draft {
        self.0.entry(name.to_owned()).or_insert_with(|| Draft {
            name: name.to_owned(),
            ..Draft::default()
        })
    }
}

impl Draft {
    fn set(&mut self, attribute: &str, value: &str) {
        match attribute {
            "oldstates" => self.old_states = list(value),
            "newstate" => self.new_state = value.to_owned(),
            "name" => self.display_name = Some(value.to_owned()),
            "label" => self.label = Some(value.to_owned()),
            "operations" => self.operations = list(value),
            "permissions" => self.permissions = list(value),
            "set_owner" => self.set_owner = Some(list(value)),
            "set_resolution" => self.set_resolution = Some(list(value)),
            _ => {}
        }
    }

    fn finish(self) -> Action {
        let operations = self.operations.into_iter();
        Action {
            label: self
                .label
                .or(self.display_name)
                .unwrap_or_else(|| default_label(&self.name)),
            name: self.name.into(),
            old_states: not_created(self.old_states),
            new_state: self.new_state,
            weight: self.weight,
            operations: operations.map(Operation::from_name).collect(),
            permissions: self.permissions,
            set_owner: self.set_owner,
            set_resolution: self.set_resolution,
        }
    }
}

fn default_label(name: &str) -> String {
    tracrpc_env::text::strip(&name.replace('_', " ")).to_owned()
}

/// Trac replaces the first of each spelling of `<none>`.
fn not_created(states: Vec<String>) -> Vec<Option<String>> {
    let mut states: Vec<_> = states.into_iter().map(Some).collect();
    for spelling in ["<none>", "< none >"] {
        let found = states
            .iter()
            .position(|state| state.as_deref() == Some(spelling));
        if let Some(index) = found {
            states[index] = None;
        }
    }
    states
}

fn list(value: &str) -> Vec<String> {
    split_list(value, |c| c == ',')
}

fn parse_weight(option: &str, value: &str) -> Result<i64> {
    parse_int(value).ok_or_else(|| {
        Error::setting(message!(
            "[%(section)s] %(entry)s: expected integer, got %(value)s",
            section = "ticket-workflow",
            entry = option,
            value = tracrpc_env::text::python_repr(value),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workflow(text: &str) -> Workflow {
        let options = text.lines().map(|line| line.split_once(" = ").unwrap());
        Workflow::parse(options).unwrap()
    }

    fn some(states: &[&str]) -> Vec<Option<String>> {
        states
            .iter()
            .map(|state| Some((*state).to_owned()))
            .collect()
    }

    #[test]
    fn an_action_of_every_attribute() {
        let workflow = workflow(
            "take = new, in work -> in work\n\
             take.label = take it\n\
             take.name = old name\n\
             take.default = 7\n\
             take.operations = set_owner, set_resolution,odd\n\
             take.permissions = TICKET_MODIFY, TICKET_ADMIN\n\
             take.set_owner = joe, , anna\n\
             take.set_resolution = fixed\n\
             take.icon = ignored",
        );
        let action = workflow.action("take").unwrap();
        assert_eq!(action.old_states, some(&["new", "in work"]));
        assert_eq!(action.new_state, "in work");
        assert_eq!(action.label, "take it");
        assert_eq!(action.weight, 7);
        assert_eq!(
            action.operations,
            [
                Operation::SetOwner,
                Operation::SetResolution,
                Operation::Other("odd".into())
            ]
        );
        assert_eq!(action.permissions, ["TICKET_MODIFY", "TICKET_ADMIN"]);
        assert_eq!(action.set_owner.as_deref().unwrap(), ["joe", "anna"]);
        assert_eq!(action.set_resolution.as_deref().unwrap(), ["fixed"]);
    }

    #[test]
    fn labels() {
        let check = |text: &str, expected: &str| {
            let workflow = workflow(text);
            assert_eq!(workflow.iter().next().unwrap().label, expected, "{text}");
        };
        check("set_it_up_ = a -> b", "set it up");
        check("x = a -> b\nx.name = named", "named");
        check("x.label = labelled\nx = a -> b\nx.name = named", "labelled");
    }

    #[test]
    fn what_is_no_transition_is_passed_over() {
        let workflow = workflow("a = here\nb = here -> there -> where\nc = x -> y");
        let names: Vec<_> = workflow.iter().map(|action| action.name.as_str()).collect();
        assert_eq!(names, ["c"]);
    }

    #[test]
    fn states() {
        let check = |text: &str, expected: &[&str]| assert_eq!(workflow(text).states(), expected);
        check("leave = * -> *", &[]);
        check(
            "create = <none> -> open\nclose = open -> closed",
            &["closed", "open"],
        );
        check("x.permissions = A", &[]);
    }

    #[test]
    fn reset_is_there_where_there_is_a_new_state() {
        let check = |text: &str, expected| {
            let reset = workflow(text).action("_reset").map(|a| a.permissions.len());
            assert_eq!(reset, expected, "{text}");
        };
        check("a = new -> b", Some(1));
        check("a = b -> new", Some(1));
        check("a = b -> c", None);
        check("a = b -> new\n_reset = * -> a", Some(0));
    }

    #[test]
    fn the_weight_is_a_number() {
        let error = Workflow::parse([("a.default", "much")]).unwrap_err();
        assert_eq!(
            error.message(),
            "[ticket-workflow] a.default: expected integer, got 'much'"
        );
    }
}
