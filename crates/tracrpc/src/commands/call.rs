//! `tracrpc call`: one call of a remote API, from the shell.

use std::process::ExitCode;

use tracrpc_client::{Client, Speech};
use tracrpc_wire::{Limits, Value, jsonrpc};

use super::Run;

/// Call a method of a Trac's remote API, and print its result as JSON.
///
/// An argument is JSON; what is not JSON is taken as text. A date is written
/// {"__jsonclass__": ["datetime", "2030-12-31T00:00:00"]} and bytes are written
/// {"__jsonclass__": ["binary", "<base64>"]}, in arguments and in results.
///
/// Who calls stands in the URL or in TRACRPC_USER; the password in the URL or
/// in TRACRPC_PASSWORD.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to call, such as http://localhost:8000/project/login/rpc.
    url: String,

    /// The method, such as ticket.query.
    method: String,

    /// The arguments of the method.
    #[arg(value_name = "JSON", allow_hyphen_values = true)]
    arguments: Vec<String>,

    /// Speak XML-RPC instead of JSON-RPC.
    #[arg(long)]
    xml: bool,
}

impl std::fmt::Debug for Args {
    /// The URL is left out: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Args")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl Run for Args {
    fn run(self) -> anyhow::Result<ExitCode> {
        let speech = if self.xml { Speech::Xml } else { Speech::Json };
        let client = with_credentials(Client::new(&self.url)?).with_speech(speech);
        let result = client.call(&self.method, self.arguments.iter().map(argument))?;
        println!("{}", jsonrpc::write_value(&result));
        Ok(ExitCode::SUCCESS)
    }
}

/// Those of the URL come first.
fn with_credentials(client: Client) -> Client {
    match std::env::var("TRACRPC_USER") {
        Ok(user) if !client.has_credentials() => {
            let password = std::env::var("TRACRPC_PASSWORD").unwrap_or_default();
            client.with_credentials(&user, &password)
        }
        _ => client,
    }
}

fn argument(text: &String) -> Value {
    let value = jsonrpc::read_value(text.as_bytes(), &Limits::default());
    value.unwrap_or_else(|_| text.as_str().into())
}
