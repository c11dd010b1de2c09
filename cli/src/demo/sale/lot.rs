//! A key of Alice's that is for sale: what all three sales have in common.

use std::io::Write;

use alloy_primitives::FixedBytes;
use alloy_sol_types::SolCall;
use regent_client::Account;
use regent_contract_abi::ISale;
use regent_primitives::{cash_api::CashTerms, KeyRecord, PolicyHash, H256};
use sp_crypto_hashing::blake2_256;

use crate::{
    demo::{
        keeper::Keeper,
        policies,
        scene::{failed, words, Scene, REQUEST_LIFETIME},
        steps::Steps,
    },
    error::CliError,
    terms::{sharing_hash, SaleFile},
    units::{parse_cash, show_cash},
};

/// Where it fails, if it does.
pub(super) const STEP: &str = "the sale";

/// The price in cash, and the part of it that is left first where the terms ask for that.
pub(super) const PRICE: &str = "700.01";
pub(super) const DEPOSIT: &str = "100.03";

/// What the sanctions office looked at.
const CLEARANCE: &[u8] = b"the buyer is on no list";

/// Who buys, and how.
pub(super) struct Buyer<'a> {
    /// The account.
    pub(super) account: &'a Account,
    /// Whose development account it is.
    pub(super) name: &'static str,
    /// Whether [`DEPOSIT`] is left first.
    pub(super) deposit: bool,
    /// Seconds from now until it is too late.
    pub(super) seconds: u32,
}

/// A key that is for sale.
pub(super) struct Lot<'a> {
    /// The contract.
    pub(super) keeper: Keeper<'a>,
    /// Who buys.
    pub(super) buyer: Buyer<'a>,
    /// The key.
    pub(super) key: KeyRecord,
    cash: CashTerms,
}

/// Cash in its smallest unit, in one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    /// What the buyer holds.
    pub(super) buyer: u128,
    /// What the contract holds.
    pub(super) contract: u128,
}

impl<'a> Lot<'a> {
    /// Opens a sale, with a key that Alice enrols through it.
    pub(super) async fn open<W: Write>(
        scene: &'a Scene,
        code: &[u8],
        buyer: Buyer<'a>,
        steps: &mut Steps<'_, W>,
    ) -> Result<Self, CliError> {
        let Scene { client, actors, recipients, .. } = scene;
        let cash = client.cash(None).await?.ok_or_else(|| failed(STEP, "there is no cash"))?.terms;
        let measurement = scene.enclave.info().await?.measurement;
        let title = format!("Bought by {}", buyer.name);
        let buyers = policies::value(&title, buyer.account.id(), actors, measurement, recipients);
        let sharing = sharing_hash(scene.quorum, &scene.tree);
        let terms = terms(&buyer, sharing, scene.treasury, buyers.hash(client.genesis()));
        let title = "Kept for sale by Alice";
        let keeper = Keeper::deploy::<SaleFile>(scene, code, &terms, title, [buyers]).await?;
        let address = keeper.address();
        let (name, seconds) = (buyer.name, buyer.seconds);
        steps.done(
            "deployed",
            format_args!("{address}: Alice sells to {name}, for {PRICE}, within {seconds} s"),
        )?;

        let request = keeper.enrolment()?;
        let key = keeper.perform(&actors.alice, &ISale::submitCall { request }).await?;
        let bind = ISale::bindCall { key: FixedBytes(key.token.key_id.0 .0) };
        keeper.call(&actors.alice, &bind).await?;
        steps.done("enrolled", format_args!("{}, of the contract", words(&key)))?;
        Ok(Self { keeper, buyer, key, cash })
    }

    /// An amount in the smallest unit of cash.
    pub(super) fn units(&self, amount: &str) -> Result<u128, CliError> {
        parse_cash(&self.cash, amount).map_err(|reason| failed(STEP, reason))
    }

