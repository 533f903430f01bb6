//! How many bytes of code a queue costs where bytes count: freestanding programs, built for size.
use crate::check::freestanding::{functions, link};
use crate::check::step::Log;
use anyhow::{Context as _, Result};

pub(crate) fn main() -> Result<bool> {
    let mut log = Log::default();
    for (queue, program) in link(&mut log).with_context(|| log.said.clone())? {
        let functions = functions(&program)?;
        for function in &functions {
            println!("{:6}  {}", function.size, function.name);
        }
        let bytes: usize = functions.iter().map(|function| function.size).sum();
        let most = queue.most.map(|most| format!(", of {most} that are allowed")).unwrap_or_default();
        println!("{bytes:6}  bytes of code in all: {}{most}\n", queue.name);
    }
    Ok(true)
}
