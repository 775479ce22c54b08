"""The test-suite of TracXMLRPC: where it comes from, how it runs on Python 3, and a server for it.

Nothing of the suite is stored here: this file only holds the edits. Each must match exactly as often as it says, so
that another source fails loudly. They replace what Python 3 has no more, and what later versions of Trac and of the
plugin are known to answer; all other expectations stay what they are.
"""
import base64
import functools
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import types
import unittest
import urllib.request
import xmlrpc.client

import real_trac

HOME = os.path.join(real_trac.ROOT, 'target', 'companions', 'trac-suite')
SOURCES = 'TracXMLRPC-1.1.9.tar.gz', 'Trac-1.6.tar.gz'
MODULES = 'api', 'xml_rpc', 'json_rpc', 'ticket', 'wiki', 'web_ui', 'search'

COMMON = [
    (r'except (.+?), ?(\w+) ?:', r'except \1 as \2:'),
    (r'\bunicode\b(?!-)', 'str'),
    (r'\bbasestring\b', 'str'),
    (r'\bu([\'"])', r'\1'),
    (r'(?m)^(\s*)print (".*")$', r'\1print(\2)'),
    (r'(?m)^from tracrpc.util import StringIO$', 'from io import BytesIO as StringIO'),
    (r'(?m)^from trac.util.compat import sorted$', ''),
    (r"open\(image_url, 'r'\)", "open(image_url, 'rb')"),
]

# (old, new, expected number of occurrences) per module, applied after COMMON.
EDITS = {
    'api': [
        # The plugins that are written for the server are such of Trac 1.6: a body is bytes, and errors are pages.
        ("response = 'Got a result!'", "response = b'Got a result!'", 1),
        ("req.send_error(None, template='', content_type=rpcreq['mimetype'],\\n\"\n"
         "            \"                       status=500, env=None,\\n\"\n"
         "            \"                       data='Test failure: %s' % str(e))",
         "req.send(('Test failure: %s' % e).encode(), rpcreq['mimetype'], 500)", 1),
        ("req.send_error(None, template='', \\n\"\n"
         "            \"                       content_type='text/plain',\\n\"\n"
         "            \"                       status=500, env=None, data=e.message)",
         "req.send(e.message.encode(), 'text/plain', 500)", 1),
        ("req.send_error(None, template='', \\n\"\n"
         "            \"                       content_type='text/plain',\\n\"\n"
         "            \"                       status=500, env=None, data='Test failure')",
         "req.send(b'Test failure', 'text/plain', 500)", 1),
    ],
    'json_rpc': [
        ('datetime(2009, 06, 19, 16, 46, 00,', 'datetime(2009, 6, 19, 16, 46, 0,', 1),
        ('image_in.getvalue().encode("base64")', 'base64.b64encode(image_in.getvalue()).decode()', 1),
        ("result['result']['__jsonclass__'][1].decode(\"base64\")",
         "base64.b64decode(result['result']['__jsonclass__'][1])", 1),
        ('import unittest\n', 'import base64\nimport unittest\n', 1),
    ],
    'xml_rpc': [
        ('(low + high) / 2', '(low + high) // 2', 1),
        # A text was its bytes. `ServerProxy` below sends such a one as it is.
        ('test_string = "øæåØÆÅàéüoö"', 'test_string = "øæåØÆÅàéüoö".encode().decode("ascii", "surrogateescape")', 1),
        ('to_unicode(test_string)', 'to_unicode(test_string.encode("ascii", "surrogateescape"))', 1),
        # In the plugin that is written for the server.
        ("(r'\\U%08x' % code).decode('unicode-escape')", 'chr(code)', 1),
    ],
    'ticket': [
        ("base64.encodestring('admin:admin')[:-1]", "base64.b64encode(b'admin:admin').decode()", 1),
        # Trac 1.6 says it in other words.
        ('"modified by someone else"', '"this ticket has been modified since you started editing"', 1),
    ],
    'wiki': [
        # Trac 1.6 writes attributes in the order of their names, and has one more.
        ("""<img src="http://127.0.0.1:8765'
                '/raw-attachment/wiki/ImageTest/feed.png" alt="test image" '
                'title="test image" />""",
         """<img alt="test image" crossorigin="anonymous" src="http://127.0.0.1:8765'
                '/raw-attachment/wiki/ImageTest/feed.png" '
                'title="test image" />""", 1),
    ],
    'web_ui': [
        ('from urllib import urlencode', 'from urllib.parse import urlencode', 1),
        ("req.headers.get('Content-Type', 'text/plain')", "req.get_header('Content-type', 'text/plain')", 1),
    ],
}

