"""Random wiki texts, made of every construct of Trac's markup."""

MARKS = """'' ''' ''''' ** // __ ~~ ,, ^ ` ``` {{{ }}} {{ }} ! ! \\\\ [[BR]] [[br]] & < > &amp; &#1; <b> -- ---- = == # @ : ;
 ( ) [ ] { } | || \\ " ' * - . , _ … é ü ß ² 日本語 \u00a0 \u200b \u3000 \t""".split(' ')
WORDS = """foo bar baz a b x 1 2 12 WikiStart OtherPage Sub/Page FooBar FooBarX Foo2Bar ABc AlaBamA ÉtéÀla SubPage/WikiStart
 ../OtherPage ./TracPage /WikiStart ../.. WikiStart#anchor WikiStart@1 WikiStart@1#a FooBar?x=1 a.b a_b joe a@b.org
 joe@example.org x.y@sub.example.org. a@b.c http://x.org/a,b. https://x.org/(a)! ftp://x.org/"a" http://[::1]/
 http://x.org/a?b=c&d=<e>#f file:///x svn+ssh://h/p svn://h #1 #2 #99 #1-3 #1,2,4-6 #T1 #t1 #other1 #1#comment:1 {1} {2}
 {t2} {other1} [1] [1/a] [1:3] [1-3,5] [t1] [other12] [deadbeef] [1:3/trunk] r1 r12 r1:3 r1,3 r1/a rABC r12345678901
 -> <- => <=> ... (c) http: wiki: x: a:b javascript:x data:x,y""".split()
REALMS = """wiki ticket bug issue comment milestone report changeset log source browser repos export diff attachment
 raw-attachment query search timeline htdocs mailto http https ftp javascript data MeatBall Doc Unsafe After pep t trac other
 nosuch user link Wiki TICKET""".split()
TARGETS = """1 2 99 0 01 1-3 1,2 1,4-6 1:ticket:2 2:ticket:2 description:ticket:1 ticket:1:1 1#comment:1 1?a=b#c 1:3 1:3/a @1 @1:2
 a/b@2 a/b@2#L3 a/b@2:3-5 /trunk /trunk@HEAD a//b a@1//b@2 trunk/x@3?format=raw HEAD deadbeef 12,14-16
 WikiStart FooBar Sub/Page /WikiStart ../OtherPage WikiStart#anchor WikiStart@1 WikiStart?version=1#x Some%20Page
 milestone1 milestone2 nosuch a/b milestone1?by=x#y
 file.txt file.txt:wiki:WikiStart a.png:ticket:1 x.png:ticket:2 plan.txt:milestone:milestone1 file.txt?format=raw:wiki:WikiStart
 ?status=new status=new status!=closed&order=id&group=type nosuch=1 id=1-3 milestone=milestone1&owner=joe|anna
 2008-01-29 2008-01-29T15:48 2008-01-29T15:48:00+01:00 yesterday 20080129T1548Z x #x ?x . .. ./x //x //x.org/y /
 joe@example.org a@b.c?subject=x a a:b a:b:c $1 é über a(b)c a]b a|b a>b -x a,b, a. a! a? <x> a"b a'b""".split()
SPACED = ['Some Page', "It's a page", 'a b/c', 'a b.png', 'Über/Straße', 'a "b" c', ' a ', '', 'x > y', 'a]b', 'a|b']
LABELS = ['label', 'two words', "''italic''", 'a]b', '', ' ', 'WikiStart', '#1', '<b>', 'http://x.org', 'a|b', '`c`', '"q"',
          '!x', 'é', '[1]', '&amp;', '[[BR]]']
