//! Who waits uses no processor.
use annulus::RecvError;
use annulus::mpmc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How many wait.
const WAITING: usize = 1000;

/// Of a core, for all who wait together: a hundredth.
const SHARE: u32 = 100;

/// The processor time of this program, threads of the kernel that work for it included.
fn used() -> Duration {
    // SAFETY: a time is two integers.
    let mut time: libc::timespec = unsafe { std::mem::zeroed() };
    // SAFETY: it is written to, and nothing else.
    let known = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(known, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Waits until all are asleep, looks for two seconds at what they use, and says so.
fn measure(who: &str) {
    let begun = Instant::now();
    loop {
        let before = used();
        thread::sleep(Duration::from_millis(300));
        if used() - before < Duration::from_millis(3) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{who}: they do not fall asleep");
    }
    let (begun, before) = (Instant::now(), used());
    thread::sleep(Duration::from_secs(2));
    let (took, used) = (begun.elapsed(), used() - before);
    let percent = used.as_secs_f64() / took.as_secs_f64() * 100.0;
    println!("{WAITING} {who} that wait use {used:?} of {took:?}: {percent:.4} % of a core");
    assert!(used * SHARE < took, "{who}: {used:?} of {took:?}");
}

/// Runs the test of this name in a program of its own, whose processor time is that of those who wait; true in there.
fn alone(name: &str) -> bool {
    if std::env::var_os("ANNULUS_WAITING").is_some() {
        return true;
    }
    let ended = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("idle::{name}"), "--nocapture"])
        .env("ANNULUS_WAITING", "")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    let line = said.lines().find(|line| line.contains("of a core"));
    println!("{}", line.unwrap_or_default());
    assert!(ended.status.success() && line.is_some(), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    false
}

#[test]
fn threads_that_wait_use_no_processor() {
    if !alone("threads_that_wait_use_no_processor") {
        return;
    }
    let (sender, receiver) = channel::<u8>(1);
    let waiting: Vec<_> = (0..WAITING)
        .map(|_| {
            let receiver = receiver.clone();
            thread::Builder::new().stack_size(128 << 10).spawn(move || receiver.recv()).unwrap()
        })
        .collect();
    measure("threads");
    drop(sender);
    waiting.into_iter().for_each(|waiting| assert_eq!(waiting.join().unwrap(), Err(RecvError::Closed)));
}

#[test]
fn tasks_that_wait_use_no_processor() {
    if !alone("tasks_that_wait_use_no_processor") {
        return;
    }
    let (sender, receiver) = channel::<u8>(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let received = |receiver: Receiver<u8>| async move { receiver.recv_async().await };
    let waiting: Vec<_> = (0..WAITING).map(|_| runtime.spawn(received(receiver.clone()))).collect();
    measure("tasks");
    drop(sender);
    for waiting in waiting {
        assert_eq!(runtime.block_on(waiting).unwrap(), Err(RecvError::Closed));
    }
}
