"""Writes signed.json: tokens that PyJWT has signed, with the keys to verify them.

usage: python signed.py > signed.json        (needs PyJWT and cryptography)

The private keys are not kept. `good` are tokens of every algorithm, `bad` such that nobody may
get in with, whatever they claim; they end in the year 9999.
"""
import base64
import hashlib
import hmac
import json

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives import hashes, serialization

CLAIMS = {'iss': 'https://issuer.example', 'aud': 'tracrpc', 'sub': 'joe', 'exp': 253402300000}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def part(value):
    return b64(json.dumps(value).encode())


def by_hmac(secret, **header):
    message = part({'alg': 'HS256', **header}) + '.' + part(CLAIMS)
    return message + '.' + b64(hmac.new(secret, message.encode(), hashlib.sha256).digest())


def main():
    keys = {
        'rsa': rsa.generate_private_key(65537, 2048),
        'p256': ec.generate_private_key(ec.SECP256R1()),
        'p384': ec.generate_private_key(ec.SECP384R1()),
        'ed': ed25519.Ed25519PrivateKey.generate(),
        'weak': rsa.generate_private_key(65537, 1024),
        'p521': ec.generate_private_key(ec.SECP521R1()),
        'rs512only': rsa.generate_private_key(65537, 2048),
        'encrypts': rsa.generate_private_key(65537, 2048),
    }
    makers = {'RSA': jwt.algorithms.RSAAlgorithm, 'EC': jwt.algorithms.ECAlgorithm,
              'OKP': jwt.algorithms.OKPAlgorithm}
    jwks = []
    for name, key in keys.items():
        kind = 'RSA' if isinstance(key, rsa.RSAPrivateKey) else 'OKP' if name == 'ed' else 'EC'
        own = json.loads(makers[kind].to_jwk(key.public_key()))
        own.pop('key_ops', None)
        more = {'rs512only': {'alg': 'RS512'}, 'encrypts': {'use': 'enc'}}.get(name, {'use': 'sig'})
        # A number that is nothing to the reader, as some issuers have it.
        jwks.append({**own, 'kid': name, 'iat': 1700000000, **more})
    jwks += [{'kty': 'oct', 'kid': 'secret', 'k': b64(b'secret' * 8)}, {'kty': 'new', 'kid': 'new'}]

    def sign(name, algorithm, key=None, **header):
        return jwt.encode(CLAIMS, key or keys[name], algorithm, {'kid': name, **header})

    algorithms = {'rsa': ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'], 'p256': ['ES256'],
                  'p384': ['ES384'], 'ed': ['EdDSA'], 'rs512only': ['RS512']}
    good = {f'{name} {algorithm}': sign(name, algorithm)
            for name, some in algorithms.items() for algorithm in some}

    public = keys['rsa'].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    message = part({'alg': 'ES256', 'kid': 'p256'}) + '.' + part(CLAIMS)
    as_der = keys['p256'].sign(message.encode(), ec.ECDSA(hashes.SHA256()))
    good_rs256 = good['rsa RS256']
    other = rsa.generate_private_key(65537, 2048)
    unsigned = part({'alg': 'none', 'kid': 'rsa'}) + '.' + part(CLAIMS) + '.'
    embedded = json.loads(makers['RSA'].to_jwk(other.public_key()))
    bad = {
        'no signature': unsigned,
        'no signature, in capitals': unsigned.replace(part({'alg': 'none', 'kid': 'rsa'}),
                                                      part({'alg': 'NONE', 'kid': 'rsa'})),
        'none with a signature': part({'alg': 'none', 'kid': 'rsa'}) + good_rs256[good_rs256.index('.'):],
        'signature cut off': good_rs256[:good_rs256.rindex('.') + 1],
        'HMAC with the public key as PEM': by_hmac(pem, kid='rsa'),
        'HMAC with the public key as DER': by_hmac(der, kid='rsa'),
        'HMAC with the public key as JWK': by_hmac(json.dumps(jwks[0]).encode(), kid='rsa'),
        'HMAC with a point': by_hmac(base64.urlsafe_b64decode(jwks[3]['x'] + '='), kid='ed'),
        'HMAC with a secret of the set': by_hmac(b'secret' * 8, kid='secret'),
        'a key of somebody else': sign('rsa', 'RS256', other),
        'a key that it brings': sign('rsa', 'RS256', other, jwk=embedded),
        'a key that it brings, without a name': jwt.encode(CLAIMS, other, 'RS256', {'jwk': embedded}),
        'an address of keys that it brings': sign('unknown', 'RS256', other, jku='http://127.0.0.1:9/'),
        'a key that does not sign so': sign('rs512only', 'RS256'),
        'a key that does not sign': sign('encrypts', 'RS256'),
        'another kind of key': jwt.encode(CLAIMS, keys['p256'], 'ES256', {'kid': 'rsa'}),
        'no key said, where many fit': jwt.encode(CLAIMS, keys['rsa'], 'RS256'),
        'a weak key': sign('weak', 'RS256'),
        'a curve that is not known': sign('p521', 'ES512'),
        'a signature in DER': message + '.' + b64(as_der),
        'an empty signature of zeros': message + '.' + b64(bytes(64)),
        'something critical': sign('rsa', 'RS256', crit=['exp']),
        'something critical that is no list': part({'alg': 'RS256', 'kid': 'rsa', 'crit': 'b64'})
        + good_rs256[good_rs256.index('.'):],
        'another header': part({'alg': 'RS256', 'kid': 'rsa', 'x': 1}) + good_rs256[good_rs256.index('.'):],
        'other claims': '.'.join([good_rs256.split('.')[0], part({**CLAIMS, 'sub': 'admin'}),
                                  good_rs256.split('.')[2]]),
        'five parts': good_rs256 + '.a.b',
        'two parts': good_rs256[:good_rs256.rindex('.')],
    }
    print(json.dumps({'jwks': {'keys': jwks}, 'good': good, 'bad': bad}, indent=1))


main()
