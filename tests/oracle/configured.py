"""The same environment twice, one for the real Trac in this process, one for a tracrpc that serves it.

To be imported after entering the Python that has Trac with the plugin.
"""
import base64
import contextlib
import http.client
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import real_trac

from trac import env as trac_env                                # noqa: E402
from trac.config import Configuration                           # noqa: E402
from trac.env import Environment                                # noqa: E402
from trac.perm import DefaultPermissionStore                    # noqa: E402
from trac.web.main import dispatch_request                      # noqa: E402

USERS = ('admin', 'user', 'joe')
GRANTS = [('admin', 'TRAC_ADMIN'), ('authenticated', 'XML_RPC'), ('joe', 'developers'), ('developers', 'TICKET_ADMIN')]
HEADERS = {'Content-Type': 'application/json', 'Accept': 'application/json'}


class Pair:
    """Both of them, with the same configuration."""

    def __init__(self, folder, fill, tracrpc):
        self.real, self.ours = os.path.join(folder, 'real', 'env'), os.path.join(folder, 'ours', 'env')
        os.mkdir(os.path.dirname(self.real))
        env = Environment(self.real, create=True, options=[
            ('trac', 'database', 'sqlite:db/trac.db'), ('components', 'tracrpc.*', 'enabled'),
            ('trac', 'default_timezone', 'UTC')])
        store = DefaultPermissionStore(env)
        for subject, action in GRANTS:
            store.grant_permission(subject, action)
        fill(env)
        env.shutdown()
        with open(self.ini(self.real)) as f:
            self.pristine = f.read()
        shutil.copytree(os.path.dirname(self.real), os.path.dirname(self.ours))
        htpasswd = os.path.join(folder, 'htpasswd')
        with open(htpasswd, 'w') as f:
            for user in USERS:
                digest = base64.b64encode(__import__('hashlib').sha1(user.encode()).digest()).decode()
                f.write('%s:{SHA}%s\n' % (user, digest))
        self.server = Served(tracrpc, self.ours, htpasswd, os.path.join(folder, 'log'))

    @staticmethod
    def ini(path):
        return os.path.join(path, 'conf', 'trac.ini')

    def configure(self, options):
        """Gives both the options besides those that they were made with."""
        for path in self.real, self.ours:
            # What is written is another file, so that nobody sees a half of it.
            new = os.path.join(path, 'conf', 'new.ini')
            with open(new, 'w') as f:
                f.write(self.pristine)
            config = Configuration(new)
            for (section, option), value in options.items():
                config.set(section, option, value)
            config.save()
            os.replace(new, self.ini(path))
        for env in trac_env.env_cache.values():
            env.shutdown()
        trac_env.env_cache.clear()

    def post(self, user, path, headers, body):
        """Status and body of both answers."""
        return (self.server.post(user, path, headers, body),
                dispatched(self.real, self.server.port, user, path, headers, body))

    def call(self, user, method, *params):
        """Both answers to a call: what it results in, or its fault."""
        path = '/login/rpc' if user else '/rpc'
        body = json.dumps({'method': method, 'params': params, 'id': 1}).encode()
        return tuple(outcome(*answer) for answer in self.post(user, path, HEADERS, body))


def outcome(status, body):
    try:
        answer = json.loads(body)
    except ValueError:
        return ('no JSON', status)
    if answer.get('error'):
        return ('fault', answer['error'].get('code'), answer['error'].get('message'))
    return ('result', answer['result'])


class Served:
    """A tracrpc that serves one environment."""

    def __init__(self, tracrpc, env, htpasswd, log):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.log = open(log, 'wb')
        command = [tracrpc, 'serve', '-s', '-b', '127.0.0.1', '-p', str(self.port),
                   '--basic-auth', 'env,%s,trac' % htpasswd, env]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=dict(os.environ, TZ='UTC'))
        for _ in range(600):
            with contextlib.suppress(OSError):
                socket.create_connection(('127.0.0.1', self.port)).close()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit('tracrpc does not start: see ' + log)

    def post(self, user, path, headers, body):
        headers = dict(headers)
        if user:
            headers['Authorization'] = 'Basic ' + base64.b64encode(('%s:%s' % (user, user)).encode()).decode()
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        connection.request('POST', path, body, headers)
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer

    def stop(self):
        self.process.terminate()
        self.process.wait()


def dispatched(env, port, user, path, headers, body):
    """The real Trac's answer."""
    environ = {
        'REQUEST_METHOD': 'POST', 'PATH_INFO': path, 'SCRIPT_NAME': '', 'QUERY_STRING': '', 'SERVER_NAME': '127.0.0.1',
        'SERVER_PORT': str(port), 'SERVER_PROTOCOL': 'HTTP/1.1', 'REMOTE_ADDR': '127.0.0.1',
        'HTTP_HOST': '127.0.0.1:%d' % port, 'CONTENT_LENGTH': str(len(body)), 'trac.env_path': env,
        'wsgi.url_scheme': 'http', 'wsgi.input': io.BytesIO(body), 'wsgi.errors': io.StringIO(),
        'wsgi.version': (1, 0), 'wsgi.multithread': False, 'wsgi.multiprocess': False, 'wsgi.run_once': False,
    }
    for name, value in headers.items():
        key = name.upper().replace('-', '_')
        environ[key if key == 'CONTENT_TYPE' else 'HTTP_' + key] = value
    if user:
        environ['REMOTE_USER'] = user
    said = []
    written = []

    def start_response(status, headers, exc_info=None):
        said.append(int(status.split()[0]))
        return written.append
    parts = dispatch_request(environ, start_response)
    written.extend(parts or [])
    return said[-1], b''.join(part if isinstance(part, bytes) else part.encode() for part in written)


@contextlib.contextmanager
def pair(fill, tracrpc):
    """Both, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        made = Pair(folder, fill, tracrpc or os.path.join(real_trac.TARGET, 'debug', 'tracrpc'))
        try:
            yield made
        finally:
            made.server.stop()
