//! Validators' session keys, logged when they come into force.
//!
//! `pallet_session` calls nobody when keys are set. They matter from the session that begins with them.

use crate::*;
use core::marker::PhantomData;
use pallet_session::SessionHandler;
use sp_runtime::{
    traits::{Hash, OpaqueKeys},
    KeyTypeId,
};

impl<T: Config> Pallet<T> {
    fn key_hashes<Ks: OpaqueKeys>(
        validators: &[(AccountId, Ks)],
    ) -> BoundedVec<(AccountId, H256), T::MaxInstitutions> {
        let hashes = validators
            .iter()
            .map(|(validator, keys)| {
                let bytes: Vec<u8> =
                    Ks::key_ids().iter().flat_map(|id| keys.get_raw(*id)).copied().collect();
                (validator.clone(), T::Hashing::hash(&bytes))
            })
            .collect();
        BoundedVec::truncate_from(hashes)
    }

    fn log_keys(now: BoundedVec<(AccountId, H256), T::MaxInstitutions>) {
        let before = KeysInForce::<T>::get();
        for (validator, keys) in now.iter().filter(|held| !before.contains(held)) {
            Self::log(AuditEvent::SessionKeysChanged { validator: validator.clone(), keys: *keys });
        }
        KeysInForce::<T>::put(now);
    }
}

/// For `pallet_session::Config::SessionHandler`: what `Inner` is, and an entry of the log for each
/// validator whose session keys come into force. The keys' hash is that of their bytes one after the
/// other, as the chain hashes.
pub struct LoggedKeys<T, Inner>(PhantomData<(T, Inner)>);

impl<T: Config, Inner: SessionHandler<AccountId>> SessionHandler<AccountId>
    for LoggedKeys<T, Inner>
{
    const KEY_TYPE_IDS: &'static [KeyTypeId] = Inner::KEY_TYPE_IDS;

    /// A genesis logs nothing: who validates is part of it.
    fn on_genesis_session<Ks: OpaqueKeys>(validators: &[(AccountId, Ks)]) {
        KeysInForce::<T>::put(Pallet::<T>::key_hashes(validators));
        Inner::on_genesis_session(validators);
    }

    fn on_new_session<Ks: OpaqueKeys>(
        changed: bool,
        validators: &[(AccountId, Ks)],
        queued_validators: &[(AccountId, Ks)],
    ) {
        if changed {
            Pallet::<T>::log_keys(Pallet::<T>::key_hashes(validators));
        }
        Inner::on_new_session(changed, validators, queued_validators);
    }

    fn on_before_session_ending() {
        Inner::on_before_session_ending();
    }

    fn on_disabled(validator_index: u32) {
        Inner::on_disabled(validator_index);
    }
}
