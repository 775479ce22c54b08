"""Write a plugin of tracrpc in Python: one file, the standard library, Python 3.7 or later.

    from tracrpc_plugin import Plugin

    plugin = Plugin('hello', '1.0')

    @plugin.method('hello.greet')
    def greet(context, whom: str) -> str:
        '''Greets somebody.'''
        return 'Hello %s, says %s' % (whom, context.user)

    plugin.run()

What the server and a plugin tell each other is specified in docs/plugin-protocol.md; names here are those of that page.
`Plugin`, at the end, is what plugins use. Below it are three layers that know nothing of plugins: values as JSON
(`pack`, `unpack`), messages (`Wire`), and requests that threads answer (`Peer`).
"""
import base64
import binascii
import collections
import contextlib
import datetime
import inspect
import itertools
import json
import logging
import math
import os
import re
import sys
import threading
import time
import traceback
import typing

PROTOCOL = 1

FAULT, OVERLOADED, NOT_READY, LATE, CANCELLED = -32000, -32001, -32002, -32003, -32800
NO_SUCH_REQUEST, INVALID_PARAMS, INTERNAL = -32601, -32602, -32603

FRAME_LIMIT = 96 * 1024 * 1024
LARGE = 32 * 1024                   # bytes from here on travel outside of the JSON
DEPTH, COUNT = 100, 500000          # how deep values are, and how many a message has
ENVELOPE = 20                       # how deep a message may be around its values
UTC = datetime.timezone.utc


# -- errors ---------------------------------------------------------------------------------------------------------

class Fault(Exception):
    """What a client is told. `kind` is one of the protocol page's: `application`, `not_found`, `forbidden`, …"""

    def __init__(self, message, kind='application', code=None, name=None, title=None, **more):
        Exception.__init__(self, message)
        self.message, self.kind = message, kind
        self.code, self.name, self.title = code, name, title
        self.class_name = more.get('class')

    def data(self):
        data = {'kind': self.kind, 'message': self.message, 'code': self.code, 'name': self.name,
                'title': self.title, 'class': self.class_name}
        return {key: value for key, value in data.items() if value is not None}

    @classmethod
    def of(cls, data):
        """The fault that another side described."""
        return cls(**{'message': '', **data})


class RequestError(Exception):
    """An error between the two sides, which is no answer to a client."""

    def __init__(self, code, message, data=None):
        Exception.__init__(self, message)
        self.code, self.message, self.data = code, message, data


class Cancelled(RequestError):
    """Nobody waits for the answer any more."""

    def __init__(self):
        RequestError.__init__(self, CANCELLED, 'cancelled')


class BadMessage(Exception):
    """What came from the other side is no message: there is nothing to go on with."""


# -- values ---------------------------------------------------------------------------------------------------------

def pack(value, blobs=None, special=None):
    """A value as JSON has it. Large bytes go to the list `blobs`, if there is one. `special(value)` may turn what is
    of no known type into something that is, or return NotImplemented."""
    return _Packer(blobs, special).pack(value, DEPTH + ENVELOPE)


def unpack(value, blobs=(), binary=bytes, utc=UTC):
    """The value that JSON stands for. `binary` makes what bytes are to be of them."""
    return _Unpacker(blobs, binary, utc).unpack(value, DEPTH + ENVELOPE)


class _Packer:

    def __init__(self, blobs, special):
        self.blobs, self.special, self.left = blobs, special, COUNT

    def pack(self, value, depth):
        self.left -= 1
        if self.left < 0:
            raise ValueError('more than %d values' % COUNT)
        kind = type(value)
        if value is None or kind is str or kind is bool:
            return value
        if kind is int:
            return value if -2 ** 63 <= value < 2 ** 63 else {'$int': str(value)}
        if kind is float:
            return value if math.isfinite(value) else {'$float': _name_of(value)}
        if depth <= 0:
            raise ValueError('values nest deeper than %d' % DEPTH)
        if kind is list or kind is tuple:
            return [self.pack(item, depth - 1) for item in value]
        if kind is dict:
            packed = {key if type(key) is str else _key_of(key): self.pack(item, depth - 1)
                      for key, item in value.items()}
            return {'$struct': packed} if _looks_tagged(packed) else packed
        if kind is bytes:
            return self.bytes(value)
        if isinstance(value, datetime.datetime):
            return {'$date': _text_of(value)}
        return self.other(value, depth)

    def bytes(self, value):
        if self.blobs is None or len(value) < LARGE:
            return {'$bin': base64.b64encode(value).decode('ascii')}
        self.blobs.append(value)
        return {'$bin': len(self.blobs) - 1}

    def other(self, value, depth):
        plain = NotImplemented if self.special is None else self.special(value)
        if plain is NotImplemented:
            raise ValueError('a value of the type %s cannot be sent' % type(value).__name__)
        return self.pack(plain, depth - 1)


