#!/usr/bin/env python3
"""A second implementation of enrolment, release, refresh and reshare, written from docs/protocol.md,
that checks the JSON vectors beside it. Standard library only; slow and not constant-time: never use
it with secrets.

    python3 crates/protocol/vectors/check.py
"""

import json
import pathlib
import sys

sys.dont_write_bytecode = True

from enrolment import Case
from regen import blake2b, preimage, release_fields, u32, vec
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


def check_release(vectors):
    genesis = bytes.fromhex(vectors["genesis"])
    top = lambda name: bytes.fromhex(vectors[name])
    key, epoch, enrolment = top("key_id"), u32(vectors["epoch"]), top("enrolment_id")
    fields = release_fields(vectors, key, epoch, enrolment, vectors["leaf"])
    aad = preimage("aad", genesis, *fields)
    assert aad.hex() == vectors["aad"]["preimage"]
    assert blake2b(aad).hex() == vectors["aad"]["aad"]
    kinds = ["release", "refusal", "confirmation", "receipt"]
    for kind in kinds:
        data = bytes.fromhex(vectors[kind]["preimage"])
        assert data.startswith(preimage(kind, genesis))
        assert blake2b(data).hex() == vectors[kind]["message"]
    return 1 + len(kinds)


def main():
    load = lambda name: json.loads((HERE / name).read_text())
    enrolment, release = load("enrolment.json"), load("release.json")
    refresh, reshare = load("refresh.json"), load("reshare.json")
    for vectors in [enrolment, release, refresh, reshare]:
        check_session(vectors)
    for vectors in [refresh, reshare]:
        check_enrolment_id(vectors)
    cases = check_enrolment(enrolment)
    print(f"enrolment.json: {len(cases)} cases agree")
    print(f"release.json: {check_release(release)} messages agree")
    print(f"refresh.json: {check_succession(refresh, cases, Refresh)} cases agree")
    print(f"reshare.json: {check_succession(reshare, cases, Reshare)} cases agree")


if __name__ == "__main__":
    sys.exit(main())
