"""Calls of the remote API at random: what rpc-compare and old-sites ask two servers.

Every method, ordinary and odd arguments, four users, XML-RPC and JSON-RPC.
"""
import datetime
import random

USERS = ['admin', 'admin', 'user', 'joe', None]
UNORDERED = 'system.listMethods', 'wiki.getAllPages'


class Speech(random.Random):
    """Chance, and the words that it chooses from."""
    words = ['a', 'b', 'printer', 'jams', 'paper', 'CamelCase', "it's", '<b>&amp;', 'ünï', '日本', '#1', 'wiki:Start',
             '100%', '_', '"quoted"', "'''bold'''", '{{{x}}}', '||cell||', '[[BR]]', 'joe', 'http://example.org/', '\\']
    names = ['component1', 'component2', 'milestone1', 'milestone2', '1.0', '2.0', 'defect', 'task', 'major', 'blocker',
             'fixed', 'invalid', 'new name', 'x', 'Ünï', 'a/b', "o'brien", 'MILESTONE1', '', ' ', 'nosuch']
    pages = ['WikiStart', 'SandBox', 'New', 'New/Sub', 'Ünï/Seite', 'a b', 'TracGuide', 'nosuch', '', 'x' * 20, '/lead',
             'trail/', 'a//b', '..', 'A?B', 'A#B', 'a@1']
    files = ['a.txt', 'b.png', 'Ünï.txt', 'a b.txt', 'dir/a.txt', 'a.txt', 'C:\\x\\y.txt', '.hidden']
    fields = ['summary', 'description', 'type', 'status', 'resolution', 'owner', 'reporter', 'cc', 'keywords', 'component',
              'milestone', 'version', 'priority', 'severity', 'area', 'urgent', 'notes', 'hint', 'nosuch', 'deadline', 'time',
              'changetime', 'comment']
    queries = ['status!=closed', 'status=closed', 'owner=joe', 'order=id', 'max=2&order=id', 'max=2&page=2&order=id',
               'summary~=printer', 'keywords~=a', 'id=1-3', 'id=1,2', 'area=south', 'urgent=1', 'nosuch=x', 'reporter=$USER',
               'group=status&order=id', 'order=priority&desc=1', 'milestone=milestone1&or&milestone=', 'max=0&order=id',
               'time=..today', 'changetime=yesterday..', '', 'bad', 'max=x', 'page=0', 'id=x', 'description~=ünï']
    # Methods that are called alone only, not within a multicall.
    alone = UNORDERED + ('system.methodHelp',)
    tickets = [1, 1, 2, 2, 3, 3, 4, 5, 6, 99, 0, '1', '2', -1]
    dates = [datetime.datetime(2020, 1, 2, 3, 4, 5), datetime.datetime(1999, 12, 31),
             datetime.datetime(2099, 1, 1, 12), datetime.datetime(1970, 1, 1)]


ACTIONS = ['leave', 'accept', 'resolve', 'reopen', 'reassign', 'create', 'nosuch', '']


def text(rng):
    words = [rng.choice(rng.words) for _ in range(rng.randint(0, 6))]
    return rng.choice([' ', ' ', '\n']).join(words)


def date(rng):
    return rng.choice(rng.dates)


def odd(rng):
    """A value of a type that may not be the one that is wanted."""
    return rng.choice([lambda: rng.choice([-2, -1, 1, 2, 3, 4, 5]), lambda: text(rng), lambda: '', lambda: '7'])()


def ticket_id(rng):
    return rng.choice(rng.tickets)


def value_of(rng, field):
    return rng.choice([lambda: rng.choice(rng.names), lambda: rng.choice(rng.names), lambda: text(rng), lambda: '',
                       lambda: rng.choice(['joe', 'admin', 'user', 'new', 'closed', 'assigned', '1', '0', 'north'])])()


def attributes(rng):
    count = rng.choice([0, 1, 1, 2, 3, 4])
    fields = {name: value_of(rng, name) for name in rng.sample(rng.fields, count)}
    fields.pop('time', None) if rng.random() < 0.8 else None
    return fields


