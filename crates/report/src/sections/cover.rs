//! The first page: what was found, what the file is, and what it says nothing about.

use std::collections::{BTreeMap, BTreeSet};

use regent_evidence::{Absent, Bundle, Failure, Report, Trust, Verdict};
use regent_primitives::{BlockNumber, EvidenceKind, H256};

use super::{chain, count, paragraph, table};
use crate::{
    identifier::IdentifierKind,
    model::{Block, Text, Tone},
    opened::{Opened, Reach},
    words,
};

/// Of a file that is no bundle.
pub(super) fn of_no_bundle(report: &Report, trust: Trust) -> Vec<Block> {
    let mut blocks: Vec<Block> = report.first_failure().map(refusal).into_iter().collect();
    blocks.push(Block::Facts(vec![
        ("In the verifier's words".to_owned(), Text::from(report.to_string())),
        ("Chain asked about".to_owned(), chain(trust.genesis)),
        (
            "The file".to_owned(),
            Text::from("could not be read as evidence; nothing in it is shown"),
        ),
    ]));
    blocks
}

/// Of a bundle of which a rule of the whole does not hold.
pub(super) fn of_refused(bundle: &Bundle, report: &Report, trust: Trust) -> Vec<Block> {
    let mut blocks: Vec<Block> = report.first_failure().map(refusal).into_iter().collect();
    blocks.push(Block::Facts(vec![
        ("In the verifier's words".to_owned(), Text::from(report.to_string())),
        ("Chain asked about".to_owned(), chain(trust.genesis)),
        ("Chain that the file names".to_owned(), chain(bundle.genesis)),
        ("Anchor".to_owned(), anchor(trust, None)),
        ("Bundle id, as computed".to_owned(), bundle_id(report)),
    ]));
    blocks.push(paragraph(
        "A rule of the whole file does not hold: nothing in the file was judged, and none of its \
         contents is shown as a fact. What it names is listed below as what it is: a claim.",
    ));
    blocks
}

/// Of a bundle of which every part was judged.
pub(super) fn of_judged(opened: &Opened<'_>, trust: Trust) -> Vec<Block> {
    let report = opened.report;
    let mut blocks = vec![match report.first_failure() {
        Some(failure) => broken(opened, failure),
        None => holds(report),
    }];
    blocks.extend(notices(opened));
    blocks.push(facts(opened, trust));
    blocks.push(counts(opened));
    blocks.push(Block::Heading(Text::from("What this file says nothing about")));
    blocks.push(Block::List(silences(opened)));
    blocks
}

/// That a rule does not hold, by its name and in words; and what else is to be said of it.
fn not_valid(failure: &Failure, more: impl IntoIterator<Item = Text>) -> Block {
    let mut details = vec![Text::from(format!("What must hold: {}", failure.rule.meaning()))];
    if !failure.detail.is_empty() {
        details.push(Text::from(format!("What was found: {}", failure.detail)));
    }
    details.extend(more);
    let headline = format!("Not valid: the rule “{}” is broken", failure.rule);
    Block::Notice { tone: Tone::Bad, headline, details }
}

/// Of a rule of the whole.
fn refusal(failure: &Failure) -> Block {
    not_valid(failure, [Text::from("Do not rely on this file. Ask for another export.")])
}

fn broken(opened: &Opened<'_>, failure: &Failure) -> Block {
    let report = opened.report;
    let policies = broken_count(report.policies.iter().map(|(_, verdict)| verdict));
    let tokens = broken_count(report.tokens.iter().map(|(_, _, verdict)| verdict));
    let operations = broken_count(report.operations.iter().map(|one| &one.verdict));
    let all = Text::from(format!(
        "In all, a rule is broken by {operations} of {}, {policies} of {} and {tokens} of {}. Each is \
         marked below; what is shown of it is what the file says, not what is proven.",
        count(report.operations.len(), "operation", "operations"),
        count(report.policies.len(), "policy", "policies"),
        count(report.tokens.len(), "token", "tokens"),
    ));
    not_valid(failure, [place(report), all])
}

fn broken_count<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> usize {
    verdicts.filter(|verdict| !verdict.holds()).count()
}

/// What breaks the first rule that does not hold.
fn place(report: &Report) -> Text {
    let policy = report.policies.iter().find(|(_, verdict)| !verdict.holds());
    if let Some((hash, _)) = policy {
        return Text::from("First broken by: policy ").then(words::policy(*hash));
    }
    let token = report.tokens.iter().find(|(_, _, verdict)| !verdict.holds());
    if let Some((key, epoch, _)) = token {
        let of = Text::from("First broken by: the token of key ").then(words::key(*key));
        return of.then(format!(", epoch {epoch}"));
    }
    match report.operations.iter().find(|one| !one.verdict.holds()) {
        Some(one) => Text::from("First broken by: operation ").then(words::operation(one.id)),
        None => Text::from("Broken by: the file as a whole"),
    }
}

