"""Environments as fifteen years of Trac left them, made at random.

Long histories, many custom fields, odd rows: whatever older versions, plugins, imports from other trackers and
people with a SQLite shell have written. The same for the same seed.
"""
import hashlib
import os
import sqlite3
import urllib.parse

import old_schema
from wiki_texts import random_text

PEOPLE = ['joe', 'admin', 'user', 'anonymous', 'ann', 'Ann Example <ann@example.org>', 'bob@example.org', 'Ünal', 'o\'brien',
          'somebody', 'joe@example.org', 'John Smith', '', ' ', None, 'DOMAIN\\joe', 'a,b', 'JOE', 'trac', '0']
ENUMS = {
    'ticket_type': [('defect', '1'), ('enhancement', '2'), ('task', '3'), ('Ünïcode type', '4'), ('no number', 'x'), ('same', '3')],
    'priority': [('blocker', '1'), ('critical', '2'), ('major', '3'), ('minor', '4'), ('trivial', '5'), ('P1', '10'),
                 ('empty value', ''), ('<b>', '07'), ('signed', '-1')],
    'severity': [('high', '1'), ('low', '2'), ('real', '1.5')],
    'resolution': [('fixed', '1'), ('invalid', '2'), ('wontfix', '3'), ('duplicate', '4'), ('works for me', '5')],
}
COMPONENTS = [('core', 'joe', 'The core'), ('web ui', None, None), ('docs', '', ''), ('Ünïcode', 'ann', 'é\r\nè'), ('a/b', 'nobody', '[[BR]]'),
              ("it's", 'admin', "''x''"), ('old', 'gone', 'x' * 300), ('back\\slash', 'joe,ann', None), ('  spaces  ', 'joe', '')]
MILESTONES = ['0.1', '0.2', '1.0', '1.0.1', 'Ünïcode', 'a/b', 'next', 'Release 2', 'someday', 'milestone with a very long name ' * 3,
              'MILESTONE', 'milestone', '2.0 (beta)', '"quoted"', '10', '9']
VERSIONS = ['0.1', '0.9', '1.0', '1.0-rc1', 'trunk', '2.0 ü', 'devel', '1/2']
KEYWORDS = ['', 'patch', 'needs review', 'a,b,c', None, 'ui;css', 'needs  spaces', 'ü']
FILES = ['patch.diff', 'screen shot.png', 'Ünïcode.txt', 'a%20b.txt', 'a+b.c', "it's.log", 'README', 'x' * 120 + '.txt', 'a&b<c>.html',
         'patch.2.diff', '100%.txt', '.hidden', 'two  spaces.txt', '日本語.txt', 'a;b.txt', '#1.patch']
PAGES = ['WikiStart', 'TracGuide', 'SandBox', 'Ünïcode/Seite', 'With Space', 'Deep/Er/Page', "It'sMine", 'lowercase', 'CamelCase',
         'Per%20cent', 'Question?', 'Hash#tag', 'At@1', '日本語', 'a&b', 'Colon:Page', 'Empty', 'HugePage', 'ManyVersions', 'Trac2010']
CUSTOM = [
    ('area', 'select', {'options': '|north|south|east west', 'value': 'south', 'label': 'The area'}),
    ('kind', 'radio', {'options': 'a|b|c', 'value': '1', 'order': '3'}), ('urgent', 'checkbox', {'value': '1'}),
    ('old_flag', 'checkbox', {'value': ''}), ('notes', 'textarea', {'format': 'wiki', 'rows': '4', 'cols': '60'}),
    ('hours', 'text', {'value': '0', 'label': 'Hours', 'order': '-1'}), ('blocking', 'text', {'format': 'list', 'order': '9'}),
    ('parent', 'text', {'format': 'reference'}), ('due_date', 'time', {'format': 'date', 'value': ''}),
    ('remind', 'time', {'format': 'relative', 'value': 'tomorrow'}), ('customer', 'text', {'format': 'plain', 'max_size': '5'}),
    ('mixedCase', 'text', {'value': 'Mixed'}), ('sonder', 'select', {'options': 'ä|ö|ü', 'value': '2', 'label': 'Ä <b>'}),
    ('no_options', 'select', {}), ('weird_type', 'user', {'value': 'x'}), ('wiki_field', 'text', {'format': 'wiki'}),
    ('empty', 'text', {'label': ''}), ('same_order', 'text', {'order': '3', 'label': 'Same order'}),
]
LEFT_OVER = ['CREATE TABLE tags (tagspace text, name text, tag text)', 'CREATE TABLE mastertickets (source integer, dest integer)',
             'CREATE TABLE votes (resource text, username text, vote integer)', 'CREATE TABLE "bill date" (id integer)',
             "INSERT INTO tags VALUES ('wiki', 'WikiStart', 'start')", 'CREATE VIEW closed AS SELECT id FROM ticket',
             'CREATE INDEX tags_name ON tags (name)', "INSERT INTO system VALUES ('tags_version', '2')"]
