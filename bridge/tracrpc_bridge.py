"""The bridge: a plugin of tracrpc that runs the plugins of Trac environments, unchanged, under the real Trac.

tracrpc starts it with a Python that has Trac (and the package TracXMLRPC, if plugins export methods). It opens the
environments that it is asked about, says in `describe` what their enabled plugins have, and answers for them. What
the server has itself, the components of Trac and of TracXMLRPC, is not offered; their calls come here all the same
where the configuration delegates them.

The protocol is specified in docs/plugin-protocol.md. Values, messages and threads are those of `tracrpc_plugin`.
"""
import contextlib
import dis
import hashlib
import inspect
import io
import json
import logging
import os
import sys
import threading
import time
import traceback
import types
import warnings
from urllib.parse import urlsplit

from tracrpc_plugin import (FAULT, INTERNAL, INVALID_PARAMS, NOT_READY, PROTOCOL, Fault, Peer, RequestError,
                            own_stdio, pack, unpack)

warnings.filterwarnings('ignore', message='pkg_resources is deprecated')
try:
    import pkg_resources
    from trac import __version__ as trac_version
    from trac import attachment, env as trac_env, perm, resource as trac_resource
    from trac.config import ConfigurationError
    from trac.core import ComponentMeta, TracError
    from trac.db.api import IDatabaseConnector
    from trac.loader import get_plugin_info
    from trac.mimeview.api import IHTMLPreviewRenderer
    from trac.notification import api as notification
    from trac.search.api import ISearchSource
    from trac.ticket import api as ticket_api
    from trac.ticket.model import Milestone, Ticket
    from trac.util import arity, translation
    from trac.util.datefmt import utc as trac_utc
    from trac.util.html import Fragment, escape, tag
    from trac.util.text import empty, to_unicode, unicode_unquote
    from trac.web.api import IAuthenticator, RequestDone
    from trac.web.chrome import web_context
    from trac.web.href import Href
    from trac.web.main import RequestDispatcher, RequestWithSession
    from trac.wiki import api as wiki_api
    from trac.wiki.formatter import Formatter
    from trac.wiki.model import WikiPage
except ImportError as e:
    sys.exit('%s has no Trac 1.5 or later: %s' % (sys.executable, e))
try:
    import tracrpc as rpc_package
    from tracrpc import api as rpc
except ImportError:                 # then no plugin that exports methods can be loaded either
    rpc_package = rpc = None
from xmlrpc import client as xmlrpclib

VERSION = '1.0'
NATIVE = 'trac.', 'tracopt.', 'tracrpc.'
Binary = rpc.Binary if rpc else xmlrpclib.Binary


# -- what Trac's objects are as values, and exceptions as faults ------------------------------------------------------

def plain(value):
    """What the encoders of TracXMLRPC and of Python make of an object that is no plain value."""
    if value is empty:
        return ''
    if isinstance(value, xmlrpclib.Binary):
        return bytes(value.data)
    if isinstance(value, xmlrpclib.DateTime):
        return unpack({'$date': '%s-%s-%s%sZ' % (value.value[:4], value.value[4:6], value.value[6:8],
                                                 value.value[8:])})
    if isinstance(value, str):      # Markup and other subclasses
        return str.__str__(value)
    if isinstance(value, Fragment) or type(value).__name__ == 'LazyProxy':
        return to_unicode(value)
    for base in bool, int, float, dict, list, tuple:
        if isinstance(value, base):
            return base(value)
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    data = getattr(value, 'data', None)
    if isinstance(data, bytes):     # what protocols of plugins make of binaries
        return data
    if hasattr(value, '__dict__') and not isinstance(value, type) and not callable(value):
        return dict(vars(value))
    raise TypeError('cannot marshal %s objects' % type(value))


def to_trac(value, blobs):
    return unpack(value, blobs, Binary, trac_utc)


def fault_of(e, within_multicall=False):
    """The fault of an exception, as TracXMLRPC's protocols read it."""
    inner, kind = e, 'application'
    if rpc and isinstance(e, rpc.ProtocolException):
        inner, kind = e._exc or e, 'parse'
    elif rpc and isinstance(e, rpc.ServiceException):
        inner, kind = e._exc or e, 'internal'
    elif rpc and isinstance(e, rpc.MethodNotFound):
        kind = 'method_not_found'
    elif isinstance(e, perm.PermissionError):
        kind = 'forbidden'
    elif isinstance(e, trac_resource.ResourceNotFound):
        kind = 'not_found'
    elif not isinstance(e, TracError):
        kind = 'internal'
    code, name, title = (getattr(inner, key, None) for key in ('code', 'name', 'title'))
    return Fault(to_unicode(inner), kind, code=code if isinstance(code, int) and code else None,
                 # An unexpected exception is wrapped into one without a name, but for a multicall.
                 name=str(name) if name and (kind != 'internal' or within_multicall) else None,
                 title=str(title) if title else None, **{'class': _origin(inner)})


def exception_of(fault):
    """The exception that a fault of the server would be here."""
    kind, message = fault.get('kind'), fault.get('message', '')
    if kind == 'forbidden':
        return perm.PermissionError(msg=message)
    if kind == 'not_found':
        return trac_resource.ResourceNotFound(message)
    if kind == 'method_not_found':
        return rpc.MethodNotFound(message)
    if kind == 'parse':
        return rpc.ProtocolException(message)
    if kind in ('internal', 'invalid_params'):
        return rpc.ServiceException((TypeError if kind == 'invalid_params' else Exception)(message))
    return TracError(message)


EXPECTED = TracError, perm.PermissionError, trac_resource.ResourceNotFound


def _origin(thing):
    """Module and name of a component or another object's class."""
    return '%s.%s' % (type(thing).__module__, type(thing).__name__)


def _told(e):
    return '%s: %s' % (type(e).__name__, to_unicode(e))


def _resource(chain):
    """Trac's resource for `[[realm, id, version], …]`, outermost first."""
    found = None
    for realm, id, version in chain or ():
        found = trac_resource.Resource(realm, id, version, parent=found)
    return found


def _parent(chain):
    """Realm and id of what a file is attached to."""
    outermost_first = [(realm, id) for realm, id, _ in chain if realm != 'attachment']
    return outermost_first[-1]


# -- environments -----------------------------------------------------------------------------------------------------

