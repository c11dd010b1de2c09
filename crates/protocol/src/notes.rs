//! Signing what goes onto the chain: notes and registrations of agents, receipts of enclave sessions.

use regent_primitives::{
    registration::registration_message, release::RawSignature, session::Endpoint, AgentId,
    Confirmation, InstitutionId, Puncture, Receipt, Refusal, Release, SignedReceipt, H256,
};

use crate::identity::SigningIdentity;

/// A signature that verifies for no one, in the place of one that is still to be made.
pub fn unsigned() -> RawSignature {
    RawSignature::from_raw([0; 64])
}

impl SigningIdentity {
    /// This identity as an agent's id.
    pub fn agent_id(&self) -> AgentId {
        AgentId(self.public())
    }

    /// Signs a receipt with the session's key (section 8).
    pub fn sign_receipt(&self, genesis: H256, receipt: Receipt) -> SignedReceipt {
        let signature = self.sign(receipt.message(genesis));
        SignedReceipt { receipt, signature }
    }

    /// Signs a release (section 7). Sets agent and signature.
    pub fn sign_release(&self, genesis: H256, mut release: Release) -> Release {
        release.agent = self.agent_id();
        release.signature = self.sign(release.message(genesis));
        release
    }

    /// Signs a refusal. Sets agent and signature.
    pub fn sign_refusal(&self, genesis: H256, mut refusal: Refusal) -> Refusal {
        refusal.agent = self.agent_id();
        refusal.signature = self.sign(refusal.message(genesis));
        refusal
    }

    /// Signs that an institution may register this agent at an endpoint.
    pub fn sign_registration(
        &self,
        genesis: H256,
        institution: InstitutionId,
        endpoint: &Endpoint,
    ) -> RawSignature {
        self.sign(registration_message(genesis, institution, self.agent_id(), endpoint))
    }

    /// Signs a puncture (section 11). Sets agent and signature.
    pub fn sign_puncture(&self, genesis: H256, mut note: Puncture) -> Puncture {
        note.agent = self.agent_id();
        note.signature = self.sign(note.message(genesis));
        note
    }

    /// Signs a confirmation (section 6, step 5). Sets agent and signature.
    pub fn sign_confirmation(&self, genesis: H256, mut note: Confirmation) -> Confirmation {
        note.agent = self.agent_id();
        note.signature = self.sign(note.message(genesis));
        note
    }
}
