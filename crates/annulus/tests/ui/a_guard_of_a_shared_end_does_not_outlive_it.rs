fn main() {
    let slot = {
        let (producer, _consumer) = annulus::mpmc::ring::<u8>(2);
        producer.reserve().unwrap()
    };
    slot.write(1);
}
