//! A column of texts: each different text once, and a number for each ticket.

use indexmap::IndexSet;

/// Stands for NULL.
const NULL: u32 = 0;

/// So many new texts are sorted one by one into the others.
const FEW: usize = 100;

/// The texts of one field of all tickets, by the place of the ticket.
#[derive(Debug, Default)]
pub(super) struct TextColumn {
    /// For each ticket the number of its text, from 1.
    numbers: Vec<u32>,
    texts: IndexSet<Box<str>>,
    /// The numbers of the texts by the order of the texts' bytes.
    sorted: Vec<u32>,
    /// By number, the place of the text among all texts, from 0.
    ranks: Vec<u32>,
    bytes: usize,
}

impl TextColumn {
    /// A column of `count` tickets without a value.
    pub(super) fn of_nulls(count: usize) -> Self {
        Self {
            numbers: vec![NULL; count],
            ..Self::default()
        }
    }

    pub(super) fn insert(&mut self, place: usize, text: Option<&str>) {
        let number = self.number(text);
        self.numbers.insert(place, number);
    }

    pub(super) fn set(&mut self, place: usize, text: Option<&str>) {
        let number = self.number(text);
        if let Some(slot) = self.numbers.get_mut(place) {
            *slot = number;
        }
    }

    pub(super) fn remove(&mut self, place: usize) {
        self.numbers.remove(place);
    }

    /// Puts the texts that are new among the others. Has to be called after
    /// changes, before the order is asked for.
    pub(super) fn settle(&mut self) {
        let known = self.sorted.len();
        let texts = &self.texts;
        let text = |number: &u32| &texts[*number as usize - 1];
        let new = known as u32 + 1..=texts.len() as u32;
        match texts.len() - known {
            0 => return,
            1..FEW => {
                for number in new {
                    let place = self
                        .sorted
                        .partition_point(|other| text(other) < text(&number));
                    self.sorted.insert(place, number);
                }
            }
            _ => {
                self.sorted.extend(new);
                self.sorted.sort_unstable_by_key(text);
            }
        }
        self.ranks.resize(texts.len() + 1, 0);
        for (rank, number) in (0..).zip(&self.sorted) {
            self.ranks[*number as usize] = rank;
        }
    }

    /// By the place of the ticket, the number of its text; 0 if it has none.
    pub(super) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The number of a text, if a ticket has or had it.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        self.texts.get_index_of(text).map(|index| index as u32 + 1)
    }

    /// What `f` says of each text, by its number; of none at all first.
    pub(super) fn map<'t, T>(&'t self, f: impl Fn(Option<&'t str>) -> T) -> Vec<T> {
        let texts = self.texts.iter().map(|text| Some(&**text));
        std::iter::once(None).chain(texts).map(f).collect()
    }

    /// By its number, the place of a text among all texts.
    pub(super) fn ranks(&self) -> &[u32] {
        &self.ranks
    }

    /// How much memory the column takes, roughly, in bytes.
    pub(super) fn weight(&self) -> usize {
        const A_TEXT: usize = 48;
        self.bytes + self.texts.len() * A_TEXT + self.numbers.len() * size_of::<u32>()
    }

    /// How many texts there are that a ticket has or had.
    pub(super) fn different(&self) -> usize {
        self.texts.len()
    }

    fn number(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else {
            return NULL;
        };
        if let Some(number) = self.find(text) {
            return number;
        }
        self.bytes += text.len();
        self.texts.insert(text.into());
        self.texts.len() as u32
    }
}
