#!/usr/bin/env python3
"""Renders every case of this folder with a real Trac and compares.

    check-with-trac.py PYTHON              PYTHON is an interpreter that has Trac 1.6
    check-with-trac.py PYTHON --update     writes what Trac renders into the files
    check-with-trac.py PYTHON FILE…        these files only

A case that says `differs: reason` is one where this engine is not to do what Trac does; it is
compared with what stands there as `trac`, if that is there, and left alone by --update.
"""

import io
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PAGES = ['WikiStart', 'OtherPage', 'Sub', 'Sub/Page', 'Sub/Page/Deep', 'Sub/WikiStart', 'Some Page']
TICKETS = [('Elephant <escaped>', 'defect'), ('Giraffe & "neck"', 'task'),
           ('A summary that goes on and on until it has more than seventy-five characters, which is too long', 'enhancement')]
ATTACHMENTS = [('wiki', 'WikiStart', 'file.txt'), ('ticket', 1, 'a b.png'), ('milestone', 'milestone1', 'plan.txt')]
INTERMAP = """----
MeatBall http://www.usemod.com/cgi-bin/mb.pl? # MeatBall
Doc http://doc.example.org/$1/$2#top # Docs $2 of $1
Unsafe javascript:
----
After http://after.example.org/
"""
SECTIONS = {'interwiki': {'pep': 'http://peps.example.org/pep-$1.html Proposal $1'},
            'intertrac': {'t': 'trac', 'other.url': 'https://other.example.org/trac', 'other.title': "The other's Trac"}}
OPTIONS = {'ignore_missing_pages': 'wiki', 'split_page_names': 'wiki', 'render_unsafe_content': 'wiki',
           'show_email_addresses': 'trac', 'never_obfuscate_mailto': 'trac'}


def read_cases(path):
    """Yields [name, directives, source, want, the four as text] of a file."""
    with open(path, encoding='utf-8', newline='') as file:
        text = file.read()
    head, *parts = re.split(r'(?m)^%% ', text)
    cases = []
    for part in parts:
        title, rest = part.split('\n', 1)
        source, want = rest.split('\n%%=\n', 1)
        name, _, directives = title.partition(' | ')
        cases.append({'name': name, 'title': title, 'source': source,
                      'directives': [d.strip() for d in directives.split(',') if d.strip()],
                      'want': want.rstrip('\n')})
    return head, cases


def main(argv):
    python, *rest = argv
    update = '--update' in rest
    files = [os.path.abspath(f) for f in rest if not f.startswith('--')]
    files = files or sorted(os.path.join(HERE, f) for f in os.listdir(HERE) if f.endswith('.txt'))
    bad = total = 0
    for path in files:
        head, cases = read_cases(path)
        asked = json.dumps([[c['directives'], c['source']] for c in cases])
        done = subprocess.run([python, os.path.abspath(__file__), '--inside'], input=asked,
                              stdout=subprocess.PIPE, text=True, encoding='utf-8', check=True)
        for case, got in zip(cases, json.loads(done.stdout)):
            got = got.rstrip('\n')
            total += 1
            if any(d.startswith('differs') for d in case['directives']):
                continue
            if got != case['want'] and not update:
                bad += 1
                print('%s: %s\n  source %r\n  wanted %r\n  Trac   %r' %
                      (os.path.basename(path), case['name'], case['source'], case['want'], got))
            case['want'] = got
        if update:
            with open(path, 'w', encoding='utf-8', newline='') as file:
                file.write(head + ''.join('%%%% %s\n%s\n%%%%=\n%s\n\n' % (c['title'], c['source'], c['want'])
                                          for c in cases))
    print('%d cases, %d differ' % (total, bad))
    return 1 if bad else 0


def inside():
    cases = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        env = make_environment(os.path.join(folder, 'env'))
        json.dump([render(env, directives, source) for directives, source in cases], sys.stdout)


def make_environment(path):
    from trac.attachment import Attachment
    from trac.env import Environment
    from trac.perm import PermissionSystem
    from trac.ticket.model import Ticket
    from trac.wiki.model import WikiPage
    env = Environment(path, create=True)
    for section, options in SECTIONS.items():
        for option, value in options.items():
            env.config.set(section, option, value)
    for name in PAGES + ['InterMapTxt']:
        page = WikiPage(env, name)
        page.text = INTERMAP if name == 'InterMapTxt' else name
        page.save('joe', '')
    for summary, kind in TICKETS:
        ticket = Ticket(env)
        ticket['summary'], ticket['type'], ticket['status'], ticket['reporter'] = summary, kind, 'new', 'joe'
        ticket.insert()
    ticket = Ticket(env, 2)
    ticket['status'], ticket['resolution'] = 'closed', 'fixed'
    ticket.save_changes('joe', 'done')
    for realm, id, name in ATTACHMENTS:
        Attachment(env, realm, id).insert(name, io.BytesIO(b'x'), 1)
    permissions = PermissionSystem(env)
    for action in ('WIKI_ADMIN', 'TICKET_ADMIN', 'MILESTONE_ADMIN', 'REPORT_ADMIN'):
        permissions.grant_permission('editor', action)
    permissions.grant_permission('mailer', 'EMAIL_VIEW')
    return env


def render(env, directives, source):
    from trac.resource import Resource
    from trac.test import MockRequest
    from trac.web.chrome import web_context
    from trac.wiki.formatter import OutlineFormatter, format_to_html, format_to_oneliner
    for option, section in OPTIONS.items():
        env.config.set(section, option, 'true' if option in directives else 'false')
    env.config.set('mimeviewer', 'mime_map', 'text/x-example:exa:py' if 'mime_map' in directives else '')
    from trac.mimeview.api import Mimeview
    Mimeview(env)._mime_map = None
    env.config.set('trac', 'htdocs_location', 'https://assets.example.org/' if 'assets' in directives else '')
    author = 'mailer' if 'mailer' in directives else 'nobody' if 'nobody' in directives else 'editor'
    req = MockRequest(env, authname=author)
    for href, base in ((req.href, '/trac'), (req.abs_href, 'http://example.org/trac'), (env.abs_href, 'http://example.org/trac')):
        href.base, href._derived = base, {}
    if author == 'nobody':
        class Nothing:
            def __contains__(self, action):
                return False
            def __call__(self, *args):
                return self
            def has_permission(self, *args):
                return False
        req.perm = Nothing()
    resource = None
    for directive in directives:
        if directive.startswith('on '):
            realm, id = directive[3:].split(':', 1)
            resource = Resource(realm, int(id) if realm == 'ticket' else id)
    context = web_context(req, resource) if resource else web_context(req)
    context.perm = req.perm
    if 'oneliner' in directives:
        return str(format_to_oneliner(env, context, source))
    if 'shortened' in directives:
        return str(format_to_oneliner(env, context, source, True))
    if 'outline' in directives:
        out = io.StringIO()
        OutlineFormatter(env, context).format(source, out)
        return out.getvalue()
    if 'newlines' in directives:
        context.set_hints(preserve_newlines=True)
    return str(format_to_html(env, context, source))


if __name__ == '__main__':
    if sys.argv[1:2] == ['--inside']:
        inside()
    elif len(sys.argv) < 2:
        sys.exit(__doc__)
    else:
        sys.exit(main(sys.argv[1:]))
