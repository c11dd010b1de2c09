//! Finds secrets in files, however they may have been written down.

use std::{collections::HashMap, fmt::Write as _, io::Read};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use anyhow::ensure;
use base64::{
    alphabet,
    engine::{general_purpose::NO_PAD, GeneralPurpose},
    Engine,
};

use crate::secrets::Secrets;

/// A secret is searched for in pieces of so many bytes, so that a part of it is found too: what a
/// database splits, or a log shortens. Nobody meets 16 random bytes by chance.
const PIECE: usize = 16;
/// Random pieces have at least so many different bytes. Others (zeros) would be found everywhere.
const DIFFERENT: usize = 6;

/// A secret found.
#[derive(Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub name: String,
    /// How it was written.
    pub encoding: &'static str,
    /// Byte at which it starts.
    pub offset: usize,
}

/// Searches for all secrets at once.
pub struct Scanner {
    automaton: AhoCorasick,
    /// By pattern: number of the secret, and encoding.
    meanings: Vec<(usize, &'static str)>,
    names: Vec<String>,
}

impl Scanner {
    /// A scanner for these secrets in every encoding of [`encodings`].
    pub fn new(secrets: &Secrets) -> anyhow::Result<Self> {
        let mut patterns = HashMap::new();
        let mut names = Vec::with_capacity(secrets.len());
        for (number, secret) in secrets.iter().enumerate() {
            let (bytes, name) = (&secret.bytes, &secret.name);
            names.push(name.clone());
            ensure!(bytes.len() >= PIECE, "{name} is too short to be searched for");
            // The last piece overlaps the one before if the length is not a multiple.
            let starts = (0..bytes.len() / PIECE).map(|at| at * PIECE).chain([bytes.len() - PIECE]);
            for piece in starts.map(|start| &bytes[start..start + PIECE]) {
                let mut different = piece.to_vec();
                different.sort_unstable();
                different.dedup();
                ensure!(different.len() >= DIFFERENT, "{name} is not random enough to be found");
                for (encoding, pattern) in encodings(piece) {
                    patterns.entry(pattern).or_insert((number, encoding));
                }
            }
        }
        let (patterns, meanings): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns)?;
        Ok(Self { automaton, meanings, names })
    }

    /// How many patterns are searched for.
    pub fn patterns(&self) -> usize {
        self.meanings.len()
    }

    /// Everything found in a stream, which is read once and never held as a whole.
    pub fn scan(&self, stream: impl Read) -> std::io::Result<Vec<Hit>> {
        self.automaton
            .stream_find_iter(stream)
            .map(|found| {
                found.map(|found| {
                    let (secret, encoding) = self.meanings[found.pattern().as_usize()];
                    Hit { name: self.names[secret].clone(), encoding, offset: found.start() }
                })
            })
            .collect()
    }
}

/// A piece in every form in which it might be found: as it is and reversed (a scalar's other byte
/// order); hexadecimal in both cases; base64 in both alphabets, at each of the three places where it
/// may start; and as Rust prints lists of bytes.
fn encodings(piece: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let reversed: Vec<u8> = piece.iter().rev().copied().collect();
    let list = |separator: &str, print: fn(u8) -> String| {
        piece.iter().map(|byte| print(*byte)).collect::<Vec<_>>().join(separator).into_bytes()
    };
    let mut all = vec![
        ("raw", piece.to_vec()),
        ("reversed", reversed.clone()),
        ("hex", hex::encode(piece).into_bytes()),
        ("HEX", hex::encode_upper(piece).into_bytes()),
        ("hex, reversed", hex::encode(&reversed).into_bytes()),
        ("HEX, reversed", hex::encode_upper(&reversed).into_bytes()),
        ("list", list(", ", |byte| byte.to_string())),
        ("JSON list", list(",", |byte| byte.to_string())),
        ("hex list", list(", ", |byte| format!("{byte:02x}"))),
        ("escaped", escaped(piece).into_bytes()),
    ];
    for before in 0..3 {
        all.push(("base64", base64(&alphabet::STANDARD, piece, before)));
        all.push(("base64url", base64(&alphabet::URL_SAFE, piece, before)));
    }
    all
}

/// As `bytes::Bytes` prints itself; HTTP libraries print bodies so.
fn escaped(piece: &[u8]) -> String {
    let mut text = String::new();
    for byte in piece {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b'\\' | b'"' => text.extend(['\\', char::from(*byte)]),
            b'\0' => text.push_str("\\0"),
            0x20..=0x7e => text.push(char::from(*byte)),
            _ => write!(text, "\\x{byte:02x}").expect("a string takes everything"),
        }
    }
    text
}

/// The characters that this piece alone decides when so many bytes precede it, modulo 3.
fn base64(alphabet: &alphabet::Alphabet, piece: &[u8], before: usize) -> Vec<u8> {
    let bytes = [&[0; 2][..before], piece].concat();
    let text = GeneralPurpose::new(alphabet, NO_PAD).encode(&bytes).into_bytes();
    // Six bits a character; the first and the last may share theirs with a neighbour.
    let (first, last) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    text[first..last].to_vec()
}