def ticket_changes(rng):
    changes = attributes(rng)
    if rng.random() < 0.6:
        changes['action'] = action = rng.choice(ACTIONS)
        if rng.random() < 0.5:
            changes['action_%s_%s_resolution' % (action, action)] = rng.choice(['fixed', 'invalid', 'nosuch', ''])
        if rng.random() < 0.5:
            changes['action_%s_%s_owner' % (action, action)] = rng.choice(['joe', 'user', '', 'nobody'])
    if rng.random() < 0.5:
        changes['_ts'] = Stamp() if rng.random() < 0.7 else rng.choice(['1', 'x', ''])
    return changes


def milestone_attributes(rng):
    choices = {'due': [0, date(rng), '', datetime.datetime(2020, 1, 1)], 'completed': [0, date(rng), ''],
               'description': [text(rng)], 'name': rng.names, 'nosuch': ['x']}
    return {name: rng.choice(choices[name]) for name in rng.sample(sorted(choices), rng.randint(0, 3))}


def version_attributes(rng):
    choices = {'time': [0, date(rng), ''], 'description': [text(rng)], 'name': rng.names, 'nosuch': ['x']}
    return {name: rng.choice(choices[name]) for name in rng.sample(sorted(choices), rng.randint(0, 3))}


def component_attributes(rng):
    choices = {'owner': ['joe', '', 'nobody'], 'description': [text(rng)], 'name': rng.names, 'nosuch': ['x']}
    return {name: rng.choice(choices[name]) for name in rng.sample(sorted(choices), rng.randint(0, 3))}


class Stamp:
    """Stands for the time stamp of the ticket that is changed, as each server gave it."""


def page(rng):
    return rng.choice(rng.pages)


def wiki_file(rng):
    return rng.choice(rng.pages) + '/' + rng.choice(rng.files) if rng.random() < 0.9 else rng.choice(rng.files)


def version(rng):
    return rng.choice([1, 2, 3, 0, -1, 99, '1', '2', None])


def data(rng):
    return rng.choice([b'', b'hello', bytes(range(256))])


def filters(rng):
    return rng.choice([['ticket'], ['wiki'], ['ticket', 'wiki'], ['milestone'], ['nosuch'], [], ['changeset']])


def name(rng):
    return rng.choice(rng.names)


def since(rng):
    return rng.choice([date(rng), date(rng), 0, '2020-01-01'])


