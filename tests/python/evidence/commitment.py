"""Proofs of blocks, of entries and of earlier commitments (section 14)."""

from .scale import h256


class OtherRoot(ValueError):
    """A proof that does not lead where it must."""


def _need(condition: bool) -> None:
    if not condition:
        raise OtherRoot


class _Items:
    """Nodes that are taken one after the other."""

    def __init__(self, items: list):
        self.left = list(reversed(items))

    def take(self) -> bytes:
        _need(bool(self.left))
        return self.left.pop()

    def done(self) -> None:
        _need(not self.left)


def _trees(leaves: int) -> list:
    """The first leaf and the height of each complete tree, from the left."""
    first, trees = 0, []
    for height in reversed(range(leaves.bit_length())):
        if leaves >> height & 1:
            trees.append((first, height))
            first += 1 << height
    return trees


def _bag(peaks: list) -> bytes:
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = h256(root + peak)
    return root


def check_blocks(root: bytes, leaves: int, known: dict, items: list) -> None:
    """That these leaves, by their index, are below the root."""
    items, peaks = _Items(items), []
    for first, height in _trees(leaves):
        if all(index < first for index in known):
            peaks.append(items.take())
            break
        level = {
            index: h256(leaf)
            for index, leaf in sorted(known.items())
            if first <= index < first + (1 << height)
        }
        if not level:
            peaks.append(items.take())
            continue
        for _ in range(height):
            above = {}
            for parent in sorted({index // 2 for index in level}):
                pair = [level.get(index) or items.take() for index in (2 * parent, 2 * parent + 1)]
                above[parent] = h256(pair[0] + pair[1])
            level = above
        peaks.extend(level.values())
    items.done()
    _need(_bag(peaks) == root)


def check_entry(root: bytes, hash_: bytes, place: int, count: int, path: list) -> None:
    """That this is the hash of the entry at a place of a block with so many entries."""
    _need(0 <= place < count)
    items = _Items(path)
    while count > 1:
        if place % 2:
            hash_ = h256(items.take() + hash_)
        elif place + 1 < count:
            hash_ = h256(hash_ + items.take())
        place, count = place // 2, (count + 1) // 2
    items.done()
    _need(hash_ == root)


def check_ancestry(
    root: bytes, leaves: int, earlier: bytes, count: int, peaks: list, items: list
) -> None:
    """That the first leaves, so many, are those of an earlier root."""
    _need(0 < count < leaves and len(peaks) == count.bit_count() and _bag(peaks) == earlier)
    peaks, items, found = _Items(peaks), _Items(items), []

    def node(first: int, height: int) -> bytes:
        if first + (1 << height) <= count:
            return peaks.take()
        if first >= count:
            return items.take()
        left = node(first, height - 1)
        return h256(left + node(first + (1 << height - 1), height - 1))

    for first, height in _trees(leaves):
        if first >= count:
            found.append(items.take())
            break
        found.append(node(first, height))
    peaks.done()
    items.done()
    _need(_bag(found) == root)
