//! The signals that a server heeds.

use std::sync::{Arc, mpsc};

use tokio::sync::watch;

use crate::app::App;

/// What a signal brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Files are about to be read again.
    Rereading,
    /// Files have been read again.
    Reread,
    /// No more requests are taken, and the server ends.
    Stopping,
}

/// What a signal asks for.
enum Wish {
    /// To take no more requests and end.
    Stop,
    /// To read configurations and password files again.
    Reread,
}

/// Does what signals ask for, on a thread of its own, once this returns. The second one to
/// stop ends the process.
pub(crate) fn heed(
    app: Arc<App>,
    stop: watch::Sender<bool>,
    tell: impl Fn(Event) + Send + 'static,
) {
    let (listens, listening) = mpsc::channel();
    std::thread::spawn(move || follow(&app, &stop, tell, &listens));
    // An end without a word means that none can be heeded.
    let _ = listening.recv();
}

fn follow(app: &App, stop: &watch::Sender<bool>, tell: impl Fn(Event), listens: &mpsc::Sender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let mut wishes = Wishes::listen();
        let _ = listens.send(());
        loop {
            match wishes.next().await {
                Wish::Reread => {
                    tell(Event::Rereading);
                    app.reread();
                    tell(Event::Reread);
                }
                Wish::Stop if *stop.borrow() => break,
                Wish::Stop => {
                    tracing::info!("stopping; running requests may finish");
                    tell(Event::Stopping);
                    let _ = stop.send(true);
                }
            }
        }
    });
    tracing::warn!("stopped at once");
    std::process::exit(130);
}

#[cfg(unix)]
struct Wishes {
    signals: Option<[tokio::signal::unix::Signal; 3]>,
}

#[cfg(unix)]
impl Wishes {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            SignalKind::terminate(),
            SignalKind::interrupt(),
            SignalKind::hangup(),
        ];
        let signals = match kinds.map(signal) {
            [Ok(terminate), Ok(interrupt), Ok(hangup)] => Some([terminate, interrupt, hangup]),
            _ => None,
        };
        if signals.is_none() {
            tracing::warn!("signals cannot be waited for");
        }
        Self { signals }
    }

    async fn next(&mut self) -> Wish {
        let Some([terminate, interrupt, hangup]) = &mut self.signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => Wish::Stop,
            _ = interrupt.recv() => Wish::Stop,
            _ = hangup.recv() => Wish::Reread,
        }
    }
}

#[cfg(not(unix))]
struct Wishes;

#[cfg(not(unix))]
impl Wishes {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) -> Wish {
        let _ = tokio::signal::ctrl_c().await;
        Wish::Stop
    }
}