def _looks_tagged(packed):
    return len(packed) == 1 and next(iter(packed))[:1] == '$'


def _key_of(key):
    """A member's name, made of what is no text as Python's JSON does it."""
    return json.dumps(key) if key is None or isinstance(key, (bool, int, float)) else str(key)


def _name_of(number):
    return 'nan' if number != number else 'inf' if number > 0 else '-inf'


def _text_of(moment):
    if moment.tzinfo is not None:               # one without a zone is meant as UTC
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat() + 'Z'


class _Unpacker:

    def __init__(self, blobs, binary, utc):
        self.blobs, self.binary, self.utc, self.left = blobs, binary, utc, COUNT

    def unpack(self, value, depth):
        self.left -= 1
        if self.left < 0:
            raise ValueError('more than %d values' % COUNT)
        kind = type(value)
        if kind is str:
            return _whole(value)
        if kind is not list and kind is not dict:
            return value
        if depth <= 0:
            raise ValueError('values nest deeper than %d' % DEPTH)
        if kind is list:
            return [self.unpack(item, depth - 1) for item in value]
        if _looks_tagged(value):
            return self.tagged(*next(iter(value.items())), depth)
        return self.struct(value, depth)

    def struct(self, value, depth):
        return {_whole(key): self.unpack(item, depth - 1) for key, item in value.items()}

    def tagged(self, tag, inner, depth):
        if tag == '$bin':
            return self.binary(self.blobs[inner] if type(inner) is int else base64.b64decode(inner))
        if tag == '$date':
            return self.moment(inner)
        if tag == '$int':
            return int(inner)
        if tag == '$float':
            return float(inner)
        if tag == '$struct':
            return self.struct(inner, depth)
        raise ValueError('no value is written %s' % tag)

    def moment(self, text):
        whole, _, fraction = text.rstrip('Z').partition('.')
        moment = datetime.datetime.fromisoformat(whole)
        return moment.replace(microsecond=int(fraction.ljust(6, '0')) if fraction else 0, tzinfo=self.utc)


def _whole(text):
    """The text with U+FFFD for halves of surrogate pairs, which JSON can have and UTF-8 cannot."""
    if text.isascii():
        return text
    try:
        text.encode('utf-8')
    except UnicodeEncodeError:
        return re.sub('[\ud800-\udfff]', '\ufffd', text)
    return text


# -- messages -------------------------------------------------------------------------------------------------------

class Wire:
    """Messages over two streams of bytes. Several threads may write."""

    def __init__(self, reader, writer, limit=FRAME_LIMIT):
        self.reader, self.writer, self.limit = reader, writer, limit
        self.blobs = False                      # until both sides have announced them
        self._lock = threading.Lock()

    def read(self):
        """The next message and its blobs, or None at the end."""
        while True:
            line = self.reader.readline(self.limit + 1)
            if not line.endswith(b'\n'):
                return None                     # the end, perhaps within a line, or one that is too long
            if line[:1] == b'{':
                break
        try:
            message = json.loads(line.decode('utf-8'), parse_constant=_refuse)
        except (ValueError, RecursionError) as e:
            raise BadMessage('no JSON: %s' % e) from e
        sizes = message.pop('blobs', ()) if self.blobs else ()
        if not isinstance(sizes, (list, tuple)) or any(type(size) is not int or size < 0 for size in sizes):
            raise BadMessage('blobs of the sizes %r' % (sizes,))
        if len(line) + sum(sizes) > self.limit:
            raise BadMessage('a message of more than %d bytes' % self.limit)
        return message, [self._exactly(size) for size in sizes]

    def _exactly(self, size):
        data = self.reader.read(size)
        if len(data) != size:
            raise BadMessage('the other side went away within a message')
        return data

    def write(self, message, blobs=()):
        if blobs:
            message = {**message, 'blobs': [len(blob) for blob in blobs]}
        line = json.dumps(message, ensure_ascii=False, separators=(',', ':'), allow_nan=False)
        frame = b''.join([_whole(line).encode('utf-8'), b'\n', *blobs])
        if len(frame) > self.limit:
            raise ValueError('a message of more than %d bytes' % self.limit)
        with self._lock:
            self.writer.write(frame)
            self.writer.flush()


