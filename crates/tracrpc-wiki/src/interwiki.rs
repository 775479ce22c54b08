//! InterWiki and InterTrac: prefixes that stand for other sites.

use tracrpc_translation::{Message, message};

use std::collections::BTreeMap;

/// One InterWiki site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterWikiSite {
    /// The prefix as it was written.
    pub prefix: String,
    /// The URL, with `$1`, `$2`, … for the arguments, or to be followed by the target.
    pub url: String,
    /// The title; the prefix where none was given.
    pub title: String,
}

/// The InterWiki map: the page `InterMapTxt` and the section `[interwiki]` of `trac.ini`.
///
/// ```
/// use tracrpc_wiki::InterWikiMap;
/// let mut map = InterWikiMap::default();
/// map.read_page("----\nMeatBall http://usemod.com/cgi-bin/mb.pl? # MeatBall\n----\n");
/// map.define("pep", "https://peps.python.org/pep-$1 Python Enhancement Proposal $1");
/// assert_eq!(map.get("PEP").map(|site| site.title.as_str()), Some("Python Enhancement Proposal $1"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct InterWikiMap {
    sites: BTreeMap<String, InterWikiSite>,
}

impl InterWikiMap {
    /// Adds the sites of an `InterMapTxt` page: the lines between two `----`.
    pub fn read_page(&mut self, text: &str) {
        let mut in_map = false;
        for line in text.split('\n') {
            if line.starts_with("----") {
                in_map = !in_map;
            } else if in_map && let Some(site) = site_of_line(line.trim_end_matches('\r')) {
                self.sites.insert(site.prefix.to_uppercase(), site);
            }
        }
    }

    /// Adds an option of `[interwiki]`: the value is the URL, then perhaps white space and a title.
    pub fn define(&mut self, prefix: &str, value: &str) {
        let value = value.trim();
        let (url, title) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
        if url.is_empty() {
            return;
        }
        let title = if title.trim().is_empty() {
            prefix
        } else {
            title.trim()
        };
        let site = InterWikiSite {
            prefix: prefix.to_owned(),
            url: url.to_owned(),
            title: title.to_owned(),
        };
        self.sites.insert(prefix.to_uppercase(), site);
    }

    /// The site of `prefix`; upper and lower case are the same.
    pub fn get(&self, prefix: &str) -> Option<&InterWikiSite> {
        if self.sites.is_empty() {
            return None;
        }
        self.sites.get(&prefix.to_uppercase())
    }

    /// All sites, sorted by their prefix in upper case.
    pub fn sites(&self) -> impl Iterator<Item = &InterWikiSite> {
        self.sites.values()
    }
}

/// Reads `Prefix URL # title`.
fn site_of_line(line: &str) -> Option<InterWikiSite> {
    let blank = |c: char| c == ' ' || c == '\t';
    let scheme_end = crate::chars::scheme_end(line)?;
    let prefix = &line[..scheme_end];
    let rest = line[scheme_end..]
        .strip_prefix(blank)?
        .trim_start_matches(blank);
    let url = rest.split(blank).next().filter(|url| !url.is_empty())?;
    let after = rest[url.len()..].trim_start_matches(blank);
    let comment = after
        .strip_prefix('#')
        .filter(|_| rest.len() > url.len())
        .map(str::trim);
    let title = comment.filter(|title| !title.is_empty()).unwrap_or(prefix);
    Some(InterWikiSite {
        prefix: prefix.to_owned(),
        url: url.trim().to_owned(),
        title: title.to_owned(),
    })
}

/// The section `[intertrac]` of `trac.ini`: other Tracs by prefix, and aliases.
#[derive(Debug, Clone, Default)]
pub struct InterTracMap {
    options: BTreeMap<String, String>,
}

impl InterTracMap {
    /// Adds an option: `name.url`, `name.title`, or `alias` whose value is a name.
    pub fn define(&mut self, option: &str, value: &str) {
        self.options.insert(option.to_lowercase(), value.to_owned());
    }

    /// The name that `prefix` is an alias of, or `prefix` itself.
    pub fn alias<'a>(&'a self, prefix: &'a str) -> &'a str {
        self.option(prefix).unwrap_or(prefix)
    }

    /// The URL of the Trac `name`; `trac` is known without configuration.
    pub fn url(&self, name: &str) -> Option<&str> {
        let configured = self
            .option(&format!("{name}.url"))
            .filter(|url| !url.is_empty());
        configured.or_else(|| {
            name.eq_ignore_ascii_case("trac")
                .then_some("https://trac.edgewall.org")
        })
    }

    /// The title of the Trac `name`.
    pub fn title(&self, name: &str) -> Message {
        if let Some(title) = self.option(&format!("{name}.title")) {
            return title.to_owned().into();
        }
        let configured = self
            .option(&format!("{name}.url"))
            .is_some_and(|url| !url.is_empty());
        if !configured && name.eq_ignore_ascii_case("trac") {
            message!("The Trac Project")
        } else {
            message!("Trac project %(name)s", name = name)
        }
    }

    /// All options in the order of their names (which are in lower case).
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn option(&self, name: &str) -> Option<&str> {
        if self.options.is_empty() {
            return None;
        }
        self.options.get(&name.to_lowercase()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines_of_the_page() {
        let check = |line: &str, want: Option<(&str, &str, &str)>| {
            let got = site_of_line(line);
            assert_eq!(
                got.as_ref()
                    .map(|s| (s.prefix.as_str(), s.url.as_str(), s.title.as_str())),
                want,
                "{line}"
            );
        };
        check(
            "Doc http://doc/ # The docs",
            Some(("Doc", "http://doc/", "The docs")),
        );
        check("Doc\thttp://doc/#x", Some(("Doc", "http://doc/#x", "Doc")));
        check(
            "Doc http://doc/ not a comment",
            Some(("Doc", "http://doc/", "Doc")),
        );
        check(" Doc http://doc/", None);
        check("Doc", None);
        check("1Doc http://doc/", None);
    }
}
