//! What the numbers were taken on, and which two CPUs take them.

use std::fs;
use std::time::Duration;

/// The lock file is what was really built, so it is where the versions of the peers are read from.
const LOCK: &str = include_str!("../Cargo.lock");

/// Two CPUs by number: of a pair, the writing side is pinned to the first, the reading side to the second.
pub type Cpus = (usize, usize);

/// The first CPU this process may use, and the first other one that is a different core: two threads of one
/// core share its caches, and a queue between them measures something else.
pub fn two_cores() -> Option<Cpus> {
    let allowed: Vec<usize> = core_affinity::get_core_ids()?.iter().map(|core| core.id).collect();
    let first = *allowed.first()?;
    let siblings = siblings_of(first);
    let others = || allowed.iter().copied().filter(|&cpu| cpu != first);
    let second = others().find(|cpu| !siblings.contains(cpu)).or_else(|| others().next())?;
    Some((first, second))
}

/// Every CPU this process may use: `cpus`, then the others. To be asked from a thread that is not pinned.
pub fn cpus_from(cpus: Cpus) -> Vec<usize> {
    let allowed = core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|core| core.id);
    let others = allowed.filter(|&cpu| cpu != cpus.0 && cpu != cpus.1);
    [cpus.0, cpus.1].into_iter().chain(others).collect()
}

/// What all threads of this process have spent running so far.
#[cfg(unix)]
pub fn process_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?))
}

#[cfg(not(unix))]
pub fn process_time() -> Option<Duration> {
    None
}

/// The hardware threads of the core that `cpu` belongs to. Empty where the system does not say.
fn siblings_of(cpu: usize) -> Vec<usize> {
    // https://docs.kernel.org/admin-guide/cputopology.html
    let path = format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
    fs::read_to_string(path).map(|list| parse_cpu_list(&list)).unwrap_or_default()
}

/// `0,4-6` is 0, 4, 5, 6.
fn parse_cpu_list(list: &str) -> Vec<usize> {
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let range = |part: &str| match part.split_once('-') {
        Some((low, high)) => Some(number(low)?..=number(high)?),
        None => number(part).map(|n| n..=n),
    };
    list.split(',').filter_map(range).flatten().collect()
}

/// Pins the calling thread. False where the system refuses or has no such notion.
pub fn pin(cpu: usize) -> bool {
    core_affinity::set_for_current(core_affinity::CoreId { id: cpu })
}

/// Whether the sides will really run where we want them.
pub fn pinnable(cpus: Cpus) -> bool {
    // On a thread of its own: the main thread stays where it likes.
    std::thread::spawn(move || pin(cpus.0) && pin(cpus.1)).join().unwrap_or(false)
}

/// How busy the machine was in the last minute: on a busy one the numbers are worth little.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or("not readable").to_owned()
}

/// One line that names the machine, the compiler and the peers.
pub fn describe(cpus: Cpus) -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model =
        model.and_then(|line| line.split_once(':')).map_or(std::env::consts::ARCH, |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let governor =
        fs::read_to_string(format!("/sys/devices/system/cpu/cpu{}/cpufreq/scaling_governor", cpus.0));
    let governor = governor.as_deref().map_or("not readable", str::trim);
    let rustc = env!("BENCH_RUSTC");
    format!("{model}, {cores} CPUs (pinned to {} and {}), governor {governor}, {rustc}", cpus.0, cpus.1)
}

/// The version of a crate this bench was built with.
pub fn version_of(package: &str) -> Option<&'static str> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = LOCK.lines().skip_while(|line| *line != wanted).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cpu_list_may_mix_numbers_and_ranges() {
        assert_eq!(parse_cpu_list("0,4-6\n"), [0, 4, 5, 6]);
        assert!(parse_cpu_list("\n").is_empty());
    }

    #[test]
    #[cfg(unix)]
    fn the_time_of_the_process_grows_while_it_works() {
        let begun = process_time().unwrap();
        while process_time().unwrap() == begun {
            std::hint::spin_loop();
        }
    }

    #[test]
    fn the_lock_file_knows_the_peers() {
        assert!(version_of("rtrb").is_some());
        assert_eq!(version_of("no-such-crate"), None);
    }
}
