//! Arguments that bound what clients can use up.

use std::time::Duration;

use tracrpc_server::ServerLimits;

/// Bounds on what clients can use up.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArgs {
    /// The largest request, in bytes or with K, M or G.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_body: Option<usize>,

    /// How long a client may take to send a request.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    read_timeout: Option<Duration>,

    /// How many bytes of a body a client has to send each second, from the tenth second on.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    min_rate: Option<usize>,

    /// How many values a request may hold.
    #[arg(long, value_name = "COUNT", value_parser = large_count)]
    max_values: Option<usize>,

    /// How deep the values of a request may be nested, at most 100.
    #[arg(long, value_name = "COUNT", value_parser = depth)]
    max_depth: Option<usize>,

    /// How long an answer may take.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    request_timeout: Option<Duration>,

    /// How long running calls may take to finish when the server stops.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    stop_timeout: Option<Duration>,

    /// How many calls are worked on at a time.
    #[arg(long, value_name = "COUNT", value_parser = count)]
    workers: Option<usize>,

    /// How many heavy calls of one user, or of the strangers at one address, may wait to be
    /// worked on.
    #[arg(long, value_name = "COUNT", value_parser = count)]
    max_waiting: Option<usize>,

    /// The largest answer.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_answer: Option<usize>,

    /// How much memory large requests and their answers may take up together.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_memory: Option<usize>,

    /// How much memory may be taken by what is kept of all environments together, to answer
    /// faster.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_kept: Option<usize>,

    /// How much room large answers may take up in temporary files together.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_temporary: Option<usize>,

    /// How many connections there may be at a time.
    #[arg(long, value_name = "COUNT", value_parser = count)]
    max_connections: Option<usize>,

    /// How many of them from one address that is not that of a trusted proxy.
    #[arg(long, value_name = "COUNT", value_parser = count)]
    max_connections_per_address: Option<usize>,

    /// How long an environment stays open that nobody asks.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    environment_idle: Option<Duration>,
}

impl LimitArgs {
    /// The bounds that the arguments set, or else the standard ones.
    pub(super) fn limits(&self) -> ServerLimits {
        let standard = ServerLimits::default();
        ServerLimits {
            body: self.max_body.unwrap_or(standard.body),
            head_time: self.read_timeout.unwrap_or(standard.head_time),
            body_time: self.read_timeout.unwrap_or(standard.body_time),
            request_time: self.request_timeout.unwrap_or(standard.request_time),
            stop_time: self.stop_timeout.unwrap_or(standard.stop_time),
            connections: self.max_connections.unwrap_or(standard.connections),
            workers: self.workers.unwrap_or(standard.workers),
            environment_idle: self.environment_idle.unwrap_or(standard.environment_idle),
            body_rate: self.min_rate.map_or(standard.body_rate, |bytes| {
                u32::try_from(bytes).unwrap_or(u32::MAX)
            }),
            body_grace: standard.body_grace,
            values: self.max_values.unwrap_or(standard.values),
            depth: self.max_depth.unwrap_or(standard.depth),
            waiting: self.max_waiting.unwrap_or(standard.waiting),
            connections_of_one: self
                .max_connections_per_address
                .unwrap_or(standard.connections_of_one),
            answer: self
                .max_answer
                .map_or(standard.answer, |bytes| bytes as u64),
            memory: self.max_memory.unwrap_or(standard.memory),
            kept: self.max_kept.unwrap_or(standard.kept),
            files: self.max_temporary.unwrap_or(standard.files),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u32>() {
        Ok(seconds @ 1..) => Ok(Duration::from_secs(u64::from(seconds))),
        _ => Err("expected a number of seconds, at least 1".to_owned()),
    }
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse::<u16>() {
        Ok(count @ 1..) => Ok(usize::from(count)),
        _ => Err("expected a number from 1 to 65535".to_owned()),
    }
}

fn large_count(text: &str) -> Result<usize, String> {
    match text.parse::<u32>() {
        Ok(count @ 1..) => usize::try_from(count).map_err(|error| error.to_string()),
        _ => Err("expected a number from 1 to 4294967295".to_owned()),
    }
}

fn depth(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(depth @ 1..=100) => Ok(depth),
        _ => Err("expected a number from 1 to 100".to_owned()),
    }
}

/// A number of bytes, with K, M or G for powers of 1024.
fn size(text: &str) -> Result<usize, String> {
    let (digits, factor) = match text.char_indices().last() {
        Some((end, 'k' | 'K')) => (&text[..end], 1 << 10),
        Some((end, 'm' | 'M')) => (&text[..end], 1 << 20),
        Some((end, 'g' | 'G')) => (&text[..end], 1 << 30),
        _ => (text, 1usize),
    };
    let bytes = digits
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(factor));
    bytes.ok_or_else(|| "expected a number of bytes, or one with K, M or G".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let check =
            |text: &str, expected: Option<usize>| assert_eq!(size(text).ok(), expected, "{text}");
        check("1000", Some(1000));
        check("2k", Some(2048));
        check("64M", Some(64 << 20));
        check("1G", Some(1 << 30));
        check("", None);
        check("M", None);
        check("-1", None);
        check("9999999999999G", None);
        check("1€", None);
    }
}
