//! Macros that show the data of an environment: HTML that Trac 1.6 writes for the same data.

use tempfile::TempDir;
use tracrpc_env::Environment;
use tracrpc_site::InitOptions;

fn world() -> (TempDir, Environment) {
    let dir = TempDir::new().unwrap();
    let env = tracrpc_site::create(dir.path().join("env"), &InitOptions::new("Test")).unwrap();
    let sql = "INSERT INTO ticket (summary, type, owner, reporter, priority, milestone, status, resolution, description) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let tickets = [
        [
            "A <b>",
            "defect",
            "joe",
            "me",
            "major",
            "milestone1",
            "new",
            "",
            "''d''",
        ],
        ["It's", "task", "", "", "minor", "", "closed", "fixed", ""],
        [
            "C",
            "defect",
            "joe",
            "anonymous",
            "major",
            "",
            "new",
            "",
            "e",
        ],
    ];
    env.db()
        .write(|connection| {
            for ticket in tickets {
                connection.execute(sql, &ticket.map(Into::into))?;
            }
            Ok::<_, tracrpc_db::Error>(())
        })
        .unwrap();
    (dir, env)
}

/// The HTML, without white space at the ends of lines and without line breaks.
fn render(env: &Environment, text: &str) -> String {
    let html = tracrpc_markup::to_html(&env.actor("me", "http://h/t"), text, None).unwrap();
    html.lines().map(str::trim).collect()
}