fn holds(report: &Report) -> Block {
    let checked = Text::from(
        "Every rule that could be checked holds: signatures, the policy in force, the order of \
         approvals, the enclaves' evidence, and that all of it is in the state of a final block of the \
         chain.",
    );
    let withheld = report.withheld();
    let rest = (!withheld.is_empty()).then(|| {
        let names: Vec<&str> = withheld.iter().map(|kind| words::withheld(*kind).0).collect();
        Text::from(format!(
            "Not all could be checked, because something is withheld: {}.",
            names.join("; ")
        ))
        .toned(Tone::Caution)
    });
    let (tone, headline, meaning) = match (report.anchored, report.anchor_block) {
        (true, None) => (
            Tone::Good,
            "Valid, and anchored".to_owned(),
            "The chain is the one of the anchor: a final block whose hash was given independently of this \
             file."
                .to_owned(),
        ),
        (true, Some(block)) => (
            Tone::Caution,
            format!("Valid, and anchored at block {block}"),
            format!(
                "The chain is the one of the anchor, a final block whose hash was given independently of \
                 this file; but the anchor is older than the file. What came after block {block} is \
                 vouched for by the keys of the authorities since then, and not by the anchor: whoever \
                 has enough of those keys can make another chain from there. Of what came after block \
                 {block} the file is not evidence yet. An export at the anchor, or a newer anchor, shows more."
            ),
        ),
        (false, _) => (
            Tone::Caution,
            "Consistent in itself, and not anchored".to_owned(),
            "No anchor was given, the hash of a final block from somebody else than who made the file. \
             Whoever has former validators' keys can make another chain that begins alike: without an \
             anchor the file shows only that it does not contradict itself."
                .to_owned(),
        ),
    };
    let details = [Some(checked), Some(Text::from(meaning)), rest].into_iter().flatten().collect();
    Block::Notice { tone, headline, details }
}

/// What must not be overlooked, though no rule is broken.
fn notices(opened: &Opened<'_>) -> Vec<Block> {
    let mut notices = Vec::new();
    let unaccounted = opened.operations.iter().filter(|one| one.is_unaccounted()).count();
    if unaccounted > 0 {
        notices.push(Block::Notice {
            tone: Tone::Bad,
            headline: format!(
                "{} released shares of a key, and no receipt says for what",
                count(unaccounted, "operation", "operations")
            ),
            details: vec![Text::from("Each is listed in the section “Unaccounted releases”.")],
        });
    }
    // By the sessions: of what breaks a rule, the verifier has no findings.
    let simulated = opened.operations.iter().filter(|one| one.is_simulated()).count();
    let other = opened.policies.iter().filter_map(|policy| policy.record.as_ref()).any(|record| {
        record.policy.measurements.iter().any(|one| one.kind == EvidenceKind::Simulated)
    });
    if simulated > 0 || other {
        notices.push(Block::Notice {
            tone: Tone::Caution,
            headline: "Simulated evidence proves nothing about hardware".to_owned(),
            details: vec![Text::from(format!(
                "{} carried out with simulated evidence of an enclave{}. It is for development: no \
                 hardware is shown to have protected a key.",
                count(simulated, "operation was", "operations were"),
                if other { ", and a policy of this file accepts it" } else { "" }
            ))],
        });
    }
    notices.extend(opened.report.absent.as_ref().and_then(|absent| left_out(opened, absent)));
    notices
}

