"""Where the real Trac is.

`$TRACRPC_TEST_TRAC` names a Python that has Trac; `scripts/install-trac` makes one, which is found
as well. A Trac with the RPC plugin, which no package registry has for today's Python, is below
`$ORACLE_HOME`, in `trac16`.
"""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGET = os.environ.get('CARGO_TARGET_DIR', os.path.join(ROOT, 'target'))


def with_plugin():
    """The folder of the programs of a Trac that has the plugin."""
    if 'ORACLE_HOME' not in os.environ:
        raise SystemExit('ORACLE_HOME has to name the folder that has a Trac with the RPC plugin, in trac16')
    return os.path.join(os.environ['ORACLE_HOME'], 'trac16', 'bin')


def programs():
    """The folder of the programs of any Trac."""
    companion = os.path.join(ROOT, 'target', 'companions', 'trac', 'bin', 'python')
    for python in os.environ.get('TRACRPC_TEST_TRAC', ''), companion:
        if os.path.exists(python):
            return os.path.dirname(os.path.abspath(python))
    return with_plugin()


def enter(folder):
    """Goes on with the Python of a folder, unless this is it."""
    if os.path.realpath(sys.prefix) != os.path.realpath(os.path.dirname(folder)):
        python = os.path.join(folder, 'python')
        os.execv(python, [python] + sys.argv)