def _refuse(name):
    raise ValueError('%s is no JSON' % name)


# -- requests and who answers them ----------------------------------------------------------------------------------

class Request:
    """A request of the server that is being answered."""

    def __init__(self, peer, id, method, params):
        self.peer, self.id, self.method, self.params = peer, id, method, params
        self._cancelled = threading.Event()
        budget = params.get('budget_ms')
        self.deadline = None if budget is None else time.monotonic() + budget / 1000

    @property
    def cancelled(self):
        """Whether nobody waits for the answer any more."""
        return self._cancelled.is_set()

    @property
    def remaining(self):
        """The seconds that are left, or None if nobody has said."""
        return None if self.deadline is None else self.deadline - time.monotonic()

    def check(self):
        """Raises when it makes no sense to go on."""
        if self.cancelled:
            raise Cancelled()
        if self.remaining is not None and self.remaining <= 0:
            raise RequestError(LATE, 'the time for the request is used up')

    def call(self, method, *args):
        """Calls a method of the server for the user of this request. A `system.multicall` gives a list of values
        and `Fault`s; what is refused raises a `Fault`."""
        result = self.peer.ask('host/call', {'within': self.id, 'method': method, 'args': list(args)}, self)
        if 'outcomes' in result:
            return [Fault.of(one['fault']) if 'fault' in one else one['value'] for one in result['outcomes']]
        return result.get('value')


class Workers:
    """Threads that do what is put to them: `count` at a time, those not counted that wait for somebody else."""

    def __init__(self, count, work):
        self.count, self._work = count, work
        self._lock = threading.Lock()
        self._came, self._done = threading.Condition(self._lock), threading.Condition(self._lock)
        self._queue = collections.deque()
        self._threads = self._idle = self._aside = 0

    def put(self, item):
        with self._lock:
            self._queue.append(item)
            self._wake()

    def remove(self, item):
        """Takes back what no thread has begun with, and says whether it could."""
        with self._lock:
            if item not in self._queue:
                return False
            self._queue.remove(item)
            return True

    def __len__(self):
        return len(self._queue)

    @contextlib.contextmanager
    def aside(self):
        """Around what one of the threads waits for: another one may take its place meanwhile."""
        with self._lock:
            self._aside += 1
            self._wake()
        try:
            yield
        finally:
            with self._lock:
                self._aside -= 1

    def finish(self, seconds):
        """Waits until everything is done, but not for longer than that."""
        with self._lock:
            self._done.wait_for(lambda: not self._queue and self._idle == self._threads, seconds)

    def _wake(self):
        if len(self._queue) <= self._idle:
            self._came.notify(len(self._queue))
        elif self._threads - self._aside < self.count:
            self._threads += 1
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            with self._lock:
                item = self._next()
            if item is None:
                return
            self._work(item)

    def _next(self):
        """What is to be done next; None when there are more threads than needed."""
        while self._threads - self._aside <= self.count:
            if self._queue:
                return self._queue.popleft()
            self._idle += 1
            self._done.notify_all()
            self._came.wait()
            self._idle -= 1
        self._threads -= 1
        self._done.notify_all()
        self._wake()                            # what this one was woken for
        return None


_MALFORMED = ValueError, TypeError, AttributeError, IndexError, OverflowError, binascii.Error


