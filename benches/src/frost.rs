//! The peer: `frost-ristretto255`, whose signers hold their shares for good.

use std::collections::BTreeMap;

use frost_ristretto255::{
    aggregate,
    keys::{generate_with_dealer, IdentifierList, KeyPackage, PublicKeyPackage},
    round1::{self, SigningNonces},
    round2::{self, SignatureShare},
    Identifier, Signature, SigningPackage,
};
use rand_core::OsRng;

/// What both sides sign.
pub const MESSAGE: &[u8] = b"the message that is signed";

/// A group of signers after round 1.
pub struct Frost {
    public: PublicKeyPackage,
    signers: Vec<(KeyPackage, SigningNonces)>,
    package: SigningPackage,
}

impl Frost {
    /// Deals a key to `signers`, of whom the first `threshold` have run round 1.
    pub fn deal(threshold: u16, signers: u16) -> Self {
        let (shares, public) =
            generate_with_dealer(signers, threshold, IdentifierList::Default, OsRng)
                .expect("valid parameters");
        let mut commitments = BTreeMap::new();
        let mut ready = Vec::new();
        for (id, share) in shares.into_iter().take(threshold.into()) {
            let package = KeyPackage::try_from(share).expect("a valid share");
            let (nonces, commitment) = round1::commit(package.signing_share(), &mut OsRng);
            commitments.insert(id, commitment);
            ready.push((package, nonces));
        }
        Self { public, signers: ready, package: SigningPackage::new(commitments, MESSAGE) }
    }

    /// Round 2 of one signer.
    pub fn round2_of_one(&self) -> SignatureShare {
        let (package, nonces) = self.signers.first().expect("there are signers");
        round2::sign(&self.package, nonces, package).expect("signs")
    }

    /// Round 2 of every signer.
    pub fn round2_of_all(&self) -> BTreeMap<Identifier, SignatureShare> {
        let sign = |(package, nonces): &(KeyPackage, SigningNonces)| {
            let share = round2::sign(&self.package, nonces, package).expect("signs");
            (*package.identifier(), share)
        };
        self.signers.iter().map(sign).collect()
    }

    /// The signature of all shares.
    pub fn aggregate(&self, shares: &BTreeMap<Identifier, SignatureShare>) -> Signature {
        aggregate(&self.package, shares, &self.public).expect("aggregates")
    }
}
