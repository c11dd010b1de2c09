"""The log's commitment as the chain makes it, and proofs of it (section 14)."""

from evidence.scale import h256


def entries_root(hashes: list) -> bytes:
    """Of the hashes of a block's entries."""
    level = hashes
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else bytes(32)


def entry_path(hashes: list, place: int) -> list:
    """What leads from the entry at a place to the root."""
    path, level = [], hashes
    while len(level) > 1:
        path += level[place ^ 1 : (place ^ 1) + 1]
        place, level = place // 2, _above(level)
    return path


def _above(level: list) -> list:
    pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
    return [h256(b"".join(pair)) if len(pair) == 2 else pair[0] for pair in pairs]


class Commitment:
    """Leaves, with all nodes above them: a node is named by its height and its number there."""

    def __init__(self, leaves: list):
        self.count = len(leaves)
        self.levels = [[h256(leaf) for leaf in leaves]]
        while len(self.levels[-1]) > 1:
            level = self.levels[-1]
            pairs = zip(level[::2], level[1::2])
            self.levels.append([h256(left + right) for left, right in pairs])

    def _trees(self, count: int) -> list:
        """Height and number of each complete tree, from the left."""
        first, trees = 0, []
        for height in reversed(range(count.bit_length())):
            if count >> height & 1:
                trees.append((height, first >> height))
                first += 1 << height
        return trees

    def _bag(self, trees: list) -> bytes:
        root = None
        for height, number in reversed(trees):
            peak = self.levels[height][number]
            root = peak if root is None else h256(root + peak)
        return root

    def root(self, count: int | None = None) -> bytes:
        return self._bag(self._trees(self.count if count is None else count))

    def blocks(self, blocks: list) -> list:
        """The items beside these leaves, sorted."""
        items, trees = [], self._trees(self.count)
        for at, (height, number) in enumerate(trees):
            known = {block for block in blocks if block >> height == number}
            rest = [block for block in blocks if block >> height >= number]
            if not rest:
                return [*items, self._bag(trees[at:])]
            if not known:
                items.append(self.levels[height][number])
                continue
            for level in range(height):
                items += [self.levels[level][one ^ 1] for one in sorted(known) if one ^ 1 not in known]
                known = {one >> 1 for one in known}
        return items

    def ancestry(self, count: int) -> tuple:
        """Peaks and items for the first so many leaves."""
        peaks = [self.levels[height][number] for height, number in self._trees(count)]
        items, trees = [], self._trees(self.count)

        def below(height: int, number: int) -> None:
            first, after = number << height, number + 1 << height
            if first >= count:
                items.append(self.levels[height][number])
            elif after > count:
                below(height - 1, 2 * number)
                below(height - 1, 2 * number + 1)

        for at, (height, number) in enumerate(trees):
            if number << height >= count:
                items.append(self._bag(trees[at:]))
                break
            below(height, number)
        return peaks, items
