"""Bundles of which the rule is known that is to fail."""

from .scene import Scene


class Bundles:
    """By name: the rule that is to fail, and the bundle."""

    def __init__(self):
        self.made = {}

    def keep(self, rule: str, name: str, bundle: dict) -> None:
        self.made[f"{rule}: {name}"] = (rule, bundle)

    def add(self, rule: str, name: str, scene: Scene, edit=None) -> None:
        if edit:
            edit(scene.operation)
        self.keep(rule, name, scene.bundle())
