//! The server from the outside, over real connections.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod attachments;
mod audit;
mod authentication;
mod bearer;
mod bodies;
mod calls;
mod certificates;
mod components;
mod endpoints;
mod environments;
mod hostile;
mod http;
mod http2;
mod http_methods;
#[path = "../../../tracrpc-tokens/tests/all/issuer.rs"]
mod issuer;
mod lanes;
mod languages;
mod memory;
mod metrics;
mod origins;
mod pages;
mod places;
mod proxies;
mod read_only;
mod request_ids;
mod running;
mod stopping;
mod streams;
mod streams_and_clients;
mod tls;
mod tls_clients;
mod web_session;
