"""The second verifier: what it says of bundles that are made now, and of those kept in
crates/evidence/testdata. Run with `python -m unittest` in this folder.
"""

import json
import re
import tempfile
import unittest
from operator import itemgetter
from pathlib import Path

import evidence_sample as sample
from evidence import cbor, payload, psbt, state, values
from evidence.commitment import OtherRoot, check_ancestry, check_blocks, check_entry
from evidence.container import read
from evidence.finality import hash_of, header_of
from evidence.log import Absent, absent
from evidence.scale import choice, compact, decode, h256
from evidence.unread import UnreadError
from evidence_maker.commitment import Commitment, entries_root, entry_path
from evidence_maker.policies import legacy_transaction, transaction
from evidence_verify import Context, verify

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "crates/evidence/testdata"
SNAPSHOTS = ROOT / "crates/primitives/tests/snapshots/scale.json"


class Events(unittest.TestCase):
    def test_every_event_that_the_log_can_hold_is_known(self):
        # An event that is missing here would make this verifier refuse logs that the other accepts.
        encodings = json.loads(SNAPSHOTS.read_text())["encodings"]
        events = {name: value for name, value in encodings.items() if name.startswith("AuditEvent::")}
        for name, value in events.items():
            with self.subTest(name):
                decode(choice(values.EVENTS), bytes.fromhex(value))
        known = {bytes.fromhex(value)[0] for value in events.values()}
        self.assertEqual(known, set(values.EVENTS))


class Made(unittest.TestCase):
    def test_everything_made_now_is_judged_as_it_should_be(self):
        # The sample asserts the rule of each bundle, and that no changed byte is overlooked.
        with tempfile.TemporaryDirectory() as folder:
            sample._write(Path(folder))
            made = json.loads((Path(folder) / "expected.json").read_text())
        kept = json.loads((KEPT / "expected.json").read_text())
        said = itemgetter("name", "verdict", "parts", "absent")
        for part in ("files", "redacted", "changed"):
            self.assertEqual(list(map(said, made[part])), list(map(said, kept[part])))


