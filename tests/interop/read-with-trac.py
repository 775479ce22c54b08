"""Prints what Trac's own Python API reads in an environment, as JSON.

usage: read-with-trac.py ENV
"""
import json
import sys

from trac.attachment import Attachment
from trac.env import Environment
from trac.ticket.model import Milestone, Ticket
from trac.util.datefmt import to_utimestamp
from trac.wiki.model import WikiPage


def attachments(env, realm, parent):
    return [{'name': a.filename, 'size': a.size, 'author': a.author,
             'description': a.description, 'text': a.open().read().decode('utf-8')}
            for a in Attachment.select(env, realm, parent)]


def ticket(env, number):
    read = Ticket(env, number)
    changes = [[author, field, old, new] for _, author, field, old, new, permanent in read.get_changelog()
               if permanent]
    return {'id': number, 'summary': read['summary'], 'status': read['status'],
            'owner': read['owner'], 'reporter': read['reporter'],
            'time': to_utimestamp(read['time']), 'changes': changes,
            'attachments': attachments(env, 'ticket', number)}


def page(env, name):
    read = WikiPage(env, name)
    history = [[version, author, comment] for version, _, author, comment in read.get_history()]
    return {'name': name, 'text': read.text, 'history': history,
            'attachments': attachments(env, 'wiki', name)}


env = Environment(sys.argv[1])
json.dump({
    'tickets': [ticket(env, row[0]) for row in env.db_query('SELECT id FROM ticket ORDER BY id')],
    'pages': [page(env, row[0])
              for row in env.db_query("SELECT DISTINCT name FROM wiki WHERE name LIKE 'Interop%%' "
                                      'ORDER BY name')],
    'milestones': sorted(m.name for m in Milestone.select(env)),
}, sys.stdout)
