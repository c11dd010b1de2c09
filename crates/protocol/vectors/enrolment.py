"""One case of enrolment.json, checked by a second implementation (see check.py)."""

from regen import (
    GROUPS,
    blake2b,
    evaluate,
    expand,
    extract,
    image,
    items,
    join,
    label_of,
    parse,
    path_bytes,
    preimage,
    reduce,
    scalar,
    scalar_bytes,
    split,
    tree_bytes,
    u32,
    vec,
)


class Case:
    def __init__(self, vectors, case):
        self.case, self.group = case, GROUPS[case["group"]]
        self.genesis = bytes.fromhex(vectors["genesis"])
        self.enrolment = bytes.fromhex(vectors["enrolment_id"])
        self.key, self.epoch = self.bytes("key_id"), u32(case["epoch"])
        self.algorithm = bytes([case["algorithm_index"]])
        self.tree = parse(case["tree"])

    def bytes(self, name):
        return bytes.fromhex(self.case[name])

    def equal(self, name, found, expected=None):
        expected = self.case[name] if expected is None else expected
        found = found.hex() if isinstance(found, bytes) else found
        where = f"{self.case['algorithm']}, {self.case['name']}: {name}"
        assert found == expected, f"{where}\n found    {found}\n expected {expected}"

    def reduced(self, name, okm, expected):
        self.equal(name, okm[: self.group.wide], expected)
        return reduce(self.group, okm)

    def check(self):
        prk = self.check_contributions()
        self.secret = self.check_secret(prk)
        self.shares, self.polynomials = {}, {}
        coefficient = self.coefficient(prk)
        split(self.group, self.tree, self.secret, coefficient, self.shares, self.polynomials)
        self.check_dealt()

    def check_dealt(self):
        """All that follows from secret, shares and polynomials."""
        commitments = self.check_commitments(self.secret, self.shares, self.polynomials)
        corrections = self.check_corrections(self.shares)
        self.check_token(commitments, corrections)
        present = {
            leaf["number"]: self.shares[leaf["number"]]
            for leaf in self.case["leaves"]
            if leaf["correction"] is not None
        }
        joined, used = join(self.group, self.tree, present)
        assert joined == self.secret
        self.equal("combined_from", used)

    def check_mask(self, leaf):
        context = self.key + self.epoch + self.enrolment
        data = preimage("label", self.genesis, context)
        self.equal("label_preimage", data, leaf["label_preimage"])
        label = label_of(self.genesis, self.case["window"], context)
        self.equal("label", label, leaf["label"])
        seed = evaluate(bytes.fromhex(leaf["root_seed"]), label)
        self.equal("leaf_seed", seed, leaf["leaf_seed"])
        path = path_bytes(leaf["path"])
        fields = context + path + bytes([self.case["group_index"]])
        info = preimage("mask", self.genesis, fields)
        self.equal("mask_info", info, leaf["mask_info"])
        mask = self.reduced("mask_okm", expand(seed, info), leaf["mask_okm"])
        self.equal("mask", scalar_bytes(self.group, mask), leaf["mask"])
        return mask

    def check_contributions(self):
        group, ikm = self.group, b""
        for leaf in self.case["leaves"]:
            self.equal("path_encoded", path_bytes(leaf["path"]), leaf["path_encoded"])
            mask = self.check_mask(leaf)
            entropy = bytes.fromhex(leaf["entropy"])
            self.equal("contribution", scalar_bytes(group, mask) + entropy, leaf["contribution"])
            if leaf["correction"] is not None:
                ikm += u32(leaf["number"]) + entropy
        prk = extract(self.bytes("enclave_entropy"), ikm)
        self.equal("prk", prk)
        return prk

    def enrolment_context(self):
        return self.key + self.epoch + self.enrolment + self.algorithm

    def check_secret(self, prk):
        info = preimage("enrolment-secret", self.genesis, self.enrolment_context())
        self.equal("secret_info", info)
        secret = self.reduced("secret_okm", expand(prk, info), self.case["secret_okm"])
        imported = self.case["imported"]
        if imported is not None and self.case["seed"] is None:
            secret = scalar(self.group, bytes.fromhex(imported))
        self.equal("secret", scalar_bytes(self.group, secret))
        return secret

    def coefficient(self, prk):
        given = {(item["gate"], item["index"]): item for item in self.case["coefficients"]}

        def coefficient(gate, index):
            fields = self.enrolment_context() + u32(gate) + u32(index)
            info = preimage("enrolment-coefficient", self.genesis, fields)
            self.equal("coefficient info", info, given[gate, index]["info"])
            value = self.reduced("okm", expand(prk, info), given[gate, index]["okm"])
            self.equal("coefficient", scalar_bytes(self.group, value), given[gate, index]["value"])
            return value

        return coefficient

    def check_commitments(self, secret, shares, polynomials):
        group, case = self.group, self.case
        if case.get("seed") is None:
            gates = [image(group, term) for gate in sorted(polynomials) for term in polynomials[gate]]
            self.equal("gate_commitments", [point.hex() for point in gates])
            self.equal("public_key", gates[0])
            leaves = [image(group, shares[leaf["number"]]) for leaf in case["leaves"]]
            for found, leaf in zip(leaves, case["leaves"]):
                self.equal("image", found, leaf["image"])
            return b"\x00" + items(list(map(vec, gates))) + items(list(map(vec, leaves)))
        leaves = []
        for leaf in case["leaves"]:
            share = scalar_bytes(group, shares[leaf["number"]])
            context = self.key + self.algorithm + self.epoch + self.enrolment
            data = preimage(
                "seed-leaf", self.genesis, context, path_bytes(leaf["path"]), share
            )
            self.equal("commitment_preimage", data, leaf["commitment_preimage"])
            self.equal("commitment", blake2b(data), leaf["commitment"])
            leaves.append(blake2b(data))
        return b"\x01" + items(leaves) + self.check_seed(scalar_bytes(group, secret))

    def check_seed(self, secret):
        given, prk = self.case["seed"], extract(b"", secret)
        context = self.key + self.algorithm
        info = preimage("seed-check", self.genesis, context)
        self.equal("check_info", info, given["check_info"])
        check = expand(prk, info)[:32]
        self.equal("check", check, given["check"])
        info = preimage("operation-key", self.genesis, context, b"\x01")
        self.equal("wrapping_info", info, given["wrapping_info"])
        info = preimage("operation-key", self.genesis, context, b"\x00")
        self.equal("material_info", info, given["material_info"])
        material = expand(prk, info)
        self.equal("material", material[: len(given["material"]) // 2], given["material"])
        return check

    def check_corrections(self, shares):
        group, corrections = self.group, []
        for leaf in self.case["leaves"]:
            share = shares[leaf["number"]]
            self.equal("share", scalar_bytes(group, share), leaf["share"])
            if leaf["correction"] is None:
                corrections.append(b"\x00")
                continue
            mask = scalar(group, bytes.fromhex(leaf["mask"]))
            correction = scalar_bytes(group, (share - mask) % group.n)
            self.equal("correction", correction, leaf["correction"])
            corrections.append(b"\x01" + correction)
        return corrections

    def check_token(self, commitments, corrections):
        seed = self.case.get("seed")
        wrapped = seed["wrapped"] if seed else None
        self.equal("tree_encoded", tree_bytes(self.case["tree"]))
        agents = [item["agent"] for item in self.case["tree"] if "agent" in item]
        self.equal("agents", [leaf["agent"] for leaf in self.case["leaves"]], agents)
        token = b"".join(
            [
                self.key,
                self.algorithm,
                vec(self.bytes("public_key")),
                self.epoch,
                u32(self.case["window"]),
                self.enrolment,
                tree_bytes(self.case["tree"]),
                self.bytes("policy_hash"),
                commitments,
                items(corrections),
                b"\x00" if wrapped is None else b"\x01" + vec(bytes.fromhex(wrapped)),
            ]
        )
        self.equal("token", token)
        self.equal("token_hash", blake2b(preimage("result", self.genesis, token)))
