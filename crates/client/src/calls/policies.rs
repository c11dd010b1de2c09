//! `Policies`.

use regent_primitives::{policy::ChangeSignatures, Policy};

use super::call;

call!(
    /// Creates a policy that succeeds none.
    "Policies"[12] create[0](policy: Policy)
);
call!(
    /// Creates the successor of `policy.predecessor`, with the signatures its change rule asks for.
    "Policies"[12] change[1](policy: Policy, signatures: ChangeSignatures)
);
