//! Where contents of this report are evidence towards what laws and standards ask for.

use regent_primitives::BlockNumber;

use super::{paragraph, table};
use crate::model::{Block, Section, Text, Tone};

/// A provision: where it stands, what it is about, what here is evidence towards it, and what is not.
struct Provision {
    place: &'static str,
    about: &'static str,
    evidence: &'static str,
    missing: &'static str,
}

const MICA: [Provision; 10] = [
    Provision {
        place: "Article 70(1)",
        about: "arrangements that safeguard clients' ownership rights, and prevent the use of their \
                crypto-assets for the provider's own account",
        evidence: "Policies, Approvals and Operations: every use of a key, by whom it was asked for and \
                   approved, and within which limits; Keys: nobody holds a key alone",
        missing: "whose assets a key controls; that is in the provider's register",
    },
    Provision {
        place: "Article 75(1)",
        about: "the agreement with each client, which names the custody policy, how the client gives \
                instructions and is authenticated, and which security systems are used",
        evidence: "Policies and Approvals: who may ask and who must approve, as it was enforced; Keys; \
                   Attested hardware",
        missing: "the agreement itself, its fees and the law it is under",
    },
    Provision {
        place: "Article 75(2)",
        about: "a register of each client's positions, and of movements on the client's instructions",
        evidence: "Operations: recipient, asset and amount of each movement as approved, with block and \
                   receipt, to be reconciled with the register",
        missing: "the register itself; that a movement was confirmed by its network",
    },
    Provision {
        place: "Article 75(3)",
        about: "a custody policy that minimises the risk of loss through fraud, cyber threats or \
                negligence",
        evidence: "Policies and their changes; Keys; Attested hardware; Refusals and failures: how the \
                   rules were applied, also where they refused",
        missing: "the written policy and its summary for clients",
    },
    Provision {
        place: "Article 75(4)",
        about: "the exercise of rights attached to crypto-assets; events likely to create or modify a \
                client's rights, recorded in the register of positions",
        evidence: "Operations and Approvals, where such an event was carried out with a key",
        missing: "the events themselves",
    },
    Provision {
        place: "Article 75(5)",
        about: "a statement of position for each client, every three months and on request: crypto-assets, \
                their balance and value, and transfers in the period",
        evidence: "Operations of the period, none left out where the file brings the log's entries, to be \
                   reconciled with the transfers in the statement",
        missing: "the statement; balances and values",
    },
    Provision {
        place: "Article 75(6)",
        about: "procedures to return crypto-assets, or the means of access, as soon as possible",
        evidence: "Operations that hand a key to another owner, from request to receipt, with times",
        missing: "the client's request for return",
    },
    Provision {
        place: "Article 75(7)",
        about: "holdings of clients segregated from the provider's own, and means of access identified \
                as clients'",
        evidence: "Keys and Policies: which key is under which policy",
        missing: "which keys are for clients, and for which",
    },
    Provision {
        place: "Article 75(8)",
        about: "liability for the loss of crypto-assets or of the means of access, where an incident is \
                attributable to the provider",
        evidence: "Refusals and failures, Unaccounted releases, Approvals: what happened, in which order, \
                   and who signed what",
        missing: "an assessment of cause and of attribution",
    },
    Provision {
        place: "Article 75(9)",
        about: "the use of other providers of custody: only authorised ones, of which clients are told",
        evidence: "Members and agents; Approvals: which institutions held shares and approved, and since when",
        missing: "that each is authorised, and that clients were told",
    },
];

const DORA: [Provision; 9] = [
    Provision {
        place: "Article 6",
        about: "the ICT risk management framework",
        evidence: "Policies, as rules that are enforced; Refusals and failures, as their effect",
        missing: "the framework, its review and audit",
    },
    Provision {
        place: "Article 8",
        about: "identification of functions, information assets and ICT assets",
        evidence:
            "Keys; Members and agents; Attested hardware: which keys, agents and enclaves took part",
        missing: "an inventory of everything else",
    },
    Provision {
        place: "Article 9",
        about:
            "protection and prevention; its paragraph 4 names access limited to what is approved, \
                strong authentication, the protection of cryptographic keys, and change management",
        evidence:
            "Approvals: a signature of each approver; Keys; Attested hardware; Policies and their \
                   changes, each signed",
        missing: "how people keep what they sign with",
    },
    Provision {
        place: "Article 10",
        about: "detection of anomalous activities",
        evidence: "Refusals and failures; Unaccounted releases",
        missing: "that somebody was alerted",
    },
    Provision {
        place: "Article 11",
        about: "response and recovery",
        evidence:
            "Operations of new shares and of other holders of shares; failed operations, and what \
                   was tried again",
        missing: "plans and their tests",
    },
    Provision {
        place: "Article 12",
        about: "backup, restoration and recovery",
        evidence: "Keys: how many holders of shares there are, and how many are needed",
        missing: "backups of anything else",
    },
    Provision {
        place: "Article 17",
        about: "the process that records and manages ICT-related incidents",
        evidence:
            "Refusals and failures, Unaccounted releases: records that cannot be changed later",
        missing: "classification, roles and follow-up",
    },
    Provision {
        place: "Article 19",
        about: "reports of major ICT-related incidents",
        evidence: "this file, as an annex that the authority verifies by itself",
        missing: "the report, and whether an incident is major",
    },
    Provision {
        place: "Delegated Regulation (EU) 2024/1774, Articles 6 and 7",
        about: "encryption, and the management of cryptographic keys over their lives",
        evidence: "Keys and Operations: making, use, renewal and handing over of each key",
        missing: "keys that are not on this chain",
    },
];

