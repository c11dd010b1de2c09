"""Signatures, by other people's libraries (section 6).

Ed25519 is verified by OpenSSL, which is stricter than ZIP 215: it refuses a few signatures by keys of
small order, and encodings that are not canonical, which no honest signer makes.
"""

import sr25519
from coincurve import PublicKey
from Crypto.Hash import keccak
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .scale import h256


def by_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def by_sr25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        return sr25519.verify(signature, message, public)
    except ValueError:  # bytes that encode no signature or key
        return False


def _keccak(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def _recovered(digest: bytes, signature: bytes) -> PublicKey | None:
    recovery = signature[64] - 27 if signature[64] > 26 else signature[64]
    if recovery > 3:
        return None
    try:
        compact = signature[:64] + bytes([recovery])
        return PublicKey.from_signature_and_message(compact, digest, hasher=None)
    except Exception:  # what coincurve raises where nothing is recovered
        return None


def _of_message(account: bytes, message: bytes, kind: int, signature: bytes) -> bool:
    if kind == 0:
        return by_ed25519(account, message, signature)
    if kind == 1:
        return by_sr25519(account, message, signature)
    key = _recovered(h256(message) if kind == 2 else _keccak(message), signature)
    if key is None:
        return False
    if kind == 2:
        return h256(key.format(compressed=True)) == account
    return _keccak(key.format(compressed=False)[1:])[12:] + b"\xee" * 12 == account


def by_person(account: bytes, message: bytes, signature: tuple) -> bool:
    """Whether a person signed 32 bytes, as they are or as wallets wrap them."""
    kind, data = signature
    wrapped = b"<Bytes>" + message + b"</Bytes>"
    return any(_of_message(account, said, kind, data) for said in (message, wrapped))
