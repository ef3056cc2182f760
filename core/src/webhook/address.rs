//! Which addresses a webhook may be sent to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{Error, ErrorCode, Result};

/// Blocks of IPv4 that are no public host, the smaller before the larger that holds it.
///
/// The IANA IPv4 Special-Purpose Address Registry, and the addresses at which clouds answer their own machines.
const FORBIDDEN_V4: [(Ipv4Addr, u32, &str); 21] = [
    (Ipv4Addr::new(169, 254, 169, 254), 32, "a cloud's metadata service"),
    (Ipv4Addr::new(100, 100, 100, 200), 32, "a cloud's metadata service"),
    (Ipv4Addr::new(192, 0, 0, 192), 32, "a cloud's metadata service"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud's metadata service"),
    (Ipv4Addr::new(0, 0, 0, 0), 32, "unspecified"),
    (Ipv4Addr::new(255, 255, 255, 255), 32, "broadcast"),
    (Ipv4Addr::new(0, 0, 0, 0), 8, "of this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by a carrier's customers"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "for protocol assignments"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "for documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a 6to4 relay"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "for benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "for documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "for documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
];

/// Blocks of IPv6 that are no public host. What lies outside 2000::/3 is refused even where no row names it.
///
/// The IANA IPv6 Special-Purpose Address Registry. The forms that hold an IPv4 address are refused whichever they hold: a
/// host would reach that address by them, past a check of its own.
const FORBIDDEN_V6: [(Ipv6Addr, u32, &str); 18] = [
    (Ipv6Addr::UNSPECIFIED, 128, "unspecified"),
    (Ipv6Addr::LOCALHOST, 128, "loopback"),
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128, "a cloud's metadata service"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, "an IPv4-mapped address"),
    (Ipv6Addr::UNSPECIFIED, 96, "an IPv4-compatible address"),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, "an address translated from IPv4 (NAT64)"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "an address translated from IPv4 (NAT64)"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "discarded"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, "a Teredo address"),
    (Ipv6Addr::new(0x2001, 2, 0, 0, 0, 0, 0, 0), 48, "for benchmarks"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "for protocol assignments"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "for documentation"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "for documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "a 6to4 address"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "unique local"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast"),
];

/// Refuses an address that no webhook may be sent to: one that is not a public host's (DECISIONS 10).
///
/// The host calls this with every address that a webhook's name resolves to, and connects to an address that passed, not
/// to the name: between two look-ups a name may change its mind. Refused are loopback, private, link-local, shared (CGNAT),
/// unique local, site-local, multicast, broadcast, unspecified, reserved, documentation and benchmark addresses, clouds'
/// metadata services, and every IPv6 form of an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo).
///
/// # Errors
///
/// [`ErrorCode::ForbiddenAddress`] at `address`.
///
/// ```
/// use tierra::webhook::check_webhook_address;
/// assert!(check_webhook_address("93.184.215.14".parse().unwrap()).is_ok());
/// let error = check_webhook_address("::ffff:10.0.0.1".parse().unwrap()).unwrap_err();
/// assert_eq!(error.code(), tierra::ErrorCode::ForbiddenAddress);
/// ```
pub fn check_webhook_address(address: IpAddr) -> Result<()> {
    let what = match address {
        IpAddr::V4(address) => forbidden_v4(address),
        IpAddr::V6(address) => forbidden_v6(address),
    };
    let Some(what) = what else { return Ok(()) };
    let message = format!("`{address}` is {what}; expected the address of a public host");
    Err(Error::new(ErrorCode::ForbiddenAddress, "address", message))
}

#[cfg(feature = "json")]
impl<'a> crate::wire::Read<'a> for IpAddr {
    fn read(value: &'a crate::wire::Value) -> Result<Self> {
        let given = crate::wire::string(value)?;
        given.parse().map_err(|_| {
            let message = format!("`{}` is no IP address; expected IPv4 or IPv6", crate::text::excerpt(given));
            Error::new(ErrorCode::UnknownValue, "", message)
        })
    }
}

