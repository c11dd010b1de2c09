//! What the process is told: flags only, no file. The enclave reads no disk.

use std::{net::SocketAddr, sync::Arc};

use clap::{Parser, ValueEnum};
use regent_primitives::{
    session::{is_endpoint, Endpoint},
    BlockNumber, H256,
};
use regent_proof::TrustedBlock;

use crate::attester::{simulated::Simulated, Attester};

/// Command line of `regent-enclave`.
#[derive(Clone, Debug, Parser)]
#[command(name = "regent-enclave", version, about, long_about = None)]
pub struct Options {
    /// Address to listen on, for requesters and agents.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9955")]
    pub listen: SocketAddr,

    /// Hash of the chain's block 0, 64 hexadecimal digits.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub genesis: H256,

    /// A later block of the chain that is trusted like the first, so that proofs begin there: height and
    /// hash, which an institution vouches for. Only with `--attester simulated`: no evidence states it.
    #[arg(long, value_name = "NUMBER:HASH", value_parser = parse_checkpoint)]
    pub checkpoint: Option<TrustedBlock>,

    /// BLAKE2b-256 of a runtime code that was reviewed, 64 hexadecimal digits; may be given several
    /// times. Nothing is done on the word of another. With `--insecure-development` it may be left out:
    /// any code's word is taken then.
    #[arg(long, value_name = "HASH", value_parser = parse_hash)]
    pub known_code: Vec<H256>,

    /// What attests this process. `simulated` proves nothing: for development.
    #[arg(long, value_enum)]
    pub attester: AttesterKind,

    /// URL at which agents reach this process, where it is not `http://` and the address listened
    /// on.
    #[arg(long, value_name = "URL", value_parser = parse_endpoint)]
    pub endpoint: Option<Endpoint>,

    /// Sessions that may be open at a time.
    #[arg(long, value_name = "COUNT", default_value_t = 256)]
    pub maximum_sessions: u16,

    /// Blocks a session may live, of 500 ms each.
    #[arg(long, value_name = "BLOCKS", default_value_t = 7_200)]
    pub maximum_lifetime: BlockNumber,

    /// Blocks, of 500 ms each, for which a session keeps its place though nothing was proven for it: from
    /// then on it gives way to another if all places are taken.
    #[arg(long, value_name = "BLOCKS", default_value_t = 120)]
    pub unproven_lifetime: BlockNumber,

    /// How to write the log.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// Start although the kernel refuses to lock memory, to shut off files or to filter system calls:
    /// a warning then, where otherwise the enclave does not start. Take the word of any runtime code if
    /// no `--known-code` is given. Only with `--attester simulated`.
    #[arg(long)]
    pub insecure_development: bool,

    /// Abort at this point of the next operation, for tests of what follows. Only with
    /// `--attester simulated`.
    #[arg(long, value_enum, hide = true)]
    pub insecure_crash_at: Option<CrashPoint>,
}

impl Options {
    /// A switch that is set and that an enclave with evidence must not be told by its host.
    fn weak_switch(&self) -> Option<&'static str> {
        let weak = [
            (self.insecure_development, "--insecure-development"),
            (self.insecure_crash_at.is_some(), "--insecure-crash-at"),
            // Whoever starts the process could name a block of another chain.
            (self.checkpoint.is_some(), "--checkpoint"),
        ];
        weak.into_iter().find(|(set, _)| *set).map(|(_, flag)| flag)
    }
}

/// Kinds of attester.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AttesterKind {
    /// Proves nothing.
    Simulated,
}

impl AttesterKind {
    /// The attester.
    pub fn build(self) -> Arc<dyn Attester> {
        match self {
            Self::Simulated => Arc::new(Simulated),
        }
    }
}

/// How to write the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Where to abort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CrashPoint {
    /// A satisfying set of shares has arrived and is open, nothing is combined.
    AfterShares,
    /// The shares are combined, nothing is done yet.
    MidOperation,
}

impl CrashPoint {
    /// Aborts the process if this is the point it was told to abort at.
    pub(crate) fn reached(self, told: Option<Self>) {
        if told == Some(self) {
            tracing::error!(point = ?self, "aborting, as --insecure-crash-at asks");
            std::process::abort();
        }
    }
}