#[cfg(test)]
mod tests {
    use std::{
        fs::File,
        io::{Seek, SeekFrom, Write},
    };

    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    /// Bytes of no pattern, as in compressed data.
    fn noise(seed: u64) -> impl Iterator<Item = u8> {
        // SplitMix64.
        let word = move |at: u64| {
            let mut z = seed.wrapping_add(at.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        (1..).flat_map(move |at| word(at).to_le_bytes())
    }

    fn secret() -> Vec<u8> {
        noise(7).take(32).collect()
    }

    fn scanner() -> Scanner {
        let mut secrets = Secrets::default();
        secrets.add("planted", &secret());
        secrets.add("another", &noise(8).take(64).collect::<Vec<_>>());
        Scanner::new(&secrets).unwrap()
    }

    /// The secret as others write it, by libraries that the patterns were not made with where there
    /// are such.
    fn written() -> Vec<(&'static str, Vec<u8>)> {
        let secret = secret();
        let reversed: Vec<u8> = secret.iter().rev().copied().collect();
        let mut all = vec![
            ("raw", secret.clone()),
            ("reversed", reversed.clone()),
            ("hex", format!("{:?}", sp_core::H256::from_slice(&secret)).into_bytes()),
            ("HEX", hex::encode_upper(&secret).into_bytes()),
            ("hex, reversed", hex::encode(&reversed).into_bytes()),
            ("HEX, reversed", hex::encode_upper(&reversed).into_bytes()),
            ("list", format!("{secret:?}").into_bytes()),
            ("JSON list", format!("{secret:?}").replace(' ', "").into_bytes()),
            ("hex list", format!("{secret:02x?}").into_bytes()),
            ("escaped", secret.escape_ascii().to_string().into_bytes()),
        ];
        for before in 0..6 {
            let within = [&b"before"[..before], &secret, b"after"].concat();
            all.push(("base64", STANDARD.encode(&within).into_bytes()));
            all.push(("base64url", URL_SAFE_NO_PAD.encode(&within).into_bytes()));
        }
        all
    }

    /// Found, and nothing else is; base64 without `+` and `/` is the same in both alphabets.
    fn assert_found(hits: &[Hit], encoding: &str) {
        let first = |encoding: &str| encoding.split("url").next().unwrap_or_default().to_owned();
        assert!(!hits.is_empty(), "{encoding}");
        for hit in hits {
            assert_eq!(hit.name, "planted", "{encoding}");
            assert_eq!(first(hit.encoding), first(encoding));
        }
    }

    #[test]
    fn a_secret_is_found_in_each_encoding() {
        let scanner = scanner();
        for (encoding, text) in written() {
            assert_found(&scanner.scan(text.as_slice()).unwrap(), encoding);
        }
    }

    #[test]
    fn a_secret_is_found_anywhere_in_a_file_of_noise() {
        // Around the sizes by which such a file is likely to be read.
        let places = [0, 1, 4_091, 8_185, 65_519, 65_535, 131_060, 1_048_570, 3_000_001];
        let scanner = scanner();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&noise(1).take(3_100_000).collect::<Vec<_>>()).unwrap();
        let scan = |file: &mut File| {
            file.rewind().unwrap();
            scanner.scan(file).unwrap()
        };
        assert_eq!(scan(&mut file), []);
        for (encoding, text) in written() {
            for place in places {
                file.seek(SeekFrom::Start(place)).unwrap();
                file.write_all(&text).unwrap();
                let hits = scan(&mut file);
                assert_found(&hits, encoding);
                let found = hits[0].offset as u64;
                assert!((place..place + text.len() as u64).contains(&found), "{encoding} {place}");
                file.seek(SeekFrom::Start(place)).unwrap();
                file.write_all(&noise(2).take(text.len()).collect::<Vec<_>>()).unwrap();
            }
        }
        assert_eq!(scan(&mut file), []);
    }

    #[test]
    fn a_secret_is_found_across_reads_of_any_size() {
        struct Few<'a>(&'a [u8], usize);
        impl Read for Few<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let few = self.1.min(buffer.len());
                Read::read(&mut self.0, &mut buffer[..few])
            }
        }
        let scanner = scanner();
        for (encoding, text) in written() {
            for few in [1, 7, 15, 16, 17, 31] {
                let all = [noise(1).take(100).collect(), text.clone()].concat();
                assert_found(&scanner.scan(Few(&all, few)).unwrap(), encoding);
            }
        }
    }

    #[test]
    fn half_a_secret_is_found_and_less_is_not() {
        let scanner = scanner();
        let secret = secret();
        for half in [&secret[..16], &secret[16..]] {
            assert_found(&scanner.scan(half).unwrap(), "raw");
            assert_found(&scanner.scan(hex::encode(half).as_bytes()).unwrap(), "hex");
        }
        assert_eq!(scanner.scan(&secret[1..16]).unwrap(), []);
    }

    #[test]
    fn what_is_everywhere_is_no_secret() {
        let mut secrets = Secrets::default();
        secrets.add("zeros", &[0; 32]);
        assert!(Scanner::new(&secrets).is_err());
    }
}
