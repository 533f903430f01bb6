fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring::<u8>(2);
    let first = producer.reserve().unwrap();
    let second = producer.reserve().unwrap();
    first.write(1);
    second.write(2);
}
