//! How large a network is.

use std::{fmt, str::FromStr};

use clap::ValueEnum;
use regent_cli::network::Chain;

/// A threshold of a number of agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuorumSize {
    /// How many must take part.
    pub threshold: u16,
    /// Of how many.
    pub agents: usize,
}

impl fmt::Display for QuorumSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.threshold, self.agents)
    }
}

impl FromStr for QuorumSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("found {text:?}, expected a threshold of agents, such as 3/5");
        let (threshold, agents) = text.split_once('/').ok_or_else(wrong)?;
        let size = Self {
            threshold: threshold.parse().map_err(|_| wrong())?,
            agents: agents.parse().map_err(|_| wrong())?,
        };
        if size.threshold == 0 || usize::from(size.threshold) > size.agents {
            return Err(wrong());
        }
        Ok(size)
    }
}

/// How many validators finalise the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Validators {
    /// The development chain: one institution, to which all accounts belong.
    #[value(name = "1")]
    One,
    /// The local chain: four, an institution each. Agents are spread over their nodes.
    #[value(name = "4")]
    Four,
}

impl Validators {
    /// How many.
    pub const fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::Four => 4,
        }
    }

    /// Their chain.
    pub const fn chain(self) -> Chain {
        match self {
            Self::One => Chain::Development,
            Self::Four => Chain::Local,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quorum_is_a_threshold_of_its_agents() {
        let size: QuorumSize = "43/64".parse().expect("a size");
        assert_eq!(size, QuorumSize { threshold: 43, agents: 64 });
        assert_eq!(size.to_string(), "43/64");
        for wrong in ["", "3", "3/", "0/5", "6/5", "-1/5", "3/5/7"] {
            assert!(wrong.parse::<QuorumSize>().is_err(), "{wrong}");
        }
    }
}
