//! Contracts: how `pallet_revive` is configured, and which of its calls members may make.
//!
//! Weight is the membership extension's concern, as for every call. Storage is paid in credits, which
//! the contracts pallet keeps in institutions' purses: one credit is one byte. Value is cash, the
//! consortium's settlement asset. Ethereum transactions, which pay fees and are signed outside the
//! extension, are not taken.

use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstBool, ConstU128, ConstU32, ConstU64, Contains},
    weights::Weight,
    PalletId,
};
use pallet_regent_contracts::{AllowEvm, ContractLedger, EnsureDeployer};
use pallet_revive::{
    AccountId32Mapper, AccountInfo, AddressMapper, Call, Code, ContractResult, ExecConfig,
    ExecReturnValue, TransactionLimits, H160, U256,
};
use regent_primitives::contracts_api::{ContractRecord, DryRun};
use sp_runtime::Perbill;

use super::*;
use crate::{configs::Governance, precompile::Regent};

parameter_types! {
    /// Where institutions' purses are derived from.
    pub const PurseId: PalletId = PalletId(*b"rgt/purs");
    /// Share of a code's deposit that each contract of it holds, so that nobody's code is kept on the
    /// chain by others for nothing.
    pub const CodeHashLockupDepositPercent: Perbill = Perbill::from_percent(30);
}

/// Credits there can be in all: 1 GiB.
const MAX_CREDITS: Balance = 1024 * 1024 * 1024;
/// Credits of an item beside its bytes: its key and its place in the trie.
const ITEM: Balance = 64;

impl pallet_regent_contracts::Config for Runtime {
    type GovernanceOrigin = Governance;
    type Members = Consortium;
    type Audit = Audit;
    type Ledger = Balances;
    type Cash = CashLedger;
    type PurseId = PurseId;
    type MaxDeployers = ConstU32<256>;
    type MaxCredits = ConstU128<MAX_CREDITS>;
    type Contracts = ContractAccounts;
    type NotPeople = NotPeople;
    type MaxFulfilled = ConstU32<64>;
    type WeightInfo = weights::Contracts;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::benchmarks::Helper;
}

#[derive_impl(pallet_revive::config_preludes::TestDefaultConfig)]
impl pallet_revive::Config for Runtime {
    type Time = Timestamp;
    type Balance = Balance;
    type Currency = ContractLedger<Runtime>;
    type WeightInfo = pallet_revive::weights::SubstrateWeight<Runtime>;
    type Precompiles = (Regent,);
    type FindAuthor = <Runtime as pallet_authorship::Config>::FindAuthor;
    type DepositPerByte = ConstU128<1>;
    type DepositPerItem = ConstU128<ITEM>;
    type DepositPerChildTrieItem = ConstU128<ITEM>;
    type CodeHashLockupDepositPercent = CodeHashLockupDepositPercent;
    type AddressMapper = AccountId32Mapper<Runtime>;
    // Members have an account by their membership: their address is known from then on.
    type AutoMap = ConstBool<true>;
    type AllowEVMBytecode = AllowEvm<Runtime>;
    type UploadOrigin = EnsureDeployer<Runtime>;
    type InstantiateOrigin = EnsureDeployer<Runtime>;
    // "RGNT": no chain of Ethereum's registry.
    type ChainId = ConstU64<0x5247_4e54>;
    type NativeToEthRatio = ConstU32<1>;
    type FeeInfo = ();
    type DebugEnabled = ConstBool<false>;
}

/// Whether members may make this call of `pallet_revive`: those that execute, store and remove code.
///
/// Not reachable are Ethereum transactions (`eth_*`), acting as another account
/// (`dispatch_as_fallback_account`), mapping accounts, which happens by itself, and `set_code`, which
/// is root's.
pub fn is_allowed(call: &Call<Runtime>) -> bool {
    matches!(
        call,
        Call::call { .. }
            | Call::instantiate { .. }
            | Call::instantiate_with_code { .. }
            | Call::upload_code { .. }
            | Call::remove_code { .. }
    )
}