class Kept(unittest.TestCase):
    def setUp(self):
        self.expected = json.loads((KEPT / "expected.json").read_text())
        self.files = {item["name"]: item for item in self.expected["files"]}

    def data(self, name: str) -> bytes:
        return (KEPT / self.files[name]["file"]).read_bytes()

    def genesis(self, name: str) -> bytes:
        return bytes.fromhex(self.files[name]["genesis"])

    def test_files_are_judged_as_they_were(self):
        for name, item in self.files.items():
            report = verify(self.data(name), self.genesis(name))
            parts = [str(part) for part in report.parts()]
            self.assertEqual((str(report), parts), (item["verdict"], item["parts"]), name)
            self.assertEqual(sample._absent(report.absent), item["absent"], name)

    def test_what_is_left_out_is_named_by_the_entries_that_are_here(self):
        said = {name: item["absent"] for name, item in self.files.items()}
        whole, late, none = (said[f"one of five, {what}"] for what in (
            "all entries", "the last entries", "no entries"))
        self.assertEqual(len(whole["requests"]), 4)
        self.assertNotEqual(whole["requests"], sorted(whole["requests"]), "as they were submitted")
        self.assertEqual(whole["from"], 0)
        self.assertGreater(late["from"], 0)
        self.assertEqual(late["requests"], whole["requests"][-1:])
        # It was submitted before the first entry that is here.
        self.assertEqual(late["unaccounted"], whole["unaccounted"])
        self.assertEqual(whole["unaccounted"], whole["requests"][2:3])
        self.assertEqual(none, {"from": None, "requests": [], "unaccounted": []})
        self.assertEqual(said["everything"], {"from": 0, "requests": [], "unaccounted": []})

    def test_of_what_is_not_judged_nothing_is_said_to_be_absent(self):
        report = verify(self.data("everything"), bytes(32))
        self.assertEqual((str(report), report.absent), ("invalid: wrong-genesis", None))

    def test_a_log_without_entries_is_here_as_a_whole(self):
        log = {"from": 0, "count": 0, "entries": []}
        self.assertEqual(absent(Context(bytes(32), 1, None), log, []), Absent(0, [], []))

    def test_a_block_that_changed_the_authorities_is_an_anchor_up_to_its_height(self):
        data, genesis = self.data("everything"), self.genesis("everything")
        headers = [header_of(handoff["header"]) for handoff in read(data)["handoffs"]]
        for header in headers:
            expected = f"valid, anchored at block {header.number}"
            self.assertEqual(str(verify(data, genesis, hash_of(header))), expected)
        self.assertGreater(len(headers), 1)

    def test_a_block_that_only_the_state_names_is_no_anchor(self):
        data, genesis = self.data("everything"), self.genesis("everything")
        changed = {hash_of(header_of(handoff["header"])) for handoff in read(data)["handoffs"]}
        batches = read(data)["log"]["blocks"]
        leaves = [decode(values.leaf, leaf) for batch in batches for leaf in batch["leaves"]]
        others = [leaf.hash for leaf in leaves if leaf.hash not in changed]
        for block in others:
            self.assertEqual(str(verify(data, genesis, block)), "invalid: anchor")
        self.assertGreater(len(others), 10)

    def test_an_anchor_is_the_head_or_a_block_after_it(self):
        data, genesis = self.data("everything"), self.genesis("everything")
        run = [hash_of(header_of(item)) for item in read(data)["head"]["run"]]
        for block in run:
            self.assertEqual(str(verify(data, genesis, block)), "valid, anchored")
        for other in (genesis, bytes(32)):
            self.assertEqual(str(verify(data, genesis, other)), "invalid: anchor")

    def test_what_was_decided_before_the_approval_or_the_session_is_refused(self):
        for rule in ("release-block", "receipt-block"):
            for what in ("approval", "session"):
                name = f"{rule}: decided before the {what}"
                self.assertEqual(str(verify(self.data(name), self.genesis(name))), f"invalid: {rule}")

    def test_changes_of_validators_of_a_week_and_more_are_followed(self):
        data, genesis = self.data("1,100 changes of validators"), self.genesis("1,100 changes of validators")
        bundle = read(data)
        handoffs = bundle["handoffs"]
        self.assertEqual((len(handoffs), str(verify(data, genesis))), (1_100, "self-consistent, unanchored"))
        # One of the last is left out.
        bundle["handoffs"] = handoffs[:1_050] + handoffs[1_051:]
        self.assertEqual(str(verify(cbor.encode(bundle), genesis)), "invalid: handoff")

    def test_bytes_that_are_too_many_or_none_are_refused(self):
        genesis = self.genesis("everything")
        self.assertEqual(str(verify(bytes((1 << 28) + 1), genesis)), "invalid: too-large")
        self.assertEqual(str(verify(b"", genesis)), "invalid: malformed")

    def test_every_rule_of_the_document_fails_somewhere(self):
        text = (ROOT / "docs/evidence.md").read_text()
        rules = re.search(r"^## 7\. Rules$(.*?)^### Verdicts$", text, re.M | re.S)[1]
        cells = re.findall(r"^\| (`[^|]*`) \|", rules, re.M)
        named = {name for cell in cells for name in re.findall(r"`([a-z-]+)`", cell)}
        failed = {
            item["verdict"].removeprefix("invalid: ")
            for part in ("files", "changed")
            for item in self.expected[part]
            if item["verdict"].startswith("invalid")
        }
        # These are tested above; of the joint tree no sample is small enough to keep.
        self.assertEqual(named - failed, {"too-large", "anchor", "tree"})
        self.assertEqual(failed - named, set())

    def test_the_rules_of_the_document_are_those_of_the_code(self):
        text = (ROOT / "docs/evidence.md").read_text()
        rules = re.search(r"^## 7\. Rules$(.*?)^### Verdicts$", text, re.M | re.S)[1]
        cells = re.findall(r"^\| (`[^|]*`) \|", rules, re.M)
        named = [name for cell in cells for name in re.findall(r"`([a-z-]+)`", cell)]
        code = (ROOT / "crates/evidence/src/rule.rs").read_text()
        listed = re.findall(r'^    \w+ = "([a-z-]+)",$', code, re.M)
        # `malformed` is looked at twice.
        self.assertEqual([name for at, name in enumerate(named) if name not in named[:at]], listed)


class Commitments(unittest.TestCase):
    def refused(self, check, *arguments):
        with self.assertRaises(OtherRoot):
            check(*arguments)

    def test_the_example_of_the_document_is_as_it_says(self):
        text = (ROOT / "docs/evidence.md").read_text()
        example = re.search(r"^### An example$(.*?)^## 15", text, re.M | re.S)[1]
        rows = re.findall(r"^\| (.*?) \| `([0-9a-f]{64})` \|$", example, re.M)
        node = {name.split(",")[0].strip("`"): bytes.fromhex(value) for name, value in rows}
        root, early = node["the root"], node["the root of the first three"]
        bag, leaves = node["H256(g ‖ ef)"], [bytes([index]) * 108 for index in range(7)]
        check_blocks(root, 7, {2: leaves[2]}, [node["d"], node["ab"], bag])
        known = {index: leaves[index] for index in (1, 2, 6)}
        check_blocks(root, 7, known, [h256(leaves[0]), node["d"], node["ef"]])
        check_ancestry(root, 7, early, 3, [node["ab"], node["c"]], [node["d"], bag])
        made = Commitment(leaves)
        self.assertEqual((made.root(), made.root(3)), (root, early))
        self.assertEqual(made.levels[2][0], node["abcd"])

    def test_blocks_and_earlier_commitments_of_every_size(self):
        leaves = [bytes([index]) * 108 for index in range(40)]
        for count in range(1, len(leaves) + 1):
            made = Commitment(leaves[:count])
            for block in range(count):
                items = made.blocks([block])
                check_blocks(made.root(), count, {block: leaves[block]}, items)
                self.refused(check_blocks, made.root(), count, {block: bytes(107)}, items)
                more = [*items, bytes(32)]
                self.refused(check_blocks, made.root(), count, {block: leaves[block]}, more)
            for earlier in range(1, count):
                peaks, items = made.ancestry(earlier)
                root, early = made.root(), made.root(earlier)
                check_ancestry(root, count, early, earlier, peaks, items)
                self.refused(check_ancestry, root, count, root, earlier, peaks, items)
                self.refused(check_ancestry, root, count, early, earlier, peaks, items[1:])

    def test_entries_of_blocks_of_every_size(self):
        for count in range(1, 34):
            hashes = [h256(bytes([index])) for index in range(count)]
            root = entries_root(hashes)
            for place in range(count):
                path = entry_path(hashes, place)
                check_entry(root, hashes[place], place, count, path)
                self.refused(check_entry, root, bytes(32), place, count, path)
                self.refused(check_entry, root, hashes[place], count, count, path)
        self.assertEqual(entries_root([]), bytes(32))


