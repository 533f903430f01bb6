//! Bugs that were found once. Each test is as small as the bug allowed.
use annulus::spsc::Options;

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
