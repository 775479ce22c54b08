"""Methods that answer values of every kind, and fail in every way."""
from datetime import datetime

from trac.core import TracError
from trac.perm import PermissionError
from trac.resource import ResourceNotFound
from trac.util.datefmt import FixedOffset, utc
from trac.util.html import Markup, tag
from trac.util.text import empty
from trac.util.translation import _, tag_
from trac.web.api import HTTPForbidden
from tracrpc.api import AbstractRPCHandler, Binary, RPCError, XMLRPCSystem, expose_rpc

VALUES = {
    'text': 'a\nb\u00fc\u65e5 <&>', 'moment': datetime(2024, 2, 3, 4, 5, 6, tzinfo=utc),
    'elsewhere': datetime(2024, 2, 3, 4, 5, 6, tzinfo=FixedOffset(120, 'x')),
    'yes': True, 'number': -5, 'half': 0.5, 'list': [1, [2, {}]], 'pair': (1, 'x'), 'markup': Markup('<i>x</i>'),
    'element': tag.b('x ', tag.i('y')), 'struct': {'a': {'b': []}}, 'empty': '', 'nothing': None, 'none': empty,
}


def shape(name):
    # A protocol changes the class of each binary that it writes.
    return Binary(b'\0\1\xff') if name == 'bytes' else VALUES[name]


class Shapes(AbstractRPCHandler):
    """Values of every kind."""

    def xmlrpc_namespace(self):
        return 'shapes'

    @expose_rpc(None, dict, str)
    def value(self, req, name):
        """A value of a name."""
        return {'value': shape(name)}

    @expose_rpc(None, list, list)
    def values(self, req, names):
        """Values of names."""
        return (shape(name) for name in names)

    @expose_rpc(None, dict, dict)
    def same(self, req, value):
        """The value."""
        return {'value': value}

    @expose_rpc(None, str, str)
    @expose_rpc(None, str, str, int)
    def fail(self, req, how, code=0):
        """Fails."""
        if how == 'trac':
            raise TracError(_('Error'), 'A heading')
        if how == 'markup':
            raise TracError(tag_('%(x)s is wrong', x=tag.b('this')))
        if how == 'permission':
            raise PermissionError('TICKET_ADMIN')
        if how == 'resource':
            raise ResourceNotFound('none of these', 'Not here')
        if how == 'http':
            raise HTTPForbidden('closed')
        if how == 'rpc':
            raise RPCError('of its own')
        if how == 'code':
            e = TracError('with a code')
            e.code, e.name = code, 'OwnError'
            raise e
        raise {'key': KeyError('x'), 'value': ValueError('bad: \u00fc'), 'nothing': Exception()}[how]

    @expose_rpc('WIKI_ADMIN', dict)
    def who(self, req):
        """Who calls."""
        return {'name': req.authname, 'zone': str(req.tz), 'admin': 'TRAC_ADMIN' in req.perm,
                'base': req.base_url, 'link': req.abs_href.ticket(1), 'path': req.path_info}

    @expose_rpc(None, list, str, list)
    def through(self, req, method, args):
        """Calls another method."""
        return [XMLRPCSystem(self.env).get_method(method)(req, args)[0]]

    @expose_rpc(None, str, str, str)
    def remember(self, req, name, value):
        """Keeps something in the session."""
        req.session[name] = value
        return req.session[name]

    @expose_rpc(None, str, str)
    def recall(self, req, name):
        """What was kept."""
        return req.session.get(name, '')
