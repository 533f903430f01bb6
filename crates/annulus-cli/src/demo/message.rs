//! A message of the demo: a header that can be checked by itself, and the bytes it speaks for.
//!
//! ```text
//! 0         8         16        24     28     32
//! | checksum | sequence | stamp    | length| phase | length bytes, then nothing of interest |
//!            '----------------- the checksum covers these -------'
//! ```
//! A message that is half of one and half of another does not carry its own checksum: that is how a torn one is found.
use super::plan::Phase;
use twox_hash::XxHash3_64;

/// Bytes before the payload.
pub(crate) const HEADER: usize = 32;
const COVERED: usize = 8;

/// What a message says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Counts up from zero over all phases.
    pub(crate) sequence: u64,
    /// When it was made, by [`crate::clock`].
    pub(crate) stamp: u64,
    /// Bytes of payload.
    pub(crate) length: u32,
    pub(crate) phase: Phase,
}

/// Writes the header, and the checksum of it and of the payload that is already there.
#[inline]
pub(crate) fn seal(message: &mut [u8], header: Header) {
    message[8..16].copy_from_slice(&header.sequence.to_le_bytes());
    message[16..24].copy_from_slice(&header.stamp.to_le_bytes());
    message[24..28].copy_from_slice(&header.length.to_le_bytes());
    message[28..32].copy_from_slice(&(header.phase as u32).to_le_bytes());
    let checksum = XxHash3_64::oneshot(&message[COVERED..HEADER + header.length as usize]);
    message[..8].copy_from_slice(&checksum.to_le_bytes());
}

/// Reads the header of a message; none if what is here is not what somebody sealed.
#[inline]
pub(crate) fn open(message: &[u8]) -> Option<Header> {
    let word = |at: usize| u64::from_le_bytes(message[at..at + 8].try_into().expect("eight bytes"));
    let (length, phase) = (word(24) as u32, (word(24) >> 32) as u32);
    // The length is a claim until the checksum says otherwise.
    let covered = message.get(COVERED..HEADER.checked_add(length as usize)?)?;
    if word(0) != XxHash3_64::oneshot(covered) {
        return None;
    }
    let phase = Phase::from_number(phase)?;
    Some(Header { sequence: word(8), stamp: word(16), length, phase })
}

/// Fills a payload with bytes that differ from message to message and from word to word.
#[inline]
pub(crate) fn fill(payload: &mut [u8], sequence: u64) {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15; // 2^64 / golden ratio: neighbours differ in many bits
    let mut word = sequence.wrapping_add(1).wrapping_mul(ODD);
    let (words, rest) = payload.as_chunks_mut::<8>();
    for bytes in words {
        *bytes = word.to_le_bytes();
        word = word.wrapping_add(ODD);
    }
    rest.copy_from_slice(&word.to_le_bytes()[..rest.len()]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(sequence: u64, size: usize) -> (Vec<u8>, Header) {
        let mut message = vec![0; size];
        fill(&mut message[HEADER..], sequence);
        let header = Header { sequence, stamp: 7, length: (size - HEADER) as u32, phase: Phase::Paced };
        seal(&mut message, header);
        (message, header)
    }

    #[test]
    fn what_was_sealed_opens() {
        for size in [32, 33, 40, 64, 1000] {
            let (message, header) = sealed(5, size);
            assert_eq!(open(&message), Some(header));
        }
    }

    #[test]
    fn any_changed_byte_is_found() {
        let (message, _) = sealed(5, 64);
        for at in 0..64 {
            let mut torn = message.clone();
            torn[at] ^= 0x10;
            assert_eq!(open(&torn), None, "byte {at}");
        }
    }

    #[test]
    fn half_of_one_message_and_half_of_the_next_is_torn() {
        let ((a, _), (b, _)) = (sealed(5, 64), sealed(6, 64));
        for cut in (8..64).step_by(8) {
            let torn = [&a[..cut], &b[cut..]].concat();
            assert_eq!(open(&torn), None, "cut at {cut}");
        }
    }

    #[test]
    fn a_length_beyond_the_message_is_torn_and_nothing_worse() {
        let (mut message, _) = sealed(5, 64);
        message[24..28].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(open(&message), None);
    }
}
