"""Where the real Trac is.

`$TRACRPC_TEST_TRAC` names a Python that has Trac and the RPC plugin; `scripts/install-trac` makes one,
which is found as well. Another one with the plugin may be below `$ORACLE_HOME`, in `trac16`.
"""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARGET = os.environ.get('CARGO_TARGET_DIR', os.path.join(ROOT, 'target'))


def with_plugin():
    """The folder of the programs of a Trac that has the plugin."""
    if 'ORACLE_HOME' in os.environ:
        return os.path.join(os.environ['ORACLE_HOME'], 'trac16', 'bin')
    return programs()


def programs():
    """The folder of the programs of the Trac to compare with."""
    companion = os.path.join(ROOT, 'target', 'companions', 'trac', 'bin', 'python')
    other = os.path.join(os.environ.get('ORACLE_HOME', ''), 'trac16', 'bin', 'python')
    for python in os.environ.get('TRACRPC_TEST_TRAC', ''), companion, other:
        if os.path.exists(python):
            return os.path.dirname(os.path.abspath(python))
    raise SystemExit('no Trac to compare with: scripts/install-trac installs it')


def enter(folder):
    """Goes on with the Python of a folder, unless this is it."""
    if os.path.realpath(sys.prefix) != os.path.realpath(os.path.dirname(folder)):
        python = os.path.join(folder, 'python')
        os.execv(python, [python] + sys.argv)
