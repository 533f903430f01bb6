//! Bytes: a fixed number of steps for every operation, whatever the other end does between any two of them, and no exchange.
use super::{Random, loads_and_stores_within};
use annulus::bytes::{Heap, ReadPipeline, Reader, Ticket, WritePipeline, Writer, stream};
use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::rc::Rc;

/// More than any operation takes: a number that depends on neither the capacity nor the other end.
const BOUND: usize = 10;

fn write(end: &mut Writer, random: &mut Random) {
    let n = random.below(40);
    match random.below(6) {
        0 => _ = end.push_slice(&[1; 40][..n]),
        1 => drop(end.grant_exact(n)),
        2 => _ = end.grant_exact(n).map(|grant| grant.commit(n / 2)),
        3 => _ = end.grant_up_to(n).map(|grant| grant.commit(n.min(1))),
        4 => _ = (end.vacant(), end.is_full(), end.is_closed(), end.state()),
        _ => {
            if let Ok(grant) = end.grant_largest() {
                let n = grant.len();
                grant.commit(n);
            }
        }
    }
}

fn read(end: &mut Reader, random: &mut Random) {
    match random.below(6) {
        0 => _ = end.pop_slice(&mut [0; 40][..random.below(40)]),
        1 => drop(end.read()),
        2 => _ = end.read().map(|grant| grant.release(1)),
        3 => _ = (end.len(), end.is_empty(), end.is_closed()),
        4 => _ = end.state(),
        _ => {
            if let Ok(grant) = end.read_split() {
                let n = random.below(grant.len() + 1);
                grant.release(n);
            }
        }
    }
}

#[test]
fn every_operation_ends_within_a_fixed_number_of_steps() {
    loads_and_stores_within(stream, write, read, BOUND);
}

/// Grants in flight at a time.
const PLACES: usize = 3;

#[test]
fn every_operation_of_a_pipeline_ends_within_a_fixed_number_of_steps() {
    let mut random = Random(6);
    let mut most = Steps::default();
    for round in 0..1_000 {
        let capacity = [1, 2, 3, 30, 64, 1000][round % 6];
        let (writer, reader) = stream(capacity);
        let (reader, mut tickets) = (Rc::new(RefCell::new(reader)), Vec::new());
        let mut pipeline: WritePipeline<Heap<u8>, PLACES> = writer.into_pipeline();
        for _ in 0..40 {
            let (there, mut chance, busy) = (reader.clone(), random.split(), random.below(3));
            let before = move |_| (0..busy).for_each(|_| read(&mut there.borrow_mut(), &mut chance));
            saw(&mut most, watch(before, || fly(&mut pipeline, &mut tickets, &mut random)).1);
        }
        let (writer, reader) = stream(capacity);
        let (writer, mut tickets) = (Rc::new(RefCell::new(writer)), Vec::new());
        let mut pipeline: ReadPipeline<Heap<u8>, PLACES> = reader.into_pipeline();
        for _ in 0..40 {
            let (there, mut chance, busy) = (writer.clone(), random.split(), random.below(3));
            let before = move |_| (0..busy).for_each(|_| write(&mut there.borrow_mut(), &mut chance));
            saw(&mut most, watch(before, || fly_back(&mut pipeline, &mut tickets, &mut random)).1);
        }
    }
    println!("at most {most:?} of {BOUND}");
    assert_eq!(most.exchanges, 0, "loads and stores");
}

fn fly(pipeline: &mut WritePipeline<Heap<u8>, PLACES>, tickets: &mut Vec<Ticket>, random: &mut Random) {
    let n = random.below(40);
    match random.below(5) {
        0 => tickets.extend(pipeline.grant_exact(n)),
        1 => tickets.extend(pipeline.grant_up_to(n)),
        2 => _ = (pipeline.vacant(), pipeline.is_closed()),
        _ if tickets.is_empty() => {}
        _ => {
            let ticket = tickets.swap_remove(random.below(tickets.len()));
            let n = random.below(ticket.len() + 1);
            pipeline.complete(ticket, n);
        }
    }
}

fn fly_back(pipeline: &mut ReadPipeline<Heap<u8>, PLACES>, tickets: &mut Vec<Ticket>, random: &mut Random) {
    match random.below(5) {
        0 => tickets.extend(pipeline.read()),
        1 => tickets.extend(pipeline.read_up_to(random.below(40))),
        2 => _ = (pipeline.len(), pipeline.is_closed()),
        _ if tickets.is_empty() => {}
        _ => {
            let ticket = tickets.swap_remove(random.below(tickets.len()));
            let n = if random.below(4) == 0 { random.below(ticket.len() + 1) } else { ticket.len() };
            tickets.extend(pipeline.release(ticket, n).err().map(|error| error.ticket));
        }
    }
}

fn saw(most: &mut Steps, steps: Steps) {
    assert!(steps.all <= BOUND, "{steps:?}");
    most.all = most.all.max(steps.all);
    most.exchanges = most.exchanges.max(steps.exchanges);
}