/// The accounts of contracts. They are told by their form, an address and twelve bytes `0xee`: so a
/// contract's account is one before its code is stored and after it ended. Who signs with an Ethereum
/// key has an account of that form too, which [`NotPeople`] keeps from membership.
pub struct ContractAccounts;

impl Contains<AccountId> for ContractAccounts {
    fn contains(account: &AccountId) -> bool {
        AccountId32Mapper::<Runtime>::is_eth_derived(account)
    }
}

/// Contracts that are there.
pub struct LiveContracts;

impl Contains<AccountId> for LiveContracts {
    fn contains(account: &AccountId) -> bool {
        ContractAccounts::contains(account) && !EndedContracts::contains(account)
    }
}

/// Contracts that ended: at their address there is no code.
pub struct EndedContracts;

impl Contains<AccountId> for EndedContracts {
    fn contains(account: &AccountId) -> bool {
        let address = AccountId32Mapper::<Runtime>::to_address(account);
        ContractAccounts::contains(account) && !AccountInfo::<Runtime>::is_contract(&address)
    }
}

/// Accounts that cannot be members: those in the form of a contract's, and those of pallets, which
/// begin with `modl`. A contract that were a member would hold its deposits in its institution's purse.
pub struct NotPeople;

impl Contains<AccountId> for NotPeople {
    fn contains(account: &AccountId) -> bool {
        ContractAccounts::contains(account) || AsRef::<[u8]>::as_ref(account).starts_with(b"modl")
    }
}

/// What a dry run may use: what one institution gets of a block, and any number of credits.
fn limits() -> TransactionLimits<Runtime> {
    TransactionLimits::WeightAndDeposit {
        weight_limit: Weight::from_parts(Consortium::block_allowance(), u64::MAX / 2),
        deposit_limit: Balance::MAX,
    }
}

fn dry_run(
    contract: H160,
    done: ContractResult<ExecReturnValue, Balance>,
) -> Result<DryRun, Vec<u8>> {
    let outcome = done.result.map_err(|error| precompile::name_of(error).into_bytes())?;
    Ok(DryRun {
        contract,
        reverted: outcome.did_revert(),
        data: outcome.data,
        ref_time: done.weight_required.ref_time(),
        proof_size: done.weight_required.proof_size(),
        deposit: done.max_storage_deposit.charge_or_zero(),
    })
}

/// See [`regent_primitives::contracts_api`].
pub fn dry_call(
    origin: AccountId,
    contract: H160,
    value: Balance,
    data: Vec<u8>,
) -> Result<DryRun, Vec<u8>> {
    Revive::prepare_dry_run(&origin);
    let origin = RuntimeOrigin::signed(origin);
    let config = ExecConfig::new_substrate_tx();
    dry_run(contract, Revive::bare_call(origin, contract, value.into(), limits(), data, &config))
}

/// See [`regent_primitives::contracts_api`].
pub fn dry_instantiate(
    origin: AccountId,
    code: Vec<u8>,
    data: Vec<u8>,
    salt: [u8; 32],
) -> Result<DryRun, Vec<u8>> {
    Revive::prepare_dry_run(&origin);
    let done = Revive::bare_instantiate(
        RuntimeOrigin::signed(origin),
        U256::zero(),
        limits(),
        Code::Upload(code),
        data,
        Some(salt),
        &ExecConfig::new_substrate_tx(),
    );
    let contract = done.result.as_ref().map_or(H160::zero(), |instantiated| instantiated.addr);
    let done = ContractResult {
        result: done.result.map(|instantiated| instantiated.result),
        weight_consumed: done.weight_consumed,
        weight_required: done.weight_required,
        storage_deposit: done.storage_deposit,
        max_storage_deposit: done.max_storage_deposit,
        gas_consumed: done.gas_consumed,
    };
    dry_run(contract, done)
}

/// See [`regent_primitives::contracts_api`].
pub fn contract(address: H160) -> Option<ContractRecord> {
    let code = Revive::code(&address);
    if code.is_empty() {
        return None;
    }
    Some(ContractRecord {
        account: AccountId32Mapper::<Runtime>::to_account_id(&address),
        code_hash: sp_io::hashing::keccak_256(&code).into(),
        code_bytes: code.len() as u32,
    })
}
