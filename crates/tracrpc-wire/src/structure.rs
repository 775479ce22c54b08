//! Named values that keep their order.

use std::collections::HashMap;

use crate::Value;

/// Named values in insertion order.
///
/// A name that is inserted again keeps its place and takes the new value,
/// as in a Python dictionary.
///
/// ```
/// # use tracrpc_wire::{Struct, Value};
/// let mut page = Struct::new();
/// page.insert("name", "WikiStart");
/// page.insert("version", 3);
/// assert_eq!(page.get("version"), Some(&Value::Int(3)));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct {
    members: Vec<(String, Value)>,
}

impl Struct {
    /// A struct without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the member `name`. Looks at all that are there: to build a large
    /// struct, collect it instead.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.members.iter_mut().find(|(known, _)| *known == name) {
            Some(member) => member.1 = value,
            None => self.members.push((name, value)),
        }
    }

    /// The value of the member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Takes the member `name` out. The others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.members.iter().position(|(known, _)| known == name)?;
        Some(self.members.remove(place).1)
    }

    /// The names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl IntoIterator for Struct {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

/// Collects in time that grows with the number of members, whoever named them.
impl<N: Into<String>, V: Into<Value>> FromIterator<(N, V)> for Struct {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let members = members
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        Self::from_members(members.collect())
    }
}

/// Up to this many members, comparing names is faster than hashing them.
const FEW: usize = 16;

impl Struct {
    /// A struct of `members`, in which a name may occur more than once.
    pub(crate) fn from_members(members: Vec<(String, Value)>) -> Self {
        if members.len() > FEW {
            return Self::from_many(members);
        }
        let mut unique = Struct {
            members: Vec::with_capacity(members.len()),
        };
        for (name, value) in members {
            unique.insert(name, value);
        }
        unique
    }

    fn from_many(members: Vec<(String, Value)>) -> Self {
        let mut places = HashMap::with_capacity(members.len());
        let mut unique: Vec<(String, Value)> = Vec::with_capacity(members.len());
        for (name, value) in members {
            match places.get(&name) {
                Some(&place) => replace(&mut unique, place, value),
                None => {
                    places.insert(name.clone(), unique.len());
                    unique.push((name, value));
                }
            }
        }
        Struct { members: unique }
    }
}

fn replace(members: &mut [(String, Value)], place: usize, value: Value) {
    if let Some(member) = members.get_mut(place) {
        member.1 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Members named by the digits of their number, with `again` after them.
    fn numbered(count: i64, again: &str) -> Struct {
        let members = (0..count).map(|n| (n.to_string(), n));
        members.chain([(again.to_owned(), -1)]).collect()
    }

    #[test]
    fn a_repeated_name_keeps_its_place_and_takes_the_value() {
        for count in [2, FEW as i64, 1000] {
            let names = numbered(count, "1");
            assert_eq!(names.len(), count as usize);
            assert_eq!(names.iter().nth(1), Some(("1", &Value::Int(-1))));
        }
    }

    #[test]
    fn remove_keeps_the_order() {
        let mut names = numbered(3, "3");
        assert_eq!(names.remove("1"), Some(Value::Int(1)));
        assert_eq!(names.remove("1"), None);
        let left: Vec<_> = names.iter().map(|(name, _)| name).collect();
        assert_eq!(left, ["0", "2", "3"]);
    }
}
