fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring::<String>(2);
    producer.push_slice(&[String::from("one")]);
}
