//! The council that governs: what its motions are, and who sits on it.

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
    dispatch::{DispatchInfo, DispatchResultWithPostInfo, GetDispatchInfo, PostDispatchInfo},
    traits::{ChangeMembers, OriginTrait},
    weights::Weight,
};
use pallet_collective::{DefaultVote, MemberCount, RawOrigin, WeightInfo as _};
use pallet_regent_audit::WeightInfo as _;
use regent_primitives::{
    traits::{AuditLog, CouncilRegistry},
    AuditEvent, Subject,
};
use scale_info::TypeInfo;
use sp_runtime::traits::{Dispatchable, Hash as _};

use crate::{
    configs::{CouncilInstance, MaxCouncilMembers, MaxMotions},
    weights, AccountId, Audit, BlakeTwo256, Council, OriginCaller, Runtime, RuntimeCall,
    RuntimeOrigin,
};

/// A call that the council decides on. When a motion is enacted and succeeds, an entry of the log names
/// it, after the entries of what it did. It is encoded as the call is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Motion(pub RuntimeCall);

impl Motion {
    /// What the entry costs.
    fn entry_weight() -> Weight {
        weights::Audit::append()
    }
}

impl From<frame_system::Call<Runtime>> for Motion {
    fn from(call: frame_system::Call<Runtime>) -> Self {
        Self(call.into())
    }
}

impl GetDispatchInfo for Motion {
    fn get_dispatch_info(&self) -> DispatchInfo {
        let mut info = self.0.get_dispatch_info();
        info.call_weight = info.call_weight.saturating_add(Self::entry_weight());
        info
    }
}

impl Dispatchable for Motion {
    type RuntimeOrigin = RuntimeOrigin;
    type Config = <RuntimeCall as Dispatchable>::Config;
    type Info = DispatchInfo;
    type PostInfo = PostDispatchInfo;

    fn dispatch(self, origin: RuntimeOrigin) -> DispatchResultWithPostInfo {
        let votes = match origin.caller() {
            OriginCaller::Council(RawOrigin::Members(ayes, seats)) => Some((*ayes, *seats)),
            // A single member may dispatch too, and decides nothing.
            _ => None,
        };
        let motion = BlakeTwo256::hash_of(&self.0);
        let mut done = self.0.dispatch(origin)?;
        if let Some((ayes, seats)) = votes {
            Audit::append(Subject::Consortium, AuditEvent::MotionEnacted { motion, ayes, seats });
        }
        done.actual_weight =
            done.actual_weight.map(|weight| weight.saturating_add(Self::entry_weight()));
        Ok(done)
    }
}

/// Who does not vote on a motion votes against it: silence, of a prime member or of many, decides nothing.
pub struct AbstentionIsNo;

impl DefaultVote for AbstentionIsNo {
    fn default_vote(
        _prime_vote: Option<bool>,
        _yes_votes: MemberCount,
        _no_votes: MemberCount,
        _len: MemberCount,
    ) -> bool {
        false
    }
}

/// Who sits on the council.
pub struct CouncilMembers;

impl CouncilRegistry for CouncilMembers {
    fn members() -> Vec<AccountId> {
        pallet_collective::Members::<Runtime, CouncilInstance>::get()
    }

    fn set_members(mut members: Vec<AccountId>) {
        members.sort();
        Council::set_members_sorted(&members, &Self::members());
    }

    fn change_time() -> u64 {
        let members = MaxCouncilMembers::get();
        <Runtime as pallet_collective::Config<CouncilInstance>>::WeightInfo::set_members(
            members,
            members,
            MaxMotions::get(),
        )
        .ref_time()
    }
}