    /// The same as people read it.
    pub(super) fn words(&self, amount: u128) -> String {
        show_cash(&self.cash, amount)
    }

    /// Who holds how much, in finalised state or in a block.
    pub(super) async fn sums(&self, at: Option<H256>) -> Result<Sums, CliError> {
        let client = &self.keeper.scene.client;
        let at = match at {
            Some(at) => at,
            None => client.finalised_hash().await?,
        };
        Ok(Sums {
            buyer: client.cash_of(self.buyer.account.id(), Some(at)).await?,
            contract: client.cash_of(&self.keeper.contract.account, Some(at)).await?,
        })
    }

    /// Checks that the contract holds this much, and the buyer so much less than before.
    pub(super) async fn check_held(&self, held: u128, before: Sums) -> Result<(), CliError> {
        let after = self.sums(None).await?;
        let buyer =
            before.buyer.checked_sub(held).ok_or_else(|| failed(STEP, "too little cash"))?;
        if after != (Sums { buyer, contract: held }) {
            return Err(failed(STEP, "the contract holds something else than was paid"));
        }
        Ok(())
    }

    /// Has the buyer send what is due.
    pub(super) async fn send_due(&self, call: &impl SolCall) -> Result<(), CliError> {
        let due = self.keeper.ask(&ISale::dueCall {}).await?;
        self.keeper.call_with_value(self.buyer.account, due, call).await?;
        Ok(())
    }

    /// Has Bob, who is the sanctions office, clear the sale.
    pub(super) async fn clear(&self) -> Result<(), CliError> {
        let evidence = FixedBytes(blake2_256(CLEARANCE));
        let sign_off = ISale::signOffCall { index: 0, evidence };
        self.keeper.call(&self.keeper.scene.actors.bob, &sign_off).await?;
        Ok(())
    }

    /// Has Bob send the refund of a sale that came to nothing: the buyer has all that was paid again, and
    /// nobody has anything of it.
    pub(super) async fn refund<W: Write>(
        &self,
        paid: u128,
        before: Sums,
        steps: &mut Steps<'_, W>,
    ) -> Result<(), CliError> {
        let (keeper, bob) = (&self.keeper, &self.keeper.scene.actors.bob);
        if keeper.ask(&ISale::refundCall {}).await? != paid {
            return Err(failed(STEP, "another amount is refunded than was paid"));
        }
        let withdrawn = keeper.call(bob, &ISale::withdrawCall {}).await?;
        if self.sums(Some(withdrawn.block)).await? != before || before.contract != 0 {
            return Err(failed(STEP, "the buyer holds something else than before"));
        }
        let (name, amount, all) = (self.buyer.name, self.words(paid), self.words(before.buyer));
        steps.done(
            "refunded",
            format_args!("{amount}: {name} holds {all} as before, and the contract nothing"),
        )?;
        let again = keeper.refusal(self.buyer.account, &ISale::withdrawCall {}, None).await?;
        steps.refused("another refund", &again)
    }
}

/// Alice sells. Bob clears it, and would rule on a dispute.
fn terms(
    buyer: &Buyer<'_>,
    sharing: FixedBytes<32>,
    sellers: PolicyHash,
    buyers: PolicyHash,
) -> String {
    let Buyer { name, seconds, .. } = buyer;
    let deposit = if buyer.deposit { format!("deposit = \"{DEPOSIT}\"") } else { String::new() };
    format!(
        r#"
        deadline = "{seconds} seconds"
        ruling = {REQUEST_LIFETIME}
        lifetime = {REQUEST_LIFETIME}
        arbiter = "//Bob"
        sharing = "{sharing}"
        {deposit}

        [seller]
        account = "//Alice"
        policy = "{sellers}"

        [buyer]
        account = "//{name}"
        policy = "{buyers}"

        [price]
        amount = "{PRICE}"

        [[sign_offs]]
        office = "sanctions"
        account = "//Bob"
        "#
    )
}
