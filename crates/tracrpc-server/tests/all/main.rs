//! The server from the outside, over real connections.

mod authentication;
mod calls;
mod environments;
mod hostile;
mod http;
mod pages;
mod proxies;
mod running;
