#!/usr/bin/env python3
"""Ports the sdist of TracXMLRPC 1.1.9 (Python 2, Trac >= 1.0, Genshi) to Python 3 and Trac 1.6.

usage: port-plugin.py TracXMLRPC-1.1.9.tar.gz FOLDER

Its answers stay what they were. Nothing of the plugin is stored here: this file only holds the
edits. Each edit must match exactly as often as it says, so that another sdist fails loudly.
"""
import os
import re
import sys
import tarfile

VERSION = '1.2.0'       # what system.getAPIVersion reports: [1, 2, 0]

# Mechanical Python 2 -> 3 rewrites, applied to every module.
COMMON = [
    (r'^import xmlrpclib$', 'import xmlrpc.client as xmlrpclib'),
    (r'except (.+?), ?(\w+) ?:', r'except \1 as \2:'),
    (r"raise ResourceNotFound, (.+)$", r"raise ResourceNotFound(\1)"),
    (r'\.iteritems\(\)', '.items()'),
    (r'\bunicode\(', 'str('),
    (r'\bunichr\(', 'chr('),
    (r'\bu([\'"])', r'\1'),
    (r'\bself\.log\.warn\(', 'self.log.warning('),
    (r'^import genshi$', 'from trac.util.html import Element, Fragment, Markup'),
    (r'genshi\.builder\.(Fragment|Element)\b', r'\1'),
    (r'genshi\.core\.Markup\b', 'Markup'),
    (r'^from trac\.util\.compat import (any|set)\n', ''),
]

