//! Nobody can call the log.

use super::*;
use frame_support::traits::{GetCallMetadata, GetCallName};

#[test]
fn no_call_exists() {
    let callable = RuntimeCall::get_module_names();
    assert!(callable.contains(&"System"), "the runtime's callable pallets are listed");
    assert!(!callable.contains(&"Audit"), "the log has no calls, so the runtime has none for it");
    assert!(Call::<Test>::get_call_names().is_empty());
}

#[test]
fn hooks_leave_the_log_alone() {
    scenario(|| {
        Audit::append(Subject::Consortium, registered(0));
        let before = (Audit::entries(0, 10), Audit::head(), Audit::count());
        for block in 2..20 {
            System::set_block_number(block);
            Audit::on_initialize(block);
            Audit::on_idle(block, Weight::MAX);
            Audit::on_finalize(block);
        }
        Audit::on_runtime_upgrade();
        assert_eq!(before, (Audit::entries(0, 10), Audit::head(), Audit::count()));
    });
}
