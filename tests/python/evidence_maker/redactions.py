"""Bundles of which something is withheld (section 3)."""

from evidence.container import redacted

from .copies import copied

# What is withheld together.
REDACTIONS = [
    ["policy"],
    ["token"],
    ["payload", "record"],
    ["history"],
    ["payload"],
    ["receipt"],
    ["released"],
    ["approvals"],
    ["session"],
    ["release"],
    ["refusal"],
    ["approvals", "history", "policy"],
    ["release", "session"],
]
REDACTIONS.append(sorted({kind for kinds in REDACTIONS for kind in kinds}))


def withhold(bundle: dict, kinds: list) -> dict:
    """The bundle with every field of these kinds withheld."""
    genesis, changed = bundle["genesis"], copied(bundle)

    def part(holder: dict, key: str, kind: str) -> None:
        if kind in kinds and key in holder:
            holder[key] = redacted(genesis, holder[key])

    for item in changed["policies"]:
        part(item, "record", "policy")
    for item in changed["tokens"]:
        part(item, "token", "token")
    for item in changed["operations"]:
        for kind in ("record", "history", "payload", "receipt", "released", "approvals"):
            part(item, kind, kind)
        part(item, "sessions", "session")
        for release in item["releases"]:
            part(release, "note", "release")
        for refusal in item["refusals"]:
            part(refusal, "note", "refusal")
    return changed