class LoadErrors(logging.Handler):
    """Collects why Trac's loader could not load plugins, by the logger of the environment that it loaded them for."""

    def __init__(self):
        logging.Handler.__init__(self, logging.ERROR)
        self.found = {}

    def emit(self, record):
        if record.module == 'loader' and isinstance(record.args, tuple) and len(record.args) == 2:
            origin, reason = record.args
            problem = str(reason).strip().splitlines()[-1]
            if rpc is None and 'tracrpc' in problem:
                problem += ' (it needs TracXMLRPC, which is not installed beside Trac)'
            self.found.setdefault(record.name, []).append({'origin': str(origin), 'problem': problem})

    def take(self, env):
        return self.found.pop(env.log.name, [])


load_errors = LoadErrors()


class Site:
    """An environment that is served."""

    def __init__(self, bridge, described):
        self.bridge = bridge
        self.name, self.path = described['name'], os.path.realpath(described['path'])
        self.base_url = described.get('base_url') or ''
        self.env, self.load_problems, self.files, self.modules = None, [], None, {}
        self._lock = threading.Lock()

    def open(self):
        """The environment. Trac makes it anew when trac.ini, or a file from which that inherits, has changed."""
        with self._lock:
            env = self._opened()
            if env is not self.env:
                renewed, self.env = self.env is not None, env
                enable_rpc(env)
                self.load_problems = load_errors.take(env)
                if self.files is None:
                    self.files, self.modules = self.plugin_files(), self.plugin_modules()
                if renewed:
                    self.bridge.peer.notify('changed', {'environment': self.name})
        if not env.abs_href.base and self.base_url:
            env.abs_href = Href(self.base_url)
        return env

    def _opened(self):
        try:
            return trac_env.open_environment(self.path, use_cache=True)
        except (TracError, OSError) as e:
            if self.path in trac_env.env_cache:
                raise RequestError(NOT_READY, to_unicode(e)) from e
        # One plugin that wants an upgrade of the database should not keep all others from working.
        try:
            with trac_env.env_cache_lock:
                return trac_env.env_cache.setdefault(self.path, trac_env.Environment(self.path))
        except (TracError, OSError) as e:
            raise RequestError(NOT_READY, to_unicode(e)) from e

    def release(self):
        """Gives back what this thread holds of the environment, its connection to the database above all."""
        env = trac_env.env_cache.get(self.path)
        if env is not None:
            env.shutdown(threading.get_ident())

    def has_other_files(self):
        """Whether another process would load other plugins, or the same ones as they are now."""
        if self.files is None:
            return False
        modules = self.plugin_modules()         # by now those of further environments as well
        return self.plugin_files() != self.files or any(
            modules.get(path) != stamp for path, stamp in self.modules.items())

    def plugin_files(self):
        """What is there to be loaded, and when it was changed."""
        found = {}
        for folder in filter(None, [self.env.plugins_dir, self.env.shared_plugins_dir]):
            _note_files(found, folder, ('.py', '.egg', '.egg-link'))
        for folder in sys.path:
            if folder.endswith('-packages'):
                _note_files(found, folder, ('.dist-info', '.egg-info', '.egg-link', '.egg'))
        return found

    def plugin_modules(self):
        """The files of plugins that are loaded, and when they were changed."""
        found = {}
        for cls in list(ComponentMeta._components):
            if not self.bridge.is_native(cls):
                _note(found, getattr(sys.modules.get(cls.__module__), '__file__', None))
        return found


def enable_rpc(env):
    """The server has the remote API where `[components]` never enabled TracXMLRPC, too, unless `[tracrpc]` says
    otherwise. So has the environment here, but not its trac.ini: else Trac would know no permission XML_RPC."""
    rules = env._component_rules
    had_plugin = any(on for name, on in rules.items() if name == 'tracrpc' or name.startswith('tracrpc.'))
    if rpc and not had_plugin and env.config.getbool('tracrpc', 'serve_without_plugin', True):
        rules.setdefault('tracrpc', True)
        for known in env.enabled, env.components:
            for cls in [cls for cls in known if cls.__module__.startswith('tracrpc.')]:
                del known[cls]


def _note_files(found, folder, suffixes):
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.endswith(suffixes):
                _note(found, os.path.join(folder, name))


def _note(found, path):
    with contextlib.suppress(OSError, TypeError):
        stat = os.stat(path)
        found[path] = stat.st_mtime_ns, stat.st_size


# -- requests as plugins know them ------------------------------------------------------------------------------------

def make_request(env, context, body=b''):
    """A request of Trac for the user whom the server vouches for. What is sent to it comes to `bridge_sent`."""
    sent = []
    environ = _environ(context, body)

    def start_response(status, headers, exc_info=None):
        if sent and exc_info is None:
            raise AssertionError('the response has been started already')
        sent[:] = [status, list(headers), io.BytesIO()]
        return sent[2].write
    req = RequestWithSession(environ, start_response)
    RequestDispatcher(env).set_default_callbacks(req)
    if context.get('base_url') and not env.abs_href.base:
        env.abs_href = req.abs_href             # as Trac does where no [trac] base_url is set
    user = context.get('user') or 'anonymous'
    req.callbacks['authname'] = lambda req: user
    req.rpc, req.bridge_sent = {}, sent
    return req


def _environ(context, body):
    url = urlsplit(context.get('base_url') or 'http://localhost')
    environ = {
        'REQUEST_METHOD': context.get('method') or 'POST', 'SCRIPT_NAME': url.path,
        # As PEP 3333 has it: the bytes, each a character.
        'PATH_INFO': (context.get('path_info') or '/login/rpc').encode('utf-8').decode('latin-1'),
        'QUERY_STRING': context.get('query') or '', 'SERVER_PROTOCOL': 'HTTP/1.1',
        'SERVER_NAME': url.hostname or 'localhost', 'REMOTE_ADDR': context.get('remote_addr') or '',
        'SERVER_PORT': str(url.port or (443 if url.scheme == 'https' else 80)), 'CONTENT_LENGTH': str(len(body)),
        'wsgi.version': (1, 0), 'wsgi.url_scheme': url.scheme, 'wsgi.input': io.BytesIO(body),
        'wsgi.errors': sys.stderr, 'wsgi.multithread': True, 'wsgi.multiprocess': False, 'wsgi.run_once': False,
        'trac.base_url': url.geturl().rstrip('/'),
    }
    for name, value in context.get('headers') or ():
        key = name.upper().replace('-', '_')
        if key == 'CONTENT_TYPE':
            environ[key] = value
        elif key not in ('CONTENT_LENGTH', 'AUTHORIZATION'):
            environ['HTTP_' + key] = value
    user = context.get('user') or 'anonymous'
    if user != 'anonymous':
        environ['REMOTE_USER'] = user
    return environ


