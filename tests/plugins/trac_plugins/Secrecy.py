"""A permission policy: tickets with the keyword `secret` are for who reported or owns them."""
from trac.core import Component, implements
from trac.perm import IPermissionPolicy
from trac.resource import ResourceNotFound
from trac.ticket.model import Ticket
from tracrpc.api import IXMLRPCHandler


class SecrecyPolicy(Component):
    """Secret tickets."""
    implements(IPermissionPolicy, IXMLRPCHandler)

    def check_permission(self, action, username, resource, perm):
        if resource is None or resource.realm != 'ticket' or resource.id is None or action == 'TRAC_ADMIN':
            return None
        try:
            ticket = Ticket(self.env, resource.id)
        except ResourceNotFound:
            return None
        if 'secret' in (ticket['keywords'] or '').split() and username not in (ticket['reporter'], ticket['owner']):
            return 'TRAC_ADMIN' in perm
        return None

    def xmlrpc_namespace(self):
        return 'secrecy'

    def xmlrpc_methods(self):
        yield 'TICKET_VIEW', ((list, list),), self.visible
        yield None, ((bool, int, str),), self.may

    def visible(self, req, tickets):
        """Those of the tickets that may be seen."""
        return [id for id in tickets if 'TICKET_VIEW' in req.perm('ticket', id)]

    def may(self, req, ticket, action):
        """Whether the caller may do something with a ticket."""
        return action in req.perm('ticket', ticket)
