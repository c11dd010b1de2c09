"""A state: tries with all their nodes (section 5)."""

from evidence import state
from evidence.scale import counted, h256

from .encoding import u16


def _nibbles(data: bytes) -> list:
    return [nibble for byte in data for nibble in (byte >> 4, byte & 15)]


class Trie:
    """A state: its root, and its nodes."""

    def __init__(self, items: dict):
        self.nodes = {}
        entries = sorted((_nibbles(key), value) for key, value in items.items())
        root = self._build(entries, 0)
        self.root = h256(root)
        self.nodes[self.root] = root

    def _build(self, entries: list, depth: int) -> bytes:
        first, last = entries[0][0], entries[-1][0]
        if len(entries) == 1:
            return self._node(0, first[depth:], entries[0][1], None)
        end = depth
        while end < len(first) and first[end] == last[end]:
            end += 1
        value, rest = None, entries
        if len(first) == end:
            value, rest = entries[0][1], entries[1:]
        children = {}
        for nibble in range(16):
            below = [entry for entry in rest if entry[0][end] == nibble]
            if below:
                children[nibble] = self._build(below, end + 1)
        return self._node(1, first[depth:end], value, children)

    def _node(self, branch: int, part: list, value: bytes | None, children: dict | None) -> bytes:
        hashed = value is not None and len(value) > 32
        if branch:
            bits, high = (4, 0b0001) if hashed else (6, 0b11 if value is not None else 0b10)
        else:
            bits, high = (5, 0b001) if hashed else (6, 0b01)
        maximum, count = (1 << bits) - 1, len(part)
        head = bytes([high << bits | min(count, maximum)])
        if count >= maximum:
            count -= maximum
            while count >= 255:
                head, count = head + b"\xff", count - 255
            head += bytes([count])
        padded = [0, *part] if len(part) % 2 else part
        head += bytes(high_ << 4 | low for high_, low in zip(padded[::2], padded[1::2]))
        if branch:
            head += u16(sum(1 << nibble for nibble in children))
        if value is not None:
            head += h256(value) if hashed else counted(value)
        for nibble in sorted(children or {}):
            child = children[nibble]
            if len(child) < 32:
                head += counted(child)
            else:
                self.nodes[h256(child)] = child
                head += counted(h256(child))
        return head

    def prove(self, keys: list) -> list:
        """The nodes on the way to these keys, without values."""
        proof = state.Proof(self.root, list(self.nodes.values()))
        for key in keys:
            proof.hash(key)
        return sorted(self.nodes[hash_] for hash_ in proof.used)
