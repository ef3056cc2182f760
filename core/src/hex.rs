//! Bytes as lower-case hexadecimal digits, and back.

/// Two lower-case hexadecimal digits a byte.
pub(crate) fn digits(bytes: &[u8]) -> String {
    let mut digits = vec![0; bytes.len() * 2];
    spell(bytes, &mut digits);
    // Digits are text.
    String::from_utf8(digits).unwrap_or_default()
}

/// Writes the digits of some bytes, as far as there is room.
fn spell(bytes: &[u8], digits: &mut [u8]) {
    for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
}

fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' - 10 + value }
}

/// The text of 32 bytes, without an allocation.
#[cfg(feature = "json")]
pub(crate) fn with_digits<T>(bytes: &[u8; 32], take: impl FnOnce(&str) -> T) -> T {
    let mut digits = [0; 64];
    spell(bytes, &mut digits);
    take(std::str::from_utf8(&digits).unwrap_or_default())
}

/// The bytes of exactly `2 × N` lower-case hexadecimal digits; `None` for any other text.
pub(crate) fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = (value(*high)? << 4) | value(*low)?;
    }
    Some(bytes)
}

/// Whether a text is lower-case hexadecimal digits and nothing else.
pub(crate) fn is_digits(text: &str) -> bool {
    text.bytes().all(|digit| value(digit).is_some())
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
