//! The golden cases of `tests/spec`: wiki text and the HTML that Trac 1.6 makes of it.
//!
//! `check-with-trac.py` there renders them with a real Trac, and tells of the world that they
//! stand in.

use std::path::Path;

use tracrpc_wiki::{
    Answers, Context, Href, MilestoneAnswer, OutlineOptions, PageAnswer, Resolver, Resource,
    Settings, Targets, TicketAnswer, render_html, render_oneliner, render_oneliner_shortened,
    render_outline,
};

const PAGES: [&str; 7] = [
    "WikiStart",
    "OtherPage",
    "Sub",
    "Sub/Page",
    "Sub/Page/Deep",
    "Sub/WikiStart",
    "Some Page",
];
const ATTACHMENTS: [(&str, &str, &str); 3] = [
    ("wiki", "WikiStart", "file.txt"),
    ("ticket", "1", "a b.png"),
    ("milestone", "milestone1", "plan.txt"),
];
const INTERMAP: &str = "----\nMeatBall http://www.usemod.com/cgi-bin/mb.pl? # MeatBall\n\
    Doc http://doc.example.org/$1/$2#top # Docs $2 of $1\nUnsafe javascript:\n----\nAfter http://after.example.org/\n";

/// One case of a file.
struct Case {
    title: String,
    source: String,
    want: String,
}

impl Case {
    fn parse(part: &str) -> Case {
        let (title, rest) = part.split_once('\n').expect("a title");
        let (source, want) = rest
            .split_once("\n%%=\n")
            .unwrap_or_else(|| panic!("no %%= in {title}"));
        Case {
            title: title.to_owned(),
            source: source.to_owned(),
            want: want.trim_end_matches('\n').to_owned(),
        }
    }

    fn directives(&self) -> Vec<&str> {
        let directives = self
            .title
            .split_once(" | ")
            .map_or("", |(_, directives)| directives);
        directives.split(',').map(str::trim).collect()
    }

    fn render(&self) -> String {
        let directives = self.directives();
        let settings = settings(&directives);
        let world = World {
            sees_all: !directives.contains(&"nobody"),
        };
        let context = Context {
            settings: &settings,
            resolver: &world,
            href: Href::new("/trac"),
            path_href: Href::new("/trac"),
            local_url: "http://example.org/trac".to_owned(),
            resource: directives
                .iter()
                .find_map(|d| d.strip_prefix("on "))
                .map(resource),
            email_view: directives.contains(&"mailer"),
            preserve_newlines: directives.contains(&"newlines"),
            ..Context::plain()
        };
        if directives.contains(&"oneliner") {
            render_oneliner(&self.source, &context)
        } else if directives.contains(&"shortened") {
            render_oneliner_shortened(&self.source, &context)
        } else if directives.contains(&"outline") {
            let options = OutlineOptions {
                shorten: true,
                ..OutlineOptions::default()
            };
            render_outline(&self.source, &context, &options)
        } else {
            render_html(&self.source, &context)
        }
    }
}

fn resource(text: &str) -> Resource {
    let (realm, id) = text.split_once(':').expect("realm:id");
    Resource::new(realm, id)
}

fn settings(directives: &[&str]) -> Settings {
    let mut settings = Settings {
        ignore_missing_pages: directives.contains(&"ignore_missing_pages"),
        split_page_names: directives.contains(&"split_page_names"),
        render_unsafe_content: directives.contains(&"render_unsafe_content"),
        show_email_addresses: directives.contains(&"show_email_addresses"),
        never_obfuscate_mailto: directives.contains(&"never_obfuscate_mailto"),
        ..Settings::default()
    };
    if directives.contains(&"assets") {
        settings.htdocs_location = "https://assets.example.org/".to_owned();
    }
    let mime_map = [
        ("text/x-example", "text/x-example"),
        ("exa", "text/x-example"),
        ("py", "text/x-example"),
    ];
    if directives.contains(&"mime_map") {
        settings.mime_map = mime_map.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
    }
    settings.interwiki.read_page(INTERMAP);
    settings
        .interwiki
        .define("pep", "http://peps.example.org/pep-$1.html Proposal $1");
    settings.intertrac.define("t", "trac");
    settings
        .intertrac
        .define("other.url", "https://other.example.org/trac");
    settings.intertrac.define("other.title", "The other's Trac");
    settings
}

/// The environment that the cases stand in, seen by one who may see all or nothing.
struct World {
    sees_all: bool,
}

impl World {
    fn ticket(&self, id: i64) -> Option<TicketAnswer> {
        let (summary, kind, status, resolution) = match id {
            1 => ("Elephant <escaped>", "defect", "new", ""),
            2 => ("Giraffe & \"neck\"", "task", "closed", "fixed"),
            3 => (
                "A summary that goes on and on until it has more than seventy-five characters, which is too long",
                "enhancement",
                "new",
                "",
            ),
            _ => return None,
        };
        Some(TicketAnswer {
            viewable: self.sees_all,
            summary: summary.to_owned(),
            status: Some(status.to_owned()),
            resolution: resolution.to_owned(),
            kind: kind.to_owned(),
        })
    }

    fn milestone(&self, name: &str) -> MilestoneAnswer {
        MilestoneAnswer {
            exists: ["milestone1", "milestone2", "milestone3", "milestone4"].contains(&name),
            viewable: self.sees_all,
            creatable: self.sees_all,
            completed: false,
            title: "No date set".to_owned(),
        }
    }
}

impl Resolver for World {
    fn look_up(&self, targets: &Targets) -> Answers {
        let page = |name: &str| PageAnswer {
            exists: PAGES.contains(&name),
            viewable: self.sees_all,
            creatable: self.sees_all,
        };
        let has_report = |id: &str| id.parse::<i64>().is_ok_and(|id| (1..=8).contains(&id));
        let is_attached = |(parent, file): &(Resource, String)| {
            file.is_empty()
                || ATTACHMENTS.contains(&(parent.realm.as_str(), parent.id.as_str(), file.as_str()))
        };
        Answers {
            pages: targets
                .pages
                .iter()
                .map(|name| (name.clone(), page(name)))
                .collect(),
            tickets: targets
                .tickets
                .iter()
                .filter_map(|&id| Some((id, self.ticket(id)?)))
                .collect(),
            comments: targets
                .comments
                .iter()
                .filter(|(id, comment)| *id == 2 && comment == "1")
                .cloned()
                .collect(),
            milestones: targets
                .milestones
                .iter()
                .map(|name| (name.clone(), self.milestone(name)))
                .collect(),
            reports: targets
                .reports
                .iter()
                .filter(|id| has_report(id))
                .map(|id| (id.clone(), self.sees_all))
                .collect(),
            attachments: targets
                .attachments
                .iter()
                .filter(|key| self.sees_all && is_attached(key))
                .cloned()
                .collect(),
        }
    }
}

#[test]
fn cases_of_all_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let (mut count, mut failures) = (0, Vec::new());
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "txt"))
    {
        let text = std::fs::read_to_string(file).unwrap();
        for part in text.split("\n%% ").skip(1) {
            let case = Case::parse(part);
            let got = case.render();
            count += 1;
            if got.trim_end_matches('\n') != case.want {
                let name = file.file_name().unwrap().to_string_lossy().into_owned();
                failures.push(format!(
                    "{name}: {}\n--- source\n{}\n--- want\n{}\n--- got\n{got}",
                    case.title, case.source, case.want
                ));
            }
        }
    }
    assert!(count > 300, "only {count} cases found");
    assert!(
        failures.is_empty(),
        "{} of {count} cases differ:\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}
