"""Proofs of the state: keys, and the trie they lead through (section 5)."""

import hashlib

from .scale import Reader, ScaleError, h256, path

_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
_MASK = (1 << 64) - 1


def _rotate(value: int, bits: int) -> int:
    value &= _MASK
    return (value << bits | value >> (64 - bits)) & _MASK


def xxh64(data: bytes, seed: int) -> bytes:
    """XXH64, from its specification."""

    def step(sum_: int, lane: int) -> int:
        return _rotate(sum_ + lane * _P2, 31) * _P1 & _MASK

    rest = data
    if len(data) >= 32:
        lanes = [seed + _P1 + _P2, seed + _P2, seed, seed - _P1]
        while len(rest) >= 32:
            for index in range(4):
                lane = int.from_bytes(rest[8 * index : 8 * index + 8], "little")
                lanes[index] = step(lanes[index], lane)
            rest = rest[32:]
        result = sum(_rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & _MASK
        for lane in lanes:
            result = ((result ^ step(0, lane)) * _P1 + _P4) & _MASK
    else:
        result = seed + _P5
    result = (result + len(data)) & _MASK
    while len(rest) >= 8:
        result ^= step(0, int.from_bytes(rest[:8], "little"))
        result = (_rotate(result, 27) * _P1 + _P4) & _MASK
        rest = rest[8:]
    if len(rest) >= 4:
        result ^= int.from_bytes(rest[:4], "little") * _P1 & _MASK
        result = (_rotate(result, 23) * _P2 + _P3) & _MASK
        rest = rest[4:]
    for byte in rest:
        result ^= byte * _P5 & _MASK
        result = _rotate(result, 11) * _P1 & _MASK
    result = (result ^ result >> 33) * _P2 & _MASK
    result = (result ^ result >> 29) * _P3 & _MASK
    return (result ^ result >> 32).to_bytes(8, "little")


def _twox_128(data: bytes) -> bytes:
    return xxh64(data, 0) + xxh64(data, 1)


def _twox(key: bytes) -> bytes:
    return xxh64(key, 0) + key


def _blake(key: bytes) -> bytes:
    return hashlib.blake2b(key, digest_size=16).digest() + key


def item(pallet: str, name: str, *parts: bytes) -> bytes:
    return b"".join([_twox_128(pallet.encode()), _twox_128(name.encode()), *parts])


def _u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


AUTHORITIES = item("Grandpa", "Authorities")
SET_ID = item("Grandpa", "CurrentSetId")
PENDING_CHANGE = item("Grandpa", "PendingChange")
LOG_COUNT = item("Audit", "Count")
LOG_HEAD = item("Audit", "Head")
LOG_ROOT = item("Mmr", "RootHash")
LOG_LEAVES = item("Mmr", "NumberOfLeaves")


def policy(hash_: bytes) -> bytes:
    return item("Policies", "Policies", hash_)


def successor(hash_: bytes) -> bytes:
    return item("Policies", "Successors", hash_)


def token(key: bytes, epoch: int) -> bytes:
    return item("Keys", "Tokens", key, _twox(_u32(epoch)))


def request(id_: bytes) -> bytes:
    return item("Requests", "Requests", id_)


def approvals(id_: bytes) -> bytes:
    return item("Requests", "Approvals", id_)


def released(id_: bytes) -> bytes:
    return item("Requests", "Released", id_)


def receipt(id_: bytes) -> bytes:
    return item("Requests", "Receipts", id_)


def newest_entry(id_: bytes) -> bytes:
    return item("Audit", "SubjectHead", _blake(b"\4" + id_))


def session(id_: bytes, attempt: int) -> bytes:
    return item("Enclaves", "Sessions", _blake(id_), _twox(bytes([attempt])))


def release(id_: bytes, attempt: int, leaf) -> bytes:
    return item("Requests", "Releases", id_, _blake(bytes([attempt]) + path(leaf)))


def refusal(id_: bytes, attempt: int, agent: bytes) -> bytes:
    return item("Requests", "Refusals", id_, _blake(bytes([attempt]) + agent))


class ProofError(ValueError):
    """Nodes that do not prove what they should."""


class Node:
    """A node of the trie."""

    def __init__(self, data: bytes):
        try:
            self._read(Reader(data))
        except ScaleError as error:
            raise ProofError("a node does not decode") from error

    def _read(self, reader: Reader) -> None:
        first = reader.number(1)
        # What is left of the header's byte is a part of the count.
        kinds = ((6, 0b01, "leaf"), (6, 0b10, "branch"), (6, 0b11, "valued"))
        kinds += ((5, 0b001, "hashed leaf"), (4, 0b0001, "hashed branch"))
        self.children, self.value, self.value_hash = {}, None, None
        self.empty = first == 0
        if self.empty:
            return
        for bits, high, kind in kinds:
            if first >> bits == high:
                break
        else:
            raise ProofError("an unknown kind of node")
        maximum = (1 << bits) - 1
        count = first & maximum
        if count == maximum:
            more = 255
            while more == 255:
                more = reader.number(1)
                count += more
        packed = reader.take((count + 1) // 2)
        nibbles = [nibble for byte in packed for nibble in (byte >> 4, byte & 15)]
        if count % 2:
            if nibbles[0]:
                raise ProofError("the padding is not zero")
            nibbles = nibbles[1:]
        self.part = tuple(nibbles)
        branch = "leaf" not in kind
        bitmap = reader.number(2) if branch else 0
        if branch and not bitmap:
            raise ProofError("a branch without children")
        if "hashed" in kind:
            self.value_hash = reader.take(32)
        elif kind != "branch":
            self.value = reader.take(reader.compact())
        for nibble in range(16):
            if bitmap >> nibble & 1:
                self.children[nibble] = reader.take(reader.compact())


class Proof:
    """Nodes by their hashes, and which of them were needed."""

    def __init__(self, root: bytes, nodes: list):
        self.root = root
        self.nodes = {h256(node): node for node in nodes}
        self.used = set()

    def _node(self, hash_: bytes) -> bytes:
        if hash_ not in self.nodes:
            raise ProofError("a node is missing")
        self.used.add(hash_)
        return self.nodes[hash_]

    def _find(self, key: bytes):
        nibbles = [nibble for byte in key for nibble in (byte >> 4, byte & 15)]
        node = Node(self._node(self.root))
        while True:
            if node.empty or tuple(nibbles[: len(node.part)]) != node.part:
                return None
            nibbles = nibbles[len(node.part) :]
            if not nibbles:
                return node
            child = node.children.get(nibbles[0])
            if child is None:
                return None
            node = Node(self._node(child) if len(child) == 32 else child)
            nibbles = nibbles[1:]

    def hash(self, key: bytes) -> bytes | None:
        """`H256` of the value under a key; none if it is proven absent."""
        node = self._find(key)
        if node is None:
            return None
        return node.value_hash if node.value is None else h256(node.value)

    def value(self, key: bytes) -> bytes | None:
        """The value under a key, which is among the nodes if it is longer than 32 bytes."""
        node = self._find(key)
        if node is None:
            return None
        return node.value if node.value_hash is None else self._node(node.value_hash)

    def check_all_used(self) -> None:
        if len(self.used) != len(self.nodes):
            raise ProofError("a node is not needed")
