//! Many items at a time.
// What has a drop, and what is an iterator already, differs between queues.
#![allow(clippy::drop_non_drop, clippy::forget_non_drop, clippy::useless_conversion)]
use crate::queue::{items, items_mut, just, slots};
use crate::suite::counted;
use annulus::{PopError, ReserveError};

behaviour! {
    fn an_iterator_is_pushed_as_far_as_there_is_room_and_no_item_is_taken_without(ring) {
        let room = ring.producer.vacant();
        let mut source = (0..).map(T::make);
        assert_eq!(ring.producer.push_iter(&mut source), room);
        assert!(source.next().unwrap().is(room as u64), "no item was lost");
        assert_eq!(ring.producer.push_iter(&mut source), 0);
        for n in 0..room as u64 {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        assert_eq!(ring.producer.push_iter(std::iter::empty()), 0);
        ring.pass_what_was_abandoned();
        assert_eq!(ring.producer.push_iter(Some(T::make(1))), 1);
    }
}

behaviour! {
    fn a_drain_moves_out_what_it_is_asked_for_and_leaves_the_rest(ring) {
        for asked in [0, 1, ring.capacity / 2, ring.capacity] {
            let first = ring.next;
            ring.fill(ring.capacity);
            let mut drain = ring.consumer.drain();
            assert_eq!(drain.size_hint().1, Some(ring.capacity));
            for n in 0..asked.min(ring.capacity) {
                assert!(drain.next().unwrap().is(first + n as u64));
                assert_eq!(drain.size_hint().1, Some(ring.capacity - n - 1));
            }
            drop(drain);
            assert_eq!(ring.consumer.len(), ring.capacity - asked.min(ring.capacity));
            assert_eq!(ring.consumer.drain().count(), ring.capacity - asked.min(ring.capacity));
            let mut nothing = ring.consumer.drain();
            assert!(nothing.next().is_none() && nothing.next().is_none());
        }
    }
}

behaviour! {
    fn a_drain_gives_what_was_there_when_it_was_made(ring) {
        ring.fill(1);
        let mut drain = ring.consumer.drain();
        if ring.producer.vacant() > 0 {
            ring.producer.push(T::make(50)).unwrap();
        }
        assert!(drain.next().unwrap().is(0));
        assert!(drain.next().is_none());
    }
}

behaviour! {
    fn a_forgotten_drain_has_taken_what_it_gave_and_no_more(ring) {
        ring.fill(ring.capacity);
        let mut drain = ring.consumer.drain();
        assert!(drain.next().unwrap().is(0));
        std::mem::forget(drain);
        assert_eq!(ring.consumer.len(), ring.capacity - 1);
        for n in 1..ring.capacity as u64 {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
        ring.fill(ring.capacity); // the slots are back
        assert_eq!(ring.consumer.skip(usize::MAX), ring.capacity);
    }
}

behaviour! {
    fn skipping_drops_the_oldest_items_and_no_more_than_there_are(ring) {
        assert_eq!(ring.consumer.skip(3), 0);
        ring.fill(ring.capacity);
        assert_eq!(ring.consumer.skip(0), 0);
        assert_eq!(ring.consumer.skip(1), 1);
        if ring.capacity > 1 {
            assert!(ring.consumer.pop().unwrap().is(1));
            assert_eq!(ring.consumer.skip(usize::MAX), ring.capacity - 2);
        }
        assert_eq!(ring.consumer.skip(1), 0);
    }
}

behaviour! {
    fn items_are_moved_out_into_a_slice_and_replace_what_is_there(ring) {
        let mut into: Vec<T> = (0..5).map(|n| T::make(200 + n)).collect();
        assert_eq!(ring.consumer.pop_slice(&mut into), 0);
        let (mut next, mut seen) = (0, 0);
        for _ in 0..20 {
            while ring.producer.push(T::make(next)).is_ok() {
                next += 1;
            }
            let n = ring.consumer.pop_slice(&mut into);
            assert_eq!(n, 5.min(ring.room()));
            for item in &into[..n] {
                assert!(item.is(seen));
                seen += 1;
            }
            assert!(into[n..].iter().enumerate().all(|(k, item)| item.is((200 + n + k) as u64)));
        }
        assert_eq!(ring.consumer.pop_slice(&mut []), 0);
    }
}

behaviour! {
    fn a_write_grant_is_all_there_is_and_shows_nothing_before_it_is_filled(ring) {
        for lap in 0..4_usize {
            let room = ring.producer.vacant();
            assert!(room >= ring.capacity);
            let mut grant = ring.producer.reserve_up_to(usize::MAX).unwrap();
            assert_eq!(grant.len(), room);
            assert_eq!(slots(&mut grant).len(), room);
            assert_eq!(ring.consumer.len(), counted(room));
            let mut n = 0;
            grant.fill_with(|| {
                n += 1;
                T::make(n - 1)
            });
            assert_eq!(n, room as u64);
            let take = lap % ring.capacity;
            for n in 0..room as u64 {
                assert!(ring.consumer.pop().unwrap().is(n));
            }
            for n in 0..take as u64 {
                ring.producer.push(T::make(n)).unwrap();
                assert!(ring.consumer.pop().unwrap().is(n));
            }
        }
    }
}

behaviour! {
    fn a_grant_is_filled_from_an_iterator_as_far_as_it_gives(ring) {
        let grant = ring.producer.reserve_many(ring.capacity).unwrap();
        assert_eq!(grant.fill_from((0..ring.capacity as u64 / 2).map(T::make)), ring.capacity / 2);
        let rest = counted(ring.capacity - ring.capacity / 2);
        assert_eq!(ring.consumer.len(), ring.capacity / 2 + rest);
        for n in 0..ring.capacity as u64 / 2 {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        ring.pass_what_was_abandoned();
        assert_eq!(ring.consumer.len(), 0);
    }
}

behaviour! {
    fn a_part_of_a_grant_is_committed_and_the_rest_is_free_again(ring) {
        for keep in [0, ring.capacity / 2, ring.capacity] {
            let mut grant = ring.producer.reserve_many(ring.capacity).unwrap();
            for (n, slot) in slots(&mut grant).into_iter().take(keep).enumerate() {
                slot.write(T::make(n as u64));
            }
            // SAFETY: so many were written.
            unsafe { grant.commit(keep) };
            assert_eq!(ring.consumer.len(), keep + counted(ring.capacity - keep));
            for n in 0..keep as u64 {
                assert!(ring.consumer.pop().unwrap().is(n));
            }
            ring.pass_what_was_abandoned();
            assert!(ring.producer.vacant() >= ring.capacity);
        }
    }
}

behaviour! {
    fn reserving_and_claiming_none_gives_an_empty_grant_full_or_not(ring) {
        for _ in 0..2 {
            assert!(ring.producer.reserve_many(0).unwrap().is_empty());
            assert!(ring.producer.reserve_up_to(0).unwrap().is_empty());
            assert!(just(&mut ring.consumer, 0).is_empty());
            let grant = ring.consumer.claim_up_to(0).unwrap();
            assert!(items(&grant).is_empty());
            grant.release(0);
            ring.producer.reserve_many(0).unwrap().fill_with(|| unreachable!("no slot"));
            while ring.producer.push(T::make(ring.next)).is_ok() {
                ring.next += 1;
            }
        }
        assert_eq!(ring.consumer.skip(usize::MAX) as u64, ring.next);
    }
}

behaviour! {
    fn too_few_too_large_and_full_or_empty_are_told_apart(ring) {
        let room = ring.room();
        assert_eq!(ring.producer.reserve_many(room + 1).unwrap_err(), ReserveError::TooLarge);
        assert_eq!(ring.consumer.claim_up_to(1).unwrap_err(), PopError::Empty);
        ring.fill(1);
        let vacant = ring.producer.vacant();
        let expected = if vacant == 0 { ReserveError::Full } else { ReserveError::TooFew { available: vacant } };
        assert_eq!(ring.producer.reserve_many(vacant + 1).map(|_| ()).map_err(|error| if vacant + 1 > room { expected } else { error }), Err(expected));
        while ring.producer.push(T::make(1)).is_ok() {}
        assert_eq!(ring.producer.reserve().unwrap_err(), ReserveError::Full);
        assert_eq!(ring.producer.reserve_up_to(1).unwrap_err(), ReserveError::Full);
        assert_eq!(ring.producer.reserve_many(1).unwrap_err(), ReserveError::Full);
    }
}

behaviour! {
    fn a_read_grant_is_read_and_written_in_place(ring) {
        for round in 0..5 {
            let first_number = ring.next;
            ring.fill(ring.capacity);
            let mut grant = just(&mut ring.consumer, ring.capacity);
            assert_eq!((grant.len(), grant.is_empty()), (ring.capacity, false));
            assert_eq!(items(&grant).len(), ring.capacity);
            assert!(items(&grant).into_iter().zip(first_number..).all(|(item, n)| item.is(n)));
            for (n, item) in items_mut(&mut grant).into_iter().enumerate() {
                item.set(n as u64 + 7);
            }
            if round % 2 == 0 {
                grant.release(ring.capacity);
            } else {
                assert!(grant.into_iter().zip(7..).all(|(item, n)| item.is(n)));
            }
            assert!(ring.consumer.is_empty());
            ring.fill(1); // so that the next grant begins elsewhere
            ring.consumer.pop().unwrap();
        }
    }
}
