"""SCALE, written."""

from evidence.scale import compact


def u8(number: int) -> bytes:
    return bytes([number])


def u16(number: int) -> bytes:
    return number.to_bytes(2, "little")


def u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def u256(number: int) -> bytes:
    return number.to_bytes(32, "little")


def some(value: bytes | None) -> bytes:
    return b"\0" if value is None else b"\1" + value


def many(items) -> bytes:
    items = list(items)
    return compact(len(items)) + b"".join(items)
