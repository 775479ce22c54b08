//! Makes the project of the demo, through the same doors as any client.

use std::path::Path;

use tracrpc_env::permission::store::grant;
use tracrpc_env::time::{self, Timestamp};
use tracrpc_env::{Environment, PasswordFile, Resource, Result};
use tracrpc_pages::attachment;
use tracrpc_pages::page::{self, Edit};
use tracrpc_site::InitOptions;
use tracrpc_tickets::component::{self, Component};
use tracrpc_tickets::milestone::{self, Milestone};
use tracrpc_tickets::ticket::{self, Attributes, GivenValue, NewTicket, TicketId, Update};
use tracrpc_tickets::version::{self, Version};

use super::tickets::{SampleChange, SampleTicket, TICKETS};

const PASSWORD: &str = "password";

/// Who may do what. Developers may also say when they did something, which the
/// history of the sample tickets needs.
const PERMISSIONS: &[(&str, &str)] = &[
    ("admin", "TRAC_ADMIN"),
    ("anonymous", "XML_RPC"),
    ("developers", "TICKET_ADMIN"),
    ("developers", "MILESTONE_ADMIN"),
    ("developers", "WIKI_ADMIN"),
    ("user", "developers"),
    ("joe", "developers"),
    ("mia", "developers"),
];

const COMPONENTS: &[(&str, &str, &str)] = &[
    ("display", "mia", "Everything on the screen"),
    ("docs", "user", "The handbook and this wiki"),
    ("network", "joe", "Uploads and the remote control"),
    ("sensors", "joe", "Reading and calibrating the instruments"),
];

/// Milestones with the days until they are due and since they were completed.
const MILESTONES: &[(&str, i64, Option<i64>, &str)] = &[
    ("1.0", -62, Some(60), "The first release that was sold."),
    (
        "1.1",
        12,
        None,
        "What the first winter taught us.\n * '''no''' frozen displays\n * quiet alarms",
    ),
    (
        "2.0",
        120,
        None,
        "Several stations in one network, see [wiki:Plan].",
    ),
];

/// Versions with their age in days.
const VERSIONS: &[(&str, i64)] = &[("0.9", 140), ("1.0", 60), ("1.0.1", 33)];

/// Pages with their age in days, author and comment, each after those it changes.
const PAGES: &[(&str, i64, &str, &str, &str)] = &[
    (
        "Plan",
        58,
        "user",
        "First thoughts",
        "= Plan\n\nSeveral stations in one network.",
    ),
    (
        "Plan",
        20,
        "mia",
        "Add the open questions",
        include_str!("pages/Plan"),
    ),
    (
        "Handbook",
        45,
        "user",
        "Begin the handbook",
        include_str!("pages/Handbook"),
    ),
    (
        "Handbook/Calibration",
        40,
        "joe",
        "How we do it in the workshop",
        include_str!("pages/Calibration"),
    ),
    (
        "WikiStart",
        57,
        "admin",
        "Say what this is about",
        include_str!("pages/WikiStart"),
    ),
    (
        "Meeting/Winter",
        9,
        "mia",
        "",
        include_str!("pages/Meeting"),
    ),
];

const READINGS: &str = "time,pressure_hPa,temperature_C\n\
    2024-01-14T06:00:00Z,1013.2,-4.1\n2024-01-14T07:00:00Z,1013.9,-4.6\n\
    2024-01-14T08:00:00Z,1098.0,-4.4\n2024-01-14T09:00:00Z,1014.3,-3.8\n";

/// Makes the environment with all that is in it.
pub(super) fn create(path: &Path) -> Result<Environment> {
    let mut options = InitOptions::new("Weather Station");
    let descr = (
        "project",
        "descr",
        "A small weather station, to try the remote API with",
    );
    options
        .options
        .push((descr.0.into(), descr.1.into(), descr.2.into()));
    let env = tracrpc_site::create(path, &options)?;
    add_users(&env)?;
    replace_initial_values(&env)?;
    add_values(&env)?;
    for page in PAGES {
        add_page(&env, page)?;
    }
    for ticket in TICKETS {
        add_ticket(&env, ticket)?;
    }
    attach(&env)?;
    Ok(env)
}

fn add_users(env: &Environment) -> Result<()> {
    let passwords = PasswordFile::of(env);
    passwords.add("user", PASSWORD)?;
    passwords.add("admin", PASSWORD)?;
    env.db().write(|connection| {
        PERMISSIONS
            .iter()
            .try_for_each(|(name, action)| grant(env, connection, name, action))
    })
}

