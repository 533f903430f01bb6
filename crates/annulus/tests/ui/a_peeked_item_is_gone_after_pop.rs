fn main() {
    let (mut producer, mut consumer) = annulus::spsc::ring::<String>(2);
    producer.push(String::from("one")).unwrap();
    let peeked = consumer.peek().unwrap();
    let popped = consumer.pop();
    assert_eq!(Ok(peeked.clone()), popped);
}
