//! One producer, one consumer: a fixed number of steps, whatever the other end does between any two of them.
use super::Random;
use annulus::spsc::{Consumer, Options, Producer};
use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::rc::Rc;

/// More than any operation takes: a number that depends on neither the capacity nor the other end.
const BOUND: usize = 16;

fn produce(end: &mut Producer<u32>, random: &mut Random, overwrites: bool) {
    match random.below(if overwrites { 9 } else { 8 }) {
        0 => _ = end.push_slice(&[1; 40][..random.below(40)]),
        1 => _ = end.push_iter([1; 3]),
        2 => drop(end.reserve()),
        3 => _ = end.reserve_up_to(5).map(|grant| grant.fill_with(|| 1)),
        4 => _ = end.reserve_many(2).map(|grant| grant.fill_copy(&[1, 1])),
        5 => _ = (end.vacant(), end.is_full(), end.is_closed(), end.state()),
        6 => _ = end.batch().push(1),
        7 => _ = end.push(1),
        _ => _ = end.force_push(1),
    }
}

fn consume(end: &mut Consumer<u32>, random: &mut Random) {
    match random.below(8) {
        0 => _ = end.pop_slice(&mut [0; 40][..random.below(40)]),
        1 => _ = end.drain().count(),
        2 => drop(end.claim()),
        3 => _ = end.claim_up_to(5).map(|grant| grant.into_iter().next()),
        4 => drop(end.claim_many(2)),
        5 => _ = (end.len(), end.is_empty(), end.is_closed(), end.state()),
        6 => _ = (end.peek().is_some(), end.skip(1)),
        _ => _ = end.pop(),
    }
}

#[test]
fn every_operation_ends_within_a_fixed_number_of_steps() {
    let mut random = Random(3);
    let mut most = Steps::default();
    for round in 0..3_000 {
        let capacity = [1, 2, 3, 64, 1000][round % 5];
        let overwrites = round % 2 == 1;
        let options = Options::new(capacity).credit(1 + round % 3);
        let (mut producer, mut consumer) =
            if round % 4 == 3 { options.overwrite().ring() } else { options.ring::<u32>() };
        if round % 8 < 4 {
            for _ in 0..600 {
                producer.push(1).unwrap();
                consumer.pop().unwrap(); // it keeps the hold from now on
            }
        }
        let ends = Rc::new(RefCell::new(Some(producer)));
        let others = Rc::new(RefCell::new(Some(consumer)));
        for _ in 0..40 {
            let (there, mut chance, busy) = (others.clone(), random.split(), random.below(3));
            let before = move |_| {
                for _ in 0..busy {
                    let mut there = there.borrow_mut();
                    match there.as_mut() {
                        Some(_) if chance.below(200) == 0 => *there = None,
                        Some(consumer) => consume(consumer, &mut chance),
                        None => {}
                    }
                }
            };
            let push = || produce(ends.borrow_mut().as_mut().expect("it stays"), &mut random, overwrites);
            saw(&mut most, watch(before, push).1);
            let (there, mut chance, busy) = (ends.clone(), random.split(), random.below(3));
            let before = move |_| {
                for _ in 0..busy {
                    if let Some(producer) = there.borrow_mut().as_mut() {
                        produce(producer, &mut chance, overwrites);
                    }
                }
            };
            if let Some(consumer) = others.borrow_mut().as_mut() {
                let ((), steps) = watch(before, || consume(consumer, &mut random));
                saw(&mut most, steps);
            }
        }
    }
    println!("at most {most:?} of {BOUND}");
}

fn saw(most: &mut Steps, steps: Steps) {
    assert!(steps.all <= BOUND, "{steps:?}");
    most.all = most.all.max(steps.all);
    most.exchanges = most.exchanges.max(steps.exchanges);
}
