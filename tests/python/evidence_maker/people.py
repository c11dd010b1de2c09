"""Who signs."""

import sr25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evidence.scale import h256


class Person:
    """Who signs by sr25519."""

    def __init__(self, name: str):
        self.name = name
        self.pair = sr25519.pair_from_seed(h256(name.encode()))
        self.id = self.pair[0]

    def sign(self, message: bytes) -> bytes:
        return sr25519.sign(self.pair, message)


class Validator:
    """Who signs by ed25519."""

    def __init__(self, name: str):
        self.key = Ed25519PrivateKey.from_private_bytes(h256(name.encode()))
        self.id = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


def validators(group: str, count: int = 4) -> list:
    return [Validator(f"{group}/{number}") for number in range(count)]


DESK, ALICE, BOB, CAROL, DAVE = map(Person, ("desk", "alice", "bob", "carol", "dave"))
AGENTS = [Person(f"agent {number}") for number in range(4)]
