//! How the length of a frame is written before it.
use core::fmt;

mod sealed {
    /// What the frames of a ring begin with.
    ///
    /// INVARIANT (F2)  For every `len` up to `longest(capacity)`, `width(len) + len` is at most `capacity`; and `decode` of what
    /// `encode` wrote into `width(most)` bytes, for a `most` that is not less than `len`, tells that width and `len`.
    pub trait Sealed {
        /// How many bytes a frame takes that has none itself.
        const SHORTEST: usize;

        /// How many bytes the header takes of a frame that may become so long.
        fn width(most: usize) -> usize;

        /// The largest length of a frame that fits into so many bytes with its header, which are at least [`SHORTEST`](Self::SHORTEST).
        fn longest(capacity: usize) -> usize;

        /// Writes `len` so that it fills the header.
        fn encode(header: &mut [u8], len: usize);

        /// How many bytes the header takes that `bytes` begin with, and the length in it; nothing if there is no header. All of it
        /// lies within `bytes`, but what follows may be shorter than the length says.
        fn decode(bytes: &[u8]) -> Option<(usize, usize)>;
    }
}
use sealed::Sealed;

/// How the length of a frame is written before it: [`Compact`] or [`Fixed`].
pub trait Header: Sealed + Copy + fmt::Debug + Send + Sync + 'static {}

/// Seven bits of the length in a byte, the lowest first, and the eighth set in all bytes but the last (LEB128). One byte for frames
/// below 128 bytes, two below 16 KiB, three below 2 MiB.
///
/// The header is as long as the largest length that the grant could have become needs it, so that what was written need not move when it became
/// shorter: the bits above are zeros then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compact;

/// Four bytes, the lowest first, whatever the length: a frame is at most 2^32 - 1 bytes long, and begins where it always would.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fixed;

impl Header for Compact {}
impl Header for Fixed {}

/// The lengths that have a header of one byte are below this.
const ONE_BYTE: usize = 1 << 7;

/// How many bytes every length can be written in.
const WIDEST: usize = usize::BITS.div_ceil(7) as usize;

impl Sealed for Compact {
    const SHORTEST: usize = 1;

    #[inline]
    fn width(most: usize) -> usize {
        let (mut width, mut rest) = (1, most);
        while ONE_BYTE <= rest {
            rest >>= 7;
            width += 1;
        }
        width
    }

    fn longest(capacity: usize) -> usize {
        let len = capacity - Self::width(capacity);
        // One more may have a shorter header than all of the capacity would.
        if Self::width(len + 1) + len < capacity { len + 1 } else { len }
    }

    #[inline]
    fn encode(header: &mut [u8], len: usize) {
        match header {
            [only] => *only = len as u8, // less than 0x80 (F2)
            several => encode_several(several, len),
        }
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Option<(usize, usize)> {
        match bytes.first() {
            Some(&only) if usize::from(only) < ONE_BYTE => Some((1, only.into())),
            _ => decode_several(bytes),
        }
    }
}

/// The header of a frame that could have become longer.
#[inline(never)] // so that what is done for short frames is small enough to be inlined
fn encode_several(header: &mut [u8], len: usize) {
    let mut rest = len;
    if let Some((last, before)) = header.split_last_mut() {
        for byte in before {
            *byte = rest as u8 | 0x80;
            rest >>= 7;
        }
        *last = rest as u8; // less than 0x80 (F2)
    }
}

/// The header of such a frame.
#[inline(never)] // as above
fn decode_several(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut len = 0;
    for (before, byte) in bytes.iter().take(WIDEST).enumerate() {
        let (bits, shift) = (usize::from(byte & 0x7f), 7 * before as u32);
        if bits << shift >> shift != bits {
            return None; // more than a length has
        }
        len |= bits << shift;
        if *byte < 0x80 {
            return Some((before + 1, len));
        }
    }
    None
}

impl Sealed for Fixed {
    const SHORTEST: usize = size_of::<u32>();

    #[inline]
    fn width(_most: usize) -> usize {
        Self::SHORTEST
    }

    fn longest(capacity: usize) -> usize {
        usize::try_from(u32::MAX)
            .map_or(capacity - Self::SHORTEST, |most| most.min(capacity - Self::SHORTEST))
    }

    #[inline]
    fn encode(header: &mut [u8], len: usize) {
        header.copy_from_slice(&(len as u32).to_le_bytes()); // of four bytes, and less than 2^32 (F2)
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Option<(usize, usize)> {
        let len = u32::from_le_bytes(*bytes.first_chunk()?);
        Some((Self::SHORTEST, usize::try_from(len).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lens() -> impl Iterator<Item = usize> {
        let powers = (0..usize::BITS).map(|bit| 1_usize << bit);
        let near = powers.flat_map(|power| (0..5).map(move |k| power.wrapping_sub(2).wrapping_add(k)));
        (0..40_000).chain(near)
    }

    fn is_told<H: Header>(most: usize, len: usize) {
        let mut bytes = [0xEE; WIDEST + 1];
        let width = H::width(most);
        H::encode(&mut bytes[..width], len);
        for end in 0..width {
            assert_eq!(H::decode(&bytes[..end]), None, "a part of a header is none");
        }
        for end in width..=bytes.len() {
            assert_eq!(H::decode(&bytes[..end]), Some((width, len)));
        }
        assert!(bytes[width..].iter().all(|byte| *byte == 0xEE));
    }

    #[test]
    fn a_length_is_told_by_every_header_that_can_hold_it() {
        for len in lens() {
            for most in [len, len.saturating_mul(2), len.saturating_mul(1 << 20), usize::MAX] {
                is_told::<Compact>(most, len);
            }
            if u32::try_from(len).is_ok() {
                is_told::<Fixed>(len, len);
            }
        }
    }

    #[test]
    fn the_longest_frame_fits_and_one_more_does_not() {
        fn longest<H: Header>(capacity: usize) -> usize {
            let len = H::longest(capacity);
            assert!(H::width(len) + len <= capacity, "{len} bytes of {capacity}");
            len
        }
        for capacity in lens().filter(|n| (1..=usize::MAX / 2).contains(n)) {
            let len = longest::<Compact>(capacity);
            assert!(capacity < Compact::width(len + 1) + len + 1, "more than {len} bytes of {capacity}");
            if 4 <= capacity {
                let len = longest::<Fixed>(capacity);
                assert!(len == capacity - 4 || len == u32::MAX as usize);
            }
        }
        assert_eq!([1, 2, 128, 129, 130, 131].map(Compact::longest), [0, 1, 127, 127, 128, 129]);
    }

    #[test]
    fn bytes_that_say_more_than_a_length_can_be_are_no_header() {
        assert_eq!(Compact::decode(&[0x80; 100]), None, "it never ends");
        assert_eq!(Compact::decode(&[0xff; WIDEST]), None);
        let mut bytes = [0xff; WIDEST];
        for last in 0..=u8::MAX {
            bytes[WIDEST - 1] = last;
            let most = usize::MAX >> (7 * (WIDEST - 1));
            let expected = (usize::from(last) <= most).then(|| {
                (WIDEST, usize::from(last) << (7 * (WIDEST - 1)) | (usize::MAX >> most.count_ones()))
            });
            assert_eq!(Compact::decode(&bytes), expected);
        }
        assert_eq!(Compact::decode(&[]), None);
        assert_eq!(Fixed::decode(&[1, 0, 0]), None);
    }
}
