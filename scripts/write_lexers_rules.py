"""What Pygments' lexers do by functions of their own, for write-lexers.

Names that a function looks up in a list are lists here too (`retags`). What a function of a rule does has a name in
crates/tracrpc-pygments/src/callback (`callback`), and what one does for a whole lexer one in src/special (`special`);
regular expressions that those need are states of the lexer, whose names start with `@`.
"""
import ast
import inspect
import re
import textwrap
from collections import namedtuple

from pygments import token as tokens
from pygments.lexer import RegexLexer
from pygments.lexers import find_lexer_class, get_all_lexers, get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, Punctuation, String, Text, Token, Whitespace

# Of tokens of one of these kinds (all, if there are none) those whose text is one of the words (any, if there are
# none) become another kind, if the lexer's option says so. The first that fits counts.
Retag = namedtuple('Retag', 'kinds words becomes without_case option default')
# What a function of ours is given: its name, texts, other lexers, kinds of tokens.
Named = namedtuple('Named', 'name texts lexers kinds', defaults=((), (), ()))


def retag(kinds, words, becomes, without_case=False, option=None, default=True):
    kinds = kinds if isinstance(kinds, (list, tuple)) and not isinstance(kinds, tokens._TokenType) else [kinds]
    return Retag(kinds, sorted(set(words)), becomes, without_case, option, default)


def module_of(name):
    return __import__('pygments.lexers.' + name, fromlist=['*'])


# --- Names that are looked up ----------------------------------------------------------------------------------------

def c_family(cls):
    return [retag(Name, cls.stdlib_types, Keyword.Type, option='stdlibhighlighting'),
            retag(Name, cls.c99_types, Keyword.Type, option='c99highlighting'),
            retag(Name, cls.c11_atomic_types, Keyword.Type, option='c11highlighting'),
            retag(Name, cls.linux_types, Keyword.Type, option='platformhighlighting')]


def cocoa():
    names = module_of('_cocoa_builtins')
    words = set(names.COCOA_INTERFACES) | set(names.COCOA_PROTOCOLS) | set(names.COCOA_PRIMITIVES)
    return [retag([Name, Name.Class], words, Name.Builtin.Pseudo)]


def values(mapping, without=()):
    return {value for key, some in mapping.items() if key not in without for value in some}


def vim(cls):
    names = cls()

    def known(pairs):
        for least, full in pairs:
            for length in range(len(least), len(full) + 1):
                if names.is_in(full[:length], pairs):
                    yield full[:length]
    return [retag(Name.Other, known(names._cmd), Keyword),
            retag(Name.Other, list(known(names._opt)) + list(known(names._aut)), Name.Builtin),
            retag(Name.Other, [], Text)]


def lasso():
    names = module_of('_lasso_builtins')
    members = values(names.MEMBERS)
    return [retag(Name.Other, values(names.BUILTINS), Name.Builtin, True, 'builtinshighlighting'),
            retag(Name.Other.Member, members | {name + '=' for name in members}, Name.Builtin, True,
                  'builtinshighlighting')]


def common_lisp(cls):
    i = cls()
    kind = Name.Variable
    return [retag(kind, i.builtin_function, Name.Builtin), retag(kind, i.special_forms, Keyword),
            retag(kind, i.macros, Name.Builtin), retag(kind, i.lambda_list_keywords, Keyword),
            retag(kind, i.declarations, Keyword), retag(kind, i.builtin_types, Keyword.Type),
            retag(kind, i.builtin_classes, Name.Class)]


def emacs_lisp(cls):
    kind = Name.Variable
    return [retag(kind, cls.builtin_function, Name.Function), retag(kind, cls.special_forms, Keyword),
            retag(kind, cls.error_keywords, Name.Exception), retag(kind, cls.builtin_function_highlighted, Name.Builtin),
            retag(kind, cls.macros, Name.Builtin), retag(kind, cls.lambda_list_keywords, Keyword.Pseudo)]


