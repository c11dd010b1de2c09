//! The members of the consortium, whom no method of the runtime lists: they are read from the state.

use codec::Decode;
use regent_primitives::{AccountId, InstitutionId, H256};
use regent_proof::layout;
use serde::Deserialize;
use serde_json::json;

use crate::{
    client::Client,
    error::{ClientError, Result},
};

/// Members asked for at a time.
const PAGE: usize = 256;
/// Bytes of the hashes of pallet and item, with which a member's key begins.
const MAP_PREFIX: usize = 32;
/// Bytes of an account, with which a member's key ends.
const ACCOUNT: usize = 32;
/// The methods that are asked.
const KEYS: &str = "state_getKeysPaged";
const VALUES: &str = "state_queryStorageAt";

/// What `state_queryStorageAt` answers with, a block an item.
#[derive(Deserialize)]
struct Changes {
    changes: Vec<(String, Option<String>)>,
}

impl Client {
    /// Who acts for whom, by account, at the newest finalised block (`None`) or at a given one. As the
    /// node says: nothing is proven.
    ///
    /// # Errors
    /// If the node cannot be asked, or answers with something else than members.
    pub async fn all_members(&self, at: Option<H256>) -> Result<Vec<(AccountId, InstitutionId)>> {
        // All pages come from one block, so that none is missed or read twice.
        let at = match at {
            Some(at) => at,
            None => self.finalised_hash().await?,
        };
        let mut prefix = layout::member(&AccountId::new([0; ACCOUNT])).bytes().to_vec();
        prefix.truncate(MAP_PREFIX);
        let prefix = hexadecimal(&prefix);
        let mut members = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = [json!(prefix), json!(PAGE), json!(after), json!(format!("{at:?}"))];
            let keys: Vec<String> = self.call_rpc(KEYS, &page).await?;
            let Some(last) = keys.last().cloned() else { break };
            let asked = [json!(keys), json!(format!("{at:?}"))];
            let answer: Vec<Changes> = self.call_rpc(VALUES, &asked).await?;
            let values: Vec<_> = answer.into_iter().flat_map(|block| block.changes).collect();
            if values.len() != keys.len() {
                let reason = format!("{} values for {} keys", values.len(), keys.len());
                return Err(ClientError::Decode { method: VALUES.to_owned(), reason });
            }
            for (key, value) in values {
                let found = member(&key, value.as_deref());
                members.push(found.ok_or_else(|| ClientError::Decode {
                    method: VALUES.to_owned(),
                    reason: format!("{key} is no member's"),
                })?);
            }
            after = Some(last);
        }
        members.sort();
        Ok(members)
    }
}

/// A member, from its key and value in the state.
fn member(key: &str, value: Option<&str>) -> Option<(AccountId, InstitutionId)> {
    let key = hex::decode(key.trim_start_matches("0x")).ok()?;
    let at = key.len().checked_sub(ACCOUNT)?;
    let account = AccountId::new(key.get(at..)?.try_into().ok()?);
    if layout::member(&account).bytes() != key {
        return None;
    }
    let value = hex::decode(value?.trim_start_matches("0x")).ok()?;
    Some((account, InstitutionId::decode(&mut value.as_slice()).ok()?))
}

fn hexadecimal(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use codec::Encode;

    use super::*;

    #[test]
    fn a_member_is_known_by_its_whole_key() {
        let account = AccountId::new([7; 32]);
        let key = hexadecimal(layout::member(&account).bytes());
        let value = hexadecimal(&3u32.encode());
        assert_eq!(member(&key, Some(&value)), Some((account, 3)));
        let agent = layout::agent(regent_primitives::AgentId(H256::repeat_byte(7)));
        assert_eq!(member(&hexadecimal(agent.bytes()), Some(&value)), None);
        assert_eq!(member(&key, None), None);
        assert_eq!(member(&key, Some("0x03")), None);
        assert_eq!(member("0x07", Some(&value)), None);
    }
}