@contextlib.contextmanager
def as_in_a_request(env, req):
    """Texts are translated for the user, and what plugins leave in the user's session is kept."""
    translation.make_activable(lambda: req.locale, env.path)
    try:
        yield
    finally:
        try:
            if 'session' in vars(req) and not req.bridge_sent:
                req.session.save()
        finally:
            translation.deactivate()


def response_of(req):
    """What was sent to a request, as HTTP."""
    status, headers, out = req.bridge_sent
    body = out.getvalue() + b''.join(req._response or ())
    return {'status': int(status.split(' ', 1)[0]), 'headers': [[str(k), str(v)] for k, v in headers], 'body': body}


def _failure(method, e):
    """The last recourse of TracXMLRPC, when a protocol can write neither a result nor an error."""
    text = "Unhandled protocol error calling '%s': %s" % (method or '(undefined)', to_unicode(e))
    return {'status': 500, 'body': text.encode('utf-8'), 'headers': [
        ['Cache-Control', 'must-revalidate'], ['Expires', 'Fri, 01 Jan 1999 00:00:00 GMT'],
        ['Content-Type', 'text/plain;charset=utf-8']]}


# -- what there is ----------------------------------------------------------------------------------------------------

def does_nothing(function):
    """Whether all that a function does is to return nothing: `pass`, or an empty list."""
    code = getattr(function, '__code__', None)
    if code is None:
        return False
    steps = [(step.opname, step.argval) for step in dis.get_instructions(code)
             if step.opname not in ('RESUME', 'NOP', 'CACHE')]
    if len(steps) == 2 and steps[1][0] == 'RETURN_VALUE':
        return steps[0] in (('BUILD_LIST', 0), ('BUILD_TUPLE', 0)) or steps[0] == ('LOAD_CONST', ()) \
            or steps[0] == ('LOAD_CONST', None)
    return steps in ([('RETURN_CONST', None)], [('RETURN_CONST', ())])


def has_a_say(component, *names):
    """Whether one of a component's methods does something."""
    return any(not does_nothing(getattr(component, name)) for name in names if hasattr(component, name))


LISTENERS = {
    'ticket': (ticket_api.ITicketChangeListener, (
        'ticket_created', 'ticket_changed', 'ticket_deleted', 'ticket_comment_modified', 'ticket_change_deleted')),
    'wiki': (wiki_api.IWikiChangeListener, (
        'wiki_page_added', 'wiki_page_changed', 'wiki_page_deleted', 'wiki_page_version_deleted',
        'wiki_page_renamed')),
    'attachment': (attachment.IAttachmentChangeListener, (
        'attachment_added', 'attachment_deleted', 'attachment_moved', 'attachment_reparented')),
    'milestone': (ticket_api.IMilestoneChangeListener, (
        'milestone_created', 'milestone_changed', 'milestone_deleted')),
}

HOOKS = {
    'ticket/validate': (ticket_api.ITicketManipulator, ('validate_ticket', 'validate_comment')),
    'wiki/prepare': (wiki_api.IWikiPageManipulator, ('prepare_wiki_page',)),
    'attachment/validate': (attachment.IAttachmentManipulator, ('validate_attachment',)),
    'search': (ISearchSource, ('get_search_results',)),
}

# What of Trac's notification a plugin may add to.
NOTIFICATION = [getattr(notification, name) for name in (
    'INotificationDistributor', 'INotificationFormatter', 'INotificationSubscriber', 'IEmailAddressResolver',
    'IEmailDecorator', 'IEmailSender') if hasattr(notification, name)]

WRITES = {
    'ticket': ('ticket.create', 'ticket.update', 'ticket.delete'),
    'wiki': ('wiki.putPage', 'wiki.deletePage'),
    'attachment': ('ticket.putAttachment', 'ticket.deleteAttachment', 'wiki.putAttachment', 'wiki.putAttachmentEx',
                   'wiki.deleteAttachment'),
    'milestone': ('ticket.milestone.create', 'ticket.milestone.update', 'ticket.milestone.delete'),
}
RENDERS = 'wiki.getPageHTML', 'wiki.getPageHTMLVersion', 'wiki.wikiToHtml'
ACTIONS = 'ticket.update', 'ticket.getActions', 'ticket.getAvailableActions', 'ticket.status.getAll'

# The types that TracXMLRPC's signatures are made of, as the protocol calls them. It has no type for nothing.
TYPES = {'int': 'int', 'bool': 'boolean', 'str': 'string', 'float': 'double', 'datetime': 'dateTime.iso8601',
         'Binary': 'base64', 'list': 'array', 'dict': 'struct', 'NoneType': 'int'}


