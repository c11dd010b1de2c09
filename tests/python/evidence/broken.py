"""How a verification fails."""


class Broken(Exception):
    """A rule of docs/evidence.md, section 7, does not hold."""

    def __init__(self, rule: str, detail: str = ""):
        super().__init__(f"{rule}: {detail}" if detail else rule)
        self.rule = rule


def require(condition: bool, rule: str, detail: str = "") -> None:
    """Fails by a rule unless the condition holds. Not `assert`: that can be switched off."""
    if not condition:
        raise Broken(rule, detail)
