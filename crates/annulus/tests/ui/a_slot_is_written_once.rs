fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring::<u8>(2);
    let slot = producer.reserve().unwrap();
    slot.write(1);
    slot.write(2);
}
