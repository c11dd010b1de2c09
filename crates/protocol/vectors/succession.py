"""The cases of refresh.json and reshare.json, checked by a second implementation (see check.py).

Both start from a case of enrolment.json, of which shares and polynomials are known: so the new
commitments of a refresh, which its session adds up without knowing a secret, are compared with the
images of the sums.
"""

from enrolment import Case
from regen import (
    blake2b,
    extract,
    join,
    preimage,
    release_fields,
    scalar,
    scalar_bytes,
    split,
    tree_bytes,
    u32,
)

DIFFERENCE, SHARE, MASK = 0, 1, 2


class Succession(Case):
    def __init__(self, vectors, case, old):
        super().__init__(vectors, case)
        self.vectors, self.old = vectors, old
        self.equal("old.token", old.case["token"], case["old"]["token"])
        self.equal("old.enrolment_id", old.enrolment, case["old"]["enrolment_id"])
        self.equal("old.epoch", old.case["epoch"], case["old"]["epoch"])
        self.equal("epoch", old.case["epoch"] + 1)
        self.equal("key_id", old.key)
        self.equal("public_key", old.bytes("public_key"))

    def check_aad(self, given, path, part):
        old = self.old
        fields = release_fields(self.vectors, old.key, old.epoch, old.enrolment, path)
        fields += [
            bytes([part]),
            self.epoch,
            u32(self.case["window"]),
            self.enrolment,
            self.bytes("policy_hash"),
            tree_bytes(self.case["tree"]),
        ]
        data = preimage("aad", self.genesis, *fields)
        self.equal("part", part, given["part"])
        self.equal("aad preimage", data, given["preimage"])
        self.equal("aad", blake2b(data), given["aad"])


class Refresh(Succession):
    def check(self):
        group, old = self.group, self.old
        self.equal("tree", old.case["tree"])
        prk = self.check_sent()
        z, polynomials = {}, {}
        split(group, self.tree, 0, self.coefficient(prk), z, polynomials)
        for leaf in self.case["leaves"]:
            self.equal("z", scalar_bytes(group, z[leaf["number"]]), leaf["z"])
        add = lambda one, two: (one + two) % group.n
        self.secret = old.secret
        self.shares = {leaf: add(share, z[leaf]) for leaf, share in old.shares.items()}
        self.polynomials = {
            gate: list(map(add, polynomial, polynomials[gate]))
            for gate, polynomial in old.polynomials.items()
        }
        self.check_dealt()

    def check_sent(self):
        group, ikm = self.group, b""
        for leaf, before in zip(self.case["leaves"], self.old.case["leaves"]):
            mask = self.check_mask({**leaf, **leaf["new"]})
            self.equal("old_mask", before["mask"], leaf["old_mask"])
            sent = leaf["sent"]
            if sent is None:
                continue
            difference = (scalar(group, bytes.fromhex(leaf["old_mask"])) - mask) % group.n
            self.equal("difference", scalar_bytes(group, difference), sent["difference"])
            self.equal("contribution", sent["difference"] + sent["entropy"], sent["contribution"])
            self.check_aad(sent["aad"], leaf["path"], DIFFERENCE)
            ikm += u32(leaf["number"]) + bytes.fromhex(sent["entropy"])
        prk = extract(self.bytes("enclave_entropy"), ikm)
        self.equal("prk", prk)
        return prk

    def check_corrections(self, shares):
        """By d' = d + u + z, which is what the session computes, and by d' = s' - m'."""
        group, corrections = self.group, []
        for leaf, before in zip(self.case["leaves"], self.old.case["leaves"]):
            sent = leaf["sent"]
            if sent is None:
                assert leaf["correction"] is None
                corrections.append(b"\x00")
                continue
            value = lambda text: scalar(group, bytes.fromhex(text))
            share = shares[leaf["number"]]
            self.equal("share", scalar_bytes(group, share), sent["share"])
            sum_ = value(before["correction"]) + value(sent["difference"]) + value(leaf["z"])
            correction = scalar_bytes(group, sum_ % group.n)
            self.equal("correction", correction, leaf["correction"])
            unmasked = (share - value(leaf["new"]["mask"])) % group.n
            self.equal("correction of the new share", correction, scalar_bytes(group, unmasked).hex())
            corrections.append(b"\x01" + correction)
        return corrections


class Reshare(Succession):
    def check(self):
        for leaf in self.case["leaves"]:
            self.check_aad(leaf["aad"], leaf["path"], MASK)
        super().check()
        wrapped = [(case.case["seed"] or {}).get("wrapped") for case in (self.old, self)]
        assert wrapped[0] == wrapped[1]

    def check_secret(self, prk):
        """The secret that the old shares make, in the place of one from the mix."""
        shares = {}
        for share in self.case["shares"]:
            number = share["number"]
            shares[number] = self.old.shares[number]
            self.equal("old share", scalar_bytes(self.group, shares[number]), share["share"])
            self.check_aad(share["aad"], share["path"], SHARE)
        secret, used = join(self.group, self.old.tree, shares)
        assert secret == self.old.secret
        self.equal("used", used)
        self.equal("secret", scalar_bytes(self.group, secret))
        return secret


def check_succession(vectors, olds, kind):
    named = {(old.case["name"], old.case["algorithm"]): old for old in olds}
    for case in vectors["cases"]:
        kind(vectors, case, named[case["old"]["case"], case["algorithm"]]).check()
    return len(vectors["cases"])
