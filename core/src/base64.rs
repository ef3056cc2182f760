//! Standard base64 with padding (RFC 4648, section 4).
//!
//! A few lines of our own: the tables and unrolled loops of the crate `base64` would be 2 KB of the browser module. The
//! tests hold them against the crate.

/// The text of some bytes.
pub(crate) fn text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| chunk.get(at).map_or(0, |byte| u32::from(*byte));
        let group = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for at in 0..4 {
            out.push(if at > chunk.len() { '=' } else { digit(group >> (18 - 6 * at)) });
        }
    }
    out
}

/// The bytes of a text; `None` for one that [`text`] does not write, be it for its padding or its last bits.
pub(crate) fn bytes(given: &str) -> Option<Vec<u8>> {
    let (mut out, mut group, mut bits) = (Vec::new(), 0u32, 0);
    for digit in given.trim_end_matches('=').bytes() {
        group = (group << 6) | value(digit)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let [.., byte] = (group >> bits).to_be_bytes();
            out.push(byte);
        }
    }
    (text(&out) == given).then_some(out)
}

/// The digit of the six lowest bits.
fn digit(bits: u32) -> char {
    let [.., bits] = (bits & 63).to_be_bytes();
    char::from(match bits {
        0..=25 => b'A' + bits,
        26..=51 => b'a' - 26 + bits,
        52..=61 => bits - 52 + b'0',
        62 => b'+',
        _ => b'/',
    })
}

fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_crate(bytes: Vec<u8>, given in "[A-Za-z0-9+/]{0,12}={0,3}", other: String) {
            let written = super::text(&bytes);
            prop_assert_eq!(&written, &STANDARD.encode(&bytes));
            for text in [&written, &given, &other] {
                prop_assert_eq!(super::bytes(text), STANDARD.decode(text).ok(), "{}", text);
            }
        }
    }
}