#[track_caller]
fn check(env: &Environment, text: &str, parts: &[&str]) {
    let html = render(env, text);
    let mut rest = html.as_str();
    for part in parts {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("{text}: no {part} in its place in {html}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn queries_as_tables() {
    let (_dir, env) = world();
    let link = |id: i64| format!("<a href=\"/t/ticket/{id}\" title=\"View ticket\"");
    check(
        &env,
        "[[TicketQuery(format=table,col=id|summary|owner|reporter|milestone)]]",
        &[
            "<p></p><div><table class=\"listing tickets\"><caption class=\"trac-group\"></caption>",
            "<th class=\"id asc\"><a title=\"Sort by Ticket (descending)\"href=\"http://h/t/query?max=0&amp;order=id&amp;desc=1&amp;col=id",
            "<th class=\"summary\"><a title=\"Sort by Summary (ascending)\"",
            &format!(
                "<tr class=\"odd prio3\"><td class=\"id\">{}>#1</a></td>",
                link(1)
            ),
            "A &lt;b&gt;</a></td><td class=\"owner\"><span class=\"trac-author\">joe</span></td>",
            "<td class=\"reporter\"><span class=\"trac-author-user\">me</span></td>",
            "<td class=\"milestone\"><a class=\"milestone\" href=\"http://h/t/milestone/milestone1\" title=\"No date set\">milestone1</a></td></tr>",
            &format!(
                "<tr class=\"even prio4\"><td class=\"id\">{} class=\"closed\">#2</a></td>",
                link(2)
            ),
            "It&#39;s</a></td><td class=\"owner\"></td><td class=\"reporter\"><span class=\"trac-author-anonymous\">anonymous</span>",
            "</table></div><p></p>",
        ],
    );
    check(
        &env,
        "[[TicketQuery(format=table,group=type,max=1,rows=description,col=id)]]",
        &[
            "Results   <span class=\"numresults\">(1 of 3)</span>",
            "<span class=\"current\">1</span>",
            "&amp;page=2\" title=\"Page 2\">2</a>",
            "title=\"Next Page\">&rarr;</a>",
            "Type: defect     <span class=\"numrows\">(1 match)</span>",
            "<th class=\"meta\">Description</th><td class=\"trac-colspan\" colspan=\"0\"><p><em>d</em></p></td>",
            "<i>(more results for this group on next page)</i>",
        ],
    );
    check(
        &env,
        "[[TicketQuery(format=table,id=9)]]",
        &["colspan=\"7\">No tickets found</td>"],
    );
}

#[test]
fn queries_as_progress() {
    let (_dir, env) = world();
    check(
        &env,
        "[[TicketQuery(format=progress)]]",
        &[
            "<div class=\"trac-progress\"><table class=\"progress\"><tr><td class=\"closed\" style=\"width: 33%\">",
            "<a href=\"http://h/t/query?status=closed&amp;group=resolution&amp;max=0&amp;order=id\" title=\"1/3 closed\"></a>",
            "<td class=\"open\" style=\"width: 67%\">",
            "title=\"2/3 active\"",
            "<p class=\"percent\">33%</p>",
            "<a href=\"http://h/t/query?max=0&amp;order=id\">Total number of tickets: 3</a>",
        ],
    );
    check(
        &env,
        "[[TicketQuery(format=progress,group=owner)]]",
        &[
            "<i><a href=\"http://h/t/query?owner=&amp;max=0&amp;order=id\">(none)</a></i>",
            "<table class=\"progress\" style=\"width: 40%\">",
            "<p class=\"percent\">1 / 1</p>",
            "<span class=\"trac-author\">joe</span></a>",
            "<table class=\"progress\" style=\"width: 80%\">",
            "<td class=\"closed\" style=\"display: none\">",
        ],
    );
    // Trac takes a reporter who is not known for `anonymous` only after it has named the groups.
    let html = render(&env, "[[TicketQuery(format=progress,group=reporter)]]");
    assert!(!html.contains("(none)"), "{html}");
}

#[test]
fn queries_that_are_wrong() {
    let (_dir, env) = world();
    let check = |arguments: &str, title: &str, message: &str| {
        let text = format!("[[TicketQuery({arguments})]]");
        let title = format!("<strong>{title}Macro TicketQuery({arguments}) failed</strong>");
        check(&env, &text, &[&title, &format!("<pre>{message}</pre>")]);
    };
    check("max=x", "Error: ", "Query max x is invalid.");
    check("max=x,count", "Error: ", "Query max x is invalid.");
    check("id=x", "", "Invalid query constraint value");
    check("id=x,format=table", "", "Invalid query constraint value");
    check("id=x,format=progress", "", "Invalid query constraint value");
    check("id=x,count", "Error: ", "Invalid query constraint value");
}

#[test]
fn options_of_what_is_off_by_default() {
    let dir = TempDir::new().unwrap();
    let mut options = InitOptions::new("Test");
    let component = "tracopt.versioncontrol.git.*".to_owned();
    let enabled = ("components".to_owned(), component, "enabled".to_owned());
    options.options.push(enabled);
    let env = tracrpc_site::create(dir.path().join("env"), &options).unwrap();
    let option = "id=\"git-git_bin-option\"";
    check(&env, "[[TracIni(git, git_bin)]]", &[option]);
}

#[test]
fn help_for_the_commands_of_trac_admin() {
    let (_dir, env) = world();
    check(
        &env,
        "[[TracAdminHelp(wiki export)]]",
        &[
            "<pre class=\"wiki\">wiki export &lt;page&gt; [file]Export wiki page to file or stdout</pre>",
        ],
    );
    check(
        &env,
        "[[TracAdminHelp]]",
        &[
            "<pre class=\"wiki\">help",
            "Show documentation",
            "initenv",
            "attachment add",
            "wiki upgrade",
        ],
    );
    check(
        &env,
        "[[TracAdminHelp(no such)]]",
        &[
            "<strong>Macro TracAdminHelp(no such) failed</strong><pre>Unknown trac-admin command \"no such\"</pre>",
        ],
    );
    check(
        &env,
        "[[TracAdminHelp( )]]",
        &[
            "<strong>Error: Macro TracAdminHelp( ) failed</strong><pre>list index out of range</pre>",
        ],
    );
}

#[test]
fn repositories_that_are_not_open() {
    let dir = TempDir::new().unwrap();
    let mut options = InitOptions::new("Test");
    let settings = [
        ("a10.dir", "/x"),
        ("a9.dir", "/y"),
        ("a9.type", "git"),
        ("a9.description", "WikiStart"),
        ("b.alias", "a9"),
        ("hidden.dir", "/z"),
        ("hidden.hidden", "yes"),
    ];
    for (option, value) in settings {
        let setting = (
            "repositories".to_owned(),
            option.to_owned(),
            value.to_owned(),
        );
        options.options.push(setting);
    }
    let env = tracrpc_site::create(dir.path().join("env"), &options).unwrap();
    check(
        &env,
        "[[RepositoryIndex(format=table,order=date)]]",
        &[
            "href=\"/t/browser/a9?order=date\">a9</a>",
            "<em>InvalidConnector: Unsupported version control system &#34;git&#34;: Can&#39;t find an appropriate",
            "<tr class=\"odd\" ><td class=\"description\" colspan=\"6\"><p><a class=\"wiki\" href=\"/t/wiki/WikiStart\"",
            "<tr class=\"even\"><td class=\"name\"><em>",
            "href=\"/t/browser/a10?order=date\">a10</a>",
            "href=\"/t/browser/b?order=date\">b</a>",
            "</tr></tbody></table>",
        ],
    );
    check(
        &env,
        "changeset:1/a9/x changeset:1/nosuch",
        &[
            "title=\"Unsupported version control system &#34;git&#34;: Can't find",
            "title=\"No default repository defined\"",
        ],
    );
}

#[test]
fn options() {
    let (_dir, env) = world();
    check(
        &env,
        "[[TracIni(MIME,tab_)]]",
        &[
            "<div class=\"tracini\"><h3 id=\"mimeviewer-section\"><code>[mimeviewer]</code></h3>",
            "<tr class=\"even\" id=\"mimeviewer-tab_width-option\">",
            "<td class=\"default\"><code>8</code></td></tr></tbody></table></div>",
        ],
    );
    check(
        &env,
        "[[TracIni(section=inter?rac)]]",
        &["<h3 id=\"intertrac-section\">"],
    );
    check(
        &env,
        "[[TracIni(interwiki)]]",
        &[
            "<h3 id=\"interwiki-section\"><code>[interwiki]</code></h3><p>",
            "<strong>An example:</strong>",
            "<pre class=\"wiki\">[interwiki]",
            "</pre></div>",
        ],
    );
    check(&env, "[[TracIni(git)]]", &["<div class=\"tracini\"></div>"]);
    check(
        &env,
        "[[TracIni(nosuch)]]",
        &["<div class=\"tracini\"></div>"],
    );
}

#[test]
fn a_ticket_without_a_status() {
    let (_dir, env) = world();
    check(
        &env,
        "#1",
        &["<a class=\"new ticket\" href=\"http://h/t/ticket/1\""],
    );
    let sql = "UPDATE ticket SET status = NULL WHERE id = 1";
    env.db()
        .write(|connection| connection.execute(sql, &[]))
        .unwrap();
    check(
        &env,
        "#1",
        &[
            "<a class=\"None ticket\" href=\"http://h/t/ticket/1\" title=\"#1: defect: A <b>\""
                .replace("<b>", "&lt;b&gt;")
                .as_str(),
        ],
    );
}
