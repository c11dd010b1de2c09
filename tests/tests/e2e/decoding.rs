//! Contracts' calls and events are read by polkadot-js and ethers, which know of them what the chain's
//! metadata and the contracts' ABIs say.

use alloy_primitives::B256;
use alloy_sol_types::SolCall;
use anyhow::{ensure, Context};
use regent_cli::{
    network::NetworkOptions, DelegationFile, InheritanceFile, SaleFile, TermsFile,
    DELEGATION_EXAMPLE, INHERITANCE_EXAMPLE, SALE_EXAMPLE,
};
use regent_client::{
    contract::{address_of, Called},
    Account,
};
use regent_contract_abi::{IDelegation, IInheritance, IRegent, ISale};
use regent_payload::ethereum::checksummed;
use regent_primitives::{RequestId, H256};
use regent_tests::BareStage;
use serde_json::{json, Map, Value};
use tokio::process::Command;

use crate::{
    deployed::{evidence, Deployed},
    people::policy_of,
};

/// The price of a key, 700.00, in the smallest unit of cash.
const PRICE: u128 = 70_000;
/// The part of it that is left first: 100.00.
const DEPOSIT: u128 = 10_000;

/// What a contract's ABI calls things.
struct Names {
    contract: &'static str,
    /// The argument of `bind`.
    key: &'static str,
    /// The members of a request, which have no names in ink!'s ABI: there it is their position.
    request: [&'static str; 7],
    /// Whether `Requested` says who made the request.
    says_who: bool,
}

const SALE: Names = Names {
    contract: "Sale",
    key: "id",
    request: ["salt", "key", "operation", "effect", "payload", "policy", "expires"],
    says_who: false,
};
const INK_SALE: Names = Names {
    contract: "InkSale",
    key: "key",
    request: ["0", "1", "2", "3", "4", "5", "6"],
    says_who: false,
};
const INK_INHERITANCE: Names = Names { contract: "InkInheritance", says_who: true, ..INK_SALE };
const INK_DELEGATION: Names = Names { contract: "InkDelegation", says_who: true, ..INK_SALE };

#[tokio::test(flavor = "multi_thread")]
async fn polkadot_js_and_ethers_decode_calls_and_events() -> anyhow::Result<()> {
    let stage = BareStage::bare(NetworkOptions::default()).await?;
    let (sales, others) = tokio::try_join!(
        async { anyhow::Ok([paid_sale(&stage, SALE).await?, paid_sale(&stage, INK_SALE).await?]) },
        async { anyhow::Ok([contested_will(&stage).await?, recalled_mandate(&stage).await?]) },
    )?;
    let (deployments, steps): (Vec<_>, Vec<_>) = decoded(&stage.network.file().node)
        .await?
        .into_iter()
        .partition(|step| step["kind"] == "constructor");

    // What several contracts are told at the same time is in one order on the chain; what one is told, in
    // the order in which it was.
    let mut known = 0;
    for Told { deployed, names, expected, .. } in sales.into_iter().chain(others) {
        let address = shown(&deployed);
        let of_contract = |step: &&Value| step["address"] == address.as_str();
        let found: Vec<_> = steps.iter().filter(of_contract).cloned().collect();
        assert_eq!(found, expected);
        known += found.len();
        let made: Vec<_> = deployments.iter().filter(of_contract).collect();
        assert_eq!(made.len(), 1);
        assert_eq!(made[0]["contract"], names.contract);
    }
    assert_eq!((known, deployments.len()), (steps.len(), 4));

    let of_solidity = deployments.iter().find(|step| step["contract"] == SALE.contract);
    let terms = &of_solidity.context("not deployed")?["fields"]["agreed"];
    assert_eq!(terms["signOffs"][0]["who"], shown_address(&Account::development("//Ferdie")?));
    assert_eq!(terms["price"]["amount"], PRICE.to_string());
    assert_eq!(terms["deposit"], DEPOSIT.to_string());
    Ok(stage.network.shut_down().await?)
}

/// A contract, and what is to be decoded of what it is told and says: in JSON, without its deployment.
struct Told<'a> {
    deployed: Deployed<'a>,
    names: Names,
    expected: Vec<Value>,
    /// That of the last call.
    block: u32,
}

