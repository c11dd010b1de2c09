//! The evidence part: everything that was shown, in one file that anybody verifies without a network; copies
//! of it in which something is withheld, or was changed; and the report on it.

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

use regent_client::evidence::{ExportOptions, Exported, Filter, Selection};
use regent_evidence::{verify, Bundle, Failure, Field, FieldKind, Trust};
use regent_primitives::H256;
use regent_report::Model;

use super::scene::{failed, Scene};
use crate::{error::CliError, owner_file, report_file::ReportFile};

/// Where it fails, if it does.
const STEP: &str = "the evidence";

/// Exports everything, at a block that stands for one that somebody else named. The report is written if
/// it is said where, and the bundle beside it.
pub(super) async fn show(
    scene: &Scene,
    report: Option<&ReportFile>,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let since = Instant::now();
    let client = &scene.client;
    let (genesis, anchor) = (client.genesis(), client.finalised_head().await?);
    let options = ExportOptions {
        selection: Selection::Matching(Filter::default()),
        genesis: Some(genesis),
        anchor: Some(anchor.hash),
        log_from: Some(0),
        log_entries: BTreeSet::new(),
        people: false,
        ancestors: BTreeSet::new(),
        since: None,
        payloads: true,
    };
    let Exported { bytes, log_count, .. } = client.export_evidence(&options, &mut |_| ()).await?;
    let bundle = Bundle::decode(&bytes).map_err(|error| failed(STEP, error))?;
    writeln!(
        out,
        "  exported  {} operations with {} policies, {} tokens and all {log_count} audit entries: {} \
         bytes ({:.1} s)",
        bundle.operations.len(),
        bundle.policies.len(),
        bundle.tokens.len(),
        bytes.len(),
        since.elapsed().as_secs_f64()
    )?;

    let trust = Trust { genesis, anchor: Some(anchor.hash) };
    let since = Instant::now();
    let verdict = holds(&bytes, trust)?;
    writeln!(
        out,
        "  verified  {verdict}: by the genesis and the hash of block {}, nothing else ({:.1} s)",
        anchor.number,
        since.elapsed().as_secs_f64()
    )?;
    let verdict = holds(&without_approvers(&bundle).encode(), trust)?;
    writeln!(out, "  redacted  who approved, and by what policy: {verdict}")?;

    let (tampered, broken) = refused(bundle.clone(), trust, |copy| {
        let mut approvals = copy.operations.iter_mut().filter_map(|one| one.approvals.as_mut());
        let Some(Field::Disclosed { value, .. }) = approvals.next() else { return false };
        let Some(last) = value.last_mut() else { return false };
        *last ^= 1;
        true
    })?;
    tell(out, "a copy in which one byte of an approval was changed", &broken)?;
    let (_, broken) = refused(bundle.clone(), trust, |copy| {
        let entries = &mut copy.log.entries;
        let there = entries.len() > 1;
        if there {
            entries.remove(1);
        }
        there
    })?;
    tell(out, "a copy in which an entry of the audit log is missing", &broken)?;
    match report {
        Some(file) => {
            write_report(&bundle, &bytes, trust, file, out)?;
            write_bundles(&bytes, &tampered, (genesis, anchor.hash), &file.path, out)
        }
        None => Ok(()),
    }
}

/// A copy that does not say who approved: the log's entries, and the histories made of them, name people.
fn without_approvers(bundle: &Bundle) -> Bundle {
    let mut bundle = bundle.clone();
    bundle.log.from = bundle.log.count;
    bundle.log.entries.clear();
    let mut bundle = bundle.seal();
    bundle.redact(|path| {
        matches!(path.kind, FieldKind::Approvals | FieldKind::History | FieldKind::Policy)
    });
    bundle
}

/// Writes what a supervisor reads, and says what stands first in it.
fn write_report(
    bundle: &Bundle,
    bytes: &[u8],
    trust: Trust,
    file: &ReportFile,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let model = Model::new(Some(bundle), &verify(bytes, trust), trust);
    let written = file.format.render(&model)?;
    owner_file::replace(&file.path, &written)?;
    let (name, size) = (file.path.display(), written.len());
    writeln!(out, "  report    {name}, {size} bytes: its first page says “{}”", model.headline())?;
    Ok(())
}

/// What is said of a bundle that must hold.
fn holds(bytes: &[u8], trust: Trust) -> Result<String, CliError> {
    let report = verify(bytes, trust);
    match report.first_failure() {
        None => Ok(report.to_string()),
        Some(failure) => Err(failed(STEP, failure)),
    }
}

/// Writes the bundle and the copy in which an approval was changed beside the report, for others to verify,
/// and says by which commands: `known` is the genesis and the anchor.
fn write_bundles(
    bytes: &[u8],
    tampered: &[u8],
    known: (H256, H256),
    report: &Path,
    out: &mut (impl Write + Send),
) -> Result<(), CliError> {
    let (bundle, copy) = (beside(report, ""), beside(report, "-tampered"));
    owner_file::replace(&bundle, bytes)?;
    owner_file::replace(&copy, tampered)?;
    let (bundle, copy) = (bundle.display(), copy.display());
    let (genesis, anchor) = known;
    let judged = format!("{bundle} --genesis {genesis:?} --anchor {anchor:?}");
    writeln!(out, "  bundle    {bundle}, {} bytes", bytes.len())?;
    writeln!(out, "  verify    regent evidence verify {judged}")?;
    writeln!(out, "  verify    python tests/python/evidence_verify.py {judged}")?;
    writeln!(out, "  tampered  {copy}: the one in which a byte of an approval was changed")?;
    Ok(())
}

/// A bundle's file in the folder of a report, named like it.
fn beside(report: &Path, what: &str) -> PathBuf {
    let mut name = report.file_stem().unwrap_or_default().to_owned();
    name.push(what);
    name.push(".evidence");
    report.with_file_name(name)
}

/// A copy that was tampered with, and the rule by which it is refused.
fn refused(
    mut copy: Bundle,
    trust: Trust,
    tamper: impl FnOnce(&mut Bundle) -> bool,
) -> Result<(Vec<u8>, Failure), CliError> {
    if !tamper(&mut copy) {
        return Err(failed(STEP, "there is nothing to tamper with"));
    }
    // Who tampers sets the id right, too.
    let bytes = copy.seal().encode();
    let report = verify(&bytes, trust);
    let failure = report.first_failure().cloned();
    failure
        .map(|failure| (bytes, failure))
        .ok_or_else(|| failed(STEP, "a forged copy was not refused"))
}

fn tell(out: &mut impl Write, what: &str, failure: &Failure) -> Result<(), CliError> {
    let rule = failure.rule;
    Ok(writeln!(out, "  refused   {what}: {rule}: {}", rule.meaning())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_stand_beside_the_report_and_are_named_like_it() {
        let report = Path::new("/there/demo.report.html");
        assert_eq!(beside(report, ""), Path::new("/there/demo.report.evidence"));
        assert_eq!(beside(report, "-tampered"), Path::new("/there/demo.report-tampered.evidence"));
        assert_eq!(beside(Path::new("demo.pdf"), ""), Path::new("demo.evidence"));
    }
}
