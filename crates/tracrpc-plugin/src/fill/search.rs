//! What can be searched. Which filters there are depends on who asks.

use std::sync::Arc;

use tracrpc_env::time::Timestamp;
use tracrpc_env::{Actor, Extensions, Result};
use tracrpc_plugin_protocol::messages::{Description, SearchFilters, SearchQuery};
use tracrpc_search::{Each, Filter, Hit, Search, SearchProvider, SearchSource};

use crate::link::Link;

pub(super) fn fill(extensions: &mut Extensions, link: &Link, description: &Description) {
    if description.has_hook("search") {
        extensions.add::<dyn SearchProvider>(Arc::new(Sources { link: link.clone() }));
    }
}

struct Sources {
    link: Link,
}

impl SearchProvider for Sources {
    fn sources(&self, actor: &Actor) -> Result<Vec<Arc<dyn SearchSource>>> {
        let context = self.link.context(actor, false);
        let answer = self.link.ask(actor, SearchFilters { context });
        let answer = answer.map_err(|failure| self.link.error(failure))?;
        let filters = answer.filters.into_iter();
        let source = |(name, label)| -> Arc<dyn SearchSource> {
            Arc::new(Source {
                link: self.link.clone(),
                name,
                label,
            })
        };
        Ok(filters.map(source).collect())
    }
}

struct Source {
    link: Link,
    name: String,
    label: String,
}

impl SearchSource for Source {
    fn filter(&self) -> Filter {
        Filter {
            name: self.name.clone().into(),
            label: self.label.clone().into(),
        }
    }

    fn is_offered(&self, _: &Actor) -> Result<bool> {
        Ok(true)
    }

    fn search(&self, search: &Search<'_>, each: Each<'_>) -> Result<()> {
        let asked = SearchQuery {
            context: self.link.context(search.actor(), false),
            terms: search.terms().to_vec(),
            filters: vec![self.name.clone()],
        };
        let answer = self.link.ask(search.actor(), asked);
        let answer = answer.map_err(|failure| self.link.error(failure))?;
        for (href, title, time, author, excerpt) in answer.hits {
            each(Hit {
                href,
                title,
                time: time.unwrap_or(Timestamp::UNIX_EPOCH),
                author,
                excerpt: excerpt.unwrap_or_default(),
            });
        }
        Ok(())
    }
}
