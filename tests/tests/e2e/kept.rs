//! Contracts that keep keys, deployed and told what to do by commands alone.

use anyhow::{ensure, Context};
use codec::Encode;
use regent_cli::sharing_hash;
use regent_client::{Account, Client};
use regent_contract_abi::IRegent;
use regent_payload::ethereum::{address, checksummed};
use regent_primitives::{
    AccessTree, Algorithm, Effect, KeyId, KeyRecord, KeyState, Operation, PolicyHash, QuorumId,
};
use regent_tests::{sender, transaction};
use serde_json::Value;

use crate::{
    deployed::salt,
    desk::{behind, text, Desk},
};

/// The quorum of all agents: the first one.
const QUORUM: QuorumId = 0;
/// Blocks a request through a contract lives: less than all terms here allow.
const LIFETIME: u32 = 500;
/// Whom the keys pay.
pub const RECIPIENT: [u8; 20] = [0xB0; 20];

/// A contract of Alice's, by the command that is for its kind: `inherit`, `sale` or `delegate`.
pub struct Kept<'a> {
    desk: &'a Desk,
    client: &'a Client,
    kind: &'static str,
    /// Its address.
    pub address: String,
    /// Its account: what policies name, and what owns its key.
    pub account: String,
}

impl<'a> Kept<'a> {
    /// Deploys it. Whoever has terms and code then finds that it is nothing else.
    pub async fn deploy(
        desk: &'a Desk,
        client: &'a Client,
        kind: &'static str,
        (file, code): (&str, &str),
    ) -> anyhow::Result<Self> {
        let told = desk.tells(&deployment(kind, file, code)).await?;
        let (address, account) = (text(&told, "contract")?, text(&told, "account")?);
        let (salt, from) = (text(&told, "salt")?, &told["from_block"]);
        let of = format!("--file {file} --code {code} --deployer {}", text(&told, "deployer")?);
        let verify = format!("{kind} verify {address} {of} --salt {salt} --block {from}");
        let verified = desk.tells(&verify).await?;
        ensure!(verified["data"] == told["data"], "{verified}, expected {told}");
        ensure!(verified["account"] == account.as_str(), "{verified}, expected {told}");
        Ok(Self { desk, client, kind, address, account })
    }

    /// The same, as people read it. How to verify it is said.
    pub async fn deploy_as_people(
        desk: &'a Desk,
        client: &'a Client,
        kind: &'static str,
        (file, code): (&str, &str),
    ) -> anyhow::Result<Self> {
        let said = desk.says(&deployment(kind, file, code)).await?;
        let told = behind(&said, "contract ")?.split_whitespace().next();
        let address = told.with_context(|| said.clone())?.to_owned();
        let account = behind(&said, "account ")?.split(',').next().with_context(|| said.clone())?;
        let verify = behind(&said, "verified by  regent ")?.replacen("FILE", file, 1);
        let verified = desk.says(&format!("{verify} --code {code}")).await?;
        ensure!(verified.contains(&address), "{verified}");
        ensure!(verified.contains("on these terms, and can be nothing else"), "{verified}");
        let account = account.to_owned();
        Ok(Self { desk, client, kind, address, account })
    }

    /// Where it stands, for programs.
    pub async fn show(&self) -> anyhow::Result<Value> {
        self.desk.tells(&format!("{} show {}", self.kind, self.address)).await
    }

    /// Where it stands, for people.
    pub async fn show_people(&self) -> anyhow::Result<String> {
        self.desk.says(&format!("{} show {}", self.kind, self.address)).await
    }

    /// Checks that it stands where it should, and returns all that is told of it.
    pub async fn stands(&self, standing: &str) -> anyhow::Result<Value> {
        let shown = self.show().await?;
        ensure!(shown["standing"] == standing, "{shown}, expected {standing}");
        Ok(shown)
    }

    /// Has somebody do something with it, and tell programs. `act` is the command's last word and its
    /// options.
    pub async fn does(&self, act: &str, who: &str) -> anyhow::Result<Value> {
        let told = self.desk.tells(&self.line(act, who)).await?;
        let its = told["contract"] == self.address.as_str() && told["block"].is_u64();
        ensure!(its, "{act}: {told}");
        Ok(told)
    }

    /// The same, and tell people.
    pub async fn says(&self, act: &str, who: &str) -> anyhow::Result<String> {
        let said = self.desk.says(&self.line(act, who)).await?;
        ensure!(said.contains("final in block "), "{act}: {said}");
        Ok(said)
    }

    /// Checks that it refuses somebody's act by this name.
    pub async fn refuses(&self, act: &str, who: &str, name: &str) -> anyhow::Result<()> {
        let error = self.desk.fails(&self.line(act, who), 3).await?;
        ensure!(error.contains(&format!("{name}: ")), "{act}: {error}, expected {name}");
        Ok(())
    }

