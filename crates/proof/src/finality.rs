//! Runs of headers that end in a justified one: all of them are final.

use alloc::vec::Vec;

use codec::{Decode, Encode};
use regent_primitives::{BlockNumber, H256};
use sp_consensus_grandpa::AuthorityId;

use crate::{
    authorities::AuthoritySet,
    error::FinalityError,
    header::{next_authorities, slot, Header},
    justification::verify_justification,
    limits::{decode, Limits},
};

/// A header that was verified to be final. It can be had in no other way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinalHeader {
    header: Header,
    hash: H256,
}

impl FinalHeader {
    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Its hash.
    pub const fn hash(&self) -> H256 {
        self.hash
    }

    /// Its height.
    pub const fn number(&self) -> BlockNumber {
        self.header.number
    }

    /// The root of the state after it.
    pub const fn state_root(&self) -> H256 {
        self.header.state_root
    }

    /// Its Aura slot.
    pub fn slot(&self) -> Option<u64> {
        slot(&self.header)
    }
}

/// Headers that are final, oldest first, and what follows from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinalRun {
    /// The headers: never empty, each the parent of the next.
    headers: Vec<FinalHeader>,
    newest: FinalHeader,
    /// The authorities that finalise what follows, if they change with the last header.
    pub next: Option<AuthoritySet>,
    /// Who voted for two blocks in the round: a reason to call their institution.
    pub equivocators: Vec<AuthorityId>,
}

impl FinalRun {
    /// The headers, oldest first.
    pub fn headers(&self) -> &[FinalHeader] {
        &self.headers
    }

    /// The justified one.
    pub const fn newest(&self) -> &FinalHeader {
        &self.newest
    }
}

/// Verifies that `headers`, oldest first, lead to the block that `justification` is of, and that
/// `set` finalised it. No header but the last may change the authorities: what follows a change is
/// finalised by another set, so each change needs a justification of its own.
///
/// # Errors
/// Anything else than that.
pub fn verify_run(
    headers: &[Header],
    justification: &[u8],
    set: &AuthoritySet,
    limits: &Limits,
) -> Result<FinalRun, FinalityError> {
    limits.check_headers(headers)?;
    let (last, earlier) = headers.split_last().ok_or(FinalityError::NoHeader)?;
    let mut run: Vec<FinalHeader> = Vec::with_capacity(headers.len());
    for header in headers {
        if let Some(parent) = run.last() {
            follows(header, parent)?;
        }
        run.push(FinalHeader { header: header.clone(), hash: header.hash() });
    }
    for header in earlier {
        if next_authorities(header)?.is_some() {
            return Err(FinalityError::UnjustifiedChange { number: header.number });
        }
    }
    let next = next_authorities(last)?.map(|next| set.replaced_by(next)).transpose()?;

    let newest = FinalHeader { header: last.clone(), hash: last.hash() };
    let justified = verify_justification(justification, set, limits)?;
    if justified.hash != newest.hash {
        return Err(FinalityError::OtherBlock { found: justified.hash, expected: newest.hash });
    }
    if justified.number != last.number {
        return Err(FinalityError::OtherHeight {
            hash: newest.hash,
            found: justified.number,
            expected: last.number,
        });
    }
    Ok(FinalRun { headers: run, newest, next, equivocators: justified.equivocators })
}

fn follows(header: &Header, parent: &FinalHeader) -> Result<(), FinalityError> {
    if header.parent_hash != parent.hash {
        return Err(FinalityError::BrokenChain {
            number: header.number,
            found: header.parent_hash,
            expected: parent.hash,
        });
    }
    let expected = parent.number().saturating_add(1);
    if header.number != expected {
        return Err(FinalityError::OtherHeight {
            hash: header.hash(),
            found: header.number,
            expected,
        });
    }
    Ok(())
}

/// What `grandpa_proveFinality` answers with, for a block whose header is known.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FinalityProof {
    /// The justified block: the one that was asked about, or a later one.
    pub block: H256,
    /// Its justification.
    pub justification: Vec<u8>,
    /// The headers after the one that was asked about, up to the justified one.
    pub unknown_headers: Vec<Header>,
}

impl FinalityProof {
    /// Decodes all of these bytes.
    ///
    /// # Errors
    /// Too many, or something else.
    pub fn from_bytes(bytes: &[u8], limits: &Limits) -> Result<Self, FinalityError> {
        decode("bytes of a finality proof", bytes, limits.run_bytes())
    }

    /// The headers from the one that was asked about, and the justification that ends them.
    ///
    /// # Errors
    /// They lead to another block than the proof names.
    pub fn into_run(self, asked: Header) -> Result<(Vec<Header>, Vec<u8>), FinalityError> {
        let mut headers = Vec::with_capacity(self.unknown_headers.len().saturating_add(1));
        headers.push(asked);
        headers.extend(self.unknown_headers);
        let expected = headers.last().map(Header::hash).unwrap_or_default();
        if self.block != expected {
            return Err(FinalityError::OtherBlock { found: self.block, expected });
        }
        Ok((headers, self.justification))
    }
}
