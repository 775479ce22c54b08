#!/usr/bin/env python3
"""Who has how much to do: the methods `workload.*`, the macro `[[Workload]]`, and what happened last.

Option: `keep`, how many events are kept (100).
"""
import collections
import html

from tracrpc_plugin import Fault, Plugin

plugin = Plugin('workload', '1.0')
plugin.namespace('workload', 'Who has how much to do.')
events = collections.deque()


def owners(caller, query):
    """How many of the tickets that a query finds each owner has, for whom the caller serves."""
    tickets = caller.call('ticket.query', query + '&max=0')
    outcomes = caller.call('system.multicall', [{'methodName': 'ticket.get', 'params': [id]} for id in tickets])
    found = collections.Counter()
    for outcome in outcomes:
        if not isinstance(outcome, Fault):      # deleted meanwhile
            found[outcome[3].get('owner') or 'nobody'] += 1
    return dict(found.most_common())


@plugin.method('workload.byOwner', permission='TICKET_VIEW')
def by_owner(context, query: str = 'status!=closed') -> dict:
    """How many of the tickets that a query finds each owner has."""
    return owners(context, query)


@plugin.method('workload.recent', permission='TICKET_VIEW')
def recent(context, count: int = 10) -> list:
    """What happened to tickets last: `[time, kind, id, author]`, the latest first."""
    if count < 1:
        raise Fault('count has to be positive', 'invalid_params')
    return list(events)[-count:][::-1]


@plugin.macro('Workload')
def workload(context, content, args):
    """A table of who has how many tickets: `[[Workload]]`, or `[[Workload(milestone=next&status!=closed)]]`."""
    rows = ''.join('<tr><td>%s</td><td>%d</td></tr>' % (html.escape(owner), count)
                   for owner, count in owners(context, content or 'status!=closed').items())
    return '<table class="wiki">%s</table>' % rows


@plugin.on('ticket')
def happened(event):
    events.append([event.time, event.kind, event.id, event.author])
    while len(events) > plugin.options.get('keep', 100):
        events.popleft()


if __name__ == '__main__':
    plugin.run()