class Peer:
    """One side of the connection: answers requests, asks, and notifies.

    `handlers` maps the names of requests to functions of the params and the `Request`, which return the result or
    raise. Those of `at_once` are answered by the thread that reads: they have to be quick.
    """

    def __init__(self, wire, handlers, concurrency=4, at_once=('initialize', 'ping'), special=None, error_of=None,
                 unpacked=unpack):
        self.wire, self.handlers, self.at_once = wire, handlers, at_once
        self.special, self.error_of, self.unpacked = special, error_of, unpacked
        self.workers = Workers(concurrency, self._answer)
        self.requests = {}                      # that are not answered yet
        self._asked = {}                        # our own questions: id -> a list that gets the answer
        self._ids = itertools.count(1)
        self._came = threading.Condition()

    def serve(self):
        """Answers until the other side has no more requests."""
        try:
            for message, blobs in iter(self.wire.read, None):
                if not self._take(message, blobs):
                    break
        except BadMessage as e:
            print('the connection ends: %s' % e, file=sys.stderr)
        with self._came:
            self._asked, asked = {}, self._asked
            for answer in asked.values():
                answer.append({'error': {'code': INTERNAL, 'message': 'the server is gone'}})
            self._came.notify_all()
        self.workers.finish(4)                  # a second before the server loses its patience

    def notify(self, method, params):
        self._write({'jsonrpc': '2.0', 'method': method, 'params': params})

    def ask(self, method, params, within):
        """What the other side answers to a request of ours, which is made while we answer one of its own."""
        within.check()
        id, answer = next(self._ids), []
        with self._came:
            self._asked[id] = answer
        try:
            with self.workers.aside():
                self._send({'jsonrpc': '2.0', 'id': id, 'method': method}, 'params', params)
                with self._came:
                    self._came.wait_for(lambda: answer or within.cancelled, within.remaining)
        finally:
            self._asked.pop(id, None)
        if not answer:
            within.check()
            raise RequestError(LATE, 'no answer in time')
        return _result_of(answer[0])

    def _take(self, message, blobs):
        """Begins with a message. False after the last one."""
        method, id = message.get('method'), message.get('id')
        if method is None:
            self._take_answer(id, message, blobs)
            return True
        try:
            params = self.unpacked(message.get('params') or {}, blobs)
            request = Request(self, id, method, params)
        except _MALFORMED as e:
            self._fail(id, RequestError(INVALID_PARAMS, str(e)))
            return True
        if method == '$/cancel':
            self._cancel(params.get('id'))
        elif method == 'shutdown':
            self.workers.finish(4)
            self._send({'jsonrpc': '2.0', 'id': id}, 'result', None)
            return False
        elif method in self.at_once:
            self._answer(request)
        elif len(self.workers) > 16 + 4 * self.workers.count:
            self._fail(id, RequestError(OVERLOADED, 'too many requests wait'))
        else:
            self.requests[id] = request
            self.workers.put(request)
        return True

    def _take_answer(self, id, message, blobs):
        with self._came:
            answer = self._asked.get(id)
            if answer is None:
                return
            try:
                answer.append(self.unpacked({key: message.get(key) for key in ('result', 'error')}, blobs))
            except _MALFORMED as e:
                answer.append({'error': {'code': INTERNAL, 'message': 'the answer makes no sense: %s' % e}})
            self._came.notify_all()

    def _cancel(self, id):
        request = self.requests.get(id)
        if request is None:
            return
        request._cancelled.set()
        if self.workers.remove(request):
            del self.requests[id]
            self._fail(id, Cancelled())
        with self._came:
            self._came.notify_all()

    def _answer(self, request):
        _here.request = request
        try:
            handler = self.handlers.get(request.method)
            if handler is None:
                raise RequestError(NO_SUCH_REQUEST, 'no request `%s`' % request.method)
            request.check()
            result = handler(request.params, request)
        except BaseException as e:
            self._fail(request.id, self._error(e, request))
        else:
            try:
                self._send({'jsonrpc': '2.0', 'id': request.id}, 'result', result)
            except Exception as e:              # what cannot be sent
                self._fail(request.id, RequestError(FAULT, str(e), Fault(str(e), 'internal').data()))
        finally:
            self.requests.pop(request.id, None)
            _here.request = None

    def _error(self, e, request):
        """What is answered for an exception. Its stack trace is for the log only."""
        if isinstance(e, Fault):
            return RequestError(FAULT, e.message, e.data())
        if isinstance(e, RequestError):
            return e
        if self.error_of is not None:
            return self.error_of(e, request)
        traceback.print_exc()
        text = '%s: %s' % (type(e).__name__, e)
        if 'context' not in request.params:     # it is not asked for a client
            return RequestError(INTERNAL, text)
        return RequestError(FAULT, text, Fault(text, 'internal', **{'class': type(e).__name__}).data())

    def _fail(self, id, e):
        error = {'code': e.code, 'message': e.message}
        if e.data is not None:
            error['data'] = e.data
        self._send({'jsonrpc': '2.0', 'id': id}, 'error', error)

    def _send(self, message, key, content):
        if 'method' not in message and message['id'] is None:
            return                              # nobody asked: a notification
        blobs = [] if self.wire.blobs else None
        self._write({**message, key: pack(content, blobs, self.special)}, blobs or ())

    def _write(self, message, blobs=()):
        with contextlib.suppress(OSError):      # the server is gone, and we end when its pipe does
            self.wire.write(message, blobs)