class Payloads(unittest.TestCase):
    # Made by embit, and what Regent's own tests expect of it.
    made = json.loads((ROOT / "crates/payload/tests/vectors/embit.json").read_text())
    wanted = {"taproot": (psbt.BIP340, 60_000, 1_500), "p2wpkh": (psbt.SECP256K1, 30_000, 1_000)}

    def test_transactions_that_others_made_do_what_they_should(self):
        for name, (algorithm, amount, fee) in self.wanted.items():
            data, key = (bytes.fromhex(self.made[name][part]) for part in ("psbt", "public_key"))
            [(recipient, asset, found)], cost = psbt.effect_of(data, algorithm, key, 1)
            self.assertEqual((recipient[:2], asset, found), (b"\0\x14", (2, 1), amount))
            self.assertEqual(cost, ((2, 1), fee))
            for other in {psbt.BIP340, psbt.SECP256K1} - {algorithm}:
                with self.assertRaises(UnreadError):
                    psbt.effect_of(data, other, key, 1)

    def test_what_is_cut_or_changed_is_refused_and_nothing_else_happens(self):
        data, key = (bytes.fromhex(self.made["p2wpkh"][part]) for part in ("psbt", "public_key"))
        effect, others = psbt.effect_of(data, psbt.SECP256K1, key, 0), 0
        for at in range(len(data)):
            with self.assertRaises(UnreadError):
                psbt.effect_of(data[:at], psbt.SECP256K1, key, 0)
            for bit in range(8):
                changed = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
                try:
                    others += psbt.effect_of(changed, psbt.SECP256K1, key, 0) != effect
                except UnreadError:
                    pass
        # Other recipients and amounts are other effects.
        self.assertGreater(others, 100)

    def test_a_transaction_of_ethereum_is_read_to_its_last_byte(self):
        recipient = b"\xb0" * 20
        for data in (transaction(), legacy_transaction()):
            said = ((recipient, (0, 1), 600), ((0, 1), 5))
            self.assertEqual(payload.effect_of(data), said)
            for at in range(len(data)):
                with self.assertRaises(UnreadError):
                    payload.effect_of(data[:at])
            with self.assertRaises(UnreadError):
                payload.effect_of(data + b"\0")


class Encodings(unittest.TestCase):
    def test_cbor_has_one_encoding(self):
        for text in ("1817", "20", "c000", "f6", "9fff", "0000", "4201", "61ff", "a10000", "a2616200616100"):
            with self.assertRaises(cbor.CborError, msg=text):
                cbor.decode(bytes.fromhex(text))
        value = {"b": [1, b"x", "y"], "aa": {}}
        self.assertEqual(cbor.decode(cbor.encode(value)), value)
        self.assertEqual(cbor.encode(value).hex(), "a26162830141786179626161a0")

    def test_keys_are_those_that_nodes_use(self):
        # As in every chain of the SDK.
        self.assertEqual(
            state.item("System", "Account").hex(),
            "26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9",
        )
        self.assertEqual(state.xxh64(b"", 0)[::-1].hex(), "ef46db3751d8e999")

    def test_a_proof_of_a_node_leads_to_the_authorities(self):
        calls = json.loads((ROOT / "crates/proof/testdata/node.json").read_text())
        root = bytes.fromhex(calls[1]["result"]["stateRoot"][2:])
        nodes = [bytes.fromhex(node[2:]) for node in calls[2]["result"]["proof"]]
        proof = state.Proof(root, nodes)
        self.assertEqual(proof.value(state.AUTHORITIES)[:1], compact(1))
        self.assertEqual(proof.value(state.SET_ID), bytes(8))
        self.assertIsNone(proof.value(state.PENDING_CHANGE))
        proof.check_all_used()
        self.assertEqual(len(h256(b"")), 32)


if __name__ == "__main__":
    unittest.main()
