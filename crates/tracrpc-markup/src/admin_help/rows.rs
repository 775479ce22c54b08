//! The rows: a table for each word that commands begin with.

use super::CommandHelp;

/// All commands, sorted by their names.
pub const TRAC_ADMIN: &[&[CommandHelp]] = &[
    ATTACHMENT,
    CHANGESET,
    COMPONENT,
    CONFIG,
    CONVERT_DB,
    DEPLOY,
    HOTCOPY,
    INITENV,
    MILESTONE,
    PERMISSION,
    PRIORITY,
    REPOSITORY,
    RESOLUTION,
    SESSION,
    SEVERITY,
    TICKET,
    TICKET_TYPE,
    UPGRADE,
    VERSION,
    WIKI,
];

const fn row(name: &'static str, usage: &'static str, help: &'static str) -> CommandHelp {
    CommandHelp { name, usage, help }
}

/// The commands of an enumeration, from its own word and what it is called as one, as one that is
/// added, and as many.
macro_rules! enumeration {
    ($word:literal, $one:literal, $option:literal, $many:literal) => {
        &[
            row(
                concat!($word, " add"),
                "<value>",
                concat!("Add a ", $option),
            ),
            row(
                concat!($word, " change"),
                "<value> <newvalue>",
                concat!("Change a ", $one),
            ),
            row(
                concat!($word, " list"),
                "",
                concat!("Show possible ", $many),
            ),
            row(
                concat!($word, " order"),
                "<value> up|down",
                concat!("Move a ", $one, " up or down in the list"),
            ),
            row(
                concat!($word, " remove"),
                "<value>",
                concat!("Remove a ", $one),
            ),
        ]
    };
}

const ATTACHMENT: &[CommandHelp] = &[
    row(
        "attachment add",
        "<realm:id> <path> [author] [description]",
        "Attach a file to a resource\n\n\
         The resource is given as its realm and its name, with a colon between them. The \
         attachment gets the base name of the file.",
    ),
    row(
        "attachment export",
        "<realm:id> <name> [destination]",
        "Export an attachment from a resource to file or stdout\n\n\
         The resource is given as its realm and its name, with a colon between them. Without \
         a destination the attachment goes to stdout.",
    ),
    row(
        "attachment list",
        "<realm:id>",
        "List attachments of a resource\n\n\
         The resource is given as its realm and its name, with a colon between them.",
    ),
    row(
        "attachment move",
        "<realm:id> <name> <new_realm:new_id> <new_name>",
        "Rename or move an attachment to another resource\n\n\
         The resource is given as its realm and its name, with a colon between them.",
    ),
    row(
        "attachment remove",
        "<realm:id> <name>",
        "Remove an attachment from a resource\n\n\
         The resource is given as its realm and its name, with a colon between them.",
    ),
];

const CHANGESET: &[CommandHelp] = &[
    row(
        "changeset added",
        "<repos> <rev> [rev] [...]",
        "Notify trac about changesets added to a repository\n\n\
         A post-commit hook of the repository calls this. The cache of changesets is brought \
         up to date, and whoever listens to new changesets is told.",
    ),
    row(
        "changeset modified",
        "<repos> <rev> [rev] [...]",
        "Notify trac about changesets modified in a repository\n\n\
         A hook that runs after a revision's message, author or date was edited calls this. \
         The revisions are read into the cache again, and whoever listens to changes of \
         changesets is told.",
    ),
];

const COMPONENT: &[CommandHelp] = &[
    row("component add", "<name> [owner]", "Add component"),
    row(
        "component chown",
        "<name> <owner>",
        "Change component owner",
    ),
    row("component list", "", "Show components"),
    row("component remove", "<name>", "Remove component"),
    row("component rename", "<name> <newname>", "Rename component"),
];

const CONFIG: &[CommandHelp] = &[
    row(
        "config get",
        "<section> <option>",
        "Get the value of the given option in \"trac.ini\"",
    ),
    row(
        "config remove",
        "<section> [<option>]",
        "Remove the specified option or section from \"trac.ini\"",
    ),
    row(
        "config set",
        "<section> <option> <value>",
        "Set the value for the given option in \"trac.ini\"",
    ),
];

