fn main() {
    let (_producer, mut consumer) = annulus::mpsc::ring::<u8>(2);
    let first = consumer.claim();
    let second = consumer.claim();
    drop((first, second));
}
