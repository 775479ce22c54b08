//! Who gets in with a certificate.

use std::fs;
use std::io::{Read as _, Write as _};
use std::time::Duration;

use rcgen::{DnType, ExtendedKeyUsagePurpose, SanType, date_time_ymd};
use tracrpc_server::{
    CertificateDemand, CertificateUser, ClientCertificates, Server, ServerConfig, TlsConfig,
};

use crate::certificates::{
    Authority, Client, Files, Issued, for_clients_only, replace, secure_world,
};
use crate::http::{Request, World, get, world_of};

/// What the files say, with the authority of clients changed.
fn with(mut tls: TlsConfig, change: impl FnOnce(&mut ClientCertificates)) -> TlsConfig {
    change(tls.clients.as_mut().unwrap());
    tls
}

fn login() -> Request<'static> {
    get("/login/who")
}

#[test]
fn the_common_name_is_the_user() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let world = secure_world(files.clients(&people, CertificateUser::CommonName));
    let check = |client: Client, login_path: &str, other_path: &str| {
        assert_eq!(client.who(&world, &login()), login_path);
        assert_eq!(client.who(&world, &get("/who")), other_path);
    };
    check(files.client(), "401", "anonymous");
    let joe = files.client().with(&people.client(5, "joe"), &[]);
    check(joe, "joe", "joe");
    let ann = people.issue(6, &[(DnType::CommonName, "ann")], for_clients_only);
    check(files.client().with(&ann, &[]), "ann", "ann");
    // The most specific one, as directories have them.
    let parts = [
        (DnType::CommonName, "Users"),
        (DnType::OrganizationName, "x"),
    ];
    let users = people.issue(7, &parts, |_| {});
    check(files.client().with(&users, &[]), "Users", "Users");
    // Nobody has such a name.
    for name in [
        "anonymous",
        "Authenticated",
        " joe",
        "jo\u{0}e",
        "joe\n",
        "",
    ] {
        let client = files.client().with(&people.client(8, name), &[]);
        check(client, "401", "anonymous");
    }
    let nobody = people.issue(9, &[(DnType::OrganizationName, "x")], |_| {});
    check(files.client().with(&nobody, &[]), "401", "anonymous");
}

#[test]
fn only_valid_certificates_of_the_authority_connect() {
    let (files, people) = (Files::new(), Authority::new("People"));
    for demand in [CertificateDemand::Optional, CertificateDemand::Required] {
        let tls = files.clients(&people, CertificateUser::CommonName);
        let world = secure_world(with(tls, |clients| clients.demand = demand));
        let check = |issued: &Issued, way: &[&Authority], expected: &str| {
            let client = files.client().with(issued, way);
            assert_eq!(client.who(&world, &login()), expected, "{demand:?}");
        };
        let without = match demand {
            CertificateDemand::Optional => "anonymous",
            CertificateDemand::Required => "",
        };
        assert_eq!(files.client().who(&world, &get("/who")), without);
        check(&people.client(1, "joe"), &[], "joe");
        // One that others have signed, in the same name.
        check(&Authority::new("People").client(1, "joe"), &[], "");
        check(&files.authority.client(1, "joe"), &[], "");
        let issued = |from: i32, to: i32| {
            people.issue(2, &[(DnType::CommonName, "joe")], |params| {
                params.not_before = date_time_ymd(from, 1, 1);
                params.not_after = date_time_ymd(to, 1, 1);
            })
        };
        check(&issued(2000, 2100), &[], "joe");
        check(&issued(2000, 2001), &[], "");
        check(&issued(2200, 2201), &[], "");
        let of_server = people.issue(3, &[(DnType::CommonName, "joe")], |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        });
        check(&of_server, &[], "");
        let between = people.below("Department");
        check(&between.client(4, "joe"), &[&between], "joe");
        check(&between.client(4, "joe"), &[], "");
    }
}

#[test]
fn an_e_mail_address_is_the_user() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let world = secure_world(files.clients(&people, CertificateUser::Email));
    let in_subject = DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]);
    let check = |alternative: &[&str], subject: &[&str], expected: &str| {
        let mut name = vec![(DnType::CommonName, "joe")];
        name.extend(subject.iter().map(|address| (in_subject.clone(), *address)));
        let issued = people.issue(1, &name, |params| {
            let names = alternative
                .iter()
                .map(|address| (*address).try_into().unwrap());
            params.subject_alt_names = names.map(SanType::Rfc822Name).collect();
        });
        let client = files.client().with(&issued, &[]);
        assert_eq!(client.who(&world, &login()), expected);
    };
    check(
        &["joe@example.org", "j@example.org"],
        &[],
        "joe@example.org",
    );
    check(&[], &["joe@example.com"], "joe@example.com");
    check(
        &["joe@example.org"],
        &["joe@example.com"],
        "joe@example.org",
    );
    check(&[], &[], "401");
}

