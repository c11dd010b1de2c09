"""docs/ says what the code is: rooms, purposes, structures and states.

Reads files only. Run with `python -m unittest` in this folder.
"""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRIMITIVES = ROOT / "crates/primitives/src"


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    if found is None:
        raise AssertionError(f"there is no heading {heading!r}")
    return found[1]


def tables(text: str) -> list:
    """The tables of a text: rows of cells, without head and rule."""
    found = re.findall(r"(?:^\|.*\n)+", text, re.M)
    split = [[row.strip("|\n").split("|") for row in table.splitlines()] for table in found]
    return [[[cell.strip() for cell in row] for row in table[2:]] for table in split]


def quoted(cell: str) -> list:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def rust_items() -> dict:
    """Name to (`struct` or `enum`, body) of every public type of crates/primitives that has a body."""
    items = {}
    for path in PRIMITIVES.rglob("*.rs"):
        text = re.sub(r"//.*", "", path.read_text())
        for kind, name, body in re.findall(r"^pub (struct|enum) (\w+) \{\n(.*?)^\}", text, re.M | re.S):
            items[name] = (kind, body)
    return items


def fields(body: str) -> list:
    """The names of a struct's fields, in order."""
    return re.findall(r"^    pub (\w+):", body, re.M)


def variants(body: str) -> dict:
    """Name to index of an enum's variants; their own fields stand deeper."""
    found = re.findall(r"(?:^    #\[codec\(index = (\d+)\)\]\n)?^    (\w+)", body, re.M)
    return {name: int(index or at) for at, (index, name) in enumerate(found)}


def names(text: str) -> list:
    """The items of a list, each without its remark in parentheses."""
    return [item.strip() for item in re.sub(r"\([^)]*\)", "", text).split(",")]


class Rooms(unittest.TestCase):
    def folders(self) -> set:
        found = {path.name for path in ROOT.iterdir() if path.is_dir()} - {"target"}
        found = {name for name in found if not name.startswith(".")}
        for parent in ["crates", "pallets"]:
            found.remove(parent)
            found |= {f"{parent}/{path.parent.name}" for path in (ROOT / parent).glob("*/Cargo.toml")}
        return found

    def test_the_table_of_rooms_names_every_folder_once(self):
        (rooms,) = tables(section(document("architecture.md"), "Rooms"))
        named = [folder for row in rooms for folder in quoted(row[0])]
        self.assertEqual(len(named), len(set(named)), "a folder is named twice")
        self.assertEqual(set(named), self.folders())
        for row in rooms:
            self.assertTrue(row[1], f"{row[0]} has no description")

    def test_the_states_of_a_request_are_those_of_the_code(self):
        (states,) = tables(section(document("architecture.md"), "A request's life"))
        named = {state for row in states for cell in row[:2] for state in quoted(cell)}
        self.assertEqual(named, set(variants(rust_items()["RequestStatus"][1])))


class Protocol(unittest.TestCase):
    def setUp(self):
        self.text = document("protocol.md")

    def test_the_purposes_are_the_tags_of_the_code(self):
        (rows,) = tables(section(self.text, "Appendix A: purposes"))
        listed = [purpose for row in rows for purpose in quoted(row[0])]
        code = re.findall(r'=> "regent/([a-z0-9-]+)/v1"', (PRIMITIVES / "hashing.rs").read_text())
        self.assertTrue(code)
        self.assertEqual(listed, sorted(set(code)))
        self.assertEqual(len(code), len(set(code)), "two tags are one string")

    def test_every_purpose_the_text_uses_is_listed(self):
        used = set(re.findall(r"\b(?:H|info|tag)\(([a-z][a-z0-9-]+)\b(?=[,)])", self.text))
        (rows,) = tables(section(self.text, "Appendix A: purposes"))
        listed = {purpose for row in rows for purpose in quoted(row[0])}
        self.assertEqual(used - {"purpose"} - listed, set())
        self.assertGreater(len(used & listed), 15)

    def test_structures_have_the_fields_of_the_code_in_their_order(self):
        structures, choices = tables(section(self.text, "Appendix B: structures"))
        items = rust_items()
        for cell, listed in structures:
            (name,) = quoted(cell)
            kind, body = items[name]
            self.assertEqual((kind, names(listed)), ("struct", fields(body)), name)
        for cell, listed in choices:
            (name,) = quoted(cell)
            kind, body = items[name]
            pairs = [item.replace("; each 32 bytes", "").split() for item in names(listed)]
            found = {variant: int(index) for variant, index in pairs}
            self.assertEqual((kind, found), ("enum", variants(body)), name)

    def test_sections_1_to_12_are_there_for_the_code_to_refer_to(self):
        there = set()
        for first, last in re.findall(r"^## (\d+)(?: (?:to|and) (\d+))?\. ", self.text, re.M):
            there |= set(range(int(first), int(last or first) + 1))
        self.assertEqual(there, set(range(1, 13)))


class Links(unittest.TestCase):
    def test_links_and_paths_lead_somewhere(self):
        pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
        for page in pages:
            text = page.read_text()
            for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
                if "://" not in target:
                    self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")
            for target in re.findall(r"`((?:crates|pallets|tests|docs)/[\w./-]+)`", text):
                self.assertTrue((ROOT / target).exists(), f"{page.name}: {target}")


if __name__ == "__main__":
    unittest.main()