const CONVERT_DB: &[CommandHelp] = &[row(
    "convert_db",
    "<dburi> [new_env]",
    "Convert database\n\n\
         The data goes into the empty database <dburi>, and the option [trac] database is \
         changed to name it. The old database stays as it is.\n\n\
         With [new_env], a copy of the environment is made there and converted; the \
         environment itself is left alone.\n\n\
         Make a backup first (see `hotcopy`).",
)];

const DEPLOY: &[CommandHelp] = &[row(
    "deploy",
    "<directory>",
    "Extract static resources from Trac and all plugins",
)];

const HOTCOPY: &[CommandHelp] = &[row(
    "hotcopy",
    "<backupdir> [--no-database]",
    "Make a hot backup copy of an environment\n\n\
         The environment may be in use. The copy of the database goes into the directory 'db' \
         of the copy, or is left out with --no-database.",
)];

const INITENV: &[CommandHelp] = &[row(
    "initenv",
    "[<projectname> <db>]",
    "Create and initialize a new environment\n\n\
         Without arguments, and without `--config`, the name of the project and the database \
         are asked for.\n\n\
         --inherit=PATH, once or more, names a file that the new trac.ini inherits: what is \
         set there is not written again. A relative path counts from the \"conf\" directory \
         of the new environment.\n\n\
         --config=PATH names a file whose options are written to the new trac.ini. The \
         arguments may then be left out; if they are there, they come before the file.",
)];

const MILESTONE: &[CommandHelp] = &[
    row("milestone add", "<name> [due]", "Add milestone"),
    row(
        "milestone completed",
        "<name> <completed>",
        "Set milestone complete date\n\n\
         The date is written as \"YYYY-MM-DD\", \"YYYY-MM-DDThh:mm:ss±hh:mm\" (ISO 8601) or \
         \"now\". An empty string (\"\") removes it.",
    ),
    row(
        "milestone due",
        "<name> <due>",
        "Set milestone due date\n\n\
         The date is written as \"YYYY-MM-DD\", \"YYYY-MM-DDThh:mm:ss±hh:mm\" (ISO 8601) or \
         \"now\". An empty string (\"\") removes it.",
    ),
    row("milestone list", "", "Show milestones"),
    row("milestone remove", "<name>", "Remove milestone"),
    row("milestone rename", "<name> <newname>", "Rename milestone"),
];

const PERMISSION: &[CommandHelp] = &[
    row(
        "permission add",
        "<user> <action> [action] [...]",
        "Add a new permission rule",
    ),
    row(
        "permission export",
        "[file]",
        "Export permission rules to a file or stdout as CSV",
    ),
    row(
        "permission import",
        "[file]",
        "Import permission rules from a file or stdin as CSV",
    ),
    row("permission list", "[user]", "List permission rules"),
    row(
        "permission remove",
        "<user> <action> [action] [...]",
        "Remove a permission rule",
    ),
];

const PRIORITY: &[CommandHelp] = enumeration!(
    "priority",
    "priority value",
    "priority value option",
    "ticket priorities"
);

const REPOSITORY: &[CommandHelp] = &[
    row(
        "repository add",
        "<repos> <dir> [type]",
        "Add a source repository",
    ),
    row(
        "repository alias",
        "<name> <target>",
        "Create an alias for a repository",
    ),
    row("repository list", "", "List source repositories"),
    row("repository remove", "<repos>", "Remove a source repository"),
    row(
        "repository resync",
        "<repos> [rev]",
        "Re-synchronize trac with repositories\n\n\
         The cache of changesets is emptied and read again, which can take long; `sync` goes \
         on with what was interrupted. With [rev], that revision alone is read again.\n\n\
         <repos> is a name as `list` shows it, not a path: \"(default)\" for the default \
         repository, \"*\" for all.",
    ),
    row(
        "repository set",
        "<repos> <key> <value>",
        "Set an attribute of a repository\n\n\
         These keys are known: alias, description, dir, hidden, name, sync_per_request, type, \
         url",
    ),
    row(
        "repository sync",
        "<repos> [rev]",
        "Resume synchronization of repositories\n\n\
         As `resync`, but what is in the cache stays there, so that an interrupted `resync` \
         is soon complete.\n\n\
         The arguments are those of `resync`.",
    ),
];

const RESOLUTION: &[CommandHelp] = enumeration!(
    "resolution",
    "resolution value",
    "resolution value option",
    "ticket resolutions"
);

