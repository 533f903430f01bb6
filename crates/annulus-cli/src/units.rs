//! Numbers as people read them.
use std::fmt::Write;

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i != 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Nanoseconds with a unit that keeps three or four digits.
pub(crate) fn nanos(ns: u64) -> String {
    scaled(ns as f64, &[(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns")])
}

/// Bytes in powers of 1000, as disks and networks count.
pub(crate) fn bytes(n: u64) -> String {
    scaled(n as f64, &[(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")])
}

/// Things per second, without the thing.
pub(crate) fn rate(per_second: f64) -> String {
    scaled(per_second, &[(1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, "")])
}

fn scaled(value: f64, units: &[(f64, &str)]) -> String {
    let (size, unit) = units.iter().find(|(size, _)| value >= *size).unwrap_or(&units[units.len() - 1]);
    let value = value / size;
    let mut text = String::new();
    let decimals = match value {
        v if v >= 100.0 || *size == 1.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    let _ = write!(text, "{value:.decimals$} {unit}");
    text.trim_end().to_owned()
}

/// Parses a number of bytes: `65536`, `64K`, `1M`, `2G` (powers of 1024).
pub(crate) fn parse_bytes(text: &str) -> Result<usize, String> {
    let (digits, shift) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 10),
        Some((at, 'm' | 'M')) => (&text[..at], 20),
        Some((at, 'g' | 'G')) => (&text[..at], 30),
        _ => (text, 0),
    };
    let number: usize =
        digits.parse().map_err(|_| "not a number of bytes such as 65536, 64K or 1M".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "more bytes than there are addresses".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact_where_it_matters() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(nanos(87), "87 ns");
        assert_eq!(nanos(12_345), "12.3 us");
        assert_eq!(bytes(1_073_741_824), "1.07 GB");
        assert_eq!(rate(61_700_000.0), "61.7 M");
    }

    #[test]
    fn sizes_take_a_suffix_and_refuse_nonsense() {
        assert_eq!(parse_bytes("4096"), Ok(4096));
        assert_eq!(parse_bytes("64K"), Ok(65536));
        assert_eq!(parse_bytes("1m"), Ok(1 << 20));
        assert!(parse_bytes("K").is_err());
        assert!(parse_bytes("12Q").is_err());
        assert!(parse_bytes("99999999999999999G").is_err());
    }
}
