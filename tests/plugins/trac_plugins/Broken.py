"""A Trac plugin that fails wherever it is asked what it has, for tests."""
from trac.core import Component, implements
from trac.perm import IPermissionRequestor
from trac.search.api import ISearchSource
from trac.wiki.api import IWikiMacroProvider
from tracrpc.api import IXMLRPCHandler


class Broken(Component):
    """Cannot say what it has."""
    implements(IXMLRPCHandler, IWikiMacroProvider, IPermissionRequestor)

    def xmlrpc_namespace(self):
        return 'broken'

    def xmlrpc_methods(self):
        raise ValueError('no methods today')

    def get_macros(self):
        yield 'HalfBroken'

    def get_macro_description(self, name):
        raise ValueError('no description today')

    def expand_macro(self, formatter, name, content):
        return 'half'

    def get_permission_actions(self):
        raise ValueError('no actions today')


class Unsendable(Component):
    """Says of itself what nobody can be told."""
    implements(IXMLRPCHandler, IWikiMacroProvider)

    def xmlrpc_namespace(self):
        return 'unsendable'

    def xmlrpc_methods(self):
        yield None, ((int, object),), self.odd
        yield None, ((int, int),), self.fine

    def odd(self, req, value=object()):
        return 1

    def fine(self, req, value=object()):
        return 1

    def get_macros(self):
        return [5, object()]

    def get_macro_description(self, name):
        return object()

    def expand_macro(self, formatter, name, content):
        return ''


class Unmakeable(Component):
    implements(ISearchSource)

    def __init__(self):
        raise ValueError('cannot be made')
