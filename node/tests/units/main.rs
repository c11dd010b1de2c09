//! What the node's parts do, without a process.

mod chain_spec;
mod cli;
mod finality;
mod local_agents;
mod runtime_cache;
