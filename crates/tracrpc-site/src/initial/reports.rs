//! The reports of a new environment. Their SQL is run by Trac, and has to
//! suit the database that it was written for.

use tracrpc_db::{ColumnType, Connection, Error};

/// A report of Trac; `{priority}` and `{milestone}` stand for expressions
/// that the databases write differently.
struct Report {
    title: &'static str,
    description: &'static str,
    query: &'static str,
}

/// Inserts the reports, numbered from 1.
pub(super) fn insert(connection: &mut Connection) -> Result<(), Error> {
    let priority = connection.dialect().cast("p.value", ColumnType::Int);
    let milestone = connection
        .dialect()
        .concat(&["'Milestone '", "t.milestone"]);
    for report in REPORTS {
        let query = report
            .query
            .replace("{priority}", &priority)
            .replace("{milestone}", &milestone);
        connection.insert(
            "report",
            &["author", "title", "query", "description"],
            &[
                None::<&str>.into(),
                report.title.into(),
                query.into(),
                report.description.into(),
            ],
            "id",
        )?;
    }
    Ok(())
}

const REPORTS: &[Report] = &[
    Report {
        title: "Active Tickets",
        description: "Every ticket that is not closed, the most urgent first, \
                      coloured by priority.\n",
        query: "\
SELECT p.value AS __color__, t.id AS ticket, t.summary, t.component, t.version,
       t.milestone, t.type AS type, t.owner, t.status, t.time AS created,
       t.changetime AS _changetime, t.description AS _description,
       t.reporter AS _reporter
FROM ticket t
LEFT JOIN enum p ON p.type = 'priority' AND p.name = t.priority
WHERE t.status <> 'closed'
ORDER BY {priority}, t.milestone, t.type, t.time
",
    },
    Report {
        title: "Active Tickets by Version",
        description: "The tickets that are not closed, in a group for each version, \
                      coloured by priority.\n\nColumns that only feeds need are hidden.\n",
        query: "\
SELECT p.value AS __color__, t.version AS __group__, t.id AS ticket, t.summary,
       t.component, t.version, t.type AS type, t.owner, t.status,
       t.time AS created, t.changetime AS _changetime,
       t.description AS _description, t.reporter AS _reporter
FROM ticket t
LEFT JOIN enum p ON p.type = 'priority' AND p.name = t.priority
WHERE t.status <> 'closed'
ORDER BY (t.version IS NULL), t.version, {priority}, t.type, t.time
",
    },
    Report {
        title: "Active Tickets by Milestone",
        description: "The tickets that are not closed, in a group for each milestone, \
                      coloured by priority.\n\nColumns that only feeds need are hidden.\n",
        query: "\
SELECT p.value AS __color__, {milestone} AS __group__, t.id AS ticket,
       t.summary, t.component, t.version, t.type AS type, t.owner, t.status,
       t.time AS created, t.changetime AS _changetime,
       t.description AS _description, t.reporter AS _reporter
FROM ticket t
LEFT JOIN enum p ON p.type = 'priority' AND p.name = t.priority
WHERE t.status <> 'closed'
ORDER BY (t.milestone IS NULL), t.milestone, {priority}, t.type, t.time
",
    },
    Report {
        title: "Accepted, Active Tickets by Owner",
        description: "What has been accepted, in a group for each owner, \
                      the most urgent first.\n",
        query: "\
SELECT p.value AS __color__, t.owner AS __group__, t.id AS ticket, t.summary,
       t.component, t.milestone, t.type AS type, t.time AS created,
       t.changetime AS _changetime, t.description AS _description,
       t.reporter AS _reporter
FROM ticket t
LEFT JOIN enum p ON p.type = 'priority' AND p.name = t.priority
WHERE t.status = 'accepted'
ORDER BY t.owner, {priority}, t.type, t.time
",
    },
    Report {
        title: "Accepted, Active Tickets by Owner (Full Description)",
        description: "What has been accepted, in a group for each owner, each ticket with \
                      its description below: a column whose name begins and ends with an \
                      underscore takes the full width of the table.\n",
        query: "\
SELECT p.value AS __color__, t.owner AS __group__, t.id AS ticket, t.summary,
       t.component, t.milestone, t.type AS type, t.time AS created,
       t.description AS _description_, t.changetime AS _changetime,
       t.reporter AS _reporter
FROM ticket t
LEFT JOIN enum p ON p.type = 'priority' AND p.name = t.priority
WHERE t.status = 'accepted'
ORDER BY t.owner, {priority}, t.type, t.time
",
    },
    Report {
        title: "All Tickets By Milestone  (Including closed)",
        description: "All tickets in a group for each milestone: the open ones by priority, \
                      then the closed ones, greyed, the latest first.\n",
        query: "\
SELECT p.value AS __color__, t.milestone AS __group__,
       (CASE t.status
          WHEN 'closed' THEN 'color: #777; background: #ddd; border-color: #ccc;'
          ELSE (CASE t.owner WHEN $USER THEN 'font-weight: bold' END)
        END) AS __style__,
       t.id AS ticket, t.summary, t.component, t.status, t.resolution,
       t.version, t.type AS type, t.priority, t.owner,
       t.changetime AS modified, t.time AS _time, t.reporter AS _reporter
FROM ticket t
LEFT JOIN enum p ON p.type = 'priority' AND p.name = t.priority
ORDER BY (t.milestone IS NULL), t.milestone DESC, (t.status = 'closed'),
         (CASE t.status WHEN 'closed' THEN t.changetime
                        ELSE (-1) * {priority} END) DESC
",
    },
    Report {
        title: "My Tickets",
        description: "The open tickets that you own, reported or commented on. `$USER` in a \
                      report stands for the name of whoever looks at it.\n",
        query: "\
SELECT p.value AS __color__,
       (CASE
          WHEN t.owner = $USER AND t.status = 'accepted' THEN 'Accepted'
          WHEN t.owner = $USER THEN 'Owned'
          WHEN t.reporter = $USER THEN 'Reported'
          ELSE 'Commented'
        END) AS __group__,
       t.id AS ticket, t.summary, t.component, t.version, t.milestone,
       t.type AS type, t.priority, t.time AS created,
       t.changetime AS _changetime, t.description AS _description,
       t.reporter AS _reporter
FROM ticket t
LEFT JOIN enum p ON p.type = 'priority' AND p.name = t.priority
WHERE t.status <> 'closed'
  AND (t.owner = $USER OR t.reporter = $USER
       OR EXISTS (SELECT * FROM ticket_change tc
                  WHERE tc.ticket = t.id AND tc.field = 'comment'
                    AND tc.author = $USER))
ORDER BY (COALESCE(t.owner, '') = $USER AND t.status = 'accepted') DESC,
         COALESCE(t.owner, '') = $USER DESC,
         COALESCE(t.reporter, '') = $USER DESC,
         {priority}, t.milestone, t.type, t.time
",
    },
    Report {
        title: "Active Tickets, Mine first",
        description: "Every ticket that is not closed, those of your own in a group on top, \
                      the most urgent first.\n",
        query: "\
SELECT p.value AS __color__,
       (CASE t.owner WHEN $USER THEN 'My Tickets' ELSE 'Active Tickets' END)
         AS __group__,
       t.id AS ticket, t.summary, t.component, t.version, t.milestone,
       t.type AS type, t.owner, t.status, t.time AS created,
       t.changetime AS _changetime, t.description AS _description,
       t.reporter AS _reporter
FROM ticket t
LEFT JOIN enum p ON p.type = 'priority' AND p.name = t.priority
WHERE t.status <> 'closed'
ORDER BY (COALESCE(t.owner, '') = $USER) DESC, {priority}, t.milestone,
         t.type, t.time
",
    },
];
