//! Ends that are many: the last of them has the ring alone. Labels: N1, S2, S3.
#![cfg(loom)]
use annulus_protocol::crowd::Crowd;
use annulus_protocol::life::End;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// What each end does with the ring, in a cell of its own, happens before what the last one does with all of them; also when
/// the last of its kind was another (N1), and when the last of all was of the other kind.
#[test]
fn the_last_of_many_has_the_ring_alone_and_hands_it_on() {
    loom::model(|| {
        let shared = Arc::new((Crowd::taken(), [0, 1, 2].map(UnsafeCell::new)));
        shared.0.join(End::Writer).unwrap();
        let go = |shared: &(Crowd, [UnsafeCell<u32>; 3]), me: usize, end: End| {
            // SAFETY: each end has a cell of its own until it goes.
            shared.1[me].with_mut(|cell| unsafe { *cell += 10 });
            if shared.0.leave(end, || ()) {
                for cell in &shared.1 {
                    // SAFETY: the last one has the ring alone.
                    cell.with_mut(|cell| unsafe { *cell += 10 });
                }
                shared.0.free();
            }
        };
        let writers = [0, 1].map(|me| {
            let shared = shared.clone();
            thread::spawn(move || go(&shared, me, End::Writer))
        });
        go(&shared, 2, End::Reader);
        if shared.0.take() {
            for (me, cell) in shared.1.iter().enumerate() {
                // SAFETY: the ring was free, and is ours now.
                assert_eq!(cell.with(|cell| unsafe { *cell }), me as u32 + 20);
            }
        }
        writers.map(|writer| writer.join().unwrap());
    });
}

/// The last of a kind closes after everything that the others of its kind have done with the ring.
#[test]
fn the_last_of_a_kind_closes_after_all_of_its_kind() {
    loom::model(|| {
        let shared = Arc::new((Crowd::taken(), [0, 0].map(UnsafeCell::new)));
        shared.0.join(End::Writer).unwrap();
        let writers = [0, 1].map(|me| {
            let shared = shared.clone();
            thread::spawn(move || {
                let (crowd, cells) = &*shared;
                // SAFETY: each end has a cell of its own until it goes.
                cells[me].with_mut(|cell| unsafe { *cell = 1u32 });
                let last = crowd.leave(End::Writer, || {
                    for cell in cells {
                        // SAFETY: the others have gone.
                        assert_eq!(cell.with(|cell| unsafe { *cell }), 1);
                    }
                });
                assert!(!last, "a reader is still there");
            })
        });
        writers.map(|writer| writer.join().unwrap());
        assert_eq!(shared.0.count(End::Writer), 0);
    });
}
