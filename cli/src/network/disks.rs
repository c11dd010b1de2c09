//! What somebody finds who takes the agents' disks, with the devices that hold their keys.

use std::{fs, path::Path};

use codec::Encode;
use regent_primitives::{AgentId, Epoch, RegenToken};
use serde::Deserialize;

use super::{
    agents::{ask, in_background},
    options::private_folder,
    Network, NetworkError,
};
use crate::units::hexadecimal;

/// What a disk makes of a token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Regenerated {
    /// The token's epoch.
    pub epoch: Epoch,
    /// Leaves of the disk's agent that have a part in the token.
    pub leaves: usize,
    /// Of these, those whose share is regenerated, and fits what the token commits to.
    pub regenerated: usize,
}

/// The disk of an agent, as somebody has it who took it.
#[derive(Clone, Debug)]
pub struct TakenDisk {
    /// Name of the agent's process.
    pub name: String,
    /// The agent.
    pub agent: AgentId,
    /// What is made of each token.
    pub found: Vec<Regenerated>,
}

impl Network {
    /// Kills every agent, copies its disk as it is then, and has the agent's program regenerate the shares
    /// of tokens from the copy. Where agents have TPMs, each copy is tried with its own.
    ///
    /// # Errors
    /// If a disk cannot be copied, or a copy is not opened.
    pub async fn take_disks(
        &mut self,
        tokens: &[&RegenToken],
    ) -> Result<Vec<TakenDisk>, NetworkError> {
        let agents = self.agents().to_vec();
        for agent in &agents {
            self.kill(&agent.name).await?;
        }
        // Beside the disks: what is on them is as private as they are.
        let copies = tempfile::Builder::new()
            .prefix("taken-")
            .tempdir_in(self.folder())
            .map_err(|source| NetworkError::file(self.folder(), source))?;
        let mut tried = Vec::with_capacity(agents.len());
        for agent in &agents {
            let program = self.agents.command(agent)?.program;
            let (agent_of, copied) = (agent.clone(), copies.path().join(&agent.name));
            let arguments = arguments(tokens);
            tried.push(in_background(agent, move || {
                copy(&agent_of.folder, &copied)?;
                let configuration = copied.join("agent.toml");
                let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
                // Its JSON has no space in it.
                let read = |word: &str| serde_json::from_str::<Vec<Regenerated>>(word).ok();
                let name = &agent_of.name;
                let found =
                    ask(name, &program, &configuration, &words, "what it makes of tokens", read)?;
                Ok(TakenDisk { name: agent_of.name, agent: agent_of.id, found })
            }));
        }
        futures::future::try_join_all(tried).await
    }
}

fn arguments(tokens: &[&RegenToken]) -> Vec<String> {
    let named = tokens.iter().flat_map(|token| ["--token".to_owned(), hexadecimal(token.encode())]);
    std::iter::once("check-token".to_owned()).chain(named).collect()
}

/// Copies a folder with everything in it, and the modes of its files.
fn copy(from: &Path, to: &Path) -> Result<(), NetworkError> {
    let of = |source| NetworkError::file(from, source);
    private_folder(to)?;
    for entry in fs::read_dir(from).map_err(of)? {
        let entry = entry.map_err(of)?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().map_err(of)?.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(|error| NetworkError::file(source, error))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_copied_with_everything_on_it() {
        let base = tempfile::tempdir().expect("temporary folder");
        let (from, to) = (base.path().join("agent-0"), base.path().join("copy"));
        fs::create_dir_all(from.join("state")).expect("made");
        fs::write(from.join("agent.toml"), "a = 1").expect("written");
        fs::write(from.join("state/agent.redb"), [7; 5]).expect("written");
        copy(&from, &to).expect("copied");
        assert_eq!(fs::read(to.join("agent.toml")).expect("read"), b"a = 1");
        assert_eq!(fs::read(to.join("state/agent.redb")).expect("read"), [7; 5]);
        copy(&base.path().join("none"), &to).expect_err("there is no such disk");
    }

    #[test]
    fn what_an_agent_says_of_tokens_is_read() {
        let said = r#"[{"epoch":1,"key":"0x00","leaves":2,"regenerated":1}]"#;
        let read: Vec<Regenerated> = serde_json::from_str(said).expect("as it is said");
        assert_eq!(read, [Regenerated { epoch: 1, leaves: 2, regenerated: 1 }]);
    }
}
