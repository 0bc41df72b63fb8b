//! A TCP line that fails as told: late, cut, reset, half open, swallowed, garbled, in single bytes.
//!
//! Threads and std only. It stands between a client and a server on loopback, and each connection
//! gets a fault of its own; lines that are open can be cut or left half open at any moment.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A pump looks up so often.
const LOOK_UP: Duration = Duration::from_millis(5);

/// How a line ends for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// In good order.
    Eof,
    /// By a reset: what was on its way is lost.
    Reset,
    /// With these words before it.
    Says(&'static [u8]),
}

/// What is wrong with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Whatever the server says comes so much later.
    Delay(Duration),
    /// It ends when so many bytes of the server's have come through.
    CutFromServer(usize, End),
    /// It ends when so many bytes of the client's have gone through.
    CutFromClient(usize, End),
    /// It ends instead of passing on the client's line of this number, counted from 0.
    CutAtLine(usize, End),
    /// It is accepted; whatever is said is swallowed, either way.
    BlackHole,
    /// After so many bytes of the server's comes noise in their place.
    Garbage(usize),
    /// What the server says comes byte by byte.
    Bytewise,
    /// What the server says comes at so many bytes in a second.
    Throttle(u32),
}

/// A running proxy; it ends, and its lines with it, when dropped.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    to: u16,
    /// For the next connection, and for every one after it.
    plan: Mutex<(Option<Fault>, Fault)>,
    lines: Mutex<Vec<Arc<Line>>>,
    opened: AtomicUsize,
    /// Lines with lower numbers are half open.
    dead_below: AtomicUsize,
    stop: AtomicBool,
}

struct Line {
    number: usize,
    fault: Fault,
    client: TcpStream,
    server: TcpStream,
    over: AtomicBool,
    /// Bytes that the server has said.
    said: AtomicU64,
}

