"""Mutants of evidence bundles: what finds those that are overlooked, and a small run of the second
verifier. `run.sh` asks both."""

import random
import unittest

import evidence_mutants
from evidence.container import id_of
from evidence_maker.copies import copied
from mutants.bases import bases
from mutants.judges import Said, by_python
from mutants.mutant import Mutant, chosen
from mutants.outcome import RULES, Outcome

HOLDS, BREAKS = Said("self-consistent, unanchored"), Said("invalid: history")


class Runs(unittest.TestCase):
    def test_every_kind_of_change_is_found_and_every_rule_finds_one(self):
        arguments = ["--bytes", "200", "--seed", "3", "--processes", "1"]
        outcome = evidence_mutants.run(evidence_mutants.options(arguments))
        self.assertTrue(outcome.holds(), str(outcome))
        self.assertEqual(outcome.bytes.total(), 200)
        self.assertGreater(outcome.structures.total(), 500)


class Outcomes(unittest.TestCase):
    def setUp(self):
        self.base = bases()[0]

    def mutant(self, **more) -> Mutant:
        return Mutant("kind", self.base, "place", lambda: self.base.bundle, **more)

    def test_what_one_verifier_accepts_is_told(self):
        for said in ((HOLDS,), (HOLDS, HOLDS), (BREAKS, HOLDS), (HOLDS, BREAKS)):
            outcome = Outcome()
            outcome.add(self.mutant(), said)
            self.assertEqual(len(outcome.undetected), 1)
            self.assertEqual(len(outcome.disagreements), len(set(said)) - 1)
            self.assertFalse(outcome.holds())

    def test_verifiers_that_differ_are_told(self):
        others = (Said("invalid: status"), Said("invalid: history", ("valid",)), Said("failed: 101"))
        for other in (*others, Said("invalid: history", (), "another bundle")):
            outcome = Outcome()
            outcome.add(self.mutant(), (BREAKS, other))
            self.assertEqual((len(outcome.undetected), len(outcome.disagreements)), (0, 1))

    def test_another_rule_than_the_one_that_must_refuse_is_told(self):
        for rule, said in (("history", Said("invalid: status")), (None, Said("failed: KeyError"))):
            outcome = Outcome()
            outcome.add(self.mutant(rule=rule), (said,))
            self.assertEqual(len(outcome.others), 1)

    def test_rules_that_refuse_nothing_are_told(self):
        outcome = Outcome()
        for rule in RULES[1:]:
            outcome.add(self.mutant(rule=rule), (Said(f"invalid: {rule}"),))
        self.assertEqual(outcome.missing(), RULES[:1])
        self.assertFalse(outcome.holds())
        outcome.add(self.mutant(), (Said(f"invalid: {RULES[0]}"),))
        self.assertTrue(outcome.holds())


class Chosen(unittest.TestCase):
    def setUp(self):
        self.base = bases()[0]

    def test_no_file_counts_that_is_not_changed_or_is_there_twice(self):
        other = copied(self.base.bundle) | {"id": bytes(32)}
        made = [self.base.bundle, other, copied(other)]
        mutants = [Mutant("kind", self.base, "", lambda made=made: made) for made in made]
        self.assertEqual(len(chosen(mutants, 3, random.Random(1))), 1)

    def test_another_honest_export_is_accepted_so_that_no_kind_may_make_one(self):
        other = copied(self.base.bundle)
        del other["operations"][0]["payload"]
        other["id"] = id_of(other)
        mutant = Mutant("kind", self.base, "", lambda: other)
        [(_, data)] = chosen([mutant], None, random.Random(1))
        outcome = Outcome()
        outcome.add(mutant, (by_python(data, self.base.genesis, None),))
        self.assertEqual(len(outcome.undetected), 1)


if __name__ == "__main__":
    unittest.main()