# (old, new, expected number of occurrences) per module, applied after COMMON.
EDITS = {
    'setup.py': [
        ("version='1.1.9'", "version='%s'" % VERSION, 1),
    ],
    'tracrpc/__init__.py': [],
    'tracrpc/api.py': [
        # str(e) must give what unicode(e) gave; see also xml_rpc.py
        ('def __unicode__(self):', 'def __str__(self):', 1),
        ('isinstance(result, basestring)', 'isinstance(result, (str, bytes))', 1),
        ('inspect.getargspec(', 'inspect.getfullargspec(', 1),
        ('return map(int, match.groups())',
         'return [int(g) for g in match.groups()]', 1),
    ],
    'tracrpc/util.py': [
        ("try:\n  from cStringIO import StringIO\nexcept ImportError:\n"
         "  from StringIO import StringIO\n",
         'from io import BytesIO, StringIO\n', 1),
        ('basestring', 'str', 1),
    ],
    'tracrpc/xml_rpc.py': [
        ("apply(datetime.datetime, t, {'tzinfo': utc})",
         'datetime.datetime(*t, tzinfo=utc)', 1),
        ('isinstance(arg, basestring)', 'isinstance(arg, str)', 1),
        # Python 2's str(e) on a ProtocolException bypassed __unicode__, so
        # the fault text had no "ProtocolException details : " prefix.
        ('(str(e), method)',
         "(str(e.message if isinstance(e, ProtocolException) else e), "
         "method)", 1),
    ],
    'tracrpc/json_rpc.py': [
        ('from itertools import izip\nimport re', 'import base64\nimport binascii\nimport re', 1),
        ('izip(', 'zip(', 1),
        ('obj.data.encode("base64")',
         "base64.encodebytes(obj.data).decode('ascii')", 1),
        ('val.decode("base64")', 'binascii.a2b_base64(val)', 1),
        ("            '^(\\d{4})", "            r'^(\\d{4})", 1),
        ("obj.keys() == ['__jsonclass__']", "list(obj) == ['__jsonclass__']", 1),
        ('dict(self._normalize(obj.items()))',
         'dict(self._normalize(list(obj.items())))', 1),
        ('isinstance(obj, basestring)', 'isinstance(obj, str)', 1),
    ],
    'tracrpc/search.py': [],
    'tracrpc/ticket.py': [
        ('from trac.ticket.notification import TicketNotifyEmail',
         'from trac.notification.api import NotificationSystem\n'
         'from trac.ticket.notification import TicketChangeEvent', 1),
        ('tn = TicketNotifyEmail(self.env)\n                tn.notify(t, newticket=True)',
         "NotificationSystem(self.env).notify(\n"
         "                    TicketChangeEvent('created', t, t['time'], t['reporter']))", 1),
        ('tn = TicketNotifyEmail(self.env)\n                tn.notify(t, newticket=False, modtime=when)',
         "NotificationSystem(self.env).notify(\n"
         "                    TicketChangeEvent('changed', t, when, author, comment))", 1),
        # properties removed in Trac 1.3.1
        ('t.time_created', "t.values.get('time')", 1),
        ('t.time_changed', "t.values.get('changetime')", 4),
        # Genshi flattened nested fragments when they were added together and
        # kept attribute values unescaped; Trac's own builder does neither.
        ('class TicketRPC(Component):',
         'def _flatten(fragment):\n'
         '    for child in fragment.children:\n'
         '        if isinstance(child, Fragment) and not isinstance(child, Element):\n'
         '            yield from _flatten(child)\n'
         '        else:\n'
         '            yield child\n\n'
         'def _attr(elem, name):\n'
         '    value = elem.attrib.get(name)\n'
         '    return value if value is None else str(Markup(value).unescape())\n\n'
         'class TicketRPC(Component):', 1),
        ('for elem in fragment.children:', 'for elem in _flatten(fragment):', 1),
        ('for opt in elem.children:', 'for opt in _flatten(elem):', 1),
        ("(elem.attrib.get('name'),\n                                    elem.attrib.get('value'), [])",
         "(_attr(elem, 'name'), _attr(elem, 'value'), [])", 1),
        ("(elem.attrib.get('name'),\n                                    value, options)",
         "(_attr(elem, 'name'), value, options)", 1),
        ('import StringIO,', 'import BytesIO,', 1),
        ('StringIO(data.data)', 'BytesIO(data.data)', 1),
    ],
    'tracrpc/wiki.py': [
        ('from trac.mimeview import Context\n', '', 1),
        ('from trac.wiki.formatter import wiki_to_html, format_to_html',
         'from trac.web.chrome import web_context\n'
         'from trac.wiki.formatter import format_to_html', 1),
        ('Context.from_request(', 'web_context(', 1),
        ("% html.encode('utf-8')", '% html', 1),
        ('page.get_history().next()', 'next(page.get_history())', 1),
        # Trac >= 1.3.1 no longer records the remote address
        ("attributes.get('comment'), req.remote_addr)", "attributes.get('comment'))", 1),
        ('str(wiki_to_html(text, self.env, req, absurls=1))',
         'str(format_to_html(self.env, web_context(req, absurls=1), text,\n'
         '                                  escape_newlines=False))', 1),
        ('import StringIO,', 'import BytesIO,', 1),
        ('StringIO(data.data)', 'BytesIO(data.data)', 1),
    ],
    'tracrpc/web_ui.py': [
        ('from genshi.builder import tag\n'
         'from genshi.template.base import TemplateSyntaxError, BadDirectiveError\n'
         'from genshi.template.text import TextTemplate\n',
         'from jinja2 import Environment as TextEnvironment, TemplateSyntaxError\n\n'
         'from trac.util.html import tag\n', 1),
        ('add_stylesheet, add_script, add_ctxtnav',
         'add_stylesheet, add_script, add_ctxtnav, \\\n'
         '                            web_context', 1),
        ('from trac.wiki.formatter import wiki_to_oneliner',
         'from trac.wiki.formatter import format_to_oneliner\n\n'
         'def wiki_to_oneliner(text, env, req):\n'
         '    return format_to_oneliner(env, web_context(req), text, shorten=False)', 1),
        ('(TemplateSyntaxError, BadDirectiveError)', 'TemplateSyntaxError', 1),
        # only ${expr} is substituted in the protocol documentation
        ("tmpl = TextTemplate(docs)\n            return tmpl.generate(**dict(ctx.items())).render()",
         "return TextEnvironment(variable_start_string='${',\n"
         "                                   variable_end_string='}') \\\n"
         "                   .from_string(docs).render(**ctx)", 1),
        ("'expand_docs': self._expand_docs\n                 },\n                None)",
         "'expand_docs': self._expand_docs\n                 })", 1),
        # Trac >= 1.3.2 has another send_error(), without Content-Length
        ("req.send_error(None, template='', content_type='text/plain',\n"
         "                    status=HTTPUnsupportedMediaType.code, env=None, data=body)",
         'self._send_text(req, body, HTTPUnsupportedMediaType.code)', 1),
        ("req.send_error(None, template='', content_type='text/plain',\n"
         "                            env=None, data=body,\n"
         "                            status=HTTPInternalServerError.code)",
         'self._send_text(req, body, HTTPInternalServerError.code)\n\n'
         '    def _send_text(self, req, body, status):\n'
         "        body = body.encode('utf-8')\n"
         '        req._outheaders = []\n'
         '        req.send_response(status)\n'
         "        req.send_header('Cache-Control', 'must-revalidate')\n"
         "        req.send_header('Expires', 'Fri, 01 Jan 1999 00:00:00 GMT')\n"
         "        req.send_header('Content-Type', 'text/plain;charset=utf-8')\n"
         "        req.send_header('Content-Length', len(body))\n"
         '        req.end_headers()\n'
         '        req.write(body)\n'
         '        raise RequestDone', 1),
        ('raise ServiceException(e), None, tb',
         'raise ServiceException(e).with_traceback(tb)', 1),
    ],
    # Genshi's elements with `py:` become Jinja2's lines with `#`.
    'tracrpc/templates/rpc.html': [
        ('<!DOCTYPE html\n    PUBLIC', "# extends 'layout.html'\n<!DOCTYPE html\n    PUBLIC", 1),
        ('  <xi:include href="layout.html" />\n', '', 1),
        ('<title>', '<title>\n    # block title\n    ', 1),
        ('</title>', '\n    ${ super() }\n    # endblock title\n    </title>', 1),
        ('  <body>\n', '  <body>\n    # block content\n', 1),
        ('  </body>\n', '    # endblock content\n  </body>\n', 1),
        ('<dl py:for="protocol in rpc.protocols">', '\n# for protocol in rpc.protocols\n<dl>', 1),
        ('          </div>\n          </dd>\n        </dl>\n', '          </div>\n          </dd>\n        </dl>\n# endfor\n', 1),
        ('<li py:for="ct, _ct_group in groupby(protocol[2], lambda (_, x) : x)">',
         '\n# for ct, ct_group in protocol[2]|groupby(1)\n<li>', 1),
        ('<py:with vars="ct_group = list(_ct_group)">', '', 1),
        ('</py:with>\n              </li>\n', '</li>\n# endfor\n', 1),
        ("'$ct'", "'${ct}'", 1),
        ('<li py:for="h, _ in ct_group">', '\n# for h, _ct in ct_group\n<li>', 2),
        ('access\n                    </li>\n', 'access\n                    </li>\n# endfor\n', 2),
        ("locals()['__data__']", "{'req': req, 'authname': authname, 'rpc': rpc}", 1),
        ('<dl py:for="key in sorted(rpc.functions)" py:with="namespace = rpc.functions[key]">',
         '\n# for key in rpc.functions|sort\n# set namespace = rpc.functions[key]\n<dl>', 1),
        ('            </dd>\n          </dl>\n', '            </dd>\n          </dl>\n# endfor\n', 1),
        ("${'rpc.' + to_unicode(namespace.namespace)}", 'rpc.${namespace.namespace}', 1),
        ('<tbody py:for="idx, function in enumerate(namespace.methods)">',
         '\n# for function in namespace.methods\n<tbody>', 1),
        ('</tbody>\n', '</tbody>\n# endfor\n', 1),
        ("${'color3-' + (idx % 2 == 0 and 'even' or 'odd')}", "color3-${loop.cycle('even', 'odd')}", 1),
    ],
}


def port(name, text):
    for pattern, new in COMMON if name.endswith('.py') else []:
        text = re.sub(pattern, new, text, flags=re.M)
    for old, new, expected in EDITS[name]:
        found = text.count(old)
        if found != expected:
            sys.exit('%s: %d matches of %r, expected %d'
                     % (name, found, old, expected))
        text = text.replace(old, new)
    return text


def main(sdist, outdir):
    keep = re.compile(r'(setup\.py|README\.wiki|MANIFEST\.in|'
                      r'tracrpc/\w+\.py|'
                      r'tracrpc/templates/rpc\.html|tracrpc/htdocs/rpc\.(js|css))$')
    seen = set()
    with tarfile.open(sdist) as tar:
        for member in tar.getmembers():
            name = member.name.partition('/')[2]
            if not member.isfile() or not keep.match(name):
                continue
            data = tar.extractfile(member).read()
            if name in EDITS:
                seen.add(name)
                data = port(name, data.decode('utf-8')).encode('utf-8')
            write(outdir, name, data)
    if seen != set(EDITS):
        sys.exit('missing from the sdist: %s' % sorted(set(EDITS) - seen))


def write(outdir, name, data):
    path = os.path.join(outdir, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
