//! How fast pages are rendered, in bytes a second: `cargo bench -p tracrpc-wiki`.
//!
//! `benches/with-trac.py PYTHON` renders the same pages with Trac's own formatter.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tracrpc_wiki::{
    Answers, Context, PageAnswer, Resolver, Targets, TicketAnswer, render_html, render_oneliner,
};

/// An environment in which every page and ticket exists.
struct Everything;

impl Resolver for Everything {
    fn look_up(&self, targets: &Targets) -> Answers {
        let ticket = TicketAnswer {
            viewable: true,
            status: Some("new".to_owned()),
            ..TicketAnswer::default()
        };
        Answers {
            pages: targets
                .pages
                .iter()
                .map(|name| (name.clone(), PageAnswer::EXISTS))
                .collect(),
            tickets: targets
                .tickets
                .iter()
                .map(|&id| (id, ticket.clone()))
                .collect(),
            ..Answers::default()
        }
    }
}

fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/pages");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the pages")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let name = |path: &Path| {
        path.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    files
        .iter()
        .map(|path| (name(path), std::fs::read_to_string(path).expect("a page")))
        .collect()
}

fn render(criterion: &mut Criterion) {
    let context = Context {
        resolver: &Everything,
        ..Context::plain()
    };
    let mut group = criterion.benchmark_group("render");
    for (name, text) in pages() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(&name, |bencher| {
            bencher.iter(|| render_html(black_box(&text), &context))
        });
    }
    let summary = "A '''summary''' of one line, about #1 and WikiStart";
    group.throughput(Throughput::Bytes(summary.len() as u64));
    group.bench_function("oneliner", |bencher| {
        bencher.iter(|| render_oneliner(black_box(summary), &context))
    });
    group.finish();
}

criterion_group!(benches, render);
criterion_main!(benches);
