fn main() {
    let (producer, _consumer) = annulus::spsc::ring::<u8>(2);
    let _second = producer.clone();
}
