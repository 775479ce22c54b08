//! `wiki.*`: pages and the files attached to them, a superset of the WikiRPC
//! interface of JSPWiki.

use std::io::Read;

use tracrpc_env::{Actor, Resource, Result};
use tracrpc_pages::attachment::{self, Upload};
use tracrpc_pages::page::{self, Page, Submission};
use tracrpc_wire::Timestamp;
use tracrpc_wire::{Struct, Value};

use crate::argument::{FromArgument, Refusal, Since, is_true};
use crate::attachment_name;
use crate::cost::{self, Cost};
use crate::method::{Method, Namespace};

/// The version of the WikiRPC interface.
const RPC_VERSION: i64 = 2;

/// The namespace.
pub(crate) fn namespace() -> Namespace {
    let namespace = Namespace::new(
        "wiki",
        "Wiki pages, their versions and their attachments: a superset of the WikiRPC interface.",
    );
    // The order is that of Trac's plugin.
    let namespace = with_texts(namespace);
    let namespace = with_names(namespace);
    let namespace = with_attachments(namespace);
    with_the_rest(namespace)
}

fn with_texts(namespace: Namespace) -> Namespace {
    let versioned = &["string pagename", "int version=None"];
    namespace
        .method(
            Method::new("getRecentChanges", get_recent_changes)
                .reads()
                .returns("struct")
                .parameters(&["DateTime since"])
                .doc(
                    "The pages that changed at `since` or later, the newest first: for each its \
                     latest version as a struct of `name`, `lastModified`, `author`, `version` \
                     and `comment`.",
                ),
        )
        .method(
            Method::new("getRPCVersionSupported", get_rpc_version_supported)
                .reads()
                .permission("WIKI_VIEW")
                .returns("int")
                .doc("The version of the WikiRPC interface: 2."),
        )
        .method(
            Method::new("getPage", get_page)
                .reads()
                .returns("string")
                .parameters(versioned)
                .doc("The text of a page in wiki markup, of its latest version or of another."),
        )
        .method(
            Method::new("getPageVersion", get_page)
                .reads()
                .returns("string")
                .parameters(versioned)
                .signatures(&["string,string,int"])
                .doc("The text of one version of a page, as `wiki.getPage`."),
        )
        .method(
            Method::new("getPageHTML", get_page_html)
                .reads()
                .costs(cost_of_page)
                .returns("string")
                .parameters(versioned)
                .doc("A page as an HTML document, in its latest version or in another."),
        )
        .method(
            Method::new("getPageHTMLVersion", get_page_html)
                .reads()
                .costs(cost_of_page)
                .returns("string")
                .parameters(versioned)
                .doc("One version of a page as an HTML document, as `wiki.getPageHTML`."),
        )
}

fn with_names(namespace: Namespace) -> Namespace {
    let versioned = &["string pagename", "int version=None"];
    namespace
        .method(
            Method::new("getAllPages", get_all_pages)
                .reads()
                .returns("array")
                .doc("The names of all pages."),
        )
        .method(
            Method::new("getPageInfo", get_page_info)
                .reads()
                .returns("struct")
                .parameters(versioned)
                .doc(
                    "Who changed a page last, when and why: a struct of `name`, `lastModified`, \
                     `author`, `version` and `comment`. Nothing if there is no such page.",
                ),
        )
        .method(
            Method::new("getPageInfoVersion", get_page_info)
                .reads()
                .returns("struct")
                .parameters(versioned)
                .signatures(&["struct,string,int"])
                .doc("What is known of one version of a page, as `wiki.getPageInfo`."),
        )
        .method(
            Method::new("putPage", put_page)
                .returns("boolean")
                .parameters(&["string pagename", "string content", "struct attributes"])
                .doc(
                    "Writes a page: makes it, or adds a version. Of `attributes` these count: \
                     `comment`; `author` (the caller if it is left out); `readonly`, if the \
                     caller has `WIKI_ADMIN`.",
                ),
        )
}

