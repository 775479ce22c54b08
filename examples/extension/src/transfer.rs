//! Endpoints whose bodies are never in memory as a whole: `/count` reads what may be
//! large, `/export` writes all tickets.

use std::io::{self, BufRead as _, Write as _};

use tracrpc_env::{Actor, Resource, Result};
use tracrpc_server::{
    Answer, Body, BodyForm, Endpoint, EndpointRequest, RequestBody, Response, ResponseWriter, http,
};

/// Answers how many lines and bytes came, and their checksum.
pub struct Count;

impl Endpoint for Count {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/count"
    }

    fn body(&self) -> BodyForm {
        BodyForm::Stream {
            most: 10_000_000_000,
        }
    }

    fn answer(&self, _: &EndpointRequest<'_>, body: &mut RequestBody) -> Answer {
        let text = match count(body) {
            Ok(text) => text,
            // The server says it better.
            Err(error) => format!("{error}\n"),
        };
        Response::new(Body::from(text)).into()
    }
}

fn count(body: &mut RequestBody) -> io::Result<String> {
    let (mut lines, mut bytes) = (0_u64, 0_u64);
    let (mut low, mut high) = (1_u32, 0_u32);
    loop {
        let piece = body.fill_buf()?;
        if piece.is_empty() {
            let checksum = high << 16 | low;
            return Ok(format!(
                "{lines} lines, {bytes} bytes, Adler-32 {checksum:08x}\n"
            ));
        }
        for &byte in piece {
            lines += u64::from(byte == b'\n');
            low = (low + u32::from(byte)) % 65521;
            high = (high + low) % 65521;
        }
        let length = piece.len();
        bytes += length as u64;
        body.consume(length);
    }
}

/// Writes the numbers and summaries of all tickets that the user may see.
pub struct Export;

impl Endpoint for Export {
    fn answers(&self, request: &EndpointRequest<'_>) -> bool {
        request.path_info == "/export" && request.method == http::Method::GET
    }

    fn answer(&self, _: &EndpointRequest<'_>, _: &mut RequestBody) -> Answer {
        let mut head = http::Response::new(());
        let media_type = http::HeaderValue::from_static("text/plain;charset=utf-8");
        head.headers_mut()
            .insert(http::header::CONTENT_TYPE, media_type);
        Answer::written(head, export)
    }
}

/// A hundred tickets are read, then sent: who waits for the client holds no connection
/// of the database.
fn export(actor: &Actor, out: &mut ResponseWriter) -> io::Result<()> {
    let mut last = 0;
    loop {
        let tickets = tickets_after(actor, last).map_err(io::Error::other)?;
        let Some((id, _)) = tickets.last() else {
            return Ok(());
        };
        last = *id;
        let may_see = |ticket: &(i64, String)| Resource::ticket(ticket.0);
        let seen = actor.filter("TICKET_VIEW", tickets, may_see);
        for (id, summary) in seen.map_err(io::Error::other)? {
            writeln!(out, "#{id} {summary}")?;
        }
    }
}

fn tickets_after(actor: &Actor, last: i64) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT id, summary FROM ticket WHERE id > ? ORDER BY id LIMIT 100";
    let db = actor.env().db();
    let rows = db.read(|connection| connection.query(sql, &[last.into()]))?;
    let mut tickets = Vec::new();
    for row in rows {
        let summary: Option<String> = row.get(1)?;
        tickets.push((row.get(0)?, summary.unwrap_or_default()));
    }
    Ok(tickets)
}
