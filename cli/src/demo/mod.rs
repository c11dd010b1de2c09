//! The demonstration: one operation after the other on a running network, with what is refused and
//! why, each link of the audit log, and the time of each phase. Its steps serve the end-to-end
//! tests too.

mod actors;
mod bitcoin;
mod documents;
mod ethereum;
mod evidence;
mod inheritance;
mod policies;
mod record;
mod scene;
mod table;

pub use actors::Actors;
pub use policies::{documents as documents_policy, treasury as treasury_policy, Recipients};
pub use record::{OperationRecord, Record};
pub use scene::{Performed, Scene};

use std::{io::Write, path::Path};

use regent_primitives::Algorithm;

use crate::{
    audit_links::Links, error::CliError, network::Network, output::Show, views::EntryView,
};

/// Algorithms of the keys that sign documents and open ciphertexts.
const DOCUMENT_ALGORITHMS: [Algorithm; 5] = [
    Algorithm::Ed25519,
    Algorithm::Sr25519,
    Algorithm::EcdsaP256,
    Algorithm::MlDsa65,
    Algorithm::Aes256Gcm,
];

/// Shows everything, and returns it for others to check. The inheritance is shown with its contract's
/// PolkaVM blob, if there is one; the report on the evidence is written if it is said where.
///
/// # Errors
/// If anything is refused that should not be, or is not refused that should be.
pub async fn run(
    network: &Network,
    contract: Option<Vec<u8>>,
    report: Option<&Path>,
    out: &mut (impl Write + Send),
) -> Result<Record, CliError> {
    let scene = Scene::prepare(network).await?;
    let mut record = Record::new(network.genesis());
    let mut timings = table::Table::default();

    title(out, "Policies")?;
    writeln!(out, "  {}  treasury: transfers to two recipients, up to a limit", scene.treasury)?;
    writeln!(out, "  {}  documents: any message or ciphertext", scene.documents)?;
    writeln!(
        out,
        "  both: requested by Alice, approved by Bob (controller), then by Charlie or Dave (board)"
    )?;

    title(out, "Keys that exist nowhere: enrolled by 3 of 5 agents, seven at a time")?;
    let wanted = [(Algorithm::EcdsaSecp256k1, scene.treasury), (Algorithm::Bip340, scene.treasury)]
        .into_iter()
        .chain(DOCUMENT_ALGORITHMS.into_iter().map(|algorithm| (algorithm, scene.documents)));
    let enrolled = futures::future::try_join_all(
        wanted.map(|(algorithm, policy)| scene.enrol(algorithm, policy)),
    )
    .await?;
    let mut keys = Vec::with_capacity(enrolled.len());
    for performed in enrolled {
        let key = performed.key()?.clone();
        writeln!(out, "  {}", scene::words(&key))?;
        timings.add(&format!("enrol {}", key.token.algorithm.name()), &performed);
        keys.push(key);
    }
    let [ether, taproot, ed25519, sr25519, p256, ml_dsa, aes] = keys.as_slice() else {
        return Err(scene::failed("enrolment", "not as many keys as were wanted"));
    };

    title(out, "An Ethereum transfer")?;
    ethereum::show(&scene, ether, out, &mut record, &mut timings).await?;
    title(out, "A Bitcoin taproot payment")?;
    bitcoin::show(&scene, taproot, out, &mut record, &mut timings).await?;
    title(out, "Documents, four at a time")?;
    let signers = [ed25519, sr25519, p256, ml_dsa];
    let signed =
        futures::future::try_join_all(signers.map(|key| documents::sign(&scene, key))).await?;
    for (key, performed) in signers.into_iter().zip(&signed) {
        documents::report(key, performed, out, &mut record, &mut timings)?;
    }
    title(out, "A secret, sealed and opened by a key that exists nowhere")?;
    let mut last = documents::seal_and_open(&scene, aes, out, &mut record, &mut timings).await?;
    if let Some(code) = contract {
        title(out, "An inheritance: a contract hands a key over, and its address stays")?;
        last = inheritance::show(&scene, code, out, &mut record, &mut timings).await?;
    }

    scene.settle(last).await?;
    title(out, "The audit log, each link checked")?;
    audit(&scene, out).await?;
    title(out, "Milliseconds of each phase")?;
    timings.write(out)?;
    title(out, "Evidence: all of it in one file, verified without a network")?;
    evidence::show(&scene, report, out).await?;
    Ok(record)
}

fn title(out: &mut impl Write, text: &str) -> Result<(), CliError> {
    writeln!(out, "\n{text}")?;
    Ok(out.flush()?)
}

async fn audit(scene: &Scene, out: &mut (impl Write + Send)) -> Result<(), CliError> {
    let at = scene.client.finalised_hash().await?;
    let mut links = Links::default();
    for (entry, hash) in links.advance(&scene.client, at).await? {
        write!(out, "  ")?;
        EntryView { entry: &entry, hash }.text(out)?;
    }
    links.check_head(&scene.client, at).await?;
    writeln!(
        out,
        "  {} entries; every one links to the one before it and to its subject's one before; the \
         last is the head that the chain states: {:?}",
        links.count(),
        links.newest()
    )?;
    Ok(())
}
