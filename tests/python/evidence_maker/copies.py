"""Copies of bundles, and what makes one file of another."""

# Bytes that are looked up at once.
_WINDOW = 16
# Places of one window that are tried.
_TRIED = 8


def copied(value):
    """A bundle, or a part of it, to be changed."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def _shared(old: bytes, at: int, new: bytes, start: int) -> int:
    """How many bytes are the same from these places on."""
    count, limit = 0, min(len(old) - at, len(new) - start)
    while count < limit and old[at + count] == new[start + count]:
        count += 1
    return count


def parts(old: bytes, new: bytes) -> list:
    """What makes a file of another: pairs of place and length in the old one, and hexadecimal bytes."""
    places = {}
    for at in range(len(old) - _WINDOW + 1):
        places.setdefault(old[at : at + _WINDOW], []).append(at)
    made, own, start, after = [], bytearray(), 0, 0
    while start < len(new):
        known = places.get(new[start : start + _WINDOW], [])
        tried = [at for at in known if at == after] or known[:_TRIED]
        length, at = max(((_shared(old, at, new, start), at) for at in tried), default=(0, 0))
        if length < _WINDOW:
            own.append(new[start])
            start, after = start + 1, after + 1
            continue
        if own:
            made.append(own.hex())
            own = bytearray()
        made.append([at, length])
        start, after = start + length, at + length
    return [*made, own.hex()] if own else made


def joined(old: bytes, made: list) -> bytes:
    """The file that these parts make."""
    return b"".join(
        bytes.fromhex(part) if isinstance(part, str) else old[part[0] : part[0] + part[1]]
        for part in made
    )
