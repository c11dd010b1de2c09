"""One operation that is to have one thing wrong."""

from evidence.values import ETHEREUM, SIGN

from .chain import World
from .encoding import u8
from .people import DESK
from .policies import SECP256K1, policy, token, transaction, transfer, tree
from .operations import Operation
from .sound import served


class Scene:
    """One operation that is to have one thing wrong."""

    def __init__(self, **changes):
        self.world = World(2, changes.pop("chain", ""))
        self.policy = self.world.policy(policy(**changes.pop("policy", {})))
        self.world.next()
        self.key = self.world.bytes()
        self.made = self.world.bytes()
        committed = changes.pop("committed", self.policy)
        algorithm = changes.pop("algorithm", SECP256K1)
        made = token(self.key, 0, self.made, tree(), committed, algorithm)
        self.world.tokens[(self.key, 0)] = made
        changes = {"requester": DESK} | changes
        self.session = changes.pop("session", {})
        fields = {"effect": transfer(), "payload": transaction(), "enrolment": self.made}
        kind = changes.pop("operation", u8(SIGN) + u8(ETHEREUM))
        self.operation = Operation(self.world, self.key, self.policy, kind, **(fields | changes))
        self.operation.shows_payload = True

    def opened(self) -> "Scene":
        self.operation.open_session(**self.session)
        return self

    def approved(self) -> "Scene":
        self.opened().operation.approve_all()
        self.world.next()
        return self

    def served(self) -> "Scene":
        served(self.world, self.opened().operation)
        return self

    def bundle(self) -> dict:
        return self.world.bundle()
