//! An IP address to whether it is one of the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv4 that are not the public internet: RFC 6890 and its registry, and the platform's address of one cloud.
const PRIVATE_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Networks of IPv6 that are not the public internet, besides those that hold an IPv4 address.
const PRIVATE_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 127),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 9),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// Networks of IPv6 that hold an IPv4 address, and how far from its end: compatible, mapped, translated (NAT64), 6to4.
const CARRIERS: &[(Ipv6Addr, u32, u32)] = &[
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 96, 0),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, 0),
    (Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, 0, 0), 96, 0),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, 0),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, 80),
];

/// Returns whether an address is private, local, reserved, or one that leads to such a one.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => {
            let within = |network: Ipv6Addr, bits: u32| {
                (address.to_bits() ^ network.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
            };
            let carried =
                CARRIERS.iter().filter(|(network, bits, _)| within(*network, *bits)).any(|(.., shift)| {
                    let low = address.to_bits().checked_shr(*shift).unwrap_or(0) & u128::from(u32::MAX);
                    is_private_v4(Ipv4Addr::from_bits(u32::try_from(low).unwrap_or(0)))
                });
            carried || PRIVATE_V6.iter().any(|(network, bits)| within(*network, *bits))
        }
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    PRIVATE_V4.iter().any(|(network, bits)| {
        (address.to_bits() ^ network.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
    })
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn tells_private_addresses() {
        let private = "0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 169.254.169.254 \
            168.63.129.16 172.16.0.1 172.31.255.255 192.0.0.192 192.168.1.1 198.19.0.1 224.0.0.1 255.255.255.255 :: ::1 \
            ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 \
            2002:7f00:1:: 2002:a00:1::5 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 2001::1 2001:db8::1";
        for address in private.split_whitespace() {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
        let public = "1.1.1.1 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 140.82.121.4 172.15.0.1 172.32.0.1 \
            192.167.1.1 192.169.1.1 223.255.255.255 2606:4700::1111 2a00:1450::1 ::ffff:1.1.1.1 64:ff9b::1.1.1.1 \
            2002:101:101::1 2001:4860:4860::8888";
        for address in public.split_whitespace() {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
    }
}
