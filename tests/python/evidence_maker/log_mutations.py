"""Bundles whose commitment of the log was changed without the chain's help."""


def log_mutations(add) -> None:
    """What is wrong with the commitment."""

    def log(rule: str, name: str, edit) -> None:
        add(rule, name, lambda one: edit(one["log"]))

    def flip(data: bytes, at: int) -> bytes:
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    log("malformed", "a batch of no blocks", lambda one: one["blocks"][0].update(leaves=[]))
    log("malformed", "a leaf that is too short", lambda one: one["blocks"][0].update(
        leaves=[leaf[:-1] for leaf in one["blocks"][0]["leaves"]]))
    log("malformed", "an entry of no entries", lambda one: one["included"][0].update(count=0))
    log("malformed", "a path that is too long", lambda one: one["included"][0].update(
        path=[bytes(32)] * 33))
    log("log-root", "another", lambda one: one.update(root=bytes(32)))
    log("log-root", "fewer leaves", lambda one: one.update(leaves=one["leaves"] - 1))
    log("log-blocks", "another hash", lambda one: one["blocks"][0]["leaves"].append(
        flip(one["blocks"][0]["leaves"].pop(), 4)))
    log("log-blocks", "other entries", lambda one: one["blocks"][1]["leaves"].append(
        flip(one["blocks"][1]["leaves"].pop(), 107)))
    log("log-blocks", "one is missing", lambda one: one["blocks"][0]["leaves"].pop())
    log("log-blocks", "one twice", lambda one: one["blocks"][0]["leaves"].append(
        one["blocks"][0]["leaves"][-1]))
    log("log-blocks", "an item is missing", lambda one: one["blocks"][0]["items"].pop())
    log("log-blocks", "an item more", lambda one: one["blocks"][0]["items"].append(bytes(32)))
    log("log-blocks", "items are swapped", lambda one: one["blocks"][0]["items"].reverse())
    log("log-blocks", "batches out of order", lambda one: one["blocks"].reverse())
    log("log-blocks", "a batch twice", lambda one: one["blocks"].append(one["blocks"][-1]))
    log("log-blocks", "one that is still to come", lambda one: one["blocks"][-1]["leaves"].append(
        one["leaves"].to_bytes(4, "little") + bytes(104)))
    log("log-inclusion", "another entry", lambda one: one["included"][1].update(
        entry=flip(one["included"][1]["entry"], 12)))
    log("log-inclusion", "one that does not decode", lambda one: one["included"][1].update(entry=b""))
    log("log-inclusion", "out of order", lambda one: one["included"].reverse())
    log("log-inclusion", "one twice", lambda one: one["included"].append(one["included"][-1]))
    log("log-inclusion", "a longer path", lambda one: one["included"][1]["path"].append(bytes(32)))
    log("log-inclusion", "a shorter path", lambda one: one["included"][2]["path"].pop())
    log("log-inclusion", "of more entries", lambda one: one["included"][2].update(count=2**32 - 1))
    log("log-inclusion", "without its block", lambda one: one.update(blocks=[]))
    log("log-ancestry", "another root", lambda one: one["ancestry"].update(root=bytes(32)))
    log("log-ancestry", "other leaves", lambda one: one["ancestry"].update(
        leaves=one["ancestry"]["leaves"] + 1))
    log("log-ancestry", "no leaves", lambda one: one["ancestry"].update(leaves=0))
    log("log-ancestry", "not an earlier one", lambda one: one["ancestry"].update(leaves=one["leaves"]))
    log("log-ancestry", "a peak more", lambda one: one["ancestry"]["peaks"].append(bytes(32)))
    log("log-ancestry", "an item is missing", lambda one: one["ancestry"]["items"].pop())
    log("log-ancestry", "items are swapped", lambda one: one["ancestry"]["items"].reverse())
    log("session-block", "no block is shown", lambda one: one.update(blocks=[], included=[]))