fn replace_initial_values(env: &Environment) -> Result<()> {
    for component in component::list(env)? {
        component::delete(env, &component.name)?;
    }
    for version in version::list(env)? {
        version::delete(env, &version.name)?;
    }
    for milestone in milestone::list(env)? {
        milestone::delete(env, &milestone.name)?;
    }
    Ok(())
}

fn add_values(env: &Environment) -> Result<()> {
    for (name, owner, description) in COMPONENTS.iter().copied() {
        let (name, owner, description) = (name.into(), owner.into(), description.into());
        component::create(
            env,
            &Component {
                name,
                owner,
                description,
            },
        )?;
    }
    for (name, days) in VERSIONS.iter().copied() {
        let version = Version {
            name: name.into(),
            time: Some(ago(days)),
            ..Version::default()
        };
        version::create(env, &version)?;
    }
    for (name, due_in, completed, description) in MILESTONES.iter().copied() {
        let milestone = Milestone {
            name: name.into(),
            due: Some(ago(-due_in)),
            completed: completed.map(ago),
            description: description.into(),
        };
        milestone::create(env, &milestone)?;
    }
    Ok(())
}

fn add_page(env: &Environment, page: &(&str, i64, &str, &str, &str)) -> Result<()> {
    let (name, days, author, comment, text) = *page;
    let mut edit = Edit::new(text);
    edit.author = Some(author.into());
    edit.comment = Some(comment.into());
    // The first version of the start page is as old as the environment.
    edit.time = (name != "WikiStart").then(|| ago(days));
    page::save(env, name, &edit).map(drop)
}

fn add_ticket(env: &Environment, sample: &SampleTicket) -> Result<()> {
    let component = component::get(env, sample.component)?;
    let fields = [
        ("reporter", sample.reporter),
        ("owner", &component.owner),
        ("type", sample.kind),
        ("priority", sample.priority),
        ("component", sample.component),
        ("milestone", sample.milestone),
        ("version", sample.version),
        ("keywords", sample.keywords),
        ("cc", sample.cc),
    ];
    let new = NewTicket {
        summary: sample.summary.into(),
        description: sample.description.into(),
        attributes: attributes(&fields),
        notify: false,
        when: GivenValue::Time(ago(sample.days)),
    };
    let id = ticket::create(&env.actor("admin", ""), new)?;
    sample
        .changes
        .iter()
        .try_for_each(|change| change_ticket(env, id, change))
}

fn change_ticket(env: &Environment, id: i64, change: &SampleChange) -> Result<()> {
    let actor = env.actor(change.author, "");
    let id = TicketId::from_given(&GivenValue::Int(id))?;
    let mut attributes = attributes(change.fields);
    attributes.push(("action".to_owned(), change.action.into()));
    let update = Update {
        comment: Some(change.comment.to_owned()),
        input: attributes.into(),
        notify: false,
        author: None,
        when: GivenValue::Time(ago(change.days)),
    };
    ticket::update(&actor, id, &update).map(drop)
}

fn attach(env: &Environment) -> Result<()> {
    let upload = attachment::Upload {
        filename: "readings.csv",
        description: Some("The night it happened"),
        author: "mia",
        replace: false,
    };
    attachment::insert(env, &Resource::ticket(1), &upload, &mut READINGS.as_bytes())?;
    let upload = attachment::Upload {
        filename: "calibration.txt",
        description: Some("Values of the last three runs"),
        author: "joe",
        replace: false,
    };
    let page = Resource::wiki("Handbook/Calibration");
    attachment::insert(
        env,
        &page,
        &upload,
        &mut "run 1: +0.2\nrun 2: +0.1\nrun 3: 0.0\n".as_bytes(),
    )?;
    Ok(())
}

fn attributes(fields: &[(&str, &str)]) -> Attributes {
    let given = fields.iter().filter(|(_, value)| !value.is_empty());
    given
        .map(|(name, value)| ((*name).to_owned(), GivenValue::from(*value)))
        .collect()
}

/// The time so many days ago; in the future for a number below 0.
fn ago(days: i64) -> Timestamp {
    let now = time::now();
    now.checked_add(-days * 86_400_000_000).unwrap_or(now)
}