def scheme():
    lisp = module_of('lisp')
    kinds = [Name.Function, Name.Variable]
    return [retag(kinds, lisp.scheme_keywords, Keyword), retag(kinds, lisp.scheme_builtins, Name.Builtin)]


def lilypond():
    lilypond = module_of('lilypond')
    scheme_names = scheme()
    # What Scheme's names become is renamed again.
    kinds = [Name.Function, Name.Variable]
    return [retag(kinds, scheme_names[0].words, Keyword), retag(kinds, scheme_names[1].words, Name.Builtin.SchemeBuiltin),
            retag([Name.Function, Name.Variable], lilypond.scheme_functions, Name.Builtin.SchemeFunction),
            retag(Name.Builtin, [], Name.Builtin.SchemeBuiltin)]


def retags(cls):
    name = cls.__name__
    known = [base.__name__ for base in cls.__mro__]
    found = []
    if name == 'ArduinoLexer':
        found += [retag([], cls.structure, Name.Builtin), retag([], cls.operators, Operator),
                  retag([], cls.variables, Keyword.Reserved), retag([], cls.suppress_highlight, Name),
                  retag([], cls.functions, Name.Function)]
    if name == 'FreeFemLexer':
        found += [retag([], cls.operators, Operator), retag([], cls.types, Keyword.Type),
                  retag([], cls.fespaces, Name.Class), retag([], cls.preprocessor, Comment.Preproc),
                  retag([], cls.keywords, Keyword.Reserved), retag([], cls.functions, Name.Function),
                  retag([], cls.parameters, Keyword.Pseudo), retag([], cls.suppress_highlight, Name)]
    if 'CFamilyLexer' in known:
        found += c_family(cls)
    if name == 'CudaLexer':
        found += [retag(Name, cls.variable_qualifiers, Keyword.Type), retag(Name, cls.vector_types, Keyword.Type),
                  retag(Name, cls.variables, Name.Builtin), retag(Name, cls.execution_confs, Keyword.Pseudo),
                  retag(Name, cls.function_qualifiers, Keyword.Reserved), retag(Name, cls.functions, Name.Function)]
    if name in ('SwiftLexer', 'ObjectiveCLexer', 'ObjectiveCppLexer', 'LogosLexer'):
        found += cocoa()
    if name == 'AspectJLexer':
        found += [retag(Name, cls.aj_keywords, Keyword), retag(Name.Decorator, cls.aj_inter_type_annotation, Keyword)]
    if name == 'AsymptoteLexer':
        names = module_of('_asy_builtins')
        found += [retag(Name, names.ASYFUNCNAME, Name.Function), retag(Name, names.ASYVARNAME, Name.Variable)]
    if name == 'CommonLispLexer':
        found += common_lisp(cls)
    if name == 'EmacsLispLexer':
        found += emacs_lisp(cls)
    if name == 'CryptolLexer':
        found += [retag(Name, cls.EXTRA_KEYWORDS, Name.Builtin)]
    if name == 'NumPyLexer':
        found += [retag(Name, cls.EXTRA_KEYWORDS, Keyword.Pseudo)]
    if name == 'DylanLexer':
        found += [retag(Name, cls.builtins, Name.Builtin, True), retag(Name, cls.keywords, Keyword, True),
                  retag(Name, cls.functions, Name.Builtin, True), retag(Name, cls.operators, Operator, True)]
    if name == 'ElixirLexer':
        found += [retag(Name, cls.KEYWORD, Keyword), retag(Name, cls.KEYWORD_OPERATOR, Operator.Word),
                  retag(Name, cls.BUILTIN, Keyword), retag(Name, cls.BUILTIN_DECLARATION, Keyword.Declaration),
                  retag(Name, cls.BUILTIN_NAMESPACE, Keyword.Namespace), retag(Name, cls.CONSTANT, Name.Constant),
                  retag(Name, cls.PSEUDO_VAR, Name.Builtin.Pseudo)]
    if name == 'JsonLdLexer':
        found += [retag(Name.Tag, cls.json_ld_keywords, Name.Decorator)]
    if name == 'LassoLexer':
        found += lasso()
    if name == 'SchemeLexer':
        found += scheme()
    if name == 'LilyPondLexer':
        found += lilypond()
    if name == 'MoonScriptLexer':
        found += [retag(Punctuation, ['.'], Operator)]
    if name == 'PhpLexer':
        functions = values(module_of('_php_builtins').MODULES, ['unknown'])
        found += [retag(Name.Other, functions, Name.Builtin, option='funcnamehighlighting')]
    if name == 'CheetahPythonLexer':
        found += [retag(tokens.Error, ['$'], Comment.Preproc)]
    if name == 'SlurmBashLexer':
        found += [retag(Text, cls.EXTRA_KEYWORDS, Name.Builtin)]
    if name == 'SourcePawnLexer':
        functions = module_of('_sourcemod_builtins').FUNCTIONS
        found += [retag(Name, cls.SM_TYPES, Keyword.Type, option='sourcemod'),
                  retag(Name, functions, Name.Builtin, option='sourcemod')]
    if name == 'VimLexer':
        found += vim(cls)
    if name == 'XsltLexer':
        words = [form % word for word in cls.EXTRA_KEYWORDS for form in ('<xsl:%s', '</xsl:%s', '</xsl:%s>')]
        found += [retag(Name.Tag, words, Keyword)]
    return found