# What version 1.2 of the plugin answers otherwise than the suite's, as the recordings of tests/conformance have it.
LATER = {
    # json-wire/errors.json
    'json_rpc': [("'JsonProtocolException details : JSON object is '", "'JSON object is '", 1)],
    'web_ui': [
        # json-wire/docs-page.json: no type is assumed where there is none.
        ("req.get_header('Content-type', 'text/plain')", "req.get_header('Content-type', '')", 1),
        # Headings are those of a section, to which there is a link.
        ('<h3 id="XML-RPC">', '<h3 id="XML-RPC" class="section">', 1),
        ('<h3 id="rpc.ticket.status">', '<h3 id="rpc.ticket.status" class="section">', 1),
    ],
}


# -- the source

def sources():
    """The folder with the archives of PyPI."""
    os.makedirs(HOME, exist_ok=True)
    for archive in SOURCES:
        if not os.path.exists(os.path.join(HOME, archive)):
            name, version = archive[:-len('.tar.gz')].rsplit('-', 1)
            subprocess.run([sys.executable, '-m', 'pip', 'download', '-q', '--disable-pip-version-check', '--no-deps',
                            '--no-binary', ':all:', '--no-build-isolation', '-d', HOME, '%s==%s' % (name, version)],
                           check=True)
    return HOME


@functools.lru_cache(maxsize=None)
def files(archive):
    """What the files of an archive hold, by their path."""
    with tarfile.open(os.path.join(sources(), archive)) as tar:
        return {entry.name.partition('/')[2]: tar.extractfile(entry).read() for entry in tar if entry.isfile()}


def ported(module, environment):
    text = files(SOURCES[0])['tracrpc/tests/%s.py' % module].decode('utf-8')
    for pattern, new in COMMON:
        text = re.sub(pattern, new, text)
    for old, new, expected in EDITS.get(module, []) + ([] if environment.is_trac else LATER.get(module, [])):
        if text.count(old) != expected:
            raise SystemExit('%s: %d matches of %r, expected %d' % (module, text.count(old), old, expected))
        text = text.replace(old, new)
    return text.replace('127.0.0.1:8765', '127.0.0.1:%d' % environment.port)


def load(environment, only):
    """The tests whose name has a text in it, for an environment."""
    package = types.ModuleType('tracrpc.tests')
    package.__path__ = [os.path.join(environment.folder, 'suite')]
    package.rpc_testenv, package.TracRpcTestCase = environment, TestCase
    sys.modules.update({'tracrpc.tests': package, 'urllib2': urllib2(), 'xmlrpclib': xmlrpclib()})
    os.makedirs(package.__path__[0])
    suite = unittest.TestSuite()
    for module in MODULES:
        with open(os.path.join(package.__path__[0], module + '.py'), 'w', encoding='utf-8') as file:
            file.write(ported(module, environment))
        loaded = __import__('tracrpc.tests.' + module, fromlist=['*'])
        tests = unittest.defaultTestLoader.loadTestsFromModule(loaded)
        suite.addTests(test for test in flat(tests) if only in test.id())
    return suite