_here = threading.local()


def current():
    """The `Request` that this thread answers, or None: for code that nobody hands its context."""
    return getattr(_here, 'request', None)


def _result_of(answer):
    error = answer.get('error')
    if error is None:
        return answer.get('result')
    if error.get('code') == FAULT:
        raise Fault.of(error.get('data') or {'message': error.get('message', '')})
    raise RequestError(error.get('code', INTERNAL), error.get('message', ''))


@contextlib.contextmanager
def own_stdio():
    """The two pipes to the server. What is printed goes to the log meanwhile, and nobody else reads our requests."""
    sys.stdout.flush()
    reader, writer = os.fdopen(os.dup(0), 'rb', 65536), os.fdopen(os.dup(1), 'wb', 65536)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    printed, sys.stdout = sys.stdout, sys.stderr
    try:
        yield Wire(reader, writer)
    finally:
        sys.stdout = printed
        with contextlib.suppress(OSError):
            writer.close()


# -- what plugins use -----------------------------------------------------------------------------------------------

class Context:
    """For whom and what something is asked: the members of the protocol page's context, and `call`."""

    def __init__(self, request, context):
        self.request = request
        self.environment = context.get('environment')
        self.user = context.get('user') or 'anonymous'
        self.base_url = context.get('base_url', '')
        self.remote_addr = context.get('remote_addr', '')
        self.method = context.get('method', '')
        self.path_info = context.get('path_info', '')
        self.query = context.get('query', '')
        self.headers = context.get('headers') or []
        self.within_multicall = context.get('within_multicall', False)

    def header(self, name):
        """The value of an HTTP header, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def call(self, method, *args):
        """Calls a method of the server for this user, with this user's permissions."""
        return self.request.call(method, *args)

    @property
    def cancelled(self):
        return self.request.cancelled


class Event:
    """Something that happened: the members of the protocol page's events as attributes, None where there is none."""

    def __init__(self, request, members):
        self.request, self.members = request, members

    def __getattr__(self, name):
        return self.members.get(name)

    def call(self, method, *args):
        """Calls a method of the server for who caused the event."""
        return self.request.call(method, *args)


class Response:
    """An HTTP response: what a protocol encodes to. A method may return one as well."""

    def __init__(self, body, content_type='application/octet-stream', status=200, headers=()):
        self.body, self.status = body, status
        self.headers = [('Content-Type', content_type), *headers]

    def data(self):
        return {'status': self.status, 'headers': [list(pair) for pair in self.headers], 'body': self.body}


class _Log(logging.Handler):
    """Sends what a plugin logs to the server's log."""
    LEVELS = [(logging.ERROR, 'error'), (logging.WARNING, 'warning'), (logging.INFO, 'info'), (0, 'debug')]

    def __init__(self, peer):
        logging.Handler.__init__(self)
        self.peer = peer

    def emit(self, record):
        level = next(name for least, name in self.LEVELS if record.levelno >= least)
        self.peer.notify('log', {'level': level, 'message': self.format(record)})


TYPES = {int: 'int', bool: 'boolean', float: 'double', str: 'string', datetime.datetime: 'dateTime.iso8601',
         bytes: 'base64', list: 'array', tuple: 'array', dict: 'struct', type(None): 'nil', None: 'nil'}


