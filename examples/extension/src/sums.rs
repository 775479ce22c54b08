//! A namespace whose methods are only known when the program runs.

use tracrpc_methods::{Method, Namespace};
use tracrpc_wire::{Fault, Output, Value};

/// `sums.add` and `sums.multiply`: a closure each, any number of arguments.
pub fn namespace() -> Namespace {
    type Operation = fn(i64, i64) -> Option<i64>;
    let operations: [(&str, i64, Operation); 2] = [
        ("add", 0, i64::checked_add),
        ("multiply", 1, i64::checked_mul),
    ];
    let namespace = Namespace::new("sums", "Arithmetic.");
    operations
        .into_iter()
        .fold(namespace, |namespace, (name, start, operate)| {
            let method = Method::dynamic(name.to_owned(), move |_, arguments| {
                fold(&arguments, start, operate).map(|sum| Output::Value(sum.into()))
            });
            namespace.method(
                method
                    .returns("int")
                    .parameters(&["array numbers"])
                    .rest()
                    .doc(&format!("Has numbers {name}.")),
            )
        })
}

fn fold(
    arguments: &[Value],
    start: i64,
    operate: fn(i64, i64) -> Option<i64>,
) -> Result<i64, Fault> {
    let numbers = arguments.first().and_then(Value::as_array);
    let mut numbers = numbers.unwrap_or_default().iter();
    numbers.try_fold(start, |sum, number| match number {
        Value::Int(number) => operate(sum, *number).ok_or_else(|| {
            Fault::application("the result is too large")
                .with_code(34)
                .with_name("RangeError")
        }),
        other => Err(Fault::invalid_params(format!(
            "expected a number, got {}",
            other.type_name()
        ))),
    })
}