def flat(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flat(test)
        else:
            yield test


def run(suite, environment):
    """Runs the tests. What a test that fails leaves behind is not there for the next one."""
    class Result(unittest.TestResult):
        def stopTest(self, test):
            super().stopTest(test)
            if len(self.failures) + len(self.errors) > self.failed:
                self.failed += 1
                environment.renew()
    result = Result()
    result.failed = 0
    suite.run(result)
    return result


# -- what Python 2 had

class TestCase(unittest.TestCase):
    assertEquals, failUnless, failIf = (
        getattr(unittest.TestCase, name) for name in ('assertEqual', 'assertTrue', 'assertFalse'))

    def assertRaises(self, expected, function, *args, **named):
        """Returns the exception."""
        try:
            function(*args, **named)
        except expected as e:
            return e
        self.fail('%s was not raised' % expected.__name__)


class Request(urllib.request.Request):
    """One whose body may be a text."""

    @property
    def data(self):
        return urllib.request.Request.data.fget(self)

    @data.setter
    def data(self, data):
        urllib.request.Request.data.fset(self, data.encode() if isinstance(data, str) else data)


class Texts(urllib.request.BaseHandler):
    """Has answers that are read as texts."""
    handler_order = 900                         # before errors become exceptions

    def http_response(self, request, response):
        read = response.read
        response.read = lambda *size: read(*size).decode('utf-8')
        return response


def urllib2():
    module = types.ModuleType('urllib2')
    for name in 'HTTPError', 'HTTPPasswordMgrWithDefaultRealm', 'HTTPBasicAuthHandler':
        setattr(module, name, getattr(urllib.request, name))
    module.Request = Request
    module.build_opener = lambda *handlers: urllib.request.build_opener(Texts, *handlers)
    module.urlopen = lambda request: module.build_opener().open(request)
    return module


class ServerProxy(xmlrpc.client.ServerProxy):
    """One that sends the bytes for which `surrogateescape` stands."""

    def _ServerProxy__request(self, method, args):
        body = xmlrpc.client.dumps(args, method).encode('utf-8', 'surrogateescape')
        transport, host = self('transport'), self._ServerProxy__host
        answer = transport.request(host, self._ServerProxy__handler, body)
        return answer[0] if len(answer) == 1 else answer


def xmlrpclib():
    module = types.ModuleType('xmlrpclib')
    module.__dict__.update(vars(xmlrpc.client))
    module.ServerProxy = ServerProxy
    return module


# -- the server

def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Environment:
    """An environment that Trac makes, and a server for it: what the suite knows as `rpc_testenv`."""

    def __init__(self, folder, command, is_trac):
        self.folder, self.command, self.is_trac = folder, command, is_trac
        self.dirname, self.tracdir = folder, os.path.join(folder, 'trac')
        self.port, self.server = free_port(), None
        self.url = 'http://127.0.0.1:%d' % self.port
        self.url_anon, self.url_auth = self.url + '/rpc', self.url + '/login/rpc'
        self.url_user, self.url_admin = ('http://%s:%s@127.0.0.1:%d/login/xmlrpc' % (user, user, self.port)
                                         for user in ('user', 'admin'))
        self.trac_src = self.source_of_trac()
        self.htpasswd = os.path.join(folder, 'htpasswd')
        self.log_file = os.path.join(folder, 'server.log')

    def source_of_trac(self):
        """A folder with those files of Trac's source that the suite reads."""
        folder = os.path.join(self.folder, 'trac-source')
        for name in 'trac/htdocs/feed.png', 'sample-plugins/workflow/DeleteTicket.py':
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path))
            with open(path, 'wb') as file:
                file.write(files(SOURCES[1])[name])
        return folder

    def __enter__(self):
        self.make()
        shutil.copytree(self.tracdir, self.tracdir + '-pristine')
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def make(self):
        with open(self.htpasswd, 'w') as file:
            for user in 'admin', 'user':
                digest = base64.b64encode(hashlib.sha1(user.encode()).digest()).decode()
                file.write('%s:{SHA}%s\n' % (user, digest))
        self._tracadmin('initenv', 'Project', 'sqlite:db/trac.db')
        config = self.get_trac_environment().config
        config.set('components', 'tracrpc.*', 'enabled')
        config.save()
        self._tracadmin('permission', 'add', 'admin', 'TRAC_ADMIN')
        self._tracadmin('permission', 'add', 'anonymous', 'XML_RPC')

    def renew(self):
        """Begins anew with the environment as it was made."""
        self.stop()
        shutil.rmtree(self.tracdir)
        shutil.copytree(self.tracdir + '-pristine', self.tracdir)
        self.start()

    def get_trac_environment(self):
        from trac.env import open_environment
        env = open_environment(self.tracdir, use_cache=True)
        if not self.is_trac and self.server is not None:
            env.config.save = lambda: (type(env.config).save(env.config), self.await_configuration())
        return env

    def await_configuration(self):
        """Waits until the server knows of a changed trac.ini. Trac looks at each request; the bridge looks once a
        second, and until it has said what its plugins have now, what only they have is not there."""
        time.sleep(3)
        admin = xmlrpc.client.ServerProxy(self.url_admin)
        for _ in range(60):
            try:
                return admin.ticket.status.getAll()
            except xmlrpc.client.Fault:
                time.sleep(0.5)

    def _tracadmin(self, *command, wait=False):
        program = os.path.join(os.path.dirname(sys.executable), 'trac-admin')
        done = subprocess.run([sys.executable, '-W', 'ignore', program, self.tracdir, *command],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit('trac-admin %s: %s%s' % (command, done.stdout, done.stderr))
        if wait and self.is_trac:               # tracrpc knows at once
            time.sleep(5)

    def start(self):
        with open(self.log_file, 'ab') as log:
            self.server = subprocess.Popen(
                [*self.command, '-s', '--port', str(self.port), '--basic-auth', '*,%s,trac' % self.htpasswd,
                 self.tracdir], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while True:
            if self.server.poll() is not None:
                raise SystemExit('the server has ended: %s' % self.log()[-2000:])
            try:
                urllib.request.urlopen(self.url_anon, timeout=30).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                pass

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait()
            self.server = None

    def restart(self):
        self.stop()
        self.start()

    def log(self):
        with open(self.log_file, encoding='utf-8', errors='replace') as file:
            return file.read()
