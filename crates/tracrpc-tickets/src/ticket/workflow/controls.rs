//! What an action asks for and what it says that it will do: the form that
//! Trac shows on the page of a ticket.

use tracrpc_env::text::escape;
use tracrpc_env::{Error, Result};
use tracrpc_translation::{Message, message};

use super::author::Authors;
use super::config::{Action, Operation};
use super::controller::{Control, Offer};
use super::owners::allowed_owners;
use super::user::ActionUser;
use crate::enums::{self, EnumKind};
use crate::ticket::model::Ticket;

/// What an action of the workflow asks for and says.
pub(super) fn offer(user: &ActionUser<'_>, ticket: &Ticket, action: &Action) -> Result<Offer> {
    let mut form = Form {
        action,
        ticket,
        user,
        authors: Authors::new(user.actor(), ticket.resource()),
        hints: Vec::new(),
        controls: Vec::new(),
    };
    form.fill()?;
    Ok(Offer {
        label: action.label.clone(),
        hint: form.hints.join(". "),
        controls: form.controls,
    })
}

/// The hints and controls of one action, while they are collected.
struct Form<'a> {
    action: &'a Action,
    ticket: &'a Ticket,
    user: &'a ActionUser<'a>,
    authors: Authors<'a>,
    hints: Vec<String>,
    controls: Vec<Control>,
}

