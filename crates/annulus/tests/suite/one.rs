//! One item at a time.
use crate::suite::counted;
use annulus::PopError;

behaviour! {
    fn what_is_pushed_is_popped_in_order(ring) {
        for lap in 0..3 {
            ring.fill(ring.capacity);
            let first = lap * ring.capacity as u64;
            for n in first..ring.next {
                assert!(ring.consumer.pop().unwrap().is(n));
            }
            assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
        }
    }
}

behaviour! {
    fn exactly_as_many_items_fit_as_were_asked_for(ring) {
        assert!(ring.room() >= ring.capacity);
        if !ring.eager {
            return;
        }
        assert_eq!(ring.room(), ring.capacity);
        assert_eq!(ring.consumer.capacity(), ring.capacity);
        for _ in 0..4 {
            ring.fill(ring.capacity);
            for _ in 0..4 {
                let refused = ring.producer.push(T::make(99)).unwrap_err();
                assert!(refused.is_full());
                assert!(refused.into_inner().is(99), "the item comes back");
            }
            assert_eq!(ring.consumer.skip(usize::MAX), ring.capacity);
        }
    }
}

behaviour! {
    fn with_credit_at_least_the_capacity_fits_at_any_moment(ring) {
        let mut unread = 0;
        for step in 0..300 {
            while let Ok(()) = ring.producer.push(T::make(step)) {
                unread += 1;
            }
            assert!(unread >= ring.capacity && unread <= ring.room(), "{unread} are full");
            for _ in 0..1 + step % 3 {
                unread -= usize::from(ring.consumer.pop().is_ok());
            }
        }
    }
}

behaviour! {
    fn push_and_pop_alternate_for_many_laps(ring) {
        for n in 0..2500 {
            assert_eq!(ring.producer.push(T::make(n)), Ok(()));
            assert!(ring.consumer.pop().unwrap().is(n));
            assert!(ring.consumer.is_empty());
        }
    }
}

behaviour! {
    fn lengths_add_up_at_every_fill(ring) {
        for len in 0..=ring.capacity {
            assert_eq!(ring.consumer.len(), len);
            assert_eq!(ring.consumer.is_empty(), len == 0);
            if ring.eager {
                assert_eq!(ring.producer.vacant(), ring.capacity - len);
                assert_eq!(ring.producer.is_full(), len == ring.capacity);
            } else {
                assert!(ring.producer.vacant() >= ring.capacity - len);
                assert_eq!(ring.producer.is_full(), ring.producer.vacant() == 0);
            }
            if len < ring.capacity {
                ring.fill(1);
            }
        }
        for len in (0..ring.capacity).rev() {
            ring.consumer.pop().unwrap();
            assert_eq!(ring.consumer.len(), len);
        }
        assert_eq!(ring.consumer.len(), 0);
    }
}

behaviour! {
    fn a_claim_reads_writes_and_drops_in_place(ring) {
        assert_eq!(ring.consumer.claim().unwrap_err(), PopError::Empty);
        ring.fill(ring.capacity);
        for n in 0..ring.capacity as u64 {
            let mut claim = ring.consumer.claim().unwrap();
            assert!(claim.is(n));
            claim.set(n + 5);
            assert!(claim.is(n + 5));
            drop(claim);
            assert_eq!(ring.consumer.len(), ring.capacity - 1 - n as usize);
        }
        ring.fill(1);
        let last = ring.next - 1;
        assert!(ring.consumer.claim().unwrap().into_inner().is(last));
        assert_eq!(ring.consumer.claim().unwrap_err(), PopError::Empty);
    }
}

behaviour! {
    fn a_slot_is_written_in_place_and_visible_from_then_on(ring) {
        for n in 0..ring.capacity as u64 {
            let mut slot = ring.producer.reserve().unwrap();
            assert_eq!(ring.consumer.len(), n as usize + counted(1), "nothing is visible yet");
            slot.as_uninit_mut().write(T::make(n));
            if n % 2 == 0 {
                // SAFETY: just written.
                unsafe { slot.commit() };
            } else {
                // SAFETY: just written, and given up here, so moved out once.
                drop(unsafe { slot.as_uninit_mut().assume_init_read() });
                slot.write(T::make(n));
            }
        }
        for n in 0..ring.capacity as u64 {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
    }
}

behaviour! {
    fn overwriting_takes_the_oldest_item_out_only_when_there_is_no_room(ring) {
        // Said early, so that the consumer never keeps what it does not work on.
        assert!(ring.producer.force_push(T::make(0)).unwrap().is_none());
        assert!(ring.consumer.pop().unwrap().is(0));
        assert!(ring.consumer.pop().is_err());
        let room = ring.producer.vacant() as u64;
        for n in 0..3 * room {
            let oldest = ring.producer.force_push(T::make(n)).unwrap();
            assert_eq!(oldest.is_some(), n >= room);
            assert!(oldest.is_none_or(|oldest| oldest.is(n - room)));
        }
        for n in 2 * room..3 * room {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
    }
}

behaviour! {
    fn a_slot_that_is_dropped_or_abandoned_is_offered_again(ring) {
        for _ in 0..4 {
            drop(ring.producer.reserve().unwrap());
            ring.pass_what_was_abandoned();
            ring.producer.reserve().unwrap().abandon();
            ring.pass_what_was_abandoned();
            assert_eq!(ring.consumer.pop(), Err(PopError::Empty));
            ring.fill(ring.capacity);
            assert_eq!(ring.consumer.drain().count(), ring.capacity);
        }
    }
}
