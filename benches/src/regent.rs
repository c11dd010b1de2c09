//! An enrolled key with everything its participants hold.

use rand_core::OsRng;
use regent_primitives::{
    payload::SigningInput, AccessTree, AgentId, Algorithm, EnrolmentId, KeyId, LeafPath,
    PolicyHash, RegenToken, SealedShare, H256,
};
use regent_protocol::{
    combine, enrol, regenerate,
    seal::{seal, SessionKem},
    Combined, Contribution, DeviceRoot, EnrolmentParams, Label, Mask, MaskContext, Share,
};

const GENESIS: H256 = H256([1; 32]);
const AAD: H256 = H256([2; 32]);

/// A token, its agents' device roots, and a session.
pub struct Regent {
    params: EnrolmentParams,
    token: RegenToken,
    label: Label,
    paths: Vec<LeafPath>,
    roots: Vec<DeviceRoot>,
    kem: SessionKem,
    kem_public: Vec<u8>,
}

impl Regent {
    /// Enrols a key of this algorithm for `agents`, of whom `threshold` are needed.
    pub fn enrol(algorithm: Algorithm, threshold: u16, agents: u16) -> Self {
        let ids: Vec<_> = (0..agents).map(|n| AgentId(H256::from_low_u64_be(n.into()))).collect();
        Self::of(EnrolmentParams {
            genesis: GENESIS,
            key_id: KeyId(H256([3; 32])),
            algorithm,
            epoch: 0,
            window: 0,
            enrolment_id: EnrolmentId(H256([4; 32])),
            tree: AccessTree::threshold_of_agents(threshold, &ids).expect("a valid tree"),
            policy_hash: PolicyHash(H256([5; 32])),
        })
    }

    /// Enrols the key of these parameters; every leaf takes part.
    pub fn of(params: EnrolmentParams) -> Self {
        let label = params.label();
        let paths: Vec<_> = params.tree.leaves().into_iter().map(|(path, _)| path).collect();
        let roots: Vec<_> =
            paths.iter().map(|_| DeviceRoot::generate(&mut OsRng).expect("random bytes")).collect();
        let contributions = (0..roots.len()).map(|leaf| {
            let mask = mask(&params, &label, &paths[leaf], &roots[leaf]);
            (leaf, Contribution::new(mask, [7; 32]))
        });
        let token = enrol(&params, contributions.collect(), None, &mut OsRng).expect("all present");
        let (kem, kem_public) = SessionKem::generate().expect("random bytes");
        Self { params, token, label, paths, roots, kem, kem_public }
    }

    /// The public token.
    pub const fn token(&self) -> &RegenToken {
        &self.token
    }

    /// What the device roots yield for the first `count` leaves.
    pub fn masks(&self, count: u16) -> Vec<Mask> {
        (0..usize::from(count))
            .map(|leaf| mask(&self.params, &self.label, &self.paths[leaf], &self.roots[leaf]))
            .collect()
    }

    /// Regenerates the leaves of these masks, each checked against its commitment.
    pub fn regenerate(&self, masks: &[Mask]) -> Vec<(usize, Share)> {
        let regenerate = |(leaf, mask)| {
            (leaf, regenerate(self.params.genesis, &self.token, leaf, mask).expect("the mask fits"))
        };
        masks.iter().enumerate().map(regenerate).collect()
    }

    /// Seals shares to the session.
    pub fn seal(&self, shares: &[(usize, Share)]) -> Vec<SealedShare> {
        let seal = |(_, share): &(usize, Share)| {
            seal(&self.kem_public, self.params.genesis, AAD, share.as_sealed_body()).expect("seals")
        };
        shares.iter().map(seal).collect()
    }

    /// Opens sealed shares of the first leaves.
    pub fn unseal(&self, sealed: &[SealedShare]) -> Vec<(usize, Share)> {
        let open = |(leaf, sealed)| {
            let body = self.kem.open(self.params.genesis, AAD, sealed).expect("opens");
            let group = self.token.algorithm.group();
            (leaf, Share::from_sealed_body(group, &body).expect("a share"))
        };
        sealed.iter().enumerate().map(open).collect()
    }

    /// Combines shares into the key.
    pub fn combine(&self, shares: Vec<(usize, Share)>) -> Combined {
        combine(self.params.genesis, &self.token, shares).expect("enough shares")
    }

    /// Combines and signs.
    pub fn combine_and_sign(&self, shares: Vec<(usize, Share)>) -> Vec<u8> {
        let input = SigningInput::Message(crate::frost::MESSAGE.to_vec());
        self.combine(shares).key.sign(&input, &mut OsRng).expect("signs")
    }
}

fn mask(params: &EnrolmentParams, label: &Label, leaf: &LeafPath, root: &DeviceRoot) -> Mask {
    let context = MaskContext {
        genesis: params.genesis,
        key: params.key_id,
        epoch: params.epoch,
        enrolment: params.enrolment_id,
        leaf,
        group: params.algorithm.group(),
    };
    Mask::derive(&root.evaluate(label).expect("not punctured"), &context)
}
