//! Rings that are not what they should be: foreign files, damaged words, a peer that scribbles.
#![cfg(all(feature = "ipc", target_os = "linux", target_pointer_width = "64"))]
use annulus::ipc::{self, Error, Options, PopError, PushError};
use ipc_support::{Name, Peer, create, open, role};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

mod ipc_support;

/// As `docs/layout.md` has them.
const HEADER: usize = 152;
const CONTROL: u64 = 256;
const LINE: u64 = 128;

fn raw(name: &Name) -> File {
    OpenOptions::new().read(true).write(true).open(name.path()).unwrap()
}

fn put(file: &File, at: u64, word: u64) {
    file.write_all_at(&word.to_ne_bytes(), at).unwrap();
}

fn get(file: &File, at: u64) -> u64 {
    let mut bytes = [0; 8];
    file.read_exact_at(&mut bytes, at).unwrap();
    u64::from_ne_bytes(bytes)
}

/// Makes the check sum of the header right again.
fn sign(file: &File) {
    let mut bytes = [0; HEADER - 8];
    file.read_exact_at(&mut bytes, 0).unwrap();
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    put(file, HEADER as u64 - 8, sum);
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Not a test: what the other processes run.
#[test]
fn child() {
    let Some(words) = role() else { return };
    assert_eq!(words[0], "scribble");
    let file = OpenOptions::new().read(true).write(true).open(&words[1]).unwrap();
    let words = file.metadata().unwrap().len() / 8;
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(5) {
        let any = dice.roll(u64::MAX);
        let word = match dice.roll(6) {
            0 => 0,
            1 => 1,
            2 => any % 100,
            3 => u64::MAX - any % 100,
            4 => get(&file, CONTROL + any % 7 * LINE).wrapping_add(any >> 60),
            _ => any,
        };
        match dice.roll(20) {
            0 => put(&file, dice.roll(words) * 8, word),
            1 => file.write_all_at(&[0; 896], CONTROL).unwrap(), // plausible for once
            2 => put(&file, dice.roll(HEADER as u64 / 8) * 8, word),
            _ => put(&file, CONTROL + dice.roll(7) * LINE + dice.roll(3) * 8, word),
        }
    }
}

#[test]
fn a_peer_that_scribbles_over_everything_does_no_harm() {
    for capacity in [1, 5, 64] {
        let name = Name::new("scribble");
        let queue = create(&name, capacity);
        let _peer = Peer::start("scribble", &[&name.path()]);
        let end = Instant::now() + Duration::from_millis(700);
        let slowest = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let (mut slowest, mut dice) = (Duration::ZERO, Dice(1));
                while Instant::now() < end {
                    let Ok(mut sender) = queue.sender() else { continue };
                    while Instant::now() < end {
                        let begun = Instant::now();
                        let wait = Duration::from_micros(50);
                        let stop = match dice.roll(4) {
                            0 => matches!(sender.try_send(7), Err(PushError::Corrupt(7))),
                            1 => sender.send_timeout(7, wait).is_err() && dice.roll(8) == 0,
                            2 => match sender.reserve_up_to_timeout(9, wait) {
                                Ok(mut grant) => {
                                    let n = grant.len();
                                    assert!(n <= capacity);
                                    grant.write(0, &[3; 64][..n]);
                                    grant.commit(n);
                                    false
                                }
                                Err(_) => dice.roll(8) == 0,
                            },
                            _ => {
                                assert!(sender.producer().push_slice(&[1, 2, 3]) <= capacity);
                                assert!(sender.len() <= capacity && sender.vacant() <= capacity);
                                false
                            }
                        };
                        slowest = slowest.max(begun.elapsed());
                        if stop {
                            break;
                        }
                    }
                    let _ = (queue.stat(), format!("{sender:?}"));
                }
                slowest
            });
            let (mut slowest, mut dice) = (Duration::ZERO, Dice(2));
            while Instant::now() < end {
                let Ok(mut receiver) = queue.receiver() else { continue };
                while Instant::now() < end {
                    let begun = Instant::now();
                    let wait = Duration::from_micros(50);
                    let stop = match dice.roll(4) {
                        0 => matches!(receiver.try_recv(), Err(PopError::Corrupt)),
                        1 => receiver.recv_timeout(wait).is_err() && dice.roll(8) == 0,
                        2 => match receiver.claim_up_to_timeout(9, wait) {
                            Ok(grant) => {
                                let n = grant.len();
                                assert!(n <= capacity);
                                grant.read(0, &mut [0; 64][..n]);
                                grant.release(n);
                                false
                            }
                            Err(_) => dice.roll(8) == 0,
                        },
                        _ => {
                            assert!(receiver.consumer().pop_slice(&mut [0; 9]) <= capacity);
                            assert!(receiver.len() <= capacity);
                            false
                        }
                    };
                    slowest = slowest.max(begun.elapsed());
                    if stop {
                        break;
                    }
                }
                let _ = (ipc::inspect(&name), format!("{receiver:?}"));
            }
            slowest.max(writer.join().unwrap())
        });
        assert!(slowest < Duration::from_secs(1), "an operation took {slowest:?}");
    }
}

