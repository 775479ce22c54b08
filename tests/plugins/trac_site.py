"""A Trac with plugins: its Python, and environments that have all of them.

Besides the plugins of `trac_plugins` these are of PyPI: TracTags, AccountManager, TracSelfDelete and TracRpcProtocols.
They are installed into a virtual environment of their own, which has the packages of the Trac of tests/oracle as well.
"""
import os
import re
import shutil
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), 'oracle'))
import real_trac                                                # noqa: E402
import rpc_sites                                                # noqa: E402

HOME = os.path.join(real_trac.ROOT, 'target', 'companions', 'trac-plugins')
PYTHON = os.path.join(HOME, 'bin', 'python')
OWN = 'Worklog', 'Secrecy', 'Colour', 'Tidy', 'Journal', 'Shapes', 'LineProtocol'
PACKAGES = ['TracAccountManager==0.6.0', 'TracSelfDelete==2.1', 'TracRpcProtocols==2.0.1', 'python-hessian==1.2.0',
            'Py3AMF==0.9.1', 'defusedxml', 'six', 'passlib==1.7.4',
            'bcrypt==4.0.1']                # the last one that passlib knows
POLICIES = 'SecrecyPolicy, SelfDeletePolicy, DefaultWikiPolicy, DefaultTicketPolicy, DefaultPermissionPolicy, ' \
           'LegacyAttachmentPolicy'
OPTIONS = [('components', package + '.*', 'enabled') for package in (
    'tracrpc', 'tractags', 'acct_mgr', 'selfdelete', 'tracrpcext')] + [
    ('trac', 'default_timezone', 'UTC'), ('account-manager', 'password_store', 'HtPasswdStore'),
    ('account-manager', 'hash_method', 'HtPasswdHashMethod')]
GRANTS = [('admin', 'TRAC_ADMIN'), ('authenticated', 'XML_RPC'), ('user', 'TAGS_MODIFY', 'WORK_LOG', 'WIKI_DELETE'),
          ('joe', 'TAGS_VIEW', 'WORK_LOG', 'WIKI_ADMIN', 'TICKET_ADMIN')]


def install():
    """Makes the virtual environment, unless it is there."""
    complete = os.path.join(HOME, '.complete-2')
    if os.path.exists(complete):
        return
    shutil.rmtree(HOME, ignore_errors=True)
    base = os.path.join(real_trac.with_plugin(), 'python')
    subprocess.run([base, '-m', 'venv', HOME], check=True)
    site, packages = (answer(python, 'import sysconfig; print(sysconfig.get_path("purelib"))')
                      for python in (base, PYTHON))
    with open(os.path.join(packages, 'trac.pth'), 'w') as file:
        file.write('%s\nimport newer_rpc\n' % site)
    shutil.copy(os.path.join(HERE, 'trac_plugins', 'newer_rpc.py'), packages)
    pip('install', *PACKAGES)
    install_tags()
    open(complete, 'w').close()


def install_tags():
    """TracTags of PyPI is for Python 2, and draws its pages with Genshi: what remains is made to run."""
    pip('download', '--no-binary', ':all:', '-d', HOME, 'TracTags==0.12.1')
    with tarfile.open(os.path.join(HOME, 'TracTags-0.12.1.tar.gz')) as archive:
        archive.extractall(HOME)
    package = os.path.join(HOME, 'TracTags-0.12.1', 'tractags')
    subprocess.run([PYTHON, '-W', 'ignore', '-m', 'lib2to3', '-w', '-n', '--no-diffs', package], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    init = os.path.join(package, '__init__.py')
    with open(init) as file:
        text = file.read()
    with open(init, 'w') as file:
        file.write(re.sub(r'(?m)^from \. import (wiki|web_ui|macros|admin)$', '', text))
    pip('install', os.path.dirname(package))


def pip(command, *words):
    subprocess.run([PYTHON, '-m', 'pip', command, '-q', '--disable-pip-version-check', '--no-deps',
                    '--no-build-isolation', *words], check=True, stderr=subprocess.DEVNULL)


def answer(python, code):
    return subprocess.run([python, '-c', code], check=True, capture_output=True, text=True).stdout.strip()


def make(path):
    """An environment with all plugins, their tables, and three users whose passwords are their names."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    admin(path, 'initenv', 'Project', 'sqlite:db/trac.db')
    for name in OWN:
        shutil.copy(os.path.join(HERE, 'trac_plugins', name + '.py'), os.path.join(path, 'plugins'))
    rpc_sites.add_users(path)
    rpc_sites.configure(path, OPTIONS + [('account-manager', 'htpasswd_file', os.path.join(path, 'htpasswd')),
                                         ('trac', 'permission_policies', POLICIES)])
    admin(path, 'upgrade', '--no-backup')
    for user, *actions in GRANTS:
        admin(path, 'permission', 'add', user, *actions)


def admin(path, *command):
    program = os.path.join(real_trac.with_plugin(), 'trac-admin')
    done = subprocess.run([PYTHON, '-W', 'ignore', program, path, *command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit('trac-admin %s: %s%s' % (command, done.stdout, done.stderr))
