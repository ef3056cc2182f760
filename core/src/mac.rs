//! HMAC-SHA-256 (RFC 2104, FIPS 198-1): what signs webhooks and keys hashes.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The code of a message that is handed over in parts, ready to be read or compared in constant time.
pub(crate) fn hmac_sha256(key: &[u8], message: &[&[u8]]) -> Hmac<Sha256> {
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
    for part in message {
        mac.update(part);
    }
    mac
}

/// The 32 bytes of a code.
pub(crate) fn bytes(mac: Hmac<Sha256>) -> [u8; 32] {
    mac.finalize().into_bytes().into()
}

/// Whether a code is the one received, in a time that does not depend on where they differ.
pub(crate) fn is(mac: &Hmac<Sha256>, received: &[u8]) -> bool {
    mac.clone().verify_slice(received).is_ok()
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
            let (head, tail) = message.split_at(message.len() / 2);
            let mac = hmac_sha256(key, &[head, tail]);
            assert!(is(&mac, &hex::bytes::<32>(expected).unwrap()));
            assert!(!is(&mac, &[0; 32]) && !is(&mac, &[]));
            assert_eq!(hex::digits(&bytes(mac)), expected);
        }
    }
}
