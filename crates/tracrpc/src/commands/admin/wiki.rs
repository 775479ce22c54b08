//! `wiki`: lists, exports, imports, renames and removes pages.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tracrpc_env::time::Timestamp;
use tracrpc_pages::page::{self, Edit};

use super::output::print_table;
use super::{AdminCommand, Failure, Session};

pub(super) const COMMANDS: &[AdminCommand] = &[
    AdminCommand {
        name: "wiki dump",
        usage: "<directory> [page] [...]",
        help: "Export wiki pages to files named by title\n\n\
               After the directory, names of pages may follow. One that ends with `*` stands for \
               all pages that begin so. Without any, all pages are dumped.",
        run: dump,
    },
    AdminCommand {
        name: "wiki export",
        usage: "<page> [file]",
        help: "Export wiki page to file or stdout",
        run: export,
    },
    AdminCommand {
        name: "wiki import",
        usage: "<page> [file]",
        help: "Import wiki page from file or stdin",
        run: import,
    },
    AdminCommand {
        name: "wiki list",
        usage: "",
        help: "List wiki pages",
        run: list,
    },
    AdminCommand {
        name: "wiki load",
        usage: "<path> [...]",
        help: "Import wiki pages from files\n\n\
               A file becomes the page of its name. Of a directory, all files are imported.",
        run: load,
    },
    AdminCommand {
        name: "wiki remove",
        usage: "<page>",
        help: "Remove wiki page\n\n\
               A name that ends with `*` stands for all pages that begin so.",
        run: remove,
    },
    AdminCommand {
        name: "wiki rename",
        usage: "<page> <new_name>",
        help: "Rename wiki page",
        run: rename,
    },
    AdminCommand {
        name: "wiki replace",
        usage: "<path> [...]",
        help: "Replace content of wiki pages from files (DANGEROUS!)\n\n\
               The last version of each page gets the text of the file: no version is added, and \
               the old text is lost. Time and author stay as they are.\n\n\
               A file is the page of its name. Of a directory, all files are taken.",
        run: replace,
    },
    AdminCommand {
        name: "wiki upgrade",
        usage: "",
        help: "Upgrade default wiki pages to current version\n\n\
               The pages that tracrpc writes into a new environment get their present text, as a \
               new version. WikiStart, SandBox and an InterMapTxt that is there are left alone.",
        run: upgrade,
    },
];

/// What a page's name keeps in the name of a file.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'~');

fn list(session: &mut Session<'_>, _: &[String]) -> Result<(), Failure> {
    let rows: Vec<_> = page::summaries(&*session.env()?)?
        .into_iter()
        .map(|page| [page.name, page.version.to_string(), console_time(page.time)])
        .collect();
    print_table(session.out, ["Title", "Edits", "Modified"], &rows)?;
    Ok(())
}

/// A time as tables show it, in the time zone of the system.
pub(super) fn console_time(time: Timestamp) -> String {
    time.in_zone(&TimeZone::system())
        .0
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

fn rename(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name, new_name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    page::rename(&*session.env()?, name, new_name).map_err(Failure::expected)?;
    writeln!(session.out, " '{name}' renamed to '{new_name}'")?;
    Ok(())
}

fn remove(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [name] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let env = session.env()?;
    if !name.ends_with('*') {
        page::delete(&env, name, None)?;
        writeln!(session.out, " '{name}' deleted")?;
        return Ok(());
    }
    let prefix = name.trim_end_matches('*');
    let names: Vec<_> = page::all_names(&env)?
        .into_iter()
        .filter(|name| name.starts_with(prefix))
        .collect();
    env.db().write(|_| {
        names
            .iter()
            .try_for_each(|name| page::delete(&env, name, None))
    })?;
    let rows: Vec<_> = names.into_iter().map(|name| [name]).collect();
    print_table(session.out, ["Deleted pages"], &rows)?;
    Ok(())
}

fn export(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [name] => {
            let text = text_of(session, name)?;
            writeln!(session.out, "{text}")?;
        }
        [name, file] => {
            export_to(session, name, Path::new(file))?;
            writeln!(session.out, " '{name}' => '{file}'")?;
        }
        _ => return Err(Failure::InvalidArguments),
    }
    Ok(())
}

fn text_of(session: &mut Session<'_>, name: &str) -> Result<String, Failure> {
    match page::find(&*session.env()?, name, None)? {
        Some(page) => Ok(page.text),
        None => Err(Failure::message(format!("Page '{name}' not found"))),
    }
}