#[test]
fn a_file_names_the_users() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let map =
        "# who is who\n\njoe: CN=Doe\\, Joe,O=Example\n ann : o=Example+cn=Ann\njoe:CN=Other\n";
    let path = files.write("users", map);
    let world = secure_world(files.clients(&people, CertificateUser::File(path.clone())));
    let client = |name: &[(DnType, &str)]| files.client().with(&people.issue(1, name, |_| {}), &[]);
    // Certificates begin with what is least specific.
    let joe = client(&[
        (DnType::OrganizationName, "Example"),
        (DnType::CommonName, "Doe, Joe"),
    ]);
    let check = |client: &Client, expected: &str| {
        assert_eq!(client.who(&world, &login()), expected);
    };
    check(&joe, "joe");
    check(&client(&[(DnType::CommonName, "Other")]), "joe");
    check(&client(&[(DnType::CommonName, "other")]), "401");
    check(&client(&[(DnType::CommonName, "Doe, Joe")]), "401");
    let turned = [
        (DnType::CommonName, "Doe, Joe"),
        (DnType::OrganizationName, "Example"),
    ];
    check(&client(&turned), "401");
    fs::write(&path, "ann: CN=Doe\\, Joe,O=Example").unwrap();
    check(&joe, "ann");
    // A line that is not understood may be what keeps somebody out.
    fs::write(&path, "ann: CN=Doe\\, Joe,O=Example\nnonsense").unwrap();
    check(&joe, "401");
    fs::remove_file(&path).unwrap();
    check(&joe, "401");
    fs::write(&path, map).unwrap();
    check(&joe, "joe");
}

#[test]
fn a_file_of_users_that_is_not_understood_is_an_error_at_start() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let path = files.path("users");
    let check = |content: &[u8], expected: &str| {
        fs::write(&path, content).unwrap();
        let mut config = ServerConfig::single(files.path("none"));
        config.tls = Some(files.clients(&people, CertificateUser::File(path.clone())));
        let error = Server::start(config).err().unwrap().to_string();
        assert!(
            error.contains("users") && error.contains(expected),
            "{error}"
        );
    };
    check(b"joe CN=Joe", "line 1: expected");
    check(b"\njoe: Joe", "line 2: `Joe` has no `=`");
    check(b"joe:", "line 1: expected");
    check(b": CN=Joe", "line 1: expected");
    check(b"anonymous: CN=Joe", "line 1: expected");
    check(b"joe: CN=a\nann: cn=a", "line 2: another user");
    check(b"joe: CN=\xff", "not UTF-8");
}

#[test]
fn what_is_sent_decides_before_the_certificate() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let world = secure_world(files.clients(&people, CertificateUser::CommonName));
    let ann = files.client().with(&people.client(1, "ann"), &[]);
    let check =
        |request: Request<'_>, expected: &str| assert_eq!(ann.who(&world, &request), expected);
    check(login(), "ann");
    check(login().user("joe"), "joe");
    check(get("/who").user("joe"), "joe");
    let wrong = "Basic am9lOndyb25n";
    check(login().with("Authorization", wrong), "401");
    check(get("/who").with("Authorization", wrong), "401");
    check(login().with("Authorization", "Bearer x"), "ann");
    let nobody = files.client().with(
        &people.issue(2, &[(DnType::OrganizationName, "x")], |_| {}),
        &[],
    );
    assert_eq!(nobody.who(&world, &login().user("joe")), "joe");
}

/// The certificate opens the connection, the password says who it is.
#[test]
fn a_certificate_and_a_password_are_asked_for_together() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let tls = files.clients(&people, CertificateUser::Nobody);
    let world = secure_world(with(tls, |clients| {
        clients.demand = CertificateDemand::Required
    }));
    let ann = files.client().with(&people.client(1, "ann"), &[]);
    assert_eq!(ann.who(&world, &login()), "401");
    assert_eq!(ann.who(&world, &get("/who")), "anonymous");
    assert_eq!(ann.who(&world, &login().user("joe")), "joe");
    assert_eq!(files.client().who(&world, &login().user("joe")), "");
}

#[test]
fn without_another_way_to_log_in_none_is_asked_for() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let tls = files.clients(&people, CertificateUser::CommonName);
    let change = |config: &mut ServerConfig| {
        config.tls = Some(tls);
        config.auth.clear();
    };
    let world = world_of(change, |builder| builder.endpoint(crate::certificates::Who));
    let joe = files.client().with(&people.client(1, "joe"), &[]);
    assert_eq!(joe.who(&world, &login()), "joe");
    let refused = files.client().send(&world, &login()).unwrap();
    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(refused.header("www-authenticate"), None);
    assert_eq!(files.client().who(&world, &get("/who")), "anonymous");
}

/// A world whose list has that content, and a client that has `joe`'s certificate.
fn revoking(files: &Files, people: &Authority, list: &str) -> World {
    let tls = files.clients(people, CertificateUser::CommonName);
    let path = files.write("revoked", list);
    secure_world(with(tls, |clients| clients.revoked = Some(path)))
}

