//! What a plugin takes long to decide keeps nobody else from writing.

use std::thread;
use std::time::{Duration, Instant};

use tracrpc_client::{Struct, Value};
use tracrpc_pages::page::Edit;

use crate::site::Site;

/// How long the plugin sleeps, and how long others may take meanwhile.
const SLEEP: Duration = Duration::from_millis(1500);
const MOST: Duration = Duration::from_millis(1000);

fn new_ticket(site: &Site) {
    let args = vec!["s".into(), "d".into(), Struct::new().into()];
    site.ok("ticket.create", args);
}

fn update(attributes: &[(&str, &str)], comment: &str) -> Vec<Value> {
    let attributes: Struct = attributes.iter().copied().collect();
    vec![1.into(), comment.into(), attributes.into()]
}

fn page(name: &str) -> Vec<Value> {
    vec![name.into(), "text".into(), Struct::new().into()]
}

/// Has `others` run within a call that takes as long as the plugin sleeps, and returns
/// how that call ended.
fn meanwhile(
    site: &Site,
    method: &str,
    args: Vec<Value>,
    others: impl FnOnce(),
) -> Result<Value, String> {
    let slow = site.client("joe");
    thread::scope(|scope| {
        let begun = Instant::now();
        let slow = scope.spawn(move || slow.call(method, args));
        thread::sleep(Duration::from_millis(300));
        let first = Instant::now();
        others();
        assert!(first.elapsed() < MOST, "they took {:?}", first.elapsed());
        let result = slow.join().unwrap();
        assert!(begun.elapsed() >= SLEEP, "nothing was slow");
        result.map_err(|error| error.to_string())
    })
}

fn fields(site: &Site) -> Struct {
    let ticket = site.ok("ticket.get", vec![1.into()]);
    ticket.as_array().unwrap()[3].as_struct().unwrap().clone()
}

#[test]
fn a_manipulator_that_sleeps_delays_no_other_write() {
    let site = Site::new();
    new_ticket(&site);
    let slow = update(&[("action", "leave"), ("keywords", "k")], "sleep 1500");
    let changed = meanwhile(&site, "ticket.update", slow, || {
        new_ticket(&site);
        site.ok("wiki.putPage", page("Quick"));
    });
    assert!(changed.is_ok(), "{changed:?}");
}

#[test]
fn a_ticket_that_others_change_meanwhile_is_prepared_again() {
    let site = Site::new();
    new_ticket(&site);
    let slow = update(&[("action", "leave"), ("priority", "minor")], "sleep 1500");
    let changed = meanwhile(&site, "ticket.update", slow, || {
        site.ok("ticket.update", update(&[("cc", "ann")], "quick"));
    });
    assert!(changed.is_ok(), "{changed:?}");
    let fields = fields(&site);
    assert_eq!(fields.get("cc"), Some(&"ann".into()));
    assert_eq!(fields.get("priority"), Some(&"minor".into()));
    // The history has them in the order in which they were stored.
    let log = format!("{:?}", site.ok("ticket.changeLog", vec![1.into()]));
    let (quick, slow) = (log.find("quick").unwrap(), log.find("sleep").unwrap());
    assert!(quick < slow, "{log}");
}

#[test]
fn who_has_seen_an_older_ticket_is_refused() {
    let site = Site::new();
    new_ticket(&site);
    let fields = fields(&site);
    let seen = fields.get("_ts").and_then(Value::as_str).unwrap();
    let slow = update(&[("action", "leave"), ("_ts", seen)], "sleep 1500");
    let changed = meanwhile(&site, "ticket.update", slow, || {
        site.ok("ticket.update", update(&[("cc", "ann")], "quick"));
    });
    let refused = changed.unwrap_err();
    assert!(refused.contains("has been modified since"), "{refused}");
}

#[test]
fn a_policy_that_sleeps_delays_no_other_write() {
    let site = Site::new();
    let put = meanwhile(&site, "wiki.putPage", page("Slow"), || {
        site.ok("wiki.putPage", page("Quick"));
        new_ticket(&site);
    });
    assert!(put.is_ok(), "{put:?}");
}

/// It was to be made, but is there when it is to be stored.
#[test]
fn a_page_that_others_make_meanwhile_is_asked_about_again() {
    let site = Site::new();
    let put = meanwhile(&site, "wiki.putPage", page("Slow"), || {
        tracrpc_pages::page::save(&site.env, "Slow", &Edit::new("another")).unwrap();
    });
    assert!(put.is_ok(), "{put:?}");
    let info = site.ok("wiki.getPageInfo", vec!["Slow".into()]);
    assert_eq!(info.as_struct().unwrap().get("version"), Some(&2.into()));
}