def checked_options(cls):
    """The options that have to be a truth value (0) or a number (1), but for those of all lexers."""
    found = set()
    for base in cls.__mro__:
        if '__init__' in base.__dict__ and base.__module__.startswith('pygments.lexers.'):
            source = inspect.getsource(base.__init__)
            found.update(re.findall(r"get_(bool|int)_opt\(\s*options,\s*['\"]([\w-]+)['\"]", source))
    return sorted((name, int(kind == 'int')) for kind, name in found)


# --- Lexers that are functions ---------------------------------------------------------------------------------------

def patterns(**named):
    """States that hold patterns."""
    return {'@' + name: [(re.compile(pattern, flags).match, None, None)] for name, (pattern, flags) in named.items()}


def pattern(compiled):
    return compiled.pattern, compiled.flags & ~re.U


# Consoles: what starts a line of code, and the lexer of the code.
def consoles():
    from pygments.lexers.dylan import DylanLexer
    from pygments.lexers.erlang import ErlangLexer
    from pygments.lexers.r import SLexer
    from pygments.lexers.ruby import RubyLexer
    return {'DylanConsoleLexer': DylanLexer, 'ErlangShellLexer': ErlangLexer, 'RubyConsoleLexer': RubyLexer,
            'RConsoleLexer': SLexer}


