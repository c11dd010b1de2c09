//! What commands act upon: the node, the enclave, the account, and who hears of progress.

use std::{io::Write, time::Duration};

use regent_client::{flows::Step, Account, Client, EnclaveClient};

use crate::{
    args::{AccountOptions, CommonOptions},
    error::CliError,
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

    /// Connects to the node.
    pub async fn client(&self) -> Result<Client, CliError> {
        let url = match &self.options.network.node {
            Some(url) => url.clone(),
            None => self.network()?.node,
        };
        Ok(Client::connect(&url).await?.with_quota_patience(QUOTA_PATIENCE))
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