MACROS = {
    'Image': ['', 'file.txt', 'a b.png', 'ticket:1:a b.png', 'wiki:Sub/Page:ü.png', '#2:x.png', 'nosuch.png', 'htdocs:a/b.png',
              'source:/trunk/a.png@2', 'http://x.org/a.png', 'https://i.example.org/a.png', '//x', '/x?y', 'data:image/png,x',
              'pep:1', 'other:ticket:1', '"a b.png"', 'WikiStart:a b.png', 'shared:x', 'a:b:c:d', '120px', '50%', '10', 'left',
              'right', 'center', 'top', 'bottom', 'middle', 'nolink', 'link=wiki:OtherPage', 'link=http://x.org', 'link=', 'inline',
              'align=left', 'align=center', 'valign=top', 'border=2', 'border=x', 'margin=3', 'margin-left=2em', 'margin-top=-1',
              'width=10%', 'width=3em', 'height=x', 'alt=a <b>', 'title="a, b"', 'class=x y', 'id=z', 'usemap=#m', 'onclick=x',
              'longdesc=http://x.org/', 'style=x', 'nonsense'],
    'TitleIndex': ['', 'Sub', 'Sub/', '/', 'Trac', '2010', 'nosuch', 'format=group', 'format=hierarchy', 'format=compact',
                   'min=1', 'min=3', 'min=x', 'depth=0', 'depth=1', 'depth=-1', 'depth=x', 'include=*Page*', 'exclude=Sub*',
                   'include=Sub/*:Trac*', 'hideprefix', 'prefix=Sub', 'start=1', 'b=2'],
    'RecentChanges': ['', 'Sub', 'nosuch', '2', '0', '-1', 'x', 'group=none', 'group=date', 'group=x'],
    'PageOutline': ['', '1', '2-3', '3-2', '1-6', '0', 'x', 'My Title', 'inline', 'pullout', 'unnumbered', 'inline,1'],
    'TicketQuery': ['', 'status=new', 'id=1', 'id=1|2|3', 'status!=closed', 'order=id', 'order=priority', 'desc=1', 'group=type',
                    'group=milestone', 'group=area', 'groupdesc=1', 'max=2', 'limit=3', 'page=2', 'page=9', 'max=x', 'max=0',
                    'format=list', 'format=compact', 'format=count', 'format=rawcount', 'format=table', 'format=progress', 'count',
                    'compact', 'table', 'progress', 'list', 'format=x', 'col=id|summary|status', 'col=resolution|time|owner|notes',
                    'rows=description', 'row=notes', 'rows=description|notes', 'milestone=milestone1', 'milestone=milestone1&or&id=8',
                    'or', 'keywords~=a', 'owner=$USER', 'nosuch=1', 'area=north', 'deadline=2010..2012', 'created=2010..',
                    'summary~=', 'id=1,2', 'reporter=joe', 'component=component1', 'type=', 'verbose=1', 'per=type'],
    'MacroList': ['nosuch'], 'KnownMimeTypes': ['text/x-py', 'text/x-p*', 'application/', 'nosuch', 'text/plain'],
    'InterWiki': ['', 'x'], 'InterTrac': ['', 'x'], 'TracGuideToc': ['', 'x', 'heading', 'inline'],
    'RepositoryIndex': ['', 'format=table', 'format=list', 'format=compact', 'order=date', 'order=name', 'order=author', 'order=size',
                        'desc=1', 'glob=a*', 'glob='],
    'TracAdminHelp': ['', 'wiki', 'wiki list', 'ticket', 'help', 'quit x', 'nosuch', ' ', 'initenv', 'session set'],
    'TracIni': ['wiki', 'trac, base', 'nosuch', 'section=*tick*', 'option=*_url', 'ticket-custom', 'wiki, x', 'section=t*, option=b*'],
    'SubscriberList': [], 'Workflow': [], 'BR': ['', 'x'],
    'span': ['', 'x', 'WikiStart', 'class=a', 'id=b', 'style=color: red', 'style=background: url(x)', 'onclick=x', "''a''", 'x=y',
             'title="q"'],
    'div': ['', 'x', 'class=a', ' * a'], 'html': ['', '<b>x</b>', '<script>x</script>'], 'comment': ['', 'x'],
    'htmlcomment': ['x', 'a--b'], 'nosuch': ['', 'x', '<b>'], 'Nosuch?': [''], 'python': ['x'],
    'default': ['x'], 'rtl': ['x'], 'Image?': [''], '?': [''], 'table': ['x'], 'td': ['x'], '=#anchor': [''], '=#anchor|label': [''], 'WikiStart': [''],
    '#1': [''], '/x|y': [''], '|x': [''], 'a b': [''],
}
PROCESSORS = """div div span td th tr table html htmlcomment comment rtl default nosuch text/plain text/html-x rst textile Image
 TicketQuery TitleIndex BR WikiStart wiki text/x-trac-wiki xml""".split()
