//! The fields and when they are read again.

use tracrpc_testing::World;
use tracrpc_tickets::ticket::{Field, definitions};

fn describe(field: &Field) -> String {
    let mut text = format!("{}:{}:{}", field.name, field.kind.name(), field.label);
    if let Some(value) = &field.value {
        text += &format!(" ={value}");
    }
    if let Some(options) = &field.options {
        text += &format!(" [{}]", options.join("|"));
    }
    if field.optional {
        text += " optional";
    }
    text
}

fn custom(options: &[(&str, &str)]) -> Vec<String> {
    let options: Vec<_> = options
        .iter()
        .map(|(option, value)| ("ticket-custom", *option, *value))
        .collect();
    let world = World::with(&options);
    let definitions = definitions(&world.env).unwrap();
    definitions.fields().custom().map(describe).collect()
}

#[test]
fn standard_fields() {
    let world = World::new();
    let definitions = definitions(&world.env).unwrap();
    let fields: Vec<_> = definitions.fields().iter().map(describe).collect();
    assert_eq!(
        fields,
        [
            "summary:text:Summary",
            "reporter:text:Reporter",
            "owner:text:Owner",
            "description:textarea:Description",
            "type:select:Type =defect [defect|enhancement|task]",
            "status:radio:Status = [accepted|assigned|closed|new|reopened] optional",
            "priority:select:Priority =major [blocker|critical|major|minor|trivial]",
            "milestone:select:Milestone = [milestone1|milestone2|milestone3|milestone4] optional",
            "component:select:Component = [component1|component2]",
            "version:select:Version = [2.0|1.0] optional",
            "resolution:radio:Resolution =fixed [fixed|invalid|wontfix|duplicate|worksforme] optional",
            "keywords:text:Keywords",
            "cc:text:Cc",
            "time:time:Created",
            "changetime:time:Modified",
        ]
    );
}

#[test]
fn custom_fields() {
    let check = |options: &[(&str, &str)], expected: &[&str]| {
        assert_eq!(custom(options), expected, "{options:?}");
    };
    check(&[("a_field", "text")], &["a_field:text:A field ="]);
    check(
        &[
            ("b1", "text"),
            ("a1", "text"),
            ("z1", "text"),
            ("z1.order", "-1"),
        ],
        &["z1:text:Z1 =", "a1:text:A1 =", "b1:text:B1 ="],
    );
    check(
        &[("flag", "checkbox"), ("flag.value", "yes")],
        &["flag:checkbox:Flag =1"],
    );
    check(&[("os", "select")], &[]);
    check(
        &[
            ("os", "radio"),
            ("os.options", " a || b|a"),
            ("os.label", "O/S"),
        ],
        &["os:radio:O/S = [a|b|a] optional"],
    );
    check(
        &[
            ("x", "text"),
            ("1st", "text"),
            ("group", "text"),
            ("a-b", "text"),
        ],
        &[],
    );
    check(&[("milestone", "text")], &[]);
    check(&[("severity", "text")], &["severity:text:Severity ="]);
    check(&[("odd", "no such type")], &["odd:no such type:Odd ="]);
}

#[test]
fn an_order_has_to_be_a_number() {
    let world = World::with(&[
        ("ticket-custom", "note", "text"),
        ("ticket-custom", "note.order", "first"),
    ]);
    let error = definitions(&world.env).unwrap_err();
    assert_eq!(
        error.message(),
        "[ticket-custom] note.order: expected integer, got 'first'"
    );
}

#[test]
fn a_new_component_is_seen_at_once() {
    let world = World::new();
    let options = || {
        let definitions = definitions(&world.env).unwrap();
        definitions
            .fields()
            .get("component")
            .unwrap()
            .options
            .clone()
            .unwrap()
    };
    assert_eq!(options(), ["component1", "component2"]);
    let component = tracrpc_tickets::component::Component {
        name: "another".to_owned(),
        ..Default::default()
    };
    tracrpc_tickets::component::create(&world.env, &component).unwrap();
    assert_eq!(options(), ["another", "component1", "component2"]);
}
