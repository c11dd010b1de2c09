//! Deterministic CBOR (RFC 8949, section 4.2.1), as far as bundles use it (`docs/evidence.md`, section
//! 2): one value has one encoding, and nothing else is read.
//!
//! General CBOR libraries read many encodings of one value (lengths that are not the shortest,
//! indefinite ones, tags to be skipped, arrays for byte strings), so two verifiers could see two
//! bundles in one file. What is read here needs no recursion but where [`check`] bounds it.

const UINT: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;

/// Arrays and maps within each other.
const MAX_DEPTH: u8 = 16;

/// Not the bytes of such a value; where reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub usize);

/// Reads values one after the other.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Where the next value begins.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// Ends here: nothing may be left.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(Malformed(self.at))
        }
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], Malformed> {
        let error = Malformed(self.at);
        let count = usize::try_from(count).map_err(|_| error)?;
        let end = self.at.checked_add(count).ok_or(error)?;
        let taken = self.bytes.get(self.at..end).ok_or(error)?;
        self.at = end;
        Ok(taken)
    }

    /// The kind of the next value, and its number or length.
    fn head(&mut self) -> Result<(u8, u64), Malformed> {
        let error = Malformed(self.at);
        let first = self.take(1)?.first().copied().ok_or(error)?;
        let info = first & 0x1f;
        let (more, least) = match info {
            0..=23 => return Ok((first >> 5, u64::from(info))),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return Err(error),
        };
        let value = self.take(more)?.iter().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        if value < least {
            return Err(error);
        }
        Ok((first >> 5, value))
    }

    fn of(&mut self, kind: u8) -> Result<u64, Malformed> {
        let error = Malformed(self.at);
        match self.head()? {
            (found, value) if found == kind => Ok(value),
            _ => Err(error),
        }
    }

    pub(crate) fn uint(&mut self) -> Result<u64, Malformed> {
        self.of(UINT)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.of(BYTES)?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        let error = Malformed(self.at);
        let length = self.of(TEXT)?;
        core::str::from_utf8(self.take(length)?).map_err(|_| error)
    }

    /// The count of items that follow.
    pub(crate) fn array(&mut self) -> Result<u64, Malformed> {
        self.of(ARRAY)
    }

    /// A map whose keys are asked for in their order.
    pub(crate) fn map(&mut self) -> Result<u64, Malformed> {
        self.of(MAP)
    }

    /// Reads over a value, and checks all of it.
    pub(crate) fn skip(&mut self) -> Result<(), Malformed> {
        self.skip_within(MAX_DEPTH)
    }

    fn skip_within(&mut self, depth: u8) -> Result<(), Malformed> {
        let error = Malformed(self.at);
        let mut ahead = self.clone();
        match ahead.head()?.0 {
            UINT => self.uint().map(drop),
            BYTES => self.bytes().map(drop),
            TEXT => self.text().map(drop),
            ARRAY => {
                let depth = depth.checked_sub(1).ok_or(error)?;
                // Ends: each item takes a byte at least.
                (0..self.array()?).try_for_each(|_| self.skip_within(depth))
            }
            MAP => {
                let depth = depth.checked_sub(1).ok_or(error)?;
                let mut before: &[u8] = &[];
                for _ in 0..self.map()? {
                    let from = self.at;
                    self.text()?;
                    let key = self.bytes.get(from..self.at).unwrap_or_default();
                    if key <= before {
                        return Err(Malformed(from));
                    }
                    before = key;
                    self.skip_within(depth)?;
                }
                Ok(())
            }
            _ => Err(error),
        }
    }
}

/// Checks that these bytes are one value, deterministically encoded.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Malformed> {
    let mut reader = Reader::new(bytes);
    reader.skip()?;
    reader.end()
}

/// Writes values one after the other. Who writes a map writes its keys in their order.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    fn head(&mut self, kind: u8, value: u64) {
        let kind = kind << 5;
        let bytes = value.to_be_bytes();
        let (info, from) = match value {
            0..=23 => {
                self.0.push(kind | (value as u8));
                return;
            }
            24..=0xff => (24, 7),
            0x100..=0xffff => (25, 6),
            0x1_0000..=0xffff_ffff => (26, 4),
            _ => (27, 0),
        };
        self.0.push(kind | info);
        self.0.extend(bytes.iter().skip(from));
    }

    pub(crate) fn uint(&mut self, value: u64) {
        self.head(UINT, value);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.head(BYTES, bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.head(TEXT, text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn array(&mut self, count: usize) {
        self.head(ARRAY, count as u64);
    }

    pub(crate) fn map(&mut self, count: usize) {
        self.head(MAP, count as u64);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_have_their_shortest_form() {
        // RFC 8949, appendix A.
        for (value, expected) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (100, "1864"),
            (1_000, "1903e8"),
            (1_000_000, "1a000f4240"),
            (u64::MAX, "1bffffffffffffffff"),
        ] {
            let mut writer = Writer::default();
            writer.uint(value);
            let bytes = writer.into_bytes();
            assert_eq!(hex::encode(&bytes), expected);
            assert_eq!(Reader::new(&bytes).uint(), Ok(value));
        }
        for longer in ["1817", "190018", "1a000000ff", "1b0000000000000001"] {
            let bytes = hex::decode(longer).expect("hexadecimal");
            assert_eq!(check(&bytes), Err(Malformed(0)), "{longer}");
        }
    }

    #[test]
    fn what_bundles_do_not_use_is_refused() {
        for (what, bytes) in [
            ("nothing", ""),
            ("a negative integer", "20"),
            ("a tag", "c000"),
            ("null", "f6"),
            ("a float", "f93c00"),
            ("an indefinite array", "9fff"),
            ("an indefinite byte string", "5f4101ff"),
            ("two values", "0000"),
            ("a cut byte string", "4201"),
            ("a cut array", "8200"),
            ("no UTF-8", "61ff"),
            ("a key that is no text", "a10000"),
            ("keys out of order", "a2616200616100"),
            ("a key twice", "a2616100616100"),
            ("a longer key before a shorter one", "a262616100616200"),
        ] {
            let bytes = hex::decode(bytes).expect("hexadecimal");
            assert!(check(&bytes).is_err(), "{what}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
        assert!(check(&nested(16)).is_ok());
        assert_eq!(check(&nested(17)), Err(Malformed(16)));
        assert!(check(&nested(1_000_000)).is_err());
    }

    proptest! {
        #[test]
        fn whatever_comes_is_checked_without_a_panic(bytes: Vec<u8>) {
            let _ = check(&bytes);
        }

        #[test]
        fn what_is_written_is_read(number: u64, bytes: Vec<u8>, text: String) {
            let mut writer = Writer::default();
            writer.array(3);
            writer.uint(number);
            writer.bytes(&bytes);
            writer.text(&text);
            let written = writer.into_bytes();
            prop_assert_eq!(check(&written), Ok(()));
            let mut reader = Reader::new(&written);
            prop_assert_eq!(reader.array(), Ok(3));
            prop_assert_eq!(reader.uint(), Ok(number));
            prop_assert_eq!(reader.bytes(), Ok(bytes.as_slice()));
            prop_assert_eq!(reader.text(), Ok(text.as_str()));
            prop_assert_eq!(reader.end(), Ok(()));
        }
    }
}