PARAMETERS = """class=x class="a b" id=y style="color:red" style="border:1px;position:fixed" style=width:expression(1) align=right
 valign=top colspan=2 rowspan=2 onclick=x title='<q>' lang=en width=50% a b=c "x" = -lineno lineno=3 marks=1,2-4 id=#z
 class=important|x wiki href=javascript:x :x=y ''x''""".split(' ')
HTML = ['<b>x</b>', '<a href="http://x.org">y</a>', '<a href="javascript:x">', '<img src="http://x.org/i.png">', '<script>x</script>',
        '<p onclick="x">a', '</p>', '<br/>', '&nbsp;', '&x;', '&#60;', '<!-- c -->', '<style>a{}</style>', '<div style="color:red;x:y">',
        '</div>', '<form action="x">', '<input type=password>', '<i', 'x > y', '<x y>', "<td title='a\"b'>", '<a name=q>', '<![CDATA[x]]>',
        '<table><tr><td>1', '<iframe src=x>', '<b>é</b>', '<IMG SRC=x ALT="A">', '<p>''x''</p>', 'WikiStart', '#1']
STARTS = [' ', '  ', '   ', '    ', '\t', ' * ', '  * ', '   - ', ' 1. ', ' 3. ', '  a. ', ' c. ', ' i. ', ' I. ', ' iv. ', ' A. ', '* ', '- ',
          '1. ', '= ', '== ', '=== ', '====== ', ' == ', '> ', '>', '>> ', '>>> ', ' > ', '> > ', '|| ', '||', '||||', '||=', '||||||',
          '|-', '|----', '|- class=x', '|-a="b c"', ' term:: ', ' a b:: ', '  `c`:: ', ' WikiStart:: ', '----', '-----', ' ----', '      * ',
          '     ', ' ::', '\u3000* ', '!* ', '!= ']
ENDS = [' ', '||', ' ||', '=||', ' =||', '||\\', '|| \\', '\\\\', ' =', ' ==', ' === #anchor', ' = #a', '==', '::', ' #anchor', ']]', ']', '}}}', '`',
        ':: ', '\\', '\r', ' \t']


def random_link(rng):
    realm = rng.choice(REALMS)
    target = rng.choice(TARGETS) if rng.random() < .8 else rng.choice(['"%s"', "'%s'", '%s']) % rng.choice(SPACED)
    label = rng.choice(LABELS)
    return rng.choice(['%s:%s', '%s:%s', '[%s:%s]', '[[%s:%s]]', '<%s:%s>', '!%s:%s', '![%s:%s]', '[%s:%s ' + label + ']',
                       '[[%s:%s|' + label + ']]', '[[%s:%s |' + label]).replace('%s', '\0') \
        .replace('\0', realm, 1).replace('\0', target, 1)


def random_bracket(rng):
    target = rng.choice(TARGETS + WORDS + SPACED + ['"%s"' % name for name in SPACED])
    label = rng.choice(LABELS)
    return rng.choice(['[%s]', '[%s %s]', '[[%s]]', '[[%s|%s]]', '["%s"]', '["%s" %s]', '[=#%s]', '[=#%s %s]', '[[=#%s|%s]]', '[/%s %s]',
                       '[#%s %s]', '[../%s %s]', '[?%s]', '[[#%s]]', '<%s>', '[wiki:%s %s]']).replace('%s', target, 1).replace('%s', label)


