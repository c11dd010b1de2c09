//! `Policies`.

use regent_primitives::{policy::ChangeSignatures, Policy};

use super::call;

call!(
    /// Creates a policy that succeeds none.
    "Policies" create(policy: Policy)
);
call!(
    /// Creates the successor of `policy.predecessor`, with the signatures its change rule asks for.
    "Policies" change(policy: Policy, signatures: ChangeSignatures)
);
