//! Any value, to a plugin's process and back.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tracrpc_wire::{Timestamp, Value};

use crate::support::world;

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(6, 40, 5, |inner| {
        let members = prop::collection::vec((name(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Value::Array),
            members.prop_map(|members| Value::Struct(members.into_iter().collect())),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Value> {
    let micros = Timestamp::MIN.as_microsecond()..=Timestamp::MAX.as_microsecond();
    prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        // One that is none is not equal to itself; the protocol's own tests have it.
        any::<f64>()
            .prop_filter("equal to itself", |number| !number.is_nan())
            .prop_map(Value::Double),
        any::<String>().prop_map(Value::String),
        // Small ones stand within the line, large ones behind it.
        prop::collection::vec(any::<u8>(), 0..100).prop_map(Value::Binary),
        (any::<u8>(), 30_000..100_000_usize)
            .prop_map(|(byte, length)| Value::Binary(vec![byte; length])),
        micros.prop_map(|micros| Value::DateTime(Timestamp::from_microsecond(micros).unwrap())),
    ]
}

/// Names, those that stand for something else among them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "\\$(date|bin|int|float|struct|x)?"]
}

#[test]
fn each_value_survives_both_ways() {
    let world = world("");
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&value(), |value| {
        prop_assert_eq!(world.call("echo", value.clone()), Ok(value));
        Ok(())
    });
    outcome.unwrap();
}
