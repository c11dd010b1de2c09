"""verify_demo accepts a file made by others, and refuses it with anything changed.

Run with `python -m unittest` in this folder.
"""

import contextlib
import copy
import dataclasses
import io
import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import regent_scale
import sample
import verify_demo
from checks.refusal import Refused

DOCUMENT = sample.document()
SNAPSHOTS = Path(__file__).parents[2] / "crates/primitives/tests/snapshots/scale.json"


def changed(text: str, at: int) -> str:
    """Hexadecimal with one bit of the byte `at` changed."""
    data = bytearray.fromhex(text[2:])
    data[at] ^= 1
    return "0x" + data.hex()


def positions(text: str) -> list:
    """Some bytes of a text, the ends among them."""
    length = len(text) // 2 - 1
    return sorted({0, 1, length // 3, length // 2, length - 2, length - 1} & set(range(length)))


def tampered(name: str, alter) -> dict:
    """The document as it is made when one operation is altered before it is hashed and signed: its
    request and receipt fit."""
    real = sample.operation

    def operation(*arguments, **more):
        fields = ["name", "algorithm", "public", "form", "payload", "result", "effect"]
        known = dict(zip(fields, arguments)) | more
        if known["name"] == name:
            known = copy.deepcopy(known)
            alter(known)
        return real(**known)

    with mock.patch.object(sample, "operation", operation):
        return sample.document()


def later(key: bytes):
    """Reads an operation as ever; those of this key then count for the next epoch."""
    real = verify_demo.Operation.__init__

    def read(self, genesis, index, item):
        real(self, genesis, index, item)
        if self.request.key == key:
            self.request = dataclasses.replace(self.request, epoch=self.request.epoch + 1)

    return read


class VerifyDemo(unittest.TestCase):
    def refused(self, document, *, because: str = "") -> None:
        with self.assertRaisesRegex(Refused, because):
            verify_demo.verify(document)

    def test_accepts_what_is_valid(self):
        lines = verify_demo.verify(copy.deepcopy(DOCUMENT))
        self.assertEqual(len(lines), len(DOCUMENT["operations"]))

    def test_refuses_every_changed_byte(self):
        self.refused(DOCUMENT | {"genesis": changed(DOCUMENT["genesis"], 5)})
        for index, operation in enumerate(DOCUMENT["operations"]):
            for field, value in operation.items():
                texts = {0: value} if isinstance(value, str) else {}
                if field == "result":
                    texts = dict(enumerate(value))
                for part, text in texts.items():
                    if not text.startswith("0x"):
                        continue
                    if field == "public_key" and operation["algorithm"] == "ml-kem-768":
                        continue  # nothing in the file is made with it
                    for at in positions(text):
                        document = copy.deepcopy(DOCUMENT)
                        wrong = changed(text, at)
                        if field == "public_key" and operation["algorithm"] == "bip340" and at == 0:
                            # The sign of y is no part of a BIP-340 key; that it is a key is.
                            wrong = "0x04" + text[4:]
                        if field == "result":
                            document["operations"][index][field][part] = wrong
                        else:
                            document["operations"][index][field] = wrong
                        with self.subTest(operation=operation["name"], field=field, at=at):
                            self.refused(document)

    def test_refuses_changed_names_of_things(self):
        for index, operation in enumerate(DOCUMENT["operations"]):
            for field, values in {
                "algorithm": ["sr25519", "ed25519", "rsa", "", None, 3],
                "payload_format": ["raw", "ethereum", "bitcoin", "empty", "", None],
                "address": ["", None, 3, "0x1f8F9E25446e736cf78c54c922004Df13e2dB902", "bcrt1p"],
                "name": ["", None, 3],
                "result": [[], None, "0x", [""], ["0x"], [None], operation["result"] * 2],
            }.items():
                for value in values:
                    if operation.get(field) == value:
                        continue
                    document = copy.deepcopy(DOCUMENT)
                    document["operations"][index][field] = value
                    with self.subTest(operation=operation["name"], field=field, value=value):
                        self.refused(document)

    def test_refuses_every_missing_field(self):
        for field in DOCUMENT:
            document = copy.deepcopy(DOCUMENT)
            del document[field]
            self.refused(document, because=f"lacks {field}")
        for index, operation in enumerate(DOCUMENT["operations"]):
            for field in operation:
                if field == "expected_plaintext" and operation["algorithm"] != "ml-kem-768":
                    continue
                document = copy.deepcopy(DOCUMENT)
                del document["operations"][index][field]
                with self.subTest(operation=operation["name"], field=field):
                    self.refused(document)

    def test_refuses_unknown_and_malformed_fields(self):
        self.refused(DOCUMENT | {"more": 1}, because="unknown fields more")
        for where in [None, [], "text", 3, {}]:
            self.refused(where)
            self.refused(DOCUMENT | {"operations": where})
            self.refused(DOCUMENT | {"operations": [where]})
        for index, operation in enumerate(DOCUMENT["operations"]):
            document = copy.deepcopy(DOCUMENT)
            document["operations"][index]["more"] = 1
            self.refused(document, because="unknown fields more")
            for field in operation:
                for value in [None, 3, {}, "0xzz", "0x0", "0X00", "00", " 0x00", "0x00 ", "0x0 0"]:
                    if field == "name" and isinstance(value, str):
                        continue
                    document = copy.deepcopy(DOCUMENT)
                    document["operations"][index][field] = value
                    with self.subTest(operation=operation["name"], field=field, value=value):
                        self.refused(document)

    def test_refuses_a_former_token_that_is_not_dead(self):
        operations = DOCUMENT["operations"]
        item = next(item for item in operations if item["payload_format"] == "ethereum")
        signer = verify_demo.Request.decode(
            bytes.fromhex(DOCUMENT["genesis"][2:]), bytes.fromhex(item["request"][2:])
        )
        disks = [{"agent": f"0x{at:064x}", "former_shares": 0, "shares": 1} for at in range(5)]
        retirement = {
            "key": "0x" + signer.key.hex(),
            "former_epoch": 0,
            "epoch": 1,
            "disks": disks,
        }

        def with_retirement(**changes):
            return DOCUMENT | {"retirement": retirement | changes}

        # The sample's keys sign in their first epoch.
        self.assertEqual(signer.epoch, 0)
        self.refused(with_retirement(), because="signed in the epochs \\[0\\]")
        with mock.patch.object(verify_demo.Operation, "__init__", later(signer.key)):
            verify_demo.verify(copy.deepcopy(with_retirement()))
            for field in retirement:
                less = {name: value for name, value in retirement.items() if name != field}
                self.refused(DOCUMENT | {"retirement": less}, because=f"lacks {field}")
            self.refused(with_retirement(more=1), because="unknown fields more")
            self.refused(with_retirement(key="0x" + "77" * 32), because="signed in the epochs")
            for former in [1, 2, -1, True, "0", None]:
                self.refused(with_retirement(former_epoch=former))
            self.refused(with_retirement(epoch=2), because="signed in the epochs")
            self.refused(with_retirement(disks=[]), because="no disks")
            none = [disk | {"shares": 0} for disk in disks]
            self.refused(with_retirement(disks=none), because="no share of the present token")
            verify_demo.verify(copy.deepcopy(with_retirement(disks=[*disks[1:], none[0]])))
            self.refused(with_retirement(disks=disks + disks[:1]), because="two disks")
            for changes, because in [
                ({"former_shares": 1}, "makes a share of the former token"),
                ({"former_shares": False}, "no count"),
                ({"shares": -1}, "no count"),
                ({"agent": "0x00"}, "bytes"),
                ({"more": 1}, "unknown fields more"),
            ]:
                self.refused(with_retirement(disks=[disks[0] | changes, *disks[1:]]), because=because)

    def test_refuses_a_changed_effect(self):
        for index, operation in enumerate(DOCUMENT["operations"]):
            effect = operation.get("effect")
            if effect is None:
                document = copy.deepcopy(DOCUMENT)
                document["operations"][index]["effect"] = {"transfers": [], "fee": None}
                self.refused(document)
                continue
            transfer = effect["transfers"][0]
            for wrong in [
                effect | {"transfers": []},
                effect | {"transfers": [transfer, transfer]},
                effect | {"transfers": [transfer | {"amount": "1"}]},
                effect | {"transfers": [transfer | {"amount": 1}]},
                effect | {"transfers": [transfer | {"amount": "0" + transfer["amount"]}]},
                effect | {"transfers": [transfer | {"amount": "-1"}]},
                effect | {"transfers": [transfer | {"asset": "ether:2"}]},
                effect | {"transfers": [transfer | {"asset": None}]},
                effect
                | {"transfers": [transfer | {"recipient": changed(transfer["recipient"], 3)}]},
                effect | {"transfers": [transfer | {"memo": ""}]},
                effect | {"fee": None},
                effect | {"fee": effect["fee"] | {"amount": "1"}},
                effect | {"fee": effect["fee"] | {"asset": "bitcoin:main"}},
                effect | {"memo": ""},
            ]:
                document = copy.deepcopy(DOCUMENT)
                document["operations"][index]["effect"] = wrong
                with self.subTest(operation=operation["name"], effect=wrong):
                    self.refused(document)

    def test_refuses_what_is_consistent_but_wrong(self):
        """Requests and receipts fit: only the other libraries can tell."""

        def result(at: int):
            def alter(known):
                data = bytearray(known["result"][0])
                data[at] ^= 1
                known["result"][0] = bytes(data)

            return alter

        def payload(known):
            known["payload"] = known["payload"][:-1] + bytes([known["payload"][-1] ^ 1])

        def transfer(**fields):
            def alter(known):
                known["effect"]["transfers"][0] |= fields

            return alter

        def fee(known):
            known["effect"]["fee"]["amount"] = str(int(known["effect"]["fee"]["amount"]) - 1)

        def no_transfers(known):
            known["effect"]["transfers"] = []

        def two_results(known):
            known["result"] *= 2

        def other_plaintext(known):
            known["plaintext"] = "0x" + b"something else".hex()

        def unsealed(known):
            known["result"] = [bytes.fromhex(known["plaintext"][2:])]

        transactions = ["ethereum transfer", "ethereum token", "ethereum legacy"]
        transactions += ["bitcoin taproot", "bitcoin p2wpkh"]
        messages = ["ed25519", "p256", "ml-dsa", "sr25519", "secp256k1", "bip340"]
        cases = [
            (name, alter)
            for name in transactions
            for alter in (
                result(0),
                result(40),
                payload,
                fee,
                no_transfers,
                two_results,
                transfer(amount="1"),
                transfer(asset="ether:5"),
                transfer(recipient="0x" + "11" * 20),
            )
        ]
        cases += [
            (name, alter)
            for name in messages
            for alter in (
                result(0),
                result(40),
                payload,
                two_results,
            )
        ]
        cases += [
            ("aes open", alter) for alter in (payload, other_plaintext, unsealed, two_results)
        ]
        cases += [("ml-kem", other_plaintext), ("ml-kem", unsealed), ("aes seal", two_results)]
        for name, alter in cases:
            document = tampered(name, alter)
            with self.subTest(operation=name, alter=alter.__qualname__):
                self.refused(document)

    def test_refuses_another_sender(self):
        other = sample.keys.PrivateKey(sample.secret("other")).public_key

        def alter(known):
            known["public"] = other.to_compressed_bytes()
            known["address"] = other.to_checksum_address()

        for name in ["ethereum transfer", "ethereum legacy"]:
            self.refused(tampered(name, alter), because="sender is|two public keys")

    def test_refuses_anothers_bitcoin_key(self):
        def alter(known):
            known["public"] = (
                sample.embit_ec.PrivateKey(sample.secret("other")).get_public_key().sec()
            )

        for name in ["bitcoin taproot", "bitcoin p2wpkh"]:
            self.refused(tampered(name, alter), because="not the key's")

    def test_refuses_another_v_of_a_p2wpkh_signature(self):
        def alter(known):
            signature = known["result"][0]
            known["result"][0] = signature[:64] + bytes([signature[64] ^ 1])

        self.refused(tampered("bitcoin p2wpkh", alter), because="signature does not verify")

    def test_refuses_a_p2wpkh_coin_without_its_transaction(self):
        def alter(known):
            psbt = sample.PSBT.parse(known["payload"])
            psbt.inputs[1].non_witness_utxo = None
            known["payload"] = psbt.serialize()

        self.refused(tampered("bitcoin p2wpkh", alter), because="input 1 lacks the transaction")

    def test_refuses_a_p2wpkh_coin_of_another_amount(self):
        def alter(known):
            psbt = sample.PSBT.parse(known["payload"])
            psbt.inputs[0].witness_utxo.value += 1
            known["payload"] = psbt.serialize()

        self.refused(tampered("bitcoin p2wpkh", alter), because="input 0 states another output")

    def test_refuses_a_demo_that_did_not_show_all(self):
        for kind in verify_demo.REQUIRED.values():
            algorithm, form, _ = kind
            document = copy.deepcopy(DOCUMENT)
            document["operations"] = [
                item
                for item in document["operations"]
                if (item["algorithm"], item["payload_format"]) != (algorithm, form)
            ]
            self.refused(document, because="did not show")
        self.refused(DOCUMENT | {"operations": []}, because="did not show")

    def test_refuses_repetitions(self):
        document = copy.deepcopy(DOCUMENT)
        document["operations"].append(document["operations"][0])
        self.refused(document, because="same name")
        document["operations"][-1] = document["operations"][-1] | {"name": "another"}
        self.refused(document, because="same request")

    def test_refuses_receipts_of_another_operation(self):
        for one, other in [(0, 1), (4, 5), (10, 11)]:
            document = copy.deepcopy(DOCUMENT)
            items = document["operations"]
            items[one]["receipt"] = items[other]["receipt"]
            items[one]["session_signing_key"] = items[other]["session_signing_key"]
            self.refused(document, because="the receipt names another request")

    def test_refuses_without_openssl(self):
        with mock.patch("shutil.which", return_value=None):
            self.refused(copy.deepcopy(DOCUMENT), because="openssl program is not installed")

    def test_the_command_exits_with_a_status(self):
        def run(text: str) -> tuple:
            with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
                file.write(text)
            out, err = io.StringIO(), io.StringIO()
            try:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    return (
                        verify_demo.main(["verify_demo.py", file.name]),
                        out.getvalue(),
                        err.getvalue(),
                    )
            finally:
                os.unlink(file.name)

        status, out, err = run(json.dumps(DOCUMENT))
        self.assertEqual((status, err), (0, ""))
        self.assertIn(f"{len(DOCUMENT['operations'])} operations", out)
        for text in [
            "",
            "{",
            "[]",
            "null",
            json.dumps(DOCUMENT | {"genesis": "0x00"}),
            json.dumps(DOCUMENT)[:-1] + ', "genesis": "0x00"}',
        ]:
            status, out, err = run(text)
            self.assertEqual((status, out), (1, ""))
            self.assertIn("REFUSED", err)
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(verify_demo.main(["verify_demo.py"]), 2)
            self.assertEqual(verify_demo.main(["verify_demo.py", "/nowhere/at/all"]), 1)


class Scale(unittest.TestCase):
    """What was written here from the specification equals what Regent encodes."""

    def setUp(self):
        self.snapshots = json.loads(SNAPSHOTS.read_text(encoding="utf-8"))
        self.genesis = self.bytes("hashes", "genesis")

    def bytes(self, part: str, name: str) -> bytes:
        return bytes.fromhex(self.snapshots[part][name])

    def test_requests(self):
        for name in ["sign", "decrypt"]:
            data = self.bytes("encodings", f"RequestBody::{name}")
            request = regent_scale.Request.decode(self.genesis, data)
            self.assertEqual(request.id, self.bytes("hashes", f"request id, {name}"))
            self.assertEqual(request.operation, name)
        data = self.bytes("encodings", "RequestBody::enrol")
        with self.assertRaises(regent_scale.ScaleError):
            regent_scale.Request.decode(self.genesis, data)

    def test_receipts(self):
        data = self.bytes("encodings", "SignedReceipt")
        receipt = regent_scale.Receipt.decode(self.genesis, data)
        self.assertEqual(receipt.message, self.bytes("hashes", "receipt message"))
        for wrong in [data[:-1], data + b"\0", b""]:
            with self.assertRaises(regent_scale.ScaleError):
                regent_scale.Receipt.decode(self.genesis, wrong)

    def test_hashes(self):
        payload = b"payload"
        for form in ["raw", "ethereum", "bitcoin"]:
            self.assertEqual(
                regent_scale.payload_hash(self.genesis, form, payload),
                self.bytes("hashes", f"payload hash, {form}"),
            )
        self.assertEqual(
            regent_scale.result_hash(self.genesis, [b"one", b"two"]),
            self.bytes("hashes", "result hash"),
        )

    def test_lengths_are_shortest(self):
        for number in [0, 1, 63, 64, 16_383, 16_384, (1 << 30) - 1]:
            encoded = regent_scale.compact(number)
            self.assertEqual(regent_scale.Reader(encoded).length(), number)
        for wrong in [b"\x01\x00", b"\x02\x00\x00\x00", b"\x03\x00\x00\x00\x40", b"\x01", b""]:
            with self.assertRaises(regent_scale.ScaleError):
                regent_scale.Reader(wrong).length()


if __name__ == "__main__":
    unittest.main()
