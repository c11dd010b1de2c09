"""Deterministic CBOR, as far as bundles use it (section 2)."""

MAX_DEPTH = 16


class CborError(ValueError):
    """Bytes that are not one value in its only encoding."""


class _Reader:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise CborError("bytes are missing")
        self.at += count
        return self.data[self.at - count : self.at]

    def head(self) -> tuple:
        first = self.take(1)[0]
        kind, info = first >> 5, first & 0x1F
        if info < 24:
            return kind, info
        if info > 27:
            raise CborError("neither a length nor a number")
        size = 1 << (info - 24)
        value = int.from_bytes(self.take(size), "big")
        if value < {1: 24, 2: 1 << 8, 4: 1 << 16, 8: 1 << 32}[size]:
            raise CborError("not the shortest form")
        return kind, value

    def value(self, depth: int):
        kind, value = self.head()
        if kind == 0:
            return value
        if kind == 2:
            return self.take(value)
        if kind == 3:
            try:
                return self.take(value).decode("utf-8")
            except UnicodeDecodeError:
                raise CborError("a text is not UTF-8") from None
        if kind not in (4, 5):
            raise CborError("a kind that bundles do not use")
        if depth == 0:
            raise CborError("nested too deeply")
        if kind == 4:
            return [self.value(depth - 1) for _ in _counted(value)]
        result, before = {}, b""
        for _ in _counted(value):
            start = self.at
            if self.data[start : start + 1] and self.data[start] >> 5 != 3:
                raise CborError("a key is not a text")
            key = self.value(0)
            encoded = self.data[start : self.at]
            if encoded <= before:
                raise CborError("keys are not sorted")
            before = encoded
            result[key] = self.value(depth - 1)
        return result


def _counted(count: int):
    # `range` does not take more; the bytes end long before.
    return range(min(count, 1 << 62))


def decode(data: bytes):
    """The value that is all of these bytes."""
    reader = _Reader(data)
    value = reader.value(MAX_DEPTH)
    if reader.at != len(data):
        raise CborError("bytes are left over")
    return value


def _head(kind: int, value: int) -> bytes:
    if value < 24:
        return bytes([kind << 5 | value])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << (8 * size):
            return bytes([kind << 5 | info]) + value.to_bytes(size, "big")
    raise CborError("a number has more than 64 bits")


def encode(value) -> bytes:
    """The only encoding of a value."""
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        data = value.encode()
        return _head(3, len(data)) + data
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(encode, value))
    items = sorted((encode(key), encode(item)) for key, item in value.items())
    return _head(5, len(items)) + b"".join(key + item for key, item in items)