fn with_attachments(namespace: Namespace) -> Namespace {
    namespace
        .method(
            Method::new("listAttachments", list_attachments)
                .reads()
                .returns("array")
                .parameters(&["string pagename"])
                .doc("The attachments of a page as `page/file`, the oldest first."),
        )
        .method(
            Method::new("getAttachment", get_attachment)
                .reads()
                .returns("Binary")
                .parameters(&["string path"])
                .doc("The content of the attachment `page/file`."),
        )
        .method(
            Method::new("putAttachment", put_attachment)
                .returns("boolean")
                .parameters(&["string path", "Binary data"])
                .doc(
                    "Attaches a file as `page/file`, in place of one of that name. \
                     `wiki.putAttachmentEx` can do more.",
                ),
        )
        .method(
            Method::new("putAttachmentEx", put_attachment_ex)
                .returns("boolean")
                .parameters(&[
                    "string pagename",
                    "string filename",
                    "string description",
                    "Binary data",
                    "boolean replace=True",
                ])
                .doc(
                    "Attaches a file to a page and returns its name. If a file of that name is \
                     not to be replaced, the new one gets another name.",
                ),
        )
}

fn with_the_rest(namespace: Namespace) -> Namespace {
    namespace
        .method(
            Method::new("deletePage", delete_page)
                .returns("boolean")
                .parameters(&["string name", "int version=None"])
                .doc(
                    "Deletes a page, or one version of it. With its last version a page loses \
                     its attachments. False if there is nothing to delete.",
                ),
        )
        .method(
            Method::new("deleteAttachment", delete_attachment)
                .returns("boolean")
                .parameters(&["string path"])
                .doc("Deletes the attachment `page/file`."),
        )
        .method(
            Method::new("listLinks", list_links)
                .reads()
                .permission("WIKI_VIEW")
                .returns("array")
                .parameters(&["string pagename"])
                .doc("An empty array: the links of pages are not listed."),
        )
        .method(
            Method::new("wikiToHtml", wiki_to_html)
                .reads()
                .costs(|actor, arguments| cost::of_text(actor, cost::text_at(arguments, 0)))
                .permission("WIKI_VIEW")
                .returns("string")
                .parameters(&["string text"])
                .doc("A text in wiki markup as HTML."),
        )
}

fn get_recent_changes(actor: &Actor, since: Since) -> Result<Vec<Value>> {
    let changes = page::recent_changes(actor, since.0)?;
    let info = |change: page::PageChange| {
        Value::Struct(page_info(
            change.name,
            change.time,
            change.author,
            change.version,
            change.comment,
        ))
    };
    Ok(changes.into_iter().map(info).collect())
}

fn get_rpc_version_supported(_: &Actor) -> Result<i64> {
    Ok(RPC_VERSION)
}

fn get_page(actor: &Actor, name: String, version: Option<i64>) -> Result<String> {
    Ok(page::require(actor, &name, version)?.text)
}

fn get_all_pages(actor: &Actor) -> Result<Vec<Value>> {
    let names = page::listed_names(actor)?;
    Ok(names.into_iter().map(Value::from).collect())
}

fn get_page_info(actor: &Actor, name: String, version: Option<i64>) -> Result<Option<Struct>> {
    let page = page::get(actor, &name, version)?;
    Ok(page.map(
        |Page {
             name,
             time,
             author,
             version,
             comment,
             ..
         }| { page_info(name, time, author, version, comment) },
    ))
}

fn page_info(
    name: String,
    time: Timestamp,
    author: Option<String>,
    version: i64,
    comment: Option<String>,
) -> Struct {
    let mut info = Struct::new();
    info.insert("name", name);
    info.insert("lastModified", time);
    info.insert("author", author);
    info.insert("version", version);
    info.insert("comment", comment);
    info
}

fn list_links(_: &Actor, _name: String) -> Result<Vec<Value>> {
    Ok(Vec::new())
}

fn put_page(actor: &Actor, name: String, text: String, attributes: Attributes) -> Result<bool> {
    let submission = Submission {
        text,
        author: attributes
            .author
            .unwrap_or_else(|| Some(actor.authname().to_owned())),
        comment: attributes.comment,
        readonly: attributes.readonly,
    };
    page::put(actor, &name, &submission)?;
    Ok(true)
}

/// The last argument of `wiki.putPage`.
struct Attributes {
    /// None if it is left out; `Some(None)` if it is nil.
    author: Option<Option<String>>,
    comment: Option<String>,
    readonly: bool,
}

impl FromArgument for Attributes {
    fn from_argument(value: Value) -> Result<Self, Refusal> {
        let members = Struct::from_argument(value)?;
        let text = |name: &str| members.get(name).cloned().map(stored_text).transpose();
        Ok(Self {
            author: text("author")?,
            comment: text("comment")?.flatten(),
            readonly: members.get("readonly").is_some_and(is_true),
        })
    }
}