class Description:
    """What the enabled plugins of an environment have. Nothing that one of them does wrong hides the others."""

    def __init__(self, bridge, site, env):
        self.bridge, self.site, self.env = bridge, site, env
        self.problems = list(site.load_problems)

    def made(self):
        made = {'namespaces': [], 'methods': [], 'protocols': [], 'macros': [], 'links': [], 'policies': [],
                'actions': [], 'groups': False, 'hooks': [], 'events': [], 'controllers': [], 'statuses': [],
                'realms': [], 'delegates': {}, 'plugins': []}
        for part in (self.methods, self.protocols, self.macros, self.links, self.permissions, self.workflow,
                     self.realms, self.hooks, self.events, self.delegates, self.plugins, self.not_carried):
            with self.problem_of(part.__name__):
                part(made)
        made['problems'] = self.problems
        made['revision'] = hashlib.sha1(json.dumps(pack(made, special=plain)).encode()).hexdigest()
        return made

    @staticmethod
    def add(those, entry):
        """Adds what can be sent. What cannot be is a problem of who has it."""
        pack(entry, special=plain)
        those.append(entry)

    @contextlib.contextmanager
    def problem_of(self, origin):
        """Whatever goes wrong within is a problem of that, and no more."""
        try:
            yield
        except Exception as e:
            self.problem(origin, _told(e))

    def problem(self, origin, text):
        self.problems.append({'origin': origin, 'problem': text})

    def extensions(self, interface):
        found, problems = self.bridge.extensions(self.env, interface)
        self.problems.extend(problem for problem in problems if problem not in self.problems)
        return found

    def doing(self, interface, methods):
        return [component for component in self.extensions(interface) if has_a_say(component, *methods)]

    def listeners(self, realm):
        return self.doing(*LISTENERS[realm])

    # Methods

    def methods(self, made):
        namespaces = {}
        for provider in self.extensions(rpc.IXMLRPCHandler) if rpc else ():
            with self.problem_of(_origin(provider)):
                for candidate in provider.xmlrpc_methods():
                    with self.problem_of(_origin(provider)):
                        method = rpc.Method(provider, *candidate)
                        self.add(made['methods'], self.method(provider, method))
                        namespaces.setdefault(method.namespace, method.namespace_description)
        made['namespaces'] = [{'name': name, 'help': help or ''} for name, help in namespaces.items()]

    def method(self, provider, method):
        entry = {'name': str(method.name), 'namespace': str(method.namespace), 'help': method.description,
                 'permission': str(method.permission) if method.permission else None,
                 'origin': _origin(provider), 'signatures': []}
        with self.problem_of(method.name):
            entry['signatures'] = [[self.type_name(each) for each in signature]
                                   for signature in method.xmlrpc_signatures()]
        with self.problem_of(method.name):
            entry['parameters'], entry['variadic'] = self.parameters(method.callable)
        try:
            entry['prototype'] = method.signature
        except Exception:                       # its documentation cannot show one either
            self.problem(method.name, 'its signatures do not go with its parameters')
        return entry

    def type_name(self, type_):
        if rpc.RPC_TYPES.get(type_) is None:
            raise ValueError('a signature has %r, which is no type of the remote API' % (type_,))
        return TYPES[type_.__name__ if type_ is not None else 'NoneType']

    def parameters(self, function):
        described, variadic = [], False
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind == parameter.VAR_POSITIONAL:
                variadic = True
            elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD) \
                    and parameter.name not in ('self', 'req'):
                described.append(self.parameter(parameter))
        return described, variadic

    def parameter(self, parameter):
        if parameter.default is parameter.empty:
            return {'name': parameter.name}
        try:
            pack(parameter.default, special=plain)
        except (TypeError, ValueError):
            return {'name': parameter.name, 'default': None}
        return {'name': parameter.name, 'default': parameter.default}

    # Protocols and macros

    def protocols(self, made):
        for protocol in self.extensions(rpc.IRPCProtocol) if rpc else ():
            with self.problem_of(_origin(protocol)):
                name, help = protocol.rpc_info()
                self.add(made['protocols'], {
                    'id': _origin(protocol), 'name': str(name), 'help': to_unicode(help or ''),
                    'endpoints': [[str(path), str(media_type)] for path, media_type in protocol.rpc_match()]})

    def macros(self, made):
        for provider in self.extensions(wiki_api.IWikiMacroProvider):
            with self.problem_of(_origin(provider)):
                for name in provider.get_macros() or ():
                    with self.problem_of('%s, macro %s' % (_origin(provider), name)):
                        self.add(made['macros'], {'name': str(name), 'help': self.macro_help(provider, name),
                                                  'inline': self.is_inline(provider)})

    def links(self, made):
        for provider in self.extensions(wiki_api.IWikiSyntaxProvider):
            with self.problem_of(_origin(provider)):
                for namespace, resolver in provider.get_link_resolvers() or ():
                    if arity(resolver) != 5 and str(namespace) not in made['links']:
                        self.add(made['links'], str(namespace))

    def macro_help(self, provider, name):
        help = provider.get_macro_description(name)
        if isinstance(help, (tuple, list)):     # the domain of its translations, and the text
            help = help[1]
        return '' if help is None else to_unicode(help)

    def is_inline(self, provider):
        try:
            return bool(provider.is_inline(''))
        except Exception:                       # it has none, or it looks into the content
            return False

    # Permissions, tickets, resources

    def permissions(self, made):
        made['policies'] = [type(policy).__name__ for policy in self.extensions(perm.IPermissionPolicy)]
        made['groups'] = bool(self.extensions(perm.IPermissionGroupProvider))
        for requestor in self.extensions(perm.IPermissionRequestor):
            with self.problem_of(_origin(requestor)):
                for action in requestor.get_permission_actions() or ():
                    action, implied = (action, ()) if isinstance(action, str) else action
                    made['actions'].append([str(action), [str(each) for each in implied]])

    def workflow(self, made):
        for controller in self.controllers():
            made['controllers'].append(type(controller).__name__)
            with self.problem_of(_origin(controller)):
                made['statuses'].extend(str(status) for status in controller.get_all_status() or ())

    def controllers(self):
        """Those that `[ticket] workflow` lists: Trac asks no others."""
        return self.bridge.controllers(self.env)

    def realms(self, made):
        for manager in self.extensions(trac_resource.IResourceManager):
            with self.problem_of(_origin(manager)):
                made['realms'].extend(str(realm) for realm in manager.get_resource_realms() or ())

    def hooks(self, made):
        made['hooks'] = [name for name, (interface, methods) in HOOKS.items() if self.doing(interface, methods)]
        # Trac asks for the form of its web page only, and TracXMLRPC never does.
        if not self.bridge.options.get('validate_attachments') and 'attachment/validate' in made['hooks']:
            made['hooks'].remove('attachment/validate')
        if self.bridge.account_manager(self.env):
            made['hooks'].append('auth/check')
        if self.controllers():
            made['hooks'].append('ticket/actions')

    def events(self, made):
        made['events'] = [realm for realm in LISTENERS if self.listeners(realm)]

    # What takes the real Trac

    def delegates(self, made):
        """Built-in methods that behave as with the plugins only if Trac runs them, and why."""
        why = {}

        def because(reason, components, methods):
            if components:
                text = '%s: %s' % (reason, ', '.join(sorted(type(c).__name__ for c in components)))
                for method in methods:
                    why.setdefault(method, []).append(text)
        because('manipulators see the whole request', self.doing(*HOOKS['ticket/validate']), ['ticket.update'])
        because('the workflow has side effects', self.controllers(), ACTIONS)
        because('wiki syntax', self.patterns(), RENDERS)
        because('renderers', self.extensions(IHTMLPreviewRenderer), RENDERS)
        for realm, methods in WRITES.items():
            because('%s listeners may refuse, or change what is answered' % realm, self.listeners(realm), methods)
        because('notification', {c for interface in NOTIFICATION for c in self.extensions(interface)},
                ['ticket.create', 'ticket.update'])
        wanted = self.bridge.options.get('delegates')
        made['delegates'] = {method: '; '.join(reasons) for method, reasons in why.items()
                             if wanted is None or method in wanted}

    def patterns(self):
        """What has a say in more of a text than in links of its own namespaces."""
        found = []
        for provider in self.extensions(wiki_api.IWikiSyntaxProvider):
            with self.problem_of(_origin(provider)):
                resolvers = [resolver for _, resolver in provider.get_link_resolvers() or ()]
                if list(provider.get_wiki_syntax() or ()) or any(arity(each) == 5 for each in resolvers):
                    found.append(provider)
        return found

    # What is installed

    def plugins(self, made):
        """What Trac's page of plugins shows: those that are off, too."""
        for plugin in get_plugin_info(self.env, include_core=True):
            with self.problem_of(plugin['name']):
                components = [self.component(found) for module in plugin['modules'].values()
                              for found in module['components'].values()]
                components = [found for found in components if not self.bridge.is_native_name(found['name'])]
                if components:
                    self.add(made['plugins'], dict(
                        {key: to_unicode(plugin['info'].get(key) or '')
                         for key in ('summary', 'author', 'home_page', 'license')},
                        name=str(plugin['name']), version=str(plugin['version'] or ''),
                        components=sorted(components, key=lambda found: found['name'])))

    @staticmethod
    def component(found):
        return {'name': str(found['full_name']), 'summary': to_unicode(found['summary'] or '').strip(),
                'enabled': bool(found['enabled']), 'required': bool(found['required'])}

    # What cannot be carried

    def not_carried(self, made):
        for interface, reason in (
                (IAuthenticator, 'the server itself finds out who calls'),
                (IDatabaseConnector, 'the server itself opens the database'),
                (perm.IPermissionStore, 'the server itself reads the permissions that are granted')):
            for component in self.extensions(interface):
                if not type(component).__module__.startswith('acct_mgr.'):
                    self.problem(_origin(component), 'is not asked: ' + reason)
        self.unknown_policies()
        self.other_files()
        self.missing_packages()
        with self.problem_of('upgrade'):
            if self.env.needs_upgrade():
                self.problem('environment', 'a plugin needs: trac-admin %s upgrade' % self.env.path)

    def unknown_policies(self):
        """Trac refuses everything when it does not find one of the policies."""
        try:
            list(perm.PermissionSystem(self.env).policies)
        except ConfigurationError as e:
            self.problem('[trac] permission_policies', 'what Trac runs is refused: ' + to_unicode(e))

    def missing_packages(self):
        """Trac says nothing of plugins that it leaves out because a package is missing that they require. One that
        says itself what is extra leaves out only that."""
        for entry in pkg_resources.working_set.iter_entry_points('trac.plugins'):
            if not entry.extras and not self.bridge.is_native_name(entry.module_name + '.'):
                try:
                    entry.require()
                except pkg_resources.ResolutionError as e:
                    self.problem(str(entry), 'is left out: ' + _told(e))

    def other_files(self):
        """A process has one module of a name: the first environment's."""
        folder = self.env.plugins_dir
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            module = sys.modules.get(name[:-3]) if name.endswith('.py') else None
            path = os.path.join(folder, name)
            if module is not None and os.path.realpath(getattr(module, '__file__', None) or path) != \
                    os.path.realpath(path):
                self.problem(name, 'another environment has a plugin of this name: %s' % module.__file__)


