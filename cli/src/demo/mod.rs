//! The demonstration: one operation after the other on a running network, meanwhile what contracts do
//! with keys, with what is refused and why, each link of the audit log, and the time of each phase. Its
//! steps serve the end-to-end tests too.

mod actors;
mod aside;
mod bitcoin;
mod documents;
mod ethereum;
mod evidence;
mod inheritance;
mod keeper;
mod policies;
mod record;
mod retirement;
mod sale;
mod scene;
mod steps;
mod table;

pub use actors::Actors;
pub use policies::{documents as documents_policy, treasury as treasury_policy, Recipients};
pub use record::{OperationRecord, Record, RetirementRecord};
pub use scene::{Performed, Scene};

use std::io::Write;

use regent_primitives::{Algorithm, RequestId};

use self::{aside::Aside, table::Table};
use crate::{
    audit_links::Links, error::CliError, network::Network, output::Show, report_file::ReportFile,
    views::EntryView,
};

/// Algorithms of the keys that sign documents and open ciphertexts.
const DOCUMENT_ALGORITHMS: [Algorithm; 5] = [
    Algorithm::Ed25519,
    Algorithm::Sr25519,
    Algorithm::EcdsaP256,
    Algorithm::MlDsa65,
    Algorithm::Aes256Gcm,
];

/// PolkaVM blobs of the contracts that are shown, as far as they are there.
#[derive(Clone, Debug, Default)]
pub struct Contracts {
    /// Of the inheritance.
    pub inheritance: Option<Vec<u8>>,
    /// Of the sale.
    pub sale: Option<Vec<u8>>,
}

/// Shows everything, and returns it for others to check. What contracts do is under way from the
/// beginning, as most of it is waiting for blocks, and is shown once the operations were. The report on
/// the evidence is written if it is said where. Where a key was inherited, the agents do not run any more
/// at the end: their disks are tried with its former token.
///
/// # Errors
/// If anything is refused that should not be, or is not refused that should be.
pub async fn run(
    network: &mut Network,
    contracts: Contracts,
    report: Option<&ReportFile>,
    out: &mut (impl Write + Send),
) -> Result<Record, CliError> {
    let scene = Scene::prepare(network).await?;
    let mut record = Record::new(network.genesis());
    let mut timings = Table::default();

    title(out, "Policies")?;
    writeln!(out, "  {}  treasury: transfers to two recipients, up to a limit", scene.treasury)?;
    writeln!(out, "  {}  documents: any message or ciphertext", scene.documents)?;
    writeln!(
        out,
        "  both: requested by Alice, approved by Bob (controller), then by Charlie or Dave (board)"
    )?;

    let aside = || Aside::new(network.genesis());
    let (mut inherited, mut sold) = (aside(), aside());
    let Contracts { inheritance, sale } = contracts;
    let ended = tokio::try_join!(
        operations(&scene, out, &mut record, &mut timings),
        async {
            let Some(code) = inheritance else { return Ok(None) };
            let Aside { out, record, timings } = &mut inherited;
            inheritance::show(&scene, &code, out, record, timings).await.map(Some)
        },
        async {
            let Some(code) = sale else { return Ok(None) };
            let Aside { out, record, timings } = &mut sold;
            sale::show(&scene, &code, out, record, timings).await.map(Some)
        },
    );
    // Where one failed, what the others did so far is of use.
    for aside in [inherited, sold] {
        aside.show(out, &mut record, &mut timings)?;
    }
    let (last, inheritance, buyers) = ended?;
    let (heirs, handed) = inheritance.unzip();
    let last = [Some(last), heirs, buyers].into_iter().flatten();
    tokio::try_join!(
        futures::future::try_join_all(last.map(|id| scene.settle(id))),
        retirement::wait(network, &scene, handed.as_ref()),
    )?;

    title(out, "The audit log, each link checked")?;
    audit(&scene, out).await?;
    title(out, "Milliseconds of each phase, where much is under way at the same time")?;
    timings.write(out)?;
    title(out, "Evidence: all of it in one file, verified without a network")?;
    evidence::show(&scene, report, out).await?;
    if let Some(handed) = &handed {
        title(out, "Eve's former token, tried with every agent's disk and TPM")?;
        retirement::show(network, handed, out, &mut record).await?;
    }
    Ok(record)
}

/// Shows what keys are used for by their owner; returns the last request.
async fn operations(
    scene: &Scene,
    out: &mut (impl Write + Send),
    record: &mut Record,
    timings: &mut Table,
) -> Result<RequestId, CliError> {
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
    ethereum::show(scene, ether, out, record, timings).await?;
    title(out, "A Bitcoin taproot payment")?;
    bitcoin::show(scene, taproot, out, record, timings).await?;
    title(out, "Documents, four at a time")?;
    let signers = [ed25519, sr25519, p256, ml_dsa];
    let signed =
        futures::future::try_join_all(signers.map(|key| documents::sign(scene, key))).await?;
    for (key, performed) in signers.into_iter().zip(&signed) {
        documents::report(key, performed, out, record, timings)?;
    }
    title(out, "A secret, sealed and opened by a key that exists nowhere")?;
    documents::seal_and_open(scene, aes, out, record, timings).await
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
