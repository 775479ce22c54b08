"""Two servers beside each other: Trac's and tracrpc's, for the scripts that compare them.

To be imported after enter(), which goes on with the Python that has Trac.
"""
import base64
import contextlib
import hashlib
import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

import real_trac

BIN = real_trac.with_plugin()
PYTHON = os.path.join(BIN, 'python')
TRACRPC = os.path.join(real_trac.TARGET, 'debug', 'tracrpc')
USERS = ('admin', 'user', 'joe')


def enter():
    """Goes on with the Python that has Trac."""
    real_trac.enter(BIN)


class Site:
    """One of the two servers."""

    def __init__(self, command, port):
        self.port = port
        self.log = tempfile.TemporaryFile()
        environ = dict(os.environ, TZ='UTC', LC_ALL='C.UTF-8')
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environ)
        self.seen = {}
        self.wait()

    def wait(self):
        deadline = time.time() + 60
        while time.time() < deadline:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(('127.0.0.1', self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.log.seek(0)
        raise SystemExit('no server: ' + self.log.read().decode())

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def call(self, user, method, args, more=None):
        """The answer, with this site's own token wherever `#ts` stands; `more` are further headers."""
        body = json.dumps({'method': method, 'params': self.resolve(args, args), 'id': 1})
        headers = {'Content-Type': 'application/json', **(more or {})}
        path = '/rpc'
        if user != 'anonymous':
            path = '/login/rpc'
            secret = base64.b64encode(('%s:%s' % (user, user)).encode()).decode()
            headers['Authorization'] = 'Basic ' + secret
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        connection.request('POST', path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        if response.status != 200:
            return {'status': response.status, 'text': text[:200]}
        answer = json.loads(text)
        if answer['error']:
            return {'fault': [answer['error']['code'], answer['error']['message']]}
        self.remember(answer['result'])
        return {'result': self.plain(answer['result'])}

    def resolve(self, value, args):
        if isinstance(value, dict) and '#date' in value:
            return {'__jsonclass__': ['datetime', value['#date']]}
        if value == '#ts':
            return self.seen.get(args[0], '0')
        if isinstance(value, dict):
            return {key: self.resolve(item, args) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item, args) for item in value]
        return value

    def remember(self, result):
        if isinstance(result, list) and len(result) == 4 and isinstance(result[3], dict) and '_ts' in result[3]:
            self.seen[result[0]] = result[3]['_ts']

    def plain(self, value):
        """Moments of these minutes are all the same."""
        if isinstance(value, dict):
            if '__jsonclass__' in value:
                kind, text = value['__jsonclass__']
                return 'now' if kind == 'datetime' and text[:10] >= TODAY else text
            return {key: 'token' if key == '_ts' else self.plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        return value


TODAY = time.strftime('%Y-%m-%d', time.gmtime(time.time() - 3600))


def rows(env, tables):
    """What a database holds: the rows of these tables, moments of these minutes being all the same."""
    now = (time.time() - 3600) * 1000000
    plain = lambda value: 'now' if isinstance(value, int) and value > now else value
    connection = sqlite3.connect(os.path.join(env, 'db', 'trac.db'))
    found = {}
    for table in tables:
        cursor = connection.execute('SELECT * FROM "%s"' % table)
        names = [column[0] for column in cursor.description]
        found[table] = sorted((tuple(zip(names, map(plain, row))) for row in cursor), key=repr)
    connection.close()
    return found


MODELS = {'component', 'milestone', 'version'}


def compare_rows(env, copy, tables):
    """The rows that only one of two databases has, in words.

    Trac writes all of a version, milestone or component when one of its fields is updated, and what is
    missing as empty. What tracrpc was not asked to change it does not write.
    """
    theirs, ours = rows(env, tables), rows(copy, tables)
    for found in theirs, ours:
        for table in MODELS.intersection(tables):
            found[table] = [tuple((name, value or '') for name, value in row) for row in found[table]]
    for table in tables:
        for row in theirs[table]:
            if row not in ours[table]:
                yield '%s: only Trac has %s' % (table, dict(row))
        for row in ours[table]:
            if row not in theirs[table]:
                yield '%s: only tracrpc has %s' % (table, dict(row))


# The RPC plugin offers what a choice shows. Trac's form sends its values, and so do we: a full name
# is nobody's login. This lets the plugin offer the values too.
OFFERED_VALUES = '''
from types import SimpleNamespace
import tracrpc.ticket
from trac.util.html import Element, unescape

original = tracrpc.ticket._flatten


def flatten(fragment):
    for item in original(fragment):
        if isinstance(item, Element) and item.tag == 'option':
            value = unescape(item.attrib.get('value') or '')
            item = SimpleNamespace(tag='option', attrib=item.attrib, children=[value])
        yield item


tracrpc.ticket._flatten = flatten
'''


def template(directory):
    """The environment that all configurations begin with."""
    env = os.path.join(directory, 'template')
    subprocess.run([os.path.join(BIN, 'trac-admin'), env, 'initenv', 'Compare', 'sqlite:db/trac.db'],
                   check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(env, 'plugins', 'offered_values.py'), 'w') as out:
        out.write(OFFERED_VALUES)
    with open(os.path.join(env, 'htpasswd'), 'w') as out:
        for user in USERS:
            out.write('%s:{SHA}%s\n' % (user, base64.b64encode(hashlib.sha1(user.encode()).digest()).decode()))
    from trac.config import Configuration
    config = Configuration(os.path.join(env, 'conf', 'trac.ini'))
    config.set('components', 'tracrpc.*', 'enabled')
    config.set('trac', 'default_timezone', 'UTC')
    config.save()
    return env


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving(env, copy, tracrpc=TRACRPC):
    """Both servers: Trac's on one environment, tracrpc's on its copy."""
    auth = '--basic-auth=*,%s,trac' % os.path.join(env, 'htpasswd')
    serve = ['-s', '--hostname=127.0.0.1', auth]
    ports = free_port(), free_port()
    commands = ([PYTHON, os.path.join(BIN, 'tracd'), *serve, '--port=%d' % ports[0], env],
                [tracrpc, 'serve', *serve, '--port=%d' % ports[1], copy])
    sites = []
    try:
        for command, port in zip(commands, ports):
            sites.append(Site(command, port))
        yield sites
    finally:
        for site in sites:
            site.stop()
