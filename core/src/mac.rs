//! HMAC-SHA-256 (RFC 2104, FIPS 198-1): what signs webhooks and keys hashes.

use hmac::{Hmac, KeyInit, Mac, digest::CtOutput};
use sha2::{Digest, Sha256};

/// A code. Two of them are compared in a time that does not depend on where they differ.
pub(crate) type Code = CtOutput<Hmac<Sha256>>;

/// The code of a message that is handed over in two parts.
pub(crate) fn hmac_sha256(key: &[u8], head: &str, body: &[u8]) -> Code {
    // A key of the hash's block size, made here by RFC 2104's rule: handing it over then cannot fail.
    let mut block = [0; 64];
    let digest;
    let key = if key.len() > block.len() {
        digest = Sha256::digest(key);
        digest.as_slice()
    } else {
        key
    };
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    let mut mac = Hmac::new(&block.into());
    mac.update(head.as_bytes());
    mac.update(body);
    mac.finalize()
}

/// A code that was received, to be compared.
pub(crate) fn received(bytes: [u8; 32]) -> Code {
    Code::new(bytes.into())
}

/// The 32 bytes of a code.
pub(crate) fn bytes(code: Code) -> [u8; 32] {
    code.into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// RFC 4231, section 4: test cases 1 to 4, 6 and 7.
    #[test]
    fn rfc_4231() {
        let long = [0xaa; 131];
        let alphabet: Vec<u8> = (1..=25).collect();
        let cases: [(&[u8], &[u8], &str); 6] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (&alphabet, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (
                &long,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &long,
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, message, expected) in cases {
            let code = hmac_sha256(key, "", message);
            assert!(code == received(hex::bytes(expected).unwrap()) && code != received([0; 32]));
            assert_eq!(hex::digits(&bytes(code)), expected);
            if let Ok(text) = std::str::from_utf8(message) {
                let (head, tail) = text.split_at(text.len() / 2);
                assert!(hmac_sha256(key, head, tail.as_bytes()) == received(hex::bytes(expected).unwrap()));
            }
        }
    }
}
