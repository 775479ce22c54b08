"""Who works on which ticket: a worklog as trac-hacks has one, with methods, tables and a permission of its own."""
from trac.core import Component, TracError, implements
from trac.db import Column, DatabaseManager, Table
from trac.env import IEnvironmentSetupParticipant
from trac.perm import IPermissionRequestor
from trac.resource import ResourceNotFound
from trac.ticket.model import Ticket
from trac.util.datefmt import datetime_now, from_utimestamp, to_utimestamp, utc
from tracrpc.api import IXMLRPCHandler

TABLE = Table('worked', key='id')[Column('id', auto_increment=True), Column('worker'), Column('ticket', type='int'),
                                  Column('started', type='int64'), Column('ended', type='int64'), Column('comment')]


class Worklog(Component):
    """Who works on which ticket."""
    implements(IXMLRPCHandler, IEnvironmentSetupParticipant, IPermissionRequestor)

    def environment_created(self):
        self.upgrade_environment()

    def environment_needs_upgrade(self):
        return 'worked' not in DatabaseManager(self.env).get_table_names()

    def upgrade_environment(self):
        DatabaseManager(self.env).create_tables([TABLE])

    def get_permission_actions(self):
        return ['WORK_LOG']

    def xmlrpc_namespace(self):
        return 'worklog'

    def xmlrpc_methods(self):
        yield 'WORK_LOG', ((int,),), self.getRPCVersionSupported
        yield 'WORK_LOG', ((str, int),), self.startWork
        yield 'WORK_LOG', ((str,), (str, str)), self.stopWork
        yield 'WORK_LOG', ((dict, str),), self.getLatestTask
        yield 'WORK_LOG', ((dict, str),), self.getActiveTask
        yield 'WORK_LOG', ((str, int),), self.whoIsWorkingOn
        yield 'WORK_LOG', ((str, int),), self.whoLastWorkedOn

    def getRPCVersionSupported(self, req):
        """The version of this interface."""
        return 1

    def startWork(self, req, ticket):
        """Begins to work on a ticket."""
        if not Ticket(self.env, ticket).exists:
            raise ResourceNotFound('no such ticket')
        if self.task(req.authname, 'AND ended IS NULL'):
            raise TracError('You are at work already.')
        self.env.db_transaction("INSERT INTO worked (worker, ticket, started) VALUES (%s, %s, %s)", (
            req.authname, ticket, to_utimestamp(datetime_now(utc))))
        return 'OK'

    def stopWork(self, req, comment=''):
        """Ends the work that was begun."""
        if not self.task(req.authname, 'AND ended IS NULL'):
            return 'You are not at work.'
        self.env.db_transaction("UPDATE worked SET ended=%s, comment=%s WHERE worker=%s AND ended IS NULL", (
            to_utimestamp(datetime_now(utc)), comment, req.authname))
        return 'OK'

    def getLatestTask(self, req, username):
        """What somebody worked on last."""
        return self.task(username, '') or {}

    def getActiveTask(self, req, username):
        """What somebody works on."""
        return self.task(username, 'AND ended IS NULL')

    def whoIsWorkingOn(self, req, ticket):
        """Who works on a ticket."""
        return self.who(ticket, 'AND ended IS NULL')

    def whoLastWorkedOn(self, req, ticket):
        """Who worked on a ticket last."""
        return self.who(ticket, '')

    def task(self, worker, condition):
        for ticket, started, ended, comment in self.env.db_query(
                "SELECT ticket, started, ended, comment FROM worked WHERE worker=%s " + condition +
                " ORDER BY id DESC LIMIT 1", (worker,)):
            return {'user': worker, 'ticket': ticket, 'started': from_utimestamp(started),
                    'ended': ended and from_utimestamp(ended), 'comment': comment}

    def who(self, ticket, condition):
        for worker, in self.env.db_query("SELECT worker FROM worked WHERE ticket=%s " + condition +
                                         " ORDER BY id DESC LIMIT 1", (int(ticket),)):
            return worker
        return ''