/// What there is of the log where not all entries from some number on are here.
fn few(opened: &Opened<'_>) -> &'static str {
    match opened.reach() {
        Reach::Single => "No more than single entries",
        Reach::All | Reach::From { .. } | Reach::Nothing => "No entry",
    }
}

/// That the file leaves requests out, or that nobody can tell.
fn left_out(opened: &Opened<'_>, absent: &Absent) -> Option<Block> {
    let Absent { from, requests, unaccounted } = absent;
    if from.is_none() {
        return Some(Block::Notice {
            tone: Tone::Caution,
            headline: "Whether operations were left out cannot be seen".to_owned(),
            details: vec![Text::from(format!(
                "{} of the chain's log is in this file: that nothing else happened is not shown. An \
                 export with the whole log shows it.",
                few(opened)
            ))],
        });
    }
    if requests.is_empty() && unaccounted.is_empty() {
        return None;
    }
    let mut details = vec![Text::from("They are listed in the section “What this cannot show”.")];
    let tone = if unaccounted.is_empty() {
        Tone::Caution
    } else {
        details.push(Text::from(format!(
            "Of {} that this file does not hold the log says that shares of a key were released, and no \
             receipt says for what.",
            count(unaccounted.len(), "request", "requests")
        )));
        Tone::Bad
    };
    let named: BTreeSet<_> = requests.iter().chain(unaccounted).collect();
    let headline = format!(
        "The log names {} that this file does not hold",
        count(named.len(), "request", "requests")
    );
    Some(Block::Notice { tone, headline, details })
}

fn facts(opened: &Opened<'_>, trust: Trust) -> Block {
    let (bundle, report) = (opened.bundle, opened.report);
    let mut facts = vec![
        ("In the verifier's words".to_owned(), Text::from(report.to_string())),
        ("Chain, by the hash of its first block".to_owned(), chain(bundle.genesis)),
    ];
    if let Some((number, hash)) = report.head {
        let time = opened.clock.head().map_or_else(String::new, |time| format!(", due {time}"));
        let block = Text::from(format!("block {number}{time}, "));
        let head = block.then(Text::whole(IdentifierKind::Block, format!("{hash:?}")));
        facts.push(("Everything is as of".to_owned(), head));
    }
    facts.push(("Anchor".to_owned(), anchor(trust, report.anchor_block)));
    facts.push(("Bundle id".to_owned(), bundle_id(report)));
    facts.push(("The chain's log".to_owned(), Text::from(entries(opened))));
    facts.push(("Operations by status".to_owned(), Text::from(by_status(opened))));
    Block::Facts(facts)
}

/// How many entries the log has, and which of them are here.
fn entries(opened: &Opened<'_>) -> String {
    let (all, here) = (opened.bundle.log.count, opened.log.len());
    match opened.reach() {
        Reach::All => format!("{all} entries, all of them in this file"),
        Reach::From { first, single: 0 } => {
            format!("{all} entries, {here} of them in this file: all from entry {first} on")
        }
        Reach::From { first, single } => format!(
            "{all} entries, {here} of them in this file: all from entry {first} on, and {single} before \
             it by themselves"
        ),
        Reach::Single => format!("{all} entries, {here} of them in this file, each by itself"),
        Reach::Nothing => format!("{all} entries, none of them in this file"),
    }
}

fn by_status(opened: &Opened<'_>) -> String {
    let mut statuses = BTreeMap::<&str, usize>::new();
    for operation in &opened.report.operations {
        let name = operation.status.map_or("withheld", |status| status.name());
        *statuses.entry(name).or_default() += 1;
    }
    let statuses: Vec<String> =
        statuses.into_iter().map(|(name, number)| format!("{number} {name}")).collect();
    if statuses.is_empty() {
        "none".to_owned()
    } else {
        statuses.join(", ")
    }
}

fn counts(opened: &Opened<'_>) -> Block {
    let report = opened.report;
    let row = |name: &str, verdicts: Vec<&Verdict>| {
        let invalid = verdicts.iter().filter(|verdict| !verdict.holds()).count();
        let partly = verdicts.iter().filter(|verdict| !verdict.withheld.is_empty()).count();
        let broken = if invalid == 0 { Tone::Plain } else { Tone::Bad };
        vec![
            Text::from(name),
            Text::from(verdicts.len().to_string()),
            Text::from((verdicts.len() - invalid - partly).to_string()),
            Text::from(partly.to_string()),
            Text::from(invalid.to_string()).toned(broken),
        ]
    };
    let rows = vec![
        row("Operations", report.operations.iter().map(|one| &one.verdict).collect()),
        row("Policies", report.policies.iter().map(|(_, verdict)| verdict).collect()),
        row("Keys' tokens", report.tokens.iter().map(|(_, _, verdict)| verdict).collect()),
    ];
    let columns = [
        ("What", 4),
        ("In the file", 2),
        ("Valid", 2),
        ("Valid, partly withheld", 3),
        ("Not valid", 2),
    ];
    table("What is in the file, and what was found", &columns, rows)
}

fn silences(opened: &Opened<'_>) -> Vec<Text> {
    let (absent, head) = (opened.report.absent.as_ref(), opened.report.head);
    let others = match absent.and_then(|absent| absent.from) {
        Some(0) => "Operations, keys and people that are not in it. All entries of the chain's log are here, \
                    so that requests which were left out can be told: “What this cannot show”."
            .to_owned(),
        Some(from) => format!(
            "Operations, keys and people that are not in it. The chain's log is here from entry {from} on: \
             whether operations submitted before it were left out cannot be seen."
        ),
        None => format!(
            "Operations, keys and people that are not in it. {} of the chain's log is here: that nothing \
             else happened is not shown.",
            few(opened)
        ),
    };
    let complete = "That these are all operations of an institution: who was of which institution when the \
                    chain began is not in a file of this kind. It is the word of whoever made the file.";
    let after = head.map(|(number, _)| format!("What happened after block {number}."));
    let names =
        "Who the people are: the chain knows accounts, not names. The institutions know whose \
                 they are.";
    let outside = "Whether what was signed was sent, and confirmed by the network it is for.";
    let rest = [complete.to_owned(), names.to_owned(), outside.to_owned()];
    [Some(others), after].into_iter().flatten().chain(rest).map(Text::from).collect()
}

/// The anchor, and its height if it is older than the head.
fn anchor(trust: Trust, older: Option<BlockNumber>) -> Text {
    match trust.anchor {
        Some(hash) => {
            let hash = Text::whole(IdentifierKind::Block, format!("{hash:?}"));
            match older {
                Some(number) => Text::from(format!("block {number}, ")).then(hash),
                None => hash,
            }
        }
        None => Text::from("none was given").toned(Tone::Caution),
    }
}

fn bundle_id(report: &Report) -> Text {
    match report.bundle {
        Some(id) => whole(id),
        None => Text::from("none"),
    }
}

fn whole(id: H256) -> Text {
    Text::whole(IdentifierKind::Bundle, format!("{id:?}"))
}
