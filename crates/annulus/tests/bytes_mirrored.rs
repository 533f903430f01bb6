//! Rings of bytes in memory that is mapped twice: no pad, nothing left out, whatever is free in one piece.
#![cfg(feature = "mirrored")]
use annulus::bytes::{self, GrantError, ReadError};
use std::collections::VecDeque;
use std::io::ErrorKind;

/// Whether there are such rings here at all.
const HERE: bool = cfg!(all(target_os = "linux", target_pointer_width = "64"));

#[test]
fn a_ring_that_cannot_be_made_is_an_error_that_says_why() {
    assert_eq!(bytes::mirrored(0).unwrap_err().kind(), ErrorKind::InvalidInput);
    if !HERE {
        let error = bytes::mirrored(1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("stream"), "it names what to use instead: {error}");
        return;
    }
    for absurd in [usize::MAX, usize::MAX - 4095, usize::MAX / 2, usize::MAX / 4, usize::MAX / 1024] {
        assert!(bytes::mirrored(absurd).is_err(), "{absurd}");
    }
    assert!(bytes::mirrored(1).is_ok(), "and nothing was left behind");
}

#[test]
fn the_capacity_is_whole_pages_and_all_of_it_can_be_used() {
    if !HERE {
        return;
    }
    for wanted in [1, 4095, 4096, 4097, 65536] {
        let (mut writer, mut reader) = bytes::mirrored(wanted).unwrap();
        let capacity = writer.capacity();
        assert!(wanted <= capacity && capacity - wanted < 1 << 20 && capacity == reader.capacity());
        assert_eq!(writer.grant_exact(capacity + 1).unwrap_err(), GrantError::TooLarge);
        for k in 0..5 {
            assert_eq!(writer.grant_exact(usize::MAX - k).unwrap_err(), GrantError::TooLarge);
        }
        assert!(writer.grant_exact(capacity).unwrap().iter().all(|byte| *byte == 0), "zero at first");
        writer.grant_exact(capacity).unwrap().commit(capacity);
        assert_eq!(writer.grant_exact(1).unwrap_err(), GrantError::Full);
        assert_eq!((writer.vacant(), reader.read().unwrap().len()), (0, capacity));
        reader.read().unwrap().release(capacity);
        assert_eq!(reader.read().unwrap_err(), ReadError::Empty);
    }
}

#[test]
fn every_grant_has_all_that_is_free_and_every_read_all_there_is() {
    if !HERE {
        return;
    }
    let (mut writer, mut reader) = bytes::mirrored(1).unwrap();
    let capacity = writer.capacity();
    let (mut model, mut next, mut random) = (VecDeque::new(), 0u8, 1u32);
    for _ in 0..20_000 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let wanted = (random >> 8) as usize % (capacity + 1);
        let free = capacity - model.len();
        assert_eq!(writer.vacant(), free);
        match random >> 30 {
            0 if free < wanted => {
                assert_eq!(writer.grant_exact(wanted).unwrap_err(), GrantError::Full);
            }
            0 | 1 if 0 < free => {
                let mut grant = if random >> 30 == 0 {
                    writer.grant_exact(wanted).unwrap()
                } else {
                    let grant = writer.grant_largest().unwrap();
                    assert_eq!(grant.len(), free);
                    grant
                };
                let n = wanted.min(grant.len());
                for byte in &mut grant[..n] {
                    next = next.wrapping_add(1);
                    *byte = next;
                    model.push_back(next);
                }
                grant.commit(n);
            }
            2 if !model.is_empty() => {
                let (first, second) =
                    (reader.read().unwrap().len(), reader.read_split().unwrap().as_slices().1.len());
                assert_eq!((first, second), (model.len(), 0), "in one piece, either way");
                let grant = reader.read().unwrap();
                let n = wanted.min(grant.len());
                assert!(grant[..n].iter().eq(model.iter().take(n)));
                grant.release(n);
                model.drain(..n);
            }
            _ => drop(writer.grant_up_to(wanted)),
        }
    }
}