/// A member as the database keeps it: truth values are numbers there.
fn stored_text(value: Value) -> Result<Option<String>, Refusal> {
    match value {
        Value::Bool(truth) => Ok(Some(i64::from(truth).to_string())),
        value => <Option<String>>::from_argument(value),
    }
}

fn delete_page(actor: &Actor, name: String, version: Option<i64>) -> Result<bool> {
    page::remove(actor, &name, version)
}

fn list_attachments(actor: &Actor, name: String) -> Result<Vec<String>> {
    let all = attachment::list(actor, &Resource::wiki(name.as_str()))?;
    Ok(all
        .into_iter()
        .map(|attachment| format!("{name}/{}", attachment.filename))
        .collect())
}

fn get_attachment(actor: &Actor, path: String) -> Result<Vec<u8>> {
    let (name, filename) = split_path(&path);
    let page = Resource::wiki(name);
    let filename = attachment_name::meant(actor, &page, filename.to_owned())?;
    let (_, mut file) = attachment::open(actor, &page, &filename)?;
    let mut content = Vec::new();
    file.read_to_end(&mut content)?;
    Ok(content)
}

fn put_attachment(actor: &Actor, path: String, data: Vec<u8>) -> Result<bool> {
    let (name, filename) = split_path(&path);
    attach(actor, name, filename, None, &data, true)?;
    Ok(true)
}

fn put_attachment_ex(
    actor: &Actor,
    name: String,
    filename: String,
    description: Option<String>,
    data: Vec<u8>,
    replace: bool,
) -> Result<String> {
    attach(
        actor,
        &name,
        &filename,
        description.as_deref(),
        &data,
        replace,
    )
}

fn attach(
    actor: &Actor,
    name: &str,
    filename: &str,
    description: Option<&str>,
    mut data: &[u8],
    replace: bool,
) -> Result<String> {
    require_page(actor, name)?;
    let upload = Upload {
        filename,
        description,
        author: actor.authname(),
        replace,
    };
    let attachment = attachment::put(actor, &Resource::wiki(name), &upload, &mut data)?;
    Ok(attachment.filename)
}

fn delete_attachment(actor: &Actor, path: String) -> Result<bool> {
    let (name, filename) = split_path(&path);
    require_page(actor, name)?;
    let page = Resource::wiki(name);
    let filename = attachment_name::meant(actor, &page, filename.to_owned())?;
    attachment::remove(actor, &page, &filename)?;
    Ok(true)
}

/// That the page exists, whether the actor may view it or not.
fn require_page(actor: &Actor, name: &str) -> Result<()> {
    match page::find(actor.env(), name, None)? {
        Some(_) => Ok(()),
        None => Err(page::missing(name, None)),
    }
}

fn get_page_html(actor: &Actor, name: String, version: Option<i64>) -> Result<String> {
    let page = page::require(actor, &name, version)?;
    let html = tracrpc_markup::page_to_html(actor, &page, version)?;
    Ok(format!("<html><body>{html}</body></html>"))
}

/// Nothing of a page that there is not, or that cannot be read: the call itself will tell.
fn cost_of_page(actor: &Actor, arguments: &[Value]) -> Cost {
    let version = arguments.get(1).cloned();
    let version = version.and_then(|version| i64::from_argument(version).ok());
    let page = page::find(actor.env(), cost::text_at(arguments, 0), version);
    let page = page.ok().flatten();
    page.map_or(0, |page| cost::of_text(actor, &page.text))
}

fn wiki_to_html(actor: &Actor, text: String) -> Result<String> {
    tracrpc_markup::to_html(actor, &text, None)
}

/// Parts page and file at the last slash, as Python's `os.path.split`: the
/// slashes before it go, unless there is nothing else.
fn split_path(path: &str) -> (&str, &str) {
    let (head, filename) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
    match head.trim_end_matches('/') {
        "" => (head, filename),
        name => (name, filename),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let check = |path, expected| assert_eq!(split_path(path), expected, "{path:?}");
        check("Page/a.txt", ("Page", "a.txt"));
        check("Top/Sub/a", ("Top/Sub", "a"));
        check("nopath", ("", "nopath"));
        check("/x", ("/", "x"));
        check("//x", ("//", "x"));
        check("/Top//x", ("/Top", "x"));
        check("Page/", ("Page", ""));
        check("", ("", ""));
    }
}
