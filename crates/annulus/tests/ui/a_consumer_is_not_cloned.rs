fn main() {
    let (_producer, consumer) = annulus::spsc::ring::<u8>(2);
    let _second = consumer.clone();
}
