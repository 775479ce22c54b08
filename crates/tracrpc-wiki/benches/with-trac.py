#!/usr/bin/env python3
"""Renders the benchmark pages with Trac's own formatter: with-trac.py PYTHON (one that has Trac).

As for `cargo bench`, the pages and tickets that they name exist.
"""

import os
import subprocess
import sys
import tempfile
import time

TARGETS = ['WikiStart', 'OtherPage', 'SomePage']
TICKETS = 2
PAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pages')


def main():
    from trac.env import Environment
    from trac.test import MockRequest
    from trac.ticket.model import Ticket
    from trac.web.chrome import web_context
    from trac.wiki.formatter import format_to_html
    from trac.wiki.model import WikiPage
    with tempfile.TemporaryDirectory() as folder:
        env = Environment(os.path.join(folder, 'env'), create=True)
        for name in TARGETS:
            page = WikiPage(env, name)
            page.text = 'A page.'
            page.save('joe', '')
        for number in range(TICKETS):
            ticket = Ticket(env)
            ticket.populate({'summary': 'A ticket', 'status': 'new', 'reporter': 'joe'})
            ticket.insert()
        context = web_context(MockRequest(env))
        for name in sorted(os.listdir(PAGES)):
            with open(os.path.join(PAGES, name), encoding='utf-8') as file:
                text = file.read()
            format_to_html(env, context, text)
            count, started = 0, time.perf_counter()
            while time.perf_counter() < started + 3:
                format_to_html(env, context, text)
                count += 1
            seconds = (time.perf_counter() - started) / count
            print('%-10s %10.1f us  %8.3f MB/s' % (name, seconds * 1e6, len(text.encode()) / seconds / 1e6))


if __name__ == '__main__':
    if len(sys.argv) == 2:
        sys.exit(subprocess.call([sys.argv[1], os.path.abspath(__file__), '--inside', 'x']))
    main()
