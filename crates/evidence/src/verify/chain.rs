//! From the genesis to the head (section 4).

use codec::DecodeAll;
use regent_primitives::{BlockNumber, H256};
use regent_proof::{verify_run, Anchor, FinalRun, Fragment, Header};

use crate::{bundle::Bundle, limits::limits, rule::Rule, verdict::Failure};

/// What leads from the genesis to the head.
pub(super) struct Way {
    /// The headers from the head to the justified one.
    pub run: FinalRun,
    /// The blocks in which the authorities changed.
    pub handoffs: Vec<(BlockNumber, H256)>,
}

/// Follows the authorities from the genesis to the head.
pub(super) fn follow(bundle: &Bundle) -> Result<Way, Failure> {
    let limits = limits();
    let (genesis, origin) = (bundle.genesis, &bundle.origin);
    let header = decoded(&origin.header, Rule::Origin)?;
    if header.number != 0 {
        return Err(Failure::new(Rule::Origin, format!("its number is {}", header.number)));
    }
    let mut at = Anchor::from_state(genesis, genesis, &header, &origin.nodes, &limits)
        .map_err(|error| Failure::new(Rule::Origin, error))?;

    let mut handoffs = Vec::with_capacity(bundle.handoffs.len());
    for handoff in &bundle.handoffs {
        let header = decoded(&handoff.header, Rule::Handoff)?;
        let number = header.number;
        handoffs.push((number, header.hash()));
        let fragment = Fragment { header, justification: handoff.justification.clone() };
        let (next, _) = at
            .follow(core::slice::from_ref(&fragment), &limits)
            .map_err(|error| Failure::new(Rule::Handoff, error))?;
        if next.set.id() == at.set.id() {
            let detail = format!("block {number} does not change the authorities");
            return Err(Failure::new(Rule::Handoff, detail));
        }
        at = next;
    }

    let run = bundle.head.run.iter().map(|bytes| decoded(bytes, Rule::Finality));
    let run = run.collect::<Result<Vec<_>, _>>()?;
    if let Some(first) = run.first().filter(|first| first.number <= at.number) {
        let detail = format!("the head, block {}, is not after block {}", first.number, at.number);
        return Err(Failure::new(Rule::Finality, detail));
    }
    let run = verify_run(&run, &bundle.head.justification, &at.set, &limits)
        .map_err(|error| Failure::new(Rule::Finality, error))?;
    Ok(Way { run, handoffs })
}

fn decoded(mut bytes: &[u8], rule: Rule) -> Result<Header, Failure> {
    Header::decode_all(&mut bytes).map_err(|_| Failure::new(rule, "a header does not decode"))
}