    /// Has somebody enrol an Ethereum key through it and bind it, with an approval of Bob's or Charlie's.
    /// No command says so: `encode` makes the call that its ABI asks for.
    pub async fn enrol(
        &self,
        policy: &str,
        encode: impl FnOnce(IRegent::Request) -> Vec<u8>,
        who: &str,
        approver: &str,
    ) -> anyhow::Result<KeyRecord> {
        let data = hex::encode(encode(self.enrolment(policy).await?));
        let call = format!("contract call {} --data 0x{data} --account {who}", self.address);
        // All that is returned is the request's id.
        let id = text(&self.desk.tells(&call).await?, "returned")?;
        let done = self.desk.carries(&id, approver, who).await?;
        ensure!(done["state"] == "active", "{done}");
        let key = text(&done, "key")?;
        self.does(&format!("bind --key {key}"), who).await?;
        let record = self.key(&key).await?;
        ensure!(record.owner.to_string() == self.account && record.chain_authority, "{record:?}");
        Ok(record)
    }

    /// Has somebody ask for half an ether of its key's; returns the request.
    pub async fn asks(&self, who: &str) -> anyhow::Result<String> {
        text(&self.does(&self.payment(), who).await?, "request")
    }

    /// The same, and tell people.
    pub async fn asks_people(&self, who: &str) -> anyhow::Result<String> {
        asked(&self.says(&self.payment(), who).await?)
    }

    /// Has somebody pay half an ether with its key, whose signature it is.
    pub async fn pays(&self, key: &KeyRecord, who: &str, approver: &str) -> anyhow::Result<()> {
        let id = self.asks(who).await?;
        let done = self.desk.carries(&id, approver, who).await?;
        let signature = done["result"][0].as_str().context("a signature")?;
        let signature = hex::decode(signature.trim_start_matches("0x"))?;
        let found = sender(&transaction(RECIPIENT, 1), &[signature])?;
        ensure!(found == address(&key.token.public_key)?, "the sender is {found:02x?}");
        Ok(())
    }

    /// Checks that nothing is asked of its key while it is frozen.
    pub async fn is_frozen_for(&self, who: &str) -> anyhow::Result<()> {
        self.refuses(&self.payment(), who, "KeyFrozen").await
    }

    /// Has somebody ask for its key's next epoch, and carries that through.
    pub async fn prepares(&self, act: &str, who: &str, approver: &str) -> anyhow::Result<()> {
        let asked = self.does(act, who).await?;
        let done = self.desk.carries(&text(&asked, "request")?, approver, who).await?;
        ensure!(done["state"] == "pending", "{done}");
        Ok(())
    }

    /// Checks that its key is somebody's own in this epoch, and the same key.
    pub async fn has_left_to(&self, key: &KeyRecord, to: &str, epoch: u32) -> anyhow::Result<()> {
        let record = self.key(&key.token.key_id.to_string()).await?;
        let owner = Account::development(to)?;
        ensure!(record.owner == *owner.id() && !record.chain_authority, "{record:?}");
        ensure!((record.token.epoch, record.state) == (epoch, KeyState::Active), "{record:?}");
        ensure!(record.token.public_key == key.token.public_key, "another key");
        Ok(())
    }

    /// A key in finalised state.
    pub async fn key(&self, id: &str) -> anyhow::Result<KeyRecord> {
        let id = id.parse::<KeyId>().map_err(anyhow::Error::msg)?;
        self.client.key(id, None).await?.context("no such key")
    }

    fn line(&self, act: &str, who: &str) -> String {
        let (word, options) = act.split_once(' ').unwrap_or((act, ""));
        format!("{} {word} {} {options} --account {who}", self.kind, self.address)
    }

    /// To ask for half an ether, on the network that policies allow.
    fn payment(&self) -> String {
        let to = checksummed(RECIPIENT);
        let what = format!("--to {to} --amount 0.5ether --chain-id 11155111 --nonce 0");
        format!("submit {what} --lifetime {LIFETIME}")
    }

    /// To enrol an Ethereum key of all agents, under this policy.
    async fn enrolment(&self, policy: &str) -> anyhow::Result<IRegent::Request> {
        let policy = policy.parse::<PolicyHash>().map_err(anyhow::Error::msg)?;
        let tree = tree(self.client).await?;
        let algorithm = Algorithm::EcdsaSecp256k1;
        let head = self.client.finalised_head().await?;
        Ok(IRegent::Request {
            salt: salt(),
            key: Default::default(),
            operation: Operation::Enrol { algorithm, quorum: QUORUM, tree }.encode().into(),
            effect: Effect::default().encode().into(),
            payload: Default::default(),
            policy: policy.0 .0.into(),
            expires: head.number + LIFETIME,
        })
    }
}

/// All agents, as many of them as the first quorum asks for.
async fn tree(client: &Client) -> anyhow::Result<AccessTree> {
    let quorum = client.quorum(QUORUM, None).await?.context("no quorum")?;
    AccessTree::threshold_of_agents(quorum.threshold, &quorum.agents).map_err(anyhow::Error::msg)
}

/// By which agents keys are shared here, as terms name it.
pub async fn sharing(client: &Client) -> anyhow::Result<String> {
    Ok(sharing_hash(QUORUM, &tree(client).await?).to_string())
}

/// The request of which people are told.
pub fn asked(said: &str) -> anyhow::Result<String> {
    let id = behind(said, "request ")?.split_whitespace().next();
    Ok(id.with_context(|| said.to_owned())?.to_owned())
}

fn deployment(kind: &str, file: &str, code: &str) -> String {
    format!("{kind} deploy --file {file} --code {code} --account //Alice")
}

/// Where a contract is that `make contracts` built.
pub fn built(name: &str) -> String {
    format!("../contracts/out/{name}")
}