def special(cls):
    name = cls.__name__
    if name == 'TextLexer':
        return Named('whole', kinds=[Text])
    if name == 'OutputLexer':
        return Named('whole', kinds=[Generic.Output])
    if name in ('LuaLexer', 'MoonScriptLexer'):
        return Named('lua', sorted(values(module_of('_lua_builtins').MODULES)))
    if name == 'PhpLexer':
        return Named('php')
    if name == 'LassoLexer':
        return Named('lasso')
    if name == 'SlurmBashLexer':
        return Named('slurm')
    if name == 'LuauLexer':
        return Named('luau', sorted(module_of('_luau_builtins').LUAU_BUILTINS))
    if name == 'Inform6Lexer':
        return Named('inform6')
    if name == 'Tads3Lexer':
        return Named('tads3')
    if name == 'RobotFrameworkLexer':
        return Named('robot')
    if name == 'CheetahPythonLexer':
        return Named('another', lexers=[module_of('python').PythonLexer])
    if name == 'AspectJLexer':
        return Named('aspectj', sorted(cls.aj_inter_type))
    if name in ('JsonLexer', 'JsonLdLexer', 'JsonBareObjectLexer'):
        return Named('json')
    if name == 'GosuTemplateLexer':
        return Named('gosu-template', lexers=[module_of('jvm').GosuLexer])
    if hasattr(cls, '_ps1rgx'):
        return Named('shell-session', [cls._ps2, 'bare' if cls._bare_continuation else ''], [cls._innerLexerCls],
                     [Generic.Prompt.VirtualEnv])
    if name in consoles():
        return Named('console', [name], [consoles()[name]])
    if name == 'ElixirConsoleLexer':
        return Named('elixir-console', lexers=[module_of('erlang').ElixirLexer])
    if name == 'SqliteConsoleLexer':
        return Named('sqlite-console', lexers=[module_of('sql').SqlLexer])
    if name == 'NodeConsoleLexer':
        return Named('node-console', lexers=[module_of('javascript').JavascriptLexer])
    if name == 'PsyshConsoleLexer':
        return Named('psysh-console', lexers=[module_of('php').PhpLexer])
    if name == 'JuliaConsoleLexer':
        return Named('julia-console', lexers=[module_of('julia').JuliaLexer])
    if name == 'GAPConsoleLexer':
        return Named('gap-console', lexers=[module_of('algebra').GAPLexer])
    if name == 'MatlabSessionLexer':
        return Named('matlab-console', lexers=[module_of('matlab').MatlabLexer])
    if name == 'PostgresConsoleLexer':
        return Named('postgres-console', lexers=[module_of('sql').PsqlRegexLexer, module_of('shell').BashSessionLexer])
    if name == 'MakefileLexer':
        return Named('makefile', lexers=[module_of('make').BaseMakefileLexer])
    if name.startswith('Literate'):
        inner = type(cls().baselexer)
        style = cls().options.get('litstyle') or ('latex' if name == 'LiterateAgdaLexer' else '')
        return Named('literate', [style], [inner, module_of('markup').TexLexer])
    if name == 'DelphiLexer':
        return Named('pascal')
    if name == 'PortugolLexer':
        return Named('portugol')
    if name == 'Modula2Lexer':
        return Named('modula2', list(cls.dialects))
    if name == 'ShenLexer':
        return Named('shen')
    if name == 'ErbLexer':
        return Named('erb', lexers=[module_of('ruby').RubyLexer])
    return None


def pascal():
    """What DelphiLexer scans for, and its lists of words, which are in lower case."""
    cls = module_of('pascal').DelphiLexer
    flags = re.DOTALL | re.MULTILINE | re.IGNORECASE
    scanned = {
        'space': r'\s+', 'comment': r'\{.*?\}|\(\*.*?\*\)', 'line-comment': r'//.*?$',
        'portugol-operator': r'(<\-)|(>=)|(<=)|%|<|>|-|\+|\*|\=|(<>)|\/|\.|:|,', 'operator': r'[-+*\/=<>:;,.@\^]',
        'operators': r'[-+*\/=<>:;,.@\^]+', 'brackets': r'[\(\)\[\]]+', 'name': r'[A-Za-z_][A-Za-z_0-9]*',
        'double-quote': r'"', 'quote': r"'", 'two-quotes': r"''", 'no-double-quotes': r'[^"]*', 'no-quotes': r"[^']*",
        'char': r'\#(\d+|\$[0-9A-Fa-f]+)', 'hex': r'\$[0-9A-Fa-f]+', 'integer': r'\d+(?![eE]|\.[^.])',
        'float': r'\d+(\.\d+([eE][+-]?\d+)?|[eE][+-]?\d+)', 'end': r'end', 'asm-label': r'@@[A-Za-z_][A-Za-z_0-9]*',
        'dot': r'\s*\.\s*',
    }
    found = patterns(**{name: (pattern, flags) for name, pattern in scanned.items()})
    lists = {
        'turbo-pascal-keywords': cls.TURBO_PASCAL_KEYWORDS, 'delphi-keywords': cls.DELPHI_KEYWORDS,
        'free-pascal-keywords': cls.FREE_PASCAL_KEYWORDS, 'portugol-keywords': cls.PORTUGOL_KEYWORDS,
        'block-keywords': cls.BLOCK_KEYWORDS, 'function-modifiers': cls.FUNCTION_MODIFIERS,
        'directives': cls.DIRECTIVES, 'types': cls.BUILTIN_TYPES, 'portugol-types': cls.PORTUGOL_BUILTIN_TYPES,
        'builtins': values(cls.BUILTIN_UNITS), 'instructions': cls.ASM_INSTRUCTIONS, 'registers': cls.ASM_REGISTERS,
    }
    found.update({'@' + name: [words(some, Token)] for name, some in lists.items()})
    return found


