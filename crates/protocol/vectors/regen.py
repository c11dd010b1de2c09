"""What check.py and the files beside it compute with: hashes, groups, device roots, trees and
sharings, written from docs/protocol.md. Standard library only; slow and not constant-time: never use
it with secrets.
"""

import hashlib
import hmac


# SCALE and hashes


def compact(n):
    """SCALE's compact integer, as far as lengths need it."""
    if n < 1 << 6:
        return bytes([n << 2])
    if n < 1 << 14:
        return (n << 2 | 1).to_bytes(2, "little")
    return (n << 2 | 2).to_bytes(4, "little")


def vec(data):
    return compact(len(data)) + data


def items(encoded):
    return compact(len(encoded)) + b"".join(encoded)


def u16(n):
    return n.to_bytes(2, "little")


def u32(n):
    return n.to_bytes(4, "little")


def path_bytes(path):
    return items([u16(n) for n in path])


def preimage(tag, genesis, *fields):
    return vec(f"regent/{tag}/v1".encode()) + genesis + b"".join(fields)


def blake2b(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def extract(salt, ikm):
    return hmac.digest(salt, ikm, "sha512")


def expand(prk, info):
    """HKDF-Expand with SHA-512, one block."""
    return hmac.digest(prk, info + b"\x01", "sha512")


# Groups: points are None (identity) or affine pairs


class Weierstrass:
    wide, order_bytes = 48, "big"

    def __init__(self, p, a, n, gx, gy):
        self.p, self.a, self.n, self.base = p, a, n, (gx, gy)

    def add(self, one, two):
        if one is None or two is None:
            return one or two
        (x1, y1), (x2, y2) = one, two
        if x1 == x2:
            if (y1 + y2) % self.p == 0:
                return None
            slope = (3 * x1 * x1 + self.a) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x = (slope * slope - x1 - x2) % self.p
        return x, (slope * (x1 - x) - y1) % self.p

    def encode(self, point):
        x, y = point
        return bytes([2 + y % 2]) + x.to_bytes(32, "big")


class Edwards:
    wide, order_bytes = 64, "little"
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    n = 2**252 + 27742317777372353535851937790883648493
    base = (
        15112221349535400772501151409588531511454012693041857206046113283949847762202,
        46316835694926478169428394003475163141307993866256225615783033603165251855960,
    )

    def add(self, one, two):
        if one is None or two is None:
            return one or two
        (x1, y1), (x2, y2) = one, two
        product = self.d * x1 * x2 * y1 * y2
        x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, self.p) % self.p
        y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, self.p) % self.p
        return x, y

    def encode(self, point):
        x, y = point
        return (y | (x & 1) << 255).to_bytes(32, "little")


