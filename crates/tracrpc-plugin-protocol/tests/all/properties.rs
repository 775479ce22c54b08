//! What holds for any value and for any bytes.

use proptest::prelude::*;
use tracrpc_plugin_protocol::messages::{Ask, Call, CallAnswer, Description, Event};
use tracrpc_plugin_protocol::{
    BLOB, Frame, FrameReader, Incoming, Limits, Message, RpcError, Shape,
};
use tracrpc_wire::{Struct, Timestamp, Value};

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 60, 6, |inner| {
        let members = prop::collection::vec((name(), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::Array),
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
        any::<f64>()
            .prop_filter("equal to itself", |number| !number.is_nan())
            .prop_map(Value::Double),
        Just(Value::Double(f64::INFINITY)),
        any::<String>().prop_map(Value::String),
        prop::collection::vec(any::<u8>(), 0..200).prop_map(Value::Binary),
        any::<u8>().prop_map(|byte| Value::Binary(vec![byte; BLOB])),
        micros.prop_map(|micros| { Value::DateTime(Timestamp::from_microsecond(micros).unwrap()) }),
    ]
}

/// Names, those that stand for something else among them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\$(date|bin|int|float|struct|x)?",
        "[a-z]{1,3}"
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let params = prop::collection::vec((name(), value()), 0..4);
    let params = params
        .prop_map(|params| params.into_iter().collect::<Struct>())
        .boxed();
    let error = (any::<i64>(), any::<String>(), prop::option::of(leaf()));
    let error = error.prop_map(|(code, message, data)| RpcError {
        code,
        message,
        // Null data are the same as none.
        data: data.filter(|data| *data != Value::Nil),
    });
    prop_oneof![
        (any::<i64>(), any::<String>(), params.clone())
            .prop_map(|(id, method, params)| Message::request(id, method, params)),
        (any::<String>(), params)
            .prop_map(|(method, params)| Message::notification(method, params)),
        (any::<i64>(), value()).prop_map(|(id, value)| Message::answer(id, Ok(value))),
        (any::<i64>(), error).prop_map(|(id, error)| Message::answer(id, Err(error))),
    ]
}

/// Bytes that are nearly messages.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces = "(\\{|\\}|\\[|\\]|,|:|\"|\n|\\\\|[0-9.eE+-]|null|true|\"id\":|\"method\":\"m\"|\"params\":\
        |\"result\":|\"error\":|\"blobs\":\\[|\\{\"\\$(date|bin|int|float|struct)\":|\\\\u[0-9a-fd]{4}|é){0,40}";
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        pieces.prop_map(|text| format!("{{{text}\n").into_bytes()),
    ]
}

proptest! {
    #[test]
    fn messages_survive(message in message(), with_blobs in any::<bool>()) {
        let limits = Limits::default();
        let frame = message.clone().into_frame(with_blobs, &limits).unwrap();
        let mut bytes = Vec::new();
        frame.write_to(&mut bytes).unwrap();
        prop_assert_eq!(bytes.len(), frame.size());
        let mut reader = FrameReader::new(bytes.as_slice(), limits);
        reader.expect_blobs();
        let Some(Incoming::Frame(read)) = reader.read().unwrap() else {
            return Err(TestCaseError::fail("no frame"));
        };
        prop_assert_eq!(&read, &frame);
        prop_assert_eq!(Message::from_frame(read, &limits), Ok(message));
        prop_assert!(reader.read().unwrap().is_none());
    }

    #[test]
    fn any_bytes_are_messages_or_errors(bytes in bytes()) {
        let limits = Limits::default();
        let mut reader = FrameReader::new(bytes.as_slice(), limits);
        reader.expect_blobs();
        while let Ok(Some(incoming)) = reader.read() {
            if let Incoming::Frame(frame) = incoming {
                let _ = Message::from_frame(frame, &limits);
            }
        }
    }

    #[test]
    fn any_line_is_a_message_or_an_error(line in bytes()) {
        let _ = Message::from_frame(Frame { line, blobs: Vec::new() }, &Limits::default());
    }

    #[test]
    fn any_value_is_a_shape_or_an_error(value in value()) {
        let _ = Call::read(value.clone());
        let _ = CallAnswer::read(value.clone());
        let _ = Event::read(value.clone());
        let _ = Description::read(value.clone());
        let args: Vec<Value> = vec![value];
        let answer = CallAnswer::Value(args[0].clone());
        prop_assert_eq!(CallAnswer::read(answer.clone().write()), Ok(answer));
        prop_assert_eq!(Call::METHOD, "call");
    }
}
