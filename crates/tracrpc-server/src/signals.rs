//! The signals that a server heeds.

use tokio::sync::watch;

use crate::app::App;

/// What a signal asks for.
enum Wish {
    /// To take no more requests and end.
    Stop,
    /// To read configurations and password files again.
    Reread,
}

/// Does what signals ask for. The second one to stop ends the process.
pub(crate) fn heed(app: &App, stop: &watch::Sender<bool>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let mut wishes = Wishes::listen();
        loop {
            match wishes.next().await {
                Wish::Reread => app.reread(),
                Wish::Stop if *stop.borrow() => break,
                Wish::Stop => {
                    tracing::info!("stopping; running requests may finish");
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
