//! For which institution somebody acted at a time.

use std::collections::BTreeMap;

use regent_primitives::{AccountId, AuditEntry, AuditEvent, InstitutionId};
use regent_proof::layout;

use super::{state::BlockState, ExportError};

/// Who became or ceased to be a member, as the log says.
#[derive(Default)]
pub(super) struct Members {
    /// By account: from which entry on it acts for whom.
    changes: BTreeMap<AccountId, Vec<(u64, Option<InstitutionId>)>>,
}

impl Members {
    /// Takes note of an entry; they come in the order of the log, and none is left out from the first on.
    pub(super) fn note(&mut self, entry: &AuditEntry) {
        let (account, institution) = match &entry.event {
            AuditEvent::MemberAdded { institution, account } => (account, Some(*institution)),
            AuditEvent::MemberRemoved { account, .. } => (account, None),
            _ => return,
        };
        self.changes.entry(account.clone()).or_default().push((entry.index, institution));
    }

    /// The institution that an account acted for when an entry was appended. Who was a member before the
    /// first entry that was noted is read from the state before it.
    pub(super) async fn institution_of(
        &self,
        account: &AccountId,
        entry: u64,
        before: &BlockState<'_>,
    ) -> Result<Option<InstitutionId>, ExportError> {
        match self.changed(account, entry) {
            Some(institution) => Ok(institution),
            None => before.value(&layout::member(account)).await,
        }
    }

    /// For whom an account acts by the last change before an entry, if there was any.
    fn changed(&self, account: &AccountId, entry: u64) -> Option<Option<InstitutionId>> {
        let changes = self.changes.get(account)?;
        changes.iter().rev().find(|(index, _)| *index < entry).map(|(_, institution)| *institution)
    }
}

#[cfg(test)]
mod tests {
    use regent_primitives::{Subject, H256};

    use super::*;

    fn account() -> AccountId {
        AccountId::new([1; 32])
    }

    fn members() -> Members {
        let added = |institution| AuditEvent::MemberAdded { institution, account: account() };
        let removed = AuditEvent::MemberRemoved { institution: 4, account: account() };
        let other = AuditEvent::MemberAdded { institution: 9, account: AccountId::new([2; 32]) };
        let mut members = Members::default();
        for (index, event) in [(3, added(4)), (4, other), (7, removed), (9, added(5))] {
            let (previous, subject_previous) = (H256::zero(), H256::zero());
            let subject = Subject::Consortium;
            let entry = AuditEntry { index, block: 1, previous, subject, subject_previous, event };
            members.note(&entry);
        }
        members
    }

    #[test]
    fn who_somebody_acts_for_depends_on_when() {
        let members = members();
        for (entry, expected) in [
            (2, None),
            (3, None),
            (4, Some(Some(4))),
            (7, Some(Some(4))),
            (8, Some(None)),
            (100, Some(Some(5))),
        ] {
            assert_eq!(members.changed(&account(), entry), expected, "entry {entry}");
        }
    }
}
