//! Several calls in one request.

use tracrpc_wire::{Call, Reply, Value, jsonrpc, multicall, xmlrpc};

use crate::{Client, Error, ErrorKind, Speech};

/// Calls that are sent together, in the order in which they were added.
#[must_use]
pub struct Batch<'a> {
    client: &'a Client,
    calls: Vec<Call>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Batch {
            client,
            calls: Vec::new(),
        }
    }

    /// Adds a call.
    pub fn call(mut self, method: &str, params: impl IntoIterator<Item = Value>) -> Self {
        let params = params.into_iter().collect();
        self.calls.push(Call {
            method: method.to_owned(),
            params,
        });
        self
    }

    /// Sends the calls. One reply comes back for each, in their order.
    ///
    /// # Errors
    /// As [`Client::call`]; that a single call fails is no error of the batch.
    pub fn send(self) -> Result<Vec<Reply>, Error> {
        let wanted = self.calls.len();
        let result = self.client.send(&multicall::call(self.calls))?;
        let replies = match self.client.speech() {
            Speech::Xml => xmlrpc::read_outcomes(result),
            Speech::Json => jsonrpc::read_outcomes(result),
        };
        let replies = replies.map_err(|e| Error::new(ErrorKind::Answer, e.to_string()))?;
        match replies.len() == wanted {
            true => Ok(replies),
            false => Err(Error::new(
                ErrorKind::Answer,
                "there are more or fewer replies than calls",
            )),
        }
    }
}
