"""From the genesis to the head (section 4)."""

from .broken import Broken
from .scale import ScaleError, blob, choice, decode, fixed, h32, h256, listed, struct, u32, u64
from .signatures import by_ed25519
from .state import AUTHORITIES, PENDING_CHANGE, SET_ID, Proof, ProofError

MAX_HEADERS, MAX_HEADER_BYTES = 4_200, 49_152


def _compact_number(reader):
    return reader.compact()


_engine = [fixed(4), blob()]
_header = struct(
    "Header",
    parent=h32,
    number=_compact_number,
    state_root=h32,
    extrinsics_root=h32,
    digest=listed(choice({0: [blob()], 4: _engine, 5: _engine, 6: _engine, 8: []})),
)
_authorities = listed(struct("Authority", key=h32, weight=u64))
_grandpa = choice(
    {1: [_authorities, u32], 2: [u32, _authorities, u32], 3: [u64], 4: [u32], 5: [u32]}
)
_vote = struct("Vote", block=h32, number=u32, signature=fixed(64), voter=h32)
_justification = struct(
    "Justification",
    round=u64,
    target=h32,
    target_number=u32,
    votes=listed(_vote),
    headers=listed(_header),
)


class FinalityError(ValueError):
    """Something is not final."""


def check(condition: bool, what: str) -> None:
    if not condition:
        raise FinalityError(what)


def header_of(data: bytes):
    return decode(_header, data)


def hash_of(header) -> bytes:
    return h256(header.raw)


def next_authorities(header) -> list | None:
    """The authorities from the next block on, if they change."""
    result = None
    for item in header.digest:
        if item[0] != 4 or item[1] != b"FRNK":
            continue
        said = decode(_grandpa, item[2])
        check(said[0] != 2, "a change by force")
        if said[0] == 1:
            check(said[2] == 0, "a delayed change")
            check(result is None, "two changes in one block")
            result = said[1]
    return result


class AuthoritySet:
    def __init__(self, number: int, authorities: list):
        self.number = number
        self.weights = {item.key: item.weight for item in authorities}
        check(0 < len(authorities) <= 1024, "an impossible count of authorities")
        check(len(self.weights) == len(authorities), "an authority twice")
        self.total = sum(self.weights.values())
        check(min(self.weights.values()) > 0 and self.total < 1 << 64, "impossible weights")
        self.enough = self.total - (self.total - 1) // 3

    def followed_by(self, authorities: list) -> "AuthoritySet":
        return AuthoritySet(self.number + 1, authorities)


def justified(data: bytes, authorities: AuthoritySet) -> tuple:
    """The block that a justification is of, and its number."""
    said = decode(_justification, data)
    check(len(said.votes) <= 2 * len(authorities.weights), "too many votes")
    check(len(said.headers) <= MAX_HEADERS, "too many headers")
    check(all(len(item.raw) <= MAX_HEADER_BYTES for item in said.headers), "a large header")
    by_voter = {}
    for vote in said.votes:
        check(vote.voter in authorities.weights, "a voter that is not of the set")
        votes = by_voter.setdefault(vote.voter, [])
        check(len(votes) < 2 and (vote.block, vote.number) not in votes, "a vote twice")
        votes.append((vote.block, vote.number))
    weight = sum(authorities.weights[voter] for voter in by_voter)
    check(weight >= authorities.enough, "too few votes")
    for vote in said.votes:
        message = b"\1" + vote.block + vote.number.to_bytes(4, "little")
        message += said.round.to_bytes(8, "little") + authorities.number.to_bytes(8, "little")
        check(by_ed25519(vote.voter, message, vote.signature), "a vote's signature")
    ways = _ways(said)
    counted = {}
    for voter, votes in by_voter.items():
        # Who voted twice counts for every block.
        blocks = set().union(*ways.values()) if len(votes) == 2 else ways[votes[0][0]]
        for block in blocks:
            counted[block] = counted.get(block, 0) + authorities.weights[voter]
    enough = {block for block, weight in counted.items() if weight >= authorities.enough}
    highest = _highest(enough)
    check(highest == (said.target, said.target_number), "the votes finalise another block")
    return highest


def _ways(said) -> dict:
    """From each block voted for, the blocks (with numbers) down to the base, both included."""
    headers = {hash_of(header): header for header in said.headers}
    check(len(headers) == len(said.headers), "a header twice")
    base = min(said.votes, key=lambda vote: vote.number)
    ways, needed = {}, set()
    for vote in said.votes:
        block, number, way = vote.block, vote.number, set()
        while block != base.block:
            header = headers.get(block)
            check(header is not None and header.number == number, "the headers do not lead to the base")
            check(number > 0, "a block before the first")
            way.add((block, number))
            needed.add(block)
            block, number = header.parent, number - 1
        check(number == base.number, "a block has two numbers")
        way.add((block, number))
        ways[vote.block] = way
    check(len(needed) == len(headers), "a header that no vote needs")
    return ways


def _highest(enough: set) -> tuple | None:
    """The highest block with enough weight, below any fork between two that have it."""
    highest = None
    for number in sorted({number for _, number in enough}):
        at = [item for item in enough if item[1] == number]
        if len(at) != 1:
            break
        highest = at[0]
    return highest


def first_set(genesis: bytes, origin: dict) -> AuthoritySet:
    """The set that the genesis names."""
    try:
        header = header_of(origin["header"])
        check(header.number == 0, "a block that is not the first")
        check(hash_of(header) == genesis, "another block")
        proof = Proof(header.state_root, origin["nodes"])
        authorities, number = proof.value(AUTHORITIES), proof.value(SET_ID)
        check(proof.value(PENDING_CHANGE) is None, "a change is pending")
        proof.check_all_used()
        number = 0 if number is None else decode(u64, number)
        return AuthoritySet(number, decode(_authorities, authorities or b"\0"))
    except (FinalityError, ScaleError, ProofError) as error:
        raise Broken("origin", str(error)) from error


def follow(bundle: dict) -> tuple[list, dict]:
    """The headers from the head to the justified one, and the heights of the handoffs by their hashes."""
    authorities = first_set(bundle["genesis"], bundle["origin"])
    last, heights = 0, {}
    for handoff in bundle["handoffs"]:
        try:
            header = header_of(handoff["header"])
            check(header.number > last, "not after the one before")
            # As for a run: what it announces is looked at before it is believed.
            changed = next_authorities(header)
            target = justified(handoff["justification"], authorities)
            check(target == (hash_of(header), header.number), "another block is justified")
            check(changed is not None, "the authorities do not change")
            authorities, last = authorities.followed_by(changed), header.number
            heights[hash_of(header)] = header.number
        except (FinalityError, ScaleError) as error:
            raise Broken("handoff", str(error)) from error
    try:
        run = [header_of(data) for data in bundle["head"]["run"]]
        check(run[0].number > last, "the head is not after the last handoff")
        for before, header in zip(run, run[1:]):
            check(header.parent == hash_of(before), "a header does not follow")
            check(header.number == before.number + 1, "a number does not follow")
            check(next_authorities(before) is None, "a change in between")
        changed = next_authorities(run[-1])
        if changed is not None:
            authorities.followed_by(changed)
        target = justified(bundle["head"]["justification"], authorities)
        check(target == (hash_of(run[-1]), run[-1].number), "another block is justified")
    except (FinalityError, ScaleError) as error:
        raise Broken("finality", str(error)) from error
    return run, heights