#[test]
fn revoked_certificates_do_not_connect() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let (joe, ann) = (people.client(5, "joe"), people.client(6, "ann"));
    let check = |list: &str, joe_is: &str, ann_is: &str| {
        let world = revoking(&files, &people, list);
        let who = |issued| files.client().with(issued, &[]).who(&world, &login());
        assert_eq!(who(&joe), joe_is);
        assert_eq!(who(&ann), ann_is);
        assert_eq!(files.client().who(&world, &get("/who")), "anonymous");
    };
    check(&people.revoke(&[], 2200), "joe", "ann");
    check(&people.revoke(&[&joe], 2200), "", "ann");
    check(&people.revoke(&[&ann], 2200), "joe", "");
    // A list that has expired could have been replaced by one with anybody in it.
    check(&people.revoke(&[], 2021), "", "");
    // One of another authority says nothing of these.
    check(&Authority::new("Others").revoke(&[], 2200), "", "");
    check(&Authority::new("People").revoke(&[], 2200), "", "");
    let both = [
        Authority::new("Others").revoke(&[], 2200),
        people.revoke(&[&joe], 2200),
    ]
    .concat();
    check(&both, "", "ann");
    let der = pem_body(&people.revoke(&[&joe], 2200));
    let tls = files.clients(&people, CertificateUser::CommonName);
    let path = files.write("revoked.crl", der);
    let world = secure_world(with(tls, |clients| clients.revoked = Some(path)));
    assert_eq!(files.client().with(&joe, &[]).who(&world, &login()), "");
    assert_eq!(files.client().with(&ann, &[]).who(&world, &login()), "ann");
}

/// An authority whose own certificate is revoked has nobody any more.
#[test]
fn each_authority_on_the_way_has_a_list() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let between = people.below("Department");
    let joe = between.client(5, "joe");
    let check = |list: &str, expected: &str| {
        let world = revoking(&files, &people, list);
        let client = files.client().with(&joe, &[&between]);
        assert_eq!(client.who(&world, &login()), expected);
    };
    check(&between.revoke(&[], 2200), "");
    check(&people.revoke(&[], 2200), "");
    let both = [between.revoke(&[], 2200), people.revoke(&[], 2200)].concat();
    check(&both, "joe");
}

#[test]
fn a_list_that_is_none_is_an_error_at_start() {
    let (files, people) = (Files::new(), Authority::new("People"));
    for content in [
        &b""[..],
        b"nonsense",
        people.pem().as_bytes(),
        b"\x30\x03\x02\x01\x01",
    ] {
        let tls = files.clients(&people, CertificateUser::CommonName);
        let path = files.write("revoked", content);
        let mut config = ServerConfig::single(files.path("none"));
        config.tls = Some(with(tls, |clients| clients.revoked = Some(path)));
        let error = Server::start(config).err().unwrap().to_string();
        assert!(error.contains("revoked"), "{error}");
    }
    let tls = files.clients(&people, CertificateUser::CommonName);
    files.write("clients.pem", "");
    let mut config = ServerConfig::single(files.path("none"));
    config.tls = Some(tls);
    let error = Server::start(config).err().unwrap().to_string();
    assert!(error.contains("clients.pem has no certificate"), "{error}");
}

/// Who has been revoked keeps no connection, and comes back by no session of before.
#[test]
fn a_new_list_counts_for_connections_that_are_open() {
    let (files, people) = (Files::new(), Authority::new("People"));
    let joe = people.client(5, "joe");
    let world = revoking(&files, &people, &people.revoke(&[], 2200));
    let client = files.client().with(&joe, &[]);
    let mut open = client.connect(world.server.address());
    let mut others = files.client().connect(world.server.address());
    let request = String::from_utf8(get("/who").bytes()).unwrap();
    let request = request.replace("Connection: close\r\n", "");
    let mut begun = [0; 12];
    for stream in [&mut open, &mut others] {
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_exact(&mut begun).unwrap();
        assert_eq!(&begun, b"HTTP/1.1 200");
    }
    replace(&files.path("revoked"), &people.revoke(&[&joe], 2200));
    let mut rest = String::new();
    open.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("joe at "), "{rest}");
    assert_eq!(client.who(&world, &login()), "");
    // Nobody else is bothered.
    let mut last = request.clone();
    last = last.replace("Host: test\r\n", "Host: test\r\nConnection: close\r\n");
    others.write_all(last.as_bytes()).unwrap();
    let mut rest = String::new();
    others.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.matches("anonymous at ").count(), 2, "{rest}");
    // A broken list does not replace one that is in force.
    replace(&files.path("revoked"), "nonsense");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(client.who(&world, &login()), "");
    replace(&files.path("revoked"), &people.revoke(&[], 2200));
    while client.who(&world, &login()) != "joe" {
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn pem_body(pem: &str) -> Vec<u8> {
    use rustls::pki_types::{CertificateRevocationListDer, pem::PemObject as _};
    let list = CertificateRevocationListDer::from_pem_slice(pem.as_bytes()).unwrap();
    list.to_vec()
}
