"""Rules of the releases (sections 7 and 11)."""

from .broken import require
from .events import IS_APPROVED, RELEASED
from .scale import compact, counted, path, tagged, u8_of, u32_of
from .sessions import enrolment_of, evidence_hash, made_by
from .signatures import by_sr25519
from .values import ENROL, REFRESH, RESHARE, TRANSFER


def judge_releases(case) -> None:
    items = list(zip(case.item["releases"], case.releases))
    shown = [one for one in case.releases if one is not None]
    for item, one in items:
        if one is None:
            continue
        require(item["attempt"] <= len(case.sessions), "release-binding")
        session = case.session(item["attempt"])
        if session is not None:
            bound = (
                one.request == case.id
                and one.attempt == item["attempt"]
                and one.leaf == item["leaf"]
                and one.session == session.session.id
            )
            require(bound, "release-binding")
    if case.tree is not None:
        for one in shown:
            require(case.takes_part(one.agent, one.leaf), "release-leaf")
    if case.body is not None:
        for one in shown:
            judge_aad(case, one)
    for one in shown:
        message = tagged(
            "release",
            case.genesis,
            one.request
            + u8_of(one.attempt)
            + one.session
            + path(one.leaf)
            + one.sealed_hash
            + one.aad
            + one.finalised_hash,
        )
        require(by_sr25519(one.agent, message, one.signature), "release-signature")
    for one in shown:
        case.judge_state(one.finalised_hash, one.attempt, "release-block")
    if case.history is not None and len(shown) == len(case.releases):
        judge_releases_logged(case, shown)
    if case.tree is not None and not case.is_hidden("released"):
        judge_released(case)


def judge_aad(case, release) -> None:
    session, kind = case.session(release.attempt), case.body.operation[0]
    if session is None or (kind != ENROL and case.token is None):
        return
    session, leaf, more = session.session, list(release.leaf), b""
    enrolment = enrolment_of(case, session) if kind == ENROL else case.token.enrolment_id
    if kind in (REFRESH, RESHARE, TRANSFER):
        made, hidden = made_by(case, session)
        if made is None:
            if hidden:
                case.withheld.add("token")
            return
        part = 0
        if kind != REFRESH:
            part = 1 if leaf[0] == 1 else 2
            leaf = leaf[1:]
        nodes = compact(len(made.tree.nodes)) + b"".join(map(_node, made.tree.nodes))
        more = u8_of(part) + u32_of(made.epoch) + u32_of(made.window)
        more += made.enrolment_id + made.policy_hash + nodes
    fields = (
        case.id
        + u8_of(release.attempt)
        + session.id
        + tagged("kem-public", case.genesis, counted(session.kem_public))
        + evidence_hash(case, session)
        + case.body.key
        + u32_of(case.body.epoch)
        + enrolment
        + path(leaf)
        + u8_of(kind)
        + case.body.payload_hash
        + case.body.policy
        + more
    )
    require(release.aad == tagged("aad", case.genesis, fields), "release-aad")


def judge_releases_logged(case, releases: list) -> None:
    approved, logged = False, []
    for entry in case.history:
        approved = approved or entry.event[0] == IS_APPROVED
        if entry.event[0] == RELEASED:
            require(approved, "releases-logged")
            logged.append(entry.event[1:])
    expected = [(one.attempt, one.agent, one.leaf, one.aad) for one in releases]
    require(sorted(logged) == sorted(expected), "releases-logged")


def judge_released(case) -> None:
    items = case.item["releases"]
    leaves = {1: set(), 2: set(), 3: set()}
    for item in items:
        number = case.tree.number(item["leaf"])
        require(number is not None, "released")
        leaves[item["attempt"]].add(number)
    if not items:
        require(case.released is None, "released")
        return
    require(case.released is not None, "released")
    found = [case.released.first, case.released.second, case.released.third]
    for attempt, bits in enumerate(found, 1):
        expected = sum(1 << leaf for leaf in leaves[attempt])
        require(int.from_bytes(bits, "little") == expected, "released")
    spare = 1 if case.body.operation[0] == ENROL else 0
    enough = any(case.tree.satisfied(some, spare) for some in leaves.values())
    require(case.released.enough == enough, "released")


def _node(node: tuple) -> bytes:
    if node[0] == 0:
        return bytes([0, node[1]]) + node[2]
    return b"\1" + node[1].to_bytes(2, "little") + node[2].to_bytes(2, "little")
