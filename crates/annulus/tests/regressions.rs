//! Bugs that were found once. Each test is as small as the bug allowed.
use annulus::spsc::{Options, Ring, ring};
use annulus::{ClaimError, PushError};
use std::sync::Arc;

#[test]
fn an_empty_claim_does_not_store_the_lap_that_an_overwriting_producer_moved() {
    let (mut producer, mut consumer) = Options::new(2).overwrite().ring::<u32>();
    producer.push_slice(&[1, 2]);
    assert_eq!((consumer.pop(), consumer.pop()), (Ok(1), Ok(2)));
    for n in 3..12 {
        producer.force_push(n).unwrap();
    }
    assert_eq!(consumer.skip(0), 0);
    assert_eq!(consumer.pop_slice(&mut []), 0);
    assert_eq!((consumer.pop(), consumer.pop()), (Ok(10), Ok(11)), "read from beyond the slots");
}

#[test]
fn a_claim_of_more_than_there_is_leaves_the_oldest_item_to_an_overwriting_producer() {
    let (mut producer, mut consumer) = ring(2);
    producer.push(1).unwrap();
    assert_eq!(consumer.claim_many(2).unwrap_err(), ClaimError::TooFew { available: 1 });
    producer.push(2).unwrap();
    assert_eq!(producer.force_push(3), Ok(Some(1)));
}

#[test]
fn a_dropped_grant_leaves_the_oldest_item_to_an_overwriting_producer() {
    let (mut producer, mut consumer) = ring(2);
    producer.push_slice(&[1, 2]);
    drop(consumer.claim_up_to(2).unwrap());
    assert_eq!(producer.force_push(3), Ok(Some(1)));
    drop(consumer.claim_up_to(0).unwrap());
    assert_eq!(producer.force_push(4), Ok(Some(2)));
}

#[test]
fn what_an_iterator_over_claimed_items_has_not_given_yet_is_not_overwritten() {
    let mut ring = Ring::<u32, 4>::new();
    let (mut producer, mut consumer) = ring.split();
    producer.push_slice(&[1, 2, 3, 4]);
    let mut items = consumer.claim_up_to(3).unwrap().into_iter();
    assert_eq!(items.next(), Some(1));
    assert_eq!(producer.force_push(5), Ok(None), "an inline ring hands back each slot at once");
    assert_eq!(producer.force_push(6), Err(PushError::Busy(6)));
    assert_eq!(items.next(), Some(2));
    drop(items);
    assert_eq!(producer.force_push(6), Ok(None));
    assert_eq!(producer.force_push(7), Ok(Some(3)));
}

#[test]
fn items_of_a_ring_are_dropped_with_it_also_after_its_consumer_was_forgotten_with_a_claim() {
    let item = Arc::new(());
    let mut ring = Ring::<Arc<()>, 4>::new();
    let (mut producer, mut consumer) = ring.split();
    producer.push(item.clone()).unwrap();
    consumer.peek();
    std::mem::forget((producer, consumer));
    drop(ring);
    assert_eq!(Arc::strong_count(&item), 1);
}

#[test]
fn unpublished_items_of_a_forgotten_batch_take_room() {
    let (mut producer, _consumer) = ring(2);
    let mut batch = producer.batch();
    batch.push(1).unwrap();
    batch.push(2).unwrap();
    std::mem::forget(batch);
    assert_eq!(producer.vacant(), 0);
    assert!(producer.is_full());
}

#[test]
fn a_ring_of_items_without_size_may_be_as_large_as_counting_allows() {
    let largest = if cfg!(annulus_word = "32") { u32::MAX as usize / 2 } else { usize::MAX / 2 };
    let (mut producer, mut consumer) = ring(largest); // took for ever: one step for each slot
    assert_eq!(producer.push_slice(&[(); 3]), 3);
    assert_eq!(producer.vacant(), largest - 3);
    assert_eq!(consumer.drain().count(), 3);
}

#[test]
fn a_ring_goes_on_where_it_was_after_a_batch_was_forgotten_that_began_a_lap() {
    let mut ring = Ring::<u32, 4>::new();
    let (mut producer, mut consumer) = ring.split();
    producer.push_slice(&[0, 1, 2]);
    assert_eq!(consumer.skip(3), 3);
    let mut batch = producer.batch();
    for n in 3..6 {
        batch.push(n).unwrap(); // at indices 3, 0 and 1; beginning the lap shows the first, the others are not shown
    }
    std::mem::forget(batch);
    std::mem::forget(producer);
    std::mem::forget(consumer);
    let (mut producer, mut consumer) = ring.split();
    assert!(consumer.drain().eq([3]));
    assert_eq!(producer.push_slice(&[7, 8, 9, 10]), 4);
    assert!(consumer.drain().eq([7, 8, 9, 10]), "written where the consumer does not read");
}

#[test]
fn what_a_forgotten_drain_took_is_not_offered_again_by_the_next_grant_that_is_dropped() {
    let (mut producer, mut consumer) = ring(4);
    producer.push_iter((0..4).map(Arc::new));
    let mut drain = consumer.drain();
    let first = drain.next().unwrap();
    std::mem::forget(drain);
    drop(consumer.claim_many(0));
    assert_eq!(Arc::strong_count(&first), 1);
    assert_eq!(consumer.len(), 3, "the item that was moved out came back");
    assert_eq!(producer.force_push(Arc::new(4)), Ok(None));
    assert_eq!(consumer.pop().as_deref(), Ok(&1));
}
