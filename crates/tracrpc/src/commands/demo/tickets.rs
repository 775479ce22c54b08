//! The sample tickets, the oldest first, so that their numbers are their places here.

/// A ticket with what became of it.
pub(super) struct SampleTicket {
    pub(super) days: i64,
    pub(super) reporter: &'static str,
    pub(super) kind: &'static str,
    pub(super) priority: &'static str,
    pub(super) component: &'static str,
    pub(super) milestone: &'static str,
    pub(super) version: &'static str,
    pub(super) keywords: &'static str,
    pub(super) cc: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) changes: &'static [SampleChange],
}

/// A change of a ticket, by an action of the workflow.
pub(super) struct SampleChange {
    pub(super) days: i64,
    pub(super) author: &'static str,
    pub(super) action: &'static str,
    pub(super) fields: &'static [(&'static str, &'static str)],
    pub(super) comment: &'static str,
}

const BLANK: SampleTicket = SampleTicket {
    days: 0,
    reporter: "user",
    kind: "defect",
    priority: "major",
    component: "sensors",
    milestone: "",
    version: "",
    keywords: "",
    cc: "",
    summary: "",
    description: "",
    changes: &[],
};

const fn comment(days: i64, author: &'static str, comment: &'static str) -> SampleChange {
    SampleChange {
        days,
        author,
        action: "leave",
        fields: &[],
        comment,
    }
}

const fn accept(days: i64, author: &'static str) -> SampleChange {
    SampleChange {
        days,
        author,
        action: "accept",
        fields: &[],
        comment: "",
    }
}

const fn set(
    days: i64,
    author: &'static str,
    fields: &'static [(&'static str, &'static str)],
    comment: &'static str,
) -> SampleChange {
    SampleChange {
        days,
        author,
        action: "leave",
        fields,
        comment,
    }
}

const fn assign(
    days: i64,
    author: &'static str,
    fields: &'static [(&'static str, &'static str)],
) -> SampleChange {
    SampleChange {
        days,
        author,
        action: "reassign",
        fields,
        comment: "",
    }
}

const fn resolve(
    days: i64,
    author: &'static str,
    fields: &'static [(&'static str, &'static str)],
    comment: &'static str,
) -> SampleChange {
    SampleChange {
        days,
        author,
        action: "resolve",
        fields,
        comment,
    }
}

const FIXED: &[(&str, &str)] = &[("action_resolve_resolve_resolution", "fixed")];
const WONTFIX: &[(&str, &str)] = &[("action_resolve_resolve_resolution", "wontfix")];
const DUPLICATE: &[(&str, &str)] = &[("action_resolve_resolve_resolution", "duplicate")];
const WORKSFORME: &[(&str, &str)] = &[("action_resolve_resolve_resolution", "worksforme")];
const TO_JOE: &[(&str, &str)] = &[("action_reassign_reassign_owner", "joe")];
const TO_MIA: &[(&str, &str)] = &[("action_reassign_reassign_owner", "mia")];

