//! The methods without a server.

mod calls;
mod faults;
mod registration;
mod surface;
mod ticket_enum;
