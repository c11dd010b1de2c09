"""What both verifiers say of a file."""

import json
import subprocess
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from evidence_verify import verify


class Said(NamedTuple):
    """What a verifier says: of the whole, of each policy, token and operation, and which bundle it is."""

    verdict: str
    parts: tuple = ()
    id: str = ""

    @property
    def rule(self) -> str | None:
        """The first rule that does not hold."""
        _, refused, rule = self.verdict.partition("invalid: ")
        return rule if refused else None

    @property
    def accepts(self) -> bool:
        return self.verdict.startswith(("valid", "self-consistent"))


def by_python(data: bytes, genesis: bytes, anchor: bytes | None) -> Said:
    try:
        report = verify(data, genesis, anchor)
    except Exception as error:  # no file may make a verifier fail in another way than by a rule
        return Said(f"failed: {error!r}")
    return Said(str(report), tuple(map(str, report.parts())), report.id.hex() if report.id else "")


# Exit codes of `regent evidence verify`, and how the verdict begins.
_EXITS = {
    0: "valid, anchored",
    7: "invalid: ",
    8: "self-consistent, unanchored",
    9: "valid, anchored at block ",
}


def by_regent(regent: Path, data: bytes, genesis: bytes, anchor: bytes | None) -> Said:
    """What the command line says. Its exit code must go with its verdict."""
    with NamedTemporaryFile(suffix=".evidence") as file:
        file.write(data)
        file.flush()
        command = [regent, "evidence", "verify", file.name, "--genesis", f"0x{genesis.hex()}", "--json"]
        if anchor is not None:
            command += ["--anchor", f"0x{anchor.hex()}"]
        done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in _EXITS:
        return Said(f"failed: exit code {done.returncode}, {done.stderr.decode(errors='replace')}")
    told = json.loads(done.stdout)
    older = told["verdict"].startswith(_EXITS[9])
    if not told["verdict"].startswith(_EXITS[done.returncode]) or older != (done.returncode == 9):
        return Said(f"failed: exit code {done.returncode} with {told['verdict']}")
    items = [*told["policies"], *told["tokens"], *told["operations"]]
    parts = tuple(item["judged"]["verdict"] for item in items)
    return Said(told["verdict"], parts, (told["bundle"] or "").removeprefix("0x"))


class Judge:
    """Asks one verifier or both."""

    def __init__(self, regent: Path | None):
        self.regent = regent

    def __call__(self, case: tuple) -> tuple:
        data, genesis, anchor = case
        said = (by_python(data, genesis, anchor),)
        return said if self.regent is None else (*said, by_regent(self.regent, data, genesis, anchor))
