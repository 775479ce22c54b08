"""A Trac plugin with something of every kind that the bridge carries, for tests."""
import os
import sys
import time

from trac.attachment import IAttachmentChangeListener, IAttachmentManipulator
from trac.core import Component, TracError, implements
from trac.perm import IPermissionGroupProvider, IPermissionPolicy, IPermissionRequestor
from trac.resource import IResourceManager
from trac.search.api import ISearchSource
from trac.ticket.api import (IMilestoneChangeListener, ITicketActionController, ITicketChangeListener,
                             ITicketManipulator)
from trac.util import get_reporter_id
from trac.util.datefmt import to_datetime, utc
from trac.util.html import Markup, tag
from trac.web.api import HTTPForbidden, IRequestFilter
from trac.wiki.api import IWikiChangeListener, IWikiMacroProvider, IWikiPageManipulator, IWikiSyntaxProvider
from tracrpc.api import AbstractRPCHandler, Binary, IRPCProtocol, IXMLRPCHandler, XMLRPCSystem, expose_rpc


class Methods(Component):
    """Methods of all kinds."""
    implements(IXMLRPCHandler)

    def xmlrpc_namespace(self):
        return 'every'

    def xmlrpc_methods(self):
        yield None, ((dict,),), self.values
        yield None, ((dict, dict),), self.same
        yield 'TICKET_ADMIN', ((int,),), self.guarded
        yield None, (int), self.no_signature
        yield None, ((int, int),), self.sleep
        yield None, ((int,),), self.die
        yield None, ((int,),), self.prints
        yield None, ((int, str),), self.fails
        yield None, ((dict,),), self.who
        yield None, ((list,),), lambda req: None, 'named'
        yield None, ((list,),), self.generator
        yield None, ((list, str, list), (list, str)), self.through
        yield None, ((str, str, str),), self.remember
        yield None, ((str, str), (str, str, int)), self.defaults
        yield None, ((list,),), self.told
        yield None, ((None, str),), self.sent_itself
        yield None, ((str, str),), self.asks

    def values(self, req):
        """Values that JSON does not have."""
        return {'bin': Binary(b'\0\xff'), 'markup': Markup('<b>'), 'pair': (1, 2), 'tag': tag.b('x', ' & y'),
                'big': 2 ** 70, 'nan': float('nan'), 'half': '\ud800', 5: 'five', 'struct': {'$date': 'x'},
                'when': to_datetime(1700000000000001 / 1e6, utc).replace(microsecond=1), 'none': None}

    def same(self, req, value):
        return value

    def guarded(self, req):
        return 1

    def no_signature(self, req):
        return 1

    def sleep(self, req, ms):
        time.sleep(ms / 1000.0)
        return ms

    def die(self, req):
        os._exit(3)

    def prints(self, req):
        print('{"jsonrpc":"2.0","id":1,"result":"forged"}')
        sys.stdout.flush()
        os.write(1, b'noise\n')
        return 1

    def fails(self, req, how):
        if how == 'http':
            raise HTTPForbidden('closed')
        if how == 'trac':
            raise TracError('refused', 'A heading')
        if how == 'set':
            return [object()]
        raise KeyError(how)

    def who(self, req):
        """Who calls."""
        return {'name': req.authname, 'address': req.remote_addr, 'link': req.abs_href.wiki('X'),
                'path': req.path_info, 'secret': req.get_header('Authorization') or '',
                'locale': str(req.locale), 'zone': str(req.tz), 'reporter': get_reporter_id(req),
                'admin': 'TRAC_ADMIN' in req.perm, 'colour': req.session.get('colour', '')}

    def generator(self, req):
        yield 1
        yield 2

    def through(self, req, method, args=[]):
        """Calls another method, as plugins do."""
        return [XMLRPCSystem(self.env).get_method(method)(req, args)[0]]

    def remember(self, req, name, value):
        """Keeps something in the session."""
        req.session[name] = value
        return value

    def defaults(self, req, one, two=2, *rest):
        return one

    def told(self, req):
        """What listeners were told."""
        found = [list(map(str, line)) for line in Listener.told]
        del Listener.told[:]
        return found

    def sent_itself(self, req, text):
        req.send(text.encode(), 'text/x-own', 201)

    def asks(self, req, whom):
        """Calls a method that the server has and Trac has not."""
        from tracrpc_plugin import current
        return current().call('hello.greet', whom)