class Plugin:
    """What a plugin has, by decorators, and `run`."""

    def __init__(self, name, version='0', concurrency=4):
        self.name, self.version, self.concurrency = name, version, concurrency
        self.options = {}                       # what is configured for the plugin, once it runs
        self.environments = []
        self.log = logging.getLogger(name)
        self.log.setLevel(logging.INFO)
        self._description = collections.defaultdict(list)
        self._methods, self._macros, self._policies, self._protocols = {}, {}, {}, {}
        self._listeners, self._filters, self._hooks, self._actions = [], {}, {}, {}
        self._groups, self._delegates, self._links, self._realms = [], {}, {}, {}
        self._exchanges, self._numbers = collections.OrderedDict(), itertools.count(1)

    def problem(self, origin, text):
        """Says what who administers the server should know: what is missing, or configured in a wrong way."""
        self._description['problems'].append({'origin': origin, 'problem': text})

    # Methods

    def namespace(self, name, help):
        """Says what a namespace of methods is about."""
        self._description['namespaces'].append({'name': name, 'help': help})

    def method(self, name, permission=None, signatures=None, help=None, heavy=False):
        """A method. The function takes a `Context` and the arguments. Its signature is made of its annotations,
        its help is its docstring, if nothing else is said."""
        def decorate(function):
            parameters, variadic = _parameters(function)
            self._methods[name] = function
            self._description['methods'].append({
                'name': name, 'permission': permission, 'heavy': heavy, 'origin': self.name,
                'help': help or inspect.getdoc(function), 'parameters': parameters, 'variadic': variadic,
                'signatures': _signatures(function) if signatures is None else [list(s) for s in signatures]})
            return function
        return decorate

    def delegate(self, name, why):
        """Takes the place of a built-in method, where the server's configuration allows it."""
        def decorate(function):
            self._methods[name] = function
            self._delegates[name] = why
            return function
        return decorate

    # Wiki

    def macro(self, name, inline=False, help=None):
        """A macro: the function takes a `Context` (which has `resource` and `absolute_urls` besides), the content
        (None for `[[Name]]`), and the attributes of a processor or None. It returns HTML."""
        def decorate(function):
            self._macros[name] = function
            self._description['macros'].append(
                {'name': name, 'help': help or inspect.getdoc(function) or '', 'inline': inline})
            return function
        return decorate

    def link(self, namespace):
        """Links as `namespace:target`: the function takes a `Context` (as a macro's), the target and the label, both
        text, and returns HTML, or None for a link that stays as it was written."""
        def decorate(function):
            self._links[namespace] = function
            return function
        return decorate

    def realm(self, name):
        """A realm of resources, to which files may be attached: the function takes a `Context` and the id, and
        returns where it is shown, as `/path` below the environment, and what it is called."""
        def decorate(function):
            self._realms[name] = function
            return function
        return decorate

    def prepare_wiki(self, function):
        """Changes a page's text before it is rendered: the function takes a `Context`, the page's name, its version
        and the text, and returns the text."""
        self._hooks['wiki/prepare'] = lambda context, params: {
            'text': function(context, params['page'], params.get('version'), params['text'])}
        return function

    # Permissions

    def permission(self, action, *implied):
        """An action that can be granted, and those that are granted with it."""
        self._description['actions'].append([action, list(implied)])

    def policy(self, name):
        """A permission policy for `[trac] permission_policies`: the function takes the user, the action, the
        resource (`[[realm, id, version], …]` or None) and the environment's name, and returns True, False or None."""
        def decorate(function):
            self._policies[name] = function
            return function
        return decorate

    def groups(self, function):
        """Groups of a user: the function takes the user and the environment's name."""
        self._groups.append(function)
        return function

    def check_password(self, function):
        """Says whose password it is: the function takes the environment's name, the user and the password, and
        returns the user's name or None."""
        self._hooks['auth/check'] = function
        return function

    # Tickets and attachments

    def validate_ticket(self, function):
        """Has a say in what a ticket becomes: the function takes a `Context`, the id (None for a new ticket), all
        its fields, the names of those that are new, and the comment. It returns `[(field or None, problem), …]`;
        what it changes in the fields is taken over."""
        def validate(context, params):
            before, fields = params['fields'], dict(params['fields'])
            problems = function(context, params.get('id'), fields, params.get('changed') or [],
                                params.get('comment') or '')
            return {'problems': [list(problem) for problem in problems or ()],
                    'fields': {name: value for name, value in fields.items()
                               if name not in before or before[name] != value}}
        self._hooks['ticket/validate'] = validate
        return function

    def validate_attachment(self, function):
        """Has a say in which files are attached: the function takes a `Context`, the resource, the file's name,
        its description, its size and its author, and returns problems as `validate_ticket` does."""
        self._hooks['attachment/validate'] = lambda context, params: {'problems': [
            list(problem) for problem in function(context, *(params.get(name) for name in (
                'resource', 'filename', 'description', 'size', 'author'))) or ()]}
        return function

    def ticket_action(self, action, label=None, hint='', weight=0, controls=(), statuses=(), offered=None):
        """An action of a ticket's workflow, for environments whose `[ticket] workflow` lists the plugin by the name
        under which it is configured: the function takes a `Context`, the ticket's id, its fields and what
        the controls were given, and returns the values that the action sets. `offered`, of the first three of
        these, says whether the ticket has the action."""
        def decorate(function):
            self._actions[action] = function, offered, {
                'action': action, 'label': label or action, 'hint': hint, 'weight': weight,
                'controls': [list(control) for control in controls]}
            self._description['statuses'].extend(statuses)
            return function
        return decorate

    # Search, events, protocols

    def search(self, name, label):
        """A filter of the search: the function takes a `Context` and the terms, and returns
        `[(href, title, moment, author, excerpt), …]`."""
        def decorate(function):
            self._filters[name] = label, function
            return function
        return decorate

    def on(self, *kinds):
        """Is told of events: of kinds like `ticket.created`, or of all of a realm, as `wiki`."""
        def decorate(function):
            self._listeners.append((kinds, function))
            return function
        return decorate

    def protocol(self, id, endpoints, name=None, help=None):
        """A protocol: a class, of which there is an instance for each call. It is made with the `Context`; its
        `decode(body)` returns the method's name and the arguments or raises a `Fault`; then one of `value(value)`,
        `fault(fault)` and `outcomes(list of values and Faults)` returns a `Response`."""
        def decorate(cls):
            self._protocols[id] = cls
            self._description['protocols'].append({
                'id': id, 'name': name or id, 'help': help or inspect.getdoc(cls) or '',
                'endpoints': [list(endpoint) for endpoint in endpoints]})
            return cls
        return decorate

    # The server's requests

    def run(self):
        """Serves until the server has enough."""
        with own_stdio() as wire:
            peer = Peer(wire, self.handlers(), self.concurrency)
            handler = _Log(peer)
            self.log.addHandler(handler)
            try:
                peer.serve()
            finally:
                self.log.removeHandler(handler)

    def handlers(self):
        """The requests that there is something for."""
        handlers = {
            'initialize': self._initialize, 'describe': self._describe, 'ping': lambda params, request: {},
            'call': self._call, 'macro/render': self._render, 'wiki/link': self._link,
            'resource/describe': self._resource,
            'policy/check': self._check, 'groups/of': self._groups_of,
            'search/filters': self._search_filters, 'search/query': self._search, 'event': self._event,
            'ticket/actions': self._ticket_actions, 'ticket/apply': self._apply, 'protocol/decode': self._decode,
            'protocol/encode': self._encode, 'protocol/forget': self._forget}
        for name, hook in self._hooks.items():
            handlers[name] = self._password if name == 'auth/check' else _hooked(hook)
        return handlers

    def _initialize(self, params, request):
        if PROTOCOL not in params.get('protocols', []):
            raise RequestError(INVALID_PARAMS, 'this plugin speaks version %d of the protocol' % PROTOCOL)
        self.options = params.get('options') or {}
        self.environments = params.get('environments') or []
        blobs = bool((params.get('capabilities') or {}).get('blobs'))
        # The answer to this request is written before the next message is read, and has no blob itself.
        request.peer.wire.blobs = blobs
        return {'protocol': PROTOCOL,
                'plugin': {'name': self.name, 'version': self.version,
                           'runtime': 'Python %d.%d.%d' % sys.version_info[:3]},
                'capabilities': {'concurrency': self.concurrency, 'cancel': True, 'blobs': blobs}}

    def _describe(self, params, request):
        description = dict(self._description)
        if self._links:
            description['links'] = list(self._links)
        if self._realms:
            description['realms'] = list(self._realms)
        description['policies'] = list(self._policies)
        description['groups'] = bool(self._groups)
        description['hooks'] = [*self._hooks, *(['search'] if self._filters else []),
                                *(['ticket/actions'] if self._actions else [])]
        description['events'] = sorted({kind.split('.')[0] for kinds, _ in self._listeners for kind in kinds})
        description['delegates'] = self._delegates
        description['revision'] = self.version
        return description

    def _call(self, params, request):
        name, args = params['method'], params.get('args') or []
        function = self._methods.get(name)
        if function is None:
            raise Fault('RPC method "%s" not found' % name, 'method_not_found')
        context = Context(request, params.get('context') or {})
        try:
            inspect.signature(function).bind(context, *args)
        except TypeError as e:
            raise Fault('%s: %s' % (name, e), 'invalid_params') from e
        value = function(context, *args)
        if isinstance(value, Response):
            return {'response': value.data()}
        return {'value': list(value) if inspect.isgenerator(value) else value}

    def _wiki_context(self, params, request):
        context = Context(request, params.get('context') or {})
        context.resource = params.get('resource')
        context.absolute_urls = params.get('absolute_urls', False)
        return context

    def _link(self, params, request):
        link = _known(self._links, params['namespace'], 'namespace of links')
        return {'html': link(self._wiki_context(params, request), params['target'], params.get('label') or '')}

    def _resource(self, params, request):
        realm, id, _ = params['resource'][-1]
        path, name = _known(self._realms, realm, 'realm')(Context(request, params.get('context') or {}), id)
        return {'path': path, 'name': name}

    def _render(self, params, request):
        context = self._wiki_context(params, request)
        macro = _known(self._macros, params['name'], 'macro')
        return {'html': macro(context, params.get('content'), params.get('args')) or ''}

    def _check(self, params, request):
        policy = _known(self._policies, params['policy'], 'policy')
        return {'answers': [policy(params['user'], action, resource, params.get('environment'))
                            for action, resource in params['questions']]}

    def _groups_of(self, params, request):
        return {'groups': [group for function in self._groups
                           for group in function(params['user'], params.get('environment')) or ()]}

    def _password(self, params, request):
        return {'user': self._hooks['auth/check'](params.get('environment'), params['user'], params['password'])}

    def _search_filters(self, params, request):
        return {'filters': [[name, label] for name, (label, _) in self._filters.items()]}

    def _search(self, params, request):
        context = Context(request, params.get('context') or {})
        return {'hits': [list(hit) for name, (_, function) in self._filters.items() if name in params['filters']
                         for hit in function(context, params['terms']) or ()]}

    def _event(self, params, request):
        kind, problems = params['kind'], []
        for kinds, function in self._listeners:
            if kind in kinds or kind.split('.')[0] in kinds:
                try:
                    function(Event(request, params))
                except Exception as e:
                    traceback.print_exc()
                    problems.append({'origin': function.__name__, 'problem': '%s: %s' % (type(e).__name__, e)})
        return {'problems': problems}

    def _ticket_actions(self, params, request):
        context = Context(request, params.get('context') or {})
        return {'actions': [described for _, offered, described in self._actions.values()
                            if offered is None or offered(context, params['id'], params['fields'])]}

    def _apply(self, params, request):
        context = Context(request, params.get('context') or {})
        function, _, _ = _known(self._actions, params['action'], 'action')
        return {'changes': function(context, params['id'], params['fields'], params.get('inputs') or {}) or {}}

    def _decode(self, params, request):
        protocol = _known(self._protocols, params['protocol'], 'protocol')
        exchange = protocol(Context(request, params.get('context') or {}))
        number = next(self._numbers)
        self._exchanges[number] = exchange
        while len(self._exchanges) > 256:       # of which the server has forgotten to say that it forgot them
            self._exchanges.popitem(last=False)
        try:
            method, args = exchange.decode(params.get('body') or b'')
        except Fault as fault:
            return {'exchange': number, 'fault': fault.data()}
        return {'exchange': number, 'method': method, 'args': args}

    def _encode(self, params, request):
        exchange = self._exchanges.pop(params['exchange'], None)
        if exchange is None:
            raise RequestError(INVALID_PARAMS, 'this exchange is over')
        if 'fault' in params:
            response = exchange.fault(Fault.of(params['fault']))
        elif 'outcomes' in params:
            response = exchange.outcomes([Fault.of(one['fault']) if 'fault' in one else one['value']
                                          for one in params['outcomes']])
        else:
            response = exchange.value(params.get('value'))
        return {'response': response.data()}

    def _forget(self, params, request):
        self._exchanges.pop(params.get('exchange'), None)


def _hooked(hook):
    return lambda params, request: hook(Context(request, params.get('context') or {}), params)


def _known(those, name, what):
    if name not in those:
        raise RequestError(INVALID_PARAMS, 'no %s `%s`' % (what, name))
    return those[name]


def _parameters(function):
    """What a function takes besides the context, and whether any number of further arguments."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    described = [{'name': p.name} if p.default is p.empty else {'name': p.name, 'default': p.default}
                 for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return described, any(p.kind == p.VAR_POSITIONAL for p in parameters)


def _signatures(function):
    """One signature for each number of arguments, if everything is annotated by types that the protocol has."""
    hints = typing.get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    types = [_type_name(hints.get('return'))]
    signatures = []
    for parameter in parameters:
        if parameter.kind == parameter.VAR_POSITIONAL:
            break
        if parameter.default is not parameter.empty:
            signatures.append(list(types))
        types.append(_type_name(hints.get(parameter.name)))
    signatures.append(types)
    return [signature for signature in signatures if None not in signature]


def _type_name(hint):
    return TYPES.get(getattr(hint, '__origin__', None) or hint) if hint is not None else None
