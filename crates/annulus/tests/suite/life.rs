//! Closing, dropping, reporting.
use crate::queue::{items, just};
use annulus::{PopError, PushError, ReserveError, State};

behaviour! {
    fn a_closed_producer_pushes_no_more_and_what_it_pushed_still_comes_out(ring) {
        ring.fill(ring.capacity);
        assert_eq!((ring.producer.state(), ring.consumer.state()), (State::Open, State::Open));
        ring.producer.close();
        assert!(ring.producer.is_closed() && ring.consumer.is_closed());
        assert_eq!((ring.producer.state(), ring.consumer.state()), (State::Closing, State::Closing));
        let refused = ring.producer.push(T::make(9)).unwrap_err();
        assert!(matches!(refused, PushError::Closed(item) if item.is(9)));
        assert!(ring.producer.force_push(T::make(9)).unwrap_err().is_closed());
        assert_eq!(ring.producer.push_iter((0..3).map(T::make)), 0);
        assert_eq!(ring.producer.reserve().unwrap_err(), ReserveError::Closed);
        assert_eq!(ring.producer.reserve_many(1).unwrap_err(), ReserveError::Closed);
        assert_eq!(ring.producer.reserve_up_to(1).unwrap_err(), ReserveError::Closed);
        assert_eq!(ring.producer.vacant(), 0);
        for n in 0..ring.capacity as u64 {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        assert_eq!(ring.consumer.pop(), Err(PopError::Closed));
        assert_eq!(ring.consumer.claim().unwrap_err(), PopError::Closed);
        assert_eq!(ring.consumer.claim_up_to(1).unwrap_err(), PopError::Closed);
        assert_eq!((ring.producer.state(), ring.consumer.state()), (State::Closed, State::Closed));
    }
}

behaviour! {
    fn dropping_the_producer_closes_and_loses_nothing(ring) {
        ring.fill(ring.capacity);
        drop(ring.producer);
        assert_eq!(ring.consumer.drain().count(), ring.capacity);
        assert_eq!(ring.consumer.pop(), Err(PopError::Closed));
    }
}

behaviour! {
    fn dropping_the_consumer_is_reported_at_the_latest_when_the_ring_is_full(ring) {
        drop(ring.consumer);
        assert!(ring.producer.is_closed());
        let mut pushed = 0;
        let refused = loop {
            match ring.producer.push(T::make(pushed)) {
                Ok(()) => pushed += 1,
                Err(refused) => break refused,
            }
            assert!(pushed <= ring.producer.capacity() as u64);
        };
        assert!(refused.is_closed());
        assert_eq!(ring.producer.reserve().unwrap_err(), ReserveError::Closed);
        assert!(ring.producer.force_push(T::make(0)).unwrap_err().is_closed());
    }
}

behaviour! {
    fn a_consumer_that_closes_still_gets_what_is_there(ring) {
        ring.fill(ring.capacity);
        ring.consumer.close();
        assert!(ring.producer.is_closed());
        assert_eq!(ring.consumer.state(), State::Closing);
        for n in 0..ring.capacity as u64 {
            assert!(ring.consumer.pop().unwrap().is(n));
        }
        assert_eq!(ring.consumer.pop(), Err(PopError::Closed));
        assert_eq!(ring.consumer.state(), State::Closed);
    }
}

behaviour! {
    fn closing_while_a_grant_of_the_other_side_lives_disturbs_it_not(ring) {
        ring.fill(ring.capacity);
        let grant = just(&mut ring.consumer, ring.capacity);
        ring.producer.close();
        assert!(items(&grant)[0].is(0));
        grant.release(ring.capacity);
        assert_eq!(ring.consumer.pop(), Err(PopError::Closed));
    }
}

behaviour! {
    fn the_consumer_closing_while_a_write_grant_lives_disturbs_it_not(ring) {
        let grant = ring.producer.reserve_many(ring.capacity).unwrap();
        ring.consumer.close();
        grant.fill_with(|| T::make(4));
        assert_eq!(ring.consumer.drain().count(), ring.capacity);
    }
}

behaviour! {
    fn items_left_are_dropped_once_whichever_end_goes_last(ring) {
        ring.fill(ring.capacity);
        ring.consumer.pop().unwrap();
        if ring.next.is_multiple_of(2) {
            drop(ring.consumer);
            drop(ring.producer);
        } else {
            drop(ring.producer);
            drop(ring.consumer);
        }
        // Counted items are looked for after each cell.
    }
}

behaviour! {
    fn closing_twice_is_closing_once(ring) {
        ring.producer.close();
        ring.producer.close();
        ring.consumer.close();
        ring.consumer.close();
        assert_eq!(ring.consumer.pop(), Err(PopError::Closed));
    }
}

behaviour! {
    fn debug_shows_positions_and_not_contents(ring) {
        ring.fill(1);
        for text in [format!("{:?}", ring.producer), format!("{:?}", ring.consumer)] {
            assert!(crate::queue::KIND.positions.iter().all(|position| text.contains(position)), "{text}");
            assert!(text.contains("capacity") && !text.contains("item 0"), "{text}");
        }
        let mut texts = vec![format!("{:?}", ring.consumer.drain())];
        let claim = ring.consumer.claim().unwrap();
        texts.push(format!("{claim:?}"));
        assert!(claim.into_inner().is(0));
        ring.next = 0;
        ring.fill(1);
        let grant = ring.consumer.claim_up_to(1).unwrap();
        texts.push(format!("{grant:?}"));
        texts.push(format!("{:?}", grant.into_iter()));
        ring.consumer.skip(9);
        texts.push(format!("{:?}", ring.producer.reserve_many(0)));
        texts.push(format!("{:?}", ring.producer.reserve().unwrap()));
        assert!(texts.iter().all(|text| !text.contains("item 0")), "{texts:?}");
    }
}
