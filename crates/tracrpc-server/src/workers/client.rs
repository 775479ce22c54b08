//! Who is counted as one, where all are to have a share.

use std::net::{IpAddr, Ipv6Addr};

/// Somebody for whom work is done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    /// A user who has logged in, wherever from.
    User {
        /// The environment, by the name in its path; none for the only one.
        environment: Option<String>,
        name: String,
    },
    /// All strangers who come from there.
    Address(IpAddr),
    /// Nobody in particular.
    Server,
}

impl Client {
    /// A stranger. Of IPv6 a whole network counts as one: nobody has less of it (RFC 6177).
    pub(crate) fn at(address: IpAddr) -> Self {
        Self::Address(network(address))
    }
}

/// An address, or of IPv6 the network with 64 bits that it is in.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let check = |address: &str, expected: &str| {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(network(address).to_string(), expected, "{address}");
        };
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
        check("::1", "::");
    }
}
