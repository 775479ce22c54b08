"""The tables of the databases that older versions of Trac made, as SQLite has them.

By the version of the database: 16 is of Trac 0.9, 19 of 0.10, 21 of 0.11, 26 of 0.12, 29 of 1.0, 41 of 1.2,
45 of 1.4 and 1.6 (trac/upgrades: what each version changed).
"""
VERSIONS = {16: '0.9', 19: '0.10', 21: '0.11', 26: '0.12', 29: '1.0', 41: '1.2', 45: '1.6'}

# A table of all versions: its columns, and what is unique. A column without a type holds text.
COMMON = {
    'system': 'name value', 'permission': 'username action', 'auth_cookie': 'cookie name ipnr time:integer',
    'ticket': 'id:integer type time:integer changetime:integer component severity priority owner reporter cc version'
              ' milestone status resolution summary description keywords',
    'ticket_change': 'ticket:integer time:integer author field oldvalue newvalue',
    'ticket_custom': 'ticket:integer name value', 'component': 'name owner description',
    'milestone': 'name due:integer completed:integer description', 'version': 'name time:integer description',
}
UNIQUE = {
    'system': 'name', 'permission': 'username,action', 'auth_cookie': 'cookie,ipnr,name', 'ticket': 'id',
    'ticket_change': 'ticket,time,field', 'ticket_custom': 'ticket,name', 'enum': 'type,name', 'component': 'name',
    'milestone': 'name', 'version': 'name', 'attachment': 'type,id,filename', 'wiki': 'name,version', 'report': 'id',
    'session_attribute': 'sid,authenticated,name', 'cache': 'id', 'repository': 'id,name',
    'notify_subscription': 'id', 'notify_watch': 'id',
}
INDEXES = {16: ['wiki(time)', 'ticket(status)', 'ticket(time)', 'ticket_change(ticket)', 'ticket_change(time)'],
           18: ['session(last_visit)', 'session(authenticated)'], 23: ['revision(repos,time)']}


def columns(version):
    """The columns of each table, as a text."""
    address = ' ipnr' if version < 42 else ''
    tables = dict(COMMON)
    tables['attachment'] = 'type id filename size:integer time:integer description author' + address
    tables['wiki'] = 'name version:integer time:integer author%s text comment readonly:integer' % address
    tables['enum'] = 'type name value' + (' description' if version >= 44 else '')
    tables['report'] = 'id:integer author title %s description' % ('query' if version >= 19 else 'sql')
    if version >= 18:
        tables['session'] = 'sid authenticated:integer last_visit:integer'
        tables['session_attribute'] = 'sid authenticated:integer name value'
    else:
        tables['session'] = 'sid authenticated:integer var_name var_value'
    if version >= 22:
        tables['cache'] = 'id:integer generation:integer key' if version >= 27 else 'id generation:integer'
    number = 'id:integer ' if version >= 38 else ''
    repository = '' if version < 23 else 'repos:integer '
    kinds = 'node_type change_type' if version >= 17 else 'kind change'
    tables['revision'] = repository + 'rev time:integer author message'
    tables['node_change'] = '%s%srev path %s base_path base_rev' % (number, repository, kinds)
    if version >= 23:
        tables['repository'] = 'id:integer name value'
    if version >= 34:
        tables['notify_subscription'] = 'id:integer time:integer changetime:integer class sid authenticated:integer' \
                                        ' distributor format priority:integer adverb'
    if version >= 35:
        tables['notify_watch'] = 'id:integer sid authenticated:integer class realm target'
    return {name: [column.partition(':') for column in text.split()] for name, text in tables.items()}


def unique(table, version):
    if table == 'session':
        return 'sid,authenticated' + (',var_name' if version < 18 else '')
    if table == 'revision':
        return 'repos,rev' if version >= 23 else 'rev'
    if table == 'node_change':
        kind = 'change_type' if version >= 17 else 'change'
        return 'id' if version >= 38 else ('repos,' if version >= 23 else '') + 'rev,path,' + kind
    return UNIQUE[table]


def statements(version):
    """What makes the tables of a version, in SQL."""
    for table, parts in columns(version).items():
        key = unique(table, version)
        single = ',' not in key
        body = ['"%s" %s%s' % (name, kind or 'text', ' PRIMARY KEY' if single and name == key else '')
                for name, _, kind in parts]
        yield 'CREATE TABLE "%s" (%s)' % (table, ', '.join(body if single else body + ['UNIQUE (%s)' % key]))
    for since, indexes in INDEXES.items():
        for index in indexes if version >= since else []:
            table, _, names = index.rstrip(')').partition('(')
            yield 'CREATE INDEX %s_%s_idx ON %s (%s)' % (table, names.replace(',', '_'), table, names)