#[cfg(feature = "json")]
impl crate::wire::Write for IpAddr {
    fn write(&self, out: &mut dyn crate::wire::Sink) {
        out.text(&self.to_string());
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for IpAddr {
    fn shape() -> crate::wire::describe::Shape {
        crate::wire::describe::Shape::Text
    }
}

fn forbidden_v4(address: Ipv4Addr) -> Option<&'static str> {
    let within = |block: &Ipv4Addr, bits: u32| (address.to_bits() ^ block.to_bits()).leading_zeros() >= bits;
    FORBIDDEN_V4.iter().find(|(block, bits, _)| within(block, *bits)).map(|(.., what)| *what)
}

fn forbidden_v6(address: Ipv6Addr) -> Option<&'static str> {
    const GLOBAL_UNICAST: Ipv6Addr = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0);
    let within = |block: &Ipv6Addr, bits: u32| (address.to_bits() ^ block.to_bits()).leading_zeros() >= bits;
    let named = FORBIDDEN_V6.iter().find(|(block, bits, _)| within(block, *bits)).map(|(.., what)| *what);
    named.or((!within(&GLOBAL_UNICAST, 3)).then_some("not in the global unicast space"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_block_is_refused_from_its_first_to_its_last_address_and_not_beyond() {
        for (block, bits, what) in FORBIDDEN_V4 {
            let last = block.to_bits() | u32::MAX.checked_shr(bits).unwrap_or(0);
            assert_eq!(forbidden_v4(block).is_some(), forbidden_v4(last.into()).is_some(), "{block}/{bits} {what}");
            assert!(check_webhook_address(block.into()).is_err());
        }
        for (block, bits, what) in FORBIDDEN_V6 {
            let last = block.to_bits() | u128::MAX.checked_shr(bits).unwrap_or(0);
            assert!(forbidden_v6(block).is_some() && forbidden_v6(last.into()).is_some(), "{block}/{bits} {what}");
        }
        for open in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "203.0.112.255",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:200::1",
            "2003::1",
            "3ffe::1",
        ] {
            assert_eq!(check_webhook_address(open.parse().unwrap()), Ok(()), "{open}");
        }
    }

    #[test]
    fn what_attackers_try() {
        for closed in [
            "127.0.0.1",
            "0.0.0.0",
            "169.254.169.254",
            "10.1.2.3",
            "192.168.0.1",
            "172.31.255.255",
            "100.64.0.1",
            "::1",
            "::",
            "::ffff:169.254.169.254",
            "::ffff:8.8.8.8",
            "::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "ff02::1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "198.19.255.255",
            "192.0.0.8",
            "100.100.100.200",
            "2001:db8::1",
            "4000::1",
            "::ffff:0:10.0.0.1",
            "5f00::1",
        ] {
            let error = check_webhook_address(closed.parse().unwrap()).unwrap_err();
            assert_eq!((error.code(), error.path()), (ErrorCode::ForbiddenAddress, "address"), "{closed}");
        }
    }

    proptest! {
        /// Against the standard library's own predicates, where it has them.
        #[test]
        fn agrees_with_the_standard_library(bits: u32, six: u128) {
            let four = Ipv4Addr::from(bits);
            if four.is_private() || four.is_loopback() || four.is_link_local() || four.is_multicast()
                || four.is_documentation() || four.is_broadcast() || four.is_unspecified() {
                prop_assert!(check_webhook_address(four.into()).is_err());
            }
            prop_assert!(check_webhook_address(four.to_ipv6_mapped().into()).is_err());
            prop_assert!(check_webhook_address(four.to_ipv6_compatible().into()).is_err());
            let address = Ipv6Addr::from(six);
            if address.is_unique_local() || address.is_unicast_link_local() || address.is_multicast() {
                prop_assert!(check_webhook_address(address.into()).is_err());
            }
        }
    }
}