#[test]
fn bytes_pass_between_threads_in_order_past_the_wrap() {
    if !HERE {
        return;
    }
    const ALL: usize = 2_000_000;
    let (mut writer, mut reader) = bytes::mirrored(4096).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut sent = 0;
            while sent < ALL {
                let Ok(mut grant) = writer.grant_up_to(1 + sent % 3000) else {
                    std::thread::yield_now();
                    continue;
                };
                let n = grant.len().min(ALL - sent);
                for (at, byte) in grant[..n].iter_mut().enumerate() {
                    *byte = ((sent + at) % 251) as u8;
                }
                grant.commit(n);
                sent += n;
            }
        });
        let mut got = 0;
        loop {
            match reader.read() {
                Ok(grant) => {
                    assert!(grant.iter().enumerate().all(|(at, byte)| *byte == ((got + at) % 251) as u8));
                    got += grant.len();
                    let n = grant.len();
                    grant.release(n);
                }
                Err(ReadError::Closed) => break,
                Err(_) => std::thread::yield_now(),
            }
        }
        assert_eq!(got, ALL);
    });
}

#[test]
fn the_memory_goes_with_the_last_end_in_either_order_and_may_be_had_often() {
    if !HERE {
        return;
    }
    for round in 0..2000 {
        let (writer, reader) = bytes::mirrored(65536).unwrap();
        if round % 2 == 0 {
            drop(writer);
            drop(reader);
        } else {
            drop(reader);
            drop(writer);
        }
    }
    #[cfg(target_os = "linux")]
    {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        assert!(maps.lines().filter(|line| line.contains("memfd:annulus")).count() < 50, "{maps}");
    }
}

#[test]
fn grants_in_flight_past_the_wrap_arrive_once_and_in_order() {
    if !HERE {
        return;
    }
    let (writer, mut reader) = bytes::mirrored(1).unwrap();
    let capacity = writer.capacity();
    let mut pipeline = writer.into_pipeline::<3>();
    let (mut tickets, mut sent, mut got, mut random) = (VecDeque::new(), 0u64, 0u64, 7u32);
    let mut below = |n: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize % n
    };
    // What is written into a grant says where it begins, once it is known what came before: so they are filled when they are completed.
    for _ in 0..20_000 {
        if tickets.len() < 3
            && let Ok(ticket) = pipeline.grant_up_to(1 + below(capacity / 3))
        {
            assert!(!pipeline.bytes_mut(&ticket).is_empty());
            assert_eq!(pipeline.region(&ticket).len(), ticket.len());
            tickets.push_back(ticket);
        }
        if below(2) == 0
            && let Some(ticket) = tickets.pop_front()
        {
            let n = if below(3) == 0 { below(ticket.len() + 1) } else { ticket.len() };
            for byte in &mut pipeline.bytes_mut(&ticket)[..n] {
                *byte = (sent % 251) as u8;
                sent += 1;
            }
            pipeline.complete(ticket, n);
        }
        let Ok(grant) = reader.read() else { continue };
        assert!(grant.iter().all(|byte| {
            got += 1;
            *byte == ((got - 1) % 251) as u8
        }));
        let (len, n) = (grant.len(), below(grant.len() + 1));
        grant.release(n);
        got -= (len - n) as u64;
    }
    assert!(u64::try_from(20 * capacity).unwrap() < got, "many laps");
}

#[test]
fn grants_that_own_their_end_go_past_the_wrap() {
    if !HERE {
        return;
    }
    let (mut writer, mut reader) = bytes::mirrored(1).unwrap();
    let capacity = writer.capacity();
    for round in 0..50_usize {
        let n = capacity - round;
        let mut grant = writer.grant_owned(n).expect("it is empty");
        grant.fill(round as u8);
        let lent = grant.lend(bytes::Coherent);
        assert_eq!(lent.region().len(), n);
        writer = lent.take_back().commit(n);
        let grant = reader.read_owned().expect("just committed");
        assert!(grant.len() == n && grant.iter().all(|byte| *byte == round as u8));
        reader = grant.release(n);
    }
}
