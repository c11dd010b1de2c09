//! `authorize_upgrade`.

use super::*;
use sp_runtime::traits::{BlakeTwo256, Hash};

#[test]
fn authorize_upgrade_works() {
    scenario(|| {
        let code_hash = BlakeTwo256::hash(b"code");
        assert_ok!(Consortium::authorize_upgrade(root(), code_hash));

        // With the checks of name and version.
        System::assert_has_event(
            frame_system::Event::UpgradeAuthorized { code_hash, check_version: true }.into(),
        );
        assert_eq!(last_entry(), Some(AuditEvent::UpgradeAuthorized { code_hash }));
        let authorized = System::authorized_upgrade().expect("one is authorised");
        assert_eq!(*authorized.code_hash(), code_hash);
    });
}

#[test]
fn authorize_upgrade_again_replaces_the_first() {
    scenario(|| {
        let (first, second) = (BlakeTwo256::hash(b"first"), BlakeTwo256::hash(b"second"));
        assert_ok!(Consortium::authorize_upgrade(root(), first));
        assert_ok!(Consortium::authorize_upgrade(root(), second));
        assert_noop!(
            System::apply_authorized_upgrade(RuntimeOrigin::none(), b"first".to_vec()),
            frame_system::Error::<Test>::Unauthorized
        );
    });
}

#[test]
fn authorize_upgrade_by_anyone_else_fails() {
    scenario(|| {
        assert_noop!(Consortium::authorize_upgrade(signed(ALICE), H256::zero()), BadOrigin);
    });
}
