"""How reading a payload fails."""


class UnreadError(ValueError):
    """It is not a transaction whose effect is known."""


def check(condition: bool) -> None:
    if not condition:
        raise UnreadError