# -- the bridge -------------------------------------------------------------------------------------------------------

class Bridge:
    """Answers the server's requests."""

    def __init__(self):
        self.peer = None
        self.sites, self.options, self.native = {}, {}, NATIVE
        self.exchanges, self._exchange_count = {}, 0
        self._lock = threading.Lock()

    def serve(self, wire, threads):
        handlers = {name: self._guarded(handler) for name, handler in self.HANDLERS.items()}
        handlers.update({'initialize': self.initialize, 'ping': self.ping, 'protocol/forget': self.forget})
        self.peer = Peer(wire, handlers, threads, special=plain, error_of=self.error_of, unpacked=to_trac)
        threading.Thread(target=self.watch, daemon=True).start()
        self.peer.serve()

    def _guarded(self, handler):
        """A handler of what is asked of an environment; what its thread holds of that is given back at the end."""
        def guarded(params, request):
            site = self.site(params)
            try:
                return handler(self, site.open(), params)
            finally:
                site.release()
        return guarded

    def site(self, params):
        """The environment that params are about: itself or its name, there or in the context."""
        meant = params.get('environment') or (params.get('context') or {}).get('environment')
        if not meant and 'exchange' in params and params['exchange'] in self.exchanges:
            return self.exchanges[params['exchange']]['site']
        with self._lock:
            if isinstance(meant, dict):
                known = self.sites.get(meant['name'])
                if known is None or known.path != os.path.realpath(meant['path']):
                    self.sites[meant['name']] = Site(self, meant)
                meant = meant['name']
            if not meant and len(self.sites) == 1:
                meant = next(iter(self.sites))
            if meant not in self.sites:
                raise RequestError(INVALID_PARAMS, 'no environment `%s`' % meant)
            return self.sites[meant]

    def error_of(self, e, request):
        """What is answered for an exception. One that nobody raised on purpose goes to the log."""
        if not isinstance(e, EXPECTED):
            traceback.print_exception(type(e), e, e.__traceback__)
        context = request.params.get('context')
        if context is None:
            return RequestError(INTERNAL, _told(e))
        fault = fault_of(e, context.get('within_multicall', False))
        return RequestError(FAULT, fault.message, fault.data())

    # Life

    def initialize(self, params, request):
        if PROTOCOL not in params.get('protocols', []):
            raise RequestError(INVALID_PARAMS, 'the bridge speaks version %d of the protocol' % PROTOCOL)
        self.native = tuple(params.get('native') or NATIVE)
        self.options = params.get('options') or {}
        for described in params.get('environments') or ():
            self.sites[described['name']] = Site(self, described)
        threads = self.options.get('threads') or self.peer.workers.count
        blobs = bool((params.get('capabilities') or {}).get('blobs'))
        self.peer.workers.count, self.peer.wire.blobs = threads, blobs
        beside = 'TracXMLRPC %s' % rpc_package.__version__ if rpc else 'without TracXMLRPC'
        return {'protocol': PROTOCOL,
                'plugin': {'name': 'trac', 'version': VERSION, 'runtime': 'Python %d.%d.%d, Trac %s, %s' % (
                    *sys.version_info[:3], trac_version, beside)},
                'capabilities': {'concurrency': threads, 'cancel': True, 'blobs': blobs}}

    def ping(self, params, request):
        return {'restart_wanted': any(site.has_other_files() for site in list(self.sites.values()))}

    def watch(self):
        """Opens again what has another trac.ini, before somebody has to wait for it."""
        while True:
            time.sleep(1)
            for site in list(self.sites.values()):
                if site.env is not None:
                    with contextlib.suppress(Exception):
                        site.open()
                    site.release()

    def describe(self, env, params):
        return Description(self, self.site(params), env).made()

    # Components

    def is_native(self, cls):
        return self.is_native_name('%s.%s' % (cls.__module__, cls.__name__))

    def is_native_name(self, name):
        return name.startswith(self.native)

    def extensions(self, env, interface):
        """The enabled plugins' components of an interface, and problems of those that cannot be made."""
        found, problems = [], []
        for cls in ComponentMeta._registry.get(interface, ()):
            if self.is_native(cls):
                continue
            try:
                component = env[cls]
            except Exception as e:
                problems.append({'origin': '%s.%s' % (cls.__module__, cls.__name__), 'problem': _told(e)})
            else:
                if component is not None:
                    found.append(component)
        return found, problems

    def plugins(self, env, interface):
        return self.extensions(env, interface)[0]

    def controllers(self, env):
        return [controller for controller in ticket_api.TicketSystem(env).action_controllers
                if not self.is_native(type(controller))]

    def account_manager(self, env):
        """AccountManager with what `[account-manager] password_store` lists, if there is such a thing."""
        api = sys.modules.get('acct_mgr.api')
        manager = env[api.AccountManager] if api else None
        return manager if manager and list(manager.password_stores) else None

    # Methods

    def find(self, env, name):
        """The method of a name: what the server has itself comes first, as there."""
        if rpc is None:
            raise TracError('TracXMLRPC is not installed beside Trac')
        classes = ComponentMeta._registry.get(rpc.IXMLRPCHandler, ())
        for cls in sorted(classes, key=lambda cls: not self.is_native(cls)):
            try:
                provider = env[cls]
                candidates = provider.xmlrpc_methods() if provider else ()
                for candidate in candidates:
                    method = rpc.Method(provider, *candidate)
                    if method.name == name:
                        return method
            except Exception:                   # which `describe` has told about
                env.log.exception('%s.%s', cls.__module__, cls.__name__)
        raise rpc.MethodNotFound('RPC method "%s" not found' % name)

    def call(self, env, params):
        exchange = self.exchanges.get(params.get('exchange'))
        req = exchange['req'] if exchange else make_request(env, params.get('context') or {})
        try:
            with as_in_a_request(env, req):
                return self.called(env, req, params)
        except RequestDone:
            return {'response': response_of(req)}
        except Exception as e:
            if exchange:
                exchange['exception'] = e       # protocols look at its class
            raise

    def called(self, env, req, params):
        name = params['method']
        req.perm.require('XML_RPC')
        result = self.find(env, name)(req, params.get('args') or [])[0]
        if name == 'system.multicall':
            return {'outcomes': [{'fault': fault_of(one, True).data()} if isinstance(one, Exception) else
                                 {'value': one[0]} for one in result]}
        return {'value': list(result) if isinstance(result, types.GeneratorType) else result}

    # Protocols

    def decode(self, env, params):
        protocol = self.named(env, rpc.IRPCProtocol, params['protocol'], _origin)
        context, body = params.get('context') or {}, params.get('body')
        req = make_request(env, context, body.data if body is not None else b'')
        content_type = req.get_header('Content-Type') or 'text/html'
        req.args['protocol'] = protocol
        exchange = {'req': req, 'protocol': protocol, 'exception': None, 'site': self.site(params)}
        number = self.keep(exchange)
        req.rpc = {'mimetype': content_type}
        try:
            with as_in_a_request(env, req):
                req.rpc = protocol.parse_rpc_request(req, content_type)
                req.rpc['mimetype'] = content_type
        except RequestDone:
            del self.exchanges[number]
            return {'response': response_of(req)}
        except Exception as e:
            exchange['exception'] = e
            return {'exchange': number, 'fault': fault_of(e).data()}
        return {'exchange': number, 'method': req.rpc.get('method'), 'args': list(req.rpc.get('params') or ())}

    def keep(self, exchange):
        with self._lock:
            self._exchange_count += 1
            self.exchanges[self._exchange_count] = exchange
            if len(self.exchanges) > 256:       # of which the server has forgotten to say that it forgot them
                del self.exchanges[min(self.exchanges)]
            return self._exchange_count

    def forget(self, params, request):
        self.exchanges.pop(params.get('exchange'), None)

    def encode(self, env, params):
        exchange = self.exchanges.pop(params.get('exchange'), None)
        if exchange is None:
            raise RequestError(INVALID_PARAMS, 'this exchange is over')
        req, protocol = exchange['req'], exchange['protocol']
        try:
            with as_in_a_request(env, req):
                self.send(protocol, req, exchange['exception'], params)
        except RequestDone:
            pass
        except Exception as e:
            env.log.exception('a protocol could not answer')
            return {'response': _failure(req.rpc and req.rpc.get('method'), e)}
        if not req.bridge_sent:
            return {'response': _failure(req.rpc and req.rpc.get('method'), 'nothing was sent')}
        return {'response': response_of(req)}

    def send(self, protocol, req, exception, params):
        """As TracXMLRPC has protocols write a result, or an error within the handler of its exception."""
        try:
            if 'fault' in params:
                raise self.raised(exception, params['fault'])
            if 'outcomes' in params:
                result = [exception_of(one['fault']) if 'fault' in one else (one['value'],)
                          for one in params['outcomes']]
            else:
                result = params.get('value')
            protocol.send_rpc_result(req, result)
        except EXPECTED as e:
            protocol.send_rpc_error(req, e)

    def raised(self, exception, fault):
        """The exception that the protocol is to be told of: the one that was raised here, if it was here."""
        if exception is None:
            return exception_of(fault)
        return exception if isinstance(exception, EXPECTED) else rpc.ServiceException(exception)

    def named(self, env, interface, name, name_of):
        for component in self.plugins(env, interface):
            if name_of(component) == name:
                return component
        raise RequestError(INVALID_PARAMS, 'no `%s`' % name)

    # Permissions

    def check_policy(self, env, params):
        policy = self.named(env, perm.IPermissionPolicy, params['policy'], lambda c: type(c).__name__)
        user, cache = params['user'], {}
        answers = []
        for action, chain in params['questions']:
            resource = _resource(chain)
            # Trac takes what is being asked for denied, so that a policy may ask the same.
            asked = user, hash(resource), action
            cache[asked] = False, resource
            decision = policy.check_permission(action, user, resource,
                                               perm.PermissionCache(env, user, resource, cache))
            cache.pop(asked, None)
            answers.append(None if decision is None else bool(decision))
        return {'answers': answers}

    def groups_of(self, env, params):
        return {'groups': sorted({group for provider in self.plugins(env, perm.IPermissionGroupProvider)
                                  for group in provider.get_permission_groups(params['user']) or ()})}

    def check_password(self, env, params):
        manager = self.account_manager(env)
        user = manager.handle_username_casing(params['user']) if manager else None
        if manager and manager.check_password(user, params['password']):
            return {'user': user}
        return {'user': None, 'known': bool(manager and manager.has_user(user))}

    # Wiki and search

    def formatter(self, env, req, params):
        formatter = Formatter(env, web_context(req, _resource(params.get('resource')),
                                               absurls=params.get('absolute_urls', False)))
        formatter.reset('')
        return formatter

    def describe_resource(self, env, params):
        req, resource = make_request(env, params.get('context') or {}), _resource(params['resource'])
        with as_in_a_request(env, req):
            return {'path': unicode_unquote(trac_resource.get_resource_url(env, resource(version=None), Href(''))),
                    'name': to_unicode(trac_resource.get_resource_name(env, resource))}

    def link_resolvers(self, env):
        """By namespace what makes links of plugins; what wants to see the match of a regular expression is none."""
        found = {}
        for provider in self.plugins(env, wiki_api.IWikiSyntaxProvider):
            try:
                for namespace, resolver in provider.get_link_resolvers() or ():
                    if arity(resolver) != 5:
                        found[str(namespace)] = resolver        # of two the last, as in Trac
            except Exception:                   # which `describe` has told about
                env.log.exception('%s', _origin(provider))
        return found

    def render_link(self, env, params):
        namespace = params['namespace']
        resolver = self.link_resolvers(env).get(namespace)
        if resolver is None:
            raise RequestError(INVALID_PARAMS, 'no links `%s:`' % namespace)
        req = make_request(env, params.get('context') or {})
        with as_in_a_request(env, req):
            label = escape(params.get('label') or '', False)
            html = resolver(self.formatter(env, req, params), namespace, params['target'], label)
            return {'html': to_unicode(html) if html else ''}

    def render_macro(self, env, params):
        name, content = params['name'], params.get('content')
        provider = next((provider for provider in self.plugins(env, wiki_api.IWikiMacroProvider)
                         if name in (provider.get_macros() or ())), None)
        if provider is None:
            raise RequestError(INVALID_PARAMS, 'no macro `%s`' % name)
        req = make_request(env, params.get('context') or {})
        with as_in_a_request(env, req):
            args = (self.formatter(env, req, params), name, content, params.get('args'))
            html = provider.expand_macro(*args[:4 if arity(provider.expand_macro) == 4 else 3])
            return {'html': '' if html is None else to_unicode(html)}

    def prepare_wiki(self, env, params):
        req = make_request(env, params.get('context') or {})
        page, fields = WikiPage(env, params['page'], params.get('version')), {'text': params['text']}
        with as_in_a_request(env, req):
            for manipulator in self.plugins(env, wiki_api.IWikiPageManipulator):
                manipulator.prepare_wiki_page(req, page, fields)
        return {'text': to_unicode(fields['text'])}

    def search_filters(self, env, params):
        req = make_request(env, params.get('context') or {})
        with as_in_a_request(env, req):
            return {'filters': [[filter[0], to_unicode(filter[1])] for source in self.plugins(env, ISearchSource)
                                for filter in source.get_search_filters(req) or ()]}

    def search(self, env, params):
        req = make_request(env, params.get('context') or {})
        with as_in_a_request(env, req):
            return {'hits': [[to_unicode(href), to_unicode(title), moment, to_unicode(author or ''), excerpt]
                             for source in self.plugins(env, ISearchSource)
                             for href, title, moment, author, excerpt in source.get_search_results(
                                 req, params['terms'], params['filters']) or ()]}

    # Tickets and attachments

    def validate_ticket(self, env, params):
        req = make_request(env, params.get('context') or {})
        ticket, comment = self.ticket(env, params), params.get('comment') or ''
        before, problems = dict(ticket.values), []
        req.args['comment'] = comment
        with as_in_a_request(env, req):
            for manipulator in self.plugins(env, ticket_api.ITicketManipulator):
                if ticket.exists and hasattr(manipulator, 'validate_comment'):
                    problems.extend([None, 'The ticket comment is invalid: %s' % to_unicode(message)]
                                    for message in manipulator.validate_comment(req, comment) or ())
                problems.extend([field, to_unicode(message)]
                                for field, message in manipulator.validate_ticket(req, ticket) or ())
        return {'problems': problems, 'fields': {name: value for name, value in ticket.values.items()
                                                 if name not in before or before[name] != value}}

    def ticket(self, env, params):
        """The ticket with the values that it is to have; it knows which of them are new."""
        ticket = Ticket(env, params.get('id'))
        for name, value in (params.get('fields') or {}).items():
            if name not in ('time', 'changetime') and (name not in ticket.values or ticket.values[name] != value):
                ticket[name] = value
        return ticket

    def ticket_actions(self, env, params):
        req = make_request(env, params.get('context') or {})
        ticket, found = self.ticket(env, params), []
        with as_in_a_request(env, req):
            for controller in self.asked_controllers(env, params):
                for weight, action in controller.get_ticket_actions(req, ticket) or ():
                    label, control, hint = controller.render_ticket_action_control(req, ticket, action)
                    found.append({'action': action, 'weight': weight, 'label': to_unicode(label),
                                  'hint': to_unicode(hint), 'controls': list(_controls(tag(control)))})
        return {'actions': found}

    def asked_controllers(self, env, params):
        wanted = params.get('controller')
        return [controller for controller in self.controllers(env)
                if wanted is None or type(controller).__name__ == wanted]

    def apply_action(self, env, params):
        req = make_request(env, params.get('context') or {})
        ticket, action, changes = self.ticket(env, params), params['action'], {}
        req.args.update(params.get('inputs') or {})
        req.args['action'] = action
        with as_in_a_request(env, req):
            for controller in self.asked_controllers(env, params):
                if action in [name for _, name in controller.get_ticket_actions(req, ticket) or ()]:
                    changes.update(controller.get_ticket_changes(req, ticket, action) or {})
        return {'changes': changes}

    def validate_attachment(self, env, params):
        req = make_request(env, params.get('context') or {})
        file = attachment.Attachment(env, *_parent(params['resource']))
        file.filename, file.description = params['filename'], params.get('description') or ''
        file.size, file.author = params.get('size') or 0, params.get('author') or ''
        with as_in_a_request(env, req):
            return {'problems': [[field, to_unicode(message)]
                                 for manipulator in self.plugins(env, attachment.IAttachmentManipulator)
                                 for field, message in manipulator.validate_attachment(req, file) or ()]}

    # Events

    def event(self, env, params):
        realm = params['kind'].split('.')[0]
        if realm not in LISTENERS:
            return {'problems': []}
        problems = []
        for method, args in getattr(Happened(env, params), realm)():
            for listener in self.plugins(env, LISTENERS[realm][0]):
                if hasattr(listener, method):
                    try:
                        getattr(listener, method)(*args)
                    except Exception as e:
                        env.log.exception('%s failed', _origin(listener))
                        problems.append({'origin': _origin(listener), 'problem': _told(e)})
        return {'problems': problems}

    HANDLERS = {
        'describe': describe, 'call': call, 'protocol/decode': decode, 'protocol/encode': encode,
        'policy/check': check_policy, 'groups/of': groups_of, 'auth/check': check_password,
        'macro/render': render_macro, 'wiki/link': render_link, 'resource/describe': describe_resource,
        'wiki/prepare': prepare_wiki,
        'search/filters': search_filters, 'search/query': search, 'ticket/validate': validate_ticket,
        'ticket/actions': ticket_actions, 'ticket/apply': apply_action, 'attachment/validate': validate_attachment,
        'event': event,
    }


