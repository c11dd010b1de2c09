"""What a PSBT of version 0 does (section 9)."""

from hashlib import sha256

from coincurve import PublicKey, PublicKeyXOnly
from Crypto.Hash import RIPEMD160

from .unread import UnreadError, check

# Algorithms of keys.
SECP256K1, BIP340 = 2, 3
# Types of fields: of the whole, and of an input.
_XPUB, _VERSION = 0x01, 0xFB
_NON_WITNESS, _WITNESS, _SIGHASH, _INTERNAL, _ROOT = 0x00, 0x01, 0x03, 0x17, 0x18
_MAX_INPUTS, _MAX_PAYMENTS, _MAX_SATOSHI = 64, 16, 21 * 10**14


class _Reader:
    """Bitcoin's own encoding."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        check(self.at + count <= len(self.data))
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def compact(self) -> int:
        first = self.number(1)
        if first < 0xFD:
            return first
        size = 2 << first - 0xFD
        value = self.number(size)
        check(value >= (0xFD if size == 2 else 1 << 4 * size))
        return value

    def bytes(self) -> bytes:
        return self.take(self.compact())

    def list(self, item) -> list:
        return [item() for _ in range(self.compact())]

    def input(self) -> tuple:
        """What it spends, and its script."""
        spent, script = (self.take(32), self.number(4)), self.bytes()
        self.take(4)
        return spent, script

    def output(self) -> tuple:
        """Amount and script."""
        return self.number(8), self.bytes()

    def map(self) -> dict:
        """Pairs: keys begin with their type."""
        pairs = {}
        while key := self.bytes():
            check(key not in pairs)
            pairs[key] = self.bytes()
        return pairs

    def end(self) -> None:
        check(self.at == len(self.data))


def _whole(data: bytes, read):
    reader = _Reader(data)
    value = read(reader)
    reader.end()
    return value


def _unsigned(reader: _Reader) -> tuple:
    """Inputs and outputs of a transaction without signatures."""
    reader.take(4)
    inputs, outputs = reader.list(reader.input), reader.list(reader.output)
    reader.take(4)
    check(not any(script for _, script in inputs))
    return [spent for spent, _ in inputs], outputs


def _former(reader: _Reader) -> tuple:
    """The id and the outputs of a transaction that is spent."""
    version = reader.take(4)
    marked = reader.data[reader.at : reader.at + 1] == b"\0"
    if marked:
        check(reader.take(2) == b"\0\1")
    start = reader.at
    inputs, outputs = reader.list(reader.input), reader.list(reader.output)
    body = reader.data[start : reader.at]
    if marked:
        witnesses = [reader.list(reader.bytes) for _ in inputs]
        check(not inputs or any(witnesses))
    plain = version + body + reader.take(4)
    return sha256(sha256(plain).digest()).digest(), outputs


def _is_point(data: bytes) -> bool:
    kind = PublicKeyXOnly if len(data) == 32 else PublicKey
    try:
        kind(data)
    except ValueError:
        return False
    return True


def _check_source(data: bytes) -> None:
    """A fingerprint and a path."""
    check(len(data) >= 4 and len(data) % 4 == 0)


def _check_leaves_and_source(data: bytes) -> None:
    reader = _Reader(data)
    reader.list(lambda: reader.take(32))
    _check_source(data[reader.at :])


def _check_tree(data: bytes) -> None:
    """Leaves of a tree of scripts, depth first: together they are all of it."""
    reader, depths = _Reader(data), []
    while reader.at < len(data):
        depth, version, _ = reader.number(1), reader.number(1), reader.bytes()
        check(depth <= 128 and version % 2 == 0 and version != 0x50)
        depths.append(depth)
        while len(depths) > 1 and depths[-1] == depths[-2] > 0:
            depths[-2:] = [depths[-1] - 1]
    check(depths == [0])


def _check_point(data: bytes) -> None:
    check(len(data) == 32 and _is_point(data))


def _check_any(data: bytes) -> None:
    """Nothing: what it says is for others."""


def _check_32(data: bytes) -> None:
    check(len(data) == 32)


def _check_fields(pairs: dict, plain: dict, keyed: dict) -> None:
    """Only fields of these types, the first without more in their keys, well formed."""
    for key, value in pairs.items():
        kind, more = key[0], key[1:]
        if kind in keyed:
            sizes, read = keyed[kind]
            check(len(more) in sizes and _is_point(more))
            read(value)
        else:
            check(kind in plain and not more)
            plain[kind](value)


# With a public key of these sizes behind the type, and how the value is checked.
_KEYED = ((33, 65), _check_source)
_KEYED_TAPROOT = ((32,), _check_leaves_and_source)
# With nothing behind the type.
_INPUT = {
    _NON_WITNESS: lambda data: _whole(data, _former),
    _WITNESS: lambda data: _whole(data, _Reader.output),
    _SIGHASH: lambda data: check(len(data) == 4),
    _INTERNAL: _check_point,
    _ROOT: _check_32,
}
_OUTPUT = {0x00: _check_any, 0x01: _check_any, 0x05: _check_point, 0x06: _check_tree}


def _read(payload: bytes) -> tuple:
    """The unsigned transaction's inputs and outputs, and the map of each input."""
    reader = _Reader(payload)
    check(reader.take(5) == b"psbt\xff")
    pairs = reader.map()
    check(b"\0" in pairs)
    inputs, outputs = _whole(pairs.pop(b"\0"), _unsigned)
    for key, value in pairs.items():
        if key[0] == _XPUB:
            check(len(key) == 79 and key[1:5].hex() in ("0488b21e", "043587cf") and _is_point(key[46:]))
            _check_source(value)
        else:
            check(key == bytes([_VERSION]) and value == bytes(4))
    maps = [reader.map() for _ in inputs]
    for pairs in maps:
        _check_fields(pairs, _INPUT, {0x06: _KEYED, 0x16: _KEYED_TAPROOT})
    for _ in outputs:
        _check_fields(reader.map(), _OUTPUT, {0x02: _KEYED, 0x07: _KEYED_TAPROOT})
    reader.end()
    return inputs, outputs, maps


