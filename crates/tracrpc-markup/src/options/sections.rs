//! Sections that Trac explains as such: their options may have any name.

/// A section, the component that it belongs to, and what it is for in wiki markup.
pub(super) struct FreeSection {
    pub(super) name: &'static str,
    pub(super) component: &'static str,
    pub(super) doc: &'static str,
}

/// Sorted by name.
pub(super) const FREE_SECTIONS: [FreeSection; 14] = [
    FreeSection {
        name: "components",
        component: "trac.env.Environment",
        doc: "The components that are on or off. The name of an option is that of a component; its value \
              is `enabled` or `on`, and `disabled` or `off` else.\n\n\
              In place of a component there may be the beginning of its name, a module or a package, \
              and then `.*`.\n\n\
              An example:\n\
              {{{#!ini\n[components]\ntrac.ticket.report.ReportModule = disabled\nacct_mgr.* = enabled\n}}}\n\n\
              It takes the reports away, and adds all of a plugin.\n\n\
              See also: TracPlugins",
    },
    FreeSection {
        name: "extra-permissions",
        component: "tracopt.perm.config_perm_provider.ExtraPermissionsProvider",
        doc: "Actions of your own. The name of an option is an action, and its value lists those that it \
              includes; the option `_perms` lists actions that include nothing.\n\n\
              An example:\n\
              {{{\n[extra-permissions]\nEXTRA_ADMIN = EXTRA_VIEW, EXTRA_MODIFY, EXTRA_DELETE\n_perms = CUSTOM1, CUSTOM2\n}}}",
    },
    FreeSection {
        name: "http-headers",
        component: "trac.web.main.RequestDispatcher",
        doc: "Headers that are added to each answer. //(since 1.2.3)//\n\n\
              Names are those that [https://tools.ietf.org/html/rfc7230 RFC 7230] allows, but for these, \
              which Trac writes itself: content-type, content-length, location, etag, pragma, \
              cache-control, expires.",
    },
    FreeSection {
        name: "intertrac",
        component: "trac.wiki.intertrac.InterTracDispatcher",
        doc: "The prefixes of InterTrac links. An option is `<name>.<attribute>`, or the alias of a name.\n\n\
              `.url` is where the other Trac is; a path means one on the same server.\n\n\
              `.title` is what the tooltip of InterTrac links says.\n\n\
              An example:\n\
              {{{#!ini\n[intertrac]\n# An alias:\nt = trac\n# Another Trac:\ngenshi.title = Genshi's Trac\n\
              genshi.url = https://genshi.edgewall.org\n}}}",
    },
    FreeSection {
        name: "interwiki",
        component: "trac.wiki.interwiki.InterWikiMap",
        doc: "The prefixes of InterWiki links. The name of an option is the prefix; its value is the URL, \
              with `$1`, `$2` and so on for the arguments, and behind a space the description.\n\n\
              '''An example:'''\n\
              {{{\n[interwiki]\nMeatBall = http://www.usemod.com/cgi-bin/mb.pl?\n\
              PEP = http://www.python.org/peps/pep-$1.html Python Enhancement Proposal $1\n}}}",
    },
    FreeSection {
        name: "mainnav",
        component: "trac.web.chrome.Chrome",
        doc: "The main navigation: ''Wiki'', ''Timeline'', ''Roadmap'', ''Browse Source'', ''View Tickets'', \
              ''New Ticket'', ''Search'' and ''Admin''.\n\n\
              Each has the attributes `label`, `href` and `order`, and is taken away by `disabled`.\n\n\
              An example that gives the link to WikiStart a name of its own, leads to a report, and takes \
              the search away:\n\
              {{{#!ini\n[mainnav]\nwiki.label = Home\ntickets.href = /report/24\nsearch = disabled\n}}}\n\
              See TracNavigation.",
    },
    FreeSection {
        name: "metanav",
        component: "trac.web.chrome.Chrome",
        doc: "The other navigation: ''Login'', ''Logout'', ''Preferences'', ''Help/Guide'' and ''About Trac''. \
              The attributes are those of `[mainnav]`; `logout.redirect` is the page that follows a logout:\n\
              {{{#!ini\n[metanav]\nlogout.redirect = wiki/Logout\n}}}\n\
              See TracNavigation.",
    },
    FreeSection {
        name: "milestone-groups",
        component: "trac.ticket.roadmap.DefaultTicketGroupStatsProvider",
        doc: "The parts of the bar that shows how far a milestone is: a group for some of the states that \
              tickets may be in.\n\n\
              A group is made of //states// alone; resolutions do not count.\n\n\
              An example with three groups, ''closed'', ''new'' and ''active'':\n\
              {{{\n[milestone-groups]\nclosed = closed\nclosed.order = 0\nclosed.query_args = group=resolution\n\
              closed.overall_completion = true\nnew = new\nnew.order = 1\nnew.css_class = new\n\
              new.label = new\nactive = *\nactive.order = 2\nactive.css_class = open\n}}}\n\n\
              The `*` stands for all states that are in no other group.\n\n\
              The class `css_class` is one of `new`, `open` and `closed`, or one of your own: see \
              TracInterfaceCustomization#SiteAppearance.",
    },
    FreeSection {
        name: "notification-subscriber",
        component: "trac.notification.api.NotificationSystem",
        doc: "Who is told of changes. The rules come from components (`INotificationSubscriber`), and this \
              section says which are on by default.\n\n\
              See TracNotification.\n\n\
              The rules:\n[[SubscriberList]]",
    },
    FreeSection {
        name: "pygments-lexer",
        component: "trac.mimeview.pygments.PygmentsRenderer",
        doc: "The options of [http://pygments.org/docs/lexers/ Pygments' lexers].\n\n\
              An example for that of \
              [http://pygments.org/docs/lexers/#lexers-for-php-and-related-languages PHP], with `startinline` \
              and `funcnamehighlighting`:\n\
              {{{#!ini\n[pygments-lexer]\nphp.startinline = True\nphp.funcnamehighlighting = True\n}}}\n\n\
              The name is that of the lexer's class, without `Lexer`, or a short one.",
    },
    FreeSection {
        name: "repositories",
        component: "trac.versioncontrol.api.RepositoryManager",
        doc: "Repositories that `trac.ini` names: the section `[repositories]` is one of the ways to have them.\n\n\
              It is of use for aliases, for a [TracIni#GlobalConfiguration configuration that environments share], \
              and for repositories that are there from the start.\n\n\
              See [TracRepositoryAdmin#ReposTracIni TracRepositoryAdmin] for what may stand here, and for the \
              other ways.",
    },
    FreeSection {
        name: "svn:externals",
        component: "tracopt.versioncontrol.svn.svn_prop.SubversionPropertyRenderer",
        doc: "The TracBrowser shows the property `svn:externals` of Subversion as links.\n\n\
              Where another browser (such as [http://www.viewvc.org/ ViewVC]) shows those repositories, the \
              section `[svn:externals]` of TracIni tells where.\n\n\
              An example:\n\
              {{{\n[svn:externals]\n1 = svn://server/repos1  http://trac/proj1/browser/$path?rev=$rev\n}}}",
    },
    FreeSection {
        name: "ticket-custom",
        component: "trac.ticket.api.TicketSystem",
        doc: "Fields of tickets that are your own. See TracTicketsCustomFields.",
    },
    FreeSection {
        name: "ticket-workflow",
        component: "trac.ticket.default_workflow.ConfigurableTicketWorkflow",
        doc: "The workflow of tickets. The component `ConfigurableTicketWorkflow` reads it from this section of \
              `trac.ini`; see TracWorkflow.",
    },
];
