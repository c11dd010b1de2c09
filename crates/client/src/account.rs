//! Accounts that sign transactions and approvals.

use std::str::FromStr;

use regent_primitives::{
    Approval, BlockNumber, Decision, RequestBody, Signature, SignedApproval, H256,
};
use sp_runtime::{AccountId32, MultiSignature};
use subxt_signer::{polkadot_js_compat, sr25519, SecretUri};

/// Why an account cannot be loaded. Never says what the secret was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// Not a development account.
    #[error("account must be a development account such as //Alice; for any other, use a polkadot-js JSON keystore: secrets are never given as arguments")]
    NotDevelopment,
    /// The derivation path does not parse.
    #[error("account {0:?} is not a derivation path such as //Alice or //Alice//operations")]
    Path(String),
    /// The file is not a polkadot-js account.
    #[error("the keystore is not a polkadot-js JSON account of kind sr25519, version 3: {0}")]
    Keystore(String),
    /// Wrong password.
    #[error("the keystore does not open with this password")]
    Password,
}

/// An sr25519 key pair and its account. The secret is wiped on drop and never shown.
pub struct Account {
    keypair: sr25519::Keypair,
    id: AccountId32,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({})", self.id)
    }
}

/// Bytes before the ciphertext of a polkadot-js account: salt, scrypt parameters and nonce.
const KEYSTORE_HEADER_BYTES: usize = 68;

impl Account {
    /// A development account, whose secret everybody knows: `//Alice` and so on.
    ///
    /// # Errors
    /// If it does not start with `//`, or does not parse.
    pub fn development(path: &str) -> Result<Self, AccountError> {
        if !path.starts_with("//") {
            return Err(AccountError::NotDevelopment);
        }
        // A password would be a secret in an argument.
        if path.contains("///") {
            return Err(AccountError::Path(path.to_owned()));
        }
        let uri = SecretUri::from_str(path).map_err(|_| AccountError::Path(path.to_owned()))?;
        sr25519::Keypair::from_uri(&uri)
            .map(Self::of)
            .map_err(|_| AccountError::Path(path.to_owned()))
    }

    /// An account exported by polkadot-js.
    ///
    /// # Errors
    /// If it is not such a file, or the password is wrong.
    pub fn from_keystore(json: &str, password: &str) -> Result<Self, AccountError> {
        let value: serde_json::Value = serde_json::from_str(json)
            .map_err(|error| AccountError::Keystore(error.to_string()))?;
        let encoded = value
            .get("encoded")
            .and_then(serde_json::Value::as_str)
            .ok_or_else(|| AccountError::Keystore("field `encoded` is missing".to_owned()))?;
        // The decoder below slices the header off without looking: never hand it less.
        if encoded.trim_end_matches('=').len() <= KEYSTORE_HEADER_BYTES * 4 / 3 + 1 {
            return Err(AccountError::Keystore("field `encoded` is too short".to_owned()));
        }
        match polkadot_js_compat::decrypt_json(json, password) {
            Ok(keypair) => Ok(Self::of(keypair)),
            Err(polkadot_js_compat::Error::Secretbox(_)) => Err(AccountError::Password),
            Err(error) => Err(AccountError::Keystore(error.to_string())),
        }
    }

    fn of(keypair: sr25519::Keypair) -> Self {
        let id = AccountId32::new(keypair.public_key().0);
        Self { keypair, id }
    }

    /// The account.
    pub fn id(&self) -> &AccountId32 {
        &self.id
    }

    /// Signs bytes.
    pub fn sign(&self, message: &[u8]) -> Signature {
        MultiSignature::Sr25519(sp_core::sr25519::Signature::from_raw(self.keypair.sign(message).0))
    }

    /// Signs an approval or denial of a request at a stage, valid to the block `expires`
    /// (section 7).
    pub fn approval(
        &self,
        genesis: H256,
        body: &RequestBody,
        stage: u8,
        decision: Decision,
        expires: BlockNumber,
    ) -> SignedApproval {
        let approval = Approval::of(genesis, body, stage, decision, expires);
        let signature = self.sign(approval.message().as_bytes());
        SignedApproval { approval, approver: self.id.clone(), signature }
    }

    /// What signs transactions.
    pub(crate) fn keypair(&self) -> &sr25519::Keypair {
        &self.keypair
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_accounts_are_the_well_known_ones() {
        let alice = Account::development("//Alice").expect("parses");
        assert_eq!(alice.id().to_string(), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
        assert_eq!(format!("{alice:?}"), format!("Account({})", alice.id()));
    }

    #[test]
    fn secrets_are_not_taken_as_accounts() {
        let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
        assert!(matches!(Account::development(phrase), Err(AccountError::NotDevelopment)));
        assert!(matches!(Account::development("//A///secret"), Err(AccountError::Path(_))));
    }

    #[test]
    fn a_keystore_opens_with_its_password_only() {
        // `//Bob`, exported by the Python package substrate-interface.
        let json = include_str!("../testdata/bob.json");
        let bob = Account::from_keystore(json, "correct horse").expect("opens");
        assert_eq!(bob.id(), Account::development("//Bob").expect("parses").id());
        let wrong = Account::from_keystore(json, "correct Horse");
        assert!(matches!(wrong, Err(AccountError::Password)));
    }

    #[test]
    fn a_short_keystore_is_an_error_and_no_panic() {
        for encoded in ["", "AAAA", &"A".repeat(90)] {
            let json = serde_json::json!({
                "encoded": encoded,
                "encoding": {
                    "content": ["pkcs8", "sr25519"],
                    "type": ["scrypt", "xsalsa20-poly1305"],
                    "version": "3"
                },
                "address": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
            });
            assert!(matches!(
                Account::from_keystore(&json.to_string(), "secret"),
                Err(AccountError::Keystore(_))
            ));
        }
    }

    #[test]
    fn a_signed_approval_verifies() {
        use regent_primitives::{Effect, KeyId, Operation, PayloadFormat, PolicyHash};
        let genesis = H256::repeat_byte(7);
        let alice = Account::development("//Alice").expect("parses");
        let body = RequestBody {
            requester: alice.id().clone(),
            salt: [1; 32],
            key: KeyId(H256::repeat_byte(1)),
            epoch: 0,
            operation: Operation::Sign { format: PayloadFormat::Raw },
            payload_hash: H256::zero(),
            effect: Effect::default(),
            policy: PolicyHash(H256::zero()),
            expires: 10,
        };
        let signed = alice.approval(genesis, &body, 0, Decision::Approve, 9);
        assert!(signed.verify());
    }
}