impl Proxy {
    /// Starts one before a port of 127.0.0.1.
    pub fn start(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            to,
            plan: Mutex::new((None, Fault::None)),
            lines: Mutex::default(),
            opened: AtomicUsize::new(0),
            dead_below: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let inside = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if inside.stop.load(Ordering::SeqCst) {
                    return;
                }
                inside.open(client);
            }
        });
        Self { port, shared }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What is wrong with the next connection; with the ones after it nothing, or what `always` says.
    pub fn next(&self, fault: Fault) {
        self.shared.plan.lock().unwrap().0 = Some(fault);
    }

    /// What is wrong with every connection from now on.
    pub fn always(&self, fault: Fault) {
        *self.shared.plan.lock().unwrap() = (None, fault);
    }

    /// How many connections came.
    pub fn opened(&self) -> usize {
        self.shared.opened.load(Ordering::SeqCst)
    }

    /// How many of them are open.
    pub fn open(&self) -> usize {
        let mut lines = self.shared.lines.lock().unwrap();
        lines.retain(|line| !line.over.load(Ordering::SeqCst));
        lines.len()
    }

    /// How many bytes the server has said on the lines that are open.
    pub fn said(&self) -> u64 {
        let lines = self.shared.lines.lock().unwrap();
        lines.iter().map(|line| line.said.load(Ordering::SeqCst)).sum()
    }

    /// Ends every open line.
    pub fn cut(&self, end: End) {
        for line in self.shared.lines.lock().unwrap().iter() {
            line.finish(end);
        }
    }

    /// Leaves every open line half open: nothing comes through any more, either way, and nobody is
    /// told.
    pub fn leave_half_open(&self) {
        self.shared.dead_below.store(self.opened(), Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.cut(End::Eof);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

impl Shared {
    fn open(self: &Arc<Self>, client: TcpStream) {
        let mut plan = self.plan.lock().unwrap();
        let fault = plan.0.take().unwrap_or(plan.1);
        drop(plan);
        let Ok(server) = TcpStream::connect(("127.0.0.1", self.to)) else { return };
        for tcp in [&client, &server] {
            tcp.set_nodelay(true).unwrap();
            tcp.set_read_timeout(Some(LOOK_UP)).unwrap();
        }
        let number = self.opened.fetch_add(1, Ordering::SeqCst);
        let (over, said) = (AtomicBool::new(false), AtomicU64::new(0));
        let line = Arc::new(Line { number, fault, client, server, over, said });
        self.lines.lock().unwrap().push(Arc::clone(&line));
        for from_client in [true, false] {
            let (shared, line) = (Arc::clone(self), Arc::clone(&line));
            std::thread::spawn(move || {
                if line.pump(&shared, from_client).is_err() {
                    line.finish(End::Eof);
                }
                // A reset is sent when the last hand is off the socket.
                shared.lines.lock().unwrap().retain(|one| !one.over.load(Ordering::SeqCst));
            });
        }
    }
}

impl Line {
    /// The first end that is told is the one that comes.
    fn finish(&self, end: End) {
        if self.over.swap(true, Ordering::SeqCst) {
            return;
        }
        let _server_gone = self.server.shutdown(Shutdown::Both);
        match end {
            End::Reset => {
                let socket = socket2::SockRef::from(&self.client);
                let _gone = socket.set_linger(Some(Duration::ZERO));
            }
            End::Says(words) => {
                let _gone = (&self.client).write_all(words);
                let _gone = self.client.shutdown(Shutdown::Both);
            }
            End::Eof => {
                let _gone = self.client.shutdown(Shutdown::Both);
            }
        }
    }

    fn is_dead(&self, shared: &Shared) -> bool {
        self.fault == Fault::BlackHole || self.number < shared.dead_below.load(Ordering::SeqCst)
    }

    /// Passes bytes on until the line is over or one side has ended.
    fn pump(&self, shared: &Shared, from_client: bool) -> io::Result<()> {
        let (mut from, to) = match from_client {
            true => (&self.client, &self.server),
            false => (&self.server, &self.client),
        };
        let (mut passed, mut chunk) = (0, [0; 4096]);
        while !self.over.load(Ordering::SeqCst) {
            let many = match from.read(&mut chunk) {
                // On a half-open line the client never hears of the server's end.
                Ok(0) if !from_client && self.is_dead(shared) => return Ok(()),
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(many) => many,
                Err(error)
                    if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) =>
                {
                    continue;
                }
                Err(error) => return Err(error),
            };
            if self.is_dead(shared) {
                continue;
            }
            if !from_client {
                self.said.fetch_add(many as u64, Ordering::SeqCst);
            }
            self.pass(&chunk[..many], to, &mut passed, from_client)?;
        }
        Ok(())
    }

    /// `passed`: bytes, or the client's lines where those are counted.
    fn pass(
        &self,
        bytes: &[u8],
        mut to: &TcpStream,
        passed: &mut usize,
        from_client: bool,
    ) -> io::Result<()> {
        match (self.fault, from_client) {
            (Fault::CutFromServer(most, end), false) | (Fault::CutFromClient(most, end), true) => {
                let left = bytes.len().min(most - *passed);
                to.write_all(&bytes[..left])?;
                *passed += left;
                if *passed == most {
                    self.finish(end);
                }
                Ok(())
            }
            (Fault::CutAtLine(line, end), true) => {
                for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
                    if *passed == line {
                        self.finish(end);
                        return Ok(());
                    }
                    to.write_all(piece)?;
                    *passed += usize::from(piece.ends_with(b"\n"));
                }
                Ok(())
            }
            (Fault::Garbage(after), false) => {
                let clean = bytes.len().min(after.saturating_sub(*passed));
                *passed += bytes.len();
                to.write_all(&bytes[..clean])?;
                let noise = bytes[clean..].iter().map(|byte| byte.wrapping_mul(167) ^ 0xA5);
                to.write_all(&noise.collect::<Vec<u8>>())
            }
            (Fault::Delay(pause), false) => {
                std::thread::sleep(pause);
                to.write_all(bytes)
            }
            (Fault::Bytewise, false) => bytes.iter().try_for_each(|byte| to.write_all(&[*byte])),
            (Fault::Throttle(rate), false) => bytes.chunks(64).try_for_each(|piece| {
                std::thread::sleep(Duration::from_secs(1) * piece.len() as u32 / rate);
                to.write_all(piece)
            }),
            _ => to.write_all(bytes),
        }
    }
}