class Decorated(AbstractRPCHandler):
    """Methods by decorator."""

    def xmlrpc_namespace(self):
        return 'decorated'

    @expose_rpc('WIKI_VIEW', str, str)
    @expose_rpc('WIKI_VIEW', str, str, int)
    def twice(self, req, text, times=2):
        """A text several times."""
        return text * times


class Shout(Component):
    implements(IRPCProtocol)

    def rpc_info(self):
        return 'Shout', 'Upper case.'

    def rpc_match(self):
        yield 'shout', 'text/x-shout'

    def parse_rpc_request(self, req, content_type):
        name, _, rest = req.read().decode().partition(' ')
        if name == 'BAD':
            raise TracError('bad words')
        return {'method': name.lower(), 'params': [rest] if rest else [], 'state': object()}

    def send_rpc_result(self, req, result):
        assert req.rpc['state']
        if result == 'raise':
            raise TracError('second thoughts')
        if result == 'crash':
            raise KeyError('third thoughts')
        req.send(str(result).upper().encode(), 'text/x-shout')

    def send_rpc_error(self, req, e):
        req.send(('%s: %s' % (type(e).__name__, e)).encode(), 'text/x-shout', 500)


class Policy(Component):
    implements(IPermissionPolicy, IPermissionRequestor, IPermissionGroupProvider)

    def check_permission(self, action, username, resource, perm):
        if resource and resource.realm == 'ticket' and resource.id == 7 and action != 'TICKET_ADMIN':
            return 'TICKET_ADMIN' in perm
        if resource and resource.realm == 'attachment' and resource.parent.id == 'Secret':
            return False

    def get_permission_actions(self):
        return ['EVERY_VIEW', ('EVERY_ADMIN', ['EVERY_VIEW'])]

    def get_permission_groups(self, username):
        return ['everybody', username + 's']


class Workflow(Component):
    implements(ITicketActionController)

    def get_ticket_actions(self, req, ticket):
        return [(5, 'explode')]

    def get_all_status(self):
        return ['exploded']

    def render_ticket_action_control(self, req, ticket, action):
        control = tag(tag.input(name='fuse', value='long'), tag.label('kind ', tag.select(
            tag.option('bang'), tag.option('boom', selected='selected'), name='kind')))
        return 'explode', control, 'Boom.'

    def get_ticket_changes(self, req, ticket, action):
        return {'status': 'exploded', 'keywords': req.args.get('fuse')}

    def apply_action_side_effects(self, req, ticket, action):
        Listener.told.append(('side effect', ticket.id))


class Manipulator(Component):
    implements(ITicketManipulator, IAttachmentManipulator, IWikiPageManipulator)

    def prepare_ticket(self, req, ticket, fields, actions):
        pass

    def validate_ticket(self, req, ticket):
        if not ticket['keywords']:
            yield 'keywords', 'Keywords are missing.'
        if 'summary' in ticket._old:
            ticket['summary'] = ticket['summary'].strip().capitalize()

    def validate_comment(self, req, comment):
        if 'spam' in comment:
            yield 'no spam'

    def prepare_attachment(self, req, attachment, fields):
        pass

    def validate_attachment(self, req, attachment):
        if attachment.filename.endswith('.exe') and attachment.parent_realm == 'ticket':
            return [('filename', 'No programs, %s.' % attachment.author)]
        return [(None, 'Too large.')] if attachment.size > 1000 else []

    def prepare_wiki_page(self, req, page, fields):
        fields['text'] += '!'

    def validate_wiki_page(self, req, page):
        return []


