//! Eight people whose keys are known, so that made-up policies can be signed for.

use std::sync::OnceLock;

use codec::{Decode, Encode};
use regent_primitives::{AccountId, Policy, Signature};
use sp_core::{sr25519, Pair as _};

/// One of eight, whatever the number.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub struct Person(pub u8);

fn pairs() -> &'static [sr25519::Pair; 8] {
    static PAIRS: OnceLock<[sr25519::Pair; 8]> = OnceLock::new();
    PAIRS.get_or_init(|| std::array::from_fn(|at| sr25519::Pair::from_seed(&[at as u8 + 1; 32])))
}

impl Person {
    fn pair(self) -> &'static sr25519::Pair {
        &pairs()[usize::from(self.0 % 8)]
    }

    pub fn account(self) -> AccountId {
        AccountId::new(self.pair().public().0)
    }

    /// Somebody else.
    pub fn other(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// As a program signs, or as a wallet does.
    pub fn sign(self, message: &[u8], wrapped: bool) -> Signature {
        let as_wallets_do = [b"<Bytes>".as_slice(), message, b"</Bytes>"].concat();
        let signed = if wrapped { as_wallets_do.as_slice() } else { message };
        self.pair().sign(signed).into()
    }
}

/// Puts one of the eight in the place of an account.
pub fn known(account: &mut AccountId) {
    let bytes: &[u8; 32] = account.as_ref();
    *account = Person(bytes[0]).account();
}

/// Puts them in the place of all members.
pub fn populate(policy: &mut Policy) {
    for role in policy.roles.iter_mut() {
        role.members.iter_mut().for_each(known);
    }
}
