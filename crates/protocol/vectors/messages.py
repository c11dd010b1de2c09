"""release.json: what is signed, assembled from its fields, and the signatures (see check.py)."""

import sr25519
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from regen import blake2b, items, path_bytes, preimage, release_fields, u32


def check_release(vectors):
    """The number of messages, the associated data among them."""
    genesis, session = bytes.fromhex(vectors["genesis"]), vectors["session"]
    top = lambda name: bytes.fromhex(vectors[name])
    key, epoch, enrolment = top("key_id"), u32(vectors["epoch"]), top("enrolment_id")
    leaf, operation = vectors["leaf"], bytes([vectors["operation_index"]])
    aad = preimage("aad", genesis, *release_fields(vectors, key, epoch, enrolment, leaf))
    assert aad.hex() == vectors["aad"]["preimage"]
    assert blake2b(aad).hex() == vectors["aad"]["aad"]

    request, attempt = bytes.fromhex(session["request_id"]), bytes([session["attempt"]])
    session_id, finalised = bytes.fromhex(session["id"]), bytes.fromhex(session["finalised_hash"])
    signer = bytes.fromhex(vectors["identity"]["public"])
    payload, policy = top("payload_hash"), top("policy_hash")
    get = lambda kind, name: bytes.fromhex(vectors[kind][name])
    byte = lambda kind, name: bytes([vectors[kind][name]])
    paths = lambda name: items([path_bytes(path) for path in vectors["receipt"][name]])
    # Fields in the order of docs/protocol.md, appendices A and B.
    messages = {
        "release": [
            request,
            attempt,
            session_id,
            path_bytes(leaf),
            get("release", "sealed_hash"),
            blake2b(aad),
            finalised,
        ],
        "refusal": [request, attempt, signer, byte("refusal", "reason_index"), finalised],
        "confirmation": [key, epoch, enrolment, path_bytes(leaf), signer],
        "receipt": [
            request,
            attempt,
            key,
            epoch,
            operation,
            payload,
            get("receipt", "result_hash"),
            paths("leaves"),
            paths("faulty"),
            policy,
            session_id,
            finalised,
            get("receipt", "previous"),
        ],
        "approval": [
            genesis,
            request,
            key,
            epoch,
            operation,
            payload,
            policy,
            byte("approval", "stage"),
            byte("approval", "decision_index"),
            u32(vectors["approval"]["expires"]),
        ],
    }
    for kind, fields in messages.items():
        signed, data = vectors[kind]["signed"], preimage(kind, genesis, *fields)
        assert data.hex() == signed["preimage"], kind
        assert blake2b(data).hex() == signed["message"], kind
        signature = bytes.fromhex(signed["signature"])
        assert sr25519.verify(signature, blake2b(data), signer), kind
        assert not sr25519.verify(signature, blake2b(data + b"\0"), signer), kind
    check_wrapped(vectors["approval"])
    return 1 + len(messages)


def check_wrapped(approval):
    """An approval as a wallet signs it, by an approver whose key is Ed25519."""
    wrapped = approval["wrapped"]
    message = b"<Bytes>" + bytes.fromhex(approval["signed"]["message"]) + b"</Bytes>"
    assert message.hex() == wrapped["message"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(wrapped["public"]))
    signature = bytes.fromhex(wrapped["signature"])
    key.verify(signature, message)
    try:
        key.verify(signature, message[len(b"<Bytes>") : -len(b"</Bytes>")])
    except InvalidSignature:
        return
    raise AssertionError("the signature is over the bare message too")
