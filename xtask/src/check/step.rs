//! One check.
use crate::places;
use crate::shell::Run;
use anyhow::{Result, bail};
use std::fs;
use std::time::Instant;

/// A check: what it needs, and what it does.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// What has to be installed first. Told whether things may be fetched: what the step then fetches is not lacking.
    pub(crate) lacks: fn(bool) -> Option<String>,
    pub(crate) run: fn(&mut Log) -> Result<()>,
}

impl Step {
    /// A step that needs nothing but cargo.
    pub(crate) fn new(name: &'static str, about: &'static str, run: fn(&mut Log) -> Result<()>) -> Self {
        Self { name, about, lacks: |_| None, run }
    }

    pub(crate) fn needing(mut self, lacks: fn(bool) -> Option<String>) -> Self {
        self.lacks = lacks;
        self
    }
}

/// What the programs of a step said.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) said: String,
    pub(crate) tests: u32,
    note: Option<String>,
    /// Nothing is left out to save time.
    pub(crate) whole: bool,
}

impl Log {
    pub(crate) fn new(whole: bool) -> Self {
        Self { whole, ..Self::default() }
    }

    /// Runs a program of the step, which has to succeed.
    pub(crate) fn run(&mut self, run: Run) -> Result<String> {
        let said = run.said().to_owned();
        self.said += &format!("$ {said}\n");
        let started = Instant::now();
        let ended = run.quietly()?;
        self.said += &ended.output;
        self.said += &format!("({:.1} s)\n", started.elapsed().as_secs_f64());
        self.tests += ended.output.lines().filter_map(tests_passed).sum::<u32>();
        if !ended.is_success() {
            bail!("`{said}` failed");
        }
        Ok(ended.output)
    }

    /// Puts what was said, and how long each program took, where it can be read afterwards.
    pub(crate) fn keep(&self, step: &str) -> Result<()> {
        let folder = places::target("check");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{step}.log")), &self.said)?;
        Ok(())
    }

    /// Which kinds of items the suite has where it is compiled again, in another way, which takes minutes for each: half of them. The
    /// step `test` has them all.
    pub(crate) fn matrix(&self) -> &'static str {
        if self.whole { "" } else { "--cfg annulus_matrix=\"part\"" }
    }

    /// Something to say beside the time.
    pub(crate) fn note(&mut self, note: String) {
        self.note = Some(note);
    }

    pub(crate) fn summary(&self) -> String {
        match (&self.note, self.tests) {
            (Some(note), _) => note.clone(),
            (None, 0) => String::new(),
            (None, tests) => format!("{tests} tests passed"),
        }
    }
}

/// The count in a closing line of a test program.
fn tests_passed(line: &str) -> Option<u32> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    counts.split_once(" passed")?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::tests_passed;

    #[test]
    fn closing_lines_are_counted_and_others_are_not() {
        let line = "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(tests_passed(line), Some(12));
        assert_eq!(tests_passed("test result: FAILED. 3 passed; 1 failed"), Some(3));
        assert_eq!(tests_passed("test a ... ok"), None);
    }
}
