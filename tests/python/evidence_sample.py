"""Makes evidence bundles without Regent: a chain with real signatures, tries and justifications.

    python evidence_sample.py FOLDER

writes a bundle a file, sound ones and ones with one thing wrong each, and `expected.json`: what
`evidence_verify.py` says of them, of the first with a part changed, and of the second with a byte
changed. `crates/evidence` is tested with them. How they are made is in `evidence_maker/`.
"""

import json
import random
import sys
from pathlib import Path

from evidence.cbor import encode
from evidence.log import Absent
from evidence.scale import h256
from evidence_maker.bundles import Bundles
from evidence_maker.copies import joined, parts
from evidence_maker.mutations import mutations
from evidence_maker.redactions import REDACTIONS, withhold
from evidence_maker.scene import Scene
from evidence_maker.scenes_of_executions import about_executions
from evidence_maker.scenes_of_requests import about_requests
from evidence_maker.sound import changing, everything, noted, partial, payloads
from evidence_verify import verify


def _judged(name: str, data: bytes, genesis: bytes, rule: str | None) -> dict:
    report = verify(data, genesis)
    assert report.first_rule() == rule, (name, str(report), report.detail)
    return {
        "name": name,
        "id": report.id.hex() if report.id else "",
        "verdict": str(report),
        "parts": [str(part) for part in report.parts()],
        "findings": [sorted(one.findings) for one in report.operations.values()],
        "absent": _absent(report.absent),
    }


def _absent(absent: Absent | None) -> dict | None:
    if absent is None:
        return None
    return {
        "from": absent.since,
        "requests": [id_.hex() for id_ in absent.requests],
        "unaccounted": [id_.hex() for id_ in absent.unaccounted],
    }


def _files(folder: Path, files: dict) -> list:
    expected = []
    for number, (name, (rule, bundle)) in enumerate(files.items()):
        data = encode(bundle)
        (folder / f"{number:03}.cbor").write_bytes(data)
        judged = _judged(name, data, bundle["genesis"], rule)
        genesis = bundle["genesis"].hex()
        expected.append({"file": f"{number:03}.cbor", "genesis": genesis} | judged)
    return expected


def _redacted(whole: dict) -> list:
    expected = []
    for kinds in REDACTIONS:
        data = encode(withhold(whole, kinds))
        judged = _judged(str(kinds), data, whole["genesis"], None)
        expected.append({"kinds": kinds, "hash": h256(data).hex()} | judged)
    return expected


def _changed(whole: dict) -> list:
    data, expected = encode(whole), []
    for name, (rule, bundle) in mutations(whole).items():
        changed = encode(bundle)
        made = parts(data, changed)
        assert joined(data, made) == changed, name
        judged = _judged(name, changed, whole["genesis"], rule)
        expected.append({"made": made} | judged)
    return expected


def _bytes(single: dict) -> dict:
    """Bytes that are changed, with the number of the verdict."""
    data, chosen, verdicts, changes = encode(single), random.Random(7), [], []
    for _ in range(1000):
        at, change = chosen.randrange(len(data)), chosen.randrange(1, 256)
        changed = data[:at] + bytes([data[at] ^ change]) + data[at + 1 :]
        report = verify(changed, single["genesis"])
        assert report.first_rule(), (at, change)
        if str(report) not in verdicts:
            verdicts.append(str(report))
        changes.append([at, change, verdicts.index(str(report))])
    return {"verdicts": verdicts, "changes": changes}


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (whole, earlier), single = everything(), Scene().served().bundle()
    files = {"everything": (None, whole), "one operation": (None, single), "earlier": (None, earlier)}
    broken = Bundles()
    about_requests(broken)
    about_executions(broken)
    partly = {name: (None, bundle) for name, bundle in partial().items()}
    partly["1,100 changes of validators"] = (None, changing(1_100))
    partly |= {name: (None, bundle) for name, bundle in (payloads() | noted()).items()}
    expected = {
        "files": _files(folder, files | partly | broken.made),
        "redacted": _redacted(whole),
        "changed": _changed(whole),
        "bytes": _bytes(single),
    }
    (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
