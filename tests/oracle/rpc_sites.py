"""Two servers that are asked the same over the remote API, and what counts as the same answer."""
import base64
import configparser
import contextlib
import datetime
import hashlib
import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
import xmlrpc.client

import meant_html
import real_trac
import rpc_calls

VENV = real_trac.with_plugin()


class Server:
    """One of the two servers: a command with the place of its port in it."""

    def __init__(self, command, port):
        self.base = 'http://127.0.0.1:%d' % port
        self.process = subprocess.Popen([part.format(port=port) for part in command], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env=dict(os.environ, TZ='UTC'))
        self.stamps = {}
        for _ in range(300):
            try:
                socket.create_connection(('127.0.0.1', port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit('%s does not answer' % command[0])

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def post(self, user, media_type, body):
        request = urllib.request.Request(self.base + ('/login/rpc' if user else '/rpc'), body,
                                         {'Content-Type': media_type})
        if user:
            token = base64.b64encode(('%s:%s' % (user, user)).encode()).decode()
            request.add_header('Authorization', 'Basic ' + token)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def call(self, user, via, method, args):
        args = self.filled(args)
        if via == 'xml':
            body = xmlrpc.client.dumps(tuple(args), method, allow_none=True, encoding='utf-8')
            status, answer = self.post(user, 'application/xml', body.encode('utf-8', 'surrogatepass'))
            result = ('http', status) if status != 200 else from_xml(answer)
        else:
            body = json.dumps({'method': method, 'params': [to_json(arg) for arg in args], 'id': 1})
            status, answer = self.post(user, 'application/json', body.encode())
            result = ('http', status) if status != 200 else from_json(answer)
        self.remember(result)
        return normal(result, self.base)

    def filled(self, args, number=None):
        """The arguments with this server's own time stamp of the ticket that comes first."""
        if isinstance(args, rpc_calls.Stamp):
            return self.stamps.get(str(number), '0')
        if isinstance(args, list):
            return [self.filled(arg, args[0]) for arg in args]
        if isinstance(args, dict):
            return {key: self.filled(value, number) for key, value in args.items()}
        return args

    def remember(self, result):
        """Keeps the time stamp of a ticket that was read or changed."""
        if result[0] == 'result' and isinstance(result[1], list) and len(result[1]) == 4:
            number, fields = result[1][0], result[1][3]
            if isinstance(fields, dict) and '_ts' in fields:
                self.stamps[str(number)] = fields['_ts']


def from_xml(answer):
    try:
        values, _ = xmlrpc.client.loads(answer, use_builtin_types=False)
        return 'result', values[0]
    except xmlrpc.client.Fault as fault:
        return 'fault', fault.faultCode, fault.faultString


def from_json(answer):
    answer = json.loads(answer)
    if answer['error']:
        return 'fault', answer['error']['code'], answer['error']['message']
    return 'result', answer['result']


def to_json(value):
    if isinstance(value, datetime.datetime):
        return {'__jsonclass__': ['datetime', value.isoformat()]}
    if isinstance(value, bytes):
        return {'__jsonclass__': ['binary', base64.b64encode(value).decode()]}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    return value


# --- what is compared ---------------------------------------------------------

OWN_WORDS = re.compile(
    r"ServiceException details|positional argument|required argument|unexpected keyword|object has no attr|object is not"
    r"|is not iterable"
    r"|not subscriptable|unsupported operand|invalid lite|not supported between|indices must be|index out of range"
    r"|cannot marshal|unpack|binding parameter|unhashable|has no len|expected |must be (str|int|a )"
    r"|can only concatenate|NoneType|concatenate str|sequence item|argument of type|argument should"
    r"|no such column|constraint failed|type .* is not supported|out of range|JSON serializable"
    r"|^''[^']*'' while|^'[^']*'$|^'?\d+(' w|$)|^'?\('|^('' while|$)|datatype mismatch|isoformat|%d format")
WRONG_TYPE = re.compile(r': expected an? \w+, got an? ')


# Why a repository can't be opened: Trac has no module or program for it, tracrpc opens none. Trac also warns of it
# among what is wrong with a ticket's fields.
NO_REPOSITORY = re.compile(r'Unsupported version control system (?:&#34;|")\w+(?:&#34;|")(?:: [^"<]*)?|GIT backend not available'
                           r'|(?:&#34;|")[^"<>&]*(?:&#34;|") is not readable or not a Git repository\.')
NOT_SYNCHRONISED = re.compile(r'Can\'t synchronize with repository "[^"]*" \([^()]*\)\. Look in the Trac log for more information\. ')


def is_now(text):
    if re.fullmatch(r'1[789]\d{14}', text):
        return abs(int(text) / 1e6 - time.time()) < 600
    match = re.fullmatch(r'(\d{4})-?(\d\d)-?(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?', text)
    if not match:
        return False
    then = datetime.datetime(*map(int, match.groups()[:6]), tzinfo=datetime.timezone.utc)
    return abs(then.timestamp() - time.time()) < 600


def normal(value, base):
    if isinstance(value, xmlrpc.client.DateTime):
        return 'DATE now' if is_now(value.value) else 'DATE ' + value.value
    if isinstance(value, xmlrpc.client.Binary):
        return 'BINARY %r' % value.data
    if isinstance(value, str):
        value = re.sub(r'^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{6}$', r'\1', value)
        value = NO_REPOSITORY.sub('no repository', NOT_SYNCHRONISED.sub('', value))
        return 'NOW' if is_now(value) else value.replace(base, '{base}')
    if isinstance(value, dict):
        if value.get('__jsonclass__', [''])[0] == 'binary':
            return 'BINARY %r' % base64.b64decode(value['__jsonclass__'][1])
        return {key: normal(item, base) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [normal(item, base) for item in value]
    return value


def typed(value):
    """Tells True, 1 and 1.0 apart."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return type(value).__name__, value


# Differences that are meant:
# * an attribute `id` of ticket.update gives the ticket another number in the plugin, and is refused here (not sent);
# * dates in JSON have fractions of a second here, as the plugin's latest version writes them (not compared);
# * data that is no binary is refused before the file that it would replace is deleted (not sent);
# * a file name that is empty, or leads to another directory, is refused here (not sent);
# * types are checked before anything else: a value of a wrong type is told where the plugin tells something else;
# * who may become an owner is offered by login, which can be sent back; the plugin offers full names;
# * changesets that the database holds are found, also where Trac can't open their repository (hits not compared);
# * where the plugin stumbles over a number for a text, methods that only read take it as a text;
# * a text in a custom field of type `time` lets no query fail that groups or sorts by it;
# * an empty text for the moment at which a ticket is made is no moment; the plugin keeps a ticket without times
#   (not sent);
# * the number 0 for a name is a name here, and no name in the plugin (not sent);
# * `'007'` for a ticket's number means ticket 7, also for attachments, which Trac would keep for no ticket (not sent);
# * a resolution and the like without a value does not keep others from being deleted (no such rows are made).
READERS = 'search.getSearchFilters', 'search.performSearch', 'wiki.wikiToHtml', 'ticket.query'


def is_same(method, theirs, ours, args=()):
    if method == 'system.multicall' and (theirs[0] == 'http' or 'JSONEncoder' in repr(theirs)):
        return True
    if theirs[0] == 'fault' and OWN_WORDS.search(theirs[2]):
        return ours[0] == 'fault' or method in READERS
    if method == 'system.multicall' and theirs[0] == ours[0] == 'result':
        return len(theirs[1]) == len(ours[1]) and all(map(is_same_entry, theirs[1], ours[1], made(args)))
    if method in rpc_calls.UNORDERED and theirs[0] == ours[0] == 'result':
        return sorted(map(repr, theirs[1])) == sorted(map(repr, ours[1]))
    if method == 'system.methodHelp' and theirs[0] == ours[0] == 'result':
        return theirs[1].split('\n')[0] == ours[1].split('\n')[0]
    return typed(theirs) == typed(ours)


# The logins of those who have a full name, by it.
FULL_NAMES = {}


def with_logins(answer):
    """Actions as they are offered, with logins where the plugin has the labels of a choice."""
    if isinstance(answer, list):
        return [with_logins(item) for item in answer]
    return FULL_NAMES.get(answer, answer) if isinstance(answer, str) else answer


def is_refused(theirs, ours):
    """Whether a value of a wrong type is told, or refused for another reason by both."""
    return bool(WRONG_TYPE.search(repr(ours))) or theirs[0] == ours[0] == 'fault'


def without_changesets(answer):
    return ['result', [hit for hit in answer[1] if '/changeset/' not in hit[0]]]


def made(args):
    """The methods that a multicall calls, in either protocol."""
    entries = args if args and isinstance(args[0], dict) else args[0] if args else []
    return [entry.get('methodName') or entry.get('method') for entry in entries]


# * a failed entry of an XML-RPC multicall is a struct of another shape there, which clients cannot read, or makes
#   the whole answer an error of HTTP.
def is_same_entry(theirs, ours, method):
    if isinstance(theirs, dict) and set(theirs) >= {'result', 'error', 'id'}:
        if theirs['error']:
            answers = [('fault', entry['error']['code'], entry['error']['message']) if entry['error']
                       else ('result', entry['result']) for entry in (theirs, ours)]
            return theirs['id'] == ours['id'] and is_same(method, *answers)
    elif not (isinstance(theirs, list) and isinstance(ours, list)):
        # Which fault it is cannot be read, see is_same.
        return not isinstance(theirs, list) and (not isinstance(ours, list) or method in READERS)
    return typed(theirs) == typed(ours)


def is_meant_html(trac, method, args, theirs, ours):
    """Whether two pages differ in nothing but what is meant to."""
    if not theirs[0] == ours[0] == 'result':
        return False
    text = args[0] if method == 'wiki.wikiToHtml' else trac.call('admin', 'xml', 'wiki.getPage', args)[1]
    their, our = meant_html.without_addresses(theirs[1]), meant_html.without_addresses(ours[1])
    return their == our or meant_html.is_meant(text, their, our)


def first_difference(theirs, ours, place=''):
    """Where two answers part, and what is there."""
    if type(theirs) is type(ours) is str and len(theirs) > 200:
        start = max(0, len(os.path.commonprefix([theirs, ours])) - 80)
        return '%s at character %d' % (place, start), theirs[start:], ours[start:]
    if type(theirs) is type(ours) is list and len(theirs) != len(ours):
        return place, [item for item in theirs if item not in ours], [item for item in ours if item not in theirs]
    if type(theirs) is type(ours) is list:
        pairs = [('%s[%d]' % (place, i), a, b) for i, (a, b) in enumerate(zip(theirs, ours))]
    elif type(theirs) is type(ours) is dict and set(theirs) == set(ours):
        pairs = [('%s.%s' % (place, key), theirs[key], ours[key]) for key in theirs]
    else:
        return place, theirs, ours
    return next((first_difference(a, b, at) for at, a, b in pairs if typed(a) != typed(b)), (place, theirs, ours))


# --- both servers at once -----------------------------------------------------

def free_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def trac_admin(path, *command):
    done = subprocess.run([os.path.join(VENV, 'trac-admin'), path, *command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit('trac-admin %s: %s%s' % (command, done.stdout, done.stderr))


def configure(path, options):
    """Sets options of an environment's trac.ini: section, option, value."""
    file_name = os.path.join(path, 'conf', 'trac.ini')
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(file_name, encoding='utf-8')
    for section, option, value in options:
        if not parser.has_section(section):
            parser.add_section(section)
        parser.set(section, option, value)
    with open(file_name, 'w', encoding='utf-8') as file:
        parser.write(file)


def add_users(path):
    """The users that both servers know, each with the name for a password."""
    with open(os.path.join(path, 'htpasswd'), 'w') as file:
        for user in 'admin', 'user', 'joe':
            digest = base64.b64encode(hashlib.sha1(user.encode()).digest()).decode()
            file.write('%s:{SHA}%s\n' % (user, digest))


@contextlib.contextmanager
def serving(theirs, ours, tracrpc):
    """Trac's server on one environment, tracrpc's on its copy."""
    flags = ['-s', '--hostname=127.0.0.1', '--port={port}', '--basic-auth=*,%s,trac' % os.path.join(theirs, 'htpasswd')]
    commands = ([os.path.join(VENV, 'python'), os.path.join(VENV, 'tracd'), *flags, theirs],
                [tracrpc, 'serve', *flags, ours])
    servers = []
    try:
        for command in commands:
            servers.append(Server(command, free_port()))
        yield servers
    finally:
        for server in servers:
            server.stop()


def ask(servers, number, question, verbose=False):
    """Makes a call on both servers; how many answers differ."""
    user, via, method, args, is_odd = question
    line = '%s %s %s %r' % (user, via, method, args)
    theirs, ours = [server.call(user, via, method, args) for server in servers]
    if method == 'search.performSearch' and theirs[0] == ours[0] == 'result':
        theirs, ours = without_changesets(theirs), without_changesets(ours)
    if method == 'ticket.getActions':
        theirs = with_logins(theirs)
    if verbose:
        print('%s\n      -> %.300r' % (line, theirs))
    if is_same(method, theirs, ours, args) or is_odd and is_refused(theirs, ours):
        return 0
    if method in ('wiki.wikiToHtml', 'wiki.getPageHTML') and is_meant_html(servers[0], method, args, theirs, ours):
        return 0
    place, wanted, got = first_difference(theirs, ours)
    print('call %d: %.600s\n   at %s\n   trac:    %.900r\n   tracrpc: %.900r'
          % (number, line, place or 'the top', wanted, got), flush=True)
    return 1