impl<'a> Told<'a> {
    async fn new<F: TermsFile>(
        stage: &'a BareStage,
        names: Names,
        terms: &str,
    ) -> anyhow::Result<Self> {
        let file = format!("{}.polkavm", names.contract);
        let deployed = Deployed::on_terms::<F>(stage, &file, terms).await?;
        Ok(Self { deployed, names, expected: Vec::new(), block: 0 })
    }

    /// Has somebody call it with `value`, in the smallest unit of cash; `fields` are the arguments.
    async fn call<C: SolCall>(
        &mut self,
        who: &Account,
        value: u128,
        call: &C,
        fields: Value,
    ) -> anyhow::Result<Called<C::Return>> {
        let called = self.deployed.call_with_value(who, value, call).await?;
        self.block = called.inclusion.number;
        let name = C::SIGNATURE.split('(').next();
        self.expected.push(json!({
            "block": self.block, "kind": "call", "contract": self.names.contract,
            "address": shown(&self.deployed), "name": name, "fields": fields,
            "signer": who.id().to_string(), "value": value.to_string(), "done": true,
        }));
        Ok(called)
    }

    /// In the last call it said this.
    fn said(&mut self, name: &str, fields: Value) {
        self.expected.push(json!({
            "block": self.block, "kind": "event", "contract": self.names.contract,
            "address": shown(&self.deployed), "name": name, "fields": fields,
        }));
    }

    /// Alice enrols a key through it, and binds it.
    async fn keep_a_key<S: SolCall<Return = B256>, B: SolCall>(
        &mut self,
        submit: impl FnOnce(IRegent::Request) -> S,
        bind: impl FnOnce(B256) -> B,
    ) -> anyhow::Result<()> {
        let stage = self.deployed.stage;
        let (scene, alice) = (&stage.scene, &stage.scene.actors.alice);
        let policy = policy_of(stage, scene.treasury, &self.deployed.contract.account).await?;
        let request = self.deployed.enrolment(policy).await?;
        let fields = json!({ "request": shown_request(&request, &self.names) });
        let id = self.call(alice, 0, &submit(request), fields).await?.answer;
        let mut requested = json!({ "request": id.to_string() });
        if self.names.says_who {
            requested["who"] = shown_address(alice).into();
        }
        self.said("Requested", requested);
        let enrolled = scene.carry_for(alice, RequestId(H256(id.0))).await?;
        let key: B256 = enrolled.key.context("no key")?.token.key_id.0 .0.into();
        let fields = json!({ (self.names.key): key.to_string() });
        self.call(alice, 0, &bind(key), fields).await?;
        self.said("Bound", json!({ "key": key.to_string() }));
        Ok(())
    }
}

/// Bob pays for Alice's key, and Ferdie signs off.
async fn paid_sale(stage: &BareStage, names: Names) -> anyhow::Result<Told<'_>> {
    let (bob, ferdie) = (&stage.scene.actors.bob, Account::development("//Ferdie")?);
    let mut sale = Told::new::<SaleFile>(stage, names, &terms_in_cash()?).await?;
    sale.keep_a_key(|request| ISale::submitCall { request }, |key| ISale::bindCall { key }).await?;

    sale.call(bob, DEPOSIT, &ISale::reserveCall {}, json!({})).await?;
    sale.said("Reserved", json!({ "amount": DEPOSIT.to_string() }));
    sale.call(bob, PRICE - DEPOSIT, &ISale::payCall {}, json!({})).await?;
    sale.said("Paid", json!({}));
    let decision = evidence("on no list");
    let sign_off = ISale::signOffCall { index: 0, evidence: decision };
    let decision = decision.to_string();
    sale.call(&ferdie, 0, &sign_off, json!({ "index": "0", "evidence": decision })).await?;
    sale.said("SignedOff", json!({ "who": shown_address(&ferdie), "evidence": decision }));
    Ok(sale)
}

