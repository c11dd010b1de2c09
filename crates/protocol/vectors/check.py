#!/usr/bin/env python3
"""A second implementation of the protocol, written from docs/protocol.md, that checks the JSON vectors
beside it. Of others' cryptography it uses `cryptography` and `py-sr25519-bindings`, as
tests/python/requirements.txt pins them. Slow and not constant-time: never use it with secrets.

    "$(tests/python/venv.sh)" crates/protocol/vectors/check.py
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True

from enrolment import Case
from messages import check_release
from operations import check_operations
from regen import blake2b, evaluate, label_of, preimage, seeds, u32, vec
from sealing import check_published, check_sealing
from succession import Refresh, Reshare, check_succession

HERE = pathlib.Path(__file__).parent


def check_session(vectors):
    genesis, session = bytes.fromhex(vectors["genesis"]), vectors["session"]
    get = lambda name: bytes.fromhex(session[name])
    kem = vec(get("kem_public"))
    assert blake2b(preimage("kem-public", genesis, kem)) == get("kem_public_hash")
    assert blake2b(preimage("evidence", genesis, get("evidence"))) == get("evidence_hash")
    attempt = bytes([session["attempt"]])
    attested = [get("id"), get("request_id"), attempt, kem, get("signing_public")]
    report = preimage("report-data", genesis, *attested, get("finalised_hash"))
    assert blake2b(report) == get("report_data")


def check_enrolment_id(vectors):
    genesis, session = bytes.fromhex(vectors["genesis"]), vectors["session"]
    get = lambda name: bytes.fromhex(session[name])
    fields = [get("request_id"), get("id"), vec(get("kem_public")), get("signing_public")]
    data = preimage("enrolment-id", genesis, *fields)
    assert data.hex() == vectors["enrolment_id_preimage"]
    assert blake2b(data).hex() == vectors["enrolment_id"]


def check_enrolment(vectors):
    check_enrolment_id(vectors)
    cases = [Case(vectors, case) for case in vectors["cases"]]
    for case in cases:
        case.check()
    return cases


def check_device_root(vectors):
    """All but the punctured state, whose encoding is the Rust implementation's own."""
    genesis, root = bytes.fromhex(vectors["genesis"]), bytes.fromhex(vectors["root_seed"])
    for case in vectors["cases"]:
        get = lambda name: bytes.fromhex(case[name])
        context = get("key_id") + u32(case["epoch"]) + get("enrolment_id")
        assert preimage("label", genesis, context) == get("label_preimage")
        assert label_of(genesis, case["window"], context) == get("label")
        way = seeds(root, get("label"))
        for level in [1, 32, 128]:
            assert way[level] == get(f"seed_at_level_{level}")
        assert evaluate(root, get("label")) == get("output")
    return len(vectors["cases"])


def main():
    load = lambda name: json.loads((HERE / name).read_text())
    enrolment, release = load("enrolment.json"), load("release.json")
    refresh, reshare = load("refresh.json"), load("reshare.json")
    for vectors in [enrolment, release, refresh, reshare]:
        check_session(vectors)
    for vectors in [refresh, reshare]:
        check_enrolment_id(vectors)
    print(f"device-root.json: {check_device_root(load('device-root.json'))} cases agree")
    cases = check_enrolment(enrolment)
    print(f"enrolment.json: {len(cases)} cases agree")
    print(f"release.json: {check_release(release)} messages agree")
    print(f"hpke-xwing.json: {check_published(load('hpke-xwing.json'))} published vectors agree")
    print(f"sealing.json: {check_sealing(load('sealing.json'))} cases agree")
    print(f"operations.json: {check_operations(load('operations.json'))} algorithms agree")
    print(f"refresh.json: {check_succession(refresh, cases, Refresh)} cases agree")
    print(f"reshare.json: {check_succession(reshare, cases, Reshare)} cases agree")


if __name__ == "__main__":
    sys.exit(main())
