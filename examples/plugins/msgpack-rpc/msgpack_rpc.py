#!/usr/bin/env python3
"""MessagePack-RPC over HTTP: `[0, id, method, params]` is answered by `[1, id, error, result]`.

Calls are posted to `/rpc` or `/login/rpc` as `application/msgpack` or `application/x-msgpack`. Moments are MessagePack's
timestamps, in both directions. An error is `{code, message, kind}`. A `system.multicall` takes what it takes in
XML-RPC and answers a pair of error and result for each call.
"""
from tracrpc_plugin import Fault, Plugin, Response

try:
    import msgpack
except ImportError:
    msgpack = None

CODES = {'parse': -32700, 'method_not_found': -32601, 'invalid_params': -32602, 'forbidden': 403, 'not_found': 404}

plugin = Plugin('msgpack-rpc', '1.0')


def small(value):
    """The value with the digits of numbers that MessagePack cannot hold."""
    if isinstance(value, list):
        return [small(item) for item in value]
    if isinstance(value, dict):
        return {key: small(item) for key, item in value.items()}
    if isinstance(value, int) and not -2 ** 63 <= value < 2 ** 64:
        return str(value)
    return value


def error_of(fault):
    return {'code': fault.code or CODES.get(fault.kind, 1), 'message': fault.message, 'kind': fault.kind}


class MessagePackRpc:
    """Calls as MessagePack-RPC has them: `[0, id, method, params]`, answered by `[1, id, error, result]`."""

    def __init__(self, context):
        self.id = None

    def decode(self, body):
        try:
            kind, self.id, method, params = msgpack.unpackb(body, timestamp=3, strict_map_key=False)
        except Exception as e:
            raise Fault('no request of MessagePack-RPC: %s' % e, 'parse') from e
        if kind != 0 or not isinstance(method, str) or not isinstance(params, list):
            raise Fault('a request is [0, id, method, params]', 'parse')
        return method, params

    def value(self, value):
        return self.answer(None, small(value))

    def fault(self, fault):
        return self.answer(error_of(fault), None)

    def outcomes(self, outcomes):
        return self.answer(None, [[error_of(one), None] if isinstance(one, Fault) else [None, small(one)]
                                  for one in outcomes])

    def answer(self, error, result):
        return Response(msgpack.packb([1, self.id, error, result], datetime=True), 'application/msgpack')


if msgpack is None:
    plugin.problem('msgpack', 'the Python package msgpack is missing: python3 -m pip install msgpack')
else:
    plugin.protocol('msgpack-rpc', [('rpc', 'application/msgpack'), ('rpc', 'application/x-msgpack')],
                    name='MessagePack-RPC')(MessagePackRpc)

if __name__ == '__main__':
    plugin.run()
