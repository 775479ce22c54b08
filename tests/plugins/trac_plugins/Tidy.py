"""A manipulator of tickets, pages and files: summaries begin with a capital, and are not about everything."""
from trac.attachment import IAttachmentManipulator
from trac.core import Component, implements
from trac.ticket.api import ITicketManipulator
from trac.util.html import tag
from trac.wiki.api import IWikiPageManipulator


class Tidy(Component):
    implements(IAttachmentManipulator, ITicketManipulator, IWikiPageManipulator)

    def prepare_attachment(self, req, attachment, fields):
        pass

    def validate_attachment(self, req, attachment):
        """Trac asks this for its web page only: remote calls attach what they like."""
        return [('filename', 'no programs')] if attachment.filename.endswith('.exe') else []

    def prepare_ticket(self, req, ticket, fields, actions):
        pass

    def validate_ticket(self, req, ticket):
        summary = ticket['summary'] or ''
        if 'everything' in summary:
            yield 'summary', 'Not everything at once'
        if ticket['keywords'] == 'wrong':
            yield None, tag('No keywords are ', tag.b('wrong'))
        if 'summary' in ticket._old:
            ticket['summary'] = summary[:1].upper() + summary[1:]

    def validate_comment(self, req, comment):
        if comment and 'spam' in comment:
            yield 'no spam, %s' % req.authname

    def prepare_wiki_page(self, req, page, fields):
        fields['text'] = fields['text'].replace('@PAGE@', page.name)

    def validate_wiki_page(self, req, page):
        return []
