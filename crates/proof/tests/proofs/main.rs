//! What is believed and what is refused, each lie by its name.

#[path = "../range/mod.rs"]
mod range;
#[path = "../world/mod.rs"]
mod world;

mod anchor;
mod audit;
mod chain;
mod finality;
mod head;
mod justification;
mod mmr;
mod mutations;
mod node;
mod state;