# By the method: the arguments that it must have, and those that it may have.
METHODS = {
    'ticket.query': ([], [lambda rng: rng.choice(rng.queries)]),
    'ticket.getRecentChanges': ([since], []),
    'ticket.getAvailableActions': ([ticket_id], []),
    'ticket.getActions': ([ticket_id], []),
    'ticket.get': ([ticket_id], []),
    'ticket.create': ([text, text], [attributes, lambda rng: rng.choice([True, False]), date]),
    'ticket.delete': ([ticket_id], []),
    'ticket.changeLog': ([ticket_id], [lambda rng: rng.choice([0, date(rng), 1])]),
    'ticket.listAttachments': ([ticket_id], []),
    'ticket.getAttachment': ([ticket_id, lambda rng: rng.choice(rng.files)], []),
    'ticket.putAttachment': ([ticket_id, lambda rng: rng.choice(rng.files), text, data],
                             [lambda rng: rng.choice([True, False])]),
    'ticket.deleteAttachment': ([ticket_id, lambda rng: rng.choice(rng.files)], []),
    'ticket.getTicketFields': ([], []),
    'wiki.getRecentChanges': ([since], []),
    'wiki.getPage': ([page], [version]),
    'wiki.getPageVersion': ([page], [version]),
    'wiki.getPageHTML': ([page], [version]),
    'wiki.getAllPages': ([], []),
    'wiki.getPageInfo': ([page], [version]),
    'wiki.putPage': ([page, text, lambda rng: rng.choice([
        {}, {'comment': text(rng)}, {'readonly': True}, {'readonly': 0}, {'author': 'bob'}, {'nosuch': 1}])], []),
    'wiki.listAttachments': ([page], []),
    'wiki.getAttachment': ([wiki_file], []),
    'wiki.putAttachment': ([wiki_file, data], []),
    'wiki.putAttachmentEx': ([page, lambda rng: rng.choice(rng.files), text, data], [lambda rng: rng.choice([True, False])]),
    'wiki.deletePage': ([page], [version]),
    'wiki.deleteAttachment': ([wiki_file], []),
    'wiki.listLinks': ([page], []),
    'wiki.wikiToHtml': ([text], []),
    'search.getSearchFilters': ([], []),
    'search.performSearch': ([lambda rng: rng.choice(rng.words + ['printer paper', '"a b"', '!new', 'x' * 3, ''])], [filters]),
    'system.getAPIVersion': ([], []),
    'system.listMethods': ([], []),
    'system.methodHelp': ([lambda rng: rng.choice(list(METHODS) + ['no.such'])], []),
    'system.methodSignature': ([lambda rng: rng.choice(list(METHODS) + ['no.such'])], []),
    'no.such': ([], []),
}
for kind, content in [('component', component_attributes), ('milestone', milestone_attributes),
                      ('version', version_attributes), ('type', None), ('priority', None), ('severity', None),
                      ('resolution', None), ('status', None)]:
    content = content or (lambda rng: rng.choice(['1', '2', '9', 'x', '', 3, -1]))
    METHODS['ticket.%s.getAll' % kind] = ([], [])
    METHODS['ticket.%s.get' % kind] = ([name], [])
    if kind != 'status':
        METHODS['ticket.%s.delete' % kind] = ([name], [])
        METHODS['ticket.%s.create' % kind] = ([name, content], [])
        METHODS['ticket.%s.update' % kind] = ([name, content], [])

# How often a method is called, next to the others.
WEIGHTS = {'ticket.create': 6, 'ticket.update': 14, 'ticket.get': 4, 'ticket.changeLog': 4, 'wiki.putPage': 6,
           'wiki.putAttachment': 3, 'ticket.putAttachment': 3, 'ticket.getActions': 3, 'ticket.query': 4,
           'search.performSearch': 4, 'ticket.getTicketFields': 2, 'wiki.getPageHTML': 2}
METHODS['ticket.update'] = ([ticket_id, text], [])      # and its changes, mostly


def call(rng):
    """A user, a protocol, a method, its arguments, and whether one of them may be of a wrong type."""
    method = rng.choices(list(METHODS), [WEIGHTS.get(method, 1) for method in METHODS])[0]
    needed, more = METHODS[method]
    makers = needed + more[:rng.randint(0, len(more))]
    args = [make(rng) for make in makers]
    if method == 'ticket.update' and rng.random() < 0.9:
        args.append(ticket_changes(rng))
        if rng.random() < 0.3:
            args.append(rng.choice([True, False]))
            if rng.random() < 0.5:
                args += [rng.choice(['bob', ''])] + ([date(rng)] if rng.random() < 0.5 else [])
    chance = rng.random()
    is_odd = chance < 0.06 and bool(args) and method != 'wiki.putPage'
    if is_odd:
        args[rng.randrange(len(args))] = odd(rng)
    elif chance < 0.08 and args:
        args.pop()
    elif chance < 0.09:
        args.append(odd(rng))
        is_odd = True
    if method == 'ticket.create' and args[4:] == ['']:
        args.pop()      # see what rpc_sites.py says is meant
    return rng.choice(USERS), rng.choice(['xml', 'xml', 'json']), method, args, is_odd


def multicall(rng):
    user, via = call(rng)[:2]
    calls = [call(rng)[2:] for _ in range(rng.randint(0, 5))]
    calls = [(method, args) for method, args, is_odd in calls
             if not is_odd and method not in rng.alone]
    if via == 'xml':
        entries = [[{'methodName': method, 'params': args} for method, args in calls]]
    else:
        entries = [{'method': method, 'params': args, 'id': i} for i, (method, args) in enumerate(calls)]
    return user, via, 'system.multicall', entries, False
