//! Git's smart protocol over the user's own `ssh`, whose agent, keys, configuration and known hosts stay its own.

use std::io::{self, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use git2::Error;
use git2::transport::{Service, SmartSubtransport};

use super::address::SshAddress;
use super::connection::{Connection, Stream, Way, lock};
use crate::sources::remote::FetchError;

/// The most bytes of what `ssh` says about a failure.
const WORDS_BYTES_MAX: usize = 4_096;

/// One run of `ssh`.
pub(super) struct SshTransport {
    connection: Arc<Connection>,
}

impl SshTransport {
    pub(super) fn new(connection: Arc<Connection>) -> Self {
        Self { connection }
    }
}

impl SmartSubtransport for SshTransport {
    fn action(&self, _url: &str, action: Service) -> Result<Stream, Error> {
        // libgit2 asks once, and goes on with the same stream.
        if action != Service::UploadPackLs {
            return Err(Error::from_str("repositories are only read"));
        }
        match Pipe::open(&self.connection) {
            Ok(pipe) => Ok(Box::new(pipe)),
            Err(error) => Err(self.connection.fail(error)),
        }
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// Returns the arguments of `ssh`. The address was checked: no part of it can be an option or end the quotes.
fn arguments(address: &SshAddress) -> Vec<String> {
    // No question is ever asked, since nobody is there to answer, and nothing else goes through the connection.
    let options = ["-oBatchMode=yes", "-oConnectTimeout=30", "-oClearAllForwardings=yes"];
    let mut arguments: Vec<String> = options.map(str::to_owned).to_vec();
    if let Some(port) = address.port {
        arguments.extend(["-p".to_owned(), port.to_string()]);
    }
    arguments.push(match &address.user {
        Some(user) => format!("{user}@{}", address.host),
        None => address.host.clone(),
    });
    arguments.push(format!("git-upload-pack '{}'", address.path));
    arguments
}

struct Pipe {
    connection: Arc<Connection>,
    child: Arc<Mutex<Child>>,
    input: Option<ChildStdin>,
    output: ChildStdout,
    words: Words,
    read: u64,
    /// Dropped at the end, which ends the watch.
    watch: Option<Sender<()>>,
}

impl Pipe {
    fn open(connection: &Arc<Connection>) -> Result<Self, FetchError> {
        let Way::Ssh { program, address } = &connection.way else {
            return Err(FetchError::WrongAnswer("the connection is none over ssh".to_owned()));
        };
        connection.check_time()?;
        let mut child = Command::new(program)
            .args(arguments(address))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| FetchError::Unreachable(format!("`ssh` cannot be run: {}", error.kind())))?;
        let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = streams else {
            return Err(FetchError::Unreachable("`ssh` has no streams".to_owned()));
        };
        let words = Words::of(errors);
        let child = Arc::new(Mutex::new(child));
        let watch = Some(watch(&child, connection.deadline));
        let connection = Arc::clone(connection);
        Ok(Self { connection, child, input: Some(input), output, words, read: 0, watch })
    }

    /// Returns why the stream ended, when it ended without a word of git.
    fn ended(&mut self) -> FetchError {
        if let Err(error) = self.connection.check_time() {
            return error;
        }
        self.input = None;
        let _ = lock(&self.child).wait();
        let words = self.words.said();
        let last = words.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or("it said nothing");
        let last: String = last.chars().filter(|it| !it.is_control()).take(200).collect();
        FetchError::Unreachable(format!("ssh: {last}"))
    }
}

/// What the program says on its error stream.
struct Words {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Words {
    fn of(mut errors: ChildStderr) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (sender, ended) = channel();
        let kept = Arc::clone(&bytes);
        std::thread::spawn(move || {
            let mut buffer = [0; 1_024];
            // All is read, so that the program never waits for us.
            while let Ok(read @ 1..) = errors.read(&mut buffer) {
                let mut kept = lock(&kept);
                let room = WORDS_BYTES_MAX.saturating_sub(kept.len());
                kept.extend(buffer.iter().take(read.min(room)));
            }
            drop(sender);
        });
        Self { bytes, ended }
    }

    /// Returns what was said. A connection that `ssh` keeps for later may hold the stream open, so that its end is not
    /// waited for.
    fn said(&self) -> String {
        let _ = self.ended.recv_timeout(Duration::from_millis(500));
        String::from_utf8_lossy(&lock(&self.bytes)).into_owned()
    }
}

/// Ends the program at the deadline, since a read of its output does not.
fn watch(child: &Arc<Mutex<Child>>, deadline: Instant) -> Sender<()> {
    let (sender, receiver) = channel();
    let child = Arc::clone(child);
    std::thread::spawn(move || {
        let left = deadline.saturating_duration_since(Instant::now());
        if receiver.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
            let _ = lock(&child).kill();
        }
    });
    sender
}

impl Read for Pipe {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.output.read(into)?;
        if read == 0 && !into.is_empty() {
            let error = self.ended();
            return if self.read == 0 { Err(self.connection.fail_io(error)) } else { Ok(0) };
        }
        self.read = self.read.saturating_add(read as u64);
        if self.read > self.connection.bytes_max {
            return Err(self.connection.fail_io(FetchError::TooLarge(self.connection.bytes_max)));
        }
        self.connection.check_time().map_err(|error| self.connection.fail_io(error))?;
        Ok(read)
    }
}

impl Write for Pipe {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match &mut self.input {
            Some(input) => input.write(from),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.input.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.watch = None;
        // Without input the program ends by itself; it is not waited for longer than a kill takes.
        self.input = None;
        let mut child = lock(&self.child);
        let _ = child.kill();
        let _ = child.wait();
    }
}
