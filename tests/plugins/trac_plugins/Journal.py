"""A listener that writes down what happened, and answers it."""
from trac.attachment import IAttachmentChangeListener
from trac.core import Component, TracError, implements
from trac.ticket.api import IMilestoneChangeListener, ITicketChangeListener
from trac.wiki.api import IWikiChangeListener
from tracrpc.api import IXMLRPCHandler


class Journal(Component):
    """What happened."""
    implements(ITicketChangeListener, IWikiChangeListener, IAttachmentChangeListener, IMilestoneChangeListener,
               IXMLRPCHandler)

    def __init__(self):
        self.lines = []

    def note(self, *words):
        self.lines.append(' '.join(map(str, words)))

    def ticket_created(self, ticket):
        self.note('created', ticket.id, ticket['summary'], ticket['reporter'])
        if ticket['keywords'] == 'refused':
            raise TracError('The journal refuses this.')

    def ticket_changed(self, ticket, comment, author, old_values):
        self.note('changed', ticket.id, comment, author, sorted((k, v) for k, v in old_values.items()))

    def ticket_deleted(self, ticket):
        self.note('deleted', ticket.id)

    def wiki_page_added(self, page):
        self.note('page', page.name, page.version)

    def wiki_page_changed(self, page, version, t, comment, author):
        self.note('page', page.name, version, comment, author)

    def wiki_page_deleted(self, page):
        self.note('no page', page.name)

    def wiki_page_version_deleted(self, page):
        self.note('no version', page.name)

    def attachment_added(self, attachment):
        self.note('file', attachment.parent_realm, attachment.parent_id, attachment.filename)

    def attachment_deleted(self, attachment):
        self.note('no file', attachment.parent_realm, attachment.parent_id, attachment.filename)

    def milestone_created(self, milestone):
        self.note('milestone', milestone.name)

    def milestone_changed(self, milestone, old_values):
        self.note('milestone', milestone.name, sorted(old_values))

    def milestone_deleted(self, milestone):
        self.note('no milestone', milestone.name)

    def xmlrpc_namespace(self):
        return 'journal'

    def xmlrpc_methods(self):
        yield 'TICKET_VIEW', ((list,), (list, int)), self.entries

    def entries(self, req, count=20):
        """What happened last."""
        return self.lines[-count:]
