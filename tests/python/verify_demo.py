#!/usr/bin/env python3
"""Verifies what `regent demo --json FILE` did, with other people's libraries only.

Every line it prints is one thing verified; the first thing that is wrong or missing ends it with
status 1. The shape of the file is in README.md beside this script.
"""

import json
import sys

from checks import bitcoin, ethereum, messages
from checks.refusal import Refused, require
from regent_scale import (
    Effect,
    Fee,
    Receipt,
    Request,
    ScaleError,
    Transfer,
    payload_hash,
    result_hash,
)

FIELDS = {
    "name": True,
    "algorithm": True,
    "public_key": True,
    "address": False,
    "request": True,
    "payload_format": True,
    "payload": True,
    "effect": False,
    "result": True,
    "assembled": False,
    "receipt": True,
    "session_signing_key": True,
    "plaintext": False,
    "expected_plaintext": False,
}
# What a demo must have shown; other operations may come besides.
REQUIRED = {
    "Ethereum transaction": ("ecdsa-secp256k1", "ethereum", "sign"),
    "Bitcoin taproot transaction": ("bip340", "bitcoin", "sign"),
    "Ed25519 signature": ("ed25519", "raw", "sign"),
    "P-256 signature": ("ecdsa-p256", "raw", "sign"),
    "ML-DSA-65 signature": ("ml-dsa-65", "raw", "sign"),
    "sr25519 signature": ("sr25519", "raw", "sign"),
    "AES-256-GCM sealing": ("aes-256-gcm", "raw", "sign"),
    "AES-256-GCM opening": ("aes-256-gcm", "raw", "decrypt"),
}
PUBLIC_KEY_BYTES = {
    "sr25519": 32,
    "ed25519": 32,
    "ecdsa-secp256k1": 33,
    "bip340": 33,
    "ecdsa-p256": 33,
    "aes-256-gcm": 0,
    "ml-kem-768": 1184,
    "ml-dsa-65": 1952,
}


def unhex(value, where: str, length: int | None = None) -> bytes:
    """Bytes from 0x and lower-case hexadecimal digits."""
    require(isinstance(value, str) and value.startswith("0x"), f"{where} is not 0x and hexadecimal")
    try:
        data = bytes.fromhex(value[2:])
    except ValueError:
        raise Refused(f"{where} is not hexadecimal") from None
    require(value == "0x" + data.hex(), f"{where} is not in lower case without spaces")
    require(length is None or len(data) == length, f"{where} has {len(data)} bytes, not {length}")
    return data


def only(value, fields: dict, where: str) -> dict:
    """A JSON object with exactly these fields; those marked False may be absent."""
    require(isinstance(value, dict), f"{where} is no object")
    missing = [name for name, needed in fields.items() if needed and name not in value]
    require(not missing, f"{where} lacks {', '.join(missing)}")
    unknown = sorted(set(value) - set(fields))
    require(not unknown, f"{where} has unknown fields {', '.join(unknown)}")
    return value


def amount(value, where: str) -> int:
    require(isinstance(value, str) and value.isascii() and value.isdigit(), f"{where} is no number")
    require(value == str(int(value)), f"{where} has leading zeros")
    return int(value)


def count(value, where: str) -> int:
    require(type(value) is int and value >= 0, f"{where}: {value!r} is no count")
    return value


def read_effect(value, where: str) -> Effect:
    """The effect as JSON, in the form in which a request holds it."""
    only(value, {"transfers": True, "fee": True}, where)
    require(isinstance(value["transfers"], list), f"{where}: transfers is no list")

    def asset(item, at: str) -> str:
        require(isinstance(item["asset"], str), f"{at}: asset is no text")
        return ethereum.plain_asset(item["asset"], at)

    transfers = []
    for index, item in enumerate(value["transfers"]):
        at = f"{where}: transfer {index}"
        only(item, {"recipient": True, "asset": True, "amount": True}, at)
        recipient = unhex(item["recipient"], f"{at}: recipient")
        transfers.append(Transfer(recipient, asset(item, at), amount(item["amount"], at)))
    fee = only(value["fee"], {"asset": True, "amount": True}, f"{where}: fee")
    fee = Fee(asset(fee, f"{where}: fee"), amount(fee["amount"], f"{where}: fee"))
    return Effect(tuple(transfers), fee)