#[test]
fn every_byte_of_the_header_counts() {
    let name = Name::new("flip");
    create(&name, 8);
    let file = raw(&name);
    for at in 0..HEADER as u64 {
        for flip in [0x01, 0x80, 0xff] {
            let mut byte = [0];
            file.read_exact_at(&mut byte, at).unwrap();
            file.write_all_at(&[byte[0] ^ flip], at).unwrap();
            let error = Options::new().open::<u64>(&name).unwrap_err();
            assert_eq!(error.to_string(), ipc::inspect(&name).unwrap_err().to_string());
            let right = match at {
                0..8 => matches!(error, Error::NotARing { .. }),
                8..14 | 16..36 => matches!(error, Error::WrongVersion { .. }),
                _ => matches!(error, Error::Corrupt { .. }),
            };
            assert!(right, "byte {at}: {error}");
            assert!(error.to_string().contains(&name.0));
            file.write_all_at(&byte, at).unwrap();
        }
    }
    open(&name);
}

#[test]
fn a_header_that_lies_with_a_right_check_sum_is_refused_or_harmless() {
    let name = Name::new("lie");
    create(&name, 8);
    let file = raw(&name);
    for at in (16..HEADER as u64 - 8).step_by(8) {
        let was = get(&file, at);
        let near = [was.wrapping_add(1), was.wrapping_sub(1), was << 1, was >> 1, was << 32];
        let far = [
            0,
            1,
            3,
            8,
            128,
            512,
            3968,
            4096,
            4097,
            8192,
            1 << 47,
            1 << 62,
            1 << 63,
            u64::MAX,
            u64::MAX - 4095,
        ];
        for word in near.into_iter().chain(far) {
            file.write_all_at(&[0; 8192 - 256], 256).unwrap();
            put(&file, at, word);
            sign(&file);
            let _ = ipc::inspect(&name);
            if let Ok(queue) = Options::new().open::<u64>(&name) {
                let (mut sender, mut receiver) = (queue.producer().unwrap(), queue.consumer().unwrap());
                let n = sender.push_slice(&[5; 600]);
                assert!(n <= 512, "{n} elements in a page, with {word:#x} at {at}");
                assert_eq!(receiver.pop_slice(&mut [0; 600]), n);
            }
        }
        put(&file, at, was);
        sign(&file);
    }
    open(&name);
}

#[test]
fn damaged_control_words_are_named() {
    let name = Name::new("words");
    let queue = create(&name, 8);
    let file = raw(&name);
    for (at, word, what) in [
        (0, 9, "the positions"),
        (0, u64::MAX, "the positions"),
        (LINE, 1, "the positions"),
        (8, 3, "the writer's lap"),
        (LINE + 8, (1 << 40) + 1, "the laps"),
    ] {
        put(&file, CONTROL + at, word);
        let error = queue.producer().unwrap_err();
        assert!(matches!(error, Error::Corrupt { what: found, .. } if found == what), "{error}");
        put(&file, CONTROL + at, 0);
    }
    drop(queue.producer().unwrap());
}

#[test]
fn a_cursor_that_lies_is_reported_and_not_believed() {
    let name = Name::new("liar");
    let queue = create(&name, 8);
    let file = raw(&name);
    let (mut producer, mut consumer) = (queue.producer().unwrap(), queue.consumer().unwrap());
    assert_eq!(producer.push_slice(&[1; 8]), 8);
    put(&file, CONTROL + LINE, 9); // released more than was committed
    assert_eq!(producer.push(2), Err(PushError::Corrupt(2)));
    put(&file, CONTROL, 9); // committed more than fits
    assert_eq!(consumer.pop(), Err(PopError::Corrupt));
    assert_eq!(consumer.pop_slice(&mut [0; 9]), 0);
}

