//! How a policy is succeeded by another, so that whoever holds a key's token can follow its policy
//! without believing the chain's state (section 7).

use alloc::collections::BTreeSet;
use regent_primitives::{
    bounds::MAX_LINEAGE,
    policy::{change_message, ChangeSignature, ChangeSignatures},
    Policy, PolicyHash, H256,
};
use sp_runtime::traits::Verify;

use crate::{
    policy_rules::{check_policy, narrow},
    violation::Violation,
};

/// Checks that `successor` is a valid policy that names `predecessor`, and that enough distinct
/// members of the predecessor's change role signed the change: `change_message`, raw or between
/// `<Bytes>` and `</Bytes>` as wallets sign it. Every signature must be valid, surplus ones too.
///
/// # Errors
/// The first rule it breaks.
pub fn check_change(
    genesis: H256,
    predecessor: &Policy,
    successor: &Policy,
    signatures: &[ChangeSignature],
) -> Result<(), Violation> {
    check_policy(successor)?;
    let from = predecessor.hash(genesis);
    if successor.predecessor != Some(from) {
        return Err(Violation::PredecessorMismatch {
            found: successor.predecessor,
            expected: from,
        });
    }
    let rule = &predecessor.change_rule;
    let role = predecessor.roles.get(usize::from(rule.role));
    let mut signers = BTreeSet::new();
    for ChangeSignature { signer, .. } in signatures {
        if !role.is_some_and(|role| role.members.contains(signer)) {
            return Err(Violation::SignerNotInChangeRole { signer: signer.clone() });
        }
        if !signers.insert(signer) {
            return Err(Violation::DuplicateSigner { signer: signer.clone() });
        }
    }
    // A threshold of 0 is no policy that `check_policy` lets through; it never means "nobody".
    let expected = rule.threshold.max(1);
    if signers.len() < usize::from(expected) {
        return Err(Violation::ChangeSignaturesMissing { found: narrow(signers.len()), expected });
    }
    let message = change_message(genesis, from, successor.hash(genesis));
    let wrapped = [b"<Bytes>".as_slice(), message.as_bytes(), b"</Bytes>"].concat();
    for ChangeSignature { signer, signature } in signatures {
        let signed = signature.verify(message.as_bytes(), signer)
            || signature.verify(wrapped.as_slice(), signer);
        if !signed {
            return Err(Violation::InvalidSignature { signer: signer.clone() });
        }
    }
    Ok(())
}

/// Checks the way from the policy a key's token commits to (`lineage[0]`, whose signatures are not
/// looked at) to the request's policy (the last). One item when they are the same; at most
/// [`MAX_LINEAGE`], with at most 32 signatures each.
///
/// # Errors
/// The first item that does not follow from the one before, or an end that is not the target.
pub fn check_lineage(
    genesis: H256,
    committed: PolicyHash,
    lineage: &[(Policy, ChangeSignatures)],
    target: PolicyHash,
) -> Result<(), Violation> {
    let (Some((first, _)), Some((last, _))) = (lineage.first(), lineage.last()) else {
        return Err(Violation::EmptyLineage);
    };
    let length = u32::try_from(lineage.len()).unwrap_or(u32::MAX);
    if length > MAX_LINEAGE {
        return Err(Violation::LineageTooLong { found: length, maximum: MAX_LINEAGE });
    }
    let found = first.hash(genesis);
    if found != committed {
        return Err(Violation::LineageStart { found, expected: committed });
    }
    // Before the signatures, which cost more.
    let found = last.hash(genesis);
    if found != target {
        return Err(Violation::LineageEnd { found, expected: target });
    }
    for pair in lineage.windows(2) {
        if let [(predecessor, _), (successor, signatures)] = pair {
            check_change(genesis, predecessor, successor, signatures)?;
        }
    }
    Ok(())
}