class Operation:
    """One operation, with its request and receipt verified against each other."""

    def __init__(self, genesis: bytes, index: int, item):
        where = f"operation {index}"
        only(item, FIELDS, where)
        require(isinstance(item["name"], str) and item["name"], f"{where}: name is no text")
        self.name = item["name"]
        where = self.where = f"{where} ({self.name})"
        self.algorithm, self.format = item["algorithm"], item["payload_format"]
        require(
            isinstance(self.algorithm, str) and self.algorithm in PUBLIC_KEY_BYTES,
            f"{where}: unknown algorithm {self.algorithm!r}",
        )
        self.public_key = unhex(
            item["public_key"], f"{where}: public_key", PUBLIC_KEY_BYTES[self.algorithm]
        )
        if self.algorithm in ("ecdsa-secp256k1", "bip340", "ecdsa-p256"):
            self.require(self.public_key[0] in (2, 3), "public_key is not compressed")
        self.address = item.get("address")
        require(
            self.address is None or isinstance(self.address, str), f"{where}: address is no text"
        )
        self.payload = unhex(item["payload"], f"{where}: payload")
        require(isinstance(item["result"], list) and item["result"], f"{where}: result is empty")
        self.result = [unhex(part, f"{where}: result") for part in item["result"]]
        self.assembled = self.optional(item, "assembled")
        self.plaintext = self.optional(item, "plaintext")
        self.expected_plaintext = self.optional(item, "expected_plaintext")
        try:
            self.request = Request.decode(genesis, unhex(item["request"], f"{where}: request"))
            self.receipt = Receipt.decode(genesis, unhex(item["receipt"], f"{where}: receipt"))
        except ScaleError as error:
            raise Refused(f"{where}: request or receipt does not decode: {error}") from None
        self.session_key = unhex(item["session_signing_key"], f"{where}: session_signing_key", 32)
        self.effect = None
        if "effect" in item:
            self.effect = read_effect(item["effect"], f"{where}: effect")
        self.check_request(genesis)
        self.check_receipt(genesis)

    def optional(self, item: dict, field: str) -> bytes | None:
        return unhex(item[field], f"{self.where}: {field}") if field in item else None

    def require(self, condition: bool, what: str) -> None:
        require(condition, f"{self.where}: {what}")

    def check_request(self, genesis: bytes) -> None:
        request = self.request
        self.require(request.format == self.format, "payload_format is not the request's")
        expected = payload_hash(genesis, self.format, self.payload)
        self.require(request.payload_hash == expected, "payload is not the requested one")
        if self.format == "raw":
            self.require(self.effect is None, "a raw payload has no effect")
            self.require(request.effect == Effect((), None), "a raw request declares an effect")
            self.require(self.assembled is None, "a raw payload is not assembled")
            self.require(self.address is None, "a raw operation has no address")
        else:
            self.require(self.effect is not None, "effect is missing")
            self.require(request.effect == self.effect, "effect is not the requested one")
            self.require(self.assembled is not None, "assembled is missing")
            self.require(self.address is not None, "address is missing")
        decrypts = request.operation == "decrypt"
        self.require(
            decrypts == (self.plaintext is not None),
            "plaintext belongs to decryptions, and only there",
        )

    def check_receipt(self, genesis: bytes) -> None:
        request, receipt = self.request, self.receipt
        for field, found, expected in [
            ("request", receipt.request, request.id),
            ("key", receipt.key, request.key),
            ("epoch", receipt.epoch, request.epoch),
            ("operation", receipt.operation, request.operation),
            ("payload_hash", receipt.payload_hash, request.payload_hash),
            ("policy", receipt.policy, request.policy),
            ("result_hash", receipt.result_hash, result_hash(genesis, self.result)),
        ]:
            self.require(found == expected, f"the receipt names another {field}")
        self.require(1 <= receipt.attempt <= 3, f"attempt {receipt.attempt} cannot be")
        self.require(len(receipt.leaves) > 0, "the receipt names no leaves")
        self.require(len(set(receipt.leaves)) == len(receipt.leaves), "a leaf counts twice")
        self.require(not set(receipt.leaves) & set(receipt.faulty), "a faulty leaf counts")
        messages.check_sr25519(
            self.session_key, receipt.message, receipt.signature, f"{self.where}: receipt"
        )

    def check(self, operations: list) -> str:
        """Verifies the result; says what was verified."""
        try:
            match (self.format, self.request.operation):
                case ("ethereum", "sign"):
                    return ethereum.check(self)
                case ("bitcoin", "sign"):
                    return bitcoin.check(self)
                case ("raw", "sign"):
                    return messages.check(self)
                case ("raw", "decrypt"):
                    return messages.check_decryption(self, operations)
        except Refused:
            raise
        except Exception as error:  # each library has its own for keys and bytes that are none
            raise Refused(f"{self.where}: {type(error).__name__}: {error}") from None
        raise Refused(f"{self.where}: nothing verifies {self.format} with {self.request.operation}")