#[test]
fn what_is_not_a_ring_is_refused() {
    let name = Name::new("foreign");
    let refused = || {
        for error in [Options::new().open::<u64>(&name).unwrap_err(), ipc::inspect(&name).unwrap_err()] {
            assert!(matches!(error, Error::NotARing { .. }), "{error}");
        }
    };
    for contents in [vec![], vec![0; 8192], vec![0xff; 8192], b"annulus\0".to_vec()] {
        std::fs::write(name.path(), contents).unwrap();
        refused();
    }
    std::fs::remove_file(name.path()).unwrap();
    std::fs::create_dir(name.path()).unwrap();
    refused();
    std::fs::remove_dir(name.path()).unwrap();
    std::os::unix::fs::symlink("/dev/null", name.path()).unwrap();
    refused();
    std::fs::remove_file(name.path()).unwrap();
    if std::process::Command::new("mkfifo").arg(name.path()).status().is_ok_and(|done| done.success()) {
        refused();
    }
}

#[test]
fn a_file_that_is_cut_short_is_refused() {
    let name = Name::new("short");
    let queue = create(&name, 1024);
    for len in [4096 + 8191, 5000, 200] {
        raw(&name).set_len(len).unwrap();
        for error in [
            Options::new().open::<u64>(&name).unwrap_err(),
            ipc::inspect(&name).unwrap_err(),
            queue.stat().unwrap_err(),
        ] {
            assert!(matches!(error, Error::Truncated { found, .. } if found == len), "{len}: {error}");
        }
    }
    raw(&name).set_len(5000).unwrap();
    assert!(matches!(queue.producer(), Err(Error::Truncated { .. })));
}

#[test]
fn a_ring_without_permission_says_so() {
    let name = Name::new("mode");
    Options::new().mode(0).create::<u64>(&name).unwrap();
    match Options::new().open::<u64>(&name) {
        Err(error) => assert!(matches!(error, Error::PermissionDenied { .. }), "{error}"),
        Ok(_) => eprintln!("skipped: this user may do anything"),
    }
}

#[test]
fn the_layout_is_the_documented_one() {
    let name = Name::new("golden");
    let queue = Options::new().capacity(5).tag(0x7a67).create::<[u16; 3]>(&name).unwrap();
    let (mut producer, mut consumer) = (queue.producer().unwrap(), queue.consumer().unwrap());
    producer.push_slice(&[[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
    consumer.pop().unwrap();
    let file = raw(&name);
    let half = |at: u64| get(&file, at) as u32;
    let me = std::process::id();
    assert_eq!(get(&file, 0).to_ne_bytes(), *b"annulus\0");
    assert_eq!(half(8), 0x0403_0201);
    assert_eq!(half(12), u32::from_ne_bytes([1, 0, 0, 0]), "version 1.0");
    let words: Vec<u64> = (16..144).step_by(8).map(|at| get(&file, at)).collect();
    let pair = |low: u32, high: u32| u64::from(low) | u64::from(high) << 32;
    assert_eq!(words[..5], [0, pair(8, LINE as u32), pair(1, me), 6, 2], "features to alignment");
    assert_eq!(words[5..7], [0x7a67, 5], "tag, capacity");
    assert_eq!(words[7..14], [256, 896, 0, 0, 4096, 4096, 8192], "regions, length");
    let stat = queue.stat().unwrap();
    assert_eq!(words[14], stat.id);
    sign(&file);
    ipc::inspect(&name).unwrap();
    let control = |at: u64| get(&file, CONTROL + at);
    assert_eq!([control(0), control(8), control(16)], [3, 0, 0], "committed, its lap, closed");
    assert_eq!(
        [control(LINE), control(LINE + 8), control(LINE + 16)],
        [1, 0, 0],
        "released, its lap, closed"
    );
    assert_eq!(control(3 * LINE), pair(me, 1), "the writer's seat and sittings");
    assert_eq!(control(4 * LINE), pair(me, 1), "the reader's seat and sittings");
    assert_eq!([control(5 * LINE), control(6 * LINE)], [0, 0], "the events");
    let mut data = [0; 18];
    file.read_exact_at(&mut data, 4096).unwrap();
    let expected: Vec<u8> = (1..=9u16).flat_map(u16::to_ne_bytes).collect();
    assert_eq!(data[..], expected[..]);
    drop((producer, consumer));
    assert_eq!([control(16), control(LINE + 16)], [1, 1], "both closed");
    assert_eq!(control(3 * LINE), pair(0, 1), "nobody's");
}
