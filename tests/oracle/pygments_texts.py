"""Texts in all languages that Pygments knows, made from its own tables.

A text is a walk through the states of a lexer: of a state some rule is taken, a text that its regular expression
matches is written, and the walk goes on where the rule leads. What is written between is what other rules match, so
that texts are right as often as they are wrong.
"""
import random
import warnings

try:
    from re import _constants as sre, _parser as sre_parse
except ImportError:
    import sre_constants as sre
    import sre_parse

from pygments.lexer import DelegatingLexer, RegexLexer
from pygments.lexers import find_lexer_class, get_all_lexers

SOME = 'abcxyzABZ019_ \n\t.,;:(){}[]<>=+-*/#$%&|!?@\'"\\~^`äßЖ中\u00a0'
CATEGORIES = {sre.CATEGORY_DIGIT: '0123456789', sre.CATEGORY_SPACE: ' \n\t', sre.CATEGORY_WORD: 'abzAZ09_é',
              sre.CATEGORY_NOT_DIGIT: 'ab ;', sre.CATEGORY_NOT_SPACE: 'aZ0;("', sre.CATEGORY_NOT_WORD: ' ;("\n'}
# What is written for a part of a regular expression at most, in characters.
LONGEST = 200


class Writer:
    """Writes what a regular expression matches, more or less: what it looks for around it is not there."""

    def __init__(self, rand):
        self.rand, self.groups = rand, {}

    def write(self, pattern, flags):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            tree = sre_parse.parse(pattern, flags)
        self.groups = {}
        return self.sequence(tree)[:LONGEST]

    def sequence(self, tree):
        return ''.join(self.part(op, value) for op, value in tree)

    def part(self, op, value):
        rand = self.rand
        if op is sre.LITERAL:
            return chr(value) if rand.random() < 0.995 else rand.choice(SOME)
        if op is sre.NOT_LITERAL:
            return self.other_than(lambda c: ord(c) == value)
        if op is sre.ANY:
            return rand.choice(SOME.replace('\n', ''))
        if op is sre.IN:
            return self.one_of(value)
        if op is sre.BRANCH:
            return self.sequence(rand.choice(value[1]))
        if op is sre.SUBPATTERN:
            text = self.sequence(value[-1])
            self.groups[value[0]] = text
            return text
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            low, high, tree = value
            count = min(low + int(rand.expovariate(0.5)), int(high) if high is not sre.MAXREPEAT else low + 9)
            return ''.join(self.sequence(tree) for _ in range(min(count, 40)))
        if op is sre.ASSERT and value[0] > 0 and rand.random() < 0.7:
            return self.sequence(value[1])
        if op is sre.GROUPREF:
            return self.groups.get(value, '')
        if op is sre.GROUPREF_EXISTS:
            return self.sequence(value[1] if value[0] in self.groups else value[2] or [])
        return ''

    def one_of(self, items):
        if items[0][0] is sre.NEGATE:
            return self.other_than(lambda c: any(has(item, c) for item in items[1:]))
        op, value = self.rand.choice(items)
        if op is sre.LITERAL:
            return chr(value)
        if op is sre.RANGE:
            c = self.rand.randint(value[0], value[1])
            return chr(c) if not 0xd800 <= c <= 0xdfff else 'a'
        return self.rand.choice(CATEGORIES[value])

    def other_than(self, is_no):
        some = [c for c in SOME if not is_no(c)]
        return self.rand.choice(some) if some else ''


def has(item, c):
    op, value = item
    if op is sre.LITERAL:
        return ord(c) == value
    if op is sre.RANGE:
        return value[0] <= ord(c) <= value[1]
    return c in CATEGORIES[value]


def walk(tokens, rand, steps):
    """A text of about so many tokens."""
    writer, stack, out = Writer(rand), ['root'], []
    for _ in range(steps):
        rules = tokens.get(stack[-1]) or tokens.get('root')
        if not rules:
            break
        match, _, new_state = rand.choice(rules)
        text = writer.write(match.__self__.pattern, match.__self__.flags)
        out.append(text)
        if rand.random() < 0.3:
            out.append(rand.choice([' ', '\n', ' ', '\n', '\n    ', ';', '(', ')']))
        if isinstance(new_state, tuple):
            for state in new_state:
                if state == '#pop':
                    stack = stack[:-1] or ['root']
                else:
                    stack.append(stack[-1] if state == '#push' else state)
        elif isinstance(new_state, int):
            stack = stack[:new_state] or ['root']
    return ''.join(out)


def tables(cls):
    """The tables that texts for a lexer are made from, one a lexer that it is made of."""
    if issubclass(cls, DelegatingLexer):
        lexer = cls()
        return tables(type(lexer.language_lexer)) + tables(type(lexer.root_lexer))
    if issubclass(cls, RegexLexer):
        return [cls()._tokens]
    inner = [value for value in vars(cls).values() if isinstance(value, type) and issubclass(value, RegexLexer)]
    return [lexer()._tokens for lexer in inner] or [find_lexer_class('Python')()._tokens]


def texts(rand, count, names=()):
    """So many texts for each lexer that has a name: pairs of the name and a text."""
    for name, aliases, _, _ in get_all_lexers():
        if not aliases or names and not set(names) & set(aliases):
            continue
        known = tables(find_lexer_class(name))
        for _ in range(count):
            parts = [walk(rand.choice(known), rand, rand.choice([3, 10, 30])) for _ in range(rand.choice([1, 1, 2]))]
            text = '\n'.join(parts)[:4000].replace('\x00', '')
            # Which that lexer makes spaces of.
            yield aliases[0], text.replace('\t', ' ') if aliases[0] == 'robotframework' else text


if __name__ == '__main__':
    for pair in texts(random.Random(1), 1, ['python', 'yaml']):
        print(pair)
