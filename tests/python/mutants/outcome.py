"""What became of many mutants."""

import re
from collections import Counter
from pathlib import Path

_DOCUMENT = Path(__file__).parents[3] / "docs/evidence.md"


def rules() -> list:
    """The rules of docs/evidence.md, section 7, in their order, each once."""
    text = _DOCUMENT.read_text()
    section = re.search(r"^## 7\. Rules$(.*?)^### Verdicts$", text, re.M | re.S)[1]
    cells = re.findall(r"^\| (`[^|]*`) \|", section, re.M)
    return list(dict.fromkeys(name for cell in cells for name in re.findall(r"`([a-z-]+)`", cell)))


RULES = rules()


class Outcome:
    """Counts of mutants by the rule that refused them, and whatever should not be."""

    def __init__(self):
        self.bytes, self.structures = Counter(), Counter()
        self.undetected, self.disagreements, self.others = [], [], []

    def add(self, mutant, said: tuple) -> None:
        """What the verifiers say of one."""
        counted = self.bytes if mutant.kind == "a byte" else self.structures
        counted[said[0].rule or said[0].verdict] += 1
        verdicts = "; ".join(one.verdict for one in said)
        if any(one.accepts for one in said):
            self.undetected.append(f"{mutant}: {verdicts}")
        if any(one != said[0] for one in said):
            self.disagreements.append(f"{mutant}: {verdicts}")
        wanted = [mutant.rule] if mutant.rule else RULES
        if not any(one.accepts for one in said) and said[0].rule not in wanted:
            self.others.append(f"{mutant}: {verdicts}, expected {mutant.rule or 'a rule'}")

    def missing(self) -> list:
        """Rules that refused nothing."""
        return [rule for rule in RULES if not self.bytes[rule] and not self.structures[rule]]

    def holds(self) -> bool:
        return not (self.undetected or self.disagreements or self.others or self.missing())

    def __str__(self) -> str:
        lists = (
            ("undetected", self.undetected),
            ("disagreements", self.disagreements),
            ("refused by another rule than they must be", self.others),
            ("rules that refused nothing", self.missing()),
        )
        lines = []
        for name, items in lists:
            lines += [f"{name}: {len(items)}", *(f"  {item}" for item in items)]
        lines.append(f"{'refused by':<22}{'bytes':>8}{'structures':>12}")
        named = [*RULES, *sorted({*self.bytes, *self.structures} - {*RULES})]
        lines += [
            f"{rule:<22}{self.bytes[rule]:>8}{self.structures[rule]:>12}"
            for rule in named
            if self.bytes[rule] or self.structures[rule]
        ]
        total = (sum(self.bytes.values()), sum(self.structures.values()))
        return "\n".join([*lines, f"{'together':<22}{total[0]:>8}{total[1]:>12}"])