const SESSION: &[CommandHelp] = &[
    row(
        "session add",
        "<sid[:0|1]> [name] [email]",
        "Create a session for the given sid\n\n\
         The session gets the name and the address. A sid that ends with ':0' is that of a \
         session without login, one with ':1' that of a user, as one without either.",
    ),
    row(
        "session delete",
        "<sid[:0|1]> [...]",
        "Delete the session of the specified sid\n\n\
         A sid that ends with ':0' is that of a session without login, one with ':1' that of \
         a user, as one without either. The sid 'anonymous' stands for all sessions without \
         login.",
    ),
    row(
        "session list",
        "[sid[:0|1]] [...]",
        "List the name and email for the given sids\n\n\
         The sid 'anonymous' stands for all sessions without login, 'authenticated' for those \
         of users, and '*' for all of them, as no sid at all does.\n\n\
         A sid that ends with ':0' is that of a session without login, one with ':1' that of \
         a user, as one without either.",
    ),
    row(
        "session purge",
        "<age>",
        "Purge anonymous sessions older than given age or date\n\n\
         The age is relative, such as \"90 days ago\", or a date, such as \
         \"YYYY-MM-DDThh:mm:ss±hh:mm\" (ISO 8601).",
    ),
    row(
        "session set",
        "<name|email|default_handler> <sid[:0|1]> <value>",
        "Set the name or email attribute of the given sid\n\n\
         A sid that ends with ':0' is that of a session without login, one with ':1' that of \
         a user, as one without either.",
    ),
];

const SEVERITY: &[CommandHelp] = enumeration!(
    "severity",
    "severity value",
    "severity value option",
    "ticket severities"
);

const TICKET: &[CommandHelp] = &[
    row("ticket remove", "<ticket#>", "Remove ticket"),
    row(
        "ticket remove_comment",
        "<ticket#> <comment#>",
        "Remove ticket comment",
    ),
];

const TICKET_TYPE: &[CommandHelp] =
    enumeration!("ticket_type", "ticket type", "ticket type", "ticket types");

const UPGRADE: &[CommandHelp] = &[row(
    "upgrade",
    "[--no-backup]",
    "Upgrade database to current version\n\n\
         The database is first copied into the directory of [trac] backup_dir ('db' by \
         default); --no-backup, or -b, leaves that out.",
)];

const VERSION: &[CommandHelp] = &[
    row("version add", "<name> [time]", "Add version"),
    row("version list", "", "Show versions"),
    row("version remove", "<name>", "Remove version"),
    row("version rename", "<name> <newname>", "Rename version"),
    row(
        "version time",
        "<name> <time>",
        "Set version date\n\n\
         The date is written as \"YYYY-MM-DD\", \"YYYY-MM-DDThh:mm:ss±hh:mm\" (ISO 8601) or \
         \"now\". An empty string (\"\") removes it.",
    ),
];

const WIKI: &[CommandHelp] = &[
    row(
        "wiki dump",
        "<directory> [page] [...]",
        "Export wiki pages to files named by title\n\n\
         After the directory, names of pages may follow. One that ends with `*` stands for \
         all pages that begin so. Without any, all pages are dumped.",
    ),
    row(
        "wiki export",
        "<page> [file]",
        "Export wiki page to file or stdout",
    ),
    row(
        "wiki import",
        "<page> [file]",
        "Import wiki page from file or stdin",
    ),
    row("wiki list", "", "List wiki pages"),
    row(
        "wiki load",
        "<path> [...]",
        "Import wiki pages from files\n\n\
         A file becomes the page of its name. Of a directory, all files are imported.",
    ),
    row("wiki remove", "<page>", "Remove wiki page"),
    row("wiki rename", "<page> <new_name>", "Rename wiki page"),
    row(
        "wiki replace",
        "<path> [...]",
        "Replace content of wiki pages from files (DANGEROUS!)\n\n\
         The last version of each page gets the text of the file: no version is added, and \
         the old text is lost. Time and author stay as they are.\n\n\
         A file is the page of its name. Of a directory, all files are taken.\n\n\
         There is no way back: `wiki dump` keeps what there is.",
    ),
    row(
        "wiki upgrade",
        "",
        "Upgrade default wiki pages to current version",
    ),
];