POLICIES = {45: 'DefaultWikiPolicy, DefaultTicketPolicy, DefaultPermissionPolicy, LegacyAttachmentPolicy',
            41: 'ReadonlyWikiPolicy, DefaultPermissionPolicy, LegacyAttachmentPolicy',
            29: 'DefaultPermissionPolicy, LegacyAttachmentPolicy'}


class Site:
    """An environment that is being made."""

    def __init__(self, path, version, rng, size):
        self.path, self.version, self.rng, self.size = path, version, rng, size
        self.start = {16: 1130000000, 19: 1150000000, 21: 1200000000, 26: 1290000000}.get(version, 1350000000)
        self.customs = rng.sample(CUSTOM, rng.randint(6, len(CUSTOM)))
        self.components = rng.sample(COMPONENTS, rng.randint(4, len(COMPONENTS)))
        self.tickets, self.pages, self.files = [], [], []

    def make(self):
        for folder in 'conf', 'db', 'log', 'plugins', 'templates', 'htdocs', 'wiki-macros':
            os.makedirs(os.path.join(self.path, folder))
        with open(os.path.join(self.path, 'VERSION'), 'w') as file:
            file.write('Trac Environment Version 1\n')
        self.write_config()
        self.connection = sqlite3.connect(os.path.join(self.path, 'db', 'trac.db'))
        for statement in [*old_schema.statements(self.version), *LEFT_OVER]:
            self.connection.execute(statement)
        self.insert('system', name='database_version', value=str(self.version))
        for fill in (self.permissions, self.sessions, self.lists, self.wiki, self.ticket_rows, self.orphans, self.attachments,
                     self.changesets, self.reports):
            fill()
        self.connection.commit()
        self.connection.close()
        return self

    # --- small things ---------------------------------------------------------

    def insert(self, table, **row):
        """Adds a row; one that is there already stays."""
        known = [name for name, _, _ in old_schema.columns(self.version)[table]]
        names = [name for name in row if name in known]
        self.connection.execute('INSERT OR IGNORE INTO "%s" (%s) VALUES (%s)' % (
            table, ', '.join('"%s"' % name for name in names), ', '.join('?' * len(names))), [row[name] for name in names])

    def time(self, seconds):
        """A moment as this version keeps it; since Trac 0.12 in microseconds."""
        return seconds if self.version < 25 or not seconds else seconds * 1000000 + self.rng.choice([0, 0, 1, 123456, 999999])

    def some_time(self):
        return self.start + self.rng.randrange(0, 200000000)

    def person(self):
        return self.rng.choice(PEOPLE)

    def text(self):
        """What people write, with the ends of lines of their systems, and broken by wrong charsets."""
        text = self.rng.choice([random_text(self.rng), random_text(self.rng), 'Just some words.', 'See #%d and r12.' % self.rng.randint(1, 40), '',
                                'First line\nsecond line\n\n * list\n * of things', '{{{\nTraceback (most recent call last):\n}}}'])
        how = self.rng.random()
        if how < .2:
            return text.replace('\n', '\r\n')
        if how < .24:
            return text.encode('utf-8').decode('cp1252', 'replace')
        if how < .26:
            return text + '\u2028\x0b\ufeff\x85\u00ad'
        return text

    # --- the rows -------------------------------------------------------------

    def permissions(self):
        for name, action in [('admin', 'TRAC_ADMIN'), ('authenticated', 'XML_RPC'), ('anonymous', 'WIKI_VIEW'), ('anonymous', 'TICKET_VIEW'),
                             ('anonymous', 'MILESTONE_VIEW'), ('anonymous', 'SEARCH_VIEW'), ('authenticated', 'TICKET_CREATE'),
                             ('authenticated', 'WIKI_CREATE'), ('authenticated', 'WIKI_MODIFY'), ('developers', 'TICKET_ADMIN'),
                             ('joe', 'developers'), ('developers', 'staff'), ('staff', 'MILESTONE_ADMIN'), ('staff', 'developers'),
                             ('user', 'TICKET_MODIFY'), ('user', 'OLD_PLUGIN_ACTION'), ('authenticated', 'TAGS_MODIFY'), ('gone', 'WIKI_ADMIN'),
                             ('user', 'user'), ('joe', 'WIKI_DELETE'), ('Joe', 'TRAC_ADMIN'), ('', 'WIKI_ADMIN'), ('anonymous', '')]:
            self.insert('permission', username=name, action=action)

    def sessions(self):
        attributes = [('joe', 1, 'name', 'Joe Example'), ('joe', 1, 'email', 'joe@example.org'), ('user', 1, 'email', ''), ('admin', 1, 'name', ''),
                      ('ann', 1, 'email', 'ann@example.org'), ('ann', 1, 'tz', 'Europe/Berlin'), ('joe', 1, 'newsletter', ''), ('bob', 0, 'name', 'Bob'),
                      ('0123456789abcdef', 0, 'diff_lines', '2'), ('user', 1, 'query_href', '/query?x'), ('Ünal', 1, 'name', 'Ünal \r\n'),
                      ('user', 1, 'name', None), ('admin', 1, 'email', None), ('user', 1, 'last_visit', '1200000000'), ('joe', 1, 'timeline.daysback', 'x')]
        for sid, authenticated, name, value in attributes:
            if self.version < 18:
                self.insert('session', sid=sid, authenticated=authenticated, var_name=name, var_value=value)
            else:
                self.insert('session', sid=sid, authenticated=authenticated, last_visit=self.some_time())
                self.insert('session_attribute', sid=sid, authenticated=authenticated, name=name, value=value)

    def lists(self):
        for kind, rows in ENUMS.items():
            if kind == 'severity' and self.rng.random() < .4:
                continue                                    # many sites have deleted them
            for name, value in rows:
                self.insert('enum', type=kind, name=name, value=value)
        self.insert('enum', type='nosuch', name='x', value='1')
        for name, owner, description in self.components:
            self.insert('component', name=name, owner=owner, description=description)
        for name in MILESTONES:
            due, completed = [self.rng.choice([0, None, self.time(self.some_time())]) for _ in range(2)]
            self.insert('milestone', name=name, due=due, completed=completed, description=self.rng.choice([None, '', self.text()]))
        for name in VERSIONS:
            time = self.rng.choice([0, None, self.time(self.some_time())])
            self.insert('version', name=name, time=time, description=self.rng.choice([None, '', self.text()]))

    def wiki(self):
        for name in PAGES:
            count = {'ManyVersions': self.size * 3, 'Empty': 1}.get(name, self.rng.choice([1, 1, 2, 3, 5, 8]))
            first = 3 if name == 'lowercase' else 1         # the first versions were deleted
            seconds = self.some_time()
            for version in range(first, first + count):
                if count > 4 and self.rng.random() < .1:
                    continue
                text = '' if name == 'Empty' else self.text() * 40 if name == 'HugePage' else self.text()
                seconds += self.rng.choice([0, 1, 3600, -60, 86400])
                self.insert('wiki', name=name, version=version, time=self.time(seconds), author=self.person(), ipnr='127.0.0.1', text=text,
                            comment=self.rng.choice([None, '', 'typo', 'See #1\r\n', 'ü' * 300]), readonly=self.rng.choice([0, 0, 0, 0, None, 1]))
            self.pages.append(name)

    def ticket_rows(self):
        names = {kind: [name for name, _ in rows] for kind, rows in ENUMS.items()}
        pick = self.rng.choice
        for number in range(1, self.size + 1):
            if self.rng.random() < .1:
                continue                                    # deleted
            created = self.some_time()
            huge = number == 7
            self.insert('ticket', id=number, type=pick(names['ticket_type'] + ['gone', None, '']), time=self.time(created),
                        changetime=pick([self.time(created), self.time(created + 90000), 0]),
                        component=pick([name for name, _, _ in self.components] + ['gone', '', None]), severity=pick(['', None, 'high', 'gone']),
                        priority=pick(names['priority'] + ['', None, 'gone']), owner=self.person(), reporter=self.person(),
                        cc=pick(['', None, 'joe', 'joe, ann@example.org; bob', 'anonymous', 'a b']), version=pick(VERSIONS + ['', None, 'gone']),
                        milestone=pick(MILESTONES + ['', None, 'gone']), status=pick(['new', 'assigned', 'accepted', 'closed', 'reopened', 'closed', 'testing', '', None]),
                        resolution=pick(names['resolution'] + ['', None, 'gone']), summary=pick(['It broke', 'ü' * 30, ' spaces ', '', 'a' * 300, "''x'' #1"]),
                        description=self.text() * 200 if huge else pick([self.text(), self.text(), None]), keywords=pick(KEYWORDS))
            self.tickets.append(number)
            self.custom_values(number)
            self.history(number, created, 150 if huge else pick([0, 1, 2, 4, 9, 25]))

    def custom_values(self, number):
        for name, kind, options in self.customs + [('gone_field', 'text', {})]:
            choices = options.get('options', '').split('|') + ['', None, '0', '1', 'x', 'gone', 'Ü\r\nb']
            if kind == 'time':
                choices = ['', None, 'x', '0', '1', str(self.some_time() * 1000000), '%018d' % (self.some_time() * 1000000), '-1']
            if self.rng.random() < .7:
                self.insert('ticket_custom', ticket=number, name=name, value=self.rng.choice(choices))

    def history(self, number, seconds, count):
        pick = self.rng.choice
        comment = 0
        for _ in range(count):
            seconds += pick([1, 60, 3600, 86400 * 30])
            time, author = self.time(seconds), self.person()
            fields = self.rng.sample(['status', 'owner', 'milestone', 'keywords', 'cc', 'description', 'gone_field', 'summary', 'resolution',
                                      'priority', 'type', 'attachment', 'reporter'] + [name for name, _, _ in self.customs], pick([0, 0, 1, 2, 5]))
            for field in fields:
                old, new = [pick(['', None, 'x', 'joe', 'new', 'closed', '0.1', 'ü', '1', self.text()]) for _ in range(2)]
                self.insert('ticket_change', ticket=number, time=time, author=author, field=field, oldvalue=old, newvalue=new)
            if self.rng.random() < .95:
                comment += 1
                reply = '%d.%d' % (self.rng.randint(1, comment), comment) if self.rng.random() < .2 else str(comment)
                label = pick([reply, reply, reply, '', None, 'x', 'description.%d' % comment]) if self.version > 19 else pick(['', None, reply])
                self.insert('ticket_change', ticket=number, time=time, author=author, field='comment', oldvalue=label, newvalue=pick([self.text(), '', None, self.text()]))
            if self.version > 21 and self.rng.random() < .1:
                for edit in range(self.rng.randint(1, 3)):
                    self.insert('ticket_change', ticket=number, time=time, author=self.person(), field='_comment%d' % edit,
                                oldvalue=self.text(), newvalue=str(self.time(seconds + 500 * edit)))

    def orphans(self):
        for number in 0, -1, 100000:
            self.insert('ticket_custom', ticket=number, name='area', value='north')
            self.insert('ticket_change', ticket=number, time=self.time(self.start), author='joe', field='comment', oldvalue='1', newvalue='lost')

    def attachments(self):
        parents = [('ticket', str(number)) for number in self.rng.sample(self.tickets, min(12, len(self.tickets)))]
        parents += [('wiki', name) for name in self.rng.sample(PAGES, 8)] + [('milestone', '1.0'), ('ticket', '100000'), ('wiki', 'Gone'), ('ticket', 'x')]
        for realm, parent in parents:
            for name in self.rng.sample(FILES, self.rng.randint(1, 4)):
                data = self.rng.choice([b'', b'hello\r\n', bytes(range(256)), 'ü'.encode('latin-1')])
                self.insert('attachment', type=realm, id=parent, filename=name, size=self.rng.choice([len(data), 0, None]), time=self.time(self.some_time()),
                            description=self.rng.choice([None, '', self.text()]), author=self.person(), ipnr='127.0.0.1')
                self.files.append(name)
                if self.rng.random() < .9:
                    self.write_file(self.attachment_path(realm, parent, name), data)

    def attachment_path(self, realm, parent, name):
        """Where this version of Trac had the file; since Trac 1.0 below hashes (trac/upgrades/db28.py)."""
        if self.version < 28:
            return os.path.join(self.path, 'attachments', realm, urllib.parse.quote(parent), urllib.parse.quote(name))
        digest, leaf = [hashlib.sha1(text.encode()).hexdigest() for text in (parent, name)]
        return os.path.join(self.path, 'files', 'attachments', realm, digest[:3], digest, leaf + os.path.splitext(name)[1])

    def write_file(self, path, data):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(data)

    def changesets(self):
        if self.version < 23:
            self.insert('system', name='repository_dir', value='svn:0000:/var/svn/project')
            self.insert('system', name='youngest_rev', value='30')
        else:
            for name, value in [('name', ''), ('repository_dir', 'svn:0000:/var/svn/project'), ('youngest_rev', '30'), ('dir', '/var/svn/project')]:
                self.insert('repository', id=1, name=name, value=value)
        for number in range(1, 31):
            rev = str(number) if self.version < 26 else '%010d' % number
            self.insert('revision', repos=1, rev=rev, time=self.time(self.some_time()), author=self.person(), message=self.text())
            self.insert('node_change', repos=1, rev=rev, path='trunk/a', kind='F', node_type='F', change='E', change_type='E', base_path='trunk/a', base_rev='1')

    def reports(self):
        query = 'query' if self.version >= 19 else 'sql'
        for number, text in [(1, "SELECT id AS ticket, summary FROM ticket WHERE status IN ('new', 'assigned', 'reopened') ORDER BY id"), (2, 'broken ('),
                             (9, None), (12, 'query:?status=new')]:
            self.insert('report', id=number, author=self.person(), title=self.rng.choice(['Ü', '', None, 'Active']), description=None, **{query: text})

    # --- trac.ini -------------------------------------------------------------

    def write_config(self):
        lines = ['[trac]', 'database = sqlite:db/trac.db', 'default_charset = iso-8859-15', 'repository_dir = ' + self.rng.choice(['', '/var/svn/project']),
                 'repository_type = svn', 'default_timezone = UTC', 'mainnav = wiki,timeline,tickets', 'ignore_auth_case = false', 'check_auth_ip = true']
        policies = POLICIES.get(self.version)
        if policies:
            lines.append('permission_policies = ' + policies)
        lines += ['[components]', 'tracrpc.* = enabled', 'webadmin.* = enabled', 'tracwysiwyg.* = enabled', 'trac.web.standalone.* = enabled',
                  '[ticket]', 'default_version =', 'default_component = core', 'default_milestone = %s' % self.rng.choice(['', 'next', 'gone']),
                  'default_priority = major', 'default_severity =', 'default_type = defect', 'restrict_owner = %s' % self.rng.choice(['false', 'true']),
                  'workflow = ConfigurableTicketWorkflow', '[ticket-custom]']
        for name, kind, options in self.customs:
            lines += ['%s = %s' % (name, kind)] + ['%s.%s = %s' % (name, key, value) for key, value in options.items()]
        lines += ['[project]', 'name = Älteres Projekt', 'url =', 'descr = 100%% old', '[notification]', 'smtp_enabled = false', 'always_notify_owner = true',
                  '[wiki]', 'ignore_missing_pages = false', 'split_page_names = %s' % self.rng.choice(['true', 'false']), '[timeline]', 'default_daysback = 30',
                  '[logging]', 'log_type = none', '[attachment]', 'max_size = 262144', '[tags]', 'x = y', '[svn]', 'branches = trunk, branches/*',
                  '[header_logo]', 'src = site/logo.png', 'alt =', '[interwiki]', 'Meat = http://www.usemod.com/cgi-bin/mb.pl?', *self.workflow()]
        self.write_file(os.path.join(self.path, 'conf', 'trac.ini'), ('\n'.join(lines) + '\n').encode())

    def workflow(self):
        """None, as before Trac 0.11; the basic one of Trac 0.11; one that somebody has thought up."""
        basic = ['[ticket-workflow]', 'leave = * -> *', 'leave.operations = leave_status', 'leave.default = 1', 'accept = new,assigned,accepted,reopened -> accepted',
                 'accept.permissions = TICKET_MODIFY', 'accept.operations = set_owner_to_self', 'resolve = new,assigned,accepted,reopened -> closed',
                 'resolve.permissions = TICKET_MODIFY', 'resolve.operations = set_resolution', 'reassign = new,assigned,accepted,reopened -> assigned',
                 'reassign.permissions = TICKET_MODIFY', 'reassign.operations = set_owner', 'reopen = closed -> reopened',
                 'reopen.permissions = TICKET_CREATE', 'reopen.operations = del_resolution']
        own = [*basic, 'test = accepted -> testing', 'test.name = to be tested', 'test.operations = set_owner,unknown_operation', 'test.set_owner = joe, ann,admin',
               'pass = testing -> closed', 'pass.operations = set_resolution', 'pass.set_resolution = fixed', 'fail = testing ->accepted', 'fail.default = 7',
               'broken =', 'half = new', 'drop.operations = del_owner', 'triage = new -> assigned, accepted']
        if self.version < 21:
            return []
        return self.rng.choice([basic, own])
