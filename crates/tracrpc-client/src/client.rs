//! One server, spoken to.

use std::time::Duration;

use tracrpc_wire::{Call, Limits, Reply, Value, jsonrpc, xmlrpc};
use ureq::http::{HeaderValue, header};
use ureq::tls::{TlsConfig, TlsProvider};
use ureq::{Agent, Body, http::Response};

use crate::address::Address;
use crate::{Batch, Error, ErrorKind};

/// The language of the calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speech {
    /// XML-RPC: dates have whole seconds.
    #[default]
    Xml,
    /// JSON-RPC in the plugin's dialect: dates have microseconds.
    Json,
}

/// The largest answer that is taken, in bytes: attachments come whole.
const LARGEST_ANSWER: u64 = 1 << 30;

/// A client of one address. Connections are kept and shared by its clones.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    address: Address,
    speech: Speech,
}

impl Client {
    /// A client of an address such as `https://user:password@host/project/login/rpc`.
    ///
    /// # Errors
    /// [`ErrorKind::Address`] if it is no address of HTTP.
    pub fn new(address: &str) -> Result<Self, Error> {
        let tls = TlsConfig::builder().provider(TlsProvider::Rustls).build();
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_secs(300)))
            .tls_config(tls)
            .build()
            .new_agent();
        Ok(Client {
            agent,
            address: Address::parse(address)?,
            speech: Speech::default(),
        })
    }

    /// The same client with these credentials instead of those of its address.
    #[must_use]
    pub fn with_credentials(mut self, user: &str, password: &str) -> Self {
        self.address = self.address.with_credentials(user, password);
        self
    }

    /// The same client, speaking another language.
    #[must_use]
    pub fn with_speech(mut self, speech: Speech) -> Self {
        self.speech = speech;
        self
    }

    /// Makes one call.
    ///
    /// # Errors
    /// [`ErrorKind::Fault`] is what the server refuses; everything else is
    /// a failure on the way.
    pub fn call(
        &self,
        method: &str,
        params: impl IntoIterator<Item = Value>,
    ) -> Result<Value, Error> {
        let params = params.into_iter().collect();
        self.send(&Call {
            method: method.to_owned(),
            params,
        })
    }

    /// Calls that go to the server together, as one `system.multicall`.
    pub fn batch(&self) -> Batch<'_> {
        Batch::new(self)
    }

    /// Whether it knows who calls.
    pub fn has_credentials(&self) -> bool {
        self.address.authorization.is_some()
    }

    pub(crate) fn send(&self, call: &Call) -> Result<Value, Error> {
        let (kind, body) = match self.speech {
            Speech::Xml => ("text/xml", xmlrpc::write_call(call)),
            Speech::Json => ("application/json", jsonrpc::write_call(call, 1)),
        };
        Ok(self.read(&self.post(kind, body)?)??)
    }

    pub(crate) fn speech(&self) -> Speech {
        self.speech
    }

    fn post(&self, kind: &'static str, body: Vec<u8>) -> Result<Vec<u8>, Error> {
        let mut request = self.agent.post(&self.address.url).content_type(kind);
        if let Some(authorization) = &self.address.authorization {
            let mut secret = HeaderValue::from_str(authorization)
                .map_err(|e| Error::new(ErrorKind::Address, "unusable credentials").caused_by(e))?;
            secret.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, secret);
        }
        let answer = request.send(&body[..]).map_err(|e| {
            Error::new(
                ErrorKind::Transport,
                format!("no answer from {}", self.address.url),
            )
            .caused_by(e)
        })?;
        self.body_of(answer)
    }

    fn body_of(&self, mut answer: Response<Body>) -> Result<Vec<u8>, Error> {
        let status = answer.status();
        let body = answer
            .body_mut()
            .with_config()
            .limit(LARGEST_ANSWER)
            .read_to_vec();
        let body = body
            .map_err(|e| Error::new(ErrorKind::Transport, "the answer broke off").caused_by(e))?;
        if status.as_u16() != 200 {
            let url = &self.address.url;
            let text = format!("{url} answers with HTTP status {status}");
            return Err(Error::new(ErrorKind::Status(status.as_u16()), text));
        }
        Ok(body)
    }

    fn read(&self, body: &[u8]) -> Result<Reply, Error> {
        let limits = Limits::default();
        let read = match self.speech {
            Speech::Xml => xmlrpc::read_response(body, &limits),
            Speech::Json => jsonrpc::read_response(body, &limits),
        };
        read.map_err(|e| {
            let text = format!("{} sent no answer of a remote API", self.address.url);
            Error::new(ErrorKind::Answer, text).caused_by(e)
        })
    }
}
