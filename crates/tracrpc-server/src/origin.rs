//! Where a request comes from, and by which address it reached us.
//!
//! A proxy passes both on in `X-Forwarded-For`, `-Proto`, `-Host` and
//! `-Prefix`. They are believed only if the proxy's own address is trusted:
//! any client can send such headers.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The proxies whose `X-Forwarded-*` headers are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
}

impl TrustedProxies {
    /// Adds an address (`127.0.0.1`) or a network (`10.0.0.0/8`).
    ///
    /// # Errors
    ///
    /// If `text` is neither; the error says so in a sentence.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let address = IpAddr::from_str(text).map(IpNet::from);
        let network = address.or_else(|_| IpNet::from_str(text));
        self.networks.push(network.map_err(|_| {
            format!("`{text}` is neither an address nor a network such as 10.0.0.0/8")
        })?);
        Ok(())
    }

    /// Whether this is one of them.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks
            .iter()
            .any(|network| network.contains(&address))
    }
}

/// Where a request comes from, and by which address it reached us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The address of the client.
    pub(crate) client: IpAddr,
    /// Whether a trusted proxy passed the request on.
    pub(crate) is_proxied: bool,
    /// Scheme, host and whatever a proxy cut off the path, such as
    /// `https://example.org/trac`, without a slash at the end.
    pub(crate) root: String,
}

impl Origin {
    /// Finds out from the headers of a request that came by `scheme` from `peer` to `local`.
    pub(crate) fn find(
        headers: &HeaderMap,
        scheme: &str,
        peer: SocketAddr,
        local: SocketAddr,
        proxies: &TrustedProxies,
    ) -> Self {
        let forwarded = proxies.trusts(peer.ip()).then_some(headers);
        let field = |name: &str| forwarded.and_then(|headers| last_of(headers, name));
        let scheme = field("x-forwarded-proto")
            .map(str::to_ascii_lowercase)
            .filter(|scheme| scheme == "https" || scheme == "http")
            .unwrap_or_else(|| scheme.to_owned());
        let host = field("x-forwarded-host")
            .filter(|host| is_authority(host))
            .or_else(|| {
                headers
                    .get("host")?
                    .to_str()
                    .ok()
                    .filter(|host| is_authority(host))
            })
            .map_or_else(|| local.to_string(), ToOwned::to_owned);
        let prefix = field("x-forwarded-prefix")
            .map(|prefix| prefix.trim_end_matches('/'))
            .filter(|prefix| is_prefix(prefix))
            .unwrap_or_default();
        let client = forwarded.and_then(|headers| client_of(headers, proxies));
        Self {
            client: client.unwrap_or_else(|| peer.ip()).to_canonical(),
            is_proxied: forwarded.is_some(),
            root: format!("{scheme}://{host}{prefix}"),
        }
    }
}

/// The last value of a header that may be repeated: the one that the nearest
/// proxy added.
fn last_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim)
}

/// The last address in `X-Forwarded-For` that is not a trusted proxy itself.
fn client_of(headers: &HeaderMap, proxies: &TrustedProxies) -> Option<IpAddr> {
    let values = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let addresses: Vec<Option<IpAddr>> = values
        .flat_map(|value| value.split(','))
        .map(|text| parse_address(text.trim()))
        .collect();
    let mut nearest = None;
    for address in addresses.into_iter().rev() {
        nearest = Some(address?);
        if !address.is_some_and(|address| proxies.trusts(address)) {
            break;
        }
    }
    nearest
}

/// An address, perhaps with a port, as some proxies write it.
fn parse_address(text: &str) -> Option<IpAddr> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// A host with an optional port, and nothing that could break out of a URL.
fn is_authority(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    !text.is_empty() && text.len() <= 255 && text.bytes().all(allowed)
}

fn is_prefix(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_~%+@".contains(&byte);
    text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= 1024
        && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn find(peer: &str, headers: &[(&str, &str)]) -> (String, String) {
        let mut proxies = TrustedProxies::default();
        for network in ["127.0.0.1", "10.0.0.0/8", "::1"] {
            proxies.add(network).unwrap();
        }
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_str(name).unwrap();
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        let local = "192.0.2.1:8000".parse().unwrap();
        let origin = Origin::find(&map, "http", peer.parse().unwrap(), local, &proxies);
        (origin.client.to_string(), origin.root)
    }

    #[test]
    fn forwarded_headers_count_only_from_trusted_proxies() {
        let check = |peer: &str, headers: &[(&str, &str)], client: &str, root: &str| {
            assert_eq!(
                find(peer, headers),
                (client.to_owned(), root.to_owned()),
                "{peer} {headers:?}"
            );
        };
        let all = [
            ("host", "inside:8000"),
            ("x-forwarded-for", "198.51.100.7"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "example.org"),
            ("x-forwarded-prefix", "/projects/"),
        ];
        check(
            "127.0.0.1:4",
            &all,
            "198.51.100.7",
            "https://example.org/projects",
        );
        check(
            "10.9.8.7:4",
            &all,
            "198.51.100.7",
            "https://example.org/projects",
        );
        check(
            "[::ffff:127.0.0.1]:4",
            &all,
            "198.51.100.7",
            "https://example.org/projects",
        );
        check("203.0.113.5:4", &all, "203.0.113.5", "http://inside:8000");
        check("203.0.113.5:4", &[], "203.0.113.5", "http://192.0.2.1:8000");
    }

    #[test]
    fn only_the_proxies_at_the_end_of_the_chain_are_believed() {
        let check = |chain: &str, client: &str| {
            assert_eq!(
                find("127.0.0.1:4", &[("x-forwarded-for", chain)]).0,
                client,
                "{chain}"
            );
        };
        check("1.2.3.4, 198.51.100.7, 10.0.0.2", "198.51.100.7");
        check("198.51.100.7:5555", "198.51.100.7");
        check("10.0.0.3, 10.0.0.2", "10.0.0.3");
        check("[2001:db8::1]:5, 10.0.0.2", "2001:db8::1");
        check("nonsense", "127.0.0.1");
        check("1.2.3.4, nonsense", "127.0.0.1");
    }

    #[test]
    fn what_could_break_out_of_a_url_is_ignored() {
        let check = |name: &str, value: &str, root: &str| {
            assert_eq!(
                find("127.0.0.1:4", &[("host", "h"), (name, value)]).1,
                root,
                "{value}"
            );
        };
        check("x-forwarded-host", "a/b", "http://h");
        check("x-forwarded-host", "a\"b", "http://h");
        check("x-forwarded-host", "user@b", "http://h");
        check("x-forwarded-proto", "javascript", "http://h");
        check("x-forwarded-proto", "http, HTTPS", "https://h");
        check("x-forwarded-prefix", "//evil", "http://h");
        check("x-forwarded-prefix", "/a b", "http://h");
        check("x-forwarded-prefix", "trac", "http://h");
    }

    #[test]
    fn networks_are_read() {
        let mut proxies = TrustedProxies::default();
        assert!(proxies.add("10.0.0.0/33").is_err());
        assert!(proxies.add("localhost").is_err());
        assert!(proxies.add("2001:db8::/32").is_ok());
        assert!(proxies.trusts("2001:db8:1::1".parse().unwrap()));
    }
}