fn export_to(session: &mut Session<'_>, name: &str, file: &Path) -> Result<(), Failure> {
    let text = text_of(session, name)?;
    if file.is_file() {
        return Err(Failure::message(format!(
            "File '{}' exists",
            file.display()
        )));
    }
    fs::write(file, text).map_err(|error| Failure::message(format!("{}: {error}", file.display())))
}

fn dump(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let [directory, wanted @ ..] = arguments else {
        return Err(Failure::InvalidArguments);
    };
    let directory = Path::new(directory);
    let names = page::all_names(&*session.env()?)?;
    if !directory.exists() {
        fs::create_dir(directory)?;
    } else if !directory.is_dir() {
        return Err(Failure::message(format!(
            "'{}' is not a directory",
            directory.display()
        )));
    }
    for name in names.iter().filter(|name| is_wanted(wanted, name)) {
        let file = directory.join(utf8_percent_encode(name, KEPT).to_string());
        writeln!(session.out, " '{name}' => '{}'", file.display())?;
        export_to(session, name, &file)?;
    }
    Ok(())
}

fn is_wanted(wanted: &[String], name: &str) -> bool {
    wanted.is_empty()
        || wanted.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => name == wanted,
        })
}

fn import(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [name] => import_page(session, None, name, false),
        [name, file] => import_page(session, Some(Path::new(file)), name, false),
        _ => Err(Failure::InvalidArguments),
    }
}

fn load(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    import_all(session, arguments, false)
}

fn replace(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    import_all(session, arguments, true)
}

/// All files or none of them become pages.
fn import_all(session: &mut Session<'_>, paths: &[String], replace: bool) -> Result<(), Failure> {
    let env = session.env()?;
    let mut failure = None;
    let result = env.db().write(|_| {
        let imported = files_of(paths).and_then(|files| {
            files
                .iter()
                .try_for_each(|(file, title)| import_page(session, Some(file), title, replace))
        });
        // The transaction only needs to know that it is to be undone.
        imported.map_err(|error| {
            failure = Some(error);
            tracrpc_env::Error::invalid("undone")
        })
    });
    match failure {
        Some(failure) => Err(failure),
        None => Ok(result?),
    }
}

/// The files that are meant, and their names as titles.
fn files_of(paths: &[String]) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut files = Vec::new();
    for path in paths.iter().map(PathBuf::from) {
        if !path.is_dir() {
            files.push(path);
            continue;
        }
        let mut inside = Vec::new();
        for entry in fs::read_dir(&path)? {
            inside.push(entry?.path());
        }
        inside.sort();
        files.extend(inside.into_iter().filter(|file| file.is_file()));
    }
    let titled = |file: PathBuf| {
        let title = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        (file, title)
    };
    Ok(files.into_iter().map(titled).collect())
}

fn upgrade(session: &mut Session<'_>, _: &[String]) -> Result<(), Failure> {
    let count = tracrpc_site::upgrade_pages(&*session.env()?)?;
    writeln!(session.out, "Upgrade done: {count} pages upgraded.")?;
    Ok(())
}

/// Imports a page from a file or from standard input.
fn import_page(
    session: &mut Session<'_>,
    file: Option<&Path>,
    title: &str,
    replace: bool,
) -> Result<(), Failure> {
    let text = read_text(file)?;
    let name = percent_decode_str(title).decode_utf8_lossy().into_owned();
    let env = session.env()?;
    if page::find(&env, &name, None)?.is_some_and(|page| page.text == text) {
        writeln!(session.out, " '{title}' is already up to date")?;
        return Ok(());
    }
    let edit = Edit {
        author: Some("trac".to_owned()),
        replace,
        ..Edit::new(text)
    };
    page::save(&env, &name, &edit).map_err(Failure::expected)?;
    let source = file.map_or("None".to_owned(), |file| file.display().to_string());
    writeln!(session.out, " '{source}' => '{title}'")?;
    Ok(())
}

/// The text of a file, its lines ended by `\n` alone.
fn read_text(file: Option<&Path>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    match file {
        None => {
            std::io::stdin().read_to_end(&mut bytes)?;
        }
        Some(file) if !file.is_file() => {
            return Err(Failure::message(format!(
                "'{}' is not a file",
                file.display()
            )));
        }
        Some(file) => bytes = fs::read(file)?,
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        let name = file.map_or("the input".to_owned(), |file| {
            format!("'{}'", file.display())
        });
        Failure::message(format!("{name} is not UTF-8"))
    })?;
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}