def random_macro(rng):
    name = rng.choice(sorted(MACROS) + ['Image', 'TicketQuery', 'TicketQuery', 'TitleIndex', 'TitleIndex'])
    known = MACROS[name] or ['']
    arguments = [rng.choice(known) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4]))]
    joined = rng.choice([',', ', ', ',', '&' if name == 'TicketQuery' else ',']).join(arguments)
    return rng.choice(['[[%s(%s)]]'] * 6 + ['[[%s(%s)', '![[%s(%s)]]', '[[%s( %s )]]', '[[%s (%s)]]']).replace('%s', name, 1) \
        .replace('%s', joined, 1) if arguments or rng.random() < .3 else '[[%s]]' % name


def random_atom(rng):
    return rng.choice([lambda: rng.choice(MARKS), lambda: rng.choice(MARKS), lambda: rng.choice(WORDS), lambda: rng.choice(WORDS),
                       lambda: random_link(rng), lambda: random_bracket(rng),
                       lambda: random_macro(rng) if rng.random() < .3 else rng.choice(WORDS)])()


def random_inline(rng, most=6):
    return ''.join(random_atom(rng) + rng.choice(['', ' ', ' ', '  ', '']) for _ in range(rng.randrange(most) + 1))


def random_line(rng):
    if rng.random() < .1:
        return ''
    start = rng.choice(STARTS) if rng.random() < .6 else ''
    end = rng.choice(ENDS) if rng.random() < .3 else ''
    return start + (random_inline(rng) if rng.random() < .95 else '') + end


def random_row(rng):
    cells = [rng.choice(['', '=', ' ', '  ']) + random_inline(rng, 2) + rng.choice(['', ' ', '  ', '=', ' =', '\\\\'])
             for _ in range(rng.choice([1, 2, 2, 3]))]
    return rng.choice(['', ' ']) + '||' + rng.choice(['||', '||', '||||']).join(cells) + rng.choice(['||', '||', '', '||\\', '|| '])


def random_parameters(rng):
    return ' '.join(rng.choice(PARAMETERS) for _ in range(rng.choice([0, 0, 1, 1, 2, 3])))


def random_block(rng, depth):
    name = rng.choice(PROCESSORS)
    inside = '\n'.join(rng.choice(HTML) for _ in range(3)) if name == 'html' else random_lines(rng, depth + 1, rng.choice([1, 2, 3]))
    head = rng.choice(['#!%s %s', '#!%s %s', '#!%s %s', '#!%s(%s)', '\n#!%s %s', ' #!%s %s', '']).replace('%s', name, 1)
    if rng.random() < .05:
        inside = '\ufeff' + inside
    return rng.choice(['', '', ' ', '  ', '> ', '  * ']) + '{{{' + head.replace('%s', random_parameters(rng)) + '\n' + inside + '\n' \
        + rng.choice(['', '', ' ']) + rng.choice(['}}}'] * 6 + ['}}} x', ''])


def random_lines(rng, depth, count):
    lines = []
    for _ in range(count):
        chance = rng.random()
        if chance < .12 and depth < 3:
            lines.append(random_block(rng, depth))
        elif chance < .25:
            lines.extend(random_row(rng) for _ in range(rng.choice([1, 2, 3])))
        elif chance < .3:
            lines.append(random_macro(rng))
        else:
            lines.append(random_line(rng))
    return '\n'.join(lines)


def random_soup(rng):
    """Characters in no sensible order."""
    return ''.join(rng.choice("ab1 '*/_~,^`{}!|=-#[]<>&:.\"@\\\n>()rW;+?é") for _ in range(rng.randrange(1, 30)))


def random_text(rng):
    """A wiki text of any kind, without NUL characters."""
    chance = rng.random()
    if chance < .6:
        return random_lines(rng, 0, rng.randrange(1, 7))
    if chance < .8:
        return random_inline(rng)
    if chance < .9:
        return random_macro(rng)
    return random_soup(rng)