def modula2(cls):
    """For each dialect what names are, and what is an error."""
    found = {}
    for dialect in cls.dialects:
        lexer = cls(dialect=dialect)
        lexer.set_dialect(dialect)
        lists = [(lexer.reserved_words, Keyword.Reserved), (lexer.builtins, Name.Builtin),
                 (lexer.pseudo_builtins, Name.Builtin.Pseudo), (lexer.adts, Name.Builtin.Pseudo),
                 (lexer.modules, Name.Namespace), (lexer.types, Name.Class), (lexer.procedures, Name.Function),
                 (lexer.variables, Name.Variable), (lexer.constants, Name.Constant)]
        found['@name-' + dialect] = [words(some, kind) for some, kind in lists if some]
        for state, some in ('@reject-', lexer.lexemes_to_reject), ('@adts-', lexer.adts):
            if some:
                found[state + dialect] = [words(some, Token)]
    return found


def tables(cls):
    """The states of a lexer, and the patterns that its functions need; nothing if it has neither."""
    name = cls.__name__
    if hasattr(cls, '_ps1rgx'):
        return patterns(venv=pattern(cls._venv), prompt=pattern(cls._ps1rgx))
    if name == 'RConsoleLexer':
        return patterns(prompt=('[>+].?', 0))
    if name == 'SqliteConsoleLexer':
        return patterns(prompt=pattern(module_of('sql').sqlite_prompt_re))
    if hasattr(cls, '_prompt_re'):
        return patterns(prompt=pattern(cls._prompt_re))
    if name == 'PostgresConsoleLexer':
        sql = module_of('sql')
        return patterns(prompt=pattern(sql.re_prompt), command=pattern(sql.re_psql_command),
                        end=pattern(sql.re_end_command), message=pattern(sql.re_message))
    if name == 'MakefileLexer':
        return patterns(special=pattern(cls.r_special), comment=pattern(cls.r_comment))
    if name.startswith('Literate'):
        return patterns(bird=pattern(cls.bird_re))
    if name == 'ErbLexer':
        return patterns(block=pattern(cls._block_re))
    if name in ('DelphiLexer', 'PortugolLexer'):
        return pascal()
    if not issubclass(cls, RegexLexer):
        return None
    found = dict(cls()._tokens)
    if name == 'Modula2Lexer':
        found.update(modula2(cls))
    if name == 'Tads3Lexer':
        pp = '^%s*#%s*' % (cls._ws_pp, cls._ws_pp)
        found.update(patterns(**{'if-false': (r'%sif%s+(0|nil)%s*$\n?' % (pp, cls._ws_pp, cls._ws_pp), 0),
                                 'else': (pp + r'el(if|se)\b', 0), 'if': (pp + 'if', 0), 'endif': (pp + r'endif\b', 0)}))
    if name == 'CsoundOrchestraLexer':
        csound = module_of('csound')
        opcodes = set(csound.OPCODES) | set(csound.DEPRECATED_OPCODES) | set(csound.REMOVED_OPCODES)
        found['@opcodes'] = [words(opcodes, Token)]
        found.update(patterns(**{'typed-name': (r'^(g?[afikSw])(\w+)', 0)}))
    if name == 'WikitextLexer':
        found.update(patterns(language=(r'\blang=("|\'|)(\w+)(\1)', 0)))
    if name == 'ShenLexer':
        found['@declarations'] = [words(cls.DECLARATIONS, Token)]
        found['@anywhere'] = [words(cls.BUILTINS_ANYWHERE, Token)]
        kinds = {}
        for word, kind in cls.MAPPINGS.items():
            kinds.setdefault(kind, set()).add(word)
        found['@mappings'] = [words(some, kind) for kind, some in sorted(kinds.items(), key=str)]
    sources = SOURCES.get(name, {})
    for function, rules in sources.items():
        found['@' + function] = rules(cls)
    if name in ('PostgresLexer', 'PlPgsqlLexer', 'PsqlRegexLexer'):
        sql = module_of('sql')
        found.update(patterns(language=pattern(sql.language_re), do=pattern(sql.do_re)))
    return found