class Ristretto(Edwards):
    def encode(self, point):
        """RFC 9496, section 4.3.2."""
        p = self.p
        root_m1 = pow(2, (p - 1) // 4, p)
        inv_root_a_minus_d = inverse_root((-1 - self.d) % p)
        (x0, y0), z0 = point, 1
        t0 = x0 * y0 % p
        u1, u2 = (z0 + y0) * (z0 - y0) % p, t0
        inverse = inverse_root(u1 * u2 * u2 % p)
        den1, den2 = inverse * u1 % p, inverse * u2 % p
        z_inverse = den1 * den2 * t0 % p
        if t0 * z_inverse % p & 1:
            x, y, den = y0 * root_m1 % p, x0 * root_m1 % p, den1 * inv_root_a_minus_d % p
        else:
            x, y, den = x0, y0, den2
        if x * z_inverse % p & 1:
            y = -y % p
        s = den * (z0 - y) % p
        return min(s, p - s, key=lambda n: n & 1).to_bytes(32, "little")


def inverse_root(v):
    """The non-negative 1/sqrt(v), or of v times sqrt(-1): SQRT_RATIO_M1(1, v) of RFC 9496."""
    p = Edwards.p
    r = pow(v, 3, p) * pow(pow(v, 7, p), (p - 5) // 8, p) % p
    check = v * r * r % p
    root_m1 = pow(2, (p - 1) // 4, p)
    if check in (p - 1, -root_m1 % p):
        r = r * root_m1 % p
    return p - r if r & 1 else r


GROUPS = {
    "Ristretto255": Ristretto(),
    "Ed25519": Edwards(),
    "Secp256k1": Weierstrass(
        2**256 - 2**32 - 977,
        0,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
        0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
        0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
    ),
    "P256": Weierstrass(
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        -3,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
}


def multiply(group, scalar, point=None):
    result, power = None, point or group.base
    while scalar:
        if scalar & 1:
            result = group.add(result, power)
        power, scalar = group.add(power, power), scalar >> 1
    return result


def image(group, scalar):
    return group.encode(multiply(group, scalar))


def reduce(group, okm):
    return int.from_bytes(okm[: group.wide], group.order_bytes) % group.n


def scalar_bytes(group, scalar):
    return scalar.to_bytes(32, group.order_bytes)


def scalar(group, data):
    return int.from_bytes(data, group.order_bytes)


# Device root, trees, sharing


def label_of(genesis, window, context):
    return window.to_bytes(4, "big") + blake2b(preimage("label", genesis, context))[:12]


def seeds(root_seed, label):
    """The GGM tree of depth 128 over SHA-512: the seeds on the way to the label's leaf, the root first."""
    way, bits = [root_seed], int.from_bytes(label, "big")
    for level in range(128):
        digest = hashlib.sha512(vec(b"regent/device-root-inner/v1") + way[-1]).digest()
        way.append(digest[32:] if bits >> (127 - level) & 1 else digest[:32])
    return way


def evaluate(root_seed, label):
    leaf = seeds(root_seed, label)[-1]
    return hashlib.sha512(vec(b"regent/device-root-output/v1") + leaf).digest()


def parse(nodes):
    """Preorder to ('leaf', path, agent, number) and ('gate', threshold, children, number)."""
    rest, counts = iter(nodes), {"leaf": 0, "gate": 0}

    def number(kind):
        counts[kind] += 1
        return counts[kind] - 1

    def node(path):
        item = next(rest)
        if "agent" in item:
            return ("leaf", path, bytes.fromhex(item["agent"]), number("leaf"))
        gate = item["gate"]
        own = number("gate")
        children = [node(path + [child + 1]) for child in range(gate["children"])]
        return ("gate", gate["threshold"], children, own)

    tree = node([])
    assert next(rest, None) is None
    return tree


def tree_bytes(nodes):
    encoded = []
    for item in nodes:
        if "agent" in item:
            encoded.append(b"\x00\x00" + bytes.fromhex(item["agent"]))
        else:
            gate = item["gate"]
            encoded.append(b"\x01" + u16(gate["threshold"]) + u16(gate["children"]))
    return items(encoded)


def split(group, node, secret, coefficient, shares, polynomials):
    if node[0] == "leaf":
        shares[node[3]] = secret
        return
    _, threshold, children, gate = node
    polynomial = [secret] + [coefficient(gate, index) for index in range(1, threshold)]
    polynomials[gate] = polynomial
    for x, child in enumerate(children, 1):
        value = sum(term * x**power for power, term in enumerate(polynomial)) % group.n
        split(group, child, value, coefficient, shares, polynomials)


def join(group, node, shares):
    """The secret and the paths used: each gate takes its first satisfied children."""
    if node[0] == "leaf":
        value = shares.get(node[3])
        return None if value is None else (value, [node[1]])
    _, threshold, children, _ = node
    found = [(x, join(group, child, shares)) for x, child in enumerate(children, 1)]
    found = [(x, result) for x, result in found if result is not None][:threshold]
    if len(found) < threshold:
        return None
    secret, used = 0, []
    for x_i, (value, paths) in found:
        factor = 1
        for x_j, _ in found:
            if x_j != x_i:
                factor = factor * x_j * pow(x_j - x_i, -1, group.n) % group.n
        secret, used = secret + factor * value, used + paths
    return secret % group.n, used


# What shares are sealed to


def release_fields(vectors, key, epoch, enrolment, leaf):
    """The fields of section 7; key, epoch and enrolment are those of the token that is used."""
    session = vectors["session"]
    get = lambda name: bytes.fromhex(session[name])
    return [
        get("request_id"),
        bytes([session["attempt"]]),
        get("id"),
        get("kem_public_hash"),
        get("evidence_hash"),
        key,
        epoch,
        enrolment,
        path_bytes(leaf),
        bytes([vectors["operation_index"]]),
        bytes.fromhex(vectors["payload_hash"]),
        bytes.fromhex(vectors["policy_hash"]),
    ]
