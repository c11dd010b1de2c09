"""How a verification fails."""


class Refused(Exception):
    """Something is wrong or missing."""


def require(condition: bool, what: str) -> None:
    """Refuses unless the condition holds. Not `assert`: that can be switched off."""
    if not condition:
        raise Refused(what)
