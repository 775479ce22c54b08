"""A small host of plugins, written from docs/plugin-protocol.md alone: it shares no code with any plugin.

`Host` starts a plugin, asks it, answers its `host/call`s by a function, and keeps what it is told: notifications,
noise on standard output, and the log. Values are Python's: bytes are bytes, moments are datetimes in UTC.
"""
import base64
import datetime as dt
import itertools
import json
import math
import os
import queue
import subprocess
import threading

LARGE = 32 * 1024
KEPT = 'PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'
NATIVE = ['trac.', 'tracopt.', 'tracrpc.']


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, error):
        Exception.__init__(self, '%s %s' % (error['code'], error['message']))
        self.code, self.message, self.data = error['code'], error['message'], error.get('data')

    @property
    def kind(self):
        """The kind of a fault, or the code of another error."""
        return (self.data or {}).get('kind', self.code)


class Ended(Exception):
    """The plugin went away."""


def encoded(value, blobs=None):
    if isinstance(value, (list, tuple)):
        return [encoded(item, blobs) for item in value]
    if isinstance(value, dict):
        made = {key: encoded(item, blobs) for key, item in value.items()}
        return {'$struct': made} if len(made) == 1 and list(made)[0].startswith('$') else made
    if isinstance(value, dt.datetime):
        text = value.astimezone(dt.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S')
        text = text.rjust(19, '0')              # strftime does not fill a year up
        return {'$date': text + ('.%06d' % value.microsecond if value.microsecond else '') + 'Z'}
    if isinstance(value, bytes):
        if blobs is None or len(value) < LARGE:
            return {'$bin': base64.b64encode(value).decode()}
        blobs.append(value)
        return {'$bin': len(blobs) - 1}
    if isinstance(value, float) and not math.isfinite(value):
        return {'$float': str(value)}
    if isinstance(value, int) and not isinstance(value, bool) and not -2 ** 63 <= value < 2 ** 63:
        return {'$int': str(value)}
    return value


def decoded(value, blobs=()):
    if isinstance(value, list):
        return [decoded(item, blobs) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (tag, inner), = value.items()
        if tag == '$struct':
            return {key: decoded(item, blobs) for key, item in inner.items()}
        if tag == '$bin':
            return blobs[inner] if isinstance(inner, int) else base64.b64decode(inner, validate=True)
        if tag == '$date':
            form = '%Y-%m-%dT%H:%M:%S.%fZ' if '.' in inner else '%Y-%m-%dT%H:%M:%SZ'
            return dt.datetime.strptime(inner, form).replace(tzinfo=dt.timezone.utc)
        if tag == '$int':
            return int(inner)
        if tag == '$float':
            return float(inner)
        assert not tag.startswith('$'), tag
    return {key: decoded(item, blobs) for key, item in value.items()}


class Host:
    """A plugin that runs, and the server's side of it. `calls(method, args, params of the request within)` answers
    its calls: a value, or it raises `Refused`."""

    def __init__(self, command, environments=(), options=None, blobs=True, calls=None, variables=None, cwd=None,
                 log=None):
        self.environments, self.options, self.calls = list(environments), options or {}, calls
        self.wants_blobs, self.blobs = blobs, False
        self.notifications, self.noise, self.asked, self.ended = queue.Queue(), [], [], False
        self._ids, self._waiting, self._params = itertools.count(1), {}, {}
        self._lock, self._writing = threading.Lock(), threading.Lock()
        variables = {**{name: os.environ[name] for name in KEPT if name in os.environ}, **(variables or {})}
        self.process = subprocess.Popen(command, env=variables, cwd=cwd, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=log)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    # Asking

    def initialize(self):
        result = self.ask('initialize', protocols=[1], host={'name': 'test', 'version': '0'}, native=NATIVE,
                          capabilities={'blobs': self.wants_blobs}, environments=self.environments,
                          limits={'frame': 96 * 1024 * 1024, 'requests': 64}, options=self.options)
        self.blobs = self.wants_blobs and result['capabilities'].get('blobs', False)
        return result

    def ask(self, request, /, **params):
        return self.wait(self.begin(request, **params))

    def begin(self, request, /, **params):
        """Sends a request, and returns what to wait for."""
        id, answers = next(self._ids), queue.Queue()
        with self._lock:
            if self.ended:
                raise Ended(request)
            self._waiting[id], self._params[id] = answers, params
        self.send({'id': id, 'method': request}, params)
        return id, answers

    def wait(self, begun, timeout=60):
        id, answers = begun
        message, blobs = answers.get(timeout=timeout)
        if message is None:
            raise Ended(method_of(self._params.get(id)))
        with self._lock:
            self._params.pop(id, None)
        if 'error' in message:
            raise Refused(decoded(message['error'], blobs))
        return decoded(message['result'], blobs)

    def cancel(self, begun):
        self.send({'method': '$/cancel'}, {'id': begun[0]})

    def send(self, message, params=None, key='params'):
        blobs = [] if self.blobs else None
        message = {'jsonrpc': '2.0', **message}
        if params is not None:
            message[key] = encoded(params, blobs)
        if blobs:
            message['blobs'] = [len(blob) for blob in blobs]
        # Halves of surrogate pairs travel as JSON's escapes.
        self.write(json.dumps(message, allow_nan=False).encode() + b'\n' + b''.join(blobs or ()))

    def write(self, data):
        with self._writing:
            self.process.stdin.write(data)
            self.process.stdin.flush()

    # Listening

    def _read(self):
        try:
            for line in self.process.stdout:
                if not line.startswith(b'{'):
                    self.noise.append(line)
                    continue
                message = json.loads(line)
                sizes = message.pop('blobs', []) if self.blobs else []
                self._take(message, [self.process.stdout.read(size) for size in sizes])
        except ValueError:
            pass                                # no message: this ends the connection
        with self._lock:
            self.ended, waiting, self._waiting = True, self._waiting, {}
        for answers in waiting.values():
            answers.put((None, ()))

    def _take(self, message, blobs):
        assert message['jsonrpc'] == '2.0', message
        if 'method' not in message:
            with self._lock:
                answers = self._waiting.pop(message['id'], None)
            assert answers is not None, 'nobody asked for %r' % message
            answers.put((message, blobs))
        elif 'id' in message:
            threading.Thread(target=self._serve, args=(message, decoded(message['params'], blobs))).start()
        else:
            self.notifications.put((message['method'], decoded(message.get('params'), blobs)))

    def _serve(self, message, params):
        assert message['method'] == 'host/call', message
        self.asked.append((params['method'], params['args']))
        with self._lock:
            within = self._params.get(params.get('within'))
        try:
            if within is None or self.calls is None:
                raise Refused({'code': -32602, 'message': 'not within a request'})
            value = self.calls(params['method'], params['args'], within)
        except Refused as e:
            error = {'code': e.code, 'message': e.message}
            self.send({'id': message['id']}, {**error, 'data': e.data} if e.data else error, 'error')
        else:
            self.send({'id': message['id']}, value if isinstance(value, dict) and 'outcomes' in value
                      else {'value': value}, 'result')

    def notified(self, method, timeout=10):
        """The params of the next notification of that name."""
        while True:
            name, params = self.notifications.get(timeout=timeout)
            if name == method:
                return params

    # Ending

    def close(self):
        """As a server ends a plugin; its exit status."""
        if self.process.poll() is None:
            try:
                self.ask('shutdown')
            except (Ended, OSError, Refused, queue.Empty):
                pass
        try:
            self.process.stdin.close()
        except OSError:
            pass
        try:
            return self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self._reader.join(5)
            self.process.stdout.close()


def method_of(params):
    return (params or {}).get('method')


def context(user='anonymous', environment='project', **more):
    """The context of an ordinary request."""
    return {'environment': environment, 'user': user, 'base_url': 'http://127.0.0.1/project',
            'remote_addr': '127.0.0.1', 'method': 'POST', 'path_info': '/login/rpc', 'query': '', 'headers': [],
            'within_multicall': False, **more}
