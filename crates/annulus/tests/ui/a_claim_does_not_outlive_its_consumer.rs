fn main() {
    let (mut producer, mut consumer) = annulus::spsc::ring::<u8>(2);
    producer.push(1).unwrap();
    let claim = consumer.claim().unwrap();
    drop(consumer);
    assert_eq!(*claim, 1);
}
