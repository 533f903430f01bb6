//! What the program says when something goes wrong: one line, and an exit code a script can tell apart.
use std::fmt;
use std::io;

/// Exit codes, as `--help` documents them.
pub(crate) mod code {
    pub(crate) const FAILED: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const PEER_DIED: u8 = 3;
    pub(crate) const TIMED_OUT: u8 = 4;
    /// 128 + SIGPIPE: whoever read our output has gone. Said without a message, as other programs do.
    pub(crate) const BROKEN_PIPE: u8 = 141;
}

/// What happened, what to do about it, and the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    todo: String,
    code: u8,
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn new(code: u8, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { what: one_line(what.into()), todo: one_line(todo.into()), code }
    }

    /// Something went wrong that is neither the caller's arguments nor the other end.
    pub(crate) fn failed(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self::new(code::FAILED, what, todo)
    }

    /// The arguments cannot be right.
    pub(crate) fn usage(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self::new(code::USAGE, what, todo)
    }

    /// An input or output error on `whose`: our own output closed under us is [`code::BROKEN_PIPE`].
    pub(crate) fn io(error: &io::Error, doing: &str, todo: &str) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(code::BROKEN_PIPE, "", ""),
            _ => Self::failed(format!("{doing}: {}", plain(error)), todo),
        }
    }

    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    pub(crate) fn todo(&self) -> &str {
        &self.todo
    }

    /// Whether there is anything to say: a broken pipe is not worth a line.
    pub(crate) fn is_silent(&self) -> bool {
        self.what.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "annulus: {}: {}", self.what, self.todo)
    }
}

/// The system's own words, without the number that `std` adds.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

/// An error must stay one line whatever a file name contains.
fn one_line(text: String) -> String {
    if text.contains(char::is_control) {
        text.chars()
            .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] })
            .collect()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_line_whatever_it_quotes() {
        let failure = Failure::failed("no ring \"a\nb\"", "see `annulus ls`");
        assert_eq!(failure.to_string(), "annulus: no ring \"a\\nb\": see `annulus ls`");
    }

    #[test]
    fn a_broken_pipe_says_nothing() {
        let failure = Failure::io(&io::ErrorKind::BrokenPipe.into(), "cannot write", "try again");
        assert!(failure.is_silent());
        assert_eq!(failure.code(), code::BROKEN_PIPE);
    }
}
