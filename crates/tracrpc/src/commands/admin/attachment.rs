//! `attachment`: lists, adds, exports, moves and removes attached files.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tracrpc_env::Resource;
use tracrpc_pages::attachment::{self, Upload};

use super::output::print_table;
use super::wiki::console_time;
use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "attachment add",
        usage: "<realm:id> <path> [author] [description]",
        help: "Attach a file to a resource\n\n\
               The resource is identified by its realm and identifier. The attachment gets the \
               base name of the file.",
        run: add,
    },
    AdminCommand {
        name: "attachment export",
        usage: "<realm:id> <name> [destination]",
        help: "Export an attachment from a resource to file or stdout\n\n\
               The resource is identified by its realm and identifier. Without a destination the \
               attachment goes to stdout.",
        run: export,
    },
    AdminCommand {
        name: "attachment list",
        usage: "<realm:id>",
        help: "List attachments of a resource\n\n\
               The resource is identified by its realm and identifier.",
        run: list,
    },
    AdminCommand {
        name: "attachment move",
        usage: "<realm:id> <name> <new_realm:new_id> <new_name>",
        help: "Rename or move an attachment to another resource\n\n\
               The resource is identified by its realm and identifier.",
        run: relocate,
    },
    AdminCommand {
        name: "attachment remove",
        usage: "<realm:id> <name>",
        help: "Remove an attachment from a resource\n\n\
               The resource is identified by its realm and identifier.",
        run: remove,
    },
];

fn list(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [resource] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let resource = parse_resource(resource)?;
    let rows: Vec<_> = attachment::select(&*session.env()?, &resource)?
        .into_iter()
        .map(|attachment| {
            [
                attachment.filename,
                pretty_size(attachment.size),
                attachment.author.unwrap_or_default(),
                console_time(attachment.time),
                attachment.description.unwrap_or_default(),
            ]
        })
        .collect();
    print_table(
        session.out,
        ["Name", "Size", "Author", "Date", "Description"],
        &rows,
    )?;
    Ok(())
}

fn add(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [resource, path, rest @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let resource = parse_resource(resource)?;
    let path = Path::new(path);
    let mut file = File::open(path)
        .map_err(|error| Failure::message(format!("{}: {error}", path.display())))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let upload = Upload {
        filename: &attachment::normalize_filename(&name),
        description: Some(rest.get(1).map_or("", String::as_str)),
        author: rest.first().map_or("trac", String::as_str),
        replace: false,
    };
    attachment::insert(&*session.env()?, &resource, &upload, &mut file)?;
    Ok(())
}

fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [resource, name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let resource = parse_resource(resource)?;
    Ok(attachment::delete(&*session.env()?, &resource, name)?)
}

fn relocate(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [resource, name, new_resource, new_name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let (old, new) = (parse_resource(resource)?, parse_resource(new_resource)?);
    Ok(attachment::relocate(
        &*session.env()?,
        &old,
        name,
        &new,
        new_name,
    )?)
}

fn export(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [resource, name, rest @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let resource = parse_resource(resource)?;
    let env = session.env()?;
    let attachment = attachment::find(&env, &resource, name)?;
    let destination = rest
        .first()
        .map(|path| destination(Path::new(path), name))
        .transpose()?;
    let mut content = attachment::content(&env, &attachment)?;
    match destination {
        Some(path) => io::copy(&mut content, &mut File::create(path)?)?,
        None => io::copy(&mut content, session.out)?,
    };
    Ok(())
}

/// The file to write to: within a directory it has the attachment's name, which
/// may not lead out of there.
fn destination(path: &Path, name: &str) -> Result<PathBuf, Failure> {
    let path = if path.is_dir() {
        let base = Path::new(name)
            .file_name()
            .ok_or_else(|| Failure::message(format!("'{name}' cannot be the name of a file")))?;
        path.join(base)
    } else {
        path.to_owned()
    };
    match fs::symlink_metadata(&path) {
        Ok(_) => Err(Failure::message(format!(
            "File '{}' exists",
            path.display()
        ))),
        Err(_) => Ok(path),
    }
}

fn parse_resource(text: &str) -> Result<Resource, Failure> {
    match text.split_once(':') {
        Some((realm, id)) => Ok(Resource::new(realm.to_owned(), id)),
        None => Err(Failure::message(format!(
            "Invalid resource identifier '{text}'"
        ))),
    }
}

/// A number of bytes for people.
fn pretty_size(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1024 {
        return format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" });
    }
    // Precise enough for one decimal.
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let check = |bytes, expected| assert_eq!(pretty_size(bytes), expected);
        check(0, "0 bytes");
        check(1, "1 byte");
        check(1023, "1023 bytes");
        check(1024, "1.0 KB");
        check(1_572_864, "1.5 MB");
        check(1 << 50, "1024.0 TB");
    }
}
