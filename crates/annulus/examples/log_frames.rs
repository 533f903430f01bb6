//! Many threads log to one file: each formats its line where the file's writer reads it, and none waits for another or for the disk. Ends by
//! itself, and fails if a line is lost, doubled, torn, or out of its thread's order.
//!
//! ```sh
//! cargo run --release -p annulus --example log_frames
//! ```
use annulus::records::{RecordReader, RecordWriter, ring};
use annulus::{GrantError, ReadError};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::thread;

const THREADS: usize = 4;

/// So many lines of each thread.
const LINES: usize = 50_000;

/// No line is longer, and most are much shorter: what a line does not need goes back to the ring.
const LONGEST: usize = 200;

/// Lines of different lengths.
fn write_line(into: &mut dyn io::Write, thread: usize, n: usize) -> io::Result<()> {
    writeln!(into, "thread {thread} line {n} {:~<1$}", "", n % 100)
}

/// Logs all lines of a thread. A program that may lose lines would go on where this one tries again.
fn log(writer: &RecordWriter, thread: usize) {
    for n in 0..LINES {
        let mut record = loop {
            match writer.reserve(LONGEST) {
                Ok(record) => break record,
                Err(GrantError::Full | GrantError::Busy) => thread::yield_now(),
                Err(error) => panic!("{error}"),
            }
        };
        let mut rest = &mut record[..];
        write_line(&mut rest, thread, n).expect("no line is longer");
        let used = LONGEST - rest.len();
        record.commit(used);
    }
}

/// Writes what is logged to the file until the last writer has gone.
fn collect(reader: &RecordReader, file: File) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    loop {
        match reader.read() {
            Ok(record) => file.write_all(&record)?,
            Err(ReadError::Closed) => return file.flush(),
            Err(_) => thread::yield_now(),
        }
    }
}

fn check(path: &Path) -> io::Result<()> {
    let (mut next, mut expected) = ([0; THREADS], Vec::new());
    for line in BufReader::new(File::open(path)?).lines() {
        let line = line?;
        let thread =
            line.split(' ').nth(1).and_then(|number| number.parse::<usize>().ok()).expect("a whole line");
        expected.clear();
        write_line(&mut expected, thread, next[thread])?;
        assert_eq!(
            format!("{line}\n").as_bytes(),
            expected,
            "each line once, whole, and in its thread's order"
        );
        next[thread] += 1;
    }
    assert_eq!(next, [LINES; THREADS], "every line");
    Ok(())
}

fn main() -> io::Result<()> {
    let path = std::env::temp_dir().join(format!("annulus_log_frames_{}.log", std::process::id()));
    let file = File::create_new(&path)?;
    let (writer, reader) = ring(64 * 1024);
    let collected = thread::scope(|scope| {
        for number in 0..THREADS {
            let writer = writer.clone();
            scope.spawn(move || log(&writer, number));
        }
        drop(writer);
        collect(&reader, file)
    });
    let checked = collected.and_then(|()| check(&path));
    std::fs::remove_file(&path)?;
    checked?;
    println!("ok: {} lines of {THREADS} threads, each once, whole and in order", THREADS * LINES);
    Ok(())
}