def _taproot(key: bytes, root: bytes) -> bytes:
    """The script that pays a key, and scripts with this root, by BIP-341."""
    tag = sha256(b"TapTweak").digest()
    tweak = sha256(tag + tag + key[1:] + root).digest()
    try:
        output = PublicKey(b"\2" + key[1:]).add(tweak)
    except ValueError as error:
        raise UnreadError from error
    return b"\x51\x20" + output.format(compressed=True)[1:]


def _own(algorithm: int, key: bytes) -> bytes:
    """The script that pays the key alone."""
    if algorithm == SECP256K1:
        return b"\x00\x14" + RIPEMD160.new(sha256(key).digest()).digest()
    return _taproot(key, b"")


def _coin(spent: tuple, pairs: dict, algorithm: int, key: bytes) -> int:
    """The satoshi that an input spends; they are the key's."""
    former, stated = pairs.get(bytes([_NON_WITNESS])), pairs.get(bytes([_WITNESS]))
    stated = None if stated is None else _whole(stated, _Reader.output)
    if former is None:
        check(algorithm == BIP340 and stated is not None)
        amount, script = stated
    else:
        id_, outputs = _whole(former, _former)
        check(id_ == spent[0] and spent[1] < len(outputs))
        check(stated in (None, outputs[spent[1]]))
        amount, script = outputs[spent[1]]
    internal, root = pairs.get(bytes([_INTERNAL])), pairs.get(bytes([_ROOT]))
    sighash = pairs.get(bytes([_SIGHASH]), b"\1\0\0\0")
    if algorithm == SECP256K1:
        check(internal is None and root is None and sighash == b"\1\0\0\0")
        check(script == _own(algorithm, key))
    else:
        check(internal in (None, key[1:]) and sighash in (bytes(4), b"\1\0\0\0"))
        check(script == _taproot(key, root or b""))
    check(amount <= _MAX_SATOSHI)
    return amount


def _is_payment(script: bytes) -> bool:
    """Whether it pays an address of a kind in use."""
    size, start, end = len(script), script[:3], script[-2:]
    return (
        (size == 25 and start == b"\x76\xa9\x14" and end == b"\x88\xac")
        or (size == 23 and start[:2] == b"\xa9\x14" and end[1:] == b"\x87")
        or (size == 22 and start[:2] == b"\x00\x14")
        or (size == 34 and start[:2] in (b"\x00\x20", b"\x51\x20"))
    )


def effect_of(payload: bytes, algorithm: int, key: bytes, network: int) -> tuple:
    """Transfers, each recipient, asset and amount; and the fee: asset and amount."""
    check(len(payload) <= 16_384 and algorithm in (SECP256K1, BIP340))
    check(len(key) == 33 and _is_point(key))
    inputs, outputs, maps = _read(payload)
    check(0 < len(inputs) <= _MAX_INPUTS and len(set(inputs)) == len(inputs))
    check((bytes(32), 0xFFFFFFFF) not in inputs)
    spent = sum(_coin(one, pairs, algorithm, key) for one, pairs in zip(inputs, maps))
    own = _own(algorithm, key)
    payments = [(amount, script) for amount, script in outputs if script != own]
    check(bool(outputs) and all(amount <= _MAX_SATOSHI for amount, _ in outputs))
    check(len(payments) <= _MAX_PAYMENTS and all(_is_payment(script) for _, script in payments))
    fee = spent - sum(amount for amount, _ in outputs)
    check(fee >= 0)
    asset = (2, network)
    return [(script, asset, amount) for amount, script in payments], (asset, fee)
