"""Lets Trac's own Python API make and fill an environment that tracrpc then serves.

usage: write-with-trac.py ENV DATABASE
"""
import io
import sys

from trac.admin.console import run
from trac.attachment import Attachment
from trac.env import Environment
from trac.ticket.model import Milestone, Ticket
from trac.wiki.model import WikiPage

path, database = sys.argv[1:]
assert not run([path, 'initenv', 'Interop', database])
assert not run([path, 'permission', 'add', 'admin', 'TRAC_ADMIN'])

env = Environment(path)
with env.db_transaction as db:
    # Only the plugin would let Trac grant this action.
    db("INSERT INTO permission VALUES ('authenticated', 'XML_RPC')")
    milestone = Milestone(env)
    milestone.name = 'interop'
    milestone.insert()
    ticket = Ticket(env)
    ticket.populate({'summary': 'Made by Trac: é€😀', 'description': 'one\r\ntwo', 'reporter': 'joe',
                     'status': 'new', 'milestone': 'interop', 'keywords': 'a b'})
    ticket.insert()
    ticket['keywords'] = 'c'
    ticket.save_changes('admin', 'a comment')
    page = WikiPage(env, 'InteropPage')
    page.text = '= Made by Trac =\n'
    page.save('joe', 'first')
attachment = Attachment(env, 'ticket', ticket.id)
attachment.author = 'joe'
attachment.description = 'described'
attachment.insert('näme.txt', io.BytesIO(b'content'), 7)
env.shutdown()
