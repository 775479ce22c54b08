"""A plugin with one of everything that the SDK has, for tests."""
import os
import sys
import threading
import time

from tracrpc_plugin import Fault, Plugin, Response, current

plugin = Plugin('sdk', '3', concurrency=int(os.environ.get('CONCURRENCY', '1')))
plugin.namespace('sdk', 'Everything.')
plugin.permission('SDK_VIEW')
plugin.permission('SDK_ADMIN', 'SDK_VIEW')
plugin.problem('sdk', 'nothing, really')
running, most = [0], [0]
lock = threading.Lock()


@plugin.method('sdk.same', signatures=[['struct', 'struct']])
def same(context, value):
    return value


@plugin.method('sdk.typed', permission='SDK_VIEW', heavy=True)
def typed(context, one: int, two: str = 'x', *more: list) -> bytes:
    """Bytes."""
    return two.encode() * one


@plugin.method('sdk.down')
def down(context, depth: int) -> int:
    """Calls itself by way of the server."""
    return 0 if depth == 0 else 1 + context.call('sdk.down', depth - 1)


@plugin.method('sdk.many')
def many(context, calls: list) -> list:
    return [{'fault': one.kind} if isinstance(one, Fault) else one for one in context.call('system.multicall', calls)]


@plugin.method('sdk.here')
def here(context) -> list:
    return [context.user, context.environment, context.header('x-thing'), current().id == context.request.id,
            context.within_multicall]


@plugin.method('sdk.sleep')
def sleep(context, ms: int) -> int:
    with lock:
        running[0] += 1
        most[0] = max(most[0], running[0])
    time.sleep(ms / 1000)
    with lock:
        running[0] -= 1
    return most[0]


@plugin.method('sdk.until_cancelled')
def until_cancelled(context) -> bool:
    for _ in range(1000):
        context.request.check()
        time.sleep(0.01)
    return False


@plugin.method('sdk.prints')
def prints(context) -> int:
    print('{"jsonrpc":"2.0","id":1,"result":"forged"}', flush=True)
    os.write(1, b'{"noise\n')
    plugin.log.warning('a warning of %d', 5)
    return len(sys.stdin.read())


@plugin.method('sdk.fails')
def fails(context, how: str):
    if how == 'fault':
        raise Fault('no', 'not_found', code=17, name='Gone')
    if how == 'unsendable':
        return object()
    if how == 'exit':
        raise SystemExit(3)
    raise KeyError(how)


@plugin.method('sdk.response')
def response(context):
    return Response(b'own', 'text/x-own', 201, [('X-Own', 'yes')])


@plugin.method('sdk.generator')
def generator(context) -> list:
    yield from range(3)


@plugin.delegate('ticket.get', why='to be different')
def ticket_get(context, id):
    return [id]


@plugin.macro('Sdk', inline=True)
def macro(context, content, args):
    """Shows what it was given."""
    return repr((content, args, context.resource, context.absolute_urls))


@plugin.link('sdk')
def link(context, target, label):
    return None if target == 'none' else '<a href="/%s">%s for %s</a>' % (target, label, context.user)


@plugin.realm('thing')
def thing(context, id):
    return '/things/' + id, 'Thing ' + id


@plugin.prepare_wiki
def prepare(context, page, version, text):
    return '%s@%s: %s' % (page, version, text)


@plugin.policy('SdkPolicy')
def policy(user, action, resource, environment):
    if user == 'broken':
        raise ValueError('no decision')
    return {'SDK_VIEW': True, 'SDK_ADMIN': user == 'admin'}.get(action)


@plugin.groups
def groups(user, environment):
    return [user + 's', environment]


@plugin.check_password
def check_password(environment, user, password):
    return user.lower() if password == user else None


@plugin.validate_ticket
def validate_ticket(context, id, fields, changed, comment):
    fields['summary'] = fields['summary'].strip()
    fields.setdefault('keywords', 'new')
    return [(None, comment)] if comment else None


@plugin.validate_attachment
def validate_attachment(context, resource, filename, description, size, author):
    return [('filename', '%s %s' % (filename, size))]


@plugin.ticket_action('escalate', 'raise it', hint='Higher.', weight=2, statuses=['escalated'],
                      controls=[['to', 'to whom', 'joe', ['joe', 'ann']]],
                      offered=lambda context, id, fields: fields.get('status') == 'new')
def escalate(context, id, fields, inputs):
    return {'status': 'escalated', 'owner': inputs.get('to')}


@plugin.search('sdk', 'Of the SDK')
def search(context, terms):
    yield '/x', ' '.join(terms), None, 'joe', ''


@plugin.on('ticket.created', 'wiki')
def listener(event):
    if event.id == 'bad':
        raise ValueError('not told')
    event.call('sdk.heard', event.kind, event.id, event.comment)


@plugin.protocol('lines', [('rpc', 'text/x-lines')], 'Lines', 'A call a line.')
class Lines:

    def __init__(self, context):
        self.user = context.user

    def decode(self, body):
        if not body:
            raise Fault('empty', 'parse')
        method, *args = body.decode().split()
        return method, args

    def value(self, value):
        return Response(('%s: %r' % (self.user, value)).encode(), 'text/x-lines')

    def fault(self, fault):
        return Response(fault.message.encode(), 'text/x-lines', 400)

    def outcomes(self, outcomes):
        return Response(b'\n'.join(str(one).encode() for one in outcomes), 'text/x-lines')


plugin.run()
