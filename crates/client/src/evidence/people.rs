//! Entries of the log about who takes part: institutions, their people, validators, agents, quorums; and
//! which programs of enclaves were trusted.

use std::{collections::BTreeSet, ops::ControlFlow};

use regent_primitives::{AuditEvent, BlockNumber};

use super::{log::AuditLog, ExportError, ExportStep, Progress};

/// The newest entries of the log, that are looked through for them.
const MAX_READ: u64 = 1 << 16;
/// How many of them a bundle brings: the newest.
const MAX_BROUGHT: usize = 256;

/// Indices of those that can be shown by themselves: that are not of the head's own block. As the node says:
/// each is proven as it is brought, and that there are no others is not shown.
pub(super) async fn indices(
    log: &AuditLog<'_>,
    head: BlockNumber,
    progress: Progress<'_>,
) -> Result<BTreeSet<u64>, ExportError> {
    let mut found = BTreeSet::new();
    let count = log.head.count;
    let tell = |read| progress(ExportStep::Entries { read, count });
    log.browse(count.saturating_sub(MAX_READ), tell, |entry| {
        if entry.block < head && is_about_people(&entry.event) {
            found.insert(entry.index);
        }
        if found.len() > MAX_BROUGHT {
            found.pop_first();
        }
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    Ok(found)
}

/// Whether an event says who takes part.
const fn is_about_people(event: &AuditEvent) -> bool {
    matches!(
        event,
        AuditEvent::InstitutionRegistered { .. }
            | AuditEvent::InstitutionSuspended { .. }
            | AuditEvent::InstitutionResumed { .. }
            | AuditEvent::MemberAdded { .. }
            | AuditEvent::MemberRemoved { .. }
            | AuditEvent::ValidatorSeatChanged { .. }
            | AuditEvent::MeasurementTrusted { .. }
            | AuditEvent::MeasurementRevoked { .. }
            | AuditEvent::AgentRegistered { .. }
            | AuditEvent::AgentRemoved { .. }
            | AuditEvent::QuorumCreated { .. }
            | AuditEvent::DeployerAdmitted { .. }
            | AuditEvent::DeployerRemoved { .. }
    )
}

#[cfg(test)]
mod tests {
    use regent_primitives::{AccountId, AgentId, H256};

    use super::*;

    #[test]
    fn who_approved_what_is_not_among_them() {
        let agent = AgentId(H256::repeat_byte(1));
        let approver = AccountId::new([2; 32]);
        let registered = AuditEvent::AgentRegistered { agent, institution: 1 };
        let removed = AuditEvent::AgentRemoved { agent };
        let added = AuditEvent::MemberAdded { institution: 1, account: approver.clone() };
        for event in [registered, removed, added] {
            assert!(is_about_people(&event), "{event:?}");
        }
        let approval_hash = H256::zero();
        let given = AuditEvent::ApprovalGiven { approver, stage: 0, approval_hash };
        for event in [given, AuditEvent::Approved] {
            assert!(!is_about_people(&event), "{event:?}");
        }
    }
}
