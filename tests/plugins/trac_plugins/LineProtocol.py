"""A protocol of lines: `method arg arg`, each argument JSON. The answer is JSON, or the error after its class."""
import json

from trac.core import Component, TracError, implements
from tracrpc.api import IRPCProtocol, ProtocolException


class LineProtocol(Component):
    implements(IRPCProtocol)

    def rpc_info(self):
        return 'Lines', 'A call a line: {{{ticket.get 1}}}'

    def rpc_match(self):
        yield 'rpc', 'text/x-line'
        yield 'line', 'text/x-line'

    def parse_rpc_request(self, req, content_type):
        words = req.read().decode('utf-8').split(' ')
        try:
            return {'method': words[0] or None, 'params': [json.loads(word) for word in words[1:]], 'line': words}
        except ValueError as e:
            raise ProtocolException(e)

    def send_rpc_result(self, req, result):
        if result == 'second thoughts':
            raise TracError(result)
        req.send_header('X-Words', str(len(req.rpc['line'])))
        self.send(req, json.dumps(result), 200)

    def send_rpc_error(self, req, e):
        self.send(req, '%s: %s' % (type(e).__name__, e), 400)

    def send(self, req, text, status):
        req.send(text.encode('utf-8'), req.rpc['mimetype'], status)
