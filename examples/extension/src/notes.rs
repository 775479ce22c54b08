//! A search source: the lines of the file `notes.txt` in the environment.

use std::fs;
use std::sync::Arc;

use tracrpc_env::time::Timestamp;
use tracrpc_env::{Actor, Extensions, Result};
use tracrpc_search::{Each, Filter, Hit, Search, SearchSource};

/// Adds it.
pub fn extend(extensions: &mut Extensions) {
    extensions.add::<dyn SearchSource>(Arc::new(Notes));
}

struct Notes;

impl SearchSource for Notes {
    fn filter(&self) -> Filter {
        Filter {
            name: "notes".into(),
            label: "Notes".into(),
        }
    }

    fn is_offered(&self, actor: &Actor) -> Result<bool> {
        actor.can_anywhere("WIKI_VIEW")
    }

    fn search(&self, search: &Search<'_>, each: Each<'_>) -> Result<()> {
        let file = search.actor().env().path().join("notes.txt");
        let text = fs::read_to_string(file).unwrap_or_default();
        for line in text.lines() {
            let lower = line.to_lowercase();
            let has = |term: &String| lower.contains(&term.to_lowercase());
            if search.terms().iter().all(has) {
                each(Hit {
                    href: format!("{}/notes", search.base_url()),
                    title: "A note".to_owned(),
                    time: Timestamp::UNIX_EPOCH,
                    author: None,
                    excerpt: search.excerpt(line),
                });
            }
        }
        Ok(())
    }
}
