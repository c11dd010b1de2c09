//! How long a TPM takes over a generation, in the two steps of [`RootProvider`]: what an agent pays
//! for a release on top of its disk. Makes an NV index of its own and removes it again; every
//! generation writes to the TPM's memory once, which wears.
//!
//! `cargo run --release -p regent-root-tpm --example commit_time -- device:/dev/tpmrm0 100`

use std::time::{Duration, Instant};

use rand_core::OsRng;
use regent_protocol::{
    root_store::{Passphrase, RootProvider, RootState},
    DeviceRoot,
};
use regent_root_tpm::{Location, TpmError, TpmProvider, NV_INDEX_LAST};
use zeroize::Zeroizing;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let tcti = arguments.next().ok_or("name a TPM, as in swtpm:host=127.0.0.1,port=2321")?;
    let count: usize = arguments.next().map_or(Ok(100), |count| count.parse())?;
    let location = Location::new(tcti.parse()?, NV_INDEX_LAST)?;
    let passphrase = Passphrase::new(Zeroizing::new(b"only for this measurement".to_vec()))?;
    let mut provider = TpmProvider::create(location.clone(), &passphrase, None)?;
    let measured = measure(&mut provider, count);
    drop(provider);
    TpmProvider::remove(&location, None)?;
    let (seals, commits) = measured?;
    let both = seals.iter().zip(&commits).map(|(seal, commit)| *seal + *commit).collect();
    println!("{count} generations of {tcti}");
    for (what, times) in [("seal", seals), ("commit", commits), ("both", both)] {
        report(what, times);
    }
    Ok(())
}

fn measure(
    provider: &mut TpmProvider,
    count: usize,
) -> Result<(Vec<Duration>, Vec<Duration>), TpmError> {
    let mut state =
        RootState::new(DeviceRoot::generate(&mut OsRng).expect("random bytes"), &[0; 32]);
    let (mut seals, mut commits) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for _ in 0..count {
        let begun = Instant::now();
        let sealed = state.seal(provider)?;
        let between = Instant::now();
        provider.commit(sealed.generation())?;
        commits.push(between.elapsed());
        seals.push(between - begun);
    }
    Ok((seals, commits))
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: usize| {
        let index = (times.len() * part / 100).min(times.len().saturating_sub(1));
        times.get(index).copied().unwrap_or_default().as_secs_f64() * 1_000.0
    };
    println!("{what:<8} p50 {:.2} ms  p95 {:.2} ms  max {:.2} ms", at(50), at(95), at(100));
}
