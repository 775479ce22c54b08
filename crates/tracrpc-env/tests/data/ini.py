"""Writes ini files with what Python's ConfigParser, set up as Trac does, reads in them.

Run it with Python 3.11: python3 ini.py 200 > ini.jsonl, where 200 says how many are made up.
"""
import configparser
import io
import json
import random
import sys


def read(text):
    parser = configparser.ConfigParser(interpolation=None)
    try:
        # A file opened as text: all three line ends become one.
        parser.read_file(io.TextIOWrapper(io.BytesIO(text.encode()), 'utf-8'), 'trac.ini')
    except configparser.DuplicateSectionError as e:
        return {'error': f'section {e.section} line {e.lineno}'}
    except configparser.DuplicateOptionError as e:
        return {'error': f'option {e.section} {e.option} line {e.lineno}'}
    except configparser.MissingSectionHeaderError as e:
        return {'error': f'no section line {e.lineno}'}
    except configparser.ParsingError as e:
        return {'error': f'syntax line {e.errors[0][0]}'}
    return {'sections': [[name, [list(item) for item in parser.items(name)]]
                         for name in parser.sections()]}


FIXED = [
    '', '\n\n', '# only a comment\n', '[a]\n', '[a]', '[a]\nb=1', '[a]\nb = 1\n', '[a]\r\nb = 1\r\nc = 2\r\n',
    '[a]\rb = 1\r', '\ufeff[a]\nb = 1\n', 'b = 1\n[a]\n', '[a]\nb\n', '[a]\nb\nc\n', '[a]\n= 1\n',
    '[a]\nB = 1\nb = 2\n', '[a]\nb = 1\n[a]\nc = 1\n', '[A]\nb = 1\n[a]\nb = 2\n', '[ a ]\nb = 1\n',
    '[a]b]\nc = 1\n', '[a] trailing\nb = 1\n', '[]\nb = 1\n', '[a\nb = 1\n', '  [a]\n  b = 1\n',
    '[a]\nb: 1\n', '[a]\nb : 1 = 2\n', '[a]\nb = c : d\n', '[a]\nb.c = 1\n', '[a]\nb c = 1\n',
    '[a]\nb = 1 ; not a comment\n', '[a]\nb = 1 # not a comment\n', '[a]\n; c\n# d\n  # e\nb = 1\n',
    '[a]\nb = 1\n  2\n  3\n', '[a]\nb = 1\n\n  2\n\n\nc = 3\n', '[a]\nb = 1\n# c\n  2\n', '[a]\nb =\n  1\n',
    '[a]\n  b = 1\n  c = 2\n d = 3\n   e = 4\n', '[a]\nb = 1\n [c]\nd = 2\n', '[a]\n b = 1\n[c]\n  d = 2\n',
    '[a]\nb = %(x)s %% $(y)s\n', '[DEFAULT]\nx = 1\n[a]\nb = 2\n[c]\nx = 3\n', '[DEFAULT]\nx = 1\n[DEFAULT]\nx = 2\n',
    '[DEFAULT]\nx = 1\n[DEFAULT]\ny = 2\n[a]\n', '[default]\nx = 1\n', '[a]\nÜber = ä\nüber = 1\n',
    '[a]\nb =\u00a01\u00a0\n', '[a]\n\u3000b = 1\n\u3000\u3000c = 2\n', '[a]\nb = 1\x0c\n\x1cc = 2\n', '[a]\nb = x\x85y\n',
    '[a]\nb = 1\n\t\n\t2\n', '[a]\nb = 1\n \n', '[a]\n  b = 1\n    2\n   # x\n      3\nc = 4\n', '[a]\nb = [c]\n', '[a]\n[b] = c\n',
    '[a]\nb=\n', '[a]\nb\n = 1\n', '[a]\nb = 1\n=\n', '[a]\n:x\n', '[a]\nb == 1\n', '[a]\nb := 1\n', '[a]\n  \n\nb = 1\n\n\n[c]\n',
]

random.seed(11)
PIECES = ['[a]', '[b]', '[DEFAULT]', '[', ']', 'x', 'y', 'X', ' = ', '=', ':', '1', 'two words', '#', ';', '  ', '\t', ' ', '\n',
          '\n', '\n', '\r\n', '\nx = 1', '\n  more', '\n[c]\n', '\ny: 2\n', 'é', '\u00a0']
texts = FIXED + [''.join(random.choice(PIECES) for _ in range(random.randint(2, 18))) for _ in range(int(sys.argv[1]))]
texts += ['[s]\n' + ''.join(random.choice(PIECES) for _ in range(random.randint(2, 14))) for _ in range(int(sys.argv[1]))]
for text in dict.fromkeys(texts):
    result = read(text)
    # Two options without a name are an error of either kind.
    if not result.get('error', '').startswith('option') or '  line' not in result['error']:
        print(json.dumps({'text': text, **result}))
