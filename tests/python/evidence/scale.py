"""SCALE, as far as the chain's values use it (section 1)."""

import hashlib
from collections import namedtuple


class ScaleError(ValueError):
    """Bytes that are not the encoding of what was expected."""


def h256(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).digest()


def compact(number: int) -> bytes:
    if number < 1 << 6:
        return (number << 2).to_bytes(1, "little")
    if number < 1 << 14:
        return (number << 2 | 1).to_bytes(2, "little")
    if number < 1 << 30:
        return (number << 2 | 2).to_bytes(4, "little")
    size = max(4, (number.bit_length() + 7) // 8)
    return bytes([(size - 4) << 2 | 3]) + number.to_bytes(size, "little")


def u8_of(number: int) -> bytes:
    return number.to_bytes(1, "little")


def u32_of(number: int) -> bytes:
    return number.to_bytes(4, "little")


def counted(data: bytes) -> bytes:
    """`bytes`: a byte string with its count."""
    return compact(len(data)) + data


def path(children) -> bytes:
    """`list(u16)`."""
    return compact(len(children)) + b"".join(child.to_bytes(2, "little") for child in children)


def tagged(purpose: str, genesis: bytes, value: bytes) -> bytes:
    """`H(purpose, value)`."""
    return h256(counted(f"regent/{purpose}/v1".encode()) + genesis + value)


class Reader:
    """Reads one value after the other."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise ScaleError("bytes are missing")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def compact(self) -> int:
        """A compact integer below 2^32: nothing larger is read here."""
        start = self.at
        mode = self.data[start] & 3 if start < len(self.data) else 0
        if mode < 3:
            value = self.number(1 << mode) >> 2
        else:
            size = (self.number(1) >> 2) + 4
            if size != 4:
                raise ScaleError("a count is too large")
            value = self.number(size)
        if compact(value) != self.data[start : self.at]:
            raise ScaleError("a count is not in its shortest form")
        return value

    def done(self) -> None:
        if self.at != len(self.data):
            raise ScaleError("bytes are left over")


# A type is a function that reads its value.


def u8(reader):
    return reader.number(1)


def u16(reader):
    return reader.number(2)


def u32(reader):
    return reader.number(4)


def u64(reader):
    return reader.number(8)


def u256(reader):
    return reader.number(32)


def h32(reader):
    return reader.take(32)


def boolean(reader):
    value = reader.number(1)
    if value > 1:
        raise ScaleError("neither true nor false")
    return value == 1


def fixed(size: int):
    return lambda reader: reader.take(size)


def blob(limit: int | None = None):
    def read(reader):
        count = reader.compact()
        if limit is not None and count > limit:
            raise ScaleError("too many bytes")
        return reader.take(count)

    return read


def listed(item, limit: int | None = None):
    def read(reader):
        count = reader.compact()
        if limit is not None and count > limit:
            raise ScaleError("too many items")
        return [item(reader) for _ in range(count)]

    return read


def option(item):
    def read(reader):
        return item(reader) if boolean(reader) else None

    return read


def below(count: int):
    """A byte that names one of so many variants."""

    def read(reader):
        value = reader.number(1)
        if value >= count:
            raise ScaleError("an unknown variant")
        return value

    return read


def struct(title: str, /, **fields):
    """A structure; its value also has `raw`, the bytes it was read from."""
    kind = namedtuple(title, [*fields, "raw"])

    def read(reader):
        start = reader.at
        values = [item(reader) for item in fields.values()]
        return kind(*values, reader.data[start : reader.at])

    return read


def choice(variants: dict):
    """One of several: a tuple of the variant's number and its fields."""

    def read(reader):
        index = reader.number(1)
        if index not in variants:
            raise ScaleError("an unknown variant")
        return (index, *(item(reader) for item in variants[index]))

    return read


def decode(item, data: bytes):
    """The value that is all of these bytes."""
    reader = Reader(data)
    value = item(reader)
    reader.done()
    return value