/// What the enclave needs to know.
#[derive(Clone)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Hash of block 0.
    pub genesis: H256,
    /// A later block that is trusted like block 0.
    pub checkpoint: Option<TrustedBlock>,
    /// BLAKE2b-256 of each runtime code that was reviewed.
    pub known_code: Vec<H256>,
    /// Whether the word of any code is taken: for development.
    pub(crate) insecure_any_code: bool,
    /// What attests it.
    pub attester: Arc<dyn Attester>,
    /// Where agents reach it; `None` for the address listened on.
    pub endpoint: Option<Endpoint>,
    /// Sessions open at a time.
    pub maximum_sessions: usize,
    /// Blocks a session may live.
    pub maximum_lifetime: BlockNumber,
    /// Blocks for which a session keeps its place though nothing was proven for it.
    pub unproven_lifetime: BlockNumber,
    /// Where to abort.
    pub(crate) crash_at: Option<CrashPoint>,
}

/// Flags that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A weak switch without a reason.
    #[error(
        "{flag}: allowed only with --attester simulated; leave it out, it weakens this enclave"
    )]
    NotSimulated {
        /// The switch.
        flag: &'static str,
    },
    /// No runtime code whose word could be taken.
    #[error(
        "--known-code: missing; give the hash of each runtime code that was reviewed, or \
         --insecure-development"
    )]
    NoKnownCode,
    /// Nowhere for agents to deliver to.
    #[error(
        "--endpoint: missing, and --listen {0} is no address that agents can reach; give the URL \
         they should use"
    )]
    NoEndpoint(SocketAddr),
}

impl Settings {
    /// For an enclave on a free local port, without weak switches, for a chain with one of these runtime
    /// codes.
    pub fn local(genesis: H256, known_code: Vec<H256>, attester: Arc<dyn Attester>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            genesis,
            checkpoint: None,
            known_code,
            insecure_any_code: false,
            attester,
            endpoint: None,
            maximum_sessions: 256,
            maximum_lifetime: 7_200,
            unproven_lifetime: 120,
            crash_at: None,
        }
    }

    /// What the flags say.
    ///
    /// # Errors
    /// [`ConfigError::NotSimulated`], [`ConfigError::NoKnownCode`]. That agents can reach the endpoint is
    /// checked at start.
    pub fn from_options(options: &Options) -> Result<Self, ConfigError> {
        let attester = options.attester.build();
        if let Some(flag) = options.weak_switch().filter(|_| !attester.is_simulated()) {
            return Err(ConfigError::NotSimulated { flag });
        }
        let no_code = options.known_code.is_empty();
        if no_code && !options.insecure_development {
            return Err(ConfigError::NoKnownCode);
        }
        Ok(Self {
            listen: options.listen,
            genesis: options.genesis,
            checkpoint: options.checkpoint,
            known_code: options.known_code.clone(),
            insecure_any_code: no_code,
            attester,
            endpoint: options.endpoint.clone(),
            maximum_sessions: usize::from(options.maximum_sessions),
            maximum_lifetime: options.maximum_lifetime,
            unproven_lifetime: options.unproven_lifetime,
            crash_at: options.insecure_crash_at,
        })
    }

    /// Whether the word of any runtime code is taken.
    pub const fn takes_any_code(&self) -> bool {
        self.insecure_any_code
    }

    /// Where agents reach an enclave that listens here.
    pub(crate) fn endpoint_at(&self, bound: SocketAddr) -> Result<Endpoint, ConfigError> {
        match &self.endpoint {
            Some(endpoint) => Ok(endpoint.clone()),
            None if bound.ip().is_unspecified() => Err(ConfigError::NoEndpoint(bound)),
            None => Endpoint::try_from(format!("http://{bound}").into_bytes())
                .map_err(|_| ConfigError::NoEndpoint(bound)),
        }
    }
}

fn parse_hash(text: &str) -> Result<H256, String> {
    let mut hash = H256::zero();
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode_to_slice(digits, hash.as_bytes_mut())
        .map_err(|_| "expected 64 hexadecimal digits, with or without 0x".to_owned())?;
    Ok(hash)
}

fn parse_checkpoint(text: &str) -> Result<TrustedBlock, String> {
    let (number, hash) = text
        .split_once(':')
        .ok_or_else(|| "expected a height and a hash with a colon between".to_owned())?;
    let number = number
        .parse::<BlockNumber>()
        .ok()
        .filter(|number| *number != 0)
        .ok_or_else(|| "expected a height of at least 1; block 0 is --genesis".to_owned())?;
    Ok(TrustedBlock { number, hash: parse_hash(hash)? })
}