const ISO: [Provision; 8] = [
    Provision {
        place: "A.5.3",
        about: "segregation of duties",
        evidence: "Approvals: nobody approves what they asked for; roles and stages of each policy",
        missing: "duties outside this system",
    },
    Provision {
        place: "A.5.15",
        about: "access control",
        evidence:
            "Policies: who may ask and who must approve, for what; Approvals: that it was kept to",
        missing: "access to machines and buildings",
    },
    Provision {
        place: "A.5.18",
        about: "access rights: given, reviewed, changed and removed",
        evidence: "Policies and their changes; Members and agents",
        missing: "that rights were reviewed",
    },
    Provision {
        place: "A.5.28",
        about: "collection of evidence",
        evidence: "this file: signed at the source, in a final block, checked without its maker",
        missing: "who handed the file on, and when",
    },
    Provision {
        place: "A.5.33",
        about: "protection of records",
        evidence: "the chain's log, in which each entry names the one before",
        missing: "how long copies are kept",
    },
    Provision {
        place: "A.8.15",
        about: "logging",
        evidence: "Operations, Approvals, Members and agents, by block and entry of the log",
        missing: "logs of machines",
    },
    Provision {
        place: "A.8.24",
        about: "use of cryptography, key management included",
        evidence: "Keys; Attested hardware; Operations that make, renew and hand over keys",
        missing: "the rules that the organisation set itself",
    },
    Provision {
        place: "A.8.32",
        about: "change management",
        evidence: "Policies and their changes; which programs of enclaves were trusted, and when",
        missing: "why a change was made",
    },
];

/// Of a file of which every rule holds.
pub(super) fn section(anchored: bool, older: Option<BlockNumber>) -> Section {
    let of = |caption: &str, provisions: &[Provision]| {
        let rows = provisions.iter().map(|provision| {
            let Provision { place, about, evidence, missing } = provision;
            [place, about, evidence, missing].map(|words| Text::from(*words)).to_vec()
        });
        let columns = [
            ("Where", 3),
            ("What it is about", 6),
            ("Evidence towards it in this report", 7),
            ("What has to come from elsewhere", 5),
        ];
        table(caption, &columns, rows.collect())
    };
    let mut blocks = vec![paragraph(
        "These tables say where contents of this report may help to show that a provision is met. They \
         summarise the provisions, and do not replace their text. No file shows that an institution \
         complies with a law or a standard: that is judged by people, of much more than this.",
    )];
    if !anchored {
        blocks.push(Block::Notice {
            tone: Tone::Caution,
            headline: "Not evidence yet: the file is not anchored".to_owned(),
            details: vec![Text::from(
                "The file shows only that it does not contradict itself: all of it may be of another chain \
                 that begins alike. Verify it with the hash of a final block, from somebody else than who \
                 made it, before it is used as what these tables call evidence.",
            )],
        });
    }
    if let Some(block) = older.filter(|_| anchored) {
        blocks.push(Block::Notice {
            tone: Tone::Caution,
            headline: format!("Not evidence yet of what came after block {block}"),
            details: vec![Text::from(
                "The anchor is older than the file, and binds what came before it. For the rest only the \
                 keys of the validators since then vouch. Verify an export at the anchor, or this file with \
                 the hash of a newer final block, before it is used as what these tables call evidence.",
            )],
        });
    }
    blocks.extend([
        of("MiCA: Regulation (EU) 2023/1114 on markets in crypto-assets", &MICA),
        of("DORA: Regulation (EU) 2022/2554 on digital operational resilience", &DORA),
        of("ISO/IEC 27001:2022, controls of Annex A", &ISO),
    ]);
    Section { id: "standards", title: "What this is evidence towards", blocks }
}
