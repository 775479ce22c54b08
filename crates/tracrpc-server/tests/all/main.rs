//! The server from the outside, over real connections.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod attachments;
mod authentication;
mod bodies;
mod calls;
mod certificates;
mod components;
mod endpoints;
mod environments;
mod hostile;
mod http;
mod http2;
mod lanes;
mod languages;
mod memory;
mod pages;
mod places;
mod proxies;
mod running;
mod streams;
mod streams_and_clients;
mod tls;
mod tls_clients;
mod web_session;
