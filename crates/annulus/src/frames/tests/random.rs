//! Random steps on both ends, against the model: every method, every capacity up to 70 and some for longer headers, all lengths,
//! every guard used, kept, dropped or forgotten, ends forgotten and made again.
use super::model::{Model, With, compact, fixed};
use crate::frames::{
    Buffer, Compact, Control, Fixed, FrameReader, FrameWriter, Header, Keep, in_memory, ring_with,
};
use proptest::prelude::*;
use std::format;
use std::mem::forget;
use std::vec::Vec;

/// What to do, and three numbers to do it with: of the first there are many near zero, and it goes a bit beyond any capacity.
type Step = (u8, usize, usize, u8);

fn with(used: usize, how: u8) -> With {
    match how % 6 {
        0 => With::Dropped,
        1 => With::Forgotten,
        2 => With::Done(usize::MAX),
        _ => With::Done(used),
    }
}

fn step<K: Keep, H: Header>(
    w: &mut FrameWriter<K, H>,
    r: &mut FrameReader<K, H>,
    m: &mut Model,
    (what, a, b, how): Step,
) {
    let a = a % (m.capacity + 3);
    match what {
        0..=5 => m.grant(w, a, with(b % (a + 1), how)),
        6 => m.grant(w, m.longest, with(b % (m.longest + 1), how)),
        7 => m.grant(w, usize::MAX - a, With::Done(0)),
        8 | 9 => m.push(w, a),
        10..=15 => m.read(r, how % 2 == 0, with(0, b as u8)),
        16 | 17 => m.pop(r, a),
        18 if how < 40 => m.resync(r),
        19 if how < 8 => {
            w.close();
            m.closed.0 = true;
        }
        20 if how < 8 => {
            r.close();
            m.closed.1 = true;
        }
        _ => _ = (format!("{w:?}"), format!("{r:?}")),
    }
    m.agree(w, r);
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let lengths = prop_oneof![0..10_usize, any::<usize>()];
    prop::collection::vec((0..22_u8, lengths, any::<usize>(), any::<u8>()), 0..300)
}

/// Capacities at which headers become longer, beside all small ones.
fn capacities() -> impl Strategy<Value = usize> {
    prop_oneof![4 => 1..=70_usize, 2 => 120..=280_usize, 1 => 16_380..=16_400_usize, 1 => 33_000..=33_010_usize]
}

fn is_a_queue<H: Header>(header: H, width: fn(usize) -> usize, capacity: usize, steps: Vec<Step>) {
    let (mut w, mut r) = ring_with(header, capacity);
    let mut m = Model::new(&mut w, width);
    for at in steps {
        step(&mut w, &mut r, &mut m, at);
    }
    drop(w);
    m.closed.0 = true;
    while !m.unread.is_empty() {
        m.read(&mut r, false, With::Done(0));
    }
    m.read(&mut r, false, With::Done(0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_ring_is_a_queue_of_frames(capacity in capacities(), steps in steps()) {
        is_a_queue(Compact, compact, capacity, steps);
    }

    #[test]
    fn a_ring_with_fixed_headers_is_a_queue_of_frames(capacity in capacities(), steps in steps()) {
        is_a_queue(Fixed, fixed, capacity.max(4), steps);
    }

    #[test]
    fn a_buffer_is_a_queue_of_frames_whose_ends_come_and_go(rounds in prop::collection::vec((0..4_u8, steps()), 0..5)) {
        let mut buffer = Buffer::<150>::new();
        let mut m = Model::new(&mut buffer.split().0, compact);
        for (how, steps) in rounds {
            m.closed = (false, false);
            let (mut w, mut r) = buffer.split();
            for at in steps {
                step(&mut w, &mut r, &mut m, at);
            }
            match how {
                0 => forget((w, r)),
                1 => forget(w),
                2 => forget(r),
                _ => {}
            }
        }
    }

    #[test]
    fn the_callers_memory_is_a_queue_of_frames_that_begins_anew(rounds in prop::collection::vec((1..=70_usize, steps()), 0..5)) {
        let control = Control::new();
        let mut memory = [0xff; 70]; // which a reader that looked at it would take for the start of a header
        for (capacity, steps) in rounds {
            let (mut w, mut r) = in_memory(&control, &mut memory[..capacity]);
            let mut m = Model::new(&mut w, compact);
            for at in steps {
                step(&mut w, &mut r, &mut m, at);
            }
        }
    }
}

/// Every length of a grant, and every length used of it, in every ring of up to 70 bytes and where headers become longer: empty, and at
/// every position at which a frame can end.
#[test]
fn every_grant_fits_an_empty_ring_at_every_position() {
    fn at_every_position<H: Header>(header: H, width: fn(usize) -> usize, capacity: usize) {
        for at in 0..=capacity {
            let (mut w, mut r) = ring_with(header, capacity);
            let mut m = Model::new(&mut w, width);
            if at != 0 && at < width(0) {
                continue; // within the first header
            }
            let of = |n: usize| (0..=m.longest).find(|max| (width(*max)..=width(*max) + max).contains(&n));
            match of(at) {
                Some(max) => m.grant(&mut w, max, With::Done(at - width(max))),
                None if at == 0 => {}
                None => {
                    let max = of(at - width(0)).expect("so many more than a frame with nothing in it");
                    m.grant(&mut w, 0, With::Done(0));
                    m.grant(&mut w, max, With::Done(at - width(0) - width(max)));
                }
            }
            m.resync(&mut r);
            for max in 0..=m.longest {
                assert_eq!(w.grant(max).expect("it is empty").len(), max);
            }
            m.grant(&mut w, m.longest + 1, With::Dropped);
            m.grant(&mut w, m.longest, With::Done(m.longest));
            m.read(&mut r, false, With::Done(0));
        }
        let (mut w, mut r) = ring_with(header, capacity);
        let mut m = Model::new(&mut w, width);
        for max in 0..=m.longest {
            for used in 0..=max {
                m.grant(&mut w, max, With::Done(used));
                m.read(&mut r, false, With::Done(0));
            }
        }
    }
    for capacity in (1..=70).chain(126..=133) {
        at_every_position(Compact, compact, capacity);
        if 4 <= capacity {
            at_every_position(Fixed, fixed, capacity);
        }
    }
}