pub(super) const TICKETS: &[SampleTicket] = &[
    SampleTicket {
        days: 130,
        reporter: "mia",
        milestone: "1.0",
        version: "0.9",
        keywords: "pressure outlier",
        summary: "Single readings are far too high",
        description: "About once a night one reading is 80 hPa above its neighbours, see [attachment:readings.csv].",
        changes: &[
            accept(128, "joe"),
            comment(
                120,
                "joe",
                "It is the radio: both happen in the same second.",
            ),
            resolve(
                110,
                "joe",
                FIXED,
                "The sensor is not read while the radio sends.",
            ),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 125,
        reporter: "anna@example.org",
        component: "display",
        version: "1.0",
        keywords: "cold",
        cc: "user",
        summary: "The display freezes below -15 °C",
        description: "It shows the last value for hours, and nobody notices.",
        changes: &[
            set(
                124,
                "user",
                &[("priority", "critical"), ("milestone", "1.1")],
                "This is why people stop trusting it.",
            ),
            accept(100, "mia"),
            comment(
                30,
                "mia",
                "A clock in the corner would at least show that it stands still. See #11.",
            ),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 121,
        kind: "enhancement",
        component: "docs",
        milestone: "1.0",
        summary: "The handbook needs a page about calibration",
        description: "Everybody asks.",
        changes: &[resolve(
            40,
            "user",
            FIXED,
            "There it is: [wiki:Handbook/Calibration].",
        )],
        ..BLANK
    },
    SampleTicket {
        days: 118,
        reporter: "joe",
        component: "network",
        version: "1.0",
        keywords: "upload loss",
        summary: "Readings are lost while the network is down",
        description: "They are kept in memory only:\n{{{\nqueue: 240 readings, then the oldest go\n}}}",
        changes: &[
            accept(117, "joe"),
            comment(90, "user", "How long may an outage last?"),
            comment(89, "joe", "Four hours at most."),
            set(
                9,
                "mia",
                &[("priority", "blocker"), ("milestone", "1.1")],
                "Decided in [wiki:Meeting/Winter].",
            ),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 111,
        reporter: "mia",
        kind: "task",
        priority: "minor",
        component: "display",
        milestone: "1.0",
        summary: "Choose the font of the digits",
        changes: &[accept(110, "mia"), resolve(105, "mia", FIXED, "")],
        ..BLANK
    },
    SampleTicket {
        days: 108,
        reporter: "anonymous",
        component: "network",
        summary: "does not work",
        description: "Does not work at all.",
        changes: &[
            comment(108, "user", "What did you do, and what did you see?"),
            resolve(80, "user", WORKSFORME, "Please say more and reopen."),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 104,
        reporter: "otto",
        version: "0.9",
        keywords: "humidity",
        summary: "Humidity is always 100 % after cleaning",
        description: "With soap. The handbook does not forbid it.",
        changes: &[
            assign(103, "user", TO_JOE),
            resolve(
                101,
                "joe",
                WONTFIX,
                "Soap stays in the sensor for good. The handbook now forbids it.",
            ),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 97,
        reporter: "joe",
        kind: "task",
        component: "network",
        milestone: "1.0",
        summary: "Sign the firmware",
        changes: &[
            accept(97, "joe"),
            resolve(70, "joe", FIXED, "With the key in the workshop's safe."),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 88,
        reporter: "mia",
        kind: "enhancement",
        component: "display",
        milestone: "1.1",
        keywords: "alarm night",
        cc: "anna@example.org",
        summary: "Alarms should be quiet at night",
        description: "From ten to six, light is enough.",
        changes: &[
            accept(60, "mia"),
            comment(9, "mia", "The first attempt is on the test station."),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 85,
        reporter: "anna@example.org",
        component: "display",
        version: "1.0",
        summary: "Frozen display",
        description: "It shows yesterday's temperature.",
        changes: &[resolve(84, "user", DUPLICATE, "This is #2.")],
        ..BLANK
    },
    SampleTicket {
        days: 79,
        reporter: "mia",
        kind: "enhancement",
        priority: "minor",
        component: "display",
        milestone: "1.1",
        summary: "Show the time of the last reading",
        description: "Would have told us about #2 at once.",
        changes: &[
            accept(31, "mia"),
            resolve(15, "mia", FIXED, "In the lower right corner."),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 72,
        reporter: "joe",
        kind: "enhancement",
        component: "network",
        milestone: "2.0",
        keywords: "mesh",
        summary: "Stations find each other",
        description: "By radio, without a router. See [wiki:Plan].",
        changes: &[
            accept(71, "joe"),
            comment(25, "joe", "Works on the roof, with two of them."),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 66,
        component: "docs",
        priority: "trivial",
        milestone: "1.0",
        summary: "\"Preasure\" on page 3",
        changes: &[resolve(65, "user", FIXED, "")],
        ..BLANK
    },
    SampleTicket {
        days: 55,
        reporter: "otto",
        version: "1.0",
        keywords: "wind",
        summary: "Wind from the north is shown as from the south",
        description: "Since I turned the mast.",
        changes: &[
            assign(55, "user", TO_JOE),
            comment(54, "joe", "Which arrow is on top?"),
            resolve(52, "joe", WORKSFORME, "The mast was upside down."),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 50,
        reporter: "mia",
        priority: "critical",
        component: "network",
        milestone: "1.1",
        version: "1.0.1",
        keywords: "security upload",
        summary: "Uploads accept any certificate",
        changes: &[
            accept(50, "joe"),
            resolve(34, "joe", FIXED, "Released with 1.0.1."),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 44,
        reporter: "lea",
        kind: "enhancement",
        priority: "minor",
        summary: "Measure rain",
        description: "A bucket that tips would do.",
        ..BLANK
    },
    SampleTicket {
        days: 41,
        reporter: "joe",
        kind: "task",
        component: "network",
        milestone: "2.0",
        keywords: "mesh clock",
        summary: "One clock for all stations",
        ..BLANK
    },
    SampleTicket {
        days: 37,
        reporter: "anonymous",
        component: "docs",
        version: "1.0",
        summary: "The picture of the buttons is the old one",
        changes: &[accept(36, "user")],
        ..BLANK
    },
    SampleTicket {
        days: 32,
        reporter: "otto",
        version: "1.0.1",
        keywords: "battery",
        summary: "The battery lasts two weeks instead of eight",
        description: "Since the update to 1.0.1. Uploading every minute, as before.",
        changes: &[
            accept(32, "joe"),
            comment(
                29,
                "joe",
                "Checking certificates takes the radio 3 seconds instead of 1.",
            ),
            comment(28, "otto", "So is it me, or is it you?"),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 27,
        reporter: "mia",
        kind: "task",
        component: "display",
        summary: "Colours for people who confuse red and green",
        changes: &[accept(27, "mia")],
        ..BLANK
    },
    SampleTicket {
        days: 24,
        reporter: "lea",
        priority: "minor",
        component: "network",
        summary: "Umlauts in the name of the network: Gerät Süd",
        description: "The station shows `Ger?t S?d` and does not connect.",
        changes: &[assign(23, "user", TO_JOE)],
        ..BLANK
    },
    SampleTicket {
        days: 20,
        reporter: "mia",
        kind: "enhancement",
        component: "display",
        milestone: "2.0",
        keywords: "mesh",
        summary: "Show the neighbours' values",
        ..BLANK
    },
    SampleTicket {
        days: 18,
        reporter: "anna@example.org",
        priority: "critical",
        keywords: "pressure",
        version: "1.0.1",
        summary: "Pressure falls slowly for weeks",
        description: "Two stations, same room:\n|| week || A || B ||\n|| 1 || 1013 || 1013 ||\n|| 4 || 1013 || 1009 ||",
        changes: &[
            accept(17, "joe"),
            comment(
                10,
                "joe",
                "B has a sensor of the new batch. So have 200 others.",
            ),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 14,
        kind: "task",
        component: "docs",
        milestone: "1.1",
        summary: "Write the release notes of 1.1",
        changes: &[accept(14, "user")],
        ..BLANK
    },
    SampleTicket {
        days: 12,
        reporter: "lea",
        kind: "enhancement",
        component: "network",
        summary: "Send readings to more than one server",
        changes: &[
            comment(11, "joe", "How many would you want?"),
            comment(10, "lea", "Two."),
        ],
        ..BLANK
    },
    SampleTicket {
        days: 8,
        reporter: "otto",
        component: "display",
        version: "1.0.1",
        summary: "Three bars without a storm",
        changes: &[assign(8, "user", TO_MIA)],
        ..BLANK
    },
    SampleTicket {
        days: 6,
        reporter: "anonymous",
        priority: "trivial",
        component: "docs",
        summary: "Handbook: number the pages",
        ..BLANK
    },
    SampleTicket {
        days: 4,
        reporter: "mia",
        component: "network",
        milestone: "1.1",
        summary: "The upload queue is full after a restart",
        description: "Found while testing #4.",
        changes: &[accept(3, "joe")],
        ..BLANK
    },
    SampleTicket {
        days: 2,
        reporter: "joe",
        kind: "task",
        component: "sensors",
        milestone: "1.1",
        keywords: "pressure",
        summary: "Calibrate the new batch again",
        description: "See #23.",
        ..BLANK
    },
    SampleTicket {
        days: 1,
        reporter: "anna@example.org",
        component: "display",
        summary: "What does the little cloud mean?",
        changes: &[comment(
            0,
            "mia",
            "Good question. It should be in the handbook.",
        )],
        ..BLANK
    },
];
