//! What commands act upon: the node, the enclave, the account, and who hears of progress.

use std::{io::Write, time::Duration};

use regent_client::{flows::Step, Account, Client, EnclaveClient};
use regent_primitives::H256;

use crate::{
    args::{AccountOptions, CommonOptions, NetworkLocation},
    error::CliError,
    genesis::check_chain,
    network::NetworkFile,
    passwords,
};

/// How long a person's transaction waits for room in the institution's quota: three windows.
const QUOTA_PATIENCE: Duration = Duration::from_secs(15);

/// What every command is given.
#[derive(Clone, Debug)]
pub struct Context {
    options: CommonOptions,
}

impl Context {
    /// From the options every command understands.
    pub fn new(options: &CommonOptions) -> Self {
        Self { options: options.clone() }
    }

    /// Whether results are JSON.
    pub const fn json(&self) -> bool {
        self.options.json
    }

    /// Connects to the node, which must be of the chain that is meant, where that is known.
    pub async fn client(&self) -> Result<Client, CliError> {
        let (url, expected) = self.node()?;
        let client = Client::connect(&url).await?.with_quota_patience(QUOTA_PATIENCE);
        check_chain(client.genesis(), expected)?;
        Ok(client)
    }

    /// The chain that is meant, if somebody else than the node says which.
    pub fn genesis(&self) -> Result<Option<H256>, CliError> {
        self.node().map(|(_, genesis)| genesis)
    }

    /// The node's URL and the chain that it must be of. A network file that was not named says nothing
    /// of a node that was.
    fn node(&self) -> Result<(String, Option<H256>), CliError> {
        let NetworkLocation { node, network, genesis, .. } = &self.options.network;
        match (node, network, genesis.0) {
            (Some(url), None, genesis) | (Some(url), _, genesis @ Some(_)) => {
                Ok((url.clone(), genesis))
            }
            (node, _, genesis) => {
                let file = self.network()?;
                let genesis = match genesis {
                    Some(genesis) => genesis,
                    None => genesis_of(&file)?,
                };
                Ok((node.clone().unwrap_or(file.node), Some(genesis)))
            }
        }
    }

    /// The enclave.
    pub fn enclave(&self) -> Result<EnclaveClient, CliError> {
        let url = match &self.options.network.enclave {
            Some(url) => url.clone(),
            None => self.network()?.enclave,
        };
        Ok(EnclaveClient::new(&url)?)
    }

    /// The network file, if one is named or `regent dev` wrote one.
    pub fn network(&self) -> Result<NetworkFile, CliError> {
        let path = match &self.options.network.network {
            Some(path) => path.clone(),
            None => NetworkFile::default_path()?,
        };
        NetworkFile::read(&path).map_err(|error| {
            CliError::input(
                "--node, --enclave or --network",
                format!("name the network ({error}), or start one with `regent dev`"),
            )
        })
    }

    /// The account that acts.
    pub fn account(&self, options: &AccountOptions) -> Result<Account, CliError> {
        if let Some(name) = &options.signer.account {
            return Ok(Account::development(name)?);
        }
        let Some(path) = &options.signer.keystore else {
            return Err(CliError::input("--account", "name an account, or a --keystore"));
        };
        let json = std::fs::read_to_string(path).map_err(|error| CliError::file(path, error))?;
        let password = match &options.password_file {
            Some(file) => passwords::from_file(file)?,
            None => passwords::from_terminal(&format!("password of {}", path.display()))?,
        };
        Ok(Account::from_keystore(&json, &password)?)
    }

    /// The account that acts, and a connection to the node.
    pub async fn actor(&self, options: &AccountOptions) -> Result<(Account, Client), CliError> {
        let account = self.account(options)?;
        Ok((account, self.client().await?))
    }

    /// A line of progress on standard error.
    pub fn say(&self, line: impl std::fmt::Display) {
        if !self.options.manner.quiet {
            // Progress is a courtesy: nothing is lost with it.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    /// Progress of an operation as lines on standard error.
    pub fn progress(&self) -> impl FnMut(Step) + Send + '_ {
        move |step| self.say(format_args!("  {step}"))
    }
}

/// The chain that a network file names.
fn genesis_of(file: &NetworkFile) -> Result<H256, CliError> {
    file.genesis.parse().map_err(|_| {
        let reason = format!("its genesis {:?} is not 0x and 64 hexadecimal digits", file.genesis);
        CliError::input("--network", reason)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genesis::Genesis;

    const NODE: &str = "ws://127.0.0.1:1";

    fn located(location: NetworkLocation) -> Result<(String, Option<H256>), CliError> {
        Context::new(&CommonOptions { network: location, ..Default::default() }).node()
    }

    #[test]
    fn the_chain_is_the_one_given_or_the_network_files() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("network.json");
        let (given, written) = (H256::repeat_byte(1), H256::repeat_byte(2));
        let mut file = NetworkFile {
            node: "ws://127.0.0.1:2".into(),
            nodes: Vec::new(),
            enclave: String::new(),
            genesis: format!("{written:?}"),
            quorum: 0,
            threshold: 1,
            agents: Vec::new(),
            folder: folder.path().to_owned(),
        };
        file.write(&path).expect("written");
        let of = |node: Option<&str>, network: bool, genesis: Option<H256>| {
            located(NetworkLocation {
                node: node.map(str::to_owned),
                enclave: None,
                network: network.then(|| path.clone()),
                genesis: Genesis(genesis),
            })
        };
        let own = || NODE.to_owned();
        assert_eq!(of(None, true, None).expect("named"), (file.node.clone(), Some(written)));
        assert_eq!(of(None, true, Some(given)).expect("named"), (file.node.clone(), Some(given)));
        assert_eq!(of(Some(NODE), true, None).expect("named"), (own(), Some(written)));
        assert_eq!(of(Some(NODE), true, Some(given)).expect("named"), (own(), Some(given)));
        assert_eq!(of(Some(NODE), false, Some(given)).expect("named"), (own(), Some(given)));
        assert_eq!(of(Some(NODE), false, None).expect("named"), (own(), None));

        file.genesis = "0x22".into();
        file.write(&path).expect("written");
        let refused = of(None, true, None).expect_err("no hash").to_string();
        assert!(refused.contains("--network") && refused.contains("0x22"), "{refused}");
    }
}
