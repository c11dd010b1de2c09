"""Regent's request, receipt and hashes, read from SCALE without any of Regent's code.

Written from docs/protocol.md: `H` is BLAKE2b-256 over the SCALE encoding of (tag, genesis, value).
"""

import hashlib
from dataclasses import dataclass

FORMATS = {0: "raw", 1: "ethereum", 2: "bitcoin", 3: "empty"}
NETWORKS = {0: "main", 1: "test", 2: "regtest"}
OPERATIONS = {0: "enrol", 1: "sign", 2: "decrypt"}


class ScaleError(ValueError):
    """Bytes that are not the SCALE encoding of what was expected."""


def compact(number: int) -> bytes:
    """A length, as SCALE puts it in front of a list."""
    if number < 1 << 6:
        return (number << 2).to_bytes(1, "little")
    if number < 1 << 14:
        return (number << 2 | 1).to_bytes(2, "little")
    if number < 1 << 30:
        return (number << 2 | 2).to_bytes(4, "little")
    raise ScaleError(f"length {number} is more than anything here may have")


def byte_list(value: bytes) -> bytes:
    """A list of bytes."""
    return compact(len(value)) + value


def hash_of(purpose: str, genesis: bytes, encoded: bytes) -> bytes:
    """`H`, by the tag's purpose."""
    tag = f"regent/{purpose}/v1".encode()
    return hashlib.blake2b(byte_list(tag) + genesis + encoded, digest_size=32).digest()


class Reader:
    """Reads SCALE strictly: `done` refuses bytes that are left."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise ScaleError(f"{self.at + count - len(self.data)} bytes are missing")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def length(self) -> int:
        first = self.number(1)
        mode = first & 3
        if mode == 3:
            raise ScaleError("a length is more than anything here may have")
        more = {0: 0, 1: 1, 2: 3}[mode]
        value = (first | self.number(more) << 8) >> 2 if more else first >> 2
        if compact(value) != self.data[self.at - 1 - more : self.at]:
            raise ScaleError("a length is not in its shortest form")
        return value

    def bytes(self) -> bytes:
        return self.take(self.length())

    def option(self, read):
        match self.number(1):
            case 0:
                return None
            case 1:
                return read()
            case other:
                raise ScaleError(f"{other} is neither none nor some")

    def choice(self, names: dict, what: str) -> str:
        index = self.number(1)
        if index not in names:
            raise ScaleError(f"{index} is no {what}")
        return names[index]

    def list(self, read) -> list:
        return [read() for _ in range(self.length())]

    def done(self) -> None:
        if self.at != len(self.data):
            raise ScaleError(f"{len(self.data) - self.at} bytes are left over")


def asset(reader: Reader) -> str:
    """An asset as the command line writes it; a contract without its checksum."""
    match reader.number(1):
        case 0:
            return f"ether:{reader.number(8)}"
        case 1:
            return f"erc20:{reader.number(8)}:0x{reader.take(20).hex()}"
        case 2:
            return f"bitcoin:{reader.choice(NETWORKS, 'network')}"
        case other:
            raise ScaleError(f"{other} is no asset")


@dataclass(frozen=True)
class Transfer:
    recipient: bytes
    asset: str
    amount: int


@dataclass(frozen=True)
class Fee:
    asset: str
    amount: int


@dataclass(frozen=True)
class Effect:
    transfers: tuple
    fee: Fee | None


def effect(reader: Reader) -> Effect:
    transfers = reader.list(lambda: Transfer(reader.bytes(), asset(reader), reader.number(32)))
    fee = reader.option(lambda: Fee(asset(reader), reader.number(32)))
    return Effect(tuple(transfers), fee)


@dataclass(frozen=True)
class Request:
    """A request that is no enrolment."""

    id: bytes
    key: bytes
    epoch: int
    operation: str
    format: str
    payload_hash: bytes
    effect: Effect
    policy: bytes

    @classmethod
    def decode(cls, genesis: bytes, data: bytes) -> "Request":
        reader = Reader(data)
        reader.take(32 + 32)  # requester, salt
        key, epoch = reader.take(32), reader.number(4)
        operation = reader.choice(OPERATIONS, "operation")
        if operation == "sign":
            form = reader.choice(FORMATS, "payload format")
        elif operation == "decrypt":
            reader.bytes()  # the key to which the result is sealed
            form = "raw"
        else:
            raise ScaleError("an enrolment is not an operation with a result")
        payload_hash, declared = reader.take(32), effect(reader)
        policy = reader.take(32)
        reader.number(4)  # expires
        reader.done()
        id_ = hash_of("request", genesis, data)
        return cls(id_, key, epoch, operation, form, payload_hash, declared, policy)


@dataclass(frozen=True)
class Receipt:
    """A receipt with its session's signature."""

    request: bytes
    attempt: int
    key: bytes
    epoch: int
    operation: str
    payload_hash: bytes
    result_hash: bytes
    leaves: tuple
    faulty: tuple
    policy: bytes
    session: bytes
    message: bytes
    signature: bytes

    @classmethod
    def decode(cls, genesis: bytes, data: bytes) -> "Receipt":
        reader = Reader(data)
        request, attempt, key = reader.take(32), reader.number(1), reader.take(32)
        epoch, operation = reader.number(4), reader.choice(OPERATIONS, "operation")
        payload_hash, result_hash = reader.take(32), reader.take(32)

        def paths():
            return tuple(
                tuple(path) for path in reader.list(lambda: reader.list(lambda: reader.number(2)))
            )

        leaves, faulty = paths(), paths()
        policy, session = reader.take(32), reader.take(32)
        reader.take(32 + 32)  # finalised_hash, previous
        message = hash_of("receipt", genesis, data[: reader.at])
        signature = reader.take(64)
        reader.done()
        return cls(
            request,
            attempt,
            key,
            epoch,
            operation,
            payload_hash,
            result_hash,
            leaves,
            faulty,
            policy,
            session,
            message,
            signature,
        )


def payload_hash(genesis: bytes, form: str, payload: bytes) -> bytes:
    """What approvers sign of a payload."""
    index = next(index for index, name in FORMATS.items() if name == form)
    return hash_of("payload", genesis, bytes([index]) + byte_list(payload))


def result_hash(genesis: bytes, result: list) -> bytes:
    """What the receipt says of the result."""
    return hash_of("result", genesis, compact(len(result)) + b"".join(map(byte_list, result)))
