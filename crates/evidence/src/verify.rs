//! The verifier: rules of the bundle first, then each policy, token and operation by itself (section 7).

mod chain;
mod commitment;
mod log;
mod operation;
mod policies;
mod tokens;

use regent_primitives::{BlockNumber, H256};

use crate::{
    absent::Absent,
    bundle::Bundle,
    keys::State,
    rule::Rule,
    verdict::{Failure, Report},
};

/// What a verifier knows of the chain from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Hash of its first block.
    pub genesis: H256,
    /// Hash of a final block, not obtained from whoever made the bundle.
    pub anchor: Option<H256>,
}

/// What every policy, token and operation is judged against.
struct Context<'a> {
    genesis: H256,
    /// The head's height.
    head: BlockNumber,
    state: &'a State,
    log: log::Known,
    policies: policies::Policies,
    tokens: tokens::Tokens,
}

/// A policy or token, as operations find it.
enum Item<T> {
    /// It can be seen, and every rule of its own holds.
    Sound(T),
    /// It is withheld.
    Withheld,
    /// A rule of its own does not hold.
    Failed,
}

/// The anchor's height, if it is older than the head: nothing if it is the head or after it.
///
/// Of older blocks only those bind in which the authorities changed: that the state names a block among the
/// head's ancestors is worth nothing to whoever fears that retired authorities finalised that very state.
fn judge_anchor(anchor: H256, way: &chain::Way) -> Result<Option<BlockNumber>, Failure> {
    if way.run.headers().iter().any(|header| header.hash() == anchor) {
        return Ok(None);
    }
    match way.handoffs.iter().find(|(_, hash)| *hash == anchor) {
        Some((number, _)) => Ok(Some(*number)),
        None => {
            let head = way.run.headers().first().unwrap_or_else(|| way.run.newest());
            let detail = format!(
                "{anchor:?} is neither the head, block {} {:?}, nor a block after it that the bundle shows, \
                 nor one in which the authorities changed; ask for an export at the anchor, and if that \
                 fails too, the chains differ",
                head.number(),
                head.hash()
            );
            Err(Failure::new(Rule::Anchor, detail))
        }
    }
}

/// Verifies a file.
pub fn verify(bytes: &[u8], trust: Trust) -> Report {
    match Bundle::decode(bytes) {
        Ok(bundle) => verify_bundle(&bundle, trust),
        Err(error) => {
            let failure = Some(Failure::new(error.rule(), &error));
            Report { failure, ..Report::default() }
        }
    }
}

/// Verifies a bundle that was decoded.
pub fn verify_bundle(bundle: &Bundle, trust: Trust) -> Report {
    let mut report = Report { bundle: Some(bundle.expected_id()), ..Report::default() };
    report.failure = judge(bundle, trust, &mut report).err();
    report
}

fn judge(bundle: &Bundle, trust: Trust, report: &mut Report) -> Result<(), Failure> {
    let (found, genesis) = (bundle.genesis, trust.genesis);
    if found != genesis {
        let detail = format!("{found:?}, expected {genesis:?}; this is another chain's bundle");
        return Err(Failure::new(Rule::WrongGenesis, detail));
    }
    let way = chain::follow(bundle)?;
    let head = way.run.headers().first().unwrap_or_else(|| way.run.newest());
    report.head = Some((head.number(), head.hash()));

    let state = State::read(bundle, head.state_root());
    let state = state.map_err(|error| Failure::new(Rule::State, error))?;
    log::verify_head(&bundle.log, &state)?;
    let blocks = commitment::verify_blocks(&bundle.log, &state, head.number())?;
    if let Some(anchor) = trust.anchor {
        report.anchor_block = judge_anchor(anchor, &way)?;
        report.anchored = true;
    }
    let included = commitment::verify_included(genesis, &bundle.log, &blocks)?;
    commitment::verify_ancestry(&bundle.log)?;
    let entries = log::verify_entries(genesis, &bundle.log, head.number())?;
    report.absent = Some(Absent::of(bundle, &entries));
    // Of leaves with one hash the first counts.
    let blocks = blocks.iter().rev().map(|leaf| (leaf.hash, leaf.block)).collect();
    let log = log::Known { blocks, included, from: bundle.log.from, entries };
    let (policies, verdicts) = policies::verify_policies(genesis, &bundle.policies, &state);
    report.policies = verdicts;
    let (tokens, verdicts) = tokens::verify_tokens(&bundle.tokens, &state);
    report.tokens = verdicts;
    let context = Context { genesis, head: head.number(), state: &state, log, policies, tokens };
    let operations = bundle.operations.iter();
    report.operations =
        operations.map(|item| operation::verify_operation(&context, item)).collect();
    if report.bundle != Some(bundle.id) {
        report.id_failure = Some(Failure::new(Rule::BundleId, "a salt or a digest was changed"));
    }
    Ok(())
}