def _controls(fragment):
    """The inputs within an action's control: name, label, value, options. Trac labels none of them."""
    for child in fragment.children:
        if not isinstance(child, Fragment):
            continue
        kind = getattr(child, 'tag', None)
        if kind == 'input':
            yield [_attribute(child, 'name') or '', '', _attribute(child, 'value'), []]
        elif kind == 'select':
            options = [(to_unicode(option.children[0]), option.attrib.get('selected'))
                       for option in child.children if getattr(option, 'tag', None) == 'option' and option.children]
            chosen = [text for text, selected in options if selected]
            yield [_attribute(child, 'name') or '', '', chosen[-1] if chosen else '', [text for text, _ in options]]
        else:
            yield from _controls(child)


def _attribute(element, name):
    value = element.attrib.get(name)
    return value if value is None else to_unicode(value)


class Happened:
    """An event as Trac's listeners are told of it: which of their methods, and what it is given."""

    def __init__(self, env, params):
        self.env, self.params = env, params
        self.id, self.kind = params.get('id'), params['kind'].split('.', 1)[1]
        self.author, self.old = params.get('author') or '', params.get('old')
        self.time = params.get('time')

    def ticket(self):
        if self.kind == 'deleted':
            ticket = Ticket(self.env)
            ticket.id = self.id
            ticket.values.update(self.params.get('fields') or {})
            return [('ticket_deleted', (ticket,))]
        ticket, cdate = Ticket(self.env, self.id), self.params.get('cdate')
        if self.kind == 'created':
            return [('ticket_created', (ticket,))]
        if self.kind == 'changed':
            return [('ticket_changed', (ticket, self.params.get('comment') or '', self.author, self.old or {}))]
        if self.kind == 'comment_changed':
            change = cdate and ticket.get_change(cdate=cdate) or {'fields': {}}
            comment = change['fields'].get('comment', {}).get('new', '')
            return [('ticket_comment_modified', (ticket, cdate, self.author, comment, self.old or ''))]
        if self.kind == 'change_deleted':
            # Of a comment Trac has its number and its text; of a deleted one nobody has the text any more.
            changes = {field: tuple(values) if isinstance(values, list) else (str(values), '')
                       for field, values in (self.old or {}).items()}
            return [('ticket_change_deleted', (ticket, cdate, changes))]
        return []

    def wiki(self):
        version = self.params.get('version')
        if self.kind == 'deleted':
            return [('wiki_page_deleted', (WikiPage(self.env, self.id),))]
        if self.kind == 'version_deleted':
            return [('wiki_page_version_deleted', (WikiPage(self.env, self.id),))]
        page = WikiPage(self.env, self.id, version)
        if self.kind == 'created':
            return [('wiki_page_added', (page,))]
        if self.kind == 'changed':
            return [('wiki_page_changed', (page, page.version, page.time, page.comment, page.author))]
        if self.kind == 'renamed':
            return [('wiki_page_renamed', (page, self.old))]
        return []

    def attachment(self):
        realm, id = _parent(self.params['parent'])
        if self.kind == 'deleted':
            return [('attachment_deleted', (self.gone(realm, id),))]
        file = attachment.Attachment(self.env, realm, id, self.id)
        if self.kind == 'created':
            return [('attachment_added', (file,))]
        if self.kind == 'replaced':             # Trac deletes one and adds another
            return [('attachment_deleted', (self.gone(realm, id),)), ('attachment_added', (file,))]
        if self.kind == 'moved':
            old_realm, old_id = _parent(self.old['parent'])
            told = [('attachment_moved', (file, old_realm, old_id, self.old['id']))]
            if (old_realm, str(old_id)) != (realm, str(id)):
                told.append(('attachment_reparented', (file, old_realm, old_id)))
            return told
        return []

    def gone(self, realm, id):
        file = attachment.Attachment(self.env, realm, id)
        file.filename, file.author, file.date = self.id, self.author, self.time
        return file

    def milestone(self):
        if self.kind == 'deleted':
            milestone = Milestone(self.env)
            milestone.name = self.id
            return [('milestone_deleted', (milestone,))]
        milestone = Milestone(self.env, self.id)
        if self.kind == 'created':
            return [('milestone_created', (milestone,))]
        if self.kind == 'changed':
            return [('milestone_changed', (milestone, self.old or {}))]
        return []


def main():
    logging.getLogger('Trac').addHandler(load_errors)
    with own_stdio() as wire:
        Bridge().serve(wire, threads=4)
        sys.stderr.flush()
        os._exit(0)                     # whatever threads plugins have started


if __name__ == '__main__':
    main()