impl Form<'_> {
    fn fill(&mut self) -> Result<()> {
        if self.does(&Operation::ResetWorkflow) {
            self.say("Current state no longer exists", &[]);
        }
        if self.does(&Operation::DelOwner) {
            self.say("The ticket will be disowned", &[]);
        }
        if self.does(&Operation::SetOwner) || self.does(&Operation::MaySetOwner) {
            self.owner()?;
        } else if self.does(&Operation::SetOwnerToSelf) {
            self.owner_to_self()?;
        }
        if self.does(&Operation::SetResolution) {
            self.resolution()?;
        }
        if self.does(&Operation::DelResolution) {
            self.say("The resolution will be deleted", &[]);
        }
        self.status()
    }

    fn does(&self, operation: &Operation) -> bool {
        self.action.does(operation)
    }

    /// Adds a hint in the user's language. What fills its places is HTML.
    fn say(&mut self, id: &'static str, html: &[(&str, &str)]) {
        let catalog = self.user.actor().catalog();
        self.hints.push(catalog.html(id, escape, html));
    }

    fn current_owner(&self) -> &str {
        self.ticket.original_text("owner")
    }

    /// Says who the owner is now and, in the place `new_owner` of the text, who will be.
    fn say_owner_change(&mut self, id: &'static str, new: &str) -> Result<()> {
        let current = self.authors.html(self.current_owner())?;
        self.say(id, &[("current_owner", &current), ("new_owner", new)]);
        Ok(())
    }

    fn owner(&mut self) -> Result<()> {
        let preset = self.preset_owner();
        let mut owners = self
            .choosable_owners(preset.as_deref())?
            .unwrap_or_default();
        let name = format!("action_{}_reassign_owner", self.action.name);
        match owners.len() {
            0 => {
                self.controls.push(Control {
                    name,
                    value: preset,
                    options: Vec::new(),
                });
                self.say_owner_change(
                    "The owner will be changed from %(current_owner)s to the specified user",
                    "",
                )
            }
            1 => {
                let owner = owners.remove(0);
                // Nobody is offered as "no value", which no stored owner equals.
                if owner.as_deref() != Some(self.ticket.text("owner")) {
                    let to = self.authors.html(owner.as_deref().unwrap_or_default())?;
                    self.say_owner_change(TO_NEW_OWNER, &to)?;
                }
                self.controls.push(Control {
                    name,
                    value: owner,
                    options: Vec::new(),
                });
                Ok(())
            }
            _ => {
                let control = self.owner_choice(name, owners, preset.as_deref())?;
                self.controls.push(control);
                self.say_owner_change(
                    "The owner will be changed from %(current_owner)s to the selected user",
                    "",
                )
            }
        }
    }

    /// The user himself for `set_owner`, else the present owner.
    fn preset_owner(&self) -> Option<String> {
        let preset = if self.does(&Operation::SetOwner) {
            self.user.name()
        } else {
            self.current_owner()
        };
        (!preset.is_empty()).then(|| preset.to_owned())
    }

    /// The owners to choose from, where "nobody" may be one; none if any will do.
    fn choosable_owners(&self, preset: Option<&str>) -> Result<Option<Vec<Option<String>>>> {
        let allowed = allowed_owners(self.user.actor(), self.ticket, self.action)?;
        let Some(allowed) = allowed else {
            return Ok(None);
        };
        let mut owners: Vec<_> = allowed.into_iter().map(Some).collect();
        let may_stay = !self.does(&Operation::SetOwner);
        if may_stay && owners.iter().all(|owner| owner.as_deref() != preset) {
            owners.insert(0, preset.map(str::to_owned));
        }
        Ok(Some(owners))
    }

    /// The choice between some owners, in the order of the names that Trac shows for them. What is
    /// offered are the values of Trac's form, which can be sent back; the RPC plugin offers the
    /// names shown, of which a full name is nobody's login.
    fn owner_choice(
        &self,
        name: String,
        owners: Vec<Option<String>>,
        preset: Option<&str>,
    ) -> Result<Control> {
        let mut choices = Vec::new();
        for owner in owners {
            choices.push((
                self.authors.text(owner.as_deref().unwrap_or_default())?,
                owner,
            ));
        }
        choices.sort();
        let is_offered = choices.iter().any(|(_, owner)| owner.as_deref() == preset);
        let value = preset.filter(|_| is_offered).unwrap_or_default();
        let options = choices
            .into_iter()
            .map(|(_, owner)| owner.unwrap_or_default())
            .collect();
        Ok(Control {
            name,
            value: Some(value.to_owned()),
            options,
        })
    }

    fn owner_to_self(&mut self) -> Result<()> {
        let owner = self.current_owner();
        if owner != self.user.name() {
            let to = self.authors.html(self.user.name())?;
            return self.say_owner_change(TO_NEW_OWNER, &to);
        }
        if self.ticket.original_text("status") != self.action.new_state {
            let stays = self.authors.html(owner)?;
            self.say(OWNER_REMAINS, &[("current_owner", &stays)]);
        }
        Ok(())
    }

    fn resolution(&mut self) -> Result<()> {
        let resolutions = self.resolutions()?;
        let name = format!("action_{}_resolve_resolution", self.action.name);
        if let [only] = resolutions.as_slice() {
            self.say(
                "The resolution will be set to %(name)s",
                &[("name", &escape(only))],
            );
            self.controls.push(Control {
                name,
                value: Some(only.clone()),
                options: Vec::new(),
            });
            return Ok(());
        }
        let preset = &self
            .ticket
            .definitions()
            .config()
            .ticket()
            .default_resolution;
        let offered = resolutions.iter().find(|resolution| *resolution == preset);
        let value = Some(offered.cloned().unwrap_or_default());
        self.controls.push(Control {
            name,
            value,
            options: resolutions,
        });
        self.say("The resolution will be set", &[]);
        Ok(())
    }

    fn resolutions(&self) -> Result<Vec<String>> {
        // Not those of the field, which Trac keeps as they were when only
        // their order has changed.
        let known = enums::list(self.user.actor().env(), EnumKind::Resolution)?;
        let known: Vec<String> = known.into_iter().map(|value| value.name).collect();
        let resolutions = self.action.set_resolution.as_deref().unwrap_or(&known);
        if resolutions
            .iter()
            .any(|resolution| !known.contains(resolution))
        {
            return Err(unusable(message!(
                "Your workflow attempts to set a resolution but uses undefined resolutions \
                 (configuration issue, please contact your Trac admin)."
            )));
        }
        if resolutions.is_empty() {
            return Err(unusable(message!(
                "Your workflow attempts to set a resolution but none is defined (configuration \
                 issue, please contact your Trac admin)."
            )));
        }
        Ok(resolutions.to_vec())
    }

    fn status(&mut self) -> Result<()> {
        if self.does(&Operation::LeaveStatus) {
            if self.action.operations.len() == 1 {
                self.say_owner_stays()?;
            }
        } else if self.action.new_state != self.ticket.original_text("status") {
            let name = escape(&self.action.new_state);
            self.say("Next status will be '%(name)s'", &[("name", &name)]);
        }
        Ok(())
    }

    fn say_owner_stays(&mut self) -> Result<()> {
        if self.current_owner().is_empty() {
            self.say("The ticket will remain with no owner", &[]);
            return Ok(());
        }
        let owner = self.authors.html(self.current_owner())?;
        self.say(OWNER_REMAINS, &[("current_owner", &owner)]);
        Ok(())
    }
}

const TO_NEW_OWNER: &str = "The owner will be changed from %(current_owner)s to %(new_owner)s";

const OWNER_REMAINS: &str = "The owner will remain %(current_owner)s";

/// Trac tells the user about this mistake of the administrator.
fn unusable(message: Message) -> Error {
    Error::invalid(message).with_title(message!("Configuration Error"))
}