def check_retirement(value, operations: list) -> None:
    """A key changed hands: what every disk made of its former token, and of the one it signed with since."""
    where = "retirement"
    only(value, {"key": True, "former_epoch": True, "epoch": True, "disks": True}, where)
    key = unhex(value["key"], f"{where}: key", 32)
    former, epoch = (count(value[field], f"{where}: {field}") for field in ["former_epoch", "epoch"])
    require(former < epoch, f"{where}: the former epoch is not before the present one")
    signed = {operation.request.epoch for operation in operations if operation.request.key == key}
    require(signed == {epoch}, f"{where}: the key signed in the epochs {sorted(signed)}")
    require(isinstance(value["disks"], list) and value["disks"], f"{where}: there are no disks")
    agents, shares = set(), 0
    for index, disk in enumerate(value["disks"]):
        at = f"{where}: disk {index}"
        only(disk, {"agent": True, "former_shares": True, "shares": True}, at)
        agents.add(unhex(disk["agent"], f"{at}: agent", 32))
        require(count(disk["former_shares"], at) == 0, f"{at} makes a share of the former token")
        shares += count(disk["shares"], at)
    require(len(agents) == len(value["disks"]), f"{where}: an agent has two disks")
    require(shares > 0, f"{where}: the disks make no share of the present token either")


def verify(document) -> list:
    """Verifies a whole document; returns a line for each thing verified."""
    only(document, {"genesis": True, "operations": True, "retirement": False}, "the file")
    genesis = unhex(document["genesis"], "genesis", 32)
    require(isinstance(document["operations"], list), "operations is no list")
    operations = [Operation(genesis, at, item) for at, item in enumerate(document["operations"])]
    for what, values in [
        ("name", [operation.name for operation in operations]),
        ("request", [operation.request.id for operation in operations]),
    ]:
        require(len(set(values)) == len(values), f"two operations have the same {what}")
    keys = {}
    for operation in operations:
        known = keys.setdefault(operation.request.key, operation.public_key)
        require(known == operation.public_key, f"{operation.where}: one key has two public keys")
    shown = {
        (operation.algorithm, operation.format, operation.request.operation)
        for operation in operations
    }
    missing = [what for what, kind in REQUIRED.items() if kind not in shown]
    require(not missing, f"the demo did not show: {', '.join(missing)}")
    if "retirement" in document:
        check_retirement(document["retirement"], operations)
    return [f"{operation.name}: {operation.check(operations)}" for operation in operations]


def unique(pairs: list) -> dict:
    """JSON lets a later field hide an earlier one of the same name: not here."""
    names = [name for name, _ in pairs]
    require(len(set(names)) == len(names), f"a field is given twice among {', '.join(names)}")
    return dict(pairs)


def main(arguments: list) -> int:
    if len(arguments) != 2:
        print("usage: verify_demo.py FILE.json", file=sys.stderr)
        return 2
    try:
        with open(arguments[1], encoding="utf-8") as file:
            document = json.load(file, object_pairs_hook=unique)
        lines = verify(document)
    except (Refused, OSError, ValueError) as error:
        print(f"REFUSED: {error}", file=sys.stderr)
        return 1
    for line in lines:
        print(f"verified  {line}")
    print(f"verified  {len(lines)} operations, each with its request and its signed receipt")
    if "retirement" in document:
        disks = len(document["retirement"]["disks"])
        print(f"verified  {disks} disks of agents, none of which makes a share of the former token")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
