"""Headers and justifications (section 4)."""

from evidence.scale import compact, counted

from .encoding import many, u32, u64


def header(number: int, parent: bytes, root: bytes, digest: list) -> bytes:
    return parent + compact(number) + root + b"\xee" * 32 + many(digest)


def slot(number: int) -> bytes:
    return b"\6aura" + counted(u64(3_500_000_000 + number))


def authority_list(group: list) -> bytes:
    return many(validator.id + u64(1) for validator in group)


def change(group: list) -> bytes:
    return b"\4FRNK" + counted(b"\1" + authority_list(group) + u32(0))


def justification(group: list, number: int, block: bytes, set_id: int, count: int = None) -> bytes:
    count = len(group) - (len(group) - 1) // 3 if count is None else count
    votes = []
    for validator in group[:count]:
        message = b"\1" + block + u32(number) + u64(7) + u64(set_id)
        votes.append(block + u32(number) + validator.sign(message) + validator.id)
    return u64(7) + block + u32(number) + many(votes) + many([])
