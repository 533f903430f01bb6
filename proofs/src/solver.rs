//! The two solvers: z3 in dialogue, because it also steers the exploration; cvc5 in one batch per scenario.
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

const Z3: (&str, &[&str]) = ("z3", &["-in", "-smt2"]);
const CVC5: (&str, &[&str]) = ("cvc5", &["--lang", "smt2", "--incremental", "-q", "--tlimit-per=20000"]);

/// Checks that both solvers can be started.
pub(crate) fn find() -> Result<(), String> {
    for (name, _) in [Z3, CVC5] {
        let found = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !found.is_ok_and(|s| s.success()) {
            return Err(format!(
                "`{name}` is not on the PATH. The proofs need two solvers, z3 and cvc5:\n  \
                 Debian, Ubuntu:  apt install z3 cvc5\n  anywhere else:   pip install z3-solver, and cvc5 from \
                 https://github.com/cvc5/cvc5/releases"
            ));
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Sat,
    Unsat,
    Unknown,
}

fn answer(line: &str) -> Answer {
    match line.trim() {
        "sat" => Answer::Sat,
        "unsat" => Answer::Unsat,
        _ => Answer::Unknown,
    }
}

/// z3, one process for a whole scenario.
pub(crate) struct Dialogue {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// How long we waited for answers.
    pub(crate) waited: Duration,
}

impl Dialogue {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(Z3.0)
            .args(Z3.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`find` has seen z3");
        let to = child.stdin.take().expect("it is piped");
        let from = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, to, from, waited: Duration::ZERO }
    }

    pub(crate) fn tell(&mut self, text: &str) {
        self.to.write_all(text.as_bytes()).expect("z3 listens");
        self.to.write_all(b"\n").expect("z3 listens");
    }

    /// Whether `formula` can hold beside all that was told.
    pub(crate) fn check(&mut self, formula: &str) -> Answer {
        let since = Instant::now();
        self.tell(&format!("(push 1)(assert {formula})(check-sat)(pop 1)"));
        self.to.flush().expect("z3 listens");
        let mut line = String::new();
        self.from.read_line(&mut line).expect("z3 answers");
        self.waited += since.elapsed();
        assert!(!line.starts_with("(error"), "z3: {line}");
        answer(&line)
    }

    /// Values that make `formula` true, if there are any.
    pub(crate) fn example(&mut self, formula: &str, names: &[String]) -> String {
        let names = names.join(" ");
        self.tell(&format!(
            "(push 1)(assert {formula})(check-sat)(get-value ({names}))(echo \"end\")(pop 1)"
        ));
        self.to.flush().expect("z3 listens");
        let mut all = String::new();
        let mut line = String::new();
        while self.from.read_line(&mut line).is_ok_and(|n| n != 0) && line.trim() != "end" {
            all.push_str(line.trim());
            all.push(' ');
            line.clear();
        }
        all.trim_start_matches("sat ").to_string()
    }
}

impl Drop for Dialogue {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a script in cvc5; answers with one answer for each `check-sat`, and the time it took.
pub(crate) fn batch(script: String) -> (Vec<Answer>, Duration) {
    let since = Instant::now();
    let mut child = Command::new(CVC5.0)
        .args(CVC5.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`find` has seen cvc5");
    let mut to = child.stdin.take().expect("it is piped");
    // Written from a thread of its own: both pipes are short, and cvc5 answers while it reads.
    let writer = std::thread::spawn(move || to.write_all(script.as_bytes()));
    let output = child.wait_with_output().expect("cvc5 ends");
    // A solver that died early shows as missing answers, so a broken pipe needs no report of its own.
    let _ = writer.join();
    let answers = String::from_utf8_lossy(&output.stdout).lines().map(answer).collect();
    (answers, since.elapsed())
}
