"""A macro and a processor that colour what is within, and a method that renders wiki text."""
from trac.core import Component, TracError, implements
from trac.util.html import tag
from trac.util.translation import _
from trac.web.chrome import web_context
from trac.wiki.api import IWikiMacroProvider, IWikiSyntaxProvider, parse_args
from trac.wiki.formatter import format_to_html, format_to_oneliner
from tracrpc.api import IXMLRPCHandler


class Colour(Component):
    """Colours in wiki pages."""
    implements(IWikiMacroProvider, IWikiSyntaxProvider, IXMLRPCHandler)

    def get_macros(self):
        return ['Colour', 'Whoami']

    def get_macro_description(self, name):
        return 'Colours what is within: `[[Colour(red, text)]]`.' if name == 'Colour' else 'Who looks at the page.'

    def is_inline(self, content):
        return True

    def expand_macro(self, formatter, name, content, args=None):
        if name == 'Whoami':
            return tag.em(formatter.req.authname)
        if args is not None:
            return tag.div(format_to_html(self.env, formatter.context, content),
                           style='color: %s' % args.get('colour', 'red'))
        words, options = parse_args(content)
        if len(words) < 2:
            raise TracError(_('Two arguments are needed, there are %(count)d.', count=len(words)))
        return tag.span(format_to_oneliner(self.env, formatter.context, ','.join(words[1:])),
                        style='color: %s' % words[0], class_=options.get('class'))

    def get_wiki_syntax(self):
        yield r'!?%%[a-z]+%%', lambda formatter, text, match: tag.b(text.strip('%'), style='color: green')

    def get_link_resolvers(self):
        yield 'colour', lambda formatter, ns, target, label: tag.a(label, href=formatter.href.wiki('Colour', target))

    def xmlrpc_namespace(self):
        return 'colour'

    def xmlrpc_methods(self):
        yield None, ((str, str), (str, str, bool)), self.render

    def render(self, req, text, oneliner=False):
        """Wiki text as HTML."""
        context = web_context(req, 'wiki', 'WikiStart')
        return (format_to_oneliner if oneliner else format_to_html)(self.env, context, text)
