//! How to read the report.

use super::paragraph;
use crate::model::{Block, Section, Text};

pub(super) fn section() -> Section {
    let term = |name: &str, words: &str| (name.to_owned(), Text::from(words));
    let terms = vec![
        term(
            "Chain",
            "A log that several institutions keep together: each runs a machine, and a block is final \
             once more than two thirds of them signed it. Nobody changes what is final.",
        ),
        term("Block", "A page of that log. Blocks are numbered, and follow each other by half a second or more."),
        term(
            "Account",
            "A person, an institution or a contract, by a public key or an address. Only who holds its \
             secret can sign for it.",
        ),
        term(
            "Key",
            "What signs or decrypts, for instance for a wallet. It is stored nowhere: it exists for a \
             moment in an enclave, from shares that independent agents regenerate.",
        ),
        term(
            "Operation",
            "A request that a key be used, and all that followed: approvals, an enclave's session, \
             releases of shares, a receipt.",
        ),
        term(
            "Policy",
            "Who may request and who must approve, in which order, what may be done and with how much. \
             It cannot be edited: a change is a new version, signed by those whom the old one names.",
        ),
        term(
            "Agent",
            "A machine of one institution that checks everything by itself, and then releases its share \
             of a key, or refuses.",
        ),
        term(
            "Enclave",
            "A protected machine in which shares become the key. Its evidence is signed by its maker's \
             hardware; its measurement is the fingerprint of the program that runs.",
        ),
        term("Receipt", "The enclave's signed statement of what was done, with which shares."),
        term("Token", "The public half of a key: who holds shares, and by what they are checked."),
        term(
            "Withheld",
            "Left out of the file by whoever handed it on. A withheld value cannot be exchanged for \
             another: its fingerprint is in the file.",
        ),
    ];
    Section {
        id: "reading",
        title: "How to read this",
        blocks: vec![
            paragraph(
                "This report was made from one file and needs nothing else: no network, no trust in \
                 whoever made the file. It is made again, to the byte, from the same file and the same \
                 two hashes.",
            ),
            paragraph(
                "Times: the newest block names the half second, by the validators' clocks, for which it was \
                 made. Of earlier blocks it is proven that they were made no later than the time after “by”: \
                 the chain makes at most one block in half a second. If it paused, they are older.",
            ),
            paragraph(
                "Long identifiers are shown by their first and last letters, and whole in the appendix. \
                 Two that would look alike are shown whole.",
            ),
            Block::Facts(terms),
        ],
    }
}