class Idle(Component):
    """Implements much and does nothing: costs nothing."""
    implements(ITicketManipulator, IWikiPageManipulator, IMilestoneChangeListener, IRequestFilter)

    def prepare_ticket(self, req, ticket, fields, actions):
        pass

    def validate_ticket(self, req, ticket):
        """Nothing to say."""
        return []

    def prepare_wiki_page(self, req, page, fields):
        pass

    def validate_wiki_page(self, req, page):
        return []

    def milestone_created(self, milestone):
        pass

    def milestone_changed(self, milestone, old_values):
        """Nothing."""

    def milestone_deleted(self, milestone):
        pass

    def pre_process_request(self, req, handler):
        return handler

    def post_process_request(self, req, template, data, content_type):
        return template, data, content_type


class Listener(Component):
    implements(ITicketChangeListener, IWikiChangeListener, IAttachmentChangeListener, IMilestoneChangeListener)
    told = []

    def ticket_created(self, ticket):
        self.told.append(('ticket created', ticket.id, ticket['summary']))
        if ticket['summary'] == 'Fail':
            raise ValueError('a listener fails')

    def ticket_changed(self, ticket, comment, author, old_values):
        self.told.append(('ticket changed', ticket.id, comment, author, sorted(old_values.items())))

    def ticket_deleted(self, ticket):
        self.told.append(('ticket deleted', ticket.id, ticket['summary']))

    def ticket_comment_modified(self, ticket, cdate, author, comment, old_comment):
        self.told.append(('comment', ticket.id, author, comment, old_comment))

    def ticket_change_deleted(self, ticket, cdate, changes):
        self.told.append(('change deleted', ticket.id, sorted(changes.items())))

    def wiki_page_added(self, page):
        self.told.append(('page added', page.name, page.version))

    def wiki_page_changed(self, page, version, t, comment, author):
        self.told.append(('page changed', page.name, version, comment, author))

    def wiki_page_deleted(self, page):
        self.told.append(('page deleted', page.name))

    def wiki_page_version_deleted(self, page):
        self.told.append(('version deleted', page.name))

    def wiki_page_renamed(self, page, old_name):
        self.told.append(('page renamed', page.name, old_name))

    def attachment_added(self, attachment):
        self.told.append(('file added', attachment.parent_realm, attachment.parent_id, attachment.filename,
                          attachment.size))

    def attachment_deleted(self, attachment):
        self.told.append(('file deleted', attachment.parent_realm, attachment.parent_id, attachment.filename))

    def attachment_moved(self, attachment, old_realm, old_id, old_filename):
        self.told.append(('file moved', attachment.parent_id, attachment.filename, old_id, old_filename))

    def attachment_reparented(self, attachment, old_realm, old_id):
        self.told.append(('file reparented', old_realm, old_id))

    def milestone_created(self, milestone):
        self.told.append(('milestone created', milestone.name))

    def milestone_changed(self, milestone, old_values):
        self.told.append(('milestone changed', milestone.name, sorted(old_values.items())))

    def milestone_deleted(self, milestone):
        self.told.append(('milestone deleted', milestone.name))


class Words(Component):
    implements(ISearchSource, IWikiMacroProvider, IWikiSyntaxProvider, IResourceManager)

    def get_search_filters(self, req):
        yield 'every', 'Everything'

    def get_search_results(self, req, terms, filters):
        if 'every' in filters:
            yield req.href.every(terms[0]), tag('All of ', tag.b(terms[0])), to_datetime(1700000000, utc), 'joe', 'x'

    def get_macros(self):
        return ['Every', 'Nothing']

    def get_macro_description(self, name):
        return 'messages', 'Shows its content.'

    def is_inline(self, content):
        return True

    def expand_macro(self, formatter, name, content, args=None):
        if name == 'Nothing':
            return None
        if content == 'fail':
            raise TracError('no such thing')
        return tag.b(str(content), ' for ', formatter.req.authname, ' on ', formatter.resource.id, ' ', repr(args),
                     ' ', formatter.href.wiki())

    def get_wiki_syntax(self):
        return []

    def get_link_resolvers(self):
        yield 'every', lambda formatter, ns, target, label: tag.a(label, href=formatter.href.every(target))

    def get_resource_realms(self):
        yield 'every'

    def get_resource_url(self, resource, href, **kwargs):
        return href.every(resource.id)

    def get_resource_description(self, resource, format=None, context=None, **kwargs):
        return 'every ' + resource.id