def check_handled(cls, unknown):
    """Raises an error if the lexer has a function for its tokens that nothing stands for."""
    owner = next(base for base in cls.__mro__ if 'get_tokens_unprocessed' in base.__dict__)
    if cls.__name__.startswith('Inform7'):
        raise unknown('states that depend on an option')
    if owner.__module__ == 'pygments.lexer' or special(cls) or retags(cls):
        return
    # Their contexts are those of their rules.
    if owner.__name__ not in ('YamlLexer', 'PostgresBase', 'TypstLexer', 'HttpLexer', 'SnowballLexer'):
        raise unknown('function of %s' % owner.__name__)


# --- Functions of rules ----------------------------------------------------------------------------------------------

def tests_of(function):
    """The rules of a function that asks `re.match` about a word, again and again, and yields a token for it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    rules = []

    def kind(node):
        return eval(compile(ast.Expression(node), '', 'eval'), dict(vars(tokens)))

    def visit(body):
        for node in body:
            if isinstance(node, ast.If):
                yields = node.body[0].value.value.elts[1]
                rules.append((re.compile(ast.literal_eval(node.test.args[0])).match, kind(yields), None))
                visit(node.orelse)
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
                rules.append((re.compile('').match, kind(node.value.value.elts[1]), None))
    visit(tree.body[0].body)
    return rules


def words(some, kind):
    return re.compile('(?:%s)$(?!\n)' % '|'.join(re.escape(word) for word in sorted(some))).match, kind, None


def otherwise(kind):
    return re.compile('').match, kind, None


# Functions that look at what was matched, and choose a kind by it.
SOURCES = {
    'RebolLexer': {'word_callback': lambda cls: tests_of(cls.word_callback)},
    'RedLexer': {'word_callback': lambda cls: tests_of(cls.word_callback)},
    'SMLLexer': {
        'long_id_callback': lambda cls: [words(cls.alphanumid_reserved, tokens.Error), otherwise(Name.Namespace)],
        'end_id_callback': lambda cls: [words(cls.alphanumid_reserved | cls.symbolicid_reserved, tokens.Error),
                                        otherwise(Name)],
        'id_callback': lambda cls: [words(cls.alphanumid_reserved, Keyword.Reserved),
                                    words(cls.symbolicid_reserved, Punctuation), otherwise(Name)],
    },
    'Dasm16Lexer': {'guess_identifier': lambda cls: [
        (re.compile('(?i)(?:%s)$(?!\n)' % '|'.join(sorted(cls.REGISTERS))).match, Name.Variable, None),
        otherwise(Name.Label)]},
    'SchemeLexer': {'decimal_cb': lambda cls: [(re.compile(r'[^.]*\.', re.S).match, Number.Float, None),
                                               otherwise(Number.Integer)]},
}
SOURCES['LilyPondLexer'] = SOURCES['SchemeLexer']

MAIL = {
    'get_header_tokens': 'mail-header', 'get_body_tokens': 'mail-body', 'store_content_type': 'mail-content-type',
    'get_content_type_subtokens': 'mail-parameter', 'store_content_transfer_encoding': 'mail-encoding',
    'get_x_header_tokens': 'mail-own-field', 'header_callback': 'http-header',
    'continuous_header_callback': 'http-continued', 'content_callback': 'http-content',
}

XQUERY = {
    # The kinds of the groups, then what is done.
    'punctuation_root_callback': ([Punctuation], ['root']),
    'operator_root_callback': ([Operator], ['root']),
    'popstate_tag_callback': ([Name.Tag], ['pop']),
    'popstate_xmlcomment_callback': ([String.Doc], ['pop']),
    'popstate_kindtest_callback': ([Punctuation], ['pop-kindtest']),
    'popstate_callback': ([Punctuation], ['pop-or-leave']),
    'pushstate_element_content_starttag_callback': ([Name.Tag], ['save element_content', 'push start_tag']),
    'pushstate_operator_order_callback': ([Keyword, Whitespace, Punctuation], ['root', 'save operator']),
    'pushstate_operator_map_callback': ([Keyword, Whitespace, Punctuation], ['root', 'save operator']),
    'pushstate_operator_root_validate': ([Keyword, Whitespace, Punctuation], ['root', 'save operator']),
    'pushstate_operator_root_validate_withmode': ([Keyword, Whitespace, Keyword], ['root', 'save operator']),
    'pushstate_operator_processing_instruction_callback': ([String.Doc], ['push processing_instruction', 'save operator']),
    'pushstate_element_content_processing_instruction_callback':
        ([String.Doc], ['push processing_instruction', 'save element_content']),
    'pushstate_element_content_cdata_section_callback': ([String.Doc], ['push cdata_section', 'save element_content']),
    'pushstate_operator_cdata_section_callback': ([String.Doc], ['push cdata_section', 'save operator']),
    'pushstate_element_content_xmlcomment_callback': ([String.Doc], ['push xml_comment', 'save element_content']),
    'pushstate_operator_xmlcomment_callback': ([String.Doc], ['push xml_comment', 'save operator']),
    'pushstate_kindtest_callback': ([Keyword, Whitespace, Punctuation], ['save kindtest', 'push kindtest']),
    'pushstate_operator_kindtestforpi_callback': ([Keyword, Whitespace, Punctuation], ['save operator', 'push kindtestforpi']),
    'pushstate_operator_kindtest_callback': ([Keyword, Whitespace, Punctuation], ['save operator', 'push kindtest']),
    'pushstate_occurrenceindicator_kindtest_callback':
        ([Name.Tag, Whitespace, Punctuation], ['save occurrenceindicator', 'push kindtest']),
    'pushstate_operator_starttag_callback': ([Name.Tag], ['save operator', 'push start_tag']),
    'pushstate_operator_root_callback': ([Punctuation], ['save operator', 'root']),
    'pushstate_operator_root_construct_callback': ([Keyword, Whitespace, Punctuation], ['save operator', 'root']),
    'pushstate_root_callback': ([Punctuation], ['save-current', 'root']),
}


def cells(function):
    return {name: cell.cell_contents for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ())}


def callback(cls, action, compiled, unknown):
    name = action.__qualname__.split('.<locals>')[0].split('.')[-1]
    inner = action.__qualname__.split('.')[-1]
    values_of = cells(action)
    for base in cls.__mro__:
        if name in SOURCES.get(base.__name__, {}):
            kinds = [Punctuation] if name == 'long_id_callback' else []
            return Named('classify', ['@' + name], kinds=kinds)
    module = cls.__module__.split('.')[-1]
    if action.__module__.endswith('.data') and cls.__name__ == 'YamlLexer':
        kinds = [values_of[key] for key in ('token_class', 'indent_token_class', 'content_token_class') if key in values_of]
        texts = [flag for flag in ('start', 'implicit') if values_of.get(flag)]
        if name == 'save_indent':
            kinds.append(kinds[0].Error)
        if name in ('something', 'reset_indent', 'save_indent', 'set_indent', 'set_block_scalar_indent',
                    'parse_block_scalar_empty_line', 'parse_block_scalar_indent', 'parse_plain_scalar_indent'):
            return Named('yaml-' + name.replace('_', '-'), texts, kinds=kinds)
    if name == 'heredoc_callback' and module == 'ruby':
        return Named('heredoc', ['<<-', '<<~'])
    if name == 'heredoc_callback' and module == 'crystal':
        return Named('heredoc', ['<<-'])
    if name == 'heredoc_callback' and module == 'configs':
        return Named('terraform-heredoc')
    if inner in ('intp_regex_callback', 'intp_string_callback'):
        is_regex = inner == 'intp_regex_callback'
        return Named('interpolated', ['interpolated-regex' if is_regex else 'interpolated-string'],
                     kinds=[String.Regex if is_regex else String.Other])
    if name == '_indentation':
        return Named('sass-indentation')
    if name == '_starts_block':
        return Named('sass-block', [values_of['state']], kinds=[values_of['token']])
    if cls.__name__ == 'XQueryLexer' and name in XQUERY:
        kinds, steps = XQUERY[name]
        return Named('xquery', steps, kinds=kinds)
    if cls.__name__ == 'Perl6Lexer':
        if name == 'brackets_callback':
            groups = compiled.groupindex
            pairs = ''.join(a + b for a, b in sorted(cls.PERL6_BRACKETS.items()))
            texts = [pairs, str(groups['delimiter']), str(groups.get('adverbs', 0))]
            return Named('perl6-brackets', texts, kinds=[values_of['token_class']])
        return Named('perl6-' + {'opening_brace_callback': 'open', 'closing_brace_callback': 'close',
                                 'embedded_perl6_callback': 'embedded'}[name])
    if name in ('open_brace_callback', 'close_brace_callback') and module == 'bibtex':
        return Named('bibtex-' + name.split('_')[0])
    if name == 'preproc_callback' and module == 'haxe':
        return Named('haxe-preprocessor')
    if name == 'delayed_callback' and module == 'maple':
        return Named('maple-delayed')
    if name == 'blob_callback' and module == 'urbi':
        return Named('urbi-blob')
    if name in MAIL:
        return Named(MAIL[name])
    if name == 'handle_annotated_strings':
        return Named('arturo')
    if name in ('opcode_name_callback', 'name_callback') and module == 'csound':
        return Named('csound-opcode' if name == 'opcode_name_callback' else 'csound-name')
    if name == '_lex_fortran':
        return Named('fortran-line', lexers=[module_of('fortran').FortranLexer])
    if name == '_stringescapes':
        return Named('snowball-escapes')
    if name == '_string' and module == 'dsls':
        return Named('snowball-string', ['' if values_of['do_string_first'] else 'escape'])
    if name in ('handle_syntaxhighlight', 'handle_score'):
        return Named('wikitext-code', ['lilypond' if name == 'handle_score' else ''])
    if name == 'right_angle_bracket' and module == 'slash':
        return Named('slash-brace')
    if name == 'language_callback':
        return Named('postgres-language')
    if name == '_handle_sourcecode':
        return Named('rst-code')
    if name == '_handle_codeblock' and cls.__name__ == 'MarkdownLexer':
        groups = compiled.groupindex
        return Named('markdown-code', [str(groups.get(key, 0)) for key in (
            'initial', 'lang', 'afterlang', 'whitespace', 'extra', 'newline', 'code', 'terminator')])
    if name in ('_handle_codeblock', '_handle_cssblock'):
        return Named('tiddly-code', ['css' if name == '_handle_cssblock' else ''])
    raise unknown('callback %s' % action.__qualname__)


# --- Names -----------------------------------------------------------------------------------------------------------

def mimetypes():
    """The MIME types that Trac knows lexers for (`trac/mimeview/pygments.py: PygmentsRenderer._types`)."""
    names, types = {}, {}
    for name, aliases, _, mimetypes in get_all_lexers():
        for mimetype in mimetypes:
            types[mimetype] = aliases[0] if aliases else name
        for alias in aliases:
            names[alias] = aliases[0]
    return {mimetype: type(get_lexer_by_name(names.get(alias, alias))) for mimetype, alias in types.items()
            if alias in names}


def first_mimetypes():
    """The MIME types that Pygments has lexers for (`pygments/lexers/__init__.py: get_lexer_for_mimetype`)."""
    found = {}
    for name, _, _, types in get_all_lexers():
        for mimetype in types:
            found.setdefault(mimetype, find_lexer_class(name))
    return found


def aliases():
    found = {}
    for name, aliases, _, types in get_all_lexers():
        for alias in aliases:
            found.setdefault(alias.lower(), find_lexer_class(name))
    return found
