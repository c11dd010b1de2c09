"""Changes sound evidence bundles in every way, and asks both verifiers: each change must be found, by a
rule of docs/evidence.md, and by the same one.

    python evidence_mutants.py --bytes 10000 --structures 1000 --regent PATH

Without `--structures` each kind of structural change is made once; without `--regent` only the second
verifier is asked. Ends with 1 if a change is not found, if the verifiers differ, if a change is refused by
another rule than it must be, or if a rule of the document refuses nothing. How the changes are made is in
`mutants/`.
"""

import argparse
import random
import sys
from multiprocessing import Pool
from pathlib import Path

from mutants.all import structures
from mutants.bases import bases
from mutants.flips import flips
from mutants.judges import Judge
from mutants.mutant import chosen, file_of
from mutants.outcome import Outcome

# Files that wait to be judged at once.
_BATCH = 256


def _cases(bytes_: list, structural: list):
    """Each mutant with its file."""
    for mutant in bytes_:
        yield mutant, file_of(mutant)
    yield from structural


def _judged(outcome: Outcome, judge: Judge, processes: int, cases) -> None:
    with Pool(processes) as pool:
        batch = []

        def done() -> None:
            files = [(data, one.base.genesis, one.anchor) for one, data in batch]
            for (mutant, _), said in zip(batch, pool.imap(judge, files, 8)):
                outcome.add(mutant, said)
            batch.clear()

        for case in cases:
            batch.append(case)
            if len(batch) == _BATCH:
                done()
        done()


def run(options: argparse.Namespace) -> Outcome:
    """Makes and judges them."""
    chance, outcome, judge = random.Random(options.seed), Outcome(), Judge(options.regent)
    ours = bases()
    for base in ours:
        for said in judge((base.data, base.genesis, base.anchor)):
            if not said.verdict.startswith("valid, anchored"):
                raise SystemExit(f"{base.name}, not changed: {said.verdict}")
    structural = chosen(structures(ours), options.structures, chance)
    if options.structures is not None and len(structural) < options.structures:
        raise SystemExit(f"only {len(structural)} distinct structural changes can be made")
    cases = _cases(flips(ours, options.bytes, chance), structural)
    _judged(outcome, judge, options.processes, cases)
    return outcome


def options(arguments: list) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bytes", type=int, default=10_000, help="changes of a single byte")
    parser.add_argument("--structures", type=int, help="structural changes, each kind at least once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--regent", type=Path, help="the command line, to be asked too")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args(arguments)


def main() -> int:
    chosen_ = options(sys.argv[1:])
    outcome = run(chosen_)
    print(f"seed {chosen_.seed}, {'both verifiers' if chosen_.regent else 'one verifier'}")
    print(outcome)
    return 0 if outcome.holds() else 1


if __name__ == "__main__":
    sys.exit(main())