/// The example's terms, with a price in cash and a deposit.
fn terms_in_cash() -> anyhow::Result<String> {
    let (before, rest) = SALE_EXAMPLE.split_once("oracles = ").context("no oracles")?;
    let (_, after) = rest.split_once("\n\n").context("the price is the last table")?;
    let before = before.replacen("# deposit = ", "deposit = ", 1);
    Ok(format!("{before}amount = \"700.00\"\n\n{after}"))
}

/// Charlie attests Alice's death, Ferdie contests it, and she freezes her key.
async fn contested_will(stage: &BareStage) -> anyhow::Result<Told<'_>> {
    let (actors, ferdie) = (&stage.scene.actors, Account::development("//Ferdie")?);
    let (names, terms) = (INK_INHERITANCE, INHERITANCE_EXAMPLE);
    let mut will = Told::new::<InheritanceFile>(stage, names, terms).await?;
    will.keep_a_key(
        |request| IInheritance::submitCall { request },
        |key| IInheritance::bindCall { key },
    )
    .await?;

    let (proves, certificate) = (IInheritance::Case::Death, evidence("certificate of death"));
    let attest = IInheritance::attestCall { proves, group: 0, evidence: certificate };
    let certificate = certificate.to_string();
    let fields = json!({ "proves": "0", "group": "0", "evidence": certificate });
    will.call(&actors.charlie, 0, &attest, fields).await?;
    let who = shown_address(&actors.charlie);
    will.said("Attested", json!({ "proves": "0", "who": who, "evidence": certificate }));
    let contest = IInheritance::contestCall { proves };
    will.call(&ferdie, 0, &contest, json!({ "proves": "0" })).await?;
    will.said("Contested", json!({ "proves": "0", "who": shown_address(&ferdie) }));
    will.call(&actors.alice, 0, &IInheritance::freezeCall {}, json!({})).await?;
    will.said("Frozen", json!({}));
    Ok(will)
}

/// Alice recalls her adviser, who asked for nothing, and freezes her key.
async fn recalled_mandate(stage: &BareStage) -> anyhow::Result<Told<'_>> {
    let alice = &stage.scene.actors.alice;
    let (names, terms) = (INK_DELEGATION, DELEGATION_EXAMPLE);
    let mut mandate = Told::new::<DelegationFile>(stage, names, terms).await?;
    mandate
        .keep_a_key(
            |request| IDelegation::submitCall { request },
            |key| IDelegation::bindCall { key },
        )
        .await?;

    mandate.call(alice, 0, &IDelegation::recallCall {}, json!({})).await?;
    mandate.said("Recalled", json!({ "until": "0" }));
    mandate.call(alice, 0, &IDelegation::freezeCall {}, json!({})).await?;
    mandate.said("Frozen", json!({}));
    Ok(mandate)
}

/// As polkadot-js shows a contract's address.
fn shown(deployed: &Deployed<'_>) -> String {
    format!("{:?}", deployed.contract.address)
}

/// As ethers shows an account's address.
fn shown_address(account: &Account) -> String {
    checksummed(address_of(account.id()).0)
}

fn shown_request(request: &IRegent::Request, names: &Names) -> Value {
    let values = [
        request.salt.to_string(),
        request.key.to_string(),
        request.operation.to_string(),
        request.effect.to_string(),
        request.payload.to_string(),
        request.policy.to_string(),
        request.expires.to_string(),
    ];
    let members = names.request.map(str::to_owned);
    Value::Object(members.into_iter().zip(values.map(Value::from)).collect::<Map<_, _>>())
}

/// Every deployment, call and event of contracts on a node's chain.
async fn decoded(node: &str) -> anyhow::Result<Vec<Value>> {
    let ran = Command::new("node").arg("node/decode.mjs").args([node, "--json"]).output().await;
    let output = ran.context("node does not start")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{errors}\n`make decoder` installs what it needs");
    String::from_utf8(output.stdout)?
        .lines()
        .map(|line| serde_json::from_str(line).context("no JSON"))
        .collect()
}
