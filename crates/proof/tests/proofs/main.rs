//! What is believed and what is refused, each lie by its name.

#[path = "../world/mod.rs"]
mod world;

mod anchor;
mod audit;
mod chain;
mod finality;
mod head;
mod justification;
mod mutations;
mod node;
mod state;
