//! Contracts' calls and events are read by polkadot-js and ethers, which know of them what the chain's
//! metadata and the contracts' ABIs say.

use alloy_primitives::B256;
use anyhow::{ensure, Context};
use regent_cli::{network::NetworkOptions, SaleFile, SALE_EXAMPLE};
use regent_client::{
    contract::{address_of, Called},
    Account,
};
use regent_contract_abi::{IRegent, ISale};
use regent_payload::ethereum::checksummed;
use regent_primitives::{RequestId, H256};
use regent_tests::BareStage;
use serde_json::{json, Map, Value};
use tokio::process::Command;

use crate::{
    deployed::{evidence, Deployed},
    people::policy_of,
};

/// What the ABI of a sale calls things.
struct Names {
    contract: &'static str,
    /// The argument of `bind`.
    key: &'static str,
    /// The members of a request, which have no names in ink!'s ABI: there it is their position.
    request: [&'static str; 7],
}

const SOLIDITY: Names = Names {
    contract: "Sale",
    key: "id",
    request: ["salt", "key", "operation", "effect", "payload", "policy", "expires"],
};
const INK: Names =
    Names { contract: "InkSale", key: "key", request: ["0", "1", "2", "3", "4", "5", "6"] };

#[tokio::test(flavor = "multi_thread")]
async fn polkadot_js_and_ethers_decode_calls_and_events() -> anyhow::Result<()> {
    let stage = BareStage::bare(NetworkOptions::default()).await?;
    let mut expected = Vec::new();
    for names in [SOLIDITY, INK] {
        expected.extend(cleared_sale(&stage, &names).await.context(names.contract)?);
    }
    let (deployments, others): (Vec<_>, Vec<_>) = decoded(&stage.network.file().node)
        .await?
        .into_iter()
        .partition(|step| step["kind"] == "constructor");
    assert_eq!(others, expected);
    let deployed: Vec<_> = deployments.iter().map(|step| &step["contract"]).collect();
    assert_eq!(deployed, [SOLIDITY.contract, INK.contract]);
    let terms = &deployments[0]["fields"]["agreed"];
    assert_eq!(terms["signOffs"][0]["who"], shown_address(&Account::development("//Ferdie")?));
    assert_eq!(terms["price"]["threshold"], "2");
    Ok(stage.network.shut_down().await?)
}

/// What is decoded, in JSON, of a sale for which Alice enrols a key that she binds, and Ferdie signs off;
/// without its deployment.
async fn cleared_sale(stage: &BareStage, names: &Names) -> anyhow::Result<Vec<Value>> {
    let (alice, ferdie) = (&stage.scene.actors.alice, Account::development("//Ferdie")?);
    let Names { contract, .. } = names;
    let file = format!("{contract}.polkavm");
    let sale = Deployed::on_terms::<SaleFile>(stage, &file, SALE_EXAMPLE).await?;
    let policy = policy_of(stage, stage.scene.treasury, &sale.contract.account).await?;

    let request = sale.enrolment(policy).await?;
    let submitted = sale.call(alice, &ISale::submitCall { request: request.clone() }).await?;
    let id = submitted.answer;
    let enrolled = stage.scene.carry_for(alice, RequestId(H256(id.0))).await?;
    let key: B256 = enrolled.key.context("no key")?.token.key_id.0 .0.into();
    let bound = sale.call(alice, &ISale::bindCall { key }).await?;
    let decision = evidence("on no list");
    let sign_off = ISale::signOffCall { index: 0, evidence: decision };
    let signed_off = sale.call(&ferdie, &sign_off).await?;

    let address = format!("{:?}", sale.contract.address);
    let called = |block: u32, who: &Account, name: &str, fields: Value| {
        json!({
            "block": block, "kind": "call", "contract": contract, "address": address, "name": name,
            "fields": fields, "signer": who.id().to_string(), "value": "0", "done": true,
        })
    };
    let said = |block: u32, name: &str, fields: Value| {
        json!({
            "block": block, "kind": "event", "contract": contract, "address": address, "name": name,
            "fields": fields,
        })
    };
    let who = shown_address(&ferdie);
    let (key, decision) = (key.to_string(), decision.to_string());
    let [first, second, third] = [block(&submitted), block(&bound), block(&signed_off)];
    Ok(vec![
        called(first, alice, "submit", json!({ "request": shown_request(&request, names) })),
        said(first, "Requested", json!({ "request": id.to_string() })),
        called(second, alice, "bind", json!({ (names.key): key })),
        said(second, "Bound", json!({ "key": key })),
        called(third, &ferdie, "signOff", json!({ "index": "0", "evidence": decision })),
        said(third, "SignedOff", json!({ "who": who, "evidence": decision })),
    ])
}

fn block<R>(called: &Called<R>) -> u32 {
    called.inclusion.number
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
