"""Every structural mutant that can be made of the bases."""

from .bases import bases
from .edits import edits, spliced, withheld
from .heads import headed
from .known import known
from .relogged import commitments, logs
from .rewritten import rewritten


def structures(ours: list) -> list:
    """Each kind of change at every place where it applies."""
    named = {base.name: base for base in ours}
    found = known(named["sign"], named["everything"])
    for base, twin in zip(ours, bases("elsewhere: ")):
        found += edits(base, twin) + withheld(base) + spliced(base)
        if base.is_whole:
            found += rewritten(base, twin) + logs(base) + commitments(base) + headed(base)
    return found