fn parse_endpoint(text: &str) -> Result<Endpoint, String> {
    let found = text.len();
    let endpoint = Endpoint::try_from(text.as_bytes().to_vec())
        .map_err(|_| format!("found {found} bytes, expected at most 128"))?;
    if is_endpoint(&endpoint) {
        Ok(endpoint)
    } else {
        Err("expected an http:// or https:// URL with a host and without user name".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENESIS: &str = "0x0707070707070707070707070707070707070707070707070707070707070707";

    fn parse(more: &[&str]) -> Result<Options, clap::Error> {
        let base = ["regent-enclave", "--genesis", GENESIS, "--attester", "simulated"];
        Options::try_parse_from(base.iter().chain(more))
    }

    #[test]
    fn genesis_and_attester_are_asked_for() {
        assert!(Options::try_parse_from(["regent-enclave"]).is_err());
        assert!(Options::try_parse_from(["regent-enclave", "--genesis", GENESIS]).is_err());
        let short = ["regent-enclave", "--genesis", "0x12", "--attester", "simulated"];
        let error = Options::try_parse_from(short).unwrap_err().to_string();
        assert!(error.contains("expected 64 hexadecimal digits"));
        let options = parse(&[]).unwrap();
        assert_eq!(options.genesis, H256([7; 32]));
        assert_eq!(options.attester, AttesterKind::Simulated);
        assert!(options.insecure_crash_at.is_none());
    }

    #[test]
    fn endpoints_are_urls_that_agents_can_reach() {
        assert!(parse(&["--endpoint", "https://enclave.example:443/rpc"]).is_ok());
        assert!(parse(&["--endpoint", "ftp://enclave.example"]).is_err());
        assert!(parse(&["--endpoint", "http://user@enclave.example"]).is_err());
        let open = ["--listen", "0.0.0.0:1", "--known-code", GENESIS];
        let settings = Settings::from_options(&parse(&open).unwrap()).unwrap();
        let error = settings.endpoint_at(settings.listen).unwrap_err();
        assert!(error.to_string().contains("--endpoint: missing"));
        let bound = SocketAddr::from(([127, 0, 0, 1], 80));
        assert_eq!(settings.endpoint_at(bound).unwrap().as_slice(), b"http://127.0.0.1:80");
    }

    #[test]
    fn code_is_known_by_its_hash_except_in_development() {
        let settings = |more: &[&str]| Settings::from_options(&parse(more).unwrap());
        assert!(matches!(settings(&[]), Err(ConfigError::NoKnownCode)));
        let named = settings(&["--known-code", GENESIS, "--insecure-development"]).unwrap();
        assert_eq!((named.known_code, named.insecure_any_code), (vec![H256([7; 32])], false));
        assert!(settings(&["--insecure-development"]).unwrap().insecure_any_code);
    }

    #[test]
    fn a_checkpoint_has_a_height_and_a_hash() {
        let hash = H256([7; 32]);
        let checkpoint = parse(&["--checkpoint", &format!("9:{GENESIS}")]).unwrap().checkpoint;
        assert_eq!(checkpoint, Some(TrustedBlock { number: 9, hash }));
        assert!(parse(&["--checkpoint", &format!("0:{GENESIS}")]).is_err());
        assert!(parse(&["--checkpoint", GENESIS]).is_err());
    }

    #[test]
    fn what_no_evidence_states_is_a_weak_switch() {
        assert_eq!(parse(&["--known-code", GENESIS]).unwrap().weak_switch(), None);
        let checkpoint = format!("9:{GENESIS}");
        for set in [
            &["--insecure-development"][..],
            &["--insecure-crash-at", "mid-operation"],
            &["--checkpoint", checkpoint.as_str()],
        ] {
            let options = parse(set).unwrap();
            assert_eq!(options.weak_switch(), Some(set[0]));
        }
        let error = ConfigError::NotSimulated { flag: "--checkpoint" };
        assert!(error.to_string().contains("allowed only with --attester simulated"));
    }

    #[test]
    fn weak_switches_are_off_and_the_crash_switch_is_hidden() {
        use clap::CommandFactory;
        assert!(!parse(&[]).unwrap().insecure_development);
        let help = Options::command().render_long_help().to_string();
        assert!(!help.contains("insecure-crash-at"));
        assert!(parse(&["--insecure-crash-at", "mid-operation"]).is_ok());
    }
}
