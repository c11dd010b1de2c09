//! `regent validator keys`

use std::io::Write;

use clap::Args;
use regent_client::{
    calls,
    validators::{in_office_after, NewKeys, Seat, Validators},
    Client, ClientError,
};
use regent_primitives::{AccountId, SessionKeys};

use crate::{
    args::AccountOptions, context::Context, error::CliError, output::show, views::KeysSet,
};

/// Options of `regent validator keys`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
The node that is asked makes the keys and keeps their secrets: name your validator's own, at an RPC endpoint that
only its own machine reaches, since nodes make no keys for others. It goes on with its former keys until the new
ones are in office, which this tells.

Examples:
  regent validator keys --node ws://127.0.0.1:9944 --keystore validator.json
  regent validator keys --node ws://127.0.0.1:9944 --keystore validator.json --new-node")]
pub struct Options {
    /// The validator moves to this node, which has not its present keys: the former node has to go on until
    /// the new keys are in office.
    #[arg(long)]
    pub new_node: bool,
    /// Whose account signs: the one that holds the seat.
    #[command(flatten)]
    pub account: AccountOptions,
}

/// Has the node make new session keys, and sets them.
pub async fn run(
    options: &Options,
    context: &Context,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (account, client) = context.actor(&options.account).await?;
    let holder = account.id();
    let validators = client.validators(None).await?;
    // Before the node makes keys that nobody may set, or that are of no use there.
    let Seat { institution, keys: present, .. } = *seat_of(holder, &validators)?;
    if let Some(present) = present.filter(|_| !options.new_node) {
        check_node(&client, &present).await?;
    }
    let made = client.rotate_session_keys(holder).await;
    let NewKeys { keys, proof } = made.map_err(elsewhere)?;
    let call = calls::session::set_keys(keys, proof);
    let block = client.submit_finalised(&account, call).await?.number;
    let after = in_office_after(validators.session_length, block);
    let set = KeysSet { institution, holder: holder.clone(), keys, block, after };
    show(out, context.json(), &set)
}

/// The seat that an account holds.
fn seat_of<'a>(who: &AccountId, validators: &'a Validators) -> Result<&'a Seat, CliError> {
    let seat = validators.seats.iter().find(|seat| seat.holder == *who);
    let reason = match seat {
        Some(seat) if seat.active => return Ok(seat),
        Some(Seat { institution, .. }) => format!(
            "{who} holds the seat of institution {institution}, which is suspended; governance must resume \
             it first"
        ),
        None => format!(
            "{who} holds no validator's seat; sign as an account that `regent validator list` shows, or have \
             governance give it its institution's seat"
        ),
    };
    Err(CliError::Refused(vec![reason]))
}

/// Checks that the node is the one that validates now.
async fn check_node(client: &Client, present: &SessionKeys) -> Result<(), CliError> {
    if client.has_session_keys(present).await.map_err(elsewhere)? {
        return Ok(());
    }
    let reason = format!(
        "the node at {} has not the secrets of the keys that the validator has now; name its own node, or give \
         --new-node if it moves to this one",
        client.url()
    );
    Err(CliError::input("--node", reason))
}

/// A node refuses such questions at an endpoint that other machines reach.
fn elsewhere(error: ClientError) -> CliError {
    match error {
        ClientError::Rpc { .. } => {
            let reason = format!(
                "{error}; name your validator's own node, at an RPC endpoint that only its own machine reaches"
            );
            CliError::input("--node", reason)
        }
        error => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_holder_of_an_active_institutions_seat_sets_keys() {
        let [alice, bob, eve] = [1, 2, 3].map(|number| AccountId::new([number; 32]));
        let seat = |institution, active, holder: &AccountId| Seat {
            institution,
            active,
            holder: holder.clone(),
            keys: None,
        };
        let validators = Validators {
            block: 1,
            session_length: 40,
            present: Vec::new(),
            next: Vec::new(),
            seats: vec![seat(0, true, &alice), seat(1, false, &bob)],
        };
        assert_eq!(seat_of(&alice, &validators).expect("a seat"), &validators.seats[0]);
        for (who, reason) in
            [(&bob, "institution 1, which is suspended"), (&eve, "no validator's seat")]
        {
            let refused = seat_of(who, &validators).expect_err("no seat");
            assert_eq!(refused.exit_code(), 3);
            let text = refused.to_string();
            assert!(text.contains(reason) && text.contains("governance"), "{text}");
        }
    }

    #[test]
    fn a_node_that_refuses_is_asked_from_elsewhere() {
        let method = "author_rotateKeysWithOwner".to_owned();
        let reason = "RPC call is unsafe to be called externally (-32601)".to_owned();
        let refused = elsewhere(ClientError::Rpc { method, reason });
        assert_eq!(refused.exit_code(), 2);
        let text = refused.to_string();
        assert!(text.starts_with("--node: ") && text.contains("own machine"), "{text}");
        let (url, reason) = ("ws://127.0.0.1:1".to_owned(), "gone".to_owned());
        assert_eq!(elsewhere(ClientError::Connection { url, reason }).exit_code(), 5);
    }
}
